package picture

import (
	"fmt"
)

func scanGIF(s *scanner, info *Info) error {
	head, err := s.read(13)
	if err != nil {
		return err
	}
	info.Width, info.Height = int(le.Uint16(head[6:])), int(le.Uint16(head[8:]))
	if err := s.skip(gifColours(head[10])); err != nil {
		return err
	}
	if err := s.keep(0); err != nil {
		return err
	}
	for images := 0; ; {
		start := s.at
		kind, err := s.byte()
		if err != nil {
			return err
		}
		switch kind {
		case 0x3b:
			if images == 0 {
				err = fmt.Errorf("%w: there is no picture in it", ErrMalformed)
			}
			if kerr := s.keep(start); kerr != nil {
				return kerr
			}
			return err
		case 0x21:
			err = gifExtension(s, start)
		case 0x2c:
			images++
			info.Animated = images > 1
			err = gifImage(s, start)
		default:
			err = fmt.Errorf("%w: a wrong block at byte %d", ErrMalformed, start)
		}
		if err != nil {
			return err
		}
	}
}

// gifColours is the size of the table of colours that flags speak of.
func gifColours(flags byte) int64 {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// gifExtension drops comments and what applications have put in, but for how often
// to repeat.
func gifExtension(s *scanner, start int64) error {
	label, err := s.byte()
	if err != nil {
		return err
	}
	kept := label == 0xf9 || label == 0x01
	if label == 0xff {
		b, err := s.read(12)
		if err != nil {
			return err
		}
		if b[0] != 11 {
			return fmt.Errorf("%w: a wrong extension at byte %d", ErrMalformed, start)
		}
		name := string(b[1:])
		kept = name == "NETSCAPE2.0" || name == "ANIMEXTS1.0"
	}
	if err := gifBlocks(s); err != nil {
		return err
	}
	if kept {
		return s.keep(start)
	}
	return nil
}

func gifImage(s *scanner, start int64) error {
	head, err := s.read(9)
	if err != nil {
		return err
	}
	if err := s.skip(gifColours(head[8]) + 1); err != nil { // and the size of codes
		return err
	}
	err = gifBlocks(s)
	if kerr := s.keep(start); kerr != nil {
		return kerr
	}
	return err
}

// gifBlocks passes over blocks up to the empty one.
func gifBlocks(s *scanner) error {
	for {
		n, err := s.byte()
		if err != nil || n == 0 {
			return err
		}
		if err := s.skip(int64(n)); err != nil {
			return err
		}
	}
}
