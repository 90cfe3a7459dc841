package site

import (
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"maps"
	"slices"
	"strconv"
	"time"

	"hamlet/internal/content"
)

// hash is the version of all that is shown.
func (s *Site) hash() string {
	h := newFields()
	h.add(s.frame, strconv.FormatBool(s.index != nil)) // related posts are others
	for _, posts := range [][]*Post{s.posts, s.pages} {
		h.number(len(posts))
		for _, p := range posts {
			h.post(p)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(s.gone)) {
		h.add(path, strconv.FormatBool(s.gone[path]))
	}
	return h.sum()
}

// hashFrame is the hash of what every page shows: what the blog says about
// itself, the menu, and which lists there are.
func (s *Site) hashFrame() string {
	h := newFields()
	m := s.Meta
	h.add(s.BaseURL, m.Title, m.Description, m.Language, m.Zone.String(), m.Permalink, m.SecurityContact)
	h.number(m.PerPage)
	for _, name := range slices.Sorted(maps.Keys(m.Authors)) {
		h.add(name, m.Authors[name].URL, m.Authors[name].About)
	}
	h.number(len(s.pages))
	for _, p := range s.pages {
		h.link(p)
	}
	for _, t := range taxonomies {
		h.add(strconv.FormatBool(len(s.Terms(t)) > 0))
	}
	return h.sum()
}

// Stamp is the hash of all that the post's page shows: another one means that the
// page must be made anew, the same one that it need not, whatever else of the blog
// changed. Of other posts a page may show title, URL and date, and no more;
// comments have their own revision. It is computed when it is first asked for.
func (p *Post) Stamp() string {
	if known := p.stamp.Load(); known != nil {
		return *known
	}
	h := newFields()
	h.add(p.home.frame)
	h.whole(p)
	h.links(p.Newer, p.Older)
	if at, ok := p.home.Place(p); ok {
		h.number(at.Part)
		h.number(at.Of)
		h.links(at.Posts...)
		for _, q := range at.Posts {
			h.number(q.Part)
		}
	}
	h.links(p.home.Related(p)...)
	stamp := h.sum()
	p.stamp.Store(&stamp)
	return stamp
}

// Stamp is the hash of all that a page with the list shows, as that of a post is.
// Of its posts it may show everything, of its term the count.
func (l List) Stamp() string {
	h := newFields()
	h.add(l.home.frame, l.URL, l.NewerURL, l.OlderURL)
	h.number(l.Page)
	h.number(l.Pages)
	if l.Term != nil {
		h.terms([]*Term{l.Term})
		h.add(l.Term.Link, l.Term.About)
		h.number(l.Term.Count)
	}
	h.number(len(l.Posts))
	for _, p := range l.Posts {
		h.whole(p)
		if l.Term != nil && l.Term.Taxonomy == Series {
			at, _ := l.home.Place(p)
			h.number(at.Part)
		}
	}
	return h.sum()
}

// Stamp is the hash of all that a page with the terms of a taxonomy shows.
func (s *Site) Stamp(t Taxonomy) string {
	h := newFields()
	h.add(s.frame, string(t))
	terms := s.Terms(t)
	h.terms(terms)
	for _, term := range terms {
		h.number(term.Count)
		h.add(term.Link, term.About)
	}
	return h.sum()
}

// ArchiveStamp is the hash of all that a page with the years and months shows.
func (s *Site) ArchiveStamp() string {
	h := newFields()
	h.add(s.frame)
	for _, m := range s.months {
		h.number(m.year)
		h.number(int(m.month))
		h.number(m.to - m.from)
	}
	return h.sum()
}

// FeedStamp is the hash of all that the feeds of a scope say.
func (s *Site) FeedStamp(sc Scope) string {
	h := newFields()
	h.add(s.frame)
	in, _ := s.feed(RSS, sc)
	h.add(in.title, in.description, in.home)
	h.number(len(in.posts))
	for _, p := range in.posts {
		h.whole(p)
	}
	return h.sum()
}

// FrameStamp is the hash of what every page shows: that of a page with nothing
// else.
func (s *Site) FrameStamp() string { return s.frame }

// fields hashes texts so that their bounds count: "ab", "c" is not "a", "bc".
type fields struct {
	hash hash.Hash
	buf  []byte
}

func newFields() *fields { return &fields{hash: sha256.New(), buf: make([]byte, 0, 1024)} }

func (f *fields) add(texts ...string) {
	for _, t := range texts {
		f.number(len(t))
		f.buf = append(f.buf, t...)
	}
	if len(f.buf) > 512 {
		f.flush()
	}
}

func (f *fields) number(n int) { f.buf = append(strconv.AppendInt(f.buf, int64(n), 10), ':') }

func (f *fields) flush() {
	_, _ = f.hash.Write(f.buf) // a hash takes everything
	f.buf = f.buf[:0]
}

func (f *fields) sum() string {
	f.flush()
	return base64.RawURLEncoding.EncodeToString(f.hash.Sum(nil)[:12])
}

// post adds what a post's page is made of: its file, whose bytes have a hash, and
// where it is.
func (f *fields) post(p *Post) {
	f.add(string(p.Kind), p.Slug, p.Sum, p.URL, p.Dir)
	f.date(p.Date, p.home.Meta.Zone)
	f.date(p.Updated, p.home.Meta.Zone)
	f.number(len(p.Files))
	f.add(p.Files...)
}

// whole adds a post with the names and addresses of its lists.
func (f *fields) whole(p *Post) {
	f.post(p)
	for _, terms := range [][]*Term{p.Tags, p.Categories, p.By, p.Series} {
		f.terms(terms)
	}
}

// date adds a moment and what it is on its own clock and on the blog's.
func (f *fields) date(t time.Time, zone *time.Location) {
	f.number(int(t.Unix()))
	f.number(t.Nanosecond())
	for _, t := range []time.Time{t, t.In(zone)} {
		_, offset := t.Zone()
		f.number(offset)
	}
}

// links adds what a link to each of some posts shows.
func (f *fields) links(posts ...*Post) {
	f.number(len(posts))
	for _, p := range posts {
		if p == nil {
			f.number(-1)
			continue
		}
		f.link(p)
	}
}

func (f *fields) link(p *Post) {
	f.add(p.URL, p.Title)
	if p.Kind == content.KindPost {
		f.date(p.Date, p.home.Meta.Zone)
	}
}

func (f *fields) terms(terms []*Term) {
	f.number(len(terms))
	for _, t := range terms {
		f.add(t.Name, t.URL)
	}
}
