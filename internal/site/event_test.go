package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// invite is a post with an event.
func invite(e content.Event) *content.Post {
	p := post("fair", 3)
	p.Title, p.Event = "The fair", &e
	return p
}

// failer is a test, or a run of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// ics is the calendar of a post, unfolded, by the names of its lines.
func ics(t failer, p *content.Post) map[string]string {
	t.Helper()
	s := build(p)
	d, ok := s.Calendar(s.Posts()[0])
	if !ok {
		t.Fatalf("no calendar")
	}
	text := string(d.Body)
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
		t.Fatalf("lines end otherwise than with CRLF: %q", text)
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 {
			t.Fatalf("a line of %d octets: %q", len(line), line)
		}
	}
	lines := map[string]string{}
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSuffix(text, "\r\n"), "\r\n ", ""), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("not a line: %q", line)
		}
		lines[name] = value
	}
	return lines
}

func TestCalendarTimes(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, berlin)
	}
	tests := []struct {
		name       string
		event      content.Event
		start, end string // with the parameters
	}{
		{"summer", content.Event{Start: at(7, 4, 19), End: at(7, 4, 22)}, "DTSTART 20260704T170000Z", "DTEND 20260704T200000Z"},
		{"winter", content.Event{Start: at(12, 4, 19), End: at(12, 5, 1)}, "DTSTART 20261204T180000Z", "DTEND 20261205T000000Z"},
		{"no end", content.Event{Start: at(7, 4, 19)}, "DTSTART 20260704T170000Z", ""},
		{"end before the start", content.Event{Start: at(7, 4, 19), End: at(7, 4, 18)}, "DTSTART 20260704T170000Z", ""},
		{"a day", content.Event{Start: at(7, 4, 0), AllDay: true}, "DTSTART;VALUE=DATE 20260704", "DTEND;VALUE=DATE 20260705"},
		{"days over the end of a month", content.Event{Start: at(2, 27, 0), End: at(2, 28, 0), AllDay: true}, "DTSTART;VALUE=DATE 20260227", "DTEND;VALUE=DATE 20260301"},
		{"days over the change of the clock", content.Event{Start: at(3, 28, 0), End: at(3, 29, 0), AllDay: true}, "DTSTART;VALUE=DATE 20260328", "DTEND;VALUE=DATE 20260330"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.event.Zone = berlin
			lines := ics(t, invite(tt.event))
			var got []string
			for _, name := range []string{"DTSTART", "DTSTART;VALUE=DATE", "DTEND", "DTEND;VALUE=DATE"} {
				if v, ok := lines[name]; ok {
					got = append(got, name+" "+v)
				}
			}
			want := slices.DeleteFunc([]string{tt.start, tt.end}, func(s string) bool { return s == "" })
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestCalendarTexts(t *testing.T) {
	t.Parallel()
	p := invite(content.Event{
		Name: "A; b, c\\d\r\nBEGIN:VALARM\x00", Start: now, Zone: time.UTC,
		Place: strings.Repeat("Über der Brücke 橋 ", 12),
	})
	p.Slug, p.Updated = "fête", day(1)
	lines := ics(t, p)
	for name, want := range map[string]string{
		"SUMMARY":  `A\; b\, c\\d\nBEGIN:VALARM`,
		"LOCATION": strings.Repeat("Über der Brücke 橋 ", 12),
		"UID":      "post-f%C3%AAte@blog.example.org",
		"DTSTAMP":  "20260614T120000Z",
		"URL":      "https://blog.example.org/posts/f%C3%AAte",
		"VERSION":  "2.0",
	} {
		if got := lines[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestCalendarFolds: whatever the text, no line is too long and none is cut
// within a character.
func TestCalendarFolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		place := rapid.StringOfN(rapid.RuneFrom([]rune("aé橋🌉 x")), 1, 200, -1).Draw(t, "place")
		if got := ics(t, invite(content.Event{Start: now, Zone: time.UTC, Place: place}))["LOCATION"]; got != place {
			t.Fatalf("got %q, want %q", got, place)
		}
	})
}

func TestOccasion(t *testing.T) {
	t.Parallel()
	lisbon := time.FixedZone("", -3600)
	lib := &content.Library{
		Meta:  content.Meta{Zone: time.FixedZone("", 7200)},
		Posts: []*content.Post{invite(content.Event{Start: now, AllDay: true}), post("p", 1)},
	}
	s := site.Build(lib, site.Options{Now: now})
	e, ok := s.Occasion(mustPost(t, s, "fair"))
	if !ok || e.Name != "The fair" || e.Zone != s.Meta.Zone || !e.End.Equal(e.Start) || e.Calendar != "/posts/fair.ics" {
		t.Errorf("of little said: got %+v", e)
	}
	for _, ask := range []func(*site.Post) bool{
		func(p *site.Post) bool { _, ok := s.Occasion(p); return ok },
		func(p *site.Post) bool { _, ok := s.Calendar(p); return ok },
	} {
		if ask(mustPost(t, s, "p")) {
			t.Error("a post without an event has one")
		}
	}
	lib.Posts[0].Event = &content.Event{Name: "Fair", Start: now, End: now.Add(time.Hour), Zone: lisbon, Place: "Here", URL: "https://fair.example.org"}
	s = site.Build(lib, site.Options{Now: now})
	e, _ = s.Occasion(mustPost(t, s, "fair"))
	if got, want := fmt.Sprintln(e.Name, e.Start.Format(time.RFC3339), e.End.Format(time.RFC3339), e.Place, e.URL), "Fair 2026-06-15T11:00:00-01:00 2026-06-15T12:00:00-01:00 Here https://fair.example.org\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// inPage is what stands in a page, read as a machine reads it.
func inPage(t *testing.T, value any) map[string]any {
	t.Helper()
	var b bytes.Buffer
	page := template.Must(template.New("").Parse(`<script type="application/ld+json">{{.}}</script>`))
	if err := page.Execute(&b, value); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(b.String(), `<script type="application/ld+json">`), "</script>")
	if strings.Contains(text, "<") {
		t.Errorf("a tag can begin in %s", text)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if v["@context"] != "https://schema.org" {
		t.Errorf("context: got %v", v["@context"])
	}
	return v
}

func TestLinkedGolden(t *testing.T) {
	t.Parallel()
	s := buildVillage()
	about, _ := s.Page("about")
	front, _ := s.Front(1)
	author, _ := s.Listed(site.Authors, "mara-lind", 1)
	month, _ := s.Archived(2026, time.June, 1)
	var b bytes.Buffer
	for _, part := range []struct {
		name  string
		value any
	}{
		{"post", s.Linked(mustPost(t, s, "orchard-day"), "https://village.example.org/card.png?v=1&w=2")},
		{"hostile post", s.Linked(mustPost(t, s, "naïve"), "")},
		{"page", s.Linked(about, "https://village.example.org/about.png")},
		{"front page", s.LinkedList(front)},
		{"author", s.LinkedList(author)},
		{"month", s.LinkedList(month)},
	} {
		text, err := json.MarshalIndent(inPage(t, part.value), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s\n", part.name, text)
	}
	golden(t, "linked.txt", b.Bytes())
}

// TestLinkedEvents: where an event takes place, and when.
func TestLinkedEvents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		event content.Event
		want  string
	}{
		{
			"place",
			content.Event{Start: now, Zone: time.FixedZone("", 5400), Place: "Here"},
			"2026-06-15T13:30:00+01:30 <nil> Place Offline https://blog.example.org/posts/fair",
		},
		{
			"online",
			content.Event{Start: now, End: now.Add(time.Hour), Zone: time.UTC, URL: "https://fair.example.org"},
			"2026-06-15T12:00:00Z 2026-06-15T13:00:00Z VirtualLocation Online https://fair.example.org",
		},
		{
			"days",
			content.Event{Start: now, End: now.AddDate(0, 0, 1), AllDay: true, Zone: time.UTC, Place: "Here", URL: "https://fair.example.org"},
			"2026-06-15 2026-06-16 Place Offline https://fair.example.org",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := build(invite(tt.event))
			things := inPage(t, s.Linked(s.Posts()[0], "https://blog.example.org/card.png"))["@graph"].([]any)
			e := things[2].(map[string]any)
			where, _ := e["location"].(map[string]any)
			mode, _ := e["eventAttendanceMode"].(string)
			mode = strings.TrimSuffix(strings.TrimPrefix(mode, "https://schema.org/"), "EventAttendanceMode")
			got := fmt.Sprintln(e["startDate"], e["endDate"], where["@type"], mode, e["url"])
			if got != tt.want+"\n" {
				t.Errorf("got  %swant %s", got, tt.want)
			}
			if e["name"] != "The fair" || e["image"] != "https://blog.example.org/card.png" {
				t.Errorf("got %v, %v", e["name"], e["image"])
			}
		})
	}
}
