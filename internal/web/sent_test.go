package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

var wanda = account.Actor{Name: "wanda", Role: account.Moderator}

// newest is the comment that came last, with its receipt.
func newest(t *testing.T, b *apptest.Blog) comment.Comment {
	t.Helper()
	var last comment.ID
	for _, st := range comment.Statuses {
		cs, err := b.Comments.Queue(t.Context(), wanda, st, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(cs) > 0 {
			last = max(last, cs[0].ID)
		}
	}
	c, err := b.Comments.Look(t.Context(), wanda, last)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everything counts the comments of a blog.
func everything(t *testing.T, b *apptest.Blog) int {
	t.Helper()
	counts, err := b.Comments.Counts(t.Context(), wanda)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// What a form tells beside the text is in the receipt of the verdict, and publishes or
// holds nothing by itself.
func TestFormTellsTheFilter(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: notes()})
	page := b.Get("/posts/boat").Body
	token := formField(page, "token")
	has(t, page, `<p class="trap" aria-hidden="true">`, `name="subject" type="text" tabindex="-1" autocomplete="off"`)
	hasNot(t, page, `name="form_id"`, `name="seconds"`)
	tests := []struct {
		name string
		more []string
		want []string
	}{
		{"a form without scripts", []string{"token", token, "subject", ""}, nil},
		{"a form that took a while", []string{"token", token, "seconds", "45", "touched", "1"}, []string{"form:written here"}},
		{"no form at all", nil, []string{"form:token missing"}},
		{"a token of another post", []string{"token", formField(b.Get("/posts/note-01").Body, "token")}, []string{"form:token wrong"}},
		{"a bot", []string{"token", token, "subject", "x", "seconds", "1"}, []string{"form:trap", "form:hasty", "form:untouched"}},
		{"odd seconds", []string{"token", token, "seconds", "-9e99"}, nil},
	}
	for _, tt := range tests {
		in := fill("Ada", "I had wondered about the boat for a long time: "+tt.name, tt.more...)
		if r := b.Post("/posts/boat/comments", in); r.Code != http.StatusSeeOther {
			t.Fatalf("%s: got %d", tt.name, r.Code)
		}
		c := newest(t, b)
		var got []string
		for _, x := range c.Verdict.Receipt {
			if strings.HasPrefix(x.Feature, "form:") && x.Feature != spam.FormLimit {
				got = append(got, x.Feature)
			}
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) || c.Status != comment.Approved {
			t.Errorf("%s: got %v, %s, want %v, published", tt.name, got, c.Status, tt.want)
		}
	}
}

// An old page is no reason to refuse anything.
func TestFormOfAnOldPage(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: notes()})
	token := formField(b.Get("/posts/boat").Body, "token")
	b.Clock.Advance(40 * 24 * time.Hour)
	if r := b.Post("/posts/boat/comments", fill("Ada", "I had left this page open, thank you for the boat.", "token", token)); r.Code != http.StatusSeeOther {
		t.Fatalf("got %d", r.Code)
	}
	c := newest(t, b)
	if !slices.ContainsFunc(c.Verdict.Receipt, func(r spam.Reason) bool { return r.Feature == "form:token expired" }) || c.Status != comment.Approved {
		t.Errorf("got %s, %v", c.Status, c.Verdict.Receipt)
	}
}

// The same form twice is one comment: by its id, and without one by who sent it.
func TestSameFormTwice(t *testing.T) {
	t.Parallel()
	b := open(t)
	id := strings.Repeat("0a", 16)
	send := func(in url.Values, header ...string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+"/posts/boat/comments", strings.NewReader(in.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		if got := b.Client().Do(r); got.Code != http.StatusSeeOther {
			t.Fatalf("got %d", got.Code)
		}
	}
	for _, step := range []struct {
		name   string
		in     url.Values
		header []string
		want   int
	}{
		{"first", fill("Ada", "Text", "form_id", id), nil, 1},
		{"again", fill("Ada", "Text", "form_id", id), []string{"User-Agent", "after an update"}, 1},
		{"another text", fill("Ada", "Text 2", "form_id", id), nil, 2},
		{"another form", fill("Ada", "Text", "form_id", strings.Repeat("0b", 16)), nil, 3},
		{"without an id", fill("Ada", "Text 3"), []string{"User-Agent", "one"}, 4},
		{"without an id, again", fill("Ada", "Text 3"), []string{"User-Agent", "one"}, 4},
		{"somebody else", fill("Ada", "Text 3"), []string{"User-Agent", "two"}, 5},
		{"an id that anybody could guess", fill("Ada", "Text 4", "form_id", "1"), []string{"User-Agent", "one"}, 6},
		{"guessed", fill("Ada", "Text 4", "form_id", "1"), []string{"User-Agent", "two"}, 7},
	} {
		send(step.in, step.header...)
		if got := everything(t, b); got != step.want {
			t.Errorf("%s: %d comments, want %d", step.name, got, step.want)
		}
	}
}

// What is proven by a session is noted with a comment: that its author wrote the post,
// or moderates.
func TestRoleOfWhoeverIsLoggedIn(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Judge: apptest.Says(spam.Ham), Content: fstest.MapFS{
		"posts/boat.md": {Data: []byte("---\ntitle: The boat\ndate: 2026-11-01\nauthors: [Ada Nilsson]\n---\nOut.\n")},
	}})
	for _, tt := range []struct {
		name, user string
		want       comment.Role
	}{
		{"an author", "ada NILSSON", comment.Author},
		{"a moderator", "wanda", comment.Moderator},
		{"a reader", "", comment.Reader},
	} {
		c := b.Client()
		if tt.user != "" {
			c = b.Login(tt.user, account.Moderator)
		}
		if r := c.Post("/posts/boat/comments", fill("Ada Nilsson", "Text by "+tt.name)); r.Code != http.StatusSeeOther {
			t.Fatalf("%s: got %d", tt.name, r.Code)
		}
		if got := newest(t, b).Role; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if tt.user != "" {
			c.Post("/admin/logout", nil)
			c.Post("/posts/boat/comments", fill("Ada Nilsson", "After logging out: "+tt.name))
			if got := newest(t, b).Role; got != comment.Reader {
				t.Errorf("%s, logged out: got %q", tt.name, got)
			}
		}
	}
}

// Whoever sends the same form at once again is led to the same private page. Later, and
// without an id that only the sender knows, it may be somebody who copied what they
// read: there is still one comment, and its link is for nobody else.
func TestCopyGetsNoPrivateLink(t *testing.T) {
	t.Parallel()
	b := open(t)
	in, known := fill("Ada", "Text"), fill("Ada", "Text 2", "form_id", strings.Repeat("0c", 16))
	first, firstKnown := b.Post("/posts/boat/comments", in), b.Post("/posts/boat/comments", known)
	b.Clock.Advance(9 * time.Minute)
	if r := b.Post("/posts/boat/comments", in); r.Code != 303 || r.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("at once: got %d to %s", r.Code, r.Header.Get("Location"))
	}
	b.Clock.Advance(2 * time.Minute)
	r := b.Post("/posts/boat/comments", in)
	if r.Code != http.StatusConflict || r.Header.Get("Location") != "" {
		t.Errorf("later: got %d to %s, want 409", r.Code, r.Header.Get("Location"))
	}
	has(t, r.Body, "This comment is here already", "Text</textarea>")
	hasNot(t, r.Body, first.Header.Get("Location"))
	if r := b.Post("/posts/boat/comments", known); r.Header.Get("Location") != firstKnown.Header.Get("Location") {
		t.Errorf("later, with the id: got %d to %s", r.Code, r.Header.Get("Location"))
	}
	if n := everything(t, b); n != 2 {
		t.Errorf("%d comments, want 2", n)
	}
}
