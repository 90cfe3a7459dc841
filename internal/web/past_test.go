package web_test

import (
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// TestCardTellsOfTheAuthor: what is proved to be by the same, and what is only under the
// same name, are told apart.
func TestCardTellsOfTheAuthor(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: notes(), Judge: apptest.Says(spam.Unsure)})
	send := func(name, body string, proof byte) comment.ID {
		sub := comment.Submission{Post: "boat", Author: name, Body: body}
		if proof != 0 {
			sub.Proof = comment.Proof{proof}
		}
		return b.MustComment(sub).ID
	}
	send("Ada", "The first of *mine*", 1)
	send("Ada Q.", "Under another name", 1)
	spammy := send("ada", "Buy <i>this</i>", 0)
	if _, err := b.Comments.Decide(t.Context(), account.Shell, spammy, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	send("Nobody Else", "Hello", 0)
	queue := b.Login("wanda", account.Owner).Get("/admin/queue?status=pending").Body
	card := func(id string) string {
		_, rest, _ := strings.Cut(queue, `id="comment-`+id+`"`)
		past, _, _ := strings.Cut(rest, `<form method="post"`)
		_, past, _ = strings.Cut(past, `<div class="by-author">`)
		return past
	}
	first := card("1")
	for _, want := range []string{
		`By the same author, as proved: <a href="/admin/queue?like=1&amp;status=any">1 pending<`,
		`Only under the same name, perhaps by others: <a href="/admin/queue?author=%22Ada%22&amp;status=any">1 spam<`,
		`<a href="/admin/comments/2">2</a> Pending`, `<a href="/admin/comments/3">3</a> Spam`, "Buy &lt;i&gt;this&lt;/i&gt;",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the card of comment 1 has no %s:\n%s", want, first)
		}
	}
	if got := card("4"); !strings.Contains(got, "Nothing else here is by this author") || strings.Contains(got, "<details>") {
		t.Errorf("the card of a stranger:\n%s", got)
	}
}
