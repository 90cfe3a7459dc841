package spam_test

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// keyed draws a lesson about one of a few messages, by a few people, some of them unknown.
var keyed = rapid.Custom(func(t *rapid.T) spam.Lesson {
	key := rapid.Uint64Range(0, 3)
	c := rapid.SampledFrom(corrections).Draw(t, "kind")
	return spam.Lesson{
		Vector: spam.Extract(c.message(rapid.IntRange(0, 5).Draw(t, "message"))), Spam: rapid.Bool().Draw(t, "spam"),
		Author: key.Draw(t, "author"), Wave: key.Draw(t, "wave"), Moderator: key.Draw(t, "moderator"),
	}
})

// A filter that learned lessons one by one, having forgotten others, is the same to the bit
// as one that learned them at once; whose labels they are is a part of it.
func TestLearningOneByOneIsLearningAtOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lessons := rapid.SliceOfN(keyed, 0, 25).Draw(t, "lessons")
		one, all := spam.NewFilter(spam.Default()), spam.NewFilter(spam.Default())
		one.Learn(rapid.SliceOfN(keyed, 0, 5).Draw(t, "forgotten")...)
		one.Relearn(spam.Taught{})
		for _, l := range lessons {
			one.Learn(l)
		}
		all.Relearn(spam.Taught{}, lessons...)
		if !bytes.Equal(one.State(), all.State()) {
			t.Fatal("one by one and all at once end in two states")
		}
	})
}

// Who was labelled how often is a part of the state: it says what the next label of
// the same author, wave or moderator counts for.
func TestStateKnowsWhoWasLabelled(t *testing.T) {
	t.Parallel()
	base := spam.Lesson{Vector: spam.Vector{Extractor: spam.ExtractorVersion}, Spam: true}
	for name, change := range map[string]func(*spam.Lesson){
		"author":    func(l *spam.Lesson) { l.Author = 7 },
		"wave":      func(l *spam.Lesson) { l.Wave = 7 },
		"moderator": func(l *spam.Lesson) { l.Moderator = 7 },
	} {
		other := base
		change(&other)
		one, two := spam.NewFilter(spam.Default()), spam.NewFilter(spam.Default())
		one.Learn(base)
		two.Learn(other)
		if bytes.Equal(one.State(), two.State()) {
			t.Errorf("the %s of a label is not in the state", name)
		}
	}
}

// However many authors, waves and moderators there are, only so many are remembered, those
// labelled last; and it is the same ones whether labels are learned one by one or at once.
func TestWhoWasLabelledIsBounded(t *testing.T) {
	t.Parallel()
	const many = 100_000
	lessons := make([]spam.Lesson, many)
	for i := range lessons {
		key := uint64(i + 1)
		lessons[i] = spam.Lesson{Vector: spam.Vector{Extractor: spam.ExtractorVersion}, Spam: i%2 == 0, Author: key, Wave: key, Moderator: key}
	}
	one, all := spam.NewFilter(spam.Default()), spam.NewFilter(spam.Default())
	for part := range slices.Chunk(lessons, 999) {
		one.Learn(part...)
	}
	all.Relearn(spam.Taught{}, lessons...)
	state := one.State()
	if most := 4 << 15 * 32; len(state) > most {
		t.Errorf("the state has %d bytes, want %d at most", len(state), most)
	}
	if !bytes.Equal(state, all.State()) {
		t.Error("at once it is another state")
	}
}
