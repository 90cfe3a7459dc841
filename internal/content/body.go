package content

import (
	"html/template"
	"sync"

	"hamlet/internal/markup"
)

// body is the text of a post, rendered when it is first asked for.
type body struct {
	render func() markup.Rendered
}

// newBody is a body that will be rendered from Markdown.
func newBody(src []byte, o markup.Options) *body {
	return &body{render: sync.OnceValue(func() markup.Rendered {
		return markup.Author(src, o)
	})}
}

// SetBody gives a post a text that is rendered already.
func (p *Post) SetBody(r markup.Rendered) {
	p.body = &body{render: func() markup.Rendered { return r }}
}

// Body is the rendered text. The first call renders it; any number of
// goroutines may call it.
func (p *Post) Body() markup.Rendered {
	if p.body == nil {
		return markup.Rendered{}
	}
	return p.body.render()
}

// HTML is the rendered text's HTML.
func (p *Post) HTML() template.HTML { return p.Body().HTML }

// Teaser is what lists and feeds say a post is about: its summary, else the
// opening of its text. Plain text.
func (p *Post) Teaser() string {
	if p.Summary != "" {
		return p.Summary
	}
	return p.Body().Opening
}
