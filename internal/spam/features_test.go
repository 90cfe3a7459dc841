package spam_test

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hamlet/internal/spam"
)

func TestFeatures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		message spam.Message
		want    []string
		not     []string
	}{
		{
			name:    "words and pairs of words",
			message: spam.Message{Body: "Buy now, don’t wait"},
			want:    []string{"word:buy", "words:buy now", "words:now don't", "word:don't", "shape:links=0", "shape:words=3-4"},
		},
		{
			name:    "full-width and mathematical letters",
			message: spam.Message{Body: "ｖｉａｇｒａ 𝓕𝓻𝓮𝓮"},
			want:    []string{"word:viagra", "word:free", "shape:wide letters=5+"},
		},
		{
			name:    "letters of two scripts in a word",
			message: spam.Message{Body: "log in to раypаl"},
			want:    []string{"word:paypal", "shape:letters of two scripts in a word=1"},
		},
		{
			name:    "two scripts side by side are honest",
			message: spam.Message{Body: "Спасибо! Программа Linux"},
			want:    []string{"word:спасибо", "words:программа linux"},
			not:     []string{"shape:letters of two scripts in a word=1"},
		},
		{
			name:    "invisible characters are not there",
			message: spam.Message{Body: "ca\u200bsi\u200bno"},
			want:    []string{"word:casino", "shape:invisible characters=2-4"},
		},
		{
			name:    "character references",
			message: spam.Message{Body: "Tom &amp; Jerry&#39;s"},
			want:    []string{"words:tom jerry's"},
			not:     []string{"word:amp"},
		},
		{
			name:    "Chinese in pairs of characters",
			message: spam.Message{Body: "谢谢分享"},
			want:    []string{"chars:谢谢", "chars:谢分", "chars:分享"},
		},
		{
			name:    "Japanese without its grammar",
			message: spam.Message{Body: "写真がきれいですね"},
			want:    []string{"chars:写真", "chars:真が"},
			not:     []string{"chars:です", "chars:すね"},
		},
		{
			name:    "Thai in pairs of characters",
			message: spam.Message{Body: "ขอบคุณ"},
			want:    []string{"chars:ขอ"},
		},
		{
			name:    "short words of other alphabets tell a language only",
			message: spam.Message{Body: "и мы не были там"},
			want:    []string{"word:были"},
			not:     []string{"word:и", "word:не", "word:мы", "words:не были"},
		},
		{
			name:    "a link",
			message: spam.Message{Body: "see https://shop.example.co.uk/cheap-shoes?id=7."},
			want: []string{
				"link.host:example.*", "link.word:cheap", "link.word:shoes",
				"link.chars:^sho", "shape:links=1", "shape:hosts=1",
			},
			not: []string{"word:https", "word:cheap", "link.tld:*", "link.tld:co.uk"},
		},
		{
			name:    "three links",
			message: spam.Message{Body: "http://a.example.com http://b.example.com www.example.org/x"},
			want:    []string{"shape:links=3-4", "shape:hosts=2", "shape:begins with a link", "link.host:example.org"},
		},
		{
			name:    "a host without a link",
			message: spam.Message{Body: "I like example.com a lot. Really.Good"},
			want:    []string{"shape:other hosts=1", "shape:links=0"},
		},
		{
			name:    "forum markup",
			message: spam.Message{Body: "[url=http://example.com]casino[/url]"},
			want:    []string{"shape:has forum links", "word:casino", "link.host:example.com", "shape:links=1"},
		},
		{
			name:    "the author and a site",
			message: spam.Message{Author: "Cheap Shoes 24", AuthorURL: "http://Www.cheap-shoes.example.com/shop/all?x=1", Body: "x"},
			want: []string{
				"author.shape:words=3", "author.shape:case=title", "author.shape:digits", "site.host:example.com",
				"site.word:shoes", "site.shape:capitals in the host", "site.shape:query", "site.shape:depth=2",
			},
		},
		{
			name:    "no author and no site",
			message: spam.Message{Body: "x"},
			want:    []string{"author.shape:words=0", "site.shape:none"},
		},
		{
			name:    "a random name",
			message: spam.Message{Author: "cVvuQykBqwFSie", Body: "x"},
			want:    []string{"author.shape:case=random"},
		},
		{
			name:    "words of the post",
			message: spam.Message{Permalink: "https://blog.example.org/2024/mulching-roses", Body: "I love roses"},
			want:    []string{"shape:words of the post=1"},
		},
		{
			name:    "a mail address",
			message: spam.Message{Body: "write to ada@example.org"},
			want:    []string{"shape:mail address=1"},
			not:     []string{"shape:other hosts=1"},
		},
		{
			name:    "long numbers",
			message: spam.Message{Body: "call 00441234567 in 2024"},
			want:    []string{"word:###########", "word:2024"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := spam.FeatureNames(tt.message)
			for _, name := range tt.want {
				if !slices.Contains(got, name) {
					t.Errorf("no feature %q in %q", name, got)
				}
			}
			for _, name := range tt.not {
				if slices.Contains(got, name) {
					t.Errorf("unwanted feature %q in %q", name, got)
				}
			}
		})
	}
}

// The e-mail address and the date are no features: two messages that differ in
// the date alone have the same vector.
func TestDateIsNoFeature(t *testing.T) {
	t.Parallel()
	dated := kind
	dated.Date = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	if got, want := fmt.Sprint(spam.Extract(dated)), fmt.Sprint(spam.Extract(kind)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestExtractHostileInput(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"empty":         "",
		"10 MB of text": strings.Repeat("lorem ipsum dolor ", 10<<20/18),
		"10 MB word":    strings.Repeat("a", 10<<20),
		"10 MB Chinese": strings.Repeat("汉", 10<<20/3),
		"not UTF-8":     "caf\xe9 \xff\xfe\xc0\x80",
		"NULs":          "a\x00b\x00\x00",
		"100000 links":  strings.Repeat("http://example.com/a/b/c ", 100_000),
		"one long link": "http://" + strings.Repeat("a.", 1<<20) + "example.com",
		"open brackets": strings.Repeat("[url=", 1<<20),
		"marks":         "e" + strings.Repeat("\u0301", 1<<20),
		"overrides":     "\u202egnihsihp\u202c",
		"references":    strings.Repeat("&#x41;", 1<<20),
	}
	f := spam.NewFilter(spam.Default())
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range []spam.Message{{Body: body}, {Author: body}, {AuthorURL: body}, {Permalink: body, Body: "x"}} {
				v := spam.Extract(m)
				if n := len(v.Hashes); n == 0 || n > 12_000 {
					t.Errorf("got %d features", n)
				}
				if p := f.Judge(m).Probability; !(p > 0 && p < 1) {
					t.Errorf("got probability %v", p)
				}
			}
		})
	}
}

// The work is bounded by what is read, not by what is sent.
func TestExtractReadsTheEnd(t *testing.T) {
	t.Parallel()
	m := spam.Message{Body: strings.Repeat("quiet words ", 1<<16) + "casino"}
	if got := spam.FeatureNames(m); !slices.Contains(got, "word:casino") {
		t.Errorf("the last word is not among the features")
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("Ada", "https://example.org", "Thank you! http://example.com/x [url=www.example.org]", "first-post")
	f.Add("\xff", "://", "\u202e汉字かな a'b раypal 00000000 x@y.z &#0;", "?")
	f.Fuzz(func(t *testing.T, author, site, body, permalink string) {
		m := spam.Message{Author: author, AuthorURL: site, Body: body, Permalink: permalink}
		v := spam.Extract(m)
		data, err := v.MarshalBinary()
		if err != nil {
			t.Fatalf("an extracted vector does not encode: %v", err)
		}
		var back spam.Vector
		if err := back.UnmarshalBinary(data); err != nil || fmt.Sprint(back) != fmt.Sprint(v) {
			t.Fatalf("the vector does not come back: %v", err)
		}
		for _, name := range spam.FeatureNames(m) {
			if !utf8.ValidString(name) {
				t.Fatalf("the name of a feature is not UTF-8: %q", name)
			}
		}
	})
}

func TestExp(t *testing.T) {
	t.Parallel()
	for x := -50.0; x <= 50; x += 0.37 {
		if got, want := spam.Exp(x), math.Exp(x); math.Abs(got-want) > 1e-14*want {
			t.Errorf("exp(%v): got %v, want %v", x, got, want)
		}
	}
	if spam.Exp(-1e9) != 0 || !math.IsInf(spam.Exp(1e9), 1) || !math.IsNaN(spam.Exp(math.NaN())) {
		t.Error("the ends of exp are wrong")
	}
}

// Models and labels are kept by the hashes of features. If this fails, the features
// have changed: raise ExtractorVersion, train the model anew, and put the new
// sum here.
func TestFeaturesAreThoseOfTheVersion(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for _, m := range append([]spam.Message{kind, hostile, {}, typical}, unsure...) {
		data, err := spam.Extract(m).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(data)
	}
	got := fmt.Sprintf("%d %x", spam.ExtractorVersion, sum.Sum(nil)[:8])
	if want := "4 978bb21fb9fa1016"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
