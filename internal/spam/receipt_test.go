package spam_test

import (
	"bytes"
	"compress/flate"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// drawReason draws a reason such as a filter gives, and some that none does.
var drawReason = rapid.Custom(func(t *rapid.T) spam.Reason {
	units := rapid.Custom(func(t *rapid.T) float64 {
		return float64(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "units")) / (1 << 16)
	})
	return spam.Reason{
		Feature: rapid.OneOf(rapid.SampledFrom([]string{"word:casino", "words:buy now", "shape:links=3-4", "(bias)", "", ":", "::"}), rapid.String()).
			Draw(t, "feature"),
		Weight: units.Draw(t, "weight"),
		Taught: rapid.OneOf(rapid.Just(0.0), units).Draw(t, "taught"),
		Posts:  rapid.OneOf(rapid.Just(0.0), units).Draw(t, "posts"),
	}
})

func TestReceiptComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := spam.Receipt(rapid.SliceOf(drawReason).Draw(t, "receipt"))
		data, err := want.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got spam.Receipt
		if err := got.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}

// drawMessage draws messages of pieces that the filter has something to say about.
var drawMessage = rapid.Custom(func(t *rapid.T) spam.Message {
	piece := rapid.OneOf(rapid.SampledFrom([]string{
		"buy now", "casino", "Thank you, ", "http://example.com/a-b?c=d", "www.example.org", " ", "\n", "&amp;", "&#x73;ex", "ｖｉａ", "\u200b",
		"раypal", "谢谢分享", "ありがとう", "don’t", "12345", "<a href=", "[url=", "!!!", "example.com", "a@example.org", "\xff", "é", "e\u0301", "ﬁ", "İ",
		"v1agra", "c a s i n o", "\u202e", "🎰",
	}), rapid.String())
	text := func(name string, most int) string {
		return strings.Join(rapid.SliceOfN(piece, 0, most).Draw(t, name), "")
	}
	return spam.Message{
		Author: text("author", 4), AuthorURL: text("site", 4), Body: text("body", 30), Permalink: text("permalink", 3),
		Title: text("title", 3),
	}
})

// Every verdict is the sum of its receipt, in any order, to the last digit, also
// after it was kept.
func TestReceiptSums(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind), Spam: true}, spam.Lesson{Vector: spam.Extract(hostile)})
	rapid.Check(t, func(t *rapid.T) {
		m := drawMessage.Draw(t, "message")
		v := f.Receipt(m)
		shuffled := rapid.Permutation(v.Receipt).Draw(t, "order")
		if got := shuffled.LogOdds(); got != v.LogOdds {
			t.Errorf("%q: summed in another order %v, judged %v", m.Body, got, v.LogOdds)
		}
		data, err := v.Receipt.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var kept spam.Receipt
		if err := kept.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if kept.LogOdds() != v.LogOdds || kept.Probability() != v.Probability || !slices.Equal(kept, v.Receipt) {
			t.Errorf("%q: kept, the receipt is another", m.Body)
		}
	})
}

func TestReceiptThatCannotBeKept(t *testing.T) {
	t.Parallel()
	for _, r := range []spam.Reason{
		{Weight: 0.1}, {Weight: math.NaN()}, {Weight: math.Inf(-1)}, {Weight: 1 << 30}, {Weight: 1, Taught: 1e-9}, {Posts: math.Inf(1)},
	} {
		if data, err := (spam.Receipt{r}).MarshalBinary(); err == nil {
			t.Errorf("%+v became %x", r, data)
		}
	}
	if _, err := (spam.Receipt{{Feature: strings.Repeat("x", 2<<20)}}).MarshalBinary(); err == nil {
		t.Error("a receipt of two megabytes was encoded")
	}
}

func TestReceiptIsShort(t *testing.T) {
	t.Parallel()
	r := spam.NewFilter(spam.Default()).Receipt(hostile).Receipt
	data, err := r.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for _, x := range r {
		names += len(x.Feature)
	}
	if len(data) > names {
		t.Errorf("a receipt whose names have %d bytes has %d", names, len(data))
	}
}

func TestBrokenReceipt(t *testing.T) {
	t.Parallel()
	good, err := spam.Receipt{{Feature: "word:a", Weight: 1}}.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	bomb.WriteByte(2)
	w, err := flate.NewWriter(&bomb, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 64<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
	}{
		{"nothing", nil},
		{"no format", []byte{0}},
		{"another format", append([]byte{9}, good[1:]...)},
		{"cut off", good[:len(good)-1]},
		{"longer", append(slices.Clone(good), 0)},
		{"no DEFLATE", []byte{2, 0xff, 0xff}},
		{"64 MB of nothing", bomb.Bytes()},
		{"more names than there is room for", []byte{1, 0xff, 0xff, 3}},
		{"a beginning that is not there", []byte{1, 1, 1, 'a', 1, 4, 0, 0}},
		{"a weight too large", []byte{1, 1, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r spam.Receipt
			if err := r.UnmarshalBinary(tt.data); err == nil || r != nil {
				t.Errorf("%x became %v", tt.data[:min(len(tt.data), 40)], r)
			}
		})
	}
}

// Whatever bytes there are, they are a receipt that encodes to one that is the
// same, or none.
func FuzzReceipt(f *testing.F) {
	good, err := spam.NewFilter(spam.Default()).Receipt(hostile).Receipt.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1, 1, 0, 1, 0, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, again spam.Receipt
		if r.UnmarshalBinary(data) != nil {
			return
		}
		back, err := r.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalBinary(back); err != nil || !slices.Equal(r, again) {
			t.Errorf("%v, %v is %v", err, r, again)
		}
	})
}
