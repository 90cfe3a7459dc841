package spam_test

import (
	"slices"
	"testing"

	"hamlet/internal/spam"
)

// The blog's own posts speak for readers who write as the blog does, in whatever
// language, and not for spammers who do. Half of the honest comments of a
// language stand for the posts, the other half are judged, and the other way round;
// so is the spam of that language.
func TestFairnessWithPosts(t *testing.T) {
	t.Parallel()
	texts, judged := [2]map[string][]string{{}, {}}, [2]map[string][]record{{}, {}}
	for i, r := range readRecords(t, "harmless.jsonl") {
		texts[i%2][r.Lang] = append(texts[i%2][r.Lang], r.Body)
		judged[i%2][r.Lang] = append(judged[i%2][r.Lang], r)
	}
	spamOf := map[string][]record{}
	for _, r := range readRecords(t, "evasion.jsonl") {
		spamOf[r.Lang] = append(spamOf[r.Lang], r)
	}
	without, with := tallies{}, tallies{}
	plain := spam.NewFilter(spam.Default())
	for half := range 2 {
		for lang, posts := range texts[half] {
			f := spam.NewFilter(spam.Default())
			f.SetPosts(spam.NewPosts(spam.Default(), slices.Values(posts)))
			for _, r := range judged[1-half][lang] {
				without.add("honest", plain.Judge(r.message()).Class)
				with.add("honest", f.Judge(r.message()).Class)
			}
			for _, r := range spamOf[lang] {
				without.add("spam", plain.Judge(r.message()).Class)
				with.add("spam", f.Judge(r.message()).Class)
			}
		}
	}
	t.Logf("without posts:\n%s\nwith posts:\n%s", without, with)
	if got, want := with["honest"].held, without["honest"].held; got > want {
		t.Errorf("honest: %d held with posts, %d without", got, want)
	}
	if got, want := with["spam"].held, without["spam"].held; 100*got < 92*want {
		t.Errorf("spam: %d held with posts, %d without", got, want)
	}
}
