package content

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spelled are the signs that tell some names apart (C, C# and C++ are three
// languages), and the apostrophes, which join what they stand in.
var spelled = strings.NewReplacer("+", " plus ", "#", " sharp ", "'", "", "’", "")

// TermSlug is the name of a tag, a category, an author or a series as it stands in
// a URL: letters and digits of any script in lower case and one width, and
// pictures, joined by hyphens. Empty if the name has none of them. Names with one
// slug are one.
func TermSlug(name string) string {
	folded := strings.ToLower(norm.NFKC.String(spelled.Replace(name)))
	return norm.NFC.String(strings.Join(strings.FieldsFunc(folded, betweenWords), "-"))
}

func betweenWords(r rune) bool {
	switch {
	case unicode.Is(unicode.Variation_Selector, r): // a heart is a heart in any colour
		return true
	case r > unicode.MaxASCII && unicode.IsSymbol(r):
		return false
	}
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
