package content

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateLayouts are the ways to write a date with an offset or without; the first
// is that of a whole day.
var dateLayouts = []string{
	"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04 Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 -0700", "2006-01-02 15:04:05 -0700",
}

const howToDate = "write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"

// date is a date in zone; one without an offset is meant there.
func (f *form) date(key string, zone *time.Location) time.Time {
	t, _ := f.day(key, zone)
	return t
}

// day is a date in zone, and whether it is a whole day without a time.
func (f *form) day(key string, zone *time.Location) (t time.Time, whole bool) {
	e, ok := f.get(key)
	if !ok {
		return time.Time{}, false
	}
	v := e.value
	if v.shape != aText && v.shape != aDate && v.shape != aNumber {
		f.note(v.place, key, fmt.Sprintf("this has to be a date, not %s", v.shape), howToDate)
		return time.Time{}, false
	}
	t, whole, ok = v.date(zone)
	if !ok {
		f.note(v.place, key, strconv.Quote(v.text)+" is not a date", howToDate)
		return time.Time{}, false
	}
	return t.In(zone), whole
}

// date reads a date, and whether it is a whole day. It is in zone unless it has an
// offset.
func (v value) date(zone *time.Location) (t time.Time, whole, ok bool) {
	if v.shape == aDate && !v.when.IsZero() {
		return inZone(v, zone), v.text == v.when.Format(time.DateOnly), true
	}
	for i, layout := range dateLayouts {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(v.text), zone); err == nil && t.Year() > 0 {
			return t, i == 0, true
		}
	}
	return time.Time{}, false, false
}

// zoneOf is the zone a date was written in: that of its offset, or else the other
// one, which also goes by its name where it has the same offset.
func (f *form) zoneOf(key string, otherwise *time.Location) *time.Location {
	e, ok := f.get(key)
	if !ok {
		return otherwise
	}
	t, _, ok := e.value.date(otherwise)
	if !ok {
		return otherwise
	}
	_, offset := t.Zone()
	switch _, usual := t.In(otherwise).Zone(); offset {
	case usual:
		return otherwise
	case 0:
		return time.UTC
	}
	return time.FixedZone(t.Format("UTC-07:00"), offset)
}

// typed is a date as it was written.
func (f *form) typed(key string) dateText {
	e, ok := f.get(key)
	if !ok {
		return dateText{}
	}
	s := strings.Clone(strings.TrimSpace(e.value.text))
	if e.value.shape == aDate && !e.value.when.IsZero() {
		return dateText{s, e.value.local}
	}
	zoned := strings.HasSuffix(s, "Z") || (len(s) > len("2006-01-02") && strings.ContainsAny(s[len("2006-01-02"):], "+-"))
	return dateText{s, !zoned}
}

// inZone is a date of TOML, which is at the same hour in zone if it has no
// offset, and stays as it is if it has one.
func inZone(v value, zone *time.Location) time.Time {
	if !v.local {
		return v.when
	}
	t := v.when
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
