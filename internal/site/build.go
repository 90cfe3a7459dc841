package site

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"hamlet/internal/content"
	"hamlet/internal/search"
)

// Options is what a site is built with besides its content.
type Options struct {
	BaseURL string    // absolute, without a slash at the end; required
	Now     time.Time // posts dated after it are not shown yet; required
	// Index finds posts by their words. Nil means that it is not made yet: there is
	// no search, and posts are related by their terms alone.
	Index *search.Index
	// Everything shows drafts and what is scheduled too: for authors at work, never
	// for readers.
	Everything bool
}

// defaultPerPage is how many posts a page of a list has if nothing is said.
const defaultPerPage = 10

// Build makes the snapshot. It renders no post: feeds and all else that needs
// the texts is made when it is asked for.
func Build(lib *content.Library, o Options) *Site {
	s := &Site{Meta: lib.Meta, BaseURL: o.BaseURL, now: o.Now, index: o.Index, everything: o.Everything}
	if s.Meta.Zone == nil {
		s.Meta.Zone = time.UTC
	}
	if s.Meta.PerPage < 1 {
		s.Meta.PerPage = defaultPerPage
	}
	removed := s.sift(lib.Posts)
	names := s.collator()
	s.order(names)
	s.route(removed, lib.Gone)
	s.classify(names)
	s.sortByMonth()
	s.frame = s.hashFrame()
	s.Version = s.hash()
	s.likely = once(s.signatures)
	s.entries = once(s.locations)
	return s
}

// sift takes in what is to be shown, keeps the rest for previews, and returns
// what was removed.
func (s *Site) sift(all []*content.Post) (removed []*content.Post) {
	s.bySlug = map[content.Kind]map[string]*Post{
		content.KindPost: make(map[string]*Post, len(all)), content.KindPage: {},
	}
	store := make([]Post, len(all)) // one block is quicker than many
	for i, c := range all {
		switch s.state(c) {
		case content.Shown:
			p := &store[i]
			p.Post, p.home = c, s
			s.take(p)
		case content.Gone, content.Expired:
			removed = append(removed, c)
			s.hidden = append(s.hidden, c)
		default:
			s.hidden = append(s.hidden, c)
		}
	}
	return removed
}

// state is what becomes of a post at the time of the snapshot. It notes when that
// will change.
func (s *Site) state(c *content.Post) content.State {
	why := content.Why(c, s.now)
	if why.State != content.Draft && why.When.After(s.now) {
		s.due(why.When)
	}
	if s.everything && (why.State == content.Draft || why.State == content.Scheduled) {
		return content.Shown
	}
	return why.State
}

// due notes a time at which something changes.
func (s *Site) due(at time.Time) {
	if s.next.IsZero() || at.Before(s.next) {
		s.next = at
	}
}

// take takes a post or a page in. Of two with one slug, which content reports as
// a problem, the first is shown.
func (s *Site) take(p *Post) {
	if _, taken := s.bySlug[p.Kind][p.Slug]; taken {
		return
	}
	s.bySlug[p.Kind][p.Slug] = p
	if p.Kind == content.KindPost {
		s.posts = append(s.posts, p)
	} else {
		s.pages = append(s.pages, p)
	}
}

// order puts posts newest first and makes them neighbours, and pages by title.
func (s *Site) order(names *collate.Collator) {
	slices.SortFunc(s.posts, newestFirst)
	for i, p := range s.posts[min(1, len(s.posts)):] {
		p.Newer, s.posts[i].Older = s.posts[i], p
	}
	slices.SortFunc(s.pages, func(a, b *Post) int {
		return cmp.Or(names.CompareString(a.Title, b.Title), cmp.Compare(a.Slug, b.Slug))
	})
	s.front = s.posts
	if pinned := func(p *Post) bool { return p.Pinned }; slices.ContainsFunc(s.posts, pinned) {
		s.front = slices.Clone(s.posts)
		slices.SortStableFunc(s.front, func(a, b *Post) int { return rank(a) - rank(b) })
	}
}

func rank(p *Post) int {
	if p.Pinned {
		return 0
	}
	return 1
}

// newestFirst is the order of posts.
func newestFirst(a, b *Post) int {
	return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Slug, b.Slug))
}

// modified is when a post was last changed, as it says itself.
func (p *Post) modified() time.Time {
	if p.Updated.After(p.Date) {
		return p.Updated
	}
	return p.Date
}

// newest is when the newest of posts was changed; zero if there is none.
func newest(posts []*Post) time.Time {
	var at time.Time
	for _, p := range posts {
		if m := p.modified(); m.After(at) {
			at = m
		}
	}
	return at
}

// collator orders names as the blog's language does: "Äpfel" is near "Apfel".
func (s *Site) collator() *collate.Collator {
	return collate.New(language.Make(s.Meta.Language))
}
