package content

import (
	"strings"
	"time"
)

var eventKeys = []string{"name", "start", "end", "zone", "place", "url"}

var eventInstead = map[string]string{
	"title": "name", "what": "name", "summary": "name", "when": "start", "date": "start", "begin": "start", "begins": "start", "from": "start",
	"until": "end", "ends": "end", "to": "end", "finish": "end", "where": "place", "location": "place", "venue": "place", "address": "place",
	"time_zone": "zone", "timezone": "zone", "tz": "zone", "link": "url", "website": "url", "site": "url",
}

// event is what the post invites to. Times without an offset are in its own time
// zone, which is by default the one its start is written in, else the blog's.
func (f *form) event(blog *time.Location) *Event {
	e, ok := f.get("event")
	if !ok {
		return nil
	}
	t, done := f.table(e, eventKeys, eventInstead)
	defer done()
	if e.value.shape != aTable || e.value.alias {
		return nil
	}
	ev := &Event{Name: t.text("name"), Zone: t.zone("zone", t.zoneOf("start", blog)), Place: t.text("place"), URL: t.link("url")}
	if _, ok := t.get("start"); !ok {
		t.note(t.at("start"), "start", "this is missing", howToDate)
	}
	var endsWhole bool
	ev.Start, ev.AllDay = t.day("start", ev.Zone)
	ev.End, endsWhole = t.day("end", ev.Zone)
	if ev.Start.IsZero() || ev.End.IsZero() {
		return ev
	}
	switch {
	case ev.AllDay != endsWhole:
		t.note(t.at("end"), "end", "start and end have to be both days, or both with a time", "")
	case ev.AllDay && ev.End.Before(ev.Start), !ev.AllDay && !ev.End.After(ev.Start):
		t.note(t.at("end"), "end", "this is not after the start", "")
	}
	return ev
}

// zone is a time zone by its name in the IANA database.
func (f *form) zone(key string, otherwise *time.Location) *time.Location {
	s := f.text(key)
	if s == "" {
		return otherwise
	}
	zone, err := time.LoadLocation(s)
	if err != nil || strings.EqualFold(s, "local") {
		f.note(f.at(key), key, `"`+s+`" is not a time zone`, "write it like Europe/Berlin or UTC")
		return otherwise
	}
	return zone
}
