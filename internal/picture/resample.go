package picture

import (
	"context"
	"image"
	"image/draw"
	"math"
)

// resample makes a picture of width × height pixels, not more than it has, with the
// Catmull-Rom filter. It goes through the rows of the picture once and holds as many
// of them, narrowed already, as one new row is made of.
func resample(ctx context.Context, src image.Image, width, height int) (*image.NRGBA, error) {
	b := src.Bounds()
	across, down := spread(width, b.Dx()), spread(height, b.Dy())
	dst := image.NewNRGBA(image.Rect(0, 0, width, height))
	in := newRows(src, across, down)
	sum := make([]float32, 4*width)
	for y, t := range down {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(sum)
		for i, w := range t.weights {
			for x, v := range in.row(t.from + i) {
				sum[x] += w * v
			}
		}
		store(dst.Pix[y*dst.Stride:], sum)
	}
	return dst, nil
}

// taps are what a new pixel is made of: old ones from a place on, each with its
// weight.
type taps struct {
	from    int
	weights []float32
}

// spread says of what each of n pixels is made, when there were m before.
func spread(n, m int) []taps {
	scale := float64(m) / float64(n)
	reach := 2 * max(scale, 1)
	all := make([]taps, n)
	for i := range all {
		center := (float64(i)+0.5)*scale - 0.5
		from, to := max(int(math.Ceil(center-reach)), 0), min(int(math.Floor(center+reach)), m-1)
		t := taps{from: from, weights: make([]float32, to-from+1)}
		total := 0.0
		for k := range t.weights {
			total += catmullRom((float64(from+k) - center) / max(scale, 1))
		}
		for k := range t.weights {
			t.weights[k] = float32(catmullRom((float64(from+k)-center)/max(scale, 1)) / total)
		}
		all[i] = t
	}
	return all
}

// catmullRom is the cubic through its points, 2 to each side.
func catmullRom(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// rows hands out the rows of a picture, narrowed, of which it keeps the last ones.
type rows struct {
	src    image.Image
	line   *image.RGBA // one row of src
	across []taps
	kept   [][]float32 // row y is at y modulo their number
	next   int         // the row to narrow next
}

func newRows(src image.Image, across, down []taps) *rows {
	most := 0
	for _, t := range down {
		most = max(most, len(t.weights))
	}
	r := &rows{
		src: src, line: image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), 1)), across: across, kept: make([][]float32, most),
	}
	for i := range r.kept {
		r.kept[i] = make([]float32, 4*len(across))
	}
	return r
}

// row is row y. Rows are asked for in order, but for as many as are kept.
func (r *rows) row(y int) []float32 {
	for ; r.next <= y; r.next++ {
		r.narrow(r.next)
	}
	return r.kept[y%len(r.kept)]
}

// narrow reads a row of the picture and makes it narrower.
func (r *rows) narrow(y int) {
	b := r.src.Bounds()
	draw.Draw(r.line, r.line.Bounds(), r.src, image.Pt(b.Min.X, b.Min.Y+y), draw.Src)
	out := r.kept[y%len(r.kept)]
	for x, t := range r.across {
		var red, green, blue, alpha float32
		pix := r.line.Pix[4*t.from : 4*(t.from+len(t.weights))]
		for _, w := range t.weights {
			red += w * float32(pix[0])
			green += w * float32(pix[1])
			blue += w * float32(pix[2])
			alpha += w * float32(pix[3])
			pix = pix[4:]
		}
		out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = red, green, blue, alpha
	}
}

// store rounds a row of colours, which are multiplied by their alpha.
func store(dst []uint8, row []float32) {
	for i := 0; i < len(row); i += 4 {
		alpha := min(max(row[i+3], 0), 255)
		share := float32(1)
		if alpha > 0 && alpha < 254.5 {
			share = 255 / alpha
		}
		for k := range 3 {
			dst[i+k] = round(row[i+k] * share)
		}
		dst[i+3] = round(alpha)
	}
}

func round(v float32) uint8 { return uint8(min(max(v, 0), 255) + 0.5) }
