package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Examine reads a file of size bytes that is called name. Of a file with
// something wrong with it, Info is as much as could be read, and what
// [Open] leaves of it is clean as far as it goes.
func Examine(r io.ReaderAt, size int64, name string) (Info, error) {
	info := Info{Orientation: 1}
	head := make([]byte, min(size, 512))
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return info, fmt.Errorf("read: %w", err)
	}
	head = head[:n]
	format, scan := recognize(head, path.Ext(name))
	info.Format = format
	if format == "" {
		info.pieces = []piece{{From: 0, To: size}}
		return info, notPicture(size)
	}
	s := newScanner(r, size)
	err = scan(s, &info)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = ErrTruncated
	}
	info.pieces = s.pieces
	if err != nil && info.Width == 0 && s.isHarmless() {
		info.pieces = []piece{{From: 0, To: size}}
	}
	if info.Orientation >= 5 {
		info.Width, info.Height = info.Height, info.Width
	}
	if format != Film {
		var herr error
		if info.Hash, herr = s.hash(); herr != nil {
			return info, fmt.Errorf("read: %w", herr)
		}
	}
	return info, errors.Join(err, fits(format, name))
}

// isHarmless reports whether a file that is no picture after all, though it begins
// like one, is small and has no trace of metadata in it.
func (s *scanner) isHarmless() bool {
	if s.size > 64<<10 {
		return false
	}
	b := make([]byte, s.size)
	if _, err := s.file.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	for _, trace := range []string{"exif", "xmp", "adobe", "photoshop", "gps", "xyz"} {
		if bytes.Contains(bytes.ToLower(b), []byte(trace)) {
			return false
		}
	}
	return true
}

func notPicture(size int64) error {
	if size == 0 {
		return fmt.Errorf("%w: the file is empty", ErrNotPicture)
	}
	return fmt.Errorf("%w of a kind that is known here", ErrNotPicture)
}

// fits is an error if the name says another format than the file is.
func fits(format Format, name string) error {
	ext := strings.ToLower(path.Ext(name))
	if extensions[ext] == format {
		return nil
	}
	return fmt.Errorf("%w: the file is %s, and its name ends in %q", ErrWrongName, format, ext)
}

// Expected reports whether a name ends like that of a picture or film, so that an error
// of [Examine] is one.
func Expected(name string) bool {
	_, ok := extensions[strings.ToLower(path.Ext(name))]
	return ok
}

// Check is an error if something is wrong with a file whose name promises a picture
// or a film, or if it is too large to make smaller ones. Readers get it all the
// same, as far as it can be read.
func Check(fsys fs.FS, name string) error {
	if !Expected(name) {
		return nil
	}
	f, err := fsys.Open(name)
	if err != nil {
		return fmt.Errorf("check %s: %w", name, err)
	}
	defer func() { _ = f.Close() }()
	stat, err := f.Stat()
	if err != nil {
		return fmt.Errorf("check %s: %w", name, err)
	}
	r, size, err := readerAt(f, stat)
	if err != nil {
		return fmt.Errorf("check %s: %w", name, err)
	}
	info, err := Examine(r, size, name)
	if err == nil {
		_, err = info.Resizable()
	}
	return err
}

// recognize tells the format by the first bytes of a file. SVG is a text like
// others, so its name has to say it too.
func recognize(head []byte, ext string) (Format, func(*scanner, *Info) error) {
	has := func(at int, text string) bool {
		return len(head) >= at+len(text) && string(head[at:at+len(text)]) == text
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return JPEG, scanJPEG
	case has(0, pngMagic):
		return PNG, scanPNG
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return GIF, scanGIF
	case has(0, "RIFF") && has(8, "WEBP"):
		return WebP, scanWebP
	case has(4, "ftyp"):
		return recognizeBoxes(head)
	case strings.EqualFold(ext, ".svg") && bytes.Contains(head, []byte("<")):
		return SVG, scanSVG
	}
	return "", nil
}

// hashOf names bytes: 128 bits of their SHA-256 are plenty against chance.
func hashOf(sum []byte) string { return base64.RawURLEncoding.EncodeToString(sum[:16]) }

// hash reads what was not read yet and names the file.
func (s *scanner) hash() (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(s.file, 0, s.size)); err != nil {
		return "", err
	}
	return hashOf(h.Sum(nil)), nil
}
