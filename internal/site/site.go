// Package site knows all that follows from the posts of a blog.
package site

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/content"
	"hamlet/internal/search"
)

// Site is an immutable snapshot of a blog. Nothing it returns may be changed.
type Site struct {
	Meta    content.Meta
	BaseURL string // absolute, without a slash at the end
	Version string // changes with anything a page could show

	now    time.Time
	index  *search.Index
	next   time.Time
	posts  []*Post // newest first
	front  []*Post // as on the front page: pinned ones first
	pages  []*Post // by title
	hidden []*content.Post

	bySlug map[content.Kind]map[string]*Post
	paths  map[string]*Post // by fold of the path
	moved  map[string]*Post // old paths, folded
	gone   map[string]bool  // paths of what was removed, folded; true if it was a bundle

	taxa    map[Taxonomy]*taxon
	months  []month // newest first
	archive []Year
	frame   string // hash of what every page shows
	likely  func() []signature
	entries func() []location
}

// Post is a post or a page with its place in the blog.
type Post struct {
	*content.Post
	URL string // path, escaped: "/posts/na%C3%AFve"
	// Tags, Categories, Series (one at most) and By (the authors) are the lists
	// that the post is in. The first three hide the names of content.Post.
	Tags, Categories, Series, By []*Term
	Newer                        *Post // nil for the newest; nil for pages
	Older                        *Post

	home  *Site
	stamp atomic.Pointer[string]
}

// Document is something to be sent that is not a page.
type Document struct {
	Body []byte
	Type string // media type
	// Modified is the newest date of what is in it; zero if nothing in it has one.
	// A text may change without a new date, so ask by the bytes (an ETag) first.
	Modified time.Time
}

// Post finds a shown post by slug (NFC, unescaped).
func (s *Site) Post(slug string) (*Post, bool) { return s.find(content.KindPost, slug) }

// Page finds a shown page by slug (NFC, unescaped).
func (s *Site) Page(slug string) (*Post, bool) { return s.find(content.KindPage, slug) }

func (s *Site) find(k content.Kind, slug string) (*Post, bool) {
	p, ok := s.bySlug[k][slug]
	return p, ok
}

// Posts lists all posts, newest first.
func (s *Site) Posts() []*Post { return s.posts }

// Pages lists the pages by title, for the menu.
func (s *Site) Pages() []*Post { return s.pages }

// Next is when the next post or page appears or expires; zero if none will.
func (s *Site) Next() time.Time { return s.next }

// Draft finds a post or a page that is not shown (a draft, one that is scheduled,
// expired or gone) by its path in the content folder or its slug, for a preview.
// It is in no list and has no neighbours, and its lists do not know it. It is
// made anew for each call.
func (s *Site) Draft(source string) (*Post, bool) {
	name := norm.NFC.String(source)
	for _, c := range s.hidden {
		if c.Source == source || c.Slug == name {
			p := &Post{Post: c, home: s}
			s.address(p)
			s.known(p)
			return p, true
		}
	}
	return nil, false
}

// once is a value that is made when it is first asked for.
func once[T any](make func() T) func() T { return sync.OnceValue(make) }
