package web

import (
	"strings"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/site"
)

// aboutText is what posts and pages tell about their text.
type aboutText struct {
	Changed  time.Time  // when it was updated; zero if it was not
	Contents []tocEntry // the table of contents; empty for none
}

func aboutTextOf(p *site.Post) aboutText {
	return aboutText{Changed: p.Updated, Contents: nested(p.Contents())}
}

// tocEntry is a heading in a table of contents, with those below it.
type tocEntry struct {
	ID, Text string
	Below    []tocEntry
}

// tocDepth is the level of the lowest headings in a table of contents.
const tocDepth = 3

// nested puts headings below those of a higher level that come before them. One
// that skips a level stands where it would without that.
func nested(headings []markup.Heading) []tocEntry {
	var all []tocEntry
	for i := 0; i < len(headings); {
		h := headings[i]
		i++
		from := i
		for i < len(headings) && headings[i].Level > h.Level {
			i++
		}
		if h.Level <= tocDepth {
			all = append(all, tocEntry{h.ID, h.Text, nested(headings[from:i])})
		}
	}
	return all
}

// seriesView is the series a post is in.
type seriesView struct {
	Term     *site.Term
	Part, Of int
	Posts    []entryView // all parts that are shown
}

func seriesOf(now *site.Site, p *site.Post) *seriesView {
	place, ok := now.Place(p)
	if !ok {
		return nil
	}
	v := &seriesView{Term: place.Term, Part: place.Part, Of: place.Of}
	for _, q := range place.Posts {
		at, _ := now.Place(q)
		v.Posts = append(v.Posts, entryView{Post: q, Part: at.Part})
	}
	return v
}

// eventView is the facts of an event, on its own clock.
type eventView struct {
	Name       string
	Start, End string // for machines; End is empty if it was not given
	When       string // from start to end, in words
	Zone       string // empty for whole days
	Place, URL string
	Calendar   string // URL of the entry for calendars; empty in a preview
}

func eventOf(now *site.Site, p *site.Post, say *locale.Printer) *eventView {
	e, ok := now.Occasion(p)
	if !ok {
		return nil
	}
	v := &eventView{Name: e.Name, Place: e.Place, URL: e.URL, Calendar: e.Calendar}
	layout := time.RFC3339
	if e.AllDay {
		layout = time.DateOnly
		v.When = say.Days(e.Start, e.End)
	} else {
		v.When = say.Hours(e.Start, e.End)
		v.Zone = strings.ReplaceAll(e.Zone.String(), "_", " ")
	}
	v.Start = e.Start.Format(layout)
	if !e.End.IsZero() {
		v.End = e.End.Format(layout)
	}
	return v
}

// shareCardOf is the card of a post or a page on other sites.
func (s *Server) shareCardOf(now *site.Site, p *site.Post) shareCard {
	card := shareCard{Picture: s.share(now, p), Alt: p.Title}
	if p.Kind != content.KindPost {
		return card
	}
	card.Kind = "article"
	card.Published = p.Date.Format(time.RFC3339)
	if !p.Updated.IsZero() {
		card.Modified = p.Updated.Format(time.RFC3339)
	}
	for _, a := range p.By {
		card.Authors = append(card.Authors, now.BaseURL+a.URL)
	}
	if len(p.Categories) > 0 {
		card.Section = p.Categories[0].Name
	}
	for _, t := range p.Tags {
		card.Tags = append(card.Tags, t.Name)
	}
	return card
}
