package site

import (
	"strconv"
	"time"
)

// List is one page of a list of posts.
type List struct {
	Term  *Term // nil for the front page and the archive
	Year  int   // of the archive; else 0
	Month time.Month
	Posts []*Post
	Page  int // from 1
	Pages int // at least 1
	// URL is this page; NewerURL and OlderURL are its neighbours, empty at the ends.
	URL, NewerURL, OlderURL string

	home *Site
}

// Front is page n of the front page: the pinned posts, then all others.
func (s *Site) Front(n int) (List, bool) { return s.list(List{URL: "/", Page: n}, s.front) }

// Listed is page n of the posts of a term (slug unescaped). They are newest
// first, but for a series, which begins with its first part.
func (s *Site) Listed(t Taxonomy, slug string, n int) (List, bool) {
	term, ok := s.Term(t, slug)
	if !ok {
		return List{}, false
	}
	if t != Series {
		return s.list(List{Term: term, URL: term.URL, Page: n}, term.posts)
	}
	l, ok := s.list(List{Term: term, URL: term.URL, Page: n}, term.parts)
	l.NewerURL, l.OlderURL = l.OlderURL, l.NewerURL
	return l, ok
}

// list cuts a page out of posts. The first page is at the URL.
func (s *Site) list(l List, posts []*Post) (List, bool) {
	per := s.Meta.PerPage
	pages := max(1, (len(posts)+per-1)/per)
	n, url := l.Page, l.URL
	if n < 1 || n > pages {
		return List{}, false
	}
	from, to := (n-1)*per, min(n*per, len(posts))
	l.Posts, l.Pages, l.home = posts[from:to:to], pages, s
	l.URL = pageURL(url, n)
	if n > 1 {
		l.NewerURL = pageURL(url, n-1)
	}
	if n < pages {
		l.OlderURL = pageURL(url, n+1)
	}
	return l, true
}

// pageURL is page n of a list whose first page is at a URL.
func pageURL(url string, n int) string {
	switch {
	case n == 1:
		return url
	case url == "/":
		url = ""
	}
	return url + "/page/" + strconv.Itoa(n)
}
