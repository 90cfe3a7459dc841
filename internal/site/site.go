// Package site knows all that follows from the posts of a blog: lists, tags,
// neighbours, the feed and the sitemap.
//
// [Build] is a pure function: the same content, address and time give the same
// bytes, on every machine. What it makes is never changed again, so any number
// of requests may read one [Site] without a lock; a change in the content folder
// makes another.
//
// # Words
//
//   - A post or page is shown unless it is a draft or dated later than
//     [Options].Now. What is not shown is in no list, no feed and behind no URL,
//     and neither are the files of its bundle. [Site.Next] says when the next
//     one is due, which is when to build again.
//   - Newest first is the order of posts; of two with one date, the one whose
//     slug sorts first comes first.
//   - Tags that differ only in case, width or punctuation are one tag. It has
//     the name that the oldest post gave it.
//   - A page of a list has ten posts and is counted from 1. A page that would be
//     empty is not there, except the first page of a blog without posts.
//
// # URLs
//
// Every URL here is escaped and ready for an href. Those in pages begin with a
// slash; those in the feed, the sitemap and robots.txt are absolute, as those
// files are read elsewhere. Slugs and paths handed in are unescaped.
//
// # Example
//
//	s := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
//	p, ok := s.Post("naïve")
//	if ok {
//		fmt.Println(p.URL, p.Newer.URL) // /posts/na%C3%AFve /posts/later
//	}
package site

import (
	"time"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/content"
)

// Site is an immutable snapshot of a blog. Everything in it is computed by
// [Build]; a request only looks up. Nothing it returns may be changed.
type Site struct {
	Meta    content.Meta
	BaseURL string // absolute, without a slash at the end
	Version string // changes with anything a page could show

	posts  []*Post // newest first
	pages  []*Post // by title
	bySlug map[content.Kind]map[string]*Post
	tags   []Tag // by name
	tagged map[string]tagged
	files  map[string]string // path of the URL to path in the content folder
	next   time.Time

	feed, sitemap, robots Document
}

// Post is a post or a page with its place in the blog.
type Post struct {
	*content.Post
	URL   string // path, escaped: "/posts/na%C3%AFve"
	Tags  []Tag  // hides content.Post.Tags
	Newer *Post  // nil for the newest; nil for pages
	Older *Post
}

// Tag is a tag and where its posts are listed.
type Tag struct {
	Name  string // as first written
	Slug  string
	URL   string // "/tags/slug", escaped
	Count int    // of posts shown
}

// tagged is a tag with its posts, newest first.
type tagged struct {
	tag   Tag
	posts []*Post
}

// Document is a page made ahead of time.
type Document struct {
	Body []byte
	Type string // media type
	// Modified is when the snapshot was made: a post may be edited without a new
	// date, and a reader that only asks by date must not miss it.
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

// Pages lists the pages by title, for the menu.
func (s *Site) Pages() []*Post { return s.pages }

// Tags lists all tags by name.
func (s *Site) Tags() []Tag { return s.tags }

// Feed is the RSS feed.
func (s *Site) Feed() Document { return s.feed }

// Sitemap is the sitemap.
func (s *Site) Sitemap() Document { return s.sitemap }

// Robots is robots.txt.
func (s *Site) Robots() Document { return s.robots }

// File finds a file of a shown post's or page's bundle by the path of its URL
// ("/posts/slug/cat.jpg", unescaped) and returns its path in the content folder.
func (s *Site) File(path string) (string, bool) {
	name, ok := s.files[norm.NFC.String(path)]
	return name, ok
}

// Next is when the next scheduled post or page appears; zero if none is scheduled.
func (s *Site) Next() time.Time { return s.next }
