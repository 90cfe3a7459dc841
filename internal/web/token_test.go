package web_test

import (
	"regexp"
	"testing"
	"time"
)

// tokenField is the token in the form of a page.
var tokenField = regexp.MustCompile(`name="token" value="([A-Za-z0-9_-]+)"`)

// The page of a post has the same token for everybody, another one the next day, and
// needs neither a cookie nor a change for that.
func TestPageHasTheTokenOfTheDay(t *testing.T) {
	t.Parallel()
	b := open(t)
	token := func() string {
		t.Helper()
		r := b.Get("/posts/boat")
		m := tokenField.FindStringSubmatch(r.Body)
		if m == nil || r.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
			t.Fatalf("no token in a page to be cached: %v %q", m, r.Header)
		}
		return m[1]
	}
	today := token()
	b.Clock.Advance(11*time.Hour + 59*time.Minute) // from noon
	if got := token(); got != today {
		t.Errorf("a minute before midnight: got %s, want %s", got, today)
	}
	b.Clock.Advance(time.Minute)
	if got := token(); got == today {
		t.Error("the token is still that of yesterday")
	}
}
