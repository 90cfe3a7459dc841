package spam

import (
	"bytes"
	"strings"
)

// Field is a part of a message that a reason may come from.
type Field string

// The fields.
const (
	FieldBody   Field = "body"
	FieldAuthor Field = "author"
	FieldSite   Field = "author_url"
)

// Span is a part of a field as it was typed, in bytes.
type Span struct {
	Field Field `json:"field"`
	From  int   `json:"from"`
	To    int   `json:"to"`
}

// trail is where features are found: who explains a message reads it with one.
type trail struct {
	found []feature // all features, in the order they were found
	ends  map[Field]int
	steps []step // of the body
	now   step   // what is being read
}

// step is a word, a link or a run of characters of the folded body; the features
// found there are those up to found that are not of the step before.
type step struct {
	found, lo, hi int
	link          bool
	links         int // how many links there were before
}

// leave notes that a field was read.
func (t *trail) leave(r *reader, f Field) {
	if t == nil {
		return
	}
	if f == FieldBody {
		t.found = r.found
	}
	if t.ends == nil {
		t.ends = map[Field]int{}
	}
	t.ends[f] = len(r.found)
	t.now.found = len(r.found)
}

// reach notes that the body was read up to i. What was found since the last time
// stands between there and here.
func (t *trail) reach(r *reader, i int) {
	link := r.stats.links > t.now.links
	if len(r.found) > t.now.found || link {
		t.steps = append(t.steps, step{found: len(r.found), lo: t.now.lo, hi: i, link: link})
	}
	t.now = step{found: len(r.found), lo: i, links: r.stats.links}
}

// places are where features of a message stand in it.
type places struct {
	wanted map[uint32]bool   // nobody asks where others stand; nil: all of them
	spans  map[uint32][]Span // by the hash of the feature
	links  []Span            // the links of the body
	hosts  []string          // the feature of the host, of each link
	site   string            // the same of the author's site; empty if there is none
}

// of is where a feature stands, in order of the text; nil if it is nowhere.
func (p *places) of(feature string) []Span { return p.spans[hashOf(feature)] }

// wants reports whether somebody may ask where a feature stands. Of a message of some length
// most weigh nothing, and to note where they stand took longer than to read it.
func (p *places) wants(f feature) bool {
	return p.wanted == nil || p.wanted[f.hash] || f.kind == kindLinkHost || f.kind == kindSiteHost
}

// add notes a place of a feature.
func (p *places) add(f feature, s Span) {
	have := p.spans[f.hash]
	if n := len(have); n == 0 || have[n-1] != s { // "com" twice in a link is found there twice
		p.spans[f.hash] = append(have, s)
	}
}

// Reading is a message that was read, for all that is asked about it: to read it takes longer than
// to judge it.
type Reading struct {
	Message
	read  *reader
	trail *trail
}

// Read reads a message. What the blog remembers about it can be set later.
func Read(m Message) *Reading {
	t := &trail{}
	return &Reading{m, readAlong(m, t), t}
}

// locate reads a message once more and finds where its features stand that are wanted, and its
// links and its site. It takes time in proportion to the length of the message, like reading.
func locate(m Message, wanted map[uint32]bool) *places { return Read(m).locate(wanted) }

func (x *Reading) locate(wanted map[uint32]bool) *places {
	m, r, t := x.Message, x.read, x.trail
	p := &places{wanted: wanted, spans: map[uint32][]Span{}}
	p.inField(r, t.found[:t.ends[FieldAuthor]], FieldAuthor, m.Author)
	p.inField(r, t.found[t.ends[FieldAuthor]:t.ends[FieldSite]], FieldSite, m.AuthorURL)
	p.inBody(r, t, m.Body)
	return p
}

// inField places the features of a short field: a word of the author's name where it
// stands, all else at the whole field.
func (p *places) inField(r *reader, found []feature, field Field, typed string) {
	o := originOf(typed, maxField)
	if len(o.text) == 0 {
		return
	}
	for _, f := range found {
		if f.kind == kindSiteHost {
			p.site = r.name(f)
		}
		if f.kind == kindAuthorShape || f.kind == kindSiteShape || !p.wants(f) {
			continue
		}
		lo, hi := 0, len(o.text)
		if text := f.says(r); f.kind == kindAuthor && text != "" {
			if i := strings.Index(string(o.text), text); i >= 0 {
				lo, hi = i, i+len(text)
			}
		}
		p.add(f, o.at(field, lo, hi))
	}
}

// inBody places the features of a body: those of its steps, then those of its shape.
func (p *places) inBody(r *reader, t *trail, typed string) {
	o := originOf(typed, maxBody)
	body := r.body
	if len(o.text) != len(body) {
		return // cannot be: the two are folded alike
	}
	text := []byte(body)
	before := step{found: t.ends[FieldSite]}
	for _, s := range t.steps {
		found := t.found[before.found:s.found]
		if s.link {
			p.links = append(p.links, o.at(FieldBody, s.lo, s.hi))
			p.hosts = append(p.hosts, linkHostOf(r, found))
		}
		at := s.lo // of what is noted in order, the next stands here or behind
		for _, f := range found {
			lo, hi := s.lo, s.hi
			switch f.kind {
			case kindWords:
				lo = before.lo // with the word before
			case kindChars:
				said := r.text[f.lo:f.hi]
				if i := bytes.Index(text[at:s.hi], said); i >= 0 {
					at += i
					lo, hi = at, at+len(said)
				}
			default: // the whole word or link
			}
			if p.wants(f) {
				p.add(f, o.at(FieldBody, lo, hi))
			}
		}
		before = s
	}
	for _, f := range t.found[before.found:] {
		if p.wants(f) {
			p.shape(f, f.says(r), o)
		}
	}
}

// linkHostOf is the name of the feature of a link's host; empty if it has none, as one
// link of very many.
func linkHostOf(r *reader, found []feature) string {
	for _, f := range found {
		if f.kind == kindLinkHost {
			return r.name(f)
		}
	}
	return ""
}

// says is the text of a feature, without its kind.
func (f feature) says(r *reader) string {
	_, text, _ := strings.Cut(r.name(f), ":")
	return text
}

// maxMarks is how many of the marks that a shape counts are placed.
const maxMarks = 200

// shape places a feature of the shape that has a place.
func (p *places) shape(f feature, name string, o origin) {
	key, value, _ := strings.Cut(name, "=")
	switch key {
	case "links", "hosts", "share of links", "links to front pages", "begins with a link":
		if value != "0" {
			p.spans[f.hash] = p.links
		}
	case "exclamation marks":
		p.each(f, o, "!")
	case "question marks":
		p.each(f, o, "?")
	}
	for _, k := range signs {
		if name == constants[k.mark].text {
			p.each(f, o, k.text)
		}
	}
}

// each places every occurrence of a text.
func (p *places) each(f feature, o origin, text string) {
	for at, n := 0, 0; n < maxMarks; n++ {
		i := bytes.Index(o.text[at:], []byte(text))
		if i < 0 {
			return
		}
		at += i + len(text)
		p.add(f, o.at(FieldBody, at-len(text), at))
	}
}
