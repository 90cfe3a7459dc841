package markup

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

var (
	kindCard  = ast.NewNodeKind("Card")
	kindMedia = ast.NewNodeKind("Media")
)

// card is a video that lives elsewhere: a link to it, with a picture from here.
// Nothing is loaded from there until somebody follows it.
type card struct {
	ast.BaseBlock
	url, title, at string
}

func (*card) Kind() ast.NodeKind { return kindCard }

func (*card) Dump([]byte, int) {}

// media is a video or a sound of this blog, not loaded before it is played.
type media struct {
	ast.BaseBlock
	element, src, title, still string
	captions, language         string
}

func (*media) Kind() ast.NodeKind { return kindMedia }

func (*media) Dump([]byte, int) {}

// peerTube is what the paths of PeerTube's videos look like, on any host.
var peerTube = regexp.MustCompile(`^/(w|videos/watch)/([A-Za-z0-9]{20,25}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)

var vimeo = regexp.MustCompile(`^/(channels/[A-Za-z0-9]+/)?[0-9]{4,}(/[0-9a-f]+)?$`)

// isVideo reports whether an address is that of a video's page.
func isVideo(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return false
	}
	switch host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(u.Host), "www."), "m."); host {
	case "youtu.be":
		return videoID.MatchString(strings.TrimPrefix(u.Path, "/"))
	case "youtube.com", "youtube-nocookie.com":
		for _, prefix := range []string{"/embed/", "/shorts/", "/live/"} {
			if id, ok := strings.CutPrefix(u.Path, prefix); ok {
				return videoID.MatchString(id)
			}
		}
		return u.Path == "/watch" && videoID.MatchString(u.Query().Get("v"))
	case "vimeo.com", "player.vimeo.com":
		return vimeo.MatchString(strings.TrimPrefix(u.Path, "/video"))
	}
	return peerTube.MatchString(u.Path)
}

// lone is the only thing in a paragraph; nil if there is more.
func lone(p ast.Node, src []byte) ast.Node {
	var only ast.Node
	for c := p.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok && util.IsBlank(t.Segment.Value(src)) {
			continue
		}
		if only != nil {
			return nil
		}
		only = c
	}
	return only
}

// frame makes figures of paragraphs that are an image with a title, and cards of
// those that are a link to a video.
func (w *work) frame() {
	for _, p := range w.found.paragraphs {
		var with ast.Node
		switch n := lone(p, w.src).(type) {
		case *ast.AutoLink:
			if to := string(n.URL(w.src)); n.AutoLinkType == ast.AutoLinkURL && isVideo(to) {
				with = w.card(p.Pos(), to, "", "", "")
			}
		case *ast.Link:
			with = w.frameLink(p, n)
		case *ast.Image:
			with = w.frameImage(p, n, n)
		}
		if with == nil || p.Parent() == nil {
			continue
		}
		with.SetPos(p.Pos())
		p.Parent().ReplaceChild(p.Parent(), p, with)
	}
}

// frameLink makes a card of a link to a video, and a figure of an image in a link.
func (w *work) frameLink(p *ast.Paragraph, n *ast.Link) ast.Node {
	img, _ := lone(n, w.src).(*ast.Image)
	if isVideo(string(n.Destination)) {
		title, alt, still := string(util.EscapeHTML(n.Title)), "", ""
		if img == nil && title == "" {
			title = plain(n, w.src)
		}
		if img != nil {
			still, alt = string(img.Destination), plain(img, w.src)
			if title == "" {
				title, alt = alt, ""
			}
		}
		return w.card(n.Pos(), string(n.Destination), title, still, alt)
	}
	if img != nil {
		return w.frameImage(p, n, img)
	}
	return nil
}

// card is the card of a video. Its picture has to be of this blog.
func (w *work) card(pos int, address, title, still, alt string) ast.Node {
	c := &card{url: string(util.URLEscape([]byte(address), true)), title: title}
	w.linkTo(pos, address, false)
	if c.title == "" {
		c.title = w.word("video")
	}
	if u, err := url.Parse(address); err == nil {
		c.at = strings.ReplaceAll(w.word("video-at"), "{host}", strings.TrimPrefix(u.Host, "www."))
	}
	if dest, ok := resolve([]byte(still), w.o.Base); still != "" && ok {
		if isElsewhere(dest) {
			w.fault(pos, "the picture of a video has to be in this blog")
			return c
		}
		link := ast.NewLink()
		link.Destination = []byte(still)
		img := ast.NewImage(link)
		img.SetPos(pos)
		if alt != c.title {
			img.AppendChild(img, plainString(alt))
		}
		c.AppendChild(c, img)
	}
	return c
}

func renderCard(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	c := node.(*card)
	if entering {
		_, _ = w.WriteString(`<p class="video-card"><a href="` + escape(c.url) + `" rel="noopener noreferrer">`)
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<span class="video-title">` + escape(c.title) + `</span> <span class="video-at">` + escape(c.at) + "</span></a></p>\n")
	return ast.WalkContinue, nil
}

func renderMedia(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	m := node.(*media)
	_, _ = w.WriteString(`<figure class="` + m.element + "\">\n<" + m.element + ` controls preload="none" src="` + escape(m.src) + `"`)
	if m.still != "" {
		_, _ = w.WriteString(` poster="` + escape(m.still) + `"`)
	}
	if m.title != "" {
		_, _ = w.WriteString(` aria-label="` + escape(m.title) + `"`)
	}
	_ = w.WriteByte('>')
	if m.captions != "" {
		_, _ = w.WriteString(`<track kind="captions" src="` + escape(m.captions) + `"`)
		if allowed["lang"].MatchString(m.language) {
			_, _ = w.WriteString(` srclang="` + escape(m.language) + `"`)
		}
		_ = w.WriteByte('>')
	}
	name := m.title
	if name == "" {
		name = m.src
	}
	_, _ = w.WriteString(`<a href="` + escape(m.src) + `">` + escape(name) + "</a></" + m.element + ">\n")
	if m.title != "" {
		_, _ = w.WriteString("<figcaption>" + escape(m.title) + "</figcaption>\n")
	}
	_, _ = w.WriteString("</figure>\n")
	return ast.WalkSkipChildren, nil
}
