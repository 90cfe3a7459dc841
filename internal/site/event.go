package site

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Occasion is the event that a post invites to, with nothing left to guess.
type Occasion struct {
	Name string // of the event, else the title of the post
	// Start and End are in Zone. End is zero if it is not known; of an event of
	// whole days (AllDay) it is the last day, and never zero.
	Start, End time.Time
	AllDay     bool
	Zone       *time.Location // of the event, else of the blog
	Place      string
	URL        string // of the event itself; empty if there is none
	Calendar   string // path of the .ics, escaped
}

// Occasion is the event of a post, if it has one.
func (s *Site) Occasion(p *Post) (Occasion, bool) {
	if p.Event == nil {
		return Occasion{}, false
	}
	e := Occasion{
		Name: p.Event.Name, Zone: p.Event.Zone, AllDay: p.Event.AllDay,
		Place: p.Event.Place, URL: p.Event.URL, Calendar: escapePath("/posts/"+p.Slug) + ".ics",
	}
	if e.Name == "" {
		e.Name = p.Title
	}
	if e.Zone == nil {
		e.Zone = s.Meta.Zone
	}
	e.Start = p.Event.Start.In(e.Zone)
	if !p.Event.End.IsZero() {
		e.End = p.Event.End.In(e.Zone)
	}
	if e.AllDay && e.End.Before(e.Start) {
		e.End = e.Start
	}
	return e, true
}

// Calendar is the event of a post for a calendar (iCalendar, RFC 5545): the same
// bytes as long as the post is the same. Times are in UTC, which every calendar
// understands without a table of its zone; whole days are days.
func (s *Site) Calendar(p *Post) (Document, bool) {
	e, ok := s.Occasion(p)
	if !ok {
		return Document{}, false
	}
	var c calendar
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//hamlet//hamlet//EN")
	c.line("BEGIN", "VEVENT")
	c.line("UID", "post-"+url.PathEscape(p.Slug)+"@"+s.host())
	c.line("DTSTAMP", p.modified().UTC().Format(utcTime))
	c.when("DTSTART", e, e.Start)
	switch {
	case e.AllDay:
		c.when("DTEND", e, e.End.AddDate(0, 0, 1)) // the first day after it
	case e.End.After(e.Start):
		c.when("DTEND", e, e.End)
	}
	c.text("SUMMARY", e.Name)
	c.text("LOCATION", e.Place)
	c.text("DESCRIPTION", p.Teaser())
	c.line("URL", s.BaseURL+p.URL)
	c.line("END", "VEVENT")
	c.line("END", "VCALENDAR")
	return Document{Body: []byte(c.b.String()), Type: "text/calendar; charset=utf-8", Modified: p.modified()}, true
}

const utcTime = "20060102T150405Z"

// host is the name that makes the blog's ids its own.
func (s *Site) host() string {
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// calendar writes the lines of iCalendar.
type calendar struct{ b strings.Builder }

// line writes a line, folded at 75 octets between two characters.
func (c *calendar) line(name, value string) {
	room := 75
	for _, r := range name + ":" + value {
		n := utf8.RuneLen(r)
		if n > room {
			c.b.WriteString("\r\n ")
			room = 74
		}
		c.b.WriteRune(r)
		room -= n
	}
	c.b.WriteString("\r\n")
}

var icsText = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a text that may hold anything; nothing if it is empty.
func (c *calendar) text(name, value string) {
	value = icsText.Replace(strings.ToValidUTF8(value, "\uFFFD"))
	value = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, value)
	if value != "" {
		c.line(name, value)
	}
}

func (c *calendar) when(name string, e Occasion, t time.Time) {
	if e.AllDay {
		c.line(name+";VALUE=DATE", padded(t.Year(), 4)+padded(int(t.Month()), 2)+padded(t.Day(), 2))
		return
	}
	c.line(name, t.UTC().Format(utcTime))
}

// isoTime is a time of an event as schema.org wants it: a day alone for whole
// days, else with the offset of its zone.
func (e Occasion) isoTime(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case e.AllDay:
		return padded(t.Year(), 4) + "-" + padded(int(t.Month()), 2) + "-" + strconv.Itoa(100 + t.Day())[1:]
	}
	return t.Format(time.RFC3339)
}
