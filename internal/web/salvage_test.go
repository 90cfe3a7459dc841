package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hamlet/internal/apptest"
)

// sendRaw sends a comment as a client of its own making would.
func sendRaw(b *apptest.Blog, path, body string, header ...string) *apptest.Response {
	r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.Client().Do(r)
}

// multipartForm is a comment in the other encoding, without its end.
const multipartForm = "--b\r\nContent-Disposition: form-data; name=\"author\"\r\n\r\nAda\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nMy long text\r\n"

func TestTextOfAnotherOriginIsGivenBack(t *testing.T) {
	t.Parallel()
	const kind, multipart = "Content-Type", "multipart/form-data; boundary=b"
	tests := []struct {
		name, path, body string
		header           []string
	}{
		{"no origin to tell", "/posts/boat/comments", "author=Ada&body=My+long+text", []string{"Origin", "null"}},
		{"other host", "/posts/boat/comments", "author=Ada&body=My+long+text", []string{"Origin", "https://192.0.2.7:8080"}},
		{"cross site", "/posts/boat/comments", "author=Ada&body=My+long+text", []string{"Sec-Fetch-Site", "cross-site"}},
		{"multipart", "/posts/boat/comments", multipartForm + "--b--\r\n", []string{"Origin", "null", kind, multipart}},
		{"bad form", "/posts/boat/comments", "author=100%&body=My+long+text", []string{"Origin", "null"}},
		{"no such post", "/posts/none/comments", "author=Ada&body=My+long+text", []string{"Origin", "null"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			r := sendRaw(b, tt.path, tt.body, tt.header...)
			if r.Code != 403 {
				t.Fatalf("got %d, want 403", r.Code)
			}
			has(t, r.Body, "My long text</textarea>", "readonly", "load the post again")
			hasNot(t, r.Body, "<form", "<button")
			hasNot(t, b.Get("/posts/boat").Body, "My long text")
		})
	}
}

func TestTextOfABadFormIsGivenBack(t *testing.T) {
	t.Parallel()
	const kind, multipart = "Content-Type", "multipart/form-data; boundary=b"
	tests := []struct {
		name, path, body string
		header           []string
		want             string
	}{
		{"lone percent", "/posts/boat/comments", "author=Ada&body=100%", nil, "100%</textarea>"},
		{"percent before words", "/posts/boat/comments", "author=Ada&body=100%+of+it%21+%zz", nil, "100% of it! %zz</textarea>"},
		{"semicolon", "/posts/boat/comments", "author=Ada&body=one;two", nil, "one;two</textarea>"},
		{"semicolon in the address", "/posts/boat/comments?a=1;b=2", "author=Ada&body=one+two", nil, "one two</textarea>"},
		{"multipart without an end", "/posts/boat/comments", multipartForm, []string{kind, multipart}, "My long text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			r := sendRaw(b, tt.path, tt.body, tt.header...)
			if r.Code != 400 {
				t.Fatalf("got %d, want 400", r.Code)
			}
			has(t, r.Body, tt.want, `name="author" type="text" autocomplete="name" required dir="auto" value="Ada"`, "Send comment")
			hasNot(t, b.Get("/posts/boat").Body, `id="comment-1"`)
		})
	}
}

func TestNothingToGiveBack(t *testing.T) {
	t.Parallel()
	b := open(t)
	r := sendRaw(b, "/posts/boat/comments", "{}", "Origin", "null", "Content-Type", "application/json")
	if r.Code != 403 {
		t.Errorf("JSON from elsewhere: got %d, want 403", r.Code)
	}
	hasNot(t, r.Body, "<textarea")
	r = sendRaw(b, "/posts/boat/comments", "%=%", "Content-Type", "application/x-www-form-urlencoded")
	if r.Code != 400 {
		t.Errorf("no field at all: got %d, want 400", r.Code)
	}
	hasNot(t, r.Body, "<textarea")
}
