package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/site"
)

// own are addresses that every blog has.
var own = []string{
	"/search", "/privacy", "/archive", "/comments.xml", "/sitemap.xml", "/robots.txt", "/opensearch.xml",
	"/feed.xml", "/atom.xml", "/feed.json", "/favicon.ico", "/tags", "/categories", "/authors", "/series",
}

// answers reports whether a blog has something at a path which is neither a post
// nor a page nor a file: a link there leads somewhere.
func answers(s *site.Site, path string) bool {
	if slices.Contains(own, path) {
		return true
	}
	parts, page := pageOf(strings.Split(strings.Trim(path, "/"), "/"))
	if len(parts) == 0 {
		_, ok := s.Front(page)
		return ok
	}
	switch parts[0] {
	case "static", "media", "admin", ".well-known":
		return true
	case "archive":
		return hasArchive(s, parts[1:], page)
	case "posts":
		return hasBeside(s, parts[1:])
	case "tags", "categories", "authors", "series":
		return hasList(s, site.Taxonomy(parts[0]), parts[1:], page)
	}
	return false
}

// pageOf takes /page/N from the end of a path.
func pageOf(parts []string) (rest []string, page int) {
	if n := len(parts); n >= 2 && parts[n-2] == "page" {
		if page, err := strconv.Atoi(parts[n-1]); err == nil && page > 1 {
			return parts[:n-2], page
		}
	}
	return parts, 1
}

func hasArchive(s *site.Site, parts []string, page int) bool {
	if len(parts) == 0 || len(parts) > 2 {
		return false
	}
	year, err := strconv.Atoi(parts[0])
	month := 0
	if len(parts) == 2 && err == nil {
		month, err = strconv.Atoi(parts[1])
	}
	if err != nil {
		return false
	}
	_, ok := s.Archived(year, time.Month(month), page)
	return ok
}

// hasBeside reports whether something is made of a post: its event or its comments.
func hasBeside(s *site.Site, parts []string) bool {
	switch {
	case len(parts) == 2 && parts[1] == "comments.xml":
		_, ok := s.Post(parts[0])
		return ok
	case len(parts) == 1:
		slug, isCalendar := strings.CutSuffix(parts[0], ".ics")
		p, ok := s.Post(slug)
		return isCalendar && ok && p.Event != nil
	}
	return false
}

func hasList(s *site.Site, t site.Taxonomy, parts []string, page int) bool {
	switch {
	case len(parts) == 1:
		_, ok := s.Listed(t, parts[0], page)
		return ok
	case len(parts) == 2 && page == 1:
		_, ok := s.Feed(site.Format(parts[1]), site.Scope{Taxonomy: t, Slug: parts[0]})
		return ok
	}
	return false
}
