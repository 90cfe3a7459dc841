package site

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"hamlet/internal/content"
)

// Options is what a site is built with besides its content.
type Options struct {
	BaseURL string    // absolute, without a slash at the end; required
	Now     time.Time // posts dated after it are not shown yet; required
}

// Build makes the snapshot.
func Build(lib *content.Library, o Options) *Site {
	s := &Site{
		Meta: lib.Meta, BaseURL: o.BaseURL,
		bySlug: map[content.Kind]map[string]*Post{content.KindPost: {}, content.KindPage: {}},
		files:  map[string]string{},
	}
	if s.Meta.Zone == nil {
		s.Meta.Zone = time.UTC
	}
	for _, p := range lib.Posts {
		s.add(p, o.Now)
	}
	byName := s.collator()
	s.order(byName)
	s.tag(byName)
	s.Version = s.hash()
	made := o.Now.UTC().Truncate(time.Second)
	s.feed = Document{Body: s.rss(), Type: "application/rss+xml; charset=utf-8", Modified: made}
	s.sitemap = Document{Body: s.urlset(), Type: "application/xml; charset=utf-8", Modified: made}
	s.robots = Document{Body: s.robotsTxt(), Type: "text/plain; charset=utf-8", Modified: made}
	return s
}

// add takes a post or a page in if it is to be shown. Of two with one slug,
// which content reports as a problem, the first is shown.
func (s *Site) add(c *content.Post, now time.Time) {
	if c.Draft {
		return
	}
	if c.Date.After(now) {
		if s.next.IsZero() || c.Date.Before(s.next) {
			s.next = c.Date
		}
		return
	}
	if _, taken := s.bySlug[c.Kind][c.Slug]; taken {
		return
	}
	p := &Post{Post: c, URL: "/" + url.PathEscape(c.Slug)}
	if c.Kind == content.KindPost {
		p.URL = "/posts" + p.URL
		s.posts = append(s.posts, p)
	} else {
		s.pages = append(s.pages, p)
	}
	s.bySlug[c.Kind][c.Slug] = p
	s.addFiles(p)
}

// addFiles makes the files of a bundle known by their URLs. Their names are
// composed (NFC) as slugs are: some file systems hand them out decomposed.
func (s *Site) addFiles(p *Post) {
	below := "/" + p.Slug + "/"
	if p.Kind == content.KindPost {
		below = "/posts" + below
	}
	for _, f := range p.Files {
		if name, ok := strings.CutPrefix(f, p.Dir+"/"); ok {
			s.files[norm.NFC.String(below+name)] = f
		}
	}
}

// order puts posts newest first and makes them neighbours, and pages by title.
func (s *Site) order(byName *collate.Collator) {
	slices.SortFunc(s.posts, func(a, b *Post) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Slug, b.Slug))
	})
	for i, p := range s.posts[min(1, len(s.posts)):] {
		p.Newer, s.posts[i].Older = s.posts[i], p
	}
	slices.SortFunc(s.pages, func(a, b *Post) int {
		return cmp.Or(byName.CompareString(a.Title, b.Title), cmp.Compare(a.Slug, b.Slug))
	})
}

// collator orders names as the blog's language does: "Äpfel" is near "Apfel".
func (s *Site) collator() *collate.Collator {
	return collate.New(language.Make(s.Meta.Language))
}
