package store_test

import (
	"strings"
	"time"

	"hamlet/internal/akismet"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// callings takes what sites are to be told.
func (b *bench) callings() []akismet.Calling {
	b.Helper()
	all, err := b.Sites().Callings(b.Context(), time.Minute, 10)
	if err != nil {
		b.Fatalf("what sites are to be told: %v", err)
	}
	return all
}

func (b *bench) called(c akismet.Called) {
	b.Helper()
	if err := b.Sites().Called(b.Context(), []akismet.Called{c}); err != nil {
		b.Fatalf("keep what a site was told: %v", err)
	}
}

func (b *bench) told(s akismet.Site, check string) akismet.Told {
	b.Helper()
	c, err := b.Sites().Check(b.Context(), s.ID, check)
	if err != nil {
		b.Fatal(err)
	}
	return c.Told
}

// ownerSays keeps the owner's word about a check.
func (b *bench) ownerSays(s akismet.Site, check string, isSpam bool) {
	b.Helper()
	b.keep(akismet.Kept{Reports: []akismet.Report{{
		Site: s.ID, Check: check, At: b.clock.at, Lesson: spam.NewLesson(spam.Message{Body: "x"}, isSpam, ""), Owner: true,
	}}})
}

func callbacksKept(b *bench) {
	to := akismet.DefaultSettings
	to.CallBack = true
	shop := b.letIn("Shop", shopKey, to)
	check := b.asked(shop, "other", "another", start, false) // of a site that names no address
	check.ID, check.Callback = "first", &akismet.Callback{URL: "https://shop.example.org/hook", Key: shopKey, Post: "7", Parent: "2"}
	b.keep(akismet.Kept{Checks: []akismet.Check{check}})
	for _, secret := range []string{"shop.example.org/hook", string(shopKey)} {
		if strings.Contains(textIn(b, "site_callbacks"), secret) {
			b.Errorf("%s lies open in the database", secret)
		}
	}
	if got := b.callings(); len(got) != 0 {
		b.Errorf("got %+v before anything was said, want nothing", got)
	}
	b.ownerSays(shop, "other", true)
	b.ownerSays(shop, "first", true)
	got := b.callings()
	if len(got) != 1 || got[0].Callback != *check.Callback || got[0].Verdict != spam.Spam || got[0].Attempts != 1 || got[0].Comment != check.Comment {
		b.Fatalf("got %+v, want the first", got)
	}
	if again := b.callings(); len(again) != 0 {
		b.Errorf("taken twice: %+v", again)
	}
	b.ownerSays(shop, "first", false) // while it is told
	b.called(akismet.Called{Check: "first", Attempts: 1, Verdict: spam.Spam, At: start})
	if got := b.told(shop, "first"); got != (akismet.Told{Verdict: spam.Spam, At: start, Waits: true}) {
		b.Errorf("told meanwhile: got %+v, want that the other word waits", got)
	}
	if got = b.callings(); len(got) != 1 || got[0].Verdict != spam.Ham {
		b.Fatalf("got %+v, want the other word", got)
	}
	later := b.clock.at.Add(time.Hour)
	b.called(akismet.Called{Check: "first", Attempts: got[0].Attempts + 1, Verdict: spam.Ham, Problem: "of another time", Again: later})
	b.called(akismet.Called{Check: "first", Attempts: got[0].Attempts, Verdict: spam.Ham, Problem: "a fault", Again: later})
	if got := b.told(shop, "first"); got.Problem != "a fault" || !got.Waits {
		b.Errorf("after a fault: got %+v", got)
	}
	b.reported(shop, "first", "another", start, false) // by the site itself, which knows it then
	if got := b.told(shop, "first"); got.Waits || got.Problem != "" {
		b.Errorf("after the site said so itself: got %+v, want nothing to tell", got)
	}
	b.clock.at = start.Add(akismet.Retention + 24*time.Hour)
	if _, err := b.Sites().Forget(b.Context(), b.clock.at.Add(-akismet.Retention)); err != nil {
		b.Fatal(err)
	}
	var left int
	if err := store.Raw(b.DB).QueryRowContext(b.Context(), "SELECT COUNT(*) FROM site_callbacks").Scan(&left); err != nil || left != 0 {
		b.Errorf("after %s: %d left, %v", akismet.Retention, left, err)
	}
}
