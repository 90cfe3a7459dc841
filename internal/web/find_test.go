package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/spam"
)

// shownIn are the numbers of the comments on a page, in order.
func shownIn(page string) (ids []string) {
	for _, m := range cardID.FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestQueueIsFiltered(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{"Mallory": spam.Spam, "Ada": spam.Ham})
	one := by("Bo", "About boats in the harbour.")
	one.Email = "bo@private.example.com"
	b.MustComment(one)
	b.MustComment(by("Bea", "Boats again, at https://shop.example/boats"))
	b.MustComment(by("Mallory", "Cheap boats"))
	b.MustComment(by("Ada", "Good boats"))
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"q=boats", []string{"2", "1"}},
		{"status=any&q=boats", []string{"4", "3", "2", "1"}},
		{"status=any&q=boats&sort=oldest", []string{"1", "2", "3", "4"}},
		{"status=spam&from=50", []string{"3"}},
		{"domain=SHOP.example", []string{"2"}},
		{"author=%22bo%22", []string{"1"}},
		{"hold=unsure&lang=", []string{"2", "1"}},
		{"q=nothing", nil},
	} {
		r := c.Get("/admin/queue?" + tt.query)
		if got := shownIn(r.Body); r.Code != http.StatusOK || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %d, shows %v, want %v", tt.query, r.Code, got, tt.want)
		}
		if says := fmt.Sprintf("%d comments match.", len(tt.want)); len(tt.want) > 1 && !strings.Contains(r.Body, says) && !strings.HasPrefix(tt.query, "sort") {
			t.Errorf("%s does not say %q", tt.query, says)
		}
	}
	page := c.Get("/admin/queue?domain=SHOP.example").Body
	has(t, page, `<details open>`, `name="domain" type="text" value="shop.example"`, `href="/admin/queue?domain=shop.example&amp;sort=doubt&amp;status=pending"`)
	closed := c.Get("/admin/queue").Body
	if strings.Contains(closed, "<details open>") {
		t.Error("the filter is open though nothing is looked for")
	}
}

func TestQueueLooksAddressesUp(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{})
	one := by("Bo", "Hello.")
	one.Email = "bo@private.example.com"
	b.MustComment(one)
	b.MustComment(by("Bea", "Hello, too."))
	r := c.Get("/admin/queue?status=pending&email=" + url.QueryEscape(" BO@private.example.com "))
	to := r.Header.Get("Location")
	if r.Code != http.StatusSeeOther || to != "/admin/queue?person=1&status=pending" {
		t.Fatalf("got %d to %q", r.Code, to)
	}
	page := c.Get(to).Body
	if got := shownIn(page); !slices.Equal(got, []string{"1"}) || strings.Contains(page, "private.example") {
		t.Errorf("shows %v:\n%s", got, page)
	}
	if to := c.Get("/admin/queue?email=nobody@example.org").Header.Get("Location"); to != "/admin/queue?person=nobody" {
		t.Errorf("an address of nobody leads to %q", to)
	}
	if got := shownIn(c.Get("/admin/queue?person=nobody").Body); got != nil {
		t.Errorf("nobody has %v", got)
	}
}

func TestQueueTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, c := moderated(t, classes{})
	for _, query := range []string{
		"from=101", "network=home", "since=soon", "domain=%3Cscript%3E", "sort=colour", "status=mine", "to=0", "to=10&from=90", "until=2026-01-01&since=2026-01-02",
	} {
		r := c.Get("/admin/queue?" + query)
		_, value, _ := strings.Cut(query, "=")
		value, _, _ = strings.Cut(value, "&")
		value, _ = url.QueryUnescape(value)
		if r.Code != http.StatusBadRequest || !strings.Contains(html.UnescapeString(r.Body), "cannot be “"+value+"”") {
			t.Errorf("%s: %d\n%s", query, r.Code, r.Body)
		}
		if strings.Contains(r.Body, "<script>") {
			t.Errorf("%s is not escaped", query)
		}
	}
	if r := c.Get("/admin/queue?after=x"); r.Code != http.StatusNotFound {
		t.Errorf("a place that is none: %d, want 404", r.Code)
	}
	page := c.Get("/admin/queue?status=spam&wave=x&q=frost&assignee=ben").Body
	has(t, page, `<option value="spam" selected>`, `name="q" type="search" value="frost"`, `type="hidden" name="assignee" value="ben"`)
	if strings.Contains(page, `name="wave"`) {
		t.Error("the form would send again what cannot be read, and nobody sees it there")
	}
}

func TestQueueTurnsEveryOrder(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: classes{}})
	c := b.Login("ada", account.Moderator)
	for i := range 60 {
		b.MustComment(by("Bo", fmt.Sprintf("Number %d.", i+1)))
	}
	for _, order := range []string{"newest", "oldest", "doubt", "wave", "size", "post"} {
		seen := map[string]bool{}
		path := "/admin/queue?q=number&sort=" + order
		for range 4 {
			r := c.Get(path)
			for _, id := range shownIn(r.Body) {
				if seen[id] {
					t.Errorf("%s shows %s twice", order, id)
				}
				seen[id] = true
			}
			next := older.FindStringSubmatch(r.Body)
			if next == nil {
				break
			}
			path = html.UnescapeString(next[1])
		}
		if len(seen) != 60 {
			t.Errorf("%s shows %d of 60", order, len(seen))
		}
	}
}
