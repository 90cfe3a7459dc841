package web_test

import (
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// TestCardMarksTheText: the words that weighed are marked in the text as readers would see
// it, and each link tells where it leads.
func TestCardMarksTheText(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: notes()})
	b.MustComment(comment.Submission{
		Post: "boat", Author: "Ada",
		Body: "Buy *viagra\ncasino* <script>alert(1)</script> at [my bank](https://bаnk.example/casino)",
	})
	desk := b.Login("wanda", account.Owner)
	page := desk.Get("/admin/queue?status=any").Body
	_, card, _ := strings.Cut(page, `<div class="said marked" dir="auto">`)
	card, _, _ = strings.Cut(card, "</div>")
	for _, want := range []string{
		`<mark class="for-spam">casino</mark></em>`, `<b class="host" dir="ltr">xn--bnk-6cd.example</b> <span class="host" dir="ltr">bаnk.example</span>`,
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card has no %s:\n%s", want, card)
		}
	}
	if strings.Contains(card, "<script") || !strings.Contains(card, `example/casino" rel=`) {
		t.Errorf("what was typed is obeyed, or an address is marked:\n%s", card)
	}
}
