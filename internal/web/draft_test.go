package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// draftBox is the preview on a page.
var draftBox = regexp.MustCompile(`(?s)<div class="draft" id="draft"[^>]*>(.*?)</div>\n+<form`)

// formField is a hidden field of a form.
func formField(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

const draftText = "Some *words*, and <b>more</b>.\r\n\r\n> quoted\r\n\r\n- one\r\n- two\r\n\r\nhttps://example.org/x \u0007\xff"

// A preview of a comment has the same bytes on the page, for the script, and in the thread once the
// comment is published; it keeps nothing, and the form comes back as typed.
func TestDraft(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.MustComment(comment.Submission{Post: "boat", Author: "Bo", Body: "First"})
	in := fill("Ada <b>", draftText, "url", "ada.example.org", "email", "ada@example.org", "parent", "1")
	part := b.Post("/posts/boat/comments?part=preview", in)
	in.Set("preview", "1")
	page := b.Post("/posts/boat/comments", in)
	for _, r := range []*apptest.Response{part, page} {
		if r.Code != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("got %d, %q, want 200, not to be stored\n%s", r.Code, r.Header.Get("Cache-Control"), r.Body)
		}
	}
	if m := draftBox.FindStringSubmatch(page.Body); m == nil || m[1] != part.Body {
		t.Errorf("on the page:\n%q\nfor the script:\n%q", m, part.Body)
	}
	has(t, part.Body, "<bdi>Ada &lt;b&gt;</bdi>", `href="https://ada.example.org" rel="nofollow ugc noopener"`, "<em>words</em>", "<li>two</li>")
	hasNot(t, part.Body, "ada@example.org", "<html")
	has(t, page.Body, "Preview of your comment", "not sent yet", `name="parent" value="1"`, `value="ada@example.org"`,
		`value="Ada &lt;b&gt;"`, `name="subject"`, `content="noindex"`, "Some *words*, and &lt;b&gt;more&lt;/b&gt;.")
	if id := formField(page.Body, "form_id"); len(id) < 22 {
		t.Errorf("got form id %q", id)
	}
	hasNot(t, b.Get("/posts/boat").Body, "<em>words</em>")
	in.Del("preview")
	if r := b.Post("/posts/boat/comments", in); r.Code != http.StatusSeeOther {
		t.Fatalf("send: got %d", r.Code)
	}
	said := regexp.MustCompile(`(?s)<div class="said" dir="auto">(.*?)</div>\n</article>`).FindStringSubmatch(part.Body)
	if said == nil {
		t.Fatalf("no text in %s", part.Body)
	}
	has(t, b.Get("/posts/boat").Body, said[1])
}

// A preview keeps the id of the form, and how long it was open so far.
func TestPreviewIsTheSameForm(t *testing.T) {
	t.Parallel()
	b := open(t)
	id := strings.Repeat("a1", 16)
	page := b.Post("/posts/boat/comments", fill("Ada", "Text", "preview", "1", "form_id", id, "seconds", "77", "touched", "1")).Body
	for field, want := range map[string]string{"form_id": id, "seconds": "77", "touched": "1"} {
		if got := formField(page, field); got != want {
			t.Errorf("%s: got %q, want %q", field, got, want)
		}
	}
	for _, odd := range []string{"1", strings.Repeat("x", 65), ""} {
		page := b.Post("/posts/boat/comments", fill("Ada", "Text", "preview", "1", "form_id", odd, "seconds", "soon")).Body
		if got := formField(page, "form_id"); got == odd || len(got) < 22 {
			t.Errorf("form id %q became %q", odd, got)
		}
		hasNot(t, page, `name="seconds"`)
	}
}

func TestPreviewOfNothing(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, body := range []string{"", " \n", "#", "&#8203;"} {
		has(t, b.Post("/posts/boat/comments?part=preview", fill("", body)).Body, "nothing to see yet")
	}
	has(t, b.Post("/posts/boat/comments?part=preview", fill("", "Text")).Body, "(no name yet)")
	hasNot(t, b.Post("/posts/boat/comments?part=preview", fill("Ada", "Text", "url", "javascript:alert(1)")).Body, "javascript")
}

// Where no comment is taken there is no preview either, but the text comes back.
func TestPreviewOfWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	b := open(t)
	for target, want := range map[string]int{"/posts/closed/comments": 409, "/posts/none/comments": 404} {
		r := b.Post(target, fill("Ada", "My long text", "preview", "1"))
		if r.Code != want {
			t.Errorf("%s: got %d, want %d", target, r.Code, want)
		}
		has(t, r.Body, "My long text")
	}
}

// Looking at one's comment does not count as sending it, and has a limit of its own.
func TestPreviewsAreCountedApart(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{
		Content: notes(), Judge: apptest.Says(spam.Ham), Config: func(c *apptest.Config) { c.CommentRate = "1/h" },
	})
	limited := 0
	for range 300 {
		r := b.Post("/posts/boat/comments?part=preview", fill("Ada", "Text"))
		if r.Code == http.StatusTooManyRequests && r.Header.Get("Retry-After") != "" {
			limited++
		}
	}
	if limited < 30 || limited > 100 {
		t.Errorf("%d of 300 previews at once were refused", limited)
	}
	if r := b.Post("/posts/boat/comments", fill("Ada", "Text")); r.Code != http.StatusSeeOther {
		t.Errorf("then sent: got %d", r.Code)
	}
}

// A comment that is larger than what is taken comes back, up to a size.
func TestLargeCommentComesBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	text := strings.Repeat("long text ", 17_000)
	r := b.Post("/posts/boat/comments", fill("Ada", text))
	if r.Code != http.StatusRequestEntityTooLarge {
		t.Fatalf("got %d, want 413", r.Code)
	}
	has(t, r.Body, text+"</textarea>", "shorten it", `value="Ada"`)
	r = b.Post("/posts/boat/comments", fill("Ada", strings.Repeat(text, 2)))
	if r.Code != http.StatusRequestEntityTooLarge || len(r.Body) > 50_000 {
		t.Errorf("got %d with %d bytes, want 413 without the text", r.Code, len(r.Body))
	}
}
