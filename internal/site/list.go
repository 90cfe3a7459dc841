package site

import "strconv"

// perPage is how many posts a page of a list has.
const perPage = 10

// List is one page of a list of posts, newest first.
type List struct {
	Tag   *Tag // nil for the front page
	Posts []*Post
	Page  int // from 1
	Pages int // at least 1
	// NewerURL and OlderURL are the neighbouring pages; empty at the ends.
	NewerURL, OlderURL string
}

// Front is page n of the front page.
func (s *Site) Front(n int) (List, bool) { return list(s.posts, "", n) }

// Tagged is page n of the posts with a tag.
func (s *Site) Tagged(slug string, n int) (List, bool) {
	t, ok := s.tagged[slug]
	if !ok {
		return List{}, false
	}
	l, ok := list(t.posts, t.tag.URL, n)
	if ok {
		l.Tag = &t.tag
	}
	return l, ok
}

// list cuts page n out of posts. The first page is at the URL, which is empty
// for the front page.
func list(posts []*Post, url string, n int) (List, bool) {
	pages := max(1, (len(posts)+perPage-1)/perPage)
	if n < 1 || n > pages {
		return List{}, false
	}
	from, to := (n-1)*perPage, min(n*perPage, len(posts))
	l := List{Posts: posts[from:to:to], Page: n, Pages: pages}
	if n > 1 {
		l.NewerURL = pageURL(url, n-1)
	}
	if n < pages {
		l.OlderURL = pageURL(url, n+1)
	}
	return l, true
}

func pageURL(url string, n int) string {
	switch {
	case n > 1:
		return url + "/page/" + strconv.Itoa(n)
	case url == "":
		return "/"
	}
	return url
}
