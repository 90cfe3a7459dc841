package web_test

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// decideOn presses a button of the first edit that waits.
func decideOn(t *testing.T, c *apptest.Client, verdict string) *apptest.Response {
	t.Helper()
	page := c.Get("/admin/edits").Body
	_, action, ok := strings.Cut(page, `formaction="`)
	for ok {
		path, rest, _ := strings.Cut(action, `"`)
		if strings.HasSuffix(path, verdict) {
			return c.Post(path, nil)
		}
		_, action, ok = strings.Cut(rest, `formaction="`)
	}
	t.Fatalf("no edit can be %sd:\n%s", verdict, page)
	return nil
}

func TestDecideEdit(t *testing.T) {
	t.Parallel()
	tests := []struct{ verdict, now, notice, labels, history string }{
		{"approve", "approved: odd but true", "The edit of comment 1 is published.", "ham", "took the place of the text before"},
		{"decline", "approved: Fine", "The edit of comment 1 is declined", "", "declined"},
		{"spam", "spam: odd but true", "The edit of comment 1 is declined as spam", "spam", "declined"},
	}
	for _, tt := range tests {
		t.Run(tt.verdict, func(t *testing.T) {
			t.Parallel()
			a := author(t, "Fine")
			c := a.Login("ada", account.Moderator)
			has(t, c.Get("/admin/edits").Body, "No edit waits for you.")
			a.do("edit", body("odd but true"))
			page := c.Get("/admin/edits").Body
			has(t, page, "Fine", "odd but true", `Edits <span class="count">1</span>`, "60")
			r := decideOn(t, c, tt.verdict)
			if r.Code != 303 || r.Header.Get("Location") != "/admin/edits" {
				t.Fatalf("got %d to %q", r.Code, r.Header.Get("Location"))
			}
			page = c.Get("/admin/edits").Body
			has(t, page, tt.notice, "No edit waits for you.")
			hasNot(t, page, `<span class="count">`)
			if got := a.now(); got != tt.now {
				t.Errorf("got %q, want %q", got, tt.now)
			}
			has(t, c.Get("/admin/comments/1").Body, "Edited once by its author", tt.history, "odd but true", "Fine")
			rows := dump(t, a.Blog)
			entry := map[string]string{"spam": "edit is spam|comment 1|edit 1, approved → spam"}[tt.verdict]
			has(t, rows, "|ada|"+cmp.Or(entry, tt.verdict+" edit|comment 1|edit 1|"))
			for _, label := range []string{"ham", "spam"} {
				if got := strings.Contains(taught(a), `"said": "`+label+`"`); got != (tt.labels == label) {
					t.Errorf("taught %s: %v", label, got)
				}
			}
			undo := regexp.MustCompile(`/admin/acts/\d+/undo`).FindString(page)
			if r := c.Post(undo, nil); r.Code != 303 {
				t.Fatalf("undo at %q: got %d", undo, r.Code)
			}
			if got := a.now(); got != "approved, waiting: odd but true: Fine" || strings.Contains(taught(a), `"said"`) {
				t.Errorf("after undoing: got %q, %s", got, taught(a))
			}
		})
	}
}

// taught is everything that is kept of the comment, with what the filter was taught.
func taught(a *authored) string { return a.Get(a.path + "/data.json").Body }

// TestEditFirstButton sees that the first button of an edit is the one its score speaks for.
func TestEditFirstButton(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"pills": "decline spam approve", "odd": "approve decline spam"} {
		a := author(t, "Fine")
		c := a.Login("ada", account.Moderator)
		a.do("edit", body(text))
		page := c.Get("/admin/edits").Body
		var got []string
		for _, m := range regexp.MustCompile(`formaction="/admin/edits/1/1/(\w+)"`).FindAllStringSubmatch(page, -1) {
			got = append(got, m[1])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: got the buttons %q, want %q", text, s, want)
		}
		first, _, _ := strings.Cut(want, " ")
		has(t, page, `class="do-first" formaction="/admin/edits/1/1/`+first)
	}
}

// An edit that changed since the moderator looked is not decided on.
func TestDecideEditConflicts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		meanwhile func(*authored)
		now       string
	}{
		{"taken back", func(a *authored) { a.do("withdraw-edit", nil) }, "approved: Fine"},
		{"replaced", func(a *authored) { a.do("edit", body("very odd")) }, "approved, waiting: very odd: Fine"},
		{"moved to the trash", func(a *authored) { a.moderate(comment.ToTrash) }, "trash: Fine"},
		{"withdrawn", func(a *authored) { a.do("withdraw", nil) }, "withdrawn: Fine"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := author(t, "Fine")
			c := a.Login("ada", account.Moderator)
			a.do("edit", body("odd"))
			tt.meanwhile(a)
			for _, verdict := range []string{"approve", "decline", "spam"} {
				r := c.Post("/admin/edits/1/1/"+verdict, nil)
				if r.Code != 409 {
					t.Errorf("%s: got %d, want 409", verdict, r.Code)
				}
				has(t, r.Body, "does not wait any more")
			}
			if got := a.now(); got != tt.now {
				t.Errorf("got %q, want %q", got, tt.now)
			}
		})
	}
}

func TestEditsAreForModerators(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	a.do("edit", body("odd"))
	for _, path := range []string{"/admin/edits"} {
		if r := a.Get(path); r.Code == 200 {
			t.Errorf("GET %s: got %d", path, r.Code)
		}
	}
	a.Post("/admin/edits/1/1/approve", nil)
	if got, want := a.now(), "approved, waiting: odd: Fine"; got != want {
		t.Errorf("a stranger decided: %q", got)
	}
	c := a.Login("ada", account.Moderator)
	for path, code := range map[string]int{"/admin/edits/1/1/burn": 404, "/admin/edits/9/1/approve": 404, "/admin/edits/x/1/approve": 404, "/admin/edits/1/9/approve": 409} {
		if got := c.Post(path, nil).Code; got != code {
			t.Errorf("%s: got %d, want %d", path, got, code)
		}
	}
}

// A moderator approves the text that was shown, or none.
func TestDecideOnWhatWasSeen(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"approve", "spam", "trash"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			a := author(t, "odd one")
			c := a.Login("ada", account.Moderator)
			seen := func() url.Values {
				_, mark, _ := strings.Cut(c.Get("/admin/queue").Body, `name="seen" value="`)
				mark, _, _ = strings.Cut(mark, `"`)
				return url.Values{"return": {"/admin/queue"}, "seen": {mark}}
			}
			form := seen()
			a.do("edit", body("odd two"))
			want := map[string]int{"approve": 409, "spam": 409, "trash": 303}[action]
			r := c.Post(fmt.Sprintf("/admin/comments/%d/%s", a.id, action), form)
			if r.Code != want {
				t.Fatalf("got %d, want %d", r.Code, want)
			}
			if want == 303 {
				return
			}
			has(t, r.Body, "odd two", "is not as you saw it")
			if got := a.now(); got != "pending: odd two" {
				t.Errorf("got %q", got)
			}
			if r := c.Post(fmt.Sprintf("/admin/comments/%d/%s", a.id, action), seen()); r.Code != 303 {
				t.Errorf("after looking again: got %d", r.Code)
			}
		})
	}
}
