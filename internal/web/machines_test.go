package web_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// micro is a microformats2 object: an element of class h-SOMETHING with what is
// said within it, but not within objects inside of it.
type micro struct {
	kind  string
	props map[string][]string
	in    []micro
}

// micros finds the objects in a page: values of u- properties are href, src or value,
// of dt- datetime or value, of p- value or the text.
func micros(n *html.Node) []micro {
	root := micro{props: map[string][]string{}}
	root.walk(n)
	return root.in
}

func (m *micro) walk(n *html.Node) {
	for c := range n.ChildNodes() {
		class, _ := attribute(c, "class")
		into, kind := m, ""
		for name := range strings.FieldsSeq(class) {
			prefix, prop, ok := strings.Cut(name, "-")
			switch {
			case !ok || !slices.Contains([]string{"h", "p", "u", "dt", "e"}, prefix):
			case prefix == "h":
				kind = name
			default:
				m.props[prop] = append(m.props[prop], valueOf(c, prefix))
			}
		}
		if kind != "" {
			into = &micro{kind: kind, props: map[string][]string{}}
		}
		into.walk(c)
		if into != m {
			m.in = append(m.in, *into)
		}
	}
}

func valueOf(n *html.Node, prefix string) string {
	keys := map[string][]string{"u": {"href", "src", "value"}, "dt": {"datetime", "value"}, "p": {"value"}}[prefix]
	for _, key := range keys {
		if v, ok := attribute(n, key); ok {
			return v
		}
	}
	var text strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			text.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func parsed(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestMicroformats(t *testing.T) {
	t.Parallel()
	b := openVillage(t)
	is := func(m micro, prop string, want ...string) {
		t.Helper()
		if got := m.props[prop]; !slices.Equal(got, want) {
			t.Errorf("%s %s: got %q, want %q", m.kind, prop, got, want)
		}
	}
	found := micros(parsed(t, b.Get("/posts/clock").Body))
	if len(found) != 1 || found[0].kind != "h-entry" {
		t.Fatalf("a post: got %+v, want one h-entry", found)
	}
	entry := found[0]
	is(entry, "name", "The </script> clock & the tower")
	is(entry, "url", "/posts/clock")
	is(entry, "published", "2026-03-01T00:00:00Z")
	is(entry, "author", "Ada Fern", "Bo Reed")
	is(entry, "category", "Works", "News", "Clocks")
	is(entry, "content", "It ticks. On and on.")
	is(entry, "comment", "Comment by Cleo 22 November 2026, 12:00 It stopped. Reply to Cleo Quote Cleo Report the comment by Cleo", "Comment by Eve 22 November 2026, 12:00 Started again. Reply to Eve Quote Eve Report the comment by Eve")
	if len(entry.in) != 4 || entry.in[0].kind != "h-card" || entry.in[2].kind != "h-cite" {
		t.Fatalf("in the post: got %+v, want two h-card and two h-cite", entry.in)
	}
	is(entry.in[2], "author", "Cleo")
	is(entry.in[2], "content", "It stopped.")
	is(entry.in[2], "url", "/comment/1")

	bell := micros(parsed(t, b.Get("/posts/bell").Body))[0]
	is(bell, "updated", "2026-04-05T00:00:00+01:00")
	is(bell, "summary", "It rings.")

	is(micros(parsed(t, b.Get("/posts/door").Body))[0], "author", "Village") // where nobody is named
	is(micros(parsed(t, b.Get("/about").Body))[0], "url", "/about")

	fair := micros(parsed(t, b.Get("/posts/fair").Body))[0].in
	event := fair[len(fair)-1]
	if event.kind != "h-event" {
		t.Fatalf("the fair: got %+v, want an h-event", fair)
	}
	is(event, "name", "Fair & dance")
	is(event, "start", "2026-07-04T14:00:00+02:00")
	is(event, "end", "2026-07-04T23:30:00+02:00")
	is(event, "location", "The green")
	is(event, "url", "https://fair.example.org/")

	feed := micros(parsed(t, b.Get("/").Body))
	if len(feed) != 1 || feed[0].kind != "h-feed" || len(feed[0].in) != 2 {
		t.Fatalf("the front page: got %+v, want an h-feed of two", feed)
	}
	is(feed[0], "name", "Village")
	is(feed[0].in[0], "url", "/posts/fair")
	is(feed[0].in[1], "summary", "It creaks.")
}

// linked is the JSON-LD of a page, by type.
func linked(t *testing.T, page string) map[string]map[string]any {
	t.Helper()
	found := map[string]map[string]any{}
	for n := range parsed(t, page).Descendants() {
		if kind, _ := attribute(n, "type"); n.Data != "script" || kind != "application/ld+json" {
			continue
		}
		var doc struct {
			Context string           `json:"@context"`
			Graph   []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal([]byte(n.FirstChild.Data), &doc); err != nil {
			t.Fatalf("%v in %s", err, n.FirstChild.Data)
		}
		if doc.Context != "https://schema.org" {
			t.Errorf("context: got %q", doc.Context)
		}
		for _, thing := range doc.Graph {
			found[thing["@type"].(string)] = thing
		}
	}
	return found
}

func TestLinkedData(t *testing.T) {
	t.Parallel()
	b := openVillage(t)
	for target, want := range map[string]map[string][]string{
		"/posts/clock": {
			"BlogPosting":    {"headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage", "keywords", "articleSection"},
			"BreadcrumbList": {"itemListElement"},
		},
		"/posts/fair":        {"BlogPosting": {"image"}, "Event": {"name", "startDate", "endDate", "location", "eventAttendanceMode", "eventStatus", "url"}},
		"/about":             {"WebPage": {"name", "url"}, "BreadcrumbList": {"itemListElement"}},
		"/":                  {"WebSite": {"name", "url", "potentialAction"}},
		"/authors/ada-fern":  {"CollectionPage": {"name", "description"}, "BreadcrumbList": {"itemListElement"}},
		"/archive/2026/03":   {"BreadcrumbList": {"itemListElement"}},
		"/categories/works":  {"CollectionPage": {"name"}},
		"/series/the-tower":  {"CollectionPage": {"name"}},
		"/posts/f%C3%AAte":   {"Event": {"startDate"}},
		"/tags/clocks":       {"BreadcrumbList": {"itemListElement"}},
		"/archive/2025":      {"BreadcrumbList": {"itemListElement"}},
		"/posts/bell":        {"BlogPosting": {"description"}},
		"/categories/news":   {"CollectionPage": {"url"}},
		"/authors/bo-reed":   {"CollectionPage": {"url"}},
		"/tags/sound":        {"CollectionPage": {"url"}},
		"/posts/door":        {"BlogPosting": {"wordCount"}},
		"/series/the-tower/": {},
	} {
		found := linked(t, b.Get(target).Body)
		for kind, fields := range want {
			if found[kind] == nil {
				t.Errorf("%s: there is no %s", target, kind)
			}
			for _, f := range fields {
				if v, ok := found[kind][f]; !ok || v == "" || v == nil {
					t.Errorf("%s: %s has no %s", target, kind, f)
				}
			}
		}
	}
	if got := linked(t, b.Get("/posts/clock").Body)["BlogPosting"]["headline"]; got != "The </script> clock & the tower" {
		t.Errorf("headline: got %q", got)
	}
}

// TestShareCards looks at what other sites show of a page.
func TestShareCards(t *testing.T) {
	t.Parallel()
	b := openVillage(t)
	for _, tt := range []struct{ target, property, want string }{
		{"/posts/clock", "og:type", `^article$`},
		{"/posts/clock", "og:title", `^The </script> clock & the tower$`},
		{"/posts/clock", "og:url", `^http://blog\.example\.org/posts/clock$`},
		{"/posts/clock", "og:image", `^http://blog\.example\.org/media/cards/posts/clock\.png\?v=`},
		{"/posts/clock", "og:image:width", `^1200$`},
		{"/posts/clock", "og:image:alt", `clock`},
		{"/posts/clock", "article:published_time", `^2026-03-01T00:00:00Z$`},
		{"/posts/clock", "article:author", `^http://blog\.example\.org/authors/ada-fern$`},
		{"/posts/clock", "article:section", `^Works$`},
		{"/posts/clock", "article:tag", `^Clocks$`},
		{"/posts/bell", "article:modified_time", `^2026-04-05T00:00:00\+01:00$`},
		{"/posts/fair", "og:image", `^http://blog\.example\.org/about\.png$`},
		{"/posts/clock", "twitter:card", `^summary_large_image$`},
		{"/", "og:type", `^website$`},
		{"/", "og:image", `/media/cards/site\.png`},
		{"/tags/clocks", "og:title", `^Clocks$`},
	} {
		got := ""
		for n := range parsed(t, b.Get(tt.target).Body).Descendants() {
			name, _ := attribute(n, "property")
			if name == "" {
				name, _ = attribute(n, "name")
			}
			if n.Data == "meta" && name == tt.property && got == "" {
				got, _ = attribute(n, "content")
			}
		}
		if !regexp.MustCompile(tt.want).MatchString(got) {
			t.Errorf("%s: %s: got %q, want %s", tt.target, tt.property, got, tt.want)
		}
	}
}
