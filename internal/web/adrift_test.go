package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"hamlet/internal/apptest"
)

// TestCommentWithoutADatabase: when the file of the database is gone under the program, nobody is told
// that a comment was kept, and who wrote one has the text still.
func TestCommentWithoutADatabase(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: millPost()})
	sent := url.Values{"author": {"Ann"}, "body": {"Typed at length <b>& kept</b>."}}
	if r := b.Post("/posts/mill/comments", sent); r.Code != http.StatusSeeOther {
		t.Fatalf("before: got %d\n%s", r.Code, r.Body)
	}
	if err := os.Remove(filepath.Join(b.Data, "hamlet.db")); err != nil {
		t.Fatal(err)
	}
	sent.Set("body", "Typed again <b>& kept</b>.")
	r := b.Post("/posts/mill/comments", sent)
	if r.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", r.Code)
	}
	pageSays(t, r, "Typed again &lt;b&gt;&amp; kept&lt;/b&gt;.", "Ann")
	if r := b.Get("/posts/mill"); r.Code != http.StatusOK {
		t.Errorf("the post: got %d", r.Code)
	}
}
