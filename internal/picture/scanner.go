package picture

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// maxPieces is how many pieces a clean file may have. Pictures have a handful; a
// file with more is made to waste memory.
const maxPieces = 4096

// scanner reads a file from the beginning and notes which pieces of it to keep.
type scanner struct {
	file   io.ReaderAt
	size   int64
	at     int64 // how far it has read
	in     *bufio.Reader
	pieces []piece
}

func newScanner(r io.ReaderAt, size int64) *scanner {
	return &scanner{file: r, size: size, in: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 64<<10)}
}

// read reads n bytes, which are not many.
func (s *scanner) read(n int) ([]byte, error) {
	b := make([]byte, n)
	got, err := io.ReadFull(s.in, b)
	s.at += int64(got)
	return b[:got], err
}

// byte reads one byte.
func (s *scanner) byte() (byte, error) {
	b, err := s.in.ReadByte()
	if err == nil {
		s.at++
	}
	return b, err
}

// skip passes over n bytes without reading what is far away.
func (s *scanner) skip(n int64) error {
	if n < 0 || n > s.size-s.at {
		s.at = s.size
		return ErrTruncated
	}
	if n <= int64(s.in.Size()) {
		_, err := s.in.Discard(int(n))
		s.at += n
		return err
	}
	s.at += n
	s.in.Reset(io.NewSectionReader(s.file, s.at, s.size-s.at))
	return nil
}

// keep keeps what was read since from.
func (s *scanner) keep(from int64) error { return s.keepTo(from, s.at) }

func (s *scanner) keepTo(from, to int64) error {
	if from >= to {
		return nil
	}
	if n := len(s.pieces); n > 0 && s.pieces[n-1].original() && s.pieces[n-1].To == from {
		s.pieces[n-1].To = to
		return nil
	}
	return s.add(piece{From: from, To: to})
}

// put puts bytes in.
func (s *scanner) put(b []byte) error { return s.add(piece{Text: b}) }

func (s *scanner) add(p piece) error {
	if len(s.pieces) == maxPieces {
		return fmt.Errorf("%w: it has more than %d pieces of metadata", ErrMalformed, maxPieces)
	}
	s.pieces = append(s.pieces, p)
	return nil
}

// blank keeps the whole file, but puts texts in place of as many bytes and zeros
// in place of others.
func (s *scanner) blank(instead []piece) error {
	slices.SortStableFunc(instead, func(a, b piece) int { return cmp.Compare(a.From, b.From) })
	at := int64(0)
	for _, p := range instead {
		if p.Zero {
			p.From, p.To = max(p.From, at), min(p.To, s.size)
		}
		if p.From < at || p.To > s.size || p.To <= p.From {
			continue // within what is gone already
		}
		if err := s.keepTo(at, p.From); err != nil {
			return err
		}
		if err := s.add(p); err != nil {
			return err
		}
		at = p.To
	}
	return s.keepTo(at, s.size)
}

var (
	be = binary.BigEndian
	le = binary.LittleEndian
)
