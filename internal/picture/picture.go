// Package picture knows image files: how large they are, what they would tell
// about their author, and how to make smaller ones. It also paints the cards that
// other sites show beside a link.
//
// # Examining
//
// [Examine] reads a file once, from its beginning to its end, and decodes nothing:
//
//	format                 size from                 metadata taken out
//	JPEG                   SOF                       Exif, XMP, IPTC, comments, previews,
//	                                                 whatever follows the picture
//	PNG, APNG              IHDR                      eXIf, tEXt, zTXt, iTXt, tIME and whatever
//	                                                 is not needed to show the picture
//	GIF                    the screen                comments, XMP
//	WebP                   VP8X, VP8 or VP8L         EXIF, XMP
//	AVIF, HEIC             ispe of the main item     Exif and XMP items
//	SVG                    width and height, viewBox nothing: it is a text of its author
//	MP4, MOV               not measured              udta and meta boxes, which hold the place
//
// Colour profiles stay, and so does the orientation of a camera: where Exif had one
// a new Exif of 26 bytes says that and nothing else. Sizes are those of the upright
// picture. What is taken out is cut off the file, or zeroed where a box format
// counts bytes from the beginning; the rest is served as it is, without loss and
// without a copy: a clean file is a list of pieces of the original ([Open]).
//
// Not taken out: tracks of places in films (action cameras), tags in audio files,
// which are meant to be read, and anything in a PDF, TIFF or camera's raw file.
//
// A file that breaks off, or that is something else than its name says, gives an
// error that says so and is served as far as it could be read. Nothing here panics,
// and no claim of a header is believed with memory: a reader takes 64 KiB, and a box
// of at most 1 MiB.
//
// # Smaller ones
//
// [Store.Variant] makes a picture of one of [Widths], upright and without metadata
// but for its colour profile: JPEG from JPEG and from WebP without transparency
// (quality 82), else PNG. A PNG that would become no smaller in bytes stays as it is.
// It resamples with Catmull-Rom, row by row. One picture at a time is decoded; those
// above 50 megapixels, or that would take more than 256 MiB to decode, are
// [ErrTooLarge] and stay as they are. So do animations, SVG, AVIF and HEIC. A picture
// that takes longer than half a minute is given up.
//
// # The cache
//
// What was made is kept in a folder, in files that are named by a hash of what they
// were made of and end in a hash of their own content: a file that is broken is
// made again. Several processes may share the folder, and it may be deleted at any time.
// When it holds more than its limit, what was used longest ago goes.
//
// # Cards
//
// [Store.Card] paints 1200 × 630 pixels with a title and the name of the blog in
// Vollkorn (font/LICENSE.txt), which has the Latin, Greek and Cyrillic letters. A
// title in another script is left out instead of showing boxes. The same texts give
// the same bytes.
//
// Sources: JPEG ITU T.81, Exif 2.32 and TIFF 6.0, PNG (W3C, third edition), GIF89a, the WebP
// container specification, ISO/IEC 14496-12 and 23008-12.
package picture

import (
	"errors"
	"fmt"
)

// Format is a kind of file that can be examined.
type Format string

// The formats.
const (
	JPEG Format = "JPEG"
	PNG  Format = "PNG"
	GIF  Format = "GIF"
	WebP Format = "WebP"
	AVIF Format = "AVIF"
	HEIC Format = "HEIC"
	SVG  Format = "SVG"
	Film Format = "MP4" // and QuickTime
)

// mediaTypes are the media types of the formats, and extensions the ends of
// names that fit, without the dot.
var (
	mediaTypes = map[Format]string{
		JPEG: "image/jpeg", PNG: "image/png", GIF: "image/gif", WebP: "image/webp",
		AVIF: "image/avif", HEIC: "image/heic", SVG: "image/svg+xml", Film: "video/mp4",
	}
	extensions = map[string]Format{
		".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".gif": GIF, ".webp": WebP, ".avif": AVIF,
		".heic": HEIC, ".heif": HEIC, ".svg": SVG, ".mp4": Film, ".m4v": Film, ".mov": Film,
	}
)

// Type is the media type.
func (f Format) Type() string { return mediaTypes[f] }

// The things that can be wrong with a file. Errors of [Examine] wrap them and say more.
var (
	ErrNotPicture = errors.New("this is not a picture")
	ErrTruncated  = errors.New("the file breaks off")
	ErrMalformed  = errors.New("the file is broken")
	ErrWrongName  = errors.New("the name does not fit")
	ErrTooLarge   = errors.New("the picture is too large to make smaller ones")
)

// Limits of what is decoded.
const (
	maxPixels = 50_000_000
	maxMemory = 256 << 20
)

// Widths are the widths of smaller pictures.
var Widths = []int{480, 800, 1200, 1600}

// Info is what is known about a file.
type Info struct {
	Format Format // empty if it is none of ours
	// Width and Height are in pixels, upright; 0 if not known.
	Width, Height int
	// Orientation is how the stored pixels have to be turned, as Exif counts: 1 (not
	// at all) to 8.
	Orientation int
	Alpha       bool // it may be transparent
	Animated    bool
	// Hash names the bytes of the file; empty for a film.
	Hash string
	// Memory is how many bytes decoding it takes, about.
	Memory int64

	pieces  []piece
	profile []byte // ICC, to go into smaller ones
}

// Resizable reports whether smaller pictures can be made of it; the error wraps
// ErrTooLarge if it is only too large, and is nil for a format of which none are made.
func (i Info) Resizable() (bool, error) {
	switch i.Format {
	case JPEG, PNG, WebP:
	default:
		return false, nil
	}
	if i.Animated || i.Width <= 0 || i.Height <= 0 || i.Hash == "" {
		return false, nil
	}
	if int64(i.Width)*int64(i.Height) > maxPixels || i.Memory > maxMemory {
		return false, fmt.Errorf("%w: it has %d × %d pixels, and 50 megapixels or 256 MiB decoded are the most",
			ErrTooLarge, i.Width, i.Height)
	}
	return true, nil
}

// Smaller lists the widths, of [Widths], that the picture can be had in.
func (i Info) Smaller() []int {
	if ok, _ := i.Resizable(); !ok {
		return nil
	}
	var widths []int
	for _, w := range Widths {
		if w < i.Width {
			widths = append(widths, w)
		}
	}
	return widths
}

// SmallerFormat is the format of smaller pictures.
func (i Info) SmallerFormat() Format {
	if i.Format == JPEG || i.Format == WebP && !i.Alpha {
		return JPEG
	}
	return PNG
}

// piece is a part of a clean file: a range of the original, or in place of a range
// a text or zeros.
type piece struct {
	From, To int64
	Text     []byte
	Zero     bool
}

// original reports whether the piece is a range of the original.
func (p piece) original() bool { return p.Text == nil && !p.Zero }

func (p piece) size() int64 {
	if p.Text != nil {
		return int64(len(p.Text))
	}
	return p.To - p.From
}
