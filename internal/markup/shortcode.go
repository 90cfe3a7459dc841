package markup

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var kindShortcode = ast.NewNodeKind("Shortcode")

// shortcode is {{< name "value" key="value" >}} on a line of its own.
type shortcode struct {
	ast.BaseBlock
	name   string
	values []string          // without a key, in order
	keys   map[string]string // lower case
	typed  string
}

func (*shortcode) Kind() ast.NodeKind { return kindShortcode }

func (*shortcode) Dump([]byte, int) {}

// shortcodeLine is the line of a shortcode, with its name and the rest.
var shortcodeLine = regexp.MustCompile(`^\s*\{\{[<%]\s*(/?[\p{L}\p{N}_/.-]+)((?:\s[^\n]*?)?)\s*/?\s*[>%]\}\}\s*$`)

// shortcodeParser reads shortcodes.
type shortcodeParser struct{}

func (shortcodeParser) Trigger() []byte { return []byte{'{'} }

func (shortcodeParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if !bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("{{")) || len(line) > maxShortcode {
		return nil, parser.NoChildren
	}
	m := shortcodeLine.FindSubmatch(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	s := &shortcode{name: string(m[1]), keys: map[string]string{}, typed: strings.TrimSpace(string(line))}
	s.read(string(m[2]))
	reader.AdvanceToEOL()
	return s, parser.NoChildren
}

// maxShortcode is how long the line of a shortcode may be, in bytes.
const maxShortcode = 4000

// read reads values with and without keys.
func (s *shortcode) read(rest string) {
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, " \t=\"'`")
		key := ""
		if end > 0 && rest[end] == '=' {
			key, rest = strings.ToLower(rest[:end]), rest[end+1:]
		}
		var value string
		if rest != "" && strings.ContainsRune("\"'`", rune(rest[0])) {
			value, rest, _ = strings.Cut(rest[1:], rest[:1])
		} else if end = strings.IndexAny(rest, " \t"); end >= 0 {
			value, rest = rest[:end], rest[end:]
		} else {
			value, rest = rest, ""
		}
		if key == "" {
			s.values = append(s.values, value)
		} else {
			s.keys[key] = value
		}
	}
}

// get is the value of the first of the keys that is there; else the value at a
// place, if there is one.
func (s *shortcode) get(place int, keys ...string) string {
	for _, k := range keys {
		if v := s.keys[k]; v != "" {
			return v
		}
	}
	if place >= 0 && place < len(s.values) {
		return s.values[place]
	}
	return ""
}

func (shortcodeParser) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

func (shortcodeParser) Close(ast.Node, text.Reader, parser.Context) {}

func (shortcodeParser) CanInterruptParagraph() bool { return true }

func (shortcodeParser) CanAcceptIndentedLine() bool { return false }

// expand replaces the shortcodes of a text by what they stand for. One that is
// not known, or lacks what it needs, is shown as it was typed.
func (w *work) expand() {
	for _, s := range w.found.shortcodes {
		var with ast.Node
		problem := ""
		switch s.name {
		case "figure":
			with, problem = w.figureOf(s)
		case "video", "audio":
			with, problem = w.mediaOf(s)
		case "youtube":
			with, problem = w.videoAt(s, "https://www.youtube.com/watch?v=")
		case "vimeo":
			with, problem = w.videoAt(s, "https://vimeo.com/")
		default:
			problem = "is not known; there are figure, video, audio, youtube and vimeo"
		}
		if problem != "" {
			w.fault(s.Pos(), "the shortcode "+s.name+" "+problem)
			with = ast.NewParagraph()
			typed := ast.NewString([]byte(escape(s.typed)))
			typed.SetCode(true)
			with.AppendChild(with, typed)
		}
		with.SetPos(s.Pos())
		s.Parent().ReplaceChild(s.Parent(), s, with)
	}
}

// figureOf is {{< figure src alt caption title width class id link >}}.
func (w *work) figureOf(s *shortcode) (ast.Node, string) {
	src := s.get(0, "src")
	if src == "" {
		return nil, "needs an image: src"
	}
	link := ast.NewLink()
	link.Destination = []byte(src)
	img := ast.NewImage(link)
	img.SetPos(s.Pos())
	img.AppendChild(img, plainString(s.get(1, "alt")))
	if width := strings.TrimSuffix(s.get(-1, "width"), "px"); allowed["width"].MatchString(width) {
		img.SetAttributeString("width", width)
	}
	f := &figure{caption: s.get(2, "caption", "title")}
	for _, name := range []string{"class", "id"} {
		if v := s.get(-1, name); allowed[name].MatchString(v) {
			f.SetAttributeString(name, v)
		}
	}
	if to := s.get(-1, "link", "href"); to != "" {
		around := ast.NewLink()
		around.SetPos(s.Pos())
		around.Destination = []byte(to)
		around.AppendChild(around, img)
		f.AppendChild(f, around)
	} else {
		f.AppendChild(f, img)
	}
	return f, ""
}

// plainString is a text in which nothing means anything but itself.
func plainString(s string) *ast.String {
	n := ast.NewString([]byte(escape(s)))
	n.SetCode(true)
	return n
}

// mediaOf is {{< video src title still captions lang >}} for a file of this blog
// or the address of a video elsewhere, and {{< audio src title >}}.
func (w *work) mediaOf(s *shortcode) (ast.Node, string) {
	src, title, still := s.get(0, "src", "url"), s.get(1, "title", "caption"), s.get(2, "still", "poster", "image")
	if src == "" {
		return nil, "needs a file or an address: src"
	}
	dest, ok := resolve([]byte(src), w.o.Base)
	switch {
	case !ok:
		return nil, "has an address that cannot be followed"
	case isElsewhere(dest):
		return w.card(s.Pos(), src, title, still, title), ""
	}
	m := &media{element: s.name, title: title}
	w.linkTo(s.Pos(), src, false)
	m.src = w.address(src)
	if still != "" && s.name == "video" {
		w.linkTo(s.Pos(), still, true)
		m.still = w.address(still)
	}
	if captions := s.get(-1, "captions", "track"); captions != "" {
		w.linkTo(s.Pos(), captions, false)
		m.captions, m.language = w.address(captions), s.get(-1, "lang", "language")
	}
	return m, ""
}

// address is an address of this blog as it stands in a page.
func (w *work) address(typed string) string {
	dest, _ := resolve([]byte(typed), w.o.Base)
	return strings.ReplaceAll(string(dest), "&amp;", "&")
}

// linkTo notes an address that a shortcode leads to.
func (w *work) linkTo(pos int, to string, image bool) {
	l := Link{To: to, Image: image}
	l.Line, l.Column = w.place.at(pos)
	w.out.Links = append(w.out.Links, l)
}

// videoAt is {{< youtube ID >}} or {{< vimeo ID >}}, as in Hugo.
func (w *work) videoAt(s *shortcode, prefix string) (ast.Node, string) {
	id := s.get(0, "id")
	if !videoID.MatchString(id) {
		return nil, "needs the id of a video"
	}
	title := s.get(-1, "title")
	return w.card(s.Pos(), prefix+id, title, s.get(-1, "still", "poster", "image"), title), ""
}

var videoID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
