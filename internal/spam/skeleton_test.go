package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

func TestSkeleton(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		alike      bool
	}{
		{"itself", "Ada", "Ada", true},
		{"case", "ADA", "ada", true},
		{"Cyrillic first letter", "Ada", "Аda", true},
		{"all Cyrillic", "Acope", "Асоре", true},
		{"Cyrillic capitals", "BAHEK", "ВАНЕК", true},
		{"Greek capitals", "ANNA", "ΑΝΝΑ", true},
		{"Greek small", "Anna", "αnna", true},
		{"Armenian", "John", "Jօhn", true},
		{"Cherokee", "DAVE", "ᎠᎪᏙᎬ", true},
		{"Lisu", "ADA", "ꓮꓓꓮ", true},
		{"full width", "Ada", "Ａｄａ", true},
		{"mathematical", "Ada", "𝐀𝐝𝐚", true},
		{"circled", "Ada", "ⒶⒹⒶ", true},
		{"black squares", "Ada", "🅰🅳🅰", true},
		{"zero width", "Ada", "A\u200bd\u2060a", true},
		{"soft hyphen", "Ada", "A\u00adda", true},
		{"variation selector", "Ada", "Ada\ufe0f", true},
		{"turned", "Ada B", "\u202eB adA\u202c", true},
		{"spaces", "Ada Byron", " Ada\u00a0 Byron ", true},
		{"capital I for l", "Alice", "AIice", true},
		{"capital I at the end", "Paul", "PauI", true},
		{"capital I that is one", "MCIVER", "McIver", true},
		{"all capitals", "ALI", "Ali", true},
		{"digit for l", "Alice", "A1ice", true},
		{"digit for o", "Bob", "B0b", true},
		{"dotless i", "Mia", "Mıa", true},
		{"palochka", "Ali", "Aӏi", true},
		{"decomposed", "Zoë", "Zoe\u0308", true},

		{"accent", "José", "Jose", true},
		{"accents upon accents", "Ada", "A\u0336\u0300d\u0336a\u0336", true},
		{"stroke", "Jørgen", "Jorgen", true},
		{"capitals with a stroke", "Łukasz", "LUKASZ", true},
		{"rn for m", "Maria", "rnaria", true},
		{"m for rn", "Barney", "Bamey", true},
		{"vv for w", "Wanda", "vvanda", true},
		{"written together", "Ada Lovelace", "AdaLovelace", true},
		{"written with a sign", "Ada Lovelace", "ada_lovelace", true},
		{"a stop", "Ada Lovelace", "Ada Lovelace.", true},
		{"a sign behind it", "Ada", "Ada ✓", true},
		{"trade mark", "Ada", "Ada™", true},
		{"emoji", "Ada", "🌟 Ada 🌟", true},
		{"marks that turn text", "Ada", "\u2066Ada\u2069\u200f", true},
		{"1 for i", "Mia", "M1a", true},
		{"bar", "Paul", "Pau|", true},
		{"l for I", "Ian", "lan", true},
		{"I for l at the beginning", "linus", "Iinus", true},
		{"l among capitals", "DAVID", "DAVlD", true},
		{"0 between words", "Otto Ott", "0tto 0tt", true},
		{"Cyrillic capitals of a Cyrillic name", "Анна", "АННА", true},
		{"Greek capitals of a Greek name", "Ελένη", "ΕΛΕΝΗ", true},
		{"Latin for Cyrillic capitals", "Анна", "AHHA", true},
		{"Cyrillic soft sign", "bob", "ьоь", true},

		{"other letters", "Ada", "Eda", false},
		{"a number behind it", "Ada", "Ada 2", false},
		{"signs alone", "!!!", "???", false},
		{"emoji alone", "😀", "😎", false},
		{"Japanese voicing", "はは", "ばば", false},
		{"Devanagari vowels", "राम", "रमा", false},
		{"real names: l and i", "Lia", "Ila", false},
		{"numbers", "100", "loo", true},
		{"other numbers", "100", "101", false},
		{"Cyrillic names", "Анна", "Инна", false},
		{"Han", "李", "王", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := spam.Skeleton(tt.a), spam.Readings(tt.b)
			if slices.Contains(b, a) != tt.alike {
				t.Errorf("%q is %q, %q is read as %q; want alike: %v", tt.a, a, tt.b, b, tt.alike)
			}
			if a == "" || b[0] != spam.Skeleton(tt.b) {
				t.Errorf("%q is %q; %q is %q, and read as %q first", tt.a, a, tt.b, spam.Skeleton(tt.b), b[0])
			}
			if upper := spam.Skeleton(strings.ToUpper(tt.a)); upper != a {
				t.Errorf("%q is %q in capitals, and %q else", tt.a, upper, a)
			}
		})
	}
}

func FuzzSkeleton(f *testing.F) {
	for _, s := range []string{"Ada", "Аda", "AIice", "\u202eadA", "🅰", "\xff", "Zoe\u0308", "1|0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 400 {
			return
		}
		if own, read := spam.Skeleton(s), spam.Readings(s); read[0] != own || len(read) > 3 {
			t.Errorf("%q: %q, read as %q", s, own, read)
		}
		if got, want := spam.Skeleton(" "+s+" "), spam.Skeleton(s); got != want {
			t.Errorf("%q: with space around %q, without %q", s, got, want)
		}
	})
}
