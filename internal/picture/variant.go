package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/image/webp"
)

// quality is the quality of smaller JPEGs: above it the files grow faster than
// anybody sees.
const quality = 82

// ErrNoVariant means that a picture cannot be had in a width.
var ErrNoVariant = errors.New("there is no such smaller picture")

// Variant opens a picture in one of the widths that [Info.Smaller] lists; it is
// made if it was not. The error is ErrNoVariant for another width, ErrTooLarge,
// or says why it could not be decoded.
func (s *Store) Variant(ctx context.Context, fsys fs.FS, name string, width int) (*File, error) {
	info, err := s.Look(fsys, name)
	if info.Format == "" {
		return nil, errors.Join(ErrNoVariant, err)
	}
	if _, err := info.Resizable(); err != nil {
		return nil, err
	}
	if !slices.Contains(info.Smaller(), width) {
		return nil, ErrNoVariant
	}
	f, err := s.make(ctx, key("variant", recipe, info.Hash, width), s.heavy, func(ctx context.Context) ([]byte, error) {
		return s.shrink(ctx, fsys, name, width)
	})
	if err != nil {
		return nil, fmt.Errorf("make %s %d pixels wide: %w", name, width, err)
	}
	f.Type = info.SmallerFormat().Type()
	return f, nil
}

// shrink makes a picture smaller.
func (s *Store) shrink(ctx context.Context, fsys fs.FS, name string, width int) ([]byte, error) {
	f, err := s.Open(fsys, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info := f.Info
	if !slices.Contains(info.Smaller(), width) {
		return nil, ErrNoVariant // it is another picture now
	}
	src, err := decode(ctx, info.Format, f)
	if err != nil {
		return nil, err
	}
	height := max(1, (info.Height*width+info.Width/2)/info.Width)
	w, h := width, height
	if info.Orientation >= 5 {
		w, h = h, w
	}
	if b := src.Bounds(); w > b.Dx() || h > b.Dy() {
		return nil, fmt.Errorf("%w: it has %d × %d pixels, and its header says more", ErrMalformed, b.Dx(), b.Dy())
	}
	dst, err := resample(ctx, src, w, h)
	if err != nil {
		return nil, err
	}
	_, gray := src.(*image.Gray)
	out, err := encode(info, upright(dst, info.Orientation), gray)
	if err != nil || info.Format != PNG || int64(len(out)) < f.Size {
		return out, err
	}
	// A drawing of few colours gets more of them, and larger, when it is resampled.
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}

// decode decodes a picture, and gives up when the context ends.
func decode(ctx context.Context, format Format, r io.Reader) (image.Image, error) {
	decoders := map[Format]func(io.Reader) (image.Image, error){JPEG: jpeg.Decode, PNG: png.Decode, WebP: webp.Decode}
	img, err := decoders[format](patientReader{ctx, r})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return img, nil
}

// patientReader reads until the context ends.
type patientReader struct {
	ctx context.Context //nolint:containedctx // it is an argument of the one call that reads
	r   io.Reader
}

// Read reads on.
func (p patientReader) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// upright turns and mirrors a picture as the orientation of Exif says.
func upright(src *image.NRGBA, orientation int) *image.NRGBA {
	if orientation < 2 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if orientation >= 5 {
		dw, dh = h, w
	}
	dst := image.NewNRGBA(image.Rect(0, 0, dw, dh))
	for y := range dh {
		for x := range dw {
			sx, sy := from(orientation, x, y, w, h)
			copy(dst.Pix[y*dst.Stride+4*x:][:4], src.Pix[sy*src.Stride+4*sx:])
		}
	}
	return dst
}

// from is the pixel of a picture of w × h that goes to x, y of the upright one.
func from(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// encode writes a smaller picture with the colour profile of the original.
func encode(info Info, img *image.NRGBA, gray bool) ([]byte, error) {
	var out bytes.Buffer
	if info.SmallerFormat() == PNG {
		if err := png.Encode(&out, img); err != nil {
			return nil, fmt.Errorf("write PNG: %w", err)
		}
		return withProfilePNG(out.Bytes(), info), nil
	}
	var src image.Image = &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect} // opaque, and much faster
	kind := "RGB "
	if gray {
		src, kind = grayOf(img), "GRAY"
	}
	if err := jpeg.Encode(&out, src, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("write JPEG: %w", err)
	}
	return withProfileJPEG(out.Bytes(), usable(info.profile, kind)), nil
}

func grayOf(img *image.NRGBA) *image.Gray {
	g := image.NewGray(img.Rect)
	for i := range g.Pix {
		g.Pix[i] = img.Pix[4*i]
	}
	return g
}
