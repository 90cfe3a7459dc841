package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/comment"
)

// TestWave decides on a wave at once, and keeps the one back that differs.
func TestWave(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	const body = "We sell the finest copper kettles and pans in the whole valley, and we send them to your door: https://kettles.example/%d"
	var wave []comment.ID
	for i := range 62 {
		wave = append(wave, b.MustComment(by(fmt.Sprint("Buyer ", i), fmt.Sprintf(body, i))).ID)
	}
	other := b.MustComment(by("Ada", fmt.Sprintf(body, 7)+" This came to me by mail too; does anybody here know who they are, and what they want?")).ID
	status := statusOf(t, b, other)
	if page := c.Get("/admin/queue?status=" + string(status)).Body; !strings.Contains(page, "63 of the same wave, 1 differs") {
		t.Fatalf("the card does not tell:\n%s", page)
	}
	at := fmt.Sprintf("/admin/waves/%d?status=%s", wave[0], status)
	page := c.Get(at).Body
	apart, _, _ := strings.Cut(page, "62 are like each other")
	box := fmt.Sprintf(`name="select" value="%d:0"`, other)
	if !strings.Contains(apart, box+">") || strings.Count(page, " checked>") != 62 || !strings.Contains(apart, "<mark>anybody</mark>") {
		t.Fatalf("got:\n%s", page)
	}
	form := url.Values{"action": {"trash"}, "return": {"/admin/queue"}}
	for _, m := range regexp.MustCompile(`name="select" value="([^"]+)" checked`).FindAllStringSubmatch(page, -1) {
		form.Add("select", m[1])
	}
	r := c.Post("/admin/bulk", form)
	done := c.Get(r.Header.Get("Location")).Body
	for _, id := range wave {
		if got := statusOf(t, b, id); got != comment.Trash {
			t.Fatalf("comment %d: got %s", id, got)
		}
	}
	if got := statusOf(t, b, other); got != status {
		t.Errorf("the one that differs: got %s, want %s", got, status)
	}
	if rest := c.Get(at).Body; !strings.Contains(rest, box+">") || strings.Contains(rest, " checked>") {
		t.Errorf("what is left does not stay apart:\n%s", rest)
	}
	c.Post(undoOf(t, done), nil)
	if got := statusOf(t, b, wave[61]); got != status {
		t.Errorf("undone: got %s, want %s", got, status)
	}
	for _, path := range []string{"/admin/waves/999", "/admin/waves/x", at + "x"} {
		if r := c.Get(path); r.Code != 404 {
			t.Errorf("%s: got %d", path, r.Code)
		}
	}
	if r := b.Client().Get(at); !strings.HasPrefix(r.Header.Get("Location"), "/admin/login") {
		t.Errorf("nobody: got %d", r.Code)
	}
}
