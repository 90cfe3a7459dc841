package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// authorCookie is the cookie of known authors that an answer sets; nil for none.
func authorCookie(r *apptest.Response) *http.Cookie {
	for _, ck := range (&http.Response{Header: r.Header}).Cookies() {
		if ck.Name == "hamlet_author" {
			return ck
		}
	}
	return nil
}

// Nobody is remembered who did not tick it, and whoever did is the same person the
// next time, until they want to be forgotten.
func TestRememberMe(t *testing.T) {
	t.Parallel()
	b := open(t)
	ada := b.Client()
	send := func(text string, more ...string) (*apptest.Response, comment.Proof) {
		t.Helper()
		r := ada.Post("/posts/boat/comments", fill("Ada", text, more...))
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%s: got %d", text, r.Code)
		}
		return r, newest(t, b).Proof
	}
	hasNot(t, b.Get("/posts/boat").Body, " checked")
	r, none := send("Not ticked")
	if authorCookie(r) != nil || none != (comment.Proof{}) {
		t.Errorf("not ticked: cookie %v, proof %x", authorCookie(r), none)
	}
	r, first := send("Ticked", "remember", "1")
	ck := authorCookie(r)
	if ck == nil || !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.Path != "/posts" || ck.MaxAge != 365*86400 || ck.Secure {
		t.Fatalf("ticked: got %v", ck)
	}
	if first == (comment.Proof{}) {
		t.Error("ticked: no proof")
	}
	if r, again := send("The next time"); again != first || authorCookie(r) != nil {
		t.Errorf("the next time: got %x, want %x and no new cookie", again, first)
	}
	b.Clock.Advance(300 * 24 * time.Hour)
	if r, again := send("Ticked again", "remember", "1"); again != first || authorCookie(r) == nil || authorCookie(r).Value == ck.Value {
		t.Errorf("ticked again: got %x, want %x and a newer cookie", again, first)
	}
	page := ada.Get("/posts/boat")
	if page.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" || page.Header.Get("Vary") != "Accept-Encoding" || page.Body != b.Get("/posts/boat").Body {
		t.Error("the page is another one with the cookie")
	}
	if r := ada.Post("/comments/forget", nil); r.Code != 200 || authorCookie(r) == nil || authorCookie(r).MaxAge >= 0 {
		t.Errorf("forget: got %d, %v", r.Code, authorCookie(r))
	}
	if _, gone := send("Forgotten"); gone != (comment.Proof{}) {
		t.Errorf("forgotten: got %x", gone)
	}
	if _, other := send("Ticked anew", "remember", "1"); other == first || other == (comment.Proof{}) {
		t.Errorf("ticked anew: got %x, want another than %x", other, first)
	}
}

// What is not taken remembers nobody, and neither does a preview.
func TestRememberMeOnlyWhenSent(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, more := range [][]string{{"preview", "1"}, {"email", "odd"}} {
		r := b.Post("/posts/boat/comments", fill("Ada", "Text", append(more, "remember", "1")...))
		if authorCookie(r) != nil {
			t.Errorf("%v: sets %v", more, authorCookie(r))
		}
		has(t, r.Body, `name="remember" value="1" aria-describedby="hint-remember" checked`)
	}
}

// A cookie that this blog has not set, or long ago, is as if it was not there.
func TestForgedAuthorCookie(t *testing.T) {
	t.Parallel()
	b, other := open(t), open(t)
	ck := authorCookie(b.Post("/posts/boat/comments", fill("Ada", "Text", "remember", "1")))
	foreign := authorCookie(other.Post("/posts/boat/comments", fill("Ada", "Text", "remember", "1")))
	send := func(value string) comment.Proof {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+"/posts/boat/comments", strings.NewReader(fill("Ada", "With "+value).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", "hamlet_author="+value)
		if got := b.Client().Do(r); got.Code != http.StatusSeeOther {
			t.Fatalf("%s: got %d", value, got.Code)
		}
		return newest(t, b).Proof
	}
	if send(ck.Value) == (comment.Proof{}) {
		t.Fatal("the real one proves nothing")
	}
	flipped := "A" + ck.Value[1:]
	if ck.Value[0] == 'A' {
		flipped = "B" + ck.Value[1:]
	}
	for _, value := range []string{flipped, foreign.Value, ck.Value[:40], ck.Value + "A", "", "%00", strings.Repeat("A", 46), `"` + ck.Value} {
		if got := send(value); got != (comment.Proof{}) {
			t.Errorf("%q proves %x", value, got)
		}
	}
	b.Clock.Advance(366 * 24 * time.Hour)
	if got := send(ck.Value); got != (comment.Proof{}) {
		t.Error("it lasts for ever")
	}
}

// The boxes for mail are there if the blog sends mails, not ticked; and ticking one
// without an address is a mistake that is told.
func TestMailsAreAskedFor(t *testing.T) {
	t.Parallel()
	hasNot(t, open(t).Get("/posts/boat").Body, `name="tell"`, `name="replies"`)
	b := apptest.Open(t, apptest.Options{Content: notes(), Judge: apptest.Says(spam.Ham), Config: func(c *apptest.Config) {
		c.SMTP, c.MailFrom = "smtp://127.0.0.1:1", "blog@example.org"
	}})
	has(t, b.Get("/posts/boat").Body, `name="tell" value="1">`, `name="replies" value="1">`)
	for _, box := range []string{"tell", "replies"} {
		r := b.Post("/posts/boat/comments", fill("Ada", "Text", box, "1"))
		if r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", box, r.Code)
		}
		has(t, r.Body, `href="#field-email"`, "please give an email address", `name="`+box+`" value="1" checked>`)
	}
	if r := b.Post("/posts/boat/comments", fill("Ada", "Text", "email", "ada@example.org", "tell", "1", "replies", "1")); r.Code != http.StatusSeeOther {
		t.Fatalf("with an address: got %d", r.Code)
	}
	if !newest(t, b).Tell {
		t.Error("the tick is not kept")
	}
}
