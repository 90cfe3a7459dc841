// Package site knows all that follows from the posts of a blog: lists, tags,
// neighbours, the feed and the sitemap.
package site

import (
	"time"

	"hamlet/internal/content"
)

// Site is an immutable snapshot of a blog. Everything in it is computed by
// [Build]; a request only looks up.
type Site struct {
	Meta    content.Meta
	BaseURL string // absolute, without a slash at the end
	Version string // changes with anything a page could show
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

// List is one page of a list of posts, newest first.
type List struct {
	Tag   *Tag // nil for the front page
	Posts []*Post
	Page  int // from 1
	Pages int // at least 1
	// NewerURL and OlderURL are the neighbouring pages; empty at the ends.
	NewerURL, OlderURL string
}

// Document is a page made ahead of time.
type Document struct {
	Body     []byte
	Type     string // media type
	Modified time.Time
}

// Options is what a site is built with besides its content.
type Options struct {
	BaseURL string    // absolute, without a slash at the end; required
	Now     time.Time // posts dated after it are not shown yet; required
}

// Build makes the snapshot.
func Build(lib *content.Library, o Options) *Site { return &Site{Meta: lib.Meta, BaseURL: o.BaseURL} }

// Post finds a shown post by slug (NFC, unescaped).
func (s *Site) Post(slug string) (*Post, bool) { return nil, false }

// Page finds a shown page by slug.
func (s *Site) Page(slug string) (*Post, bool) { return nil, false }

// Pages lists the pages by title, for the menu.
func (s *Site) Pages() []*Post { return nil }

// Tags lists all tags by name.
func (s *Site) Tags() []Tag { return nil }

// Front is page n of the front page.
func (s *Site) Front(n int) (List, bool) { return List{}, false }

// Tagged is page n of the posts with a tag.
func (s *Site) Tagged(slug string, n int) (List, bool) { return List{}, false }

// Feed is the RSS feed.
func (s *Site) Feed() Document { return Document{} }

// Sitemap is the sitemap.
func (s *Site) Sitemap() Document { return Document{} }

// Robots is robots.txt.
func (s *Site) Robots() Document { return Document{} }

// File finds a file of a shown post's or page's bundle by the path of its URL
// ("/posts/slug/cat.jpg", unescaped) and returns its path in the content folder.
func (s *Site) File(path string) (string, bool) { return "", false }

// Next is when the next scheduled post appears; zero if none is scheduled.
func (s *Site) Next() time.Time { return time.Time{} }
