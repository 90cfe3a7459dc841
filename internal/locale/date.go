package locale

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// format is the table [format] of a language. Its keys:
//
//	months         twelve names, as in a date
//	months_alone   the same standing alone, where a language has other forms;
//	               by default months
//	weekdays       seven names, Monday first
//	halves         the two halves of a day: ["am", "pm"]
//	date           "{day} {month} {year}"
//	day            a date with its weekday: "{weekday}, {date}"
//	time           "{hour}:{minute}"
//	moment         "{date}, {time}"
//	month          "{month} {year}"
//	hours          from one time of a day to another: "{date}, {from}–{to}"
//	days           from one date or moment to another: "{from} – {to}"
//	comma, and     between names, and before the last: ", " and " and "
//	thousands      between groups of three digits: ","
//	decimal        between a whole number and what is less than one: "."
//
// The layouts of dates may have {day}, {month} (the name) and {year}, {day2},
// {month1} and {month2} (numbers, of two digits with a 2), {weekday}, {hour} and
// {minute} (two digits), {hour12} and {half}.
type format struct {
	months, alone, weekdays, halves []string
	date, day, time, moment, month  layout
	hours, days, comma, and         string
	thousands, decimal              string
}

// layout is a layout taken apart: texts and, between them, fields. A field
// stands at odd places.
type layout []string

var field = regexp.MustCompile(`\{(\w+)\}`)

// fields are what a layout may have, each with how it is written.
var fields = map[string]func(f *format, t time.Time, alone bool) string{
	"day":     func(_ *format, t time.Time, _ bool) string { return strconv.Itoa(t.Day()) },
	"day2":    func(_ *format, t time.Time, _ bool) string { return t.Format("02") },
	"month1":  func(_ *format, t time.Time, _ bool) string { return strconv.Itoa(int(t.Month())) },
	"month2":  func(_ *format, t time.Time, _ bool) string { return t.Format("01") },
	"year":    func(_ *format, t time.Time, _ bool) string { return strconv.Itoa(t.Year()) },
	"hour":    func(_ *format, t time.Time, _ bool) string { return t.Format("15") },
	"hour12":  func(_ *format, t time.Time, _ bool) string { return t.Format("3") },
	"minute":  func(_ *format, t time.Time, _ bool) string { return t.Format("04") },
	"half":    func(f *format, t time.Time, _ bool) string { return f.halves[t.Hour()/12] },
	"weekday": func(f *format, t time.Time, _ bool) string { return f.weekdays[(int(t.Weekday())+6)%7] },
	"month": func(f *format, t time.Time, alone bool) string {
		if alone && f.alone != nil {
			return f.alone[t.Month()-1]
		}
		return f.months[t.Month()-1]
	},
}

// layoutKeys are the layouts of times, and which of the others each may have in
// it.
var layoutKeys = map[string][]string{
	"date": nil, "time": nil, "month": nil, "day": {"date"}, "moment": {"date", "time"},
}

// listKeys are the lists, and how long each is.
var listKeys = map[string]int{"months": 12, "months_alone": 12, "weekdays": 7, "halves": 2}

// textKeys are the other keys, and what each must have in it.
var textKeys = map[string][]string{
	"hours": {"date", "from", "to"}, "days": {"from", "to"}, "comma": nil, "and": nil, "thousands": nil, "decimal": nil,
}

// readFormat checks the table [format] and takes what is right.
func (f *file) readFormat(table map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		length, isList := listKeys[key]
		within, isLayout := layoutKeys[key]
		must, isText := textKeys[key]
		v, isString := table[key].(string)
		switch {
		case isList:
			f.readList(key, table[key], length)
			continue
		case !isLayout && !isText:
			f.note("format."+key, "there is no such format; there are %s", strings.Join(formatKeys(), ", "))
			continue
		case !isString:
			f.note("format."+key, "this must be a text in quotes")
			continue
		case isLayout && !f.checkLayout(key, v, within), isText && !f.checkFormat(key, v, must):
			continue
		}
		f.out.format[key] = v
	}
}

func formatKeys() []string {
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for _, keys := range [][]string{
			slices.Collect(maps.Keys(listKeys)), slices.Collect(maps.Keys(layoutKeys)), slices.Collect(maps.Keys(textKeys)),
		} {
			for _, k := range keys {
				if !yield(k, true) {
					return
				}
			}
		}
	})))
}

func (f *file) readList(key string, v any, length int) {
	raw, _ := v.([]any)
	var list []string
	for _, e := range raw {
		if s, ok := e.(string); ok && s != "" {
			list = append(list, s)
		}
	}
	if len(list) != length || len(raw) != length {
		f.note("format."+key, "this must be a list of %d texts", length)
		return
	}
	f.out.format[key] = list
}

// checkLayout checks a layout of times: every field in it is one.
func (f *file) checkLayout(key, v string, within []string) bool {
	for _, m := range field.FindAllStringSubmatch(v, -1) {
		if _, ok := fields[m[1]]; !ok && !slices.Contains(within, m[1]) {
			f.note("format."+key, "there is nothing called {%s} in a date; possible are %s", m[1],
				strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
			return false
		}
	}
	return true
}

// checkFormat checks a text that has to have some fields, and no others.
func (f *file) checkFormat(key, v string, must []string) bool {
	for _, name := range must {
		if !strings.Contains(v, "{"+name+"}") {
			f.note("format."+key, "{%s} is missing", name)
			return false
		}
	}
	return true
}

// fill takes over what a checked table says.
func (f *format) fill(table map[string]any) {
	lists := map[string]*[]string{
		"months": &f.months, "months_alone": &f.alone, "weekdays": &f.weekdays, "halves": &f.halves,
	}
	if _, ok := table["months"]; ok {
		f.alone = nil // those of another language
	}
	for key, to := range lists {
		if v, ok := table[key].([]string); ok {
			*to = v
		}
	}
	texts := map[string]*string{
		"hours": &f.hours, "days": &f.days, "comma": &f.comma, "and": &f.and, "thousands": &f.thousands, "decimal": &f.decimal,
	}
	for key, to := range texts {
		if v, ok := table[key].(string); ok {
			*to = v
		}
	}
	layouts := map[string]*layout{"date": &f.date, "time": &f.time, "month": &f.month, "day": &f.day, "moment": &f.moment}
	for key, to := range layouts {
		if v, ok := table[key].(string); ok {
			*to = parseLayout(v)
		}
	}
}

func parseLayout(s string) layout {
	var out layout
	for {
		at := field.FindStringSubmatchIndex(s)
		if at == nil {
			return append(out, s)
		}
		out = append(out, s[:at[0]], s[at[2]:at[3]])
		s = s[at[1]:]
	}
}

// write writes a time by a layout.
func (f *format) write(l layout, t time.Time, alone bool) string {
	var b strings.Builder
	for i, s := range l {
		switch {
		case i%2 == 0:
			b.WriteString(s)
		case s == "date":
			b.WriteString(f.write(f.date, t, false))
		case s == "time":
			b.WriteString(f.write(f.time, t, false))
		default:
			b.WriteString(fields[s](f, t, alone))
		}
	}
	return b.String()
}

// Date is a date: "20 May 2026". Like all of these it is that of the time's own
// zone.
func (p *Printer) Date(t time.Time) string { return p.format.write(p.format.date, t, false) }

// Day is a date with its weekday: "Wednesday, 20 May 2026".
func (p *Printer) Day(t time.Time) string { return p.format.write(p.format.day, t, false) }

// Time is a time of the day: "18:30".
func (p *Printer) Time(t time.Time) string { return p.format.write(p.format.time, t, false) }

// Moment is a date and a time: "20 May 2026, 18:30".
func (p *Printer) Moment(t time.Time) string { return p.format.write(p.format.moment, t, false) }

// Month is a month of a year: "May 2026".
func (p *Printer) Month(t time.Time) string { return p.format.write(p.format.month, t, true) }

// MonthName is the name of a month standing alone: "May".
func (p *Printer) MonthName(m time.Month) string {
	return fields["month"](&p.format, time.Date(2000, m, 1, 0, 0, 0, 0, time.UTC), true)
}

// Hours is the time from one moment to another, each in its own zone, with the
// days of the week: "Wednesday, 20 May 2026, 18:30–20:00". Without an end it is
// the moment it begins.
func (p *Printer) Hours(from, to time.Time) string {
	switch {
	case !to.After(from):
		return p.hour(from)
	case p.Date(from) == p.Date(to):
		return strings.NewReplacer("{date}", p.Day(from), "{from}", p.Time(from), "{to}", p.Time(to)).Replace(p.format.hours)
	}
	return p.between(p.hour(from), p.hour(to))
}

// Days is the time from one day to another, both included: "Wednesday, 20 May
// 2026 – Friday, 22 May 2026". Without an end, or on one day, it is that day.
func (p *Printer) Days(from, to time.Time) string {
	if !to.After(from) || p.Date(from) == p.Date(to) {
		return p.Day(from)
	}
	return p.between(p.Day(from), p.Day(to))
}

// hour is a moment with its day of the week.
func (p *Printer) hour(t time.Time) string { return p.Day(t) + p.format.comma + p.Time(t) }

func (p *Printer) between(from, to string) string {
	return strings.NewReplacer("{from}", from, "{to}", to).Replace(p.format.days)
}
