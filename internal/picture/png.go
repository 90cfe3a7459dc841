package picture

import (
	"fmt"
	"hash/crc32"
)

const pngMagic = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks that are needed to show a picture. Those that begin with a
// capital letter are kept anyway: without them nothing can be shown.
var pngKept = map[string]bool{
	"tRNS": true, "cHRM": true, "gAMA": true, "iCCP": true, "sBIT": true, "sRGB": true, "cICP": true,
	"mDCV": true, "cLLI": true, "bKGD": true, "hIST": true, "pHYs": true, "sPLT": true,
	"acTL": true, "fcTL": true, "fdAT": true,
}

func scanPNG(s *scanner, info *Info) error {
	if err := s.skip(int64(len(pngMagic))); err != nil {
		return err
	}
	if err := s.keep(0); err != nil {
		return err
	}
	for first := true; ; first = false {
		start := s.at
		head, err := s.read(8)
		if err != nil {
			return err
		}
		size, kind := int64(be.Uint32(head)), string(head[4:])
		if first != (kind == "IHDR") || size >= 1<<31 {
			return fmt.Errorf("%w: a wrong chunk at byte %d", ErrMalformed, start)
		}
		if err := pngChunk(s, info, start, kind, size); err != nil {
			return err
		}
		if kind == "IEND" {
			return nil
		}
	}
}

// pngChunk reads the rest of a chunk, with its checksum, and keeps it if it is
// needed.
func pngChunk(s *scanner, info *Info, start int64, kind string, size int64) error {
	switch kind {
	case "IHDR":
		b, err := s.read(13)
		if err != nil {
			return err
		}
		if size != 13 {
			return fmt.Errorf("%w: a wrong header", ErrMalformed)
		}
		if err := pngHeader(b, info); err != nil {
			return err
		}
		size = 0
	case "eXIf":
		return pngExif(s, info, size)
	case "tRNS":
		info.Alpha = true
	case "acTL":
		info.Animated = true
	case "iCCP":
		if size <= maxProfile {
			b, err := s.read(int(size))
			if err != nil {
				return err
			}
			info.profile, size = inflated(b), 0
		}
	}
	err := s.skip(size + 4)
	if kind[0] >= 'a' && !pngKept[kind] {
		return err
	}
	if kerr := s.keep(start); kerr != nil {
		return kerr
	}
	return err
}

func pngHeader(b []byte, info *Info) error {
	info.Width, info.Height = int(be.Uint32(b)), int(be.Uint32(b[4:]))
	if info.Width <= 0 || info.Height <= 0 || info.Width > 1<<30 || info.Height > 1<<30 {
		return fmt.Errorf("%w: it says that it has %d × %d pixels", ErrMalformed, info.Width, info.Height)
	}
	channels, ok := map[byte]int64{0: 1, 2: 4, 3: 1, 4: 4, 6: 4}[b[9]]
	if !ok {
		return fmt.Errorf("%w: colours of kind %d", ErrMalformed, b[9])
	}
	info.Alpha = b[9] == 4 || b[9] == 6
	info.Memory = channels
	if b[8] == 16 {
		info.Memory *= 2
	}
	if b[9] == 0 {
		info.Memory *= 4 // with a transparent colour it becomes RGBA
	}
	info.Memory *= int64(info.Width) * int64(info.Height)
	return nil
}

// pngExif leaves of Exif the orientation.
func pngExif(s *scanner, info *Info, size int64) error {
	n := min(size, 64<<10)
	b, err := s.read(int(n))
	if err != nil {
		return err
	}
	if err := s.skip(size - n + 4); err != nil {
		return err
	}
	o := orientation(b)
	if o == 1 || info.Orientation != 1 {
		return nil
	}
	info.Orientation = o
	return s.put(pngChunkOf("eXIf", minimalExif(o)))
}

// pngChunkOf is a chunk.
func pngChunkOf(kind string, data []byte) []byte {
	b := be.AppendUint32(nil, uint32(len(data))) //nolint:gosec // a few kilobytes
	b = append(append(b, kind...), data...)
	return be.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
