package web

import (
	"html/template"
	"strings"
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
	Kind            string // of the page, for other sites that show a card of it: "article", else empty
	NoIndex         bool   // keep the page out of search engines
	Home            bool   // this is the front page
	Here            string // path of the page in the menu; empty for others
	Menu            []*site.Post
	// Printer says the texts of the page. Its language is the blog's, or the
	// nearest that there is a file for.
	*locale.Printer
	zone *time.Location
}

// frame is the frame of a page of the site as it is now.
func (s *Server) frame() frame { return s.frameOf(s.Site()) }

// frameOf is the frame of a page that has not said anything about itself yet.
func (s *Server) frameOf(now *site.Site) frame {
	return frame{
		SiteTitle:       now.Meta.Title,
		SiteDescription: now.Meta.Description,
		Lang:            now.Meta.Language,
		Dir:             locale.Direction(now.Meta.Language),
		Menu:            now.Pages(),
		Printer:         s.texts.Printer(now.Meta.Language),
		zone:            now.Meta.Zone,
	}
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
		"date":    func(t time.Time) string { return t.Format("2 January 2006") },
		"moment":  func(t time.Time) string { return t.Format("2 January 2006, 15:04") },
		"rfc3339": func(t time.Time) string { return t.Format(time.RFC3339) },
		"names":   names,
	}
}

// names joins names as one says them: "Ada, Bo and Cy".
func names(ns []string) string {
	if len(ns) < 2 {
		return strings.Join(ns, "")
	}
	last := len(ns) - 1
	return strings.Join(ns[:last], ", ") + " and " + ns[last]
}
