package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
)

func TestSavedViews(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: notes(), Judge: apptest.Says(spam.Unsure)})
	for _, body := range []string{"Tides and oars", "Oars alone", "Nothing of it"} {
		b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: body})
	}
	wanda, bo := b.Login("wanda", account.Owner), b.Login("bo", account.Moderator)
	const list = "/admin/queue?q=oars&sort=oldest&status=pending"
	if plain := wanda.Get("/admin/queue?status=pending").Body; strings.Contains(plain, "Save this view") || strings.Contains(plain, "Saved views") {
		t.Error("a list that is always there can be saved")
	}
	if got := wanda.Get(list).Body; !strings.Contains(got, "Save this view") || strings.Contains(got, "Saved views") {
		t.Error("the list cannot be saved, or is already")
	}
	save := func(c *apptest.Client, name, at string) string {
		r := c.Post("/admin/views", url.Values{"name": {name}, "return": {at}})
		if r.Code != 303 {
			return fmt.Sprint(r.Code)
		}
		return c.Get(r.Header.Get("Location")).Body
	}
	if got := save(wanda, " My <b>oars</b> ", list); !strings.Contains(got, "“My &lt;b&gt;oars&lt;/b&gt;” is saved") ||
		!strings.Contains(got, `sort=oldest&amp;status=pending" aria-current="page"><bdi>My &lt;b&gt;oars&lt;/b&gt;</bdi> <span class="count">2</span>`) {
		t.Errorf("saved:\n%s", got)
	}
	if got := bo.Get(list).Body; strings.Contains(got, "My &lt;b&gt;") {
		t.Error("another user sees it")
	}
	for name, at := range map[string]string{"elsewhere": "/admin/acts", "a filter that is none": "/admin/queue?since=never", "an order that is none": "/admin/queue?sort=luck"} {
		if got := save(wanda, "x", at); got != "404" {
			t.Errorf("%s is saved: %s", name, got)
		}
	}
	if got := save(wanda, strings.Repeat("é", desk.MaxViewName+1), list); !strings.Contains(got, "A name has 1 to 60 characters") {
		t.Error("a name that is too long is taken")
	}
	post := func(c *apptest.Client, path, name string) int {
		return c.Post(path, url.Values{"name": {name}, "return": {"/admin/views"}}).Code
	}
	if post(bo, "/admin/views/1/rename", "Bo's") != 404 || post(bo, "/admin/views/1/remove", "") != 404 || post(wanda, "/admin/views/x/remove", "") != 404 {
		t.Error("a view of somebody else is changed")
	}
	post(wanda, "/admin/views/1/rename", "Rowing")
	if got := wanda.Get("/admin/views").Body; !strings.Contains(got, "is called “Rowing” now") || !strings.Contains(got, `value="Rowing"`) {
		t.Errorf("renamed:\n%s", got)
	}
	post(wanda, "/admin/views/1/remove", "")
	if got := wanda.Get("/admin/views").Body; !strings.Contains(got, "You have saved no view yet.") {
		t.Error("it is still there")
	}
	if log := wanda.Get("/admin/audit").Body; !strings.Contains(log, "rename view") {
		t.Error("the audit log has nothing of it")
	}
}
