package content

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"sync"

	"hamlet/internal/markup"
)

// A packed text is deflated: its fields in order, numbers as varints, texts and
// lists with their length in front. It never leaves the memory of one process, so
// it needs no version.

var (
	deflaters = sync.Pool{New: func() any {
		w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is one there is
		return w
	}}
	inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}
)

// pack makes few bytes of a rendered text.
func pack(r markup.Rendered) []byte {
	var p packer
	p.rendered(&r)
	var out bytes.Buffer
	w, _ := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&out)
	_, _ = w.Write(p.out) // a Buffer takes everything
	_ = w.Close()
	return bytes.Clone(out.Bytes())
}

// unpack makes a rendered text of what pack made of it.
func unpack(packed []byte) markup.Rendered {
	z, _ := inflaters.Get().(io.Reader)
	defer inflaters.Put(z)
	if resetter, ok := z.(flate.Resetter); ok {
		_ = resetter.Reset(bytes.NewReader(packed), nil)
	}
	data, _ := io.ReadAll(z)
	p := packer{in: string(data), reading: true}
	var r markup.Rendered
	p.rendered(&r)
	return r
}

// packer writes to out, or reads from in; one list of fields does for both.
type packer struct {
	out     []byte
	in      string
	reading bool
}

func (p *packer) rendered(r *markup.Rendered) {
	p.text((*string)(&r.HTML))
	p.text(&r.Opening)
	p.text((*string)(&r.Lead))
	packList(p, &r.Headings, func(h *markup.Heading) { p.number(&h.Level); p.text(&h.ID); p.text(&h.Text) })
	packList(p, &r.Sections, func(s *markup.Section) { p.text(&s.ID); p.text(&s.Heading); p.text(&s.Text) })
	p.number(&r.Words)
	packList(p, &r.Links, func(l *markup.Link) { p.text(&l.To); p.flag(&l.Image); p.number(&l.Line); p.number(&l.Column) })
	packList(p, &r.Pictures, p.text)
	packList(p, &r.IDs, p.text)
	p.flag(&r.Code)
	p.flag(&r.Math)
	packList(p, &r.Faults, func(f *markup.Fault) { p.number(&f.Line); p.number(&f.Column); p.text(&f.Text) })
}

func (p *packer) number(n *int) {
	if !p.reading {
		p.out = binary.AppendVarint(p.out, int64(*n))
		return
	}
	v, size := binary.Varint([]byte(p.in[:min(len(p.in), binary.MaxVarintLen64)]))
	*n, p.in = int(v), p.in[max(size, 0):]
}

func (p *packer) text(s *string) {
	n := len(*s)
	p.number(&n)
	if !p.reading {
		p.out = append(p.out, *s...)
		return
	}
	n = min(max(n, 0), len(p.in))
	*s, p.in = p.in[:n], p.in[n:]
}

func (p *packer) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	p.number(&n)
	*b = n == 1
}

func packList[T any](p *packer, list *[]T, each func(*T)) {
	n := len(*list)
	p.number(&n)
	if p.reading && n > 0 {
		*list = make([]T, n)
	}
	for i := range *list {
		each(&(*list)[i])
	}
}
