package locale_test

import (
	"testing"
	"time"

	"hamlet/internal/locale"
)

func TestDates(t *testing.T) {
	t.Parallel()
	c := mustLoad(t, files(map[string]string{
		"pl.toml": `[format]
months = ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"]
months_alone = ["styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"]
`,
		"en-US.toml": `[format]
date = "{month} {day}, {year}"
time = "{hour12}:{minute} {half}"
moment = "{date} at {time}"
`,
		"ja.toml": "[format]\ndate = '{year}年{month1}月{day}日'",
		"lv.toml": "[format]\ndate = '{year}-{month2}-{day2}'",
	}))
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour, minute, 0, 0, time.UTC) }
	begin := at(4, 9, 5)
	tests := []struct {
		name, lang string
		of         func(p *locale.Printer) string
		want       string
	}{
		{"date", "en", func(p *locale.Printer) string { return p.Date(begin) }, "4 May 2026"},
		{"day", "en", func(p *locale.Printer) string { return p.Day(begin) }, "Monday, 4 May 2026"},
		{"Sunday", "en", func(p *locale.Printer) string { return p.Day(at(3, 0, 0)) }, "Sunday, 3 May 2026"},
		{"time", "en", func(p *locale.Printer) string { return p.Time(begin) }, "09:05"},
		{"moment", "en", func(p *locale.Printer) string { return p.Moment(begin) }, "4 May 2026, 09:05"},
		{"month", "en", func(p *locale.Printer) string { return p.Month(begin) }, "May 2026"},
		{"month name", "en", func(p *locale.Printer) string { return p.MonthName(time.December) }, "December"},
		{"genitive", "pl", func(p *locale.Printer) string { return p.Date(begin) }, "4 maja 2026"},
		{"nominative", "pl", func(p *locale.Printer) string { return p.Month(begin) }, "maj 2026"},
		{"order of a region", "en-US", func(p *locale.Printer) string { return p.Date(begin) }, "May 4, 2026"},
		{"midnight of twelve hours", "en-US", func(p *locale.Printer) string { return p.Moment(at(4, 0, 5)) }, "May 4, 2026 at 12:05 am"},
		{"noon", "en-US", func(p *locale.Printer) string { return p.Time(at(4, 12, 0)) }, "12:00 pm"},
		{"numbers", "ja", func(p *locale.Printer) string { return p.Date(begin) }, "2026年5月4日"},
		{"two digits", "lv", func(p *locale.Printer) string { return p.Date(begin) }, "2026-05-04"},
		{"hours", "en", func(p *locale.Printer) string { return p.Hours(begin, at(4, 17, 0)) }, "Monday, 4 May 2026, 09:05–17:00"},
		{"hours over midnight", "en", func(p *locale.Printer) string { return p.Hours(begin, at(5, 2, 0)) }, "Monday, 4 May 2026, 09:05 – Tuesday, 5 May 2026, 02:00"},
		{"no end", "en", func(p *locale.Printer) string { return p.Hours(begin, time.Time{}) }, "Monday, 4 May 2026, 09:05"},
		{"days", "en", func(p *locale.Printer) string { return p.Days(begin, at(6, 0, 0)) }, "Monday, 4 May 2026 – Wednesday, 6 May 2026"},
		{"one day", "en", func(p *locale.Printer) string { return p.Days(begin, at(4, 23, 0)) }, "Monday, 4 May 2026"},
		{"a day without an end", "en", func(p *locale.Printer) string { return p.Days(begin, time.Time{}) }, "Monday, 4 May 2026"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.of(c.Printer(tt.lang)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
