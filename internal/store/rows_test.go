package store_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v, -want +got\n%s", err, diff)
		}
	})
}

// TestLessonRoundTrip compares values as bits: to the filter, labels that come
// back must be the labels that were given.
func TestLessonRoundTrip(t *testing.T) {
	t.Parallel()
	finite := rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32)
	value := rapid.OneOf(finite, rapid.SampledFrom([]float32{
		0, float32(math.Copysign(0, -1)), 1, -1, math.MaxFloat32, math.SmallestNonzeroFloat32,
	}))
	rapid.Check(t, func(t *rapid.T) {
		want := spam.Lesson{Spam: rapid.Bool().Draw(t, "spam")}
		want.Vector.Extractor = rapid.Uint16().Draw(t, "extractor")
		for _, h := range slices.Sorted(slices.Values(rapid.SliceOfDistinct(rapid.Uint32(), rapid.ID).Draw(t, "hashes"))) {
			want.Vector.Hashes = append(want.Vector.Hashes, h)
			want.Vector.Values = append(want.Vector.Values, value.Draw(t, "value"))
		}
		kept, err := store.EncodeLesson(&want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.DecodeLesson(kept)
		sameBits := cmp.Comparer(func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
		if diff := cmp.Diff(want, got, sameBits, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%v, -want +got\n%s", err, diff)
		}
	})
}

// TestLessonIsTheFiltersVector pins what is kept for good: a byte for the label,
// then the vector in the filter's own encoding.
func TestLessonIsTheFiltersVector(t *testing.T) {
	t.Parallel()
	v := spam.Vector{Extractor: 3, Hashes: []uint32{7}, Values: []float32{-0.5}}
	encoded, err := v.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for label, isSpam := range []bool{false, true} {
		got, err := store.EncodeLesson(&spam.Lesson{Vector: v, Spam: isSpam})
		if want := append([]byte{byte(label)}, encoded...); err != nil || !bytes.Equal(got, want) {
			t.Errorf("spam %v: got %x, %v, want %x", isSpam, got, err, want)
		}
	}
}

// notLessons are what no version of the program wrote, by name.
var notLessons = map[string][]byte{
	"nothing":                   {},
	"a label alone":             {1},
	"a label of neither kind":   {2, 1, 3, 0, 0},
	"another format":            {1, 9, 3, 0, 0},
	"cut off":                   {1, 1, 3, 1, 0, 0, 0, 0xbf, 1, 7},
	"longer":                    {1, 1, 3, 1, 0, 0, 0, 0xbf, 1, 7, 0, 0},
	"a value that is not there": {1, 1, 3, 1, 0, 0, 0, 0xbf, 1, 7, 1},
	"a value that is no number": {1, 1, 3, 1, 0, 0, 0xc0, 0x7f, 1, 7, 0},
	"more than there is":        {1, 1, 3, 0xff, 0xff, 0xff, 0xff, 0x0f},
}

func TestNotALesson(t *testing.T) {
	t.Parallel()
	for name, b := range notLessons {
		if l, err := store.DecodeLesson(b); err == nil {
			t.Errorf("%s is read as %+v", name, l)
		}
	}
}

// brokenLabels sees that a label that cannot be read is named.
func brokenLabels(b *bench) {
	id := b.add(a(comment.Pending), "")
	for _, broken := range notLessons {
		b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: &spam.Lesson{Spam: true}})
		seq := int64(b.count("labels"))
		if _, err := store.Raw(b.DB).ExecContext(b.Context(), "UPDATE labels SET lesson = $1 WHERE seq = $2", broken, seq); err != nil {
			b.Fatal(err)
		}
		_, err := b.Comments().Labels(b.Context(), seq-1)
		if want := fmt.Sprintf("label %d", seq); err == nil || !strings.Contains(err.Error(), want) {
			b.Errorf("%x: error is %v, want it to name %s", broken, err, want)
		}
	}
}
