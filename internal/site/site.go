// Package site knows all that follows from the posts of a blog: where they are,
// the lists they are in, their neighbours and relatives, and what is told about
// them to feed readers, search engines and calendars.
//
// [Build] is a pure function: the same content, address and time give the same
// bytes, on every machine and in any order of the posts. What it makes is never
// changed again, so any number of requests may read one [Site] without a lock; a
// change in the content folder makes another.
//
// Build renders no text and is quick: it takes some 15 ms for 10,000 posts.
// Everything that needs texts or is long (feeds, the sitemap, related posts, the
// stamps) is made when it is asked for, and is the caller's to keep.
//
// # Words
//
//   - A post or page is shown unless it is a draft, dated later than
//     [Options].Now, expired by then, or gone. What is not shown is in no list and no
//     feed, and neither are the files of its bundle. [Site.Next] says when the
//     next one appears or expires, which is when to build again. [Site.Draft] gives
//     it out for a preview.
//   - Newest first, by date, is the order of posts; of two with one date, the one whose
//     slug sorts first comes first. An update changes the order of none.
//   - A term is a tag, a category, an author or a series. Names that differ only
//     in case, width or punctuation are one term. It has the name that the
//     oldest post gave it. Pages are in no list.
//   - Pinned posts come first on the front page, newest first, and then all others:
//     a pinned post is on the front page once, and does not come again at its
//     date. All other lists, and the feeds, are by date alone.
//   - A page of a list has Meta.PerPage posts and is counted from 1. A page that
//     would be empty is not there, except the first page of a blog without posts.
//   - The archive goes by the clock of the blog's zone.
//   - A series begins with part 1. A post without a number has the one after the
//     post before it, or its place by date if no part has a number. "Part 4 of 4"
//     stays so while part 3 is still a draft.
//
// # URLs
//
//	/posts/SLUG               a post, or the pattern of Meta.Permalink
//	/posts/SLUG/FILE          a file of its bundle; below the pattern as well
//	/posts/SLUG.ics           its event, under any pattern (Calendar)
//	/posts/SLUG/comments.xml  its comments, under any pattern (CommentsFeed)
//	/SLUG, /SLUG/FILE         a page
//	/, /page/N                Front
//	/tags/T                   Listed(Tags, T, 1); T is a slug
//	/tags/T/page/N            Listed(Tags, T, N)
//	/categories/C, /authors/A, /series/S    the same
//	/tags, /categories, /authors, /series   Terms
//	/archive                  Archive
//	/archive/YYYY, /archive/YYYY/MM         Archived, and with /page/N
//	/feed.xml, /atom.xml, /feed.json        Feed; also below a term
//	/comments.xml             CommentsFeed(nil, ...)
//	/sitemap.xml, /sitemap-N.xml            Sitemap, SitemapPart
//	/robots.txt, /opensearch.xml            Robots, OpenSearch
//	/.well-known/security.txt SecurityTxt
//
// Every URL here is escaped and ready for an href. Those in pages begin with a
// slash; those in feeds, sitemaps, calendars and JSON-LD are absolute, as those
// are read elsewhere. Slugs and paths handed in are unescaped.
//
// [Site.Find] is what to ask about any path that no other address answers. Where
// several say something about one path, a page comes first, then a post, then
// "/posts/SLUG" for a post that is elsewhere, then an alias, then what is gone. Of
// two posts with one address the older one is at "/posts/SLUG" instead, and of two
// with one alias the newer one has it, or a post before a page. A post that was
// removed, and the files of its bundle, are gone at every address they had.
//
// # What changed
//
// [Site].Version changes with anything that any page could show. [Post.Stamp],
// [List.Stamp], [Site.Stamp], [Site.ArchiveStamp], [Site.FeedStamp] and
// [Site.FrameStamp] change only with what that one page shows: when a post is
// edited, its own page, the lists with it and the pages of its neighbours and
// relatives (if its title, address or date changed) have other stamps, and all
// others keep theirs.
//
// # Formats
//
//   - RSS 2.0 (https://www.rssboard.org/rss-specification), Atom (RFC 4287), JSON
//     Feed 1.1 (https://www.jsonfeed.org/version/1.1/): the newest twenty posts with
//     their whole texts. The id of a post is its URL. They date from the newest post
//     or update in them, so that a feed without news has the same bytes.
//   - Sitemaps (https://www.sitemaps.org): in parts beyond 50,000 URLs.
//   - iCalendar (RFC 5545): times in UTC; whole days as days, the end exclusive.
//   - JSON-LD (https://schema.org): [Site.Linked], [Site.LinkedList].
//   - security.txt (RFC 9116), robots.txt (RFC 9309), OpenSearch 1.1.
//
// Nothing here is in a language of its own: the feed of the comments on a post is
// titled "Re: ", as mail is.
//
// # Example
//
//	s := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
//	found, ok := s.Find("/Posts/naïve")
//	if ok && found.Redirect != "" {
//		fmt.Println(found.Redirect) // /posts/na%C3%AFve
//	}
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

	now   time.Time
	index *search.Index
	// everything shows drafts and what is scheduled too.
	everything bool
	next       time.Time
	posts      []*Post // newest first
	front      []*Post // as on the front page: pinned ones first
	pages      []*Post // by title
	hidden     []*content.Post

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

	home *Site
	// What was asked for once: making it twice at the same time does no harm.
	stamp   atomic.Pointer[string]
	related atomic.Pointer[[]*Post]
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

// Renamed finds a shown post by its slug, or by one that it had before, as an alias
// "/posts/SLUG" tells: for what is sent from a page that was opened before.
func (s *Site) Renamed(slug string) (*Post, bool) {
	if p, ok := s.Post(slug); ok {
		return p, true
	}
	p, ok := s.moved[fold("/posts/"+slug)]
	return p, ok && p.Kind == content.KindPost
}

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

// Hidden lists the posts and pages that are not shown.
func (s *Site) Hidden() []*content.Post { return s.hidden }

// Draft finds a post or a page that is not shown (a draft, one that is scheduled,
// expired or gone) by its slug, for a preview. It is in no list and has no
// neighbours, and its lists do not know it. It is made anew for each call.
func (s *Site) Draft(kind content.Kind, slug string) (*Post, bool) {
	slug = norm.NFC.String(slug)
	for _, c := range s.hidden {
		if c.Kind == kind && c.Slug == slug {
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
