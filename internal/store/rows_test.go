package store_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// TestCommentRoundTrip sees that no field of a comment is lost or changed by
// the row it is kept in.
func TestCommentRoundTrip(t *testing.T) {
	t.Parallel()
	finite := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64)
	reason := rapid.Custom(func(t *rapid.T) spam.Reason {
		return spam.Reason{Feature: rapid.String().Draw(t, "feature"), Weight: finite.Draw(t, "weight")}
	})
	text := rapid.String()
	status := rapid.SampledFrom(append([]comment.Status{""}, comment.Statuses...))
	rapid.Check(t, func(t *rapid.T) {
		want := comment.Comment{
			Post: text.Draw(t, "post"), Parent: comment.ID(rapid.Int64().Draw(t, "parent")),
			Author: text.Draw(t, "author"), URL: text.Draw(t, "url"), Body: text.Draw(t, "body"),
			Status: status.Draw(t, "status"), Prior: status.Draw(t, "prior"), Hold: comment.Hold(text.Draw(t, "hold")),
			Verdict: spam.Verdict{
				Probability: finite.Draw(t, "probability"), Class: spam.Class(text.Draw(t, "class")),
				Reasons: rapid.SliceOf(reason).Draw(t, "reasons"), Model: text.Draw(t, "model"),
			},
			CreatedAt: time.UnixMilli(rapid.Int64Range(-1e14, 1e14).Draw(t, "created")).UTC(),
			Revision:  rapid.Int64().Draw(t, "revision"),
		}
		got, err := store.RoundTrip(want)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v, -want +got\n%s", err, diff)
		}
	})
}

// TestLessonRoundTrip compares values as bits, NaN included.
func TestLessonRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOf(rapid.Uint32()).Draw(t, "bits")
		want := spam.Lesson{Spam: rapid.Bool().Draw(t, "spam")}
		want.Vector.Extractor = rapid.Uint16().Draw(t, "extractor")
		for _, b := range bits {
			want.Vector.Hashes = append(want.Vector.Hashes, ^b)
			want.Vector.Values = append(want.Vector.Values, math.Float32frombits(b))
		}
		kept, err := store.EncodeLesson(&want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.DecodeLesson(kept)
		sameBits := cmp.Comparer(func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
		if diff := cmp.Diff(want, got, sameBits); err != nil || diff != "" {
			t.Errorf("%v, -want +got\n%s", err, diff)
		}
	})
}

// TestNotALesson feeds what no version of the program wrote.
func TestNotALesson(t *testing.T) {
	t.Parallel()
	for _, b := range [][]byte{{}, {1, 0, 0}, {2, 0, 0, 0}, {1, 2, 0, 0}, {1, 0, 0, 0, 9}} {
		if l, err := store.DecodeLesson(b); err == nil {
			t.Errorf("%v is read as %+v", b, l)
		}
	}
}
