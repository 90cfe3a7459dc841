package picture

import (
	"errors"
	"fmt"
)

// still is an AVIF or HEIC while it is read.
type still struct {
	*scanner
	info    *Info
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
func (f *fields) version() int { return int(f.uint(4) >> 24) }

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
			n := int(f.uint(1) & 0x7f)
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
