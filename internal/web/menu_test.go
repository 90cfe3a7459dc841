package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestMenu: each role is led to what it may see and to nothing else, and the page that is
// shown is marked, where it is folded away in the words that unfold it.
func TestMenu(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors()})
	author := []string{"queue", "edits", "content", "notices", "acts"}
	moderator := []string{"queue", "edits", "rules", "filter", "content", "mail", "notices", "acts", "audit"}
	owner := []string{"queue", "edits", "rules", "filter", "sites", "content", "mail", "notices", "users", "acts", "audit"}
	links := regexp.MustCompile(`href="/admin/([a-z]+)"`)
	for _, tt := range []struct {
		name string
		desk *apptest.Client
		want []string
	}{
		{"author", loginAuthor(t, b, "Ines Fern"), author},
		{"moderator", b.Login("bo", account.Moderator), moderator},
		{"owner", b.Login("wanda", account.Owner), owner},
	} {
		r := tt.desk.Get("/admin/acts")
		menu := menuIn(r)
		var got []string
		for _, m := range links.FindAllStringSubmatch(menu, -1) {
			got = append(got, m[1])
			if p := tt.desk.Get("/admin/" + m[1]); p.Code != 200 {
				t.Errorf("%s: /admin/%s: got %d, want 200", tt.name, m[1], p.Code)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		for _, want := range []string{`href="/admin/acts" aria-current="page"`, `class="within">More: Done lately`} {
			if !strings.Contains(menu, want) {
				t.Errorf("%s: the menu lacks %s:\n%s", tt.name, want, menu)
			}
		}
		if n := strings.Count(menu, "aria-current"); n != 1 {
			t.Errorf("%s: %d parts are marked, want 1", tt.name, n)
		}
	}
}

// TestMenuMarksWhatIsBelow: a page that belongs to a part marks it, and is not it.
func TestMenuMarksWhatIsBelow(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: twoAuthors()})
	desk := b.Login("wanda", account.Owner)
	for page, want := range map[string]string{
		"/admin/queue?status=spam": `href="/admin/queue" aria-current="page"`,
		"/admin/views":             `href="/admin/queue" aria-current="true"`,
		"/admin/filter/models":     `href="/admin/filter" aria-current="true"`,
	} {
		if r := desk.Get(page); !strings.Contains(menuIn(r), want) {
			t.Errorf("%s: the menu lacks %s", page, want)
		}
	}
	if r := desk.Get("/admin/account"); strings.Contains(menuIn(r), "aria-current") {
		t.Error("/admin/account: a part of the menu is marked, and it is none")
	}
}

// menuIn is the menu of a page.
func menuIn(r *apptest.Response) string {
	_, rest, _ := strings.Cut(r.Body, `<nav class="menu"`)
	menu, _, _ := strings.Cut(rest, "</nav>")
	return menu
}
