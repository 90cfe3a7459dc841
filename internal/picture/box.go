package picture

import (
	"errors"
	"fmt"
	"slices"
)

// Limits of box files (ISO/IEC 14496-12).
const (
	maxMeta  = 1 << 20 // bytes of a meta box that are read
	maxBoxes = 4096    // boxes that are looked at
)

// films are brands of MP4, QuickTime and their kin.
var films = []string{
	"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "dash", "MSNV", "M4V ", "M4VH", "M4VP", "qt  ",
	"3gp4", "3gp5", "3gp6", "3g2a",
}

// recognizeBoxes tells pictures from films by their brands. Sound (M4A) is none of
// ours: its tags are meant to be read.
func recognizeBoxes(head []byte) (Format, func(*scanner, *Info) error) {
	var brands []string
	for at := 8; at+4 <= min(int(be.Uint32(head)), len(head)); at += 4 {
		if at != 12 { // the version
			brands = append(brands, string(head[at:at+4]))
		}
	}
	has := func(some ...string) bool {
		return slices.ContainsFunc(some, func(b string) bool { return slices.Contains(brands, b) })
	}
	switch {
	case has("avif", "avis"):
		return AVIF, scanStill
	case has("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"):
		return HEIC, scanStill
	case has("M4A ", "M4B ", "M4P "):
		return "", nil
	case has(films...):
		return Film, scanFilm
	}
	return "", nil
}

// box is a box of a file: its kind, and where its content begins and ends.
type box struct {
	kind            string
	start, from, to int64
	cut             bool // it should be longer
}

// boxes walks over the boxes from one place to another.
func (s *scanner) boxes(from, to int64, each func(box) error) error {
	for at, n := from, 0; at+8 <= to; n++ {
		if n == maxBoxes {
			return fmt.Errorf("%w: it has more than %d boxes in one place", ErrMalformed, maxBoxes)
		}
		var head [16]byte
		if _, err := s.file.ReadAt(head[:8], at); err != nil {
			return err
		}
		b := box{kind: string(head[4:8]), start: at, from: at + 8, to: at + int64(be.Uint32(head[:]))}
		switch be.Uint32(head[:]) {
		case 0:
			b.to = to
		case 1:
			if _, err := s.file.ReadAt(head[8:], at+8); err != nil {
				return err
			}
			b.from, b.to = at+16, at+int64(min(be.Uint64(head[8:]), 1<<62)) //nolint:gosec // bounded
		}
		if b.to < b.from {
			return fmt.Errorf("%w: a box at byte %d has a wrong length", ErrMalformed, at)
		}
		b.cut = b.to > to
		b.to = min(b.to, to)
		if err := each(b); err != nil {
			return err
		}
		if b.cut {
			return ErrTruncated
		}
		at = b.to
	}
	return nil
}

// hide is what stands in place of a box: a free one of the same size.
func hide(b box) []piece {
	return []piece{
		{From: b.start + 4, To: b.start + 8, Text: []byte("free")},
		{From: b.from, To: b.to, Zero: true},
	}
}

// scanFilm hides the boxes in which cameras and phones note where a film was made,
// and whatever is around a box that is broken.
func scanFilm(s *scanner, _ *Info) error {
	var hidden []piece
	var depth int
	var known int64 // how far the outermost boxes go
	var each func(b box) error
	each = func(b box) error {
		if depth == 0 {
			known = b.to
		}
		switch b.kind {
		case "udta", "meta", "uuid":
			hidden = append(hidden, hide(b)...)
		case "moov", "trak":
			if depth == 2 {
				return nil
			}
			depth++
			err := s.boxes(b.from, b.to, each)
			depth--
			if err != nil {
				hidden = append(hidden, hide(b)...)
			}
			return err
		}
		return nil
	}
	err := s.boxes(0, s.size, each)
	if err != nil {
		hidden = append(hidden, piece{From: known, To: s.size, Zero: true})
	}
	if berr := s.blank(hidden); berr != nil {
		return berr
	}
	return err
}

// still is an AVIF or HEIC while it is read.
type still struct {
	*scanner
	info    *Info
	meta    []byte // content of the meta box
	from    int64  // where that begins
	idat    box
	primary uint32
	private map[uint32]bool // items that hold metadata
	hidden  []piece
	shapes  []shape // properties, in order
	own     []int   // numbers of the properties of the primary item, from 1
}

// shape is a property that tells a size or a rotation.
type shape struct{ width, height, turns int }

func scanStill(s *scanner, info *Info) error {
	st := &still{scanner: s, info: info, private: map[uint32]bool{}}
	var seen bool
	known := int64(0) // how far the boxes go
	err := s.boxes(0, s.size, func(b box) error {
		known = b.to
		switch {
		case b.kind == "uuid" || b.kind == "udta":
			st.hidden = append(st.hidden, hide(b)...)
		case b.kind == "moov": // of a sequence
			info.Animated = true
		case b.kind == "meta" && !seen:
			seen = true
			return st.readMeta(b)
		}
		return nil
	})
	if err != nil && (!errors.Is(err, ErrTruncated) || st.info.Width == 0) {
		known = min(known, int64(be.Uint32(st.head()))) // which item is what is not known: only the first box stays
	}
	if err != nil {
		st.hidden = append(st.hidden, piece{From: known, To: s.size, Zero: true})
	}
	if berr := s.blank(st.hidden); berr != nil {
		return berr
	}
	if err == nil && !seen {
		err = fmt.Errorf("%w: there is no picture in it", ErrMalformed)
	}
	return err
}

// head is the size of the first box.
func (s *scanner) head() []byte {
	b := make([]byte, 4)
	_, _ = s.file.ReadAt(b, 0) // it was read before
	return b
}

// readMeta reads the meta box: first what the items are, then where.
func (st *still) readMeta(b box) error {
	if b.to-b.from > maxMeta || b.to-b.from < 4 {
		return fmt.Errorf("%w: a meta box of %d bytes", ErrMalformed, b.to-b.from)
	}
	if b.cut {
		return ErrTruncated
	}
	inner := map[string]box{}
	err := st.boxes(b.from+4, b.to, func(b box) error {
		if _, ok := inner[b.kind]; !ok {
			inner[b.kind] = b
		}
		return nil
	})
	if err != nil {
		return err
	}
	st.idat = inner["idat"]
	for _, part := range []struct {
		kind string
		read func(*fields, box) error
	}{{"pitm", st.readPrimary}, {"iinf", st.readItems}, {"iprp", st.readProperties}, {"iloc", st.readPlaces}} {
		b, ok := inner[part.kind]
		if !ok {
			continue
		}
		data := make([]byte, b.to-b.from)
		if _, err := st.file.ReadAt(data, b.from); err != nil {
			return err
		}
		if err := part.read(&fields{b: data}, b); err != nil {
			return err
		}
	}
	st.measure()
	return nil
}

// fields reads numbers of a box; beyond its end they are 0 and it is short.
type fields struct {
	b     []byte
	short bool
}

func (f *fields) uint(size int) uint64 {
	if size > len(f.b) {
		f.b, f.short = nil, true
		return 0
	}
	v := uint64(0)
	for _, b := range f.b[:size] {
		v = v<<8 | uint64(b)
	}
	f.b = f.b[size:]
	return v
}

// version reads the head of a full box.
func (f *fields) version() int { return int(f.uint(4) >> 24) } //nolint:gosec // a byte

// id reads the number of an item.
func (f *fields) id(wide bool) uint32 {
	if wide {
		return uint32(f.uint(4)) //nolint:gosec // four bytes
	}
	return uint32(f.uint(2)) //nolint:gosec // two bytes
}

func (f *fields) err() error {
	if f.short {
		return fmt.Errorf("%w: a box is too short", ErrMalformed)
	}
	return nil
}

func (st *still) readPrimary(f *fields, _ box) error {
	st.primary = f.id(f.version() > 0)
	return f.err()
}

// readItems finds the items that are metadata.
func (st *still) readItems(f *fields, b box) error {
	skip := int64(6)
	if f.version() > 0 {
		skip = 8
	}
	return st.boxes(b.from+skip, b.to, func(b box) error {
		data := make([]byte, min(b.to-b.from, 14))
		if _, err := st.file.ReadAt(data, b.from); b.kind != "infe" || err != nil {
			return err
		}
		e := &fields{b: data}
		wide := e.version() > 2
		id := e.id(wide)
		e.uint(2) // how it is protected
		switch e.uint(4) {
		case 'E'<<24 | 'x'<<16 | 'i'<<8 | 'f', 'm'<<24 | 'i'<<16 | 'm'<<8 | 'e', 'u'<<24 | 'r'<<16 | 'i'<<8 | ' ':
			st.private[id] = true
		}
		return e.err()
	})
}

// readPlaces finds where the items lie, and hides those that are metadata.
func (st *still) readPlaces(f *fields, _ box) error {
	version := f.version()
	sizes := f.uint(2)
	offset, length, base := int(sizes>>12&15), int(sizes>>8&15), int(sizes>>4&15)
	index := 0
	if version > 0 {
		index = int(sizes & 15)
	}
	items := f.id(version > 1)
	for range items {
		if f.short {
			break
		}
		id := f.id(version > 1)
		method := uint64(0)
		if version > 0 {
			method = f.uint(2) & 15
		}
		f.uint(2) // which file, of which there is one
		start := f.uint(base)
		for range f.uint(2) {
			f.uint(index)
			from, size := start+f.uint(offset), f.uint(length)
			if f.short {
				break
			}
			if st.private[id] {
				st.hideRange(method, from, size)
			}
		}
	}
	return f.err()
}

func (st *still) hideRange(method, from, size uint64) {
	if from > 1<<62 || size > 1<<62 {
		return
	}
	p := piece{From: int64(from), To: int64(from + size), Zero: true} //nolint:gosec // bounded
	if method == 1 {
		p.From, p.To = p.From+st.idat.from, p.To+st.idat.from
	}
	p.To = min(p.To, st.size)
	if len(st.hidden) < maxPieces {
		st.hidden = append(st.hidden, p)
	}
}

// readProperties finds sizes and rotations, and which the primary item has.
func (st *still) readProperties(_ *fields, b box) error {
	return st.boxes(b.from, b.to, func(b box) error {
		switch b.kind {
		case "ipco":
			return st.boxes(b.from, b.to, st.readProperty)
		case "ipma":
			data := make([]byte, min(b.to-b.from, maxMeta))
			if _, err := st.file.ReadAt(data, b.from); err != nil {
				return err
			}
			return st.readOwn(&fields{b: data})
		}
		return nil
	})
}

func (st *still) readProperty(b box) error {
	var data [12]byte
	n := min(b.to-b.from, int64(len(data)))
	if _, err := st.file.ReadAt(data[:n], b.from); err != nil {
		return err
	}
	var sh shape
	switch b.kind {
	case "ispe":
		sh.width, sh.height = int(be.Uint32(data[4:])), int(be.Uint32(data[8:]))
	case "irot":
		sh.turns = int(data[0] & 3)
	}
	st.shapes = append(st.shapes, sh)
	return nil
}

// readOwn reads which properties the primary item has.
func (st *still) readOwn(f *fields) error {
	head := f.uint(4)
	wideID, wide := head>>24 > 0, head&1 != 0
	for range f.uint(4) {
		if f.short {
			break
		}
		id := f.id(wideID)
		for range f.uint(1) {
			n := int(f.uint(1) & 0x7f) //nolint:gosec // seven bits
			if wide {
				n = n<<8 | int(f.uint(1)) //nolint:gosec // a byte
			}
			if id == st.primary {
				st.own = append(st.own, n)
			}
		}
	}
	return f.err()
}

// measure takes the size that the primary item has, turned as it says.
func (st *still) measure() {
	turns := 0
	for _, n := range st.own {
		if n < 1 || n > len(st.shapes) {
			continue
		}
		sh := st.shapes[n-1]
		turns += sh.turns
		if sh.width > 0 && sh.height > 0 && sh.width < 1<<30 && sh.height < 1<<30 {
			st.info.Width, st.info.Height = sh.width, sh.height
		}
	}
	if turns&1 != 0 {
		st.info.Width, st.info.Height = st.info.Height, st.info.Width
	}
}
