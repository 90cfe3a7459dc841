package web_test

import (
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// commentForm is the opening tag of the form for comments.
var commentForm = regexp.MustCompile(`<form class="respond"[^>]*>`)

// sendForm fills in the form of a page and sends it in the encoding that the
// form asks a browser for.
func sendForm(t *testing.T, b *apptest.Blog, page string, fields url.Values) *apptest.Response {
	t.Helper()
	tag := commentForm.FindString(page)
	if tag == "" {
		t.Fatalf("no form in:\n%.2000s", page)
	}
	if !strings.Contains(tag, `enctype="multipart/form-data"`) {
		return b.Post("/posts/boat/comments", fields)
	}
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		if err := w.WriteField(name, strings.ReplaceAll(values[0], "\n", "\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+"/posts/boat/comments", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Client().Do(r)
}

// TestLongestCommentFitsInEveryScript sends all the characters that a comment may
// have, from the page of the post and from the page that hands it back.
func TestLongestCommentFitsInEveryScript(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"a", "é", "語", "🐟"} {
		t.Run(letter, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			text := strings.Repeat(letter, comment.MaxBody)
			nameless := sendForm(t, b, b.Get("/posts/boat").Body, fill("", text))
			if nameless.Code != 422 || !strings.Contains(nameless.Body, text) {
				t.Fatalf("without a name: got %d, want 422 with the text", nameless.Code)
			}
			if r := sendForm(t, b, nameless.Body, fill("Ada", text)); r.Code != 303 {
				t.Errorf("second try: got %d, want 303", r.Code)
			}
			if !strings.Contains(b.Get("/posts/boat").Body, text) {
				t.Error("the page lacks the text")
			}
			if r := sendForm(t, b, nameless.Body, fill("Ada", text+letter)); r.Code != 422 {
				t.Errorf("one character more: got %d, want 422", r.Code)
			}
		})
	}
}
