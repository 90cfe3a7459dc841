package picture

import (
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
			b.from, b.to = at+16, at+int64(min(be.Uint64(head[8:]), 1<<62))
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
