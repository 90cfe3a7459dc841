package picture

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
)

// Markers of JPEG (ITU T.81, table B.1).
const (
	markSOI  = 0xd8
	markEOI  = 0xd9
	markSOS  = 0xda
	markDHT  = 0xc4
	markJPG  = 0xc8
	markDAC  = 0xcc
	markAPP0 = 0xe0
	markTEM  = 0x01
	markCOM  = 0xfe
)

// maxScans is how many passes over its pixels a JPEG may make. Progressive ones
// have about ten; each costs the time of a whole picture, however few its bytes are.
const maxScans = 100

// maxProfile is the size of a colour profile that goes into smaller pictures.
const maxProfile = 64 << 10

// jpegScan is a JPEG while it is read.
type jpegScan struct {
	*scanner
	info   *Info
	exif   bool // was seen
	framed bool // the header with the size was seen
	scans  int
	start  int64 // of the marker that was read last
	next   byte  // a marker that was read already; 0 if none
}

func scanJPEG(s *scanner, info *Info) error {
	j := &jpegScan{scanner: s, info: info}
	if _, err := s.read(2); err != nil {
		return err
	}
	if err := s.keep(0); err != nil {
		return err
	}
	for {
		mark, err := j.mark()
		if err != nil {
			return err
		}
		start := j.start
		switch {
		case mark == markEOI:
			return errors.Join(s.keep(start), j.whole())
		case mark == markTEM, mark >= 0xd0 && mark < markSOI:
			err = s.keep(start)
		case mark == markSOI, mark < 0xc0:
			return fmt.Errorf("%w: an unexpected marker %#x", ErrMalformed, mark)
		default:
			err = j.segment(start, mark)
		}
		if err != nil {
			return err
		}
	}
}

// mark reads a marker, of which any number of bytes 0xff may be the beginning.
func (j *jpegScan) mark() (byte, error) {
	if mark := j.next; mark != 0 {
		j.next, j.start = 0, j.at-2
		return mark, nil
	}
	j.start = j.at
	b, err := j.byte()
	if err != nil {
		return 0, err
	}
	if b != 0xff {
		return 0, fmt.Errorf("%w: no marker at byte %d", ErrMalformed, j.at-1)
	}
	for b == 0xff {
		if b, err = j.byte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// whole is an error if what a picture needs was not there.
func (j *jpegScan) whole() error {
	switch {
	case !j.framed || j.scans == 0:
		return fmt.Errorf("%w: there is no picture in it", ErrMalformed)
	case j.info.Width == 0 || j.info.Height == 0:
		return fmt.Errorf("%w: its size is not said", ErrMalformed)
	}
	return nil
}

// segment reads a segment and keeps it if it is needed.
func (j *jpegScan) segment(start int64, mark byte) error {
	b, err := j.read(2)
	if err != nil {
		return err
	}
	size := int(be.Uint16(b)) - 2
	if size < 0 {
		return fmt.Errorf("%w: a segment without a length", ErrMalformed)
	}
	data, err := j.read(size)
	if err != nil {
		return err
	}
	switch {
	case mark >= markAPP0 && mark <= 0xef:
		return j.app(start, mark, data)
	case mark == markCOM, mark >= 0xf0: // JPGn are extensions that nobody uses
		return nil
	case mark == markSOS:
		return j.picture(start)
	case mark < 0xd0 && mark != markDHT && mark != markJPG && mark != markDAC:
		if err := j.frame(mark, data); err != nil {
			return err
		}
	}
	return j.keep(start)
}

// app keeps what an application's segment has to say about colours and, of Exif,
// the orientation.
func (j *jpegScan) app(start int64, mark byte, data []byte) error {
	has := func(prefix string) bool { return bytes.HasPrefix(data, []byte(prefix)) }
	switch {
	case mark == markAPP0 && has("JFIF\x00") && len(data) == 14,
		mark == markAPP0+14 && has("Adobe"):
		return j.keep(start)
	case mark == markAPP0 && has("JFIF\x00") && len(data) > 14: // with a preview
		return j.put(append([]byte("\xff\xe0\x00\x10"), append(data[:12:12], 0, 0)...))
	case mark == markAPP0+2 && has("ICC_PROFILE\x00") && len(data) >= 14:
		if len(j.info.profile)+len(data) <= maxProfile {
			j.info.profile = append(j.info.profile, data[14:]...)
		}
		return j.keep(start)
	case mark == markAPP0+1 && has("Exif\x00") && len(data) > 6 && !j.exif:
		j.exif = true
		if o := orientation(data[6:]); o != 1 {
			j.info.Orientation = o
			return j.put(append([]byte("\xff\xe1\x00\x22Exif\x00\x00"), minimalExif(o)...))
		}
	}
	return nil
}

// frame reads the header with the size.
func (j *jpegScan) frame(mark byte, data []byte) error {
	if j.framed || len(data) < 6 || len(data) < 6+3*int(data[5]) {
		return fmt.Errorf("%w: a wrong header", ErrMalformed)
	}
	j.framed = true
	j.info.Height, j.info.Width = int(be.Uint16(data[1:])), int(be.Uint16(data[3:]))
	samples, most := int64(0), int64(1)
	for i := range int(data[5]) {
		f := data[6+3*i+1]
		n := int64(f>>4) * int64(f&15)
		samples, most = samples+n, max(most, n)
	}
	pixels := int64(j.info.Width) * int64(j.info.Height)
	j.info.Memory = pixels * samples / most
	if mark == 0xc2 { // progressive: all coefficients wait, four bytes each
		j.info.Memory *= 5
	}
	return nil
}

// picture passes over the coded pixels, up to the next marker that is not one of
// their own.
func (j *jpegScan) picture(start int64) error {
	if j.scans++; j.scans > maxScans {
		return fmt.Errorf("%w: more than %d scans", ErrMalformed, maxScans)
	}
	for {
		part, err := j.in.ReadSlice(0xff)
		j.at += int64(len(part))
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return errors.Join(err, j.keep(start))
		}
		mark, err := j.byte()
		for err == nil && mark == 0xff {
			mark, err = j.byte()
		}
		switch {
		case err != nil:
			return errors.Join(err, j.keep(start))
		case mark == 0, mark >= 0xd0 && mark < markSOI:
			continue
		}
		j.next = mark
		return j.keepTo(start, j.at-2)
	}
}
