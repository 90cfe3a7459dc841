package spam_test

import (
	"testing"

	"hamlet/internal/spam"
)

// A verdict is computed again to the same digits by a filter that learned the same, and
// what differs is named by one that did not.
func TestRecompute(t *testing.T) {
	t.Parallel()
	offer := spam.Message{
		Author: "Cheap Shoes", AuthorURL: "https://shoes.example.com", Body: "Buy cheap shoes now at https://shoes.example.com/sale and win!",
		Memory: spam.Memory{Site: spam.Past{Spam: 3}}, Form: spam.Form{Token: spam.TokenMissing},
	}
	lesson := spam.NewLesson(spam.Message{Author: "B", Body: "cheap shoes and cheap boots"}, true, "ada")
	f := spam.NewFilter(spam.Default())
	f.Learn(lesson)
	v := f.Receipt(offer)

	again := spam.NewFilter(spam.Default())
	again.Learn(lesson)
	c := spam.Recompute(again, offer, v)
	if !c.Same || !c.Adds || c.LogOdds != v.LogOdds || c.Probability != v.Probability || len(c.Differs) != 0 {
		t.Errorf("the same filter: %+v", c)
	}
	if c.Computed == 0 || c.Taken == 0 || c.Computed+c.Taken != len(v.Receipt) {
		t.Errorf("%d computed and %d taken over of %d contributions", c.Computed, c.Taken, len(v.Receipt))
	}

	c = spam.Recompute(spam.NewFilter(spam.Default()), offer, v)
	if c.Same || !c.Adds || len(c.Differs) == 0 {
		t.Errorf("a filter that learned nothing: %+v", c)
	}
	for _, d := range c.Differs {
		if d.Then.Taught == d.Now.Taught {
			t.Errorf("%s differs, and not by what was taught: %+v", d.Feature, d)
		}
	}

	v.Receipt = v.Receipt[1:]
	if c = spam.Recompute(again, offer, v); c.Same || c.Adds {
		t.Errorf("a receipt that lacks a line: %+v", c)
	}
}

// TestRecomputeOtherPosts: a verdict is the same to the digits when the posts of the blog are others
// by then; what they said is believed only as far as they can say it.
func TestRecomputeOtherPosts(t *testing.T) {
	t.Parallel()
	for lang, b := range blogs() {
		spoken, silent := withPosts(b.posts...), withPosts()
		helped := 0
		for _, m := range b.comments {
			v := spoken.Receipt(m)
			if v.Receipt.Posts() != 0 {
				helped++
			}
			for what, c := range map[string]spam.Check{
				"gone": spam.Recompute(silent, m, v), "written": spam.Recompute(spoken, m, silent.Receipt(m)),
			} {
				if !c.Same {
					t.Errorf("%s, %q, posts that are %s since: %+v", lang, m.Body, what, c)
				}
			}
			v.Receipt[0].Posts += 2
			if spam.Recompute(spoken, m, v).Same {
				t.Errorf("%s, %q: posts that speak for spam are believed", lang, m.Body)
			}
		}
		if helped == 0 {
			t.Errorf("%s: the posts spoke for nothing", lang)
		}
	}
}

// Thresholds that the owner chose are in force as they are, whatever is promised.
func TestChosenThresholds(t *testing.T) {
	t.Parallel()
	chosen := spam.Thresholds{Unsure: 0.3, Spam: 0.8}
	f := spam.New(spam.Options{Cost: 5, Thresholds: chosen})
	honest := make([]spam.Passed, 100)
	for i := range honest {
		honest[i].Probability = 0.5
	}
	f.Promise(honest)
	if got := f.Thresholds(); got != chosen {
		t.Errorf("thresholds: got %v, want %v", got, chosen)
	}
	usual := spam.New(spam.Options{})
	usual.Promise(honest)
	if was := spam.Default().At(1); usual.Thresholds() == was {
		t.Errorf("nothing was promised to a filter that chose nothing: %v", was)
	}
	if got := f.Judge(spam.Message{Body: "Look at https://one.example.org"}).Thresholds; got.Unsure <= chosen.Unsure {
		t.Errorf("with one link it is held from %v on, want more than %v", got.Unsure, chosen.Unsure)
	}
}
