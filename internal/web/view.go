package web

import (
	"html/template"
	"time"

	"hamlet/internal/locale"
	"hamlet/internal/site"
)

// frame is what layout.html shows around every page; a page's view embeds it.
type frame struct {
	SiteTitle       string
	SiteDescription string
	Lang            string // BCP 47
	Dir             string // "rtl" or "ltr"
	Title           string // of the page; empty on the front page
	Description     string // for search engines; empty for none
	Canonical       string // absolute URL; empty for none
	Webmention      string // where to tell that one links to the page; empty for nowhere
	NoIndex         bool   // keep the page out of search engines
	Home            bool   // this is the front page
	Here            string // path of the page in the menus; empty for others
	Prev, Next      string // URLs of the neighbouring pages of a list; empty for none
	Menu            []*site.Post
	// Overviews are the lists of all tags, categories, authors and series; those
	// that have something.
	Overviews []link
	// Feeds are those of the blog, and what the page has of its own.
	Feeds []feedLink
	// Card is what other sites show of the page beside title and description.
	Card shareCard
	// Linked is the page as JSON-LD; nil for none.
	Linked any
	// Code says that the page has a block of code.
	Code bool
	// Printer says the texts of the page. Its language is the blog's, or the
	// nearest that there is a file for.
	*locale.Printer
	zone *time.Location
}

// link is a link with its text.
type link struct{ URL, Name string }

// feedLink is a feed with its media type. Name is that of the format, Title says
// what is in it.
type feedLink struct{ URL, Type, Name, Title string }

// shareCard is what the cards of other sites show of a page, by Open Graph.
type shareCard struct {
	Kind    string // "article"; empty for "website"
	Picture shareImage
	Alt     string // what the picture shows, in words
	// Of an article: times in RFC 3339, and absolute URLs.
	Published, Modified string
	Authors             []string
	Section             string
	Tags                []string
}

// frame is the frame of a page of the site as it is now.
func (s *Server) frame() frame { return s.frameOf(s.Site()) }

// frameOf is the frame of a page that has not said anything about itself yet.
func (s *Server) frameOf(now *site.Site) frame {
	f := frame{
		SiteTitle:       now.Meta.Title,
		SiteDescription: now.Meta.Description,
		Lang:            now.Meta.Language,
		Dir:             locale.Direction(now.Meta.Language),
		Menu:            now.Pages(),
		Feeds:           feedLinks("", now.Meta.Title),
		Printer:         s.texts.Printer(now.Meta.Language),
		Card:            shareCard{Picture: s.share(now, nil), Alt: now.Meta.Title},
		zone:            now.Meta.Zone,
	}
	for _, t := range site.Taxonomies() {
		if len(now.Terms(t)) > 0 {
			f.Overviews = append(f.Overviews, link{"/" + string(t), f.T("site." + string(t))})
		}
	}
	return f
}

// feedFormats are the formats of feeds, the best known first.
var feedFormats = []struct {
	format     site.Format
	name, kind string
}{
	{site.RSS, "RSS", "application/rss+xml"},
	{site.Atom, "Atom", "application/atom+xml"},
	{site.JSON, "JSON", "application/feed+json"},
}

// feedLinks are the feeds of what is at a path.
func feedLinks(path, title string) []feedLink {
	links := make([]feedLink, len(feedFormats))
	for i, f := range feedFormats {
		links[i] = feedLink{path + "/" + string(f.format), f.kind, f.name, title + " (" + f.name + ")"}
	}
	return links
}

// Local is a time on the blog's own clock.
func (f frame) Local(t time.Time) time.Time {
	if f.zone == nil {
		return t.UTC()
	}
	return t.In(f.zone)
}

// Date is a date on the blog's own clock, in words: "20 May 2026".
func (f frame) Date(t time.Time) string { return f.Printer.Date(f.Local(t)) }

// Day is a date with its weekday, on the blog's own clock.
func (f frame) Day(t time.Time) string { return f.Printer.Day(f.Local(t)) }

// Moment is a date and a time, on the blog's own clock.
func (f frame) Moment(t time.Time) string { return f.Printer.Moment(f.Local(t)) }

// Month is a month of a year, on the blog's own clock: "May 2026".
func (f frame) Month(t time.Time) string { return f.Printer.Month(f.Local(t)) }

// funcs are the functions templates may call; none knows the request.
func funcs(a *assets) template.FuncMap {
	return template.FuncMap{
		"asset":   a.url,
		"rfc3339": func(t time.Time) string { return t.Format(time.RFC3339) },
	}
}
