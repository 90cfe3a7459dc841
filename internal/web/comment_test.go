package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func fill(author, body string, more ...string) url.Values {
	v := url.Values{"author": {author}, "email": {""}, "url": {""}, "body": {body}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func has(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(page, p) {
			t.Errorf("page lacks %s:\n%s", p, page)
		}
	}
}

func hasNot(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(page, p) {
			t.Errorf("page has %s:\n%s", p, page)
		}
	}
}

func TestCommentIsShownAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	before := b.Get("/posts/boat")
	has(t, before.Body, "Leave a reply", "Your email address will not be published.", `<a href="/privacy">Learn how your comment data is processed.</a>`)
	r := b.Post("/posts/boat/comments", fill("Ada <b>", "Some *words*.", "url", "ada.example.org", "email", "ada@example.org"))
	if r.Code != 303 || r.Header.Get("Location") != b.Comments.OwnPath(1, 0) {
		t.Fatalf("got %d to %s, want 303 to the comment's own page", r.Code, r.Header.Get("Location"))
	}
	has(t, b.Get(r.Header.Get("Location")).Body, "It is published", "See it under the post")
	after := b.Get("/posts/boat")
	has(t, after.Body, "One reply", `id="comment-1"`, "Ada &lt;b&gt;", "<em>words</em>", `<a class="p-author h-card" href="https://ada.example.org" rel="nofollow ugc noopener">`, `dir="auto"`, `datetime="2026-11-22T12:00:00Z"`)
	hasNot(t, after.Body, "ada@example.org", "<b>")
	if before.Header.Get("Etag") == after.Header.Get("Etag") {
		t.Error("the ETag is the same after a comment")
	}
	b.Post("/posts/boat/comments", fill("Bo", "Second"))
	has(t, b.Get("/posts/boat").Body, "2 replies", "Second")
}

func TestHeldAndSpamGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	for _, class := range []spam.Class{spam.Unsure, spam.Spam} {
		b := apptest.Open(t, apptest.Options{Content: notes(), Judge: apptest.Says(class)})
		r := b.Post("/posts/boat/comments", fill("Ada", "Buy boats"))
		if r.Code != 303 || r.Header.Get("Location") != b.Comments.OwnPath(1, 0) {
			t.Errorf("%s: got %d to %s", class, r.Code, r.Header.Get("Location"))
		}
		held := b.Get(r.Header.Get("Location"))
		has(t, held.Body, "waiting for a moderator", `content="noindex"`, "The spam filter is not sure about it", "Buy boats")
		if got := held.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control: got %q, want no-store", got)
		}
		hasNot(t, b.Get("/posts/boat").Body, "waiting for a moderator", "Buy boats")
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "First"})
	b.MustComment(comment.Submission{Post: "caf\u00e9", Author: "Bo", Body: "Elsewhere"})
	has(t, b.Get("/posts/boat").Body, `<a href="/posts/boat?reply=1#respond" rel="nofollow">`)
	has(t, b.Get("/posts/boat?reply=1").Body, `name="parent" value="1"`, "In reply to", `href="/posts/boat#respond"`, `content="noindex"`)
	// The form stands below the comment, and nowhere else.
	asked := b.Get("/posts/boat?reply=1").Body
	if strings.Count(asked, `id="respond"`) != 1 || strings.Index(asked, `id="respond"`) > strings.Index(asked, "</article>\n</li>") {
		t.Errorf("the form is not in the comment:\n%s", asked)
	}
	for _, none := range []string{"2", "99", "x", "-1", ""} {
		hasNot(t, b.Get("/posts/boat?reply="+none).Body, `name="parent"`)
	}
	if r := b.Post("/posts/boat/comments", fill("Cy", "Reply", "parent", "1")); r.Code != 303 {
		t.Fatalf("reply: got %d, want 303", r.Code)
	}
	has(t, b.Get("/posts/boat").Body, "2 replies", `<ol class="thread">`+"\n<li>\n"+`<article class="comment u-comment h-cite" id="comment-3"`)
}

func TestDeepReplySaysWhomItAnswers(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "First"})
	for id := range comment.MaxDepth {
		b.MustComment(comment.Submission{Post: "boat", Author: "Bo & Cy", Body: "Deeper", Parent: strconv.Itoa(id + 1)})
	}
	hasNot(t, b.Get("/posts/boat").Body, "In reply to")
	b.MustComment(comment.Submission{Post: "boat", Author: "Di", Body: "Deepest", Parent: strconv.Itoa(comment.MaxDepth + 1)})
	has(t, b.Get("/posts/boat").Body, `In reply to <a href="#comment-5"><bdi>Bo &amp; Cy</bdi></a>`)
}

func TestReplyToWhatIsGone(t *testing.T) {
	t.Parallel()
	b := open(t)
	r := b.Post("/posts/boat/comments", fill("Cy", "My reply", "parent", "7"))
	if r.Code != 422 {
		t.Fatalf("got %d, want 422", r.Code)
	}
	has(t, r.Body, "not there any more", "My reply", `href="#field-body"`)
	hasNot(t, r.Body, `name="parent"`)
}

func TestInvalidCommentComesBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	text := "\nTyped <b>with</b> care & \"quotes\".\n\n</textarea><script>"
	r := b.Post("/posts/boat/comments", fill("", text, "email", "no address", "url", "::"))
	if r.Code != 422 {
		t.Fatalf("got %d, want 422", r.Code)
	}
	has(t, r.Body,
		`role="alert"`, "3 things to put right", `href="#field-author"`, `href="#field-email"`, `href="#field-url"`,
		`aria-invalid="true" aria-describedby="error-author"`, `id="error-author"`, `value="no address"`, `value="::"`,
		// A browser drops the first line end of a textarea, so there is one more.
		"\">\n\nTyped &lt;b&gt;with&lt;/b&gt; care &amp; &#34;quotes&#34;.\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>")
	hasNot(t, r.Body, "<script>")
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control: got %q, want no-store", got)
	}
	hasNot(t, b.Get("/posts/boat").Body, "with care", "no address")
}

func TestCommentsThatShowNothingAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, body := range []string{"#", ">", "```\n```", "[](https://example.org)", "&#8203;"} {
		r := b.Post("/posts/boat/comments", fill("Ada", body))
		if r.Code != 422 {
			t.Errorf("%q: got %d, want 422", body, r.Code)
		}
		has(t, r.Body, "Please write a comment.")
	}
}

func TestErrorsStandInTheOrderOfTheFields(t *testing.T) {
	t.Parallel()
	page := open(t).Post("/posts/boat/comments", fill("", "", "email", "x", "url", "::")).Body
	last := 0
	for _, field := range []string{"body", "author", "email", "url"} {
		at := strings.Index(page, `href="#field-`+field+`"`)
		if at < last {
			t.Errorf("the link to %s stands at %d, before the one of the field above it", field, at)
		}
		last = at
	}
}

func TestClosedThreads(t *testing.T) {
	t.Parallel()
	b := open(t)
	has(t, b.Get("/posts/closed").Body, "Comments are closed")
	hasNot(t, b.Get("/posts/closed?reply=1").Body, "<form")
	hasNot(t, b.Get("/posts/quiet").Body, "<form", "Comments are closed", `id="respond"`)
	for _, slug := range []string{"closed", "quiet"} {
		r := b.Post("/posts/"+slug+"/comments", fill("Ada", "My long text"))
		if r.Code != 409 {
			t.Errorf("%s: got %d, want 409", slug, r.Code)
		}
		has(t, r.Body, "Comments are closed", "My long text", "readonly")
		hasNot(t, r.Body, "<form")
	}
}

func TestThreadThatIsClosedLater(t *testing.T) {
	t.Parallel()
	m := notes()
	b := apptest.Open(t, apptest.Options{Content: m, Judge: apptest.Says(spam.Ham)})
	b.MustComment(comment.Submission{Post: "note-01", Author: "Ada", Body: "In time"})
	has(t, b.Get("/posts/note-01").Body, "In time", "?reply=1")
	m["posts/note-01.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Note 01\ndate: 2026-10-01\ncomments: closed\n---\nShort.\n")}
	if err := b.Reload(); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"", "?reply=1"} {
		page := b.Get("/posts/note-01" + query)
		has(t, page.Body, "In time", "Comments are closed")
		hasNot(t, page.Body, "?reply=", "<form")
		if page.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
			t.Errorf("%s: a page for everybody is %q", query, page.Header.Get("Cache-Control"))
		}
	}
}

func TestCommentsInTheBlogsTimeAndEveryDirection(t *testing.T) {
	t.Parallel()
	m := notes()
	m["site.toml"] = &fstest.MapFile{Data: []byte("title = \"x\"\ntime_zone = \"Asia/Tokyo\"\n")}
	b := apptest.Open(t, apptest.Options{Content: m, Judge: apptest.Says(spam.Ham)})
	b.MustComment(comment.Submission{Post: "boat", Author: "נועה", Body: "שלום"})
	has(t, b.Get("/posts/boat").Body, `datetime="2026-11-22T21:00:00&#43;09:00">22 November 2026, 21:00<`,
		"<bdi>נועה</bdi>", "<div class=\"said e-content\" dir=\"auto\">\n<p>שלום</p>")
}

func TestNoSuchPostKeepsTheText(t *testing.T) {
	t.Parallel()
	r := open(t).Post("/posts/none/comments", fill("Ada", "My long text"))
	if r.Code != 404 {
		t.Errorf("got %d, want 404", r.Code)
	}
	has(t, r.Body, "My long text")
}

func TestTooManyComments(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{
		Content: notes(), Judge: apptest.Says(spam.Ham),
		Config: func(c *apptest.Config) { c.CommentRate = "2/m" },
	})
	for i := range 2 {
		if r := b.Post("/posts/boat/comments", fill("Ada", "Hello")); r.Code != 303 {
			t.Fatalf("comment %d: got %d, want 303", i+1, r.Code)
		}
	}
	r := b.Post("/posts/boat/comments", fill("Ada", "One more", "email", "ada@example.org"))
	if r.Code != 429 || r.Header.Get("Retry-After") != "30" {
		t.Fatalf("got %d, Retry-After %q, want 429, 30", r.Code, r.Header.Get("Retry-After"))
	}
	has(t, r.Body, "One more", `value="ada@example.org"`, "30 seconds", "<form")
	for range 5 {
		if r := b.Get("/posts/boat"); r.Code != 200 {
			t.Errorf("reading is limited too: got %d", r.Code)
		}
	}
	b.Clock.Advance(30e9)
	if r := b.Post("/posts/boat/comments", fill("Ada", "One more")); r.Code != 303 {
		t.Errorf("after the wait: got %d, want 303", r.Code)
	}
}

// TestLongestFits sends a comment that is as long as it may be, in a script of four bytes a
// character, percent-encoded, as a form without scripts of ours may be sent.
func TestLongestFits(t *testing.T) {
	t.Parallel()
	b := open(t)
	const letter = "\U0001E900" // of Adlam
	r := b.Post("/posts/boat/comments", url.Values{
		"author": {strings.Repeat(letter, comment.MaxAuthor)}, "body": {strings.Repeat(letter, comment.MaxBody)},
		"url": {"https://example.org/" + strings.Repeat(letter, comment.MaxURL-20)},
	})
	if r.Code != http.StatusSeeOther {
		t.Errorf("got %d\n%.500s", r.Code, r.Body)
	}
}
