package site

import (
	"encoding/xml"
	"time"
)

// maxURLs is how many URLs a sitemap may have (https://www.sitemaps.org). Past
// it, the oldest posts are left out.
const maxURLs = 50_000

type urlset struct {
	XMLName xml.Name   `xml:"urlset"`
	NS      string     `xml:"xmlns,attr"`
	URLs    []location `xml:"url"`
}

type location struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// urlset makes the sitemap: the front page, the privacy page, pages, tags and
// posts. A list of posts is as new as the newest.
func (s *Site) urlset() []byte {
	var all []location
	add := func(path string, at time.Time) {
		l := location{Loc: s.BaseURL + path}
		if !at.IsZero() {
			l.LastMod = at.UTC().Format(time.RFC3339)
		}
		all = append(all, l)
	}
	add("/", newest(s.posts))
	add("/privacy", time.Time{})
	for _, p := range s.pages {
		add(p.URL, p.Date)
	}
	if len(s.tags) > 0 {
		add("/tags", time.Time{})
	}
	for _, t := range s.tags {
		add(t.URL, newest(s.tagged[t.Slug].posts))
	}
	for _, p := range s.posts {
		add(p.URL, p.Date)
	}
	return document(urlset{
		NS:   "http://www.sitemaps.org/schemas/sitemap/0.9",
		URLs: all[:min(maxURLs, len(all))],
	})
}

// newest is the date of the first of posts; zero if there is none.
func newest(posts []*Post) time.Time {
	if len(posts) == 0 {
		return time.Time{}
	}
	return posts[0].Date
}

// robotsTxt lets crawlers read everything but the moderators' rooms (RFC 9309;
// "/admin" alone would also forbid a page named "admin-notes").
func (s *Site) robotsTxt() []byte {
	return []byte("User-agent: *\nDisallow: /admin$\nDisallow: /admin/\n\nSitemap: " + s.BaseURL + "/sitemap.xml\n")
}
