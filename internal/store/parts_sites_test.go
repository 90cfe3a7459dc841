package store_test

import (
	"errors"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// sitesBack: what the owner decided about a site is as it was, where it wants to be told with it, and who
// learns of its reports hears that it changed; a key that was used is not taken back.
func sitesBack(b *bench) {
	set := akismet.DefaultSettings
	set.CallBack, set.Shares = true, true
	shop := b.letIn("Shop", shopKey, set)
	wiki := b.letIn("Wiki", "ba9876543210", set)
	b.taken()
	if all := b.sites(); len(all) != 1 {
		b.Errorf("taken back: %v", all)
	}
	b.keep(akismet.Kept{
		Checks:  []akismet.Check{{ID: "of nobody", Site: wiki.ID, Blog: "x", At: start}},
		Reports: []akismet.Report{{Site: wiki.ID, Lesson: spam.NewLesson(spam.Message{Body: "x"}, true, "")}},
		Tallies: []akismet.Tally{{Site: wiki.ID, Blog: "x", Day: start, Counts: akismet.Counts{Ham: 1}}},
	})
	made := b.lastAct().ID - 1
	check := b.asked(shop, "first", "another", start, false)
	check.ID, check.Callback = "told", &akismet.Callback{URL: "https://shop.example.org/hook", Key: shopKey}
	b.keep(akismet.Kept{Checks: []akismet.Check{check}})
	b.reported(shop, "first", "another", start, true)
	b.ownerSays(shop, "told", true)
	if _, err := b.undo(made); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("a key that was used: got %v", err)
	}
	removals := func() int64 {
		b.Helper()
		n, err := b.Sites().Labels(shop.ID).Removals(b.Context())
		b.fine(err)
		return n
	}
	for what, change := range map[string]func(*akismet.Site){
		"revoked":   func(s *akismet.Site) { s.RevokedAt = start },
		"settings":  func(s *akismet.Site) { s.Cost, s.PerMinute, s.Discard = 2, 7, true },
		"not told":  func(s *akismet.Site) { s.CallBack = false },
		"not heard": func(s *akismet.Site) { s.Shares = false },
	} {
		to, before := shop, removals()
		change(&to)
		b.fine(b.Sites().ChangeSite(b.Context(), to, did("site change")))
		b.clock.pass(time.Hour)
		if _, err := b.Sites().Forget(b.Context(), start.Add(-akismet.Retention)); err != nil {
			b.Fatal(err)
		}
		if got := b.callings(); len(got) > 0 && (what == "revoked" || what == "not told") {
			b.Errorf("%s: %v is told", what, got)
		}
		b.taken()
		if all := b.sites(); !slices.Equal(all, []akismet.Site{shop}) {
			b.Errorf("%s: got %+v, want %+v", what, all, shop)
		}
		if n := removals() - before; what == "not heard" && n != 2 || what != "not heard" && n != 0 {
			b.Errorf("%s: who learns of others began anew %d times", what, n)
		}
	}
	b.clock.pass(time.Hour)
	if got := b.callings(); len(got) != 1 || got[0].Callback != *check.Callback {
		b.Errorf("got %+v, want that it is told as before", got)
	}

	// The name of a key that was revoked is another's, and both are good.
	gone := shop
	gone.RevokedAt = start
	b.fine(b.Sites().ChangeSite(b.Context(), gone, did("site key revoke")))
	revoked := b.lastAct().ID
	b.letIn("Shop", "ba9876543210", set)
	if _, err := b.undo(revoked); err != nil {
		b.Error(err)
	}
	if all := b.sites(); len(all) != 2 || !all[0].RevokedAt.IsZero() || all[0].Name == all[1].Name || all[0].Index != shop.Index {
		b.Errorf("got %+v", all)
	}

	// What cannot be undone any more is forgotten.
	gone = b.sites()[0]
	gone.CallBack = false
	b.fine(b.Sites().ChangeSite(b.Context(), gone, did("site change")))
	b.clock.pass(comment.UndoFor + time.Minute)
	b.fine(b.Comments().ForgetActs(b.Context()))
	if _, err := b.Sites().Forget(b.Context(), start.Add(-akismet.Retention)); err != nil {
		b.Fatal(err)
	}
	if n := b.count("site_callbacks"); n != 0 {
		b.Errorf("%d callbacks are kept", n)
	}
}

// wordsBack: what the owner said of a check was never said: nobody learns of it, it is not counted, and
// the site is told nothing, or, if it was told, that it is as it was.
func wordsBack(b *bench) {
	set := akismet.DefaultSettings
	set.CallBack = true
	shop := b.letIn("Shop", shopKey, set)
	check := b.asked(shop, "other", "another", start, false)
	check.ID, check.Callback, check.AskAgain = "first", &akismet.Callback{URL: "https://shop.example.org/hook", Key: shopKey}, start.Add(time.Hour)
	b.keep(akismet.Kept{Checks: []akismet.Check{check}})
	says := func() {
		b.Helper()
		b.fine(b.Sites().Correct(b.Context(), akismet.Report{
			Site: shop.ID, Check: "first", At: b.clock.at, Lesson: spam.NewLesson(spam.Message{Body: "x"}, true, ""), Owner: true,
		}, did("site correct")))
	}
	all := func() (out []any) {
		b.Helper()
		c, err := b.Sites().Check(b.Context(), shop.ID, "first")
		b.fine(err)
		labels, err := b.Sites().Labels(shop.ID).Labels(b.Context(), 0)
		b.fine(err)
		words, _, err := b.Sites().Words(b.Context(), shop.ID, 0, 0)
		b.fine(err)
		n, err := b.Sites().Tallies(b.Context(), shop.ID, "", start.Add(-24*time.Hour))
		b.fine(err)
		return append(out, c, labels, words, n)
	}
	same := func(what string, was []any) {
		b.Helper()
		if diff := cmp.Diff(was, all()); diff != "" {
			b.Errorf("%s: -was +is\n%s", what, diff)
		}
	}
	was := all()
	says()
	_, round, err := b.Sites().Words(b.Context(), shop.ID, 0, 0)
	b.fine(err)
	b.taken()
	same("said nothing of before", was)
	words, now, err := b.Sites().Words(b.Context(), shop.ID, 99, round)
	if b.fine(err); now == round || len(words) != 0 {
		b.Errorf("who listened hears nothing of it: %v", words)
	}

	b.reported(shop, "first", "another", start, false)
	was = all()
	says()
	if _, err := b.Sites().Compact(b.Context(), 100); err != nil { // of what was said before
		b.Fatal(err)
	}
	b.taken()
	same("said by the site before", was)

	says()
	got := b.callings()
	if len(got) != 1 || got[0].Verdict != spam.Spam {
		b.Fatalf("got %+v", got)
	}
	b.called(akismet.Called{Check: "first", Attempts: 1, Verdict: spam.Spam, At: start})
	b.taken()
	if got := b.callings(); len(got) != 1 || got[0].Verdict != spam.Ham {
		b.Errorf("the site was told: got %+v, want that it is told that it is as it was", got)
	}
	says()
	b.reported(shop, "first", "another", start, true)
	b.kept(comment.ErrChanged)
}
