package content

import (
	"fmt"
	"html/template"
	"strings"
	"sync"
	"sync/atomic"

	"hamlet/internal/markup"
)

// body is the text of a post. It is rendered when it is first asked for, and packed
// from then on: ten thousand rendered posts take a third of the memory that way,
// and unpacking one takes much less time than sending it.
type body struct {
	once    sync.Once
	src     []byte // until it was rendered
	options markup.Options

	done   atomic.Pointer[digest]
	packed []byte           // what was rendered
	whole  *markup.Rendered // instead of packed, for what was not rendered here
}

// digest is what is asked of a text so often that it is not worth unpacking it.
type digest struct {
	opening  string
	words    int
	pictures []string
}

// newBody is a body that will be rendered from Markdown.
func newBody(src []byte, o markup.Options) *body { return &body{src: src, options: o} }

// SetBody gives a post a text that is rendered already.
func (p *Post) SetBody(r markup.Rendered) {
	p.body = &body{whole: &r}
	p.body.once.Do(func() { p.body.done.Store(digestOf(r)) })
}

// digestOf copies what it keeps, which may be cut out of the whole text.
func digestOf(r markup.Rendered) *digest {
	d := &digest{opening: strings.Clone(r.Opening), words: r.Words}
	for _, p := range r.Pictures {
		d.pictures = append(d.pictures, strings.Clone(p))
	}
	return d
}

// Body is the rendered text. The first call renders it; any number of
// goroutines may call it.
func (p *Post) Body() markup.Rendered {
	if p.body == nil {
		return markup.Rendered{}
	}
	var fresh *markup.Rendered
	p.body.once.Do(func() {
		r := p.body.render()
		p.body.keep(r)
		fresh = &r
	})
	switch {
	case fresh != nil:
		return *fresh
	case p.body.whole != nil:
		return *p.body.whole
	}
	return unpack(p.body.packed)
}

// render renders the text. Nothing a text holds may take the blog down: should
// rendering panic, it is shown as it was typed, and the author is told.
func (b *body) render() (r markup.Rendered) {
	defer func() {
		if wrong := recover(); wrong != nil {
			r = markup.Rendered{
				HTML:   template.HTML("<pre>" + template.HTMLEscapeString(string(b.src)) + "</pre>\n"), //nolint:gosec // escaped
				Faults: []markup.Fault{{Line: b.options.Line, Column: 1, Text: fmt.Sprintf("the text cannot be rendered, and is shown as it was typed: %v", wrong)}},
			}
		}
	}()
	return markup.Author(b.src, b.options)
}

// keep keeps what was rendered, and lets go of the source.
func (b *body) keep(r markup.Rendered) {
	b.packed = pack(r)
	b.src, b.options = nil, markup.Options{}
	b.done.Store(digestOf(r))
}

// digest is the digest of the text, which is rendered for it if need be.
func (p *Post) digest() *digest {
	if p.body == nil {
		return &digest{}
	}
	if d := p.body.done.Load(); d != nil {
		return d
	}
	p.Body()
	return p.body.done.Load()
}

// pictures are the images that the text showed when it was rendered; none if it
// was not yet.
func (p *Post) pictures() []string {
	if p.body == nil {
		return nil
	}
	if d := p.body.done.Load(); d != nil {
		return d.pictures
	}
	return nil
}

// HTML is the rendered text's HTML.
func (p *Post) HTML() template.HTML { return p.Body().HTML }

// Words is how many words the text has; see [markup.Rendered].
func (p *Post) Words() int { return p.digest().words }

// Teaser is what lists and feeds say a post is about: its summary, else the
// opening of its text. Plain text.
func (p *Post) Teaser() string {
	if p.Summary != "" {
		return p.Summary
	}
	return p.digest().opening
}
