package insight

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// TestLabelLine writes labels as lines and reads them again.
func TestLabelLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := comment.Label{
			At: time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "at")).UTC(),
			Origin: comment.Origin{
				Site: rapid.StringMatching(`[a-z0-9 é"<]{1,20}`).Draw(t, "site"),
				Seq:  rapid.Int64Range(1, math.MaxInt64).Draw(t, "seq"), Comment: comment.ID(rapid.Int64Range(1, math.MaxInt64).Draw(t, "comment")),
			},
		}
		if rapid.Bool().Draw(t, "given") {
			l := spam.Lesson{
				Spam: rapid.Bool().Draw(t, "spam"), Author: rapid.Uint64().Draw(t, "author"),
				Wave: rapid.Uint64().Draw(t, "wave"), Moderator: rapid.Uint64().Draw(t, "moderator"),
			}
			l.Vector.Extractor = rapid.Uint16().Draw(t, "extractor")
			for _, h := range slices.Sorted(slices.Values(rapid.SliceOfDistinct(rapid.Uint32(), rapid.ID).Draw(t, "hashes"))) {
				l.Vector.Hashes = append(l.Vector.Hashes, h)
				l.Vector.Values = append(l.Vector.Values, rapid.Float32Range(-10, 10).Draw(t, "value"))
			}
			want.Lesson = &l
		}
		line, err := newLabelLine(want)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseLabel(text)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%s: %v, -want +got\n%s", text, err, diff)
		}
	})
}

// FuzzParseLabel sees that what is taken for a label can be written again.
func FuzzParseLabel(f *testing.F) {
	f.Add([]byte(`{"seq":1,"comment":1,"source":"there","label":null,"at":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"seq":1,"comment":1,"source":"there","label":"ham","at":"2026-01-02T03:04:05Z","extractor":1,"vector":"AQEAAA==","body":"x"}`))
	f.Add([]byte(`{"seq":1,"label":[],"vector":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := parseLabel(text)
		if err != nil {
			return
		}
		line, err := newLabelLine(l)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		again, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := parseLabel(again); err != nil || !cmp.Equal(l, got, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()) {
			t.Fatalf("%s became %s: %v", text, again, err)
		}
	})
}
