package web_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// TestCommentUnderARenamedPost: whoever has the page of before open still reaches the post,
// and whoever commented under what is not shown any more is told that nobody sees it.
func TestCommentUnderARenamedPost(t *testing.T) {
	t.Parallel()
	post := func(head string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: Mast\ndate: 2026-11-01\n" + head + "---\nTall.\n")}
	}
	m := fstest.MapFS{"posts/mast.md": post("")}
	b := apptest.Open(t, apptest.Options{Content: m, Judge: apptest.Says(spam.Ham)})
	before := b.MustComment(comment.Submission{Post: "mast", Author: "Ada", Body: "It is tall."})
	has(t, b.Get(b.Comments.OwnPath(before.ID, before.Link)).Body, "Readers see it under the post.")

	delete(m, "posts/mast.md")
	m["posts/spar.md"] = post("aliases: [/posts/mast]\n")
	if err := b.Reload(); err != nil {
		t.Fatal(err)
	}
	own := b.Get(b.Comments.OwnPath(before.ID, before.Link)).Body
	has(t, own, "The post is not shown at the moment")
	hasNot(t, own, "Readers see it under the post.")
	if r := b.Post("/posts/mast/comments", fill("Bo", "Sent from the page of before.")); r.Code != http.StatusSeeOther {
		t.Errorf("the form of before: got %d, want 303\n%s", r.Code, r.Body)
	}
	has(t, b.Get("/posts/spar").Body, "Sent from the page of before.")
	if r := b.Get("/posts/mast/comments"); r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/posts/spar#respond" {
		t.Errorf("back to the form of before: got %d to %s", r.Code, r.Header.Get("Location"))
	}
	has(t, b.Get("/api/v1/posts/mast/comments").Body, "Sent from the page of before.")
}
