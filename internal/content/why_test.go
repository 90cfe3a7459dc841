package content_test

import (
	"testing"
	"time"

	"hamlet/internal/content"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 30, 18, 48, 30, 0, time.UTC)
	for _, tt := range []struct {
		name, front string
		state       content.State
		want        string
	}{
		{"shown", "date: 2026-05-30", content.Shown, "shown"},
		{
			"a day to come", "date: 2026-05-31", content.Scheduled,
			"scheduled, appears in 3 h 11 min: 2026-05-31 without an offset is 2026-05-31 00:00 in Europe/Berlin, which is 2026-05-30 22:00 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{
			"with an offset", "date: 2026-05-31T01:00:00-04:00", content.Scheduled,
			"scheduled, appears in 10 h 11 min: 2026-05-31T01:00:00-04:00 is 2026-05-31 07:00 in Europe/Berlin, which is 2026-05-31 05:00 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{
			"in UTC", "date: 2026-05-30 18:49Z", content.Scheduled,
			"scheduled, appears in 30 s: 2026-05-30 18:49Z is 2026-05-30 20:49 in Europe/Berlin, which is 2026-05-30 18:49 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{"draft", "date: 2026-05-30\ndraft: true\ngone: true", content.Draft, "a draft, not shown until the line draft: true is taken out"},
		{
			"draft to come", "date: 2026-06-10\ndraft: true", content.Draft,
			"a draft, not shown; without the line draft: true it would appear in 10 d 3 h: 2026-06-10 without an offset is 2026-06-10 00:00 in Europe/Berlin, which is 2026-06-09 22:00 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{
			"expired", "date: 2026-01-01\nexpires: 2026-05-30 20:48", content.Expired,
			"expired 30 s ago: 2026-05-30 20:48 without an offset is 2026-05-30 20:48 in Europe/Berlin, which is 2026-05-30 18:48 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{
			"expires", "date: 2026-01-01\nexpires: 2026-05-30 20:50", content.Shown,
			"shown, and expires in 1 min: 2026-05-30 20:50 without an offset is 2026-05-30 20:50 in Europe/Berlin, which is 2026-05-30 18:50 UTC; it is now 2026-05-30 18:48 UTC",
		},
		{"gone", "date: 2026-05-30\ngone: true", content.Gone, "gone: it says gone: true, and its address answers 410"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := mustLoad(t, files("site.toml", `time_zone = "Europe/Berlin"`, "posts/x.md", "---\ntitle: T\n"+tt.front+"\n---\n")).Posts[0]
			if got := content.Why(p, now); got.State != tt.state || got.String() != tt.want {
				t.Errorf("got %s: %s\nwant %s: %s", got.State, got, tt.state, tt.want)
			}
		})
	}
}

func TestWhyOfTOML(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files("posts/x.md", "+++\ntitle = \"T\"\ndate = 2026-05-31\nexpires = 2026-06-01T00:00:00+02:00\n+++\n")).Posts[0]
	got := content.Why(p, time.Date(2026, 5, 30, 23, 0, 0, 0, time.UTC)).Reckoning()
	if want := "2026-05-31 without an offset is 2026-05-31 00:00 in UTC; it is now 2026-05-30 23:00 UTC"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if r := content.Why(p, time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC)); r.State != content.Expired || r.Assumed || r.Typed != "2026-06-01T00:00:00+02:00" {
		t.Errorf("got %+v", r)
	}
}

func TestOverlooked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"posts/a.md", ""},
		{"pages/x/y.markdown", ""},
		{"site.toml", ""},
		{"gone.txt", ""},
		{"posts/.a.md", "the name .a.md is that of a hidden file, or of one an editor left behind"},
		{"posts/.drafts/a.md", "the name .drafts is that of a hidden file, or of one an editor left behind"},
		{"posts/a.md~", "the name a.md~ is that of a hidden file, or of one an editor left behind"},
		{"notes/a.md", "it is neither in posts/ nor in pages/"},
		{"posts", "it is neither in posts/ nor in pages/"},
		{"posts/a.txt", "it does not end in .md or .markdown, and there is no index.md in posts whose file it could be"},
	} {
		if got := content.Overlooked(tt.name); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
