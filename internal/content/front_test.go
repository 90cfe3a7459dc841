package content_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hamlet/internal/content"
)

const yamlFront = `---
title: Repair day
date: 2026-05-31 19:30
updated: 2026-06-02
expires: 2026-12-06 00:00
categories: [News, From the shed]
series: The year in tools
part: 2
pinned: true
toc: on
image: sub/hall one.jpg
aliases: [/2019/05/repair%20day/, /posts/mending, "/caf\u00e9"]
event:
  name: Repair day
  start: 2026-12-05 14:00
  end: 2026-12-05 17:00
  zone: America/New_York
  place: The old fire station
  url: https://shed.example.org/repair?day=5
---
`

const tomlFront = `+++
title = "Repair day"
date = 2026-05-31 19:30:00
updated = 2026-06-02
expires = 2026-12-06T00:00:00
categories = ["News", "From the shed"]
series = "The year in tools"
part = 2
pinned = true
toc = true
image = "sub/hall one.jpg"
aliases = ["/2019/05/repair%20day/", "/posts/mending", "/cafe\u0301"]

[event]
name = "Repair day"
start = 2026-12-05T14:00:00-05:00
end = 2026-12-05 17:00:00
zone = "America/New_York"
place = "The old fire station"
url = "https://shed.example.org/repair?day=5"
+++
`

func TestEveryKeyOfAPost(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	want := content.Post{
		Updated: time.Date(2026, 6, 2, 0, 0, 0, 0, berlin), Expires: time.Date(2026, 12, 6, 0, 0, 0, 0, berlin),
		Categories: []string{"News", "From the shed"}, Series: "The year in tools", Part: 2, Pinned: true, TOC: content.TOCOn,
		Image: "/posts/repair/sub/hall one.jpg", Aliases: []string{"/2019/05/repair day", "/posts/mending", "/café"},
		Event: &content.Event{
			Name: "Repair day", Start: time.Date(2026, 12, 5, 14, 0, 0, 0, newYork), End: time.Date(2026, 12, 5, 17, 0, 0, 0, newYork),
			Zone: newYork, Place: "The old fire station", URL: "https://shed.example.org/repair?day=5",
		},
	}
	for name, src := range map[string]string{"yaml": yamlFront, "toml": tomlFront} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := mustLoad(t, files("site.toml", `time_zone = "Europe/Berlin"`, "posts/repair/index.md", src)).Posts[0]
			got := content.Post{
				Updated: p.Updated, Expires: p.Expires, Categories: p.Categories, Series: p.Series, Part: p.Part,
				Pinned: p.Pinned, TOC: p.TOC, Image: p.Image, Aliases: p.Aliases, Event: p.Event,
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(content.Post{}), cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestAnEventOfDays(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"---\ntitle: T\ndate: 2026-01-02\nevent: {name: Fair, start: 2026-08-01, end: 2026-08-01}\n---\n",
		"+++\ntitle = \"T\"\ndate = 2026-01-02\nevent = {name = \"Fair\", start = 2026-08-01, end = \"2026-08-01\"}\n+++\n",
	} {
		p := mustLoad(t, files("site.toml", `time_zone = "Asia/Tokyo"`, "posts/x.md", src)).Posts[0]
		e := p.Event
		if !e.AllDay || e.Zone.String() != "Asia/Tokyo" || e.Start.Format(time.RFC3339) != "2026-08-01T00:00:00+09:00" || !e.End.Equal(e.Start) {
			t.Errorf("got %+v, want the whole day in the blog's zone", e)
		}
	}
}

// TestAnEventWithAnOffset: who writes 18:00 in Tokyo wants 18:00 to be read.
func TestAnEventWithAnOffset(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, event, zone, start, end string }{
		{"another than the blog's", "{start: 2026-08-01T18:00:00+09:00, end: 2026-08-01 20:00}", "UTC+09:00", "2026-08-01T18:00:00+09:00", "2026-08-01T20:00:00+09:00"},
		{"universal time", "{start: 2026-08-01T18:00Z}", "UTC", "2026-08-01T18:00:00Z", ""},
		{"the blog's at that time", "{start: 2026-08-01 18:00 +0200}", "Europe/Berlin", "2026-08-01T18:00:00+02:00", ""},
		{"the blog's half a year later", "{start: 2026-08-01 18:00 +0100}", "UTC+01:00", "2026-08-01T18:00:00+01:00", ""},
		{"and a zone", "{start: 2026-08-01T18:00+09:00, zone: Europe/Lisbon}", "Europe/Lisbon", "2026-08-01T10:00:00+01:00", ""},
		{"none", "{start: 2026-08-01 18:00}", "Europe/Berlin", "2026-08-01T18:00:00+02:00", ""},
	} {
		src := "---\ntitle: T\ndate: 2026-01-02\nevent: " + tt.event + "\n---\n"
		e := mustLoad(t, files("site.toml", `time_zone = "Europe/Berlin"`, "posts/x.md", src)).Posts[0].Event
		if got := e.Zone.String(); got != tt.zone {
			t.Errorf("%s: zone: got %s, want %s", tt.name, got, tt.zone)
		}
		if got := e.Start.Format(time.RFC3339); got != tt.start {
			t.Errorf("%s: start: got %s, want %s", tt.name, got, tt.start)
		}
		if got := e.End.Format(time.RFC3339); tt.end != "" && got != tt.end {
			t.Errorf("%s: end: got %s, want %s", tt.name, got, tt.end)
		}
	}
	toml := "+++\ntitle = \"T\"\ndate = 2026-01-02\nevent = {start = 2026-08-01T18:00:00-05:00}\n+++\n"
	if e := mustLoad(t, files("posts/x.md", toml)).Posts[0].Event; e.Zone.String() != "UTC-05:00" || e.Start.Hour() != 18 {
		t.Errorf("TOML: got %+v", e)
	}
}

func TestAnEventWithoutAName(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\nevent: {start: 2026-08-01 10:00}\n---\n")).Posts[0]
	if p.Event == nil || p.Event.Name != "" || p.Event.Start.IsZero() {
		t.Errorf("got %+v, want an event that leaves its name to the post", p.Event)
	}
}

func TestWhatIsNotGiven(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\nupdated: 2026-01-01\nevent:\ntoc:\npart:\nimage:\naliases: []\n---\n")).Posts[0]
	if !p.Updated.IsZero() || p.Event != nil || p.TOC != content.TOCAuto || p.Part != 0 || p.Image != "" || p.Aliases != nil || p.Gone || p.Pinned {
		t.Errorf("got %+v, want nothing of it, and no update before the date", p)
	}
}

func TestWrongValuesOfTheKeys(t *testing.T) {
	t.Parallel()
	const date = "write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"
	const event = "event:\n  name: N\n  start: 2026-08-01 10:00\n"
	for _, tt := range []struct{ name, front, want string }{
		{"expired before it began", "expires: 2026-01-02", ":4: expires: this is not after the date, so nobody would ever see it; give a later one"},
		{"part of nothing", "part: 2", ":4: part: this is a part of no series; add a line series:"},
		{"part zero", "series: S\npart: 0", ":5: part: this has to be a whole number from 1 to 9999"},
		{"part in words", "series: S\npart: two", ":5: part: this has to be a whole number from 1 to 9999"},
		{"half a part", "series: S\npart: 1.5", ":5: part: this has to be a whole number from 1 to 9999"},
		{"series of nothing", "series: \"!\"", ":4: series: the series \"!\" has no letter and no digit; name it in words"},
		{"two series", "series: [a, b]", ":4: series: this has to be a text, not a list"},
		{"author of nothing", "author: \"?\"", ":4: author: the author \"?\" has no letter and no digit; name it in words"},
		{"long category", "categories: " + strings.Repeat("x", 201), ":4: categories: the name of a category has at most 200 characters; give a shorter one"},
		{"toc", "toc: maybe", ":4: toc: this has to be on, off or auto"},
		{"pinned", "pinned: 1", ":4: pinned: this has to be true or false, not a number"},
		{"gone", "gone: soon", ":4: gone: this has to be true or false, not a text"},
		{"image elsewhere", "image: https://cdn.example.org/a.jpg", ":4: image: \"https://cdn.example.org/a.jpg\" is not a file of this blog; put the picture beside the index.md of a bundle, and give its name"},
		{"relative alias", "aliases: old", ":4: aliases: \"old\" is not an address of this blog; write its path, with a / in front, like /2024/old-name"},
		{"alias elsewhere", "aliases: [/ok, //other.example.org/x]", ":4: aliases: \"//other.example.org/x\" is not an address of this blog; write its path, with a / in front, like /2024/old-name"},
		{"alias of two lines", `aliases: ["/ok", "/old\r\nX-Evil: 1"]`, ":4: aliases: there is a control character in \"/old\\r\\nX-Evil: 1\"; take it out"},
		{"alias with a tab", `aliases: "/old\tname"`, ":4: aliases: there is a control character in \"/old\\tname\"; take it out"},
		{"alias with a question", "aliases: /?p=7", ":4: aliases: \"/?p=7\" has a ? or a # in it; only the path before it counts; leave out what follows, or write %3F or %23"},
		{"alias that climbs", "aliases: /a/../b", ":4: aliases: \"/a/../b\" is not a path that a browser asks for; leave out .., //, backslashes and control characters"},
		{"alias that climbs in disguise", "aliases: /a/%2e%2e/b", ":4: aliases: \"/a/%2e%2e/b\" is not a path that a browser asks for; leave out .., //, backslashes and control characters"},
		{"alias with a line end", "aliases: /a%0ab", ":4: aliases: \"/a%0ab\" is not a path that a browser asks for; leave out .., //, backslashes and control characters"},
		{"alias of the front page", "aliases: /", ":4: aliases: / is the front page; give another path"},
		{"alias of the blog's own", "aliases: /tags/old", ":4: aliases: /tags/old is an address of the blog's own"},
		{"half an escape", "aliases: /100%", ":4: aliases: \"/100%\" has a % that begins no escape; write %25"},
		{"event in words", "event: tomorrow", ":4: event: this has to be a table with name, start, end, zone, place, url, not a text"},
		{"event without anything", "event: {}", ":4: event.start: this is missing; " + date},
		{"event with a typo", event + "  plaze: P", ":7: event.plaze: unknown key; did you mean place?"},
		{"event of another program", event + "  location: P", ":7: event.location: unknown key; did you mean place?"},
		{"event key twice", event + "  name: P", ":7: event.name: this key was given on line 5 already; keep one of them"},
		{"end before start", event + "  end: 2026-08-01 09:59", ":7: event.end: this is not after the start"},
		{"end at the start", event + "  end: 2026-08-01T10:00Z", ":7: event.end: this is not after the start"},
		{"end without a time", event + "  end: 2026-08-02", ":7: event.end: start and end have to be both days, or both with a time"},
		{"last day before the first", "event: {name: N, start: 2026-08-02, end: 2026-08-01}", ":4: event.end: this is not after the start"},
		{"bad start", "event:\n  name: N\n  start: noon", ":6: event.start: \"noon\" is not a date; " + date},
		{"zone", event + "  zone: Middle/Earth", ":7: event.zone: \"Middle/Earth\" is not a time zone; write it like Europe/Berlin or UTC"},
		{"zone of the machine", event + "  zone: local", ":7: event.zone: \"local\" is not a time zone; write it like Europe/Berlin or UTC"},
		{"url", event + "  url: javascript:alert(1)", ":7: event.url: \"javascript:alert(1)\" is not an address of the web; begin it with https://"},
		{"url without a host", event + "  url: https:///x", ":7: event.url: \"https:///x\" is not an address of the web; begin it with https://"},
		{"place in a table", event + "  place: {street: S}", ":7: event.place: this has to be a text, not a table"},
		{"event as an alias", "tags: &e {name: N}\nevent: *e", ":4: tags: this has to be a text, not a table\nposts/x.md:5: event: an alias cannot stand for a table; write it out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := without(problems(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\n"+tt.front+"\n---\n")))
			if want := "posts/x.md" + tt.want; got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestEventOfTOMLNamesItsLines(t *testing.T) {
	t.Parallel()
	got := without(problems(t, files("posts/x.md", "+++\ntitle = \"T\"\ndate = 2026-01-02\n[event]\nname = \"N\"\nstart = 2026-08-01\nend = 5\nplcae = \"x\"\n+++\n")))
	want := "posts/x.md:7: event.end: \"5\" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00\n" +
		"posts/x.md:8: event.plcae: unknown key; did you mean place?"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPagesAreInNoList(t *testing.T) {
	t.Parallel()
	got := without(problems(t, files("pages/x.md", "---\ntitle: T\nseries: S\npinned: true\n---\n")))
	want := "pages/x.md:3: series: a page has none of this; take the line out, or make it a post\n" +
		"pages/x.md:4: pinned: a page has none of this; take the line out, or make it a post"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestGone(t *testing.T) {
	t.Parallel()
	lib := mustLoad(t, files("gone.txt", "\ufeff# what was\r\n/posts/b\r\n\n  /2019/caf%C3%A9/  \n/posts/b\n"))
	if got, want := strings.Join(lib.Gone, " "), "/2019/café /posts/b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got := without(problems(t, files("gone.txt", "# x\nposts/a\n/ok\nhttps://example.org/b\n")))
	want := "gone.txt:2: \"posts/a\" is not an address of this blog; write its path, with a / in front, like /2024/old-name\n" +
		"gone.txt:4: \"https://example.org/b\" is not an address of this blog; write its path, with a / in front, like /2024/old-name"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := problems(t, files("gone.txt", strings.Repeat("x\n", 100_000))); len(got) != 21 || got[0].Message != "99980 more lines are wrong" {
		t.Errorf("got %d problems, the first %+v, want 20 and how many more there are", len(got), got[0])
	}
}

func TestPermalinks(t *testing.T) {
	t.Parallel()
	const front = "---\ntitle: T\ndate: 2026-05-31 23:30Z\nauthor: Ada Oakes\ncategories: [Baker's C++, News]\n---\n"
	for _, tt := range []struct{ pattern, want string }{
		{"", "/posts/x"},
		{"/posts/:slug", "/posts/x"},
		{"/:year/:month/:day/:slug/", "/2026/06/01/x"},
		{"/:category/:author/:slug.html", "/bakers-c-plus-plus/ada-oakes/x.html"},
		{"/blog/:year-:slug", "/blog/2026-x"},
		{"/:slug", "/x"},
	} {
		lib := mustLoad(t, files("site.toml", "time_zone = \"Europe/Berlin\"\npermalink = \""+tt.pattern+"\"", "posts/x.md", front, "pages/about.md", "---\ntitle: T\n---\n"))
		if got := lib.Meta.Path(lib.Posts[1]); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.pattern, got, tt.want)
		}
		if got := lib.Meta.Path(lib.Posts[0]); got != "/about" {
			t.Errorf("%s: got the page at %s, want it at /about", tt.pattern, got)
		}
	}
}

func TestPatternsThatAreRefused(t *testing.T) {
	t.Parallel()
	const like = "; write it like /:year/:month/:slug"
	for _, tt := range []struct{ pattern, want string }{
		{":year/:slug", "a pattern begins with a /" + like},
		{"/:year/:month", "a pattern has :slug in it once, which tells posts apart" + like},
		{"/:slug/:slug", "a pattern has :slug in it once, which tells posts apart" + like},
		{"/:yer/:slug", "there is no :yer; did you mean :year?"},
		{"/:filename", "there is no :filename; allowed are :year, :month, :day, :slug, :category, :author"},
		{"/a b/:slug", "a pattern is made of placeholders, letters, digits, and / - . _ ~ between them" + like},
		{"/a//:slug", "a pattern is made of placeholders, letters, digits, and / - . _ ~ between them" + like},
		{"/../:slug", "a pattern is made of placeholders, letters, digits, and / - . _ ~ between them" + like},
		{"/x?p=:slug", "a pattern is made of placeholders, letters, digits, and / - . _ ~ between them" + like},
		{"/tags/:slug", "/tags is an address of the blog's own; let the pattern begin with something else"},
	} {
		if got, want := without(problems(t, files("site.toml", "permalink = \""+tt.pattern+"\""))), "site.toml:1: permalink: "+tt.want; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestAddressesAreTakenOnce(t *testing.T) {
	t.Parallel()
	post := func(more string) string { return "---\ntitle: T\ndate: 2026-01-02\n" + more + "---\n" }
	for _, tt := range []struct {
		name, pattern string
		files         []string
		want          string
	}{
		{"a page is there", "/:slug", []string{"pages/x.md", "---\ntitle: T\n---\n", "posts/x.md", post("")}, "posts/x.md:1: slug: the address /x is taken by pages/x.md; give one of them another slug"},
		{"the blog is there", "/:slug", []string{"posts/search.md", post("")}, "posts/search.md:1: with the permalink pattern /:slug this is at /search, an address of the blog's own; change what it is made of"},
		{"no category", "/:category/:slug", []string{"posts/x.md", post("")}, "posts/x.md:1: categories: this is missing; the permalink pattern /:category/:slug needs it; add a line categories:"},
		{"a category of the blog's own", "/:category/:slug", []string{"posts/x.md", post("categories: Tags\n")}, "posts/x.md:1: with the permalink pattern /:category/:slug this is at /tags/x, an address of the blog's own; change what it is made of"},
		{"no author", "/:author/:slug", []string{"posts/x.md", post("")}, "posts/x.md:1: author: this is missing; the permalink pattern /:author/:slug needs it; add a line author:"},
		{
			"two ways to one", "/:category-:slug",
			[]string{"posts/b-c.md", post("categories: a\n"), "posts/c.md", post("categories: a b\n")},
			"posts/c.md:1: slug: the address /a-b-c is taken by posts/b-c.md; give one of them another slug",
		},
		{"an alias twice", "/posts/:slug", []string{"posts/a.md", post("aliases: [/old]\n"), "posts/b.md", post("aliases: [/new, /old/]\n")}, "posts/b.md:4: aliases: /old is an alias of posts/a.md too; keep one of them"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := without(problems(t, files(append(tt.files, "site.toml", "permalink = \""+tt.pattern+"\"")...)))
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSiteSaysMore(t *testing.T) {
	t.Parallel()
	m := mustLoad(t, files("site.toml", "per_page = 25\nsecurity_contact = \"security@example.org\"\n[authors.\"Ada Oakes\"]\nurl = \"https://ada.example.org\"\nabout = \"Bakes.\"\n[authors.Ben]\nabout = \"Mends.\"\n")).Meta
	want := map[string]content.Author{"Ada Oakes": {URL: "https://ada.example.org", About: "Bakes."}, "Ben": {About: "Mends."}}
	if diff := cmp.Diff(want, m.Authors); diff != "" || m.PerPage != 25 || m.SecurityContact != "mailto:security@example.org" {
		t.Errorf("got %+v", m)
	}
	if m := mustLoad(t, files()).Meta; m.PerPage != 10 || m.Permalink != "/posts/:slug" || m.SecurityContact != "" {
		t.Errorf("got %+v, want the defaults", m)
	}
	for _, tt := range []struct{ src, want string }{
		{"per_page = 0", "1: per_page: this has to be a whole number from 1 to 500"},
		{"per_page = \"10\"", "1: per_page: this has to be a whole number from 1 to 500"},
		{"paginate = 5", "1: paginate: unknown key; did you mean per_page?"},
		{"security_contact = \"me\"", "1: security_contact: \"me\" is neither an e-mail address nor a URL; write it like security@example.org or https://example.org/security"},
		{"security_contact = \"http://example.org\"", "1: security_contact: \"http://example.org\" is neither an e-mail address nor a URL; write it like security@example.org or https://example.org/security"},
		{"authors = [\"Ada\"]", "1: authors: this has to be a table for each author; write a line [authors.\"Ada Oakes\"] and below it url = and about ="},
		{"authors.Ada = 5", "1: authors.Ada: this has to be a table with url, about, not a number"},
		{"[authors.Ada]\nurl = \"ada\"", "2: authors.Ada.url: \"ada\" is not an address of the web; begin it with https://"},
		{"[authors.Ada]\n\nhomepage = \"x\"", "3: authors.Ada.homepage: unknown key; did you mean url?"},
		{"[authors.Ada]\nabout = {a = 1}", "2: authors.Ada.about: this has to be a text, not a table"},
	} {
		if got, want := without(problems(t, files("site.toml", tt.src))), "site.toml:"+tt.want; got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", tt.src, got, want)
		}
	}
}
