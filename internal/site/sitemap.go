package site

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

// maxURLs is how many URLs a sitemap may have (https://www.sitemaps.org).
const maxURLs = 50_000

const (
	xmlType   = "application/xml; charset=utf-8"
	sitemapNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
)

// location is a page and when it was changed.
type location struct {
	path string // escaped
	at   time.Time
}

// Sitemap is /sitemap.xml: all pages, or beyond 50,000 the index of the parts.
func (s *Site) Sitemap() Document {
	all := s.entries()
	if len(all) <= maxURLs {
		return s.urlset(all)
	}
	var parts []location
	for n, from := 1, 0; from < len(all); n, from = n+1, from+maxURLs {
		part := all[from:min(from+maxURLs, len(all))]
		parts = append(parts, location{"/sitemap-" + strconv.Itoa(n) + ".xml", latest(part)})
	}
	return s.locate("sitemapindex", "sitemap", parts)
}

// SitemapPart is /sitemap-N.xml, with n from 1; there is none if all pages are in
// /sitemap.xml.
func (s *Site) SitemapPart(n int) (Document, bool) {
	all := s.entries()
	if n < 1 || len(all) <= maxURLs || n > (len(all)+maxURLs-1)/maxURLs {
		return Document{}, false
	}
	return s.urlset(all[(n-1)*maxURLs : min(n*maxURLs, len(all))]), true
}

func (s *Site) urlset(all []location) Document { return s.locate("urlset", "url", all) }

// locate writes a list of locations; by hand, since there may be very many.
func (s *Site) locate(list, each string, all []location) Document {
	var b bytes.Buffer
	escape := func(text string) {
		if !strings.ContainsAny(text, `&<>'"`) { // as in most
			b.WriteString(text)
			return
		}
		_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	}
	b.Grow(200 + 120*len(all))
	b.WriteString(xml.Header + "<" + list + ` xmlns="` + sitemapNS + "\">\n")
	for _, l := range all {
		b.WriteString("  <" + each + ">\n    <loc>")
		escape(s.BaseURL)
		escape(l.path)
		b.WriteString("</loc>\n")
		if !l.at.IsZero() {
			b.WriteString("    <lastmod>")
			b.Write(l.at.UTC().AppendFormat(b.AvailableBuffer(), time.RFC3339))
			b.WriteString("</lastmod>\n")
		}
		b.WriteString("  </" + each + ">\n")
	}
	b.WriteString("</" + list + ">\n")
	return Document{Body: b.Bytes(), Type: xmlType, Modified: latest(all)}
}

func latest(all []location) time.Time {
	var at time.Time
	for _, l := range all {
		if l.at.After(at) {
			at = l.at
		}
	}
	return at
}

// locations are the pages of the blog that a search engine should know: the
// first page of each list, and every post and page. A list is as new as the
// newest in it.
func (s *Site) locations() []location {
	at := newest(s.posts)
	all := []location{{"/", at}, {"/privacy", time.Time{}}}
	for _, p := range s.pages {
		all = append(all, location{p.URL, p.modified()})
	}
	for _, t := range taxonomies {
		if terms := s.Terms(t); len(terms) > 0 {
			all = append(all, location{"/" + string(t), at})
			for _, term := range terms {
				all = append(all, location{term.URL, term.Newest})
			}
		}
	}
	all = append(all, s.archives(at)...)
	for _, p := range s.posts {
		all = append(all, location{p.URL, p.modified()})
	}
	return all
}

func (s *Site) archives(at time.Time) (all []location) {
	if len(s.archive) == 0 {
		return nil
	}
	all = append(all, location{"/archive", at})
	years := map[int]int{}
	for _, m := range s.months {
		at := newest(s.posts[m.from:m.to])
		if _, known := years[m.year]; !known {
			years[m.year] = len(all)
			all = append(all, location{archiveURL(m.year, 0), at})
		}
		if year := &all[years[m.year]]; at.After(year.at) {
			year.at = at
		}
		all = append(all, location{archiveURL(m.year, m.month), at})
	}
	return all
}
