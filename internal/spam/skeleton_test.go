package spam_test

import (
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

		{"accent", "Zoë", "Zoe", false},
		{"other letters", "Ada", "Eda", false},
		{"real names: rn", "Erna", "Ema", false},
		{"real names: l and i", "Lia", "Ila", false},
		{"numbers", "100", "loo", false},
		{"Cyrillic names", "Анна", "Инна", false},
		{"Han", "李", "王", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := spam.Skeleton(tt.a), spam.Skeleton(tt.b)
			if (a == b) != tt.alike {
				t.Errorf("%q is %q, %q is %q; want alike: %v", tt.a, a, tt.b, b, tt.alike)
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
		if one, two := spam.Skeleton(s), spam.Skeleton(s); one != two {
			t.Errorf("%q: %q and %q", s, one, two)
		}
		if got, want := spam.Skeleton(" "+s+" "), spam.Skeleton(s); got != want {
			t.Errorf("%q: with space around %q, without %q", s, got, want)
		}
	})
}
