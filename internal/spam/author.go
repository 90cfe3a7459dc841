package spam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// A name that could be a person's says nothing but how many words it has and
// whether they are written with capitals: neither its words nor its length nor its
// letters, or the filter would learn who is called how and where people of that
// name live. Only what no given name looks like is looked at more closely:
// names of three words and more with small ones among them ("buy cheap shoes"), with
// digits, of hosts, in random letters. Even of those the first word is no
// feature, for it may be a given name ("John from the shop").

// name is what is known of an author's name.
type name struct {
	text   string // folded
	person bool   // it could be a person's
	style  letterCase
	words  int
}

var (
	authorWords   = stepsOf(kindAuthorShape, "words", 0, 1, 2, 3, 4, 6)
	authorLength  = stepsOf(kindAuthorShape, "length", 3, 5, 8, 12, 20, 30)
	authorNoise   = stepsOf(kindAuthorShape, "noise", 1, 2, 3, 4, 5)
	authorCases   = casesOf(kindAuthorShape, "case")
	authorDigits  = constantOf(kindAuthorShape, "digits")
	authorAddress = constantOf(kindAuthorShape, "address")
	authorHost    = constantOf(kindAuthorShape, "host")
	authorRandom  = constantOf(kindAuthorShape, "random letters")
	authorMixed   = constantOf(kindAuthorShape, "letters of two scripts in a word")
)

// readAuthor notes the author's name.
func (r *reader) readAuthor(raw string) name {
	c := countName(raw)
	r.step(&authorWords, c.words)
	if raw == "" {
		return name{}
	}
	style := nameCase(raw)
	small := style != caseTitle && style != caseNone && style != caseUpper
	site := r.authorSite(c.text)
	noisy := c.words == 1 && isRandom(c.text)
	r.noteIf(c.mixed, authorMixed)
	r.noteIf(c.digits, authorDigits)
	r.noteIf(noisy, authorRandom)
	most := 3 // words of a person's name
	switch style {
	case caseNone:
		style = caseTitle
	case caseLower:
		most = 2
	case caseTitle, caseUpper:
	default:
		most = 0
	}
	person := !site && !c.digits && !noisy && c.words <= most && c.longest <= 20
	r.note(authorCases[style])
	if !person {
		r.authorLetters(c)
	}
	if site || c.words > 3 || c.words == 3 && small {
		r.authorParts(c.text, site)
	}
	return name{text: c.text, person: person, style: style, words: c.words}
}

// nameCount is what is counted in a name.
type nameCount struct {
	text           string // folded
	words, longest int    // words, and the characters of the longest
	digits, mixed  bool   // has digits, or letters of two scripts in a word
}

func countName(raw string) nameCount {
	c := nameCount{text: folded(raw)}
	text := c.text
	for i := 0; i < len(text); {
		x, size := utf8.DecodeRuneInString(text[i:])
		if !isLetter(x) {
			i += size
			continue
		}
		n, k := nameWord(text[i:], size)
		c.digits = c.digits || k.digits
		c.mixed = c.mixed || k.latin && k.other
		if c.words == 0 || !hyphenated(raw, text, i) {
			c.words++
		}
		c.longest = max(c.longest, utf8.RuneCountInString(text[i:i+n]))
		i += n
	}
	return c
}

// authorLetters notes how long a name is that is no person's, but for the first
// word, and how unlike a word.
func (r *reader) authorLetters(c nameCount) {
	_, rest, more := strings.Cut(c.text, " ")
	if !more {
		rest = c.text
	}
	r.step(&authorLength, utf8.RuneCountInString(rest))
	if c.words == 1 {
		r.step(&authorNoise, consonants(c.text))
	}
}

// authorParts notes the words of a name that is none of a person's, without the
// first.
func (r *reader) authorParts(text string, all bool) {
	words, first := 0, strings.IndexByte(text, ' ')
	for i := 0; i < len(text) && words < 12; {
		x, size := utf8.DecodeRuneInString(text[i:])
		if !isLetter(x) {
			i += size
			continue
		}
		n, _ := nameWord(text[i:], size)
		if words++; n <= maxWordBytes && (i > first || all) {
			lo := len(r.text)
			r.text = appendLatin(r.text, text[i:i+n])
			r.addSpan(kindAuthor, lo, len(r.text))
		}
		i += n
	}
}

// nameWord is the word at the beginning of a name; in a script without spaces the run
// is the word.
func nameWord(text string, size int) (n int, k word) {
	k = wordAt(text)
	if k.length > 0 {
		return k.length, k
	}
	for n = size; n < len(text); {
		x, size := utf8.DecodeRuneInString(text[n:])
		if !unspaced(x) {
			break
		}
		n += size
	}
	return n, k
}

// authorSite notes a name that is an address or a host, and reports whether it is.
func (r *reader) authorSite(text string) bool {
	if strings.Contains(text, "://") || strings.Contains(text, "www.") {
		r.note(authorAddress)
		return true
	}
	if strings.IndexByte(text, '.') < 0 || strings.IndexByte(text, ' ') >= 0 || !isASCII(text) {
		return false
	}
	suffix, icann := publicsuffix.PublicSuffix(text)
	if icann && len(suffix) < len(text) {
		r.note(authorHost)
		return true
	}
	return false
}

// hyphenated reports whether the word at text[i] is the second half of a first name such
// as "Jean-Luc".
func hyphenated(raw, text string, i int) bool {
	if text[i-1] != '-' || strings.IndexByte(text[:i], ' ') >= 0 || len(raw) != len(text) {
		return false
	}
	x, _ := utf8.DecodeRuneInString(raw[i:])
	return unicode.IsUpper(x)
}

// nameCase is how a name is written, where capitals inside as people's names have
// them (McKenzie, DeAndre, MacArthur) are taken for small letters.
func nameCase(raw string) letterCase {
	style := caseOf(raw)
	if style < caseRandom || style == caseTitle {
		return style
	}
	plain := []byte(nil)
	for i := 1; i < len(raw); i++ {
		if c := raw[i]; c < 'A' || c > 'Z' || raw[i-1] < 'a' || raw[i-1] > 'z' {
			continue
		}
		lead := raw[strings.LastIndexAny(raw[:i], " -'")+1 : i]
		if len(lead) != 2 && lead != "Mac" && lead != "Van" && lead != "Von" {
			return style
		}
		if plain == nil {
			plain = []byte(raw)
		}
		plain[i] += 'a' - 'A'
	}
	if plain == nil {
		return style
	}
	return caseOf(string(plain))
}

// letterCase is how a name or a word is written.
type letterCase uint8

const (
	caseNone letterCase = iota
	caseLower
	caseUpper
	caseRandom
	caseCamel
	caseInner
	caseTitle
	caseSentence
	caseMixed
	letterCases
)

var caseNames = [letterCases]string{"none", "lower", "upper", "random", "camel", "inner", "title", "sentence", "mixed"}

// casesOf makes the features "name=lower" and so on.
func casesOf(k kind, name string) (marks [letterCases]place) {
	for i, text := range caseNames {
		marks[i] = constantOf(k, name+"="+text)
	}
	return marks
}

// caseOf says how a name is written.
func caseOf(name string) letterCase {
	var upper, lower, inner, starts, words int
	prev := ' '
	for i, x := range name {
		start := !unicode.IsLetter(prev) && !unicode.IsMark(prev) && unicode.IsLetter(x) && prev != '\''
		second := (prev == '-' || prev == '\'') && i > 1 && startsSmall(name[min(i+utf8.RuneLen(x), len(name)):])
		if start = start && !second; start {
			words++
		}
		switch {
		case second && unicode.IsUpper(x): // "Jean-Luc", "O'Neil"
			lower++
		case unicode.IsUpper(x):
			upper++
			if start {
				starts++
			} else if unicode.IsLower(prev) {
				inner++
			}
		case unicode.IsLower(x):
			lower++
		case start && unicode.IsLetter(x): // of a script without capitals
			starts++
			upper++
			lower++
		}
		prev = x
	}
	switch {
	case upper+lower == 0:
		return caseNone
	case upper == 0:
		return caseLower
	case lower == 0:
		return caseUpper
	case inner > 1:
		return caseRandom
	case inner == 1 && words == 1:
		return caseCamel
	case inner == 1:
		return caseInner
	case starts == words && upper == starts:
		return caseTitle
	case starts == 1:
		return caseSentence
	default:
		return caseMixed
	}
}

func startsSmall(s string) bool {
	x, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(x)
}

// consonants is the longest run of Latin consonants: how unlike a pronounceable
// word s is.
func consonants(s string) int {
	run, longest := 0, 0
	for i := range len(s) {
		if c := s[i]; c >= 'a' && c <= 'z' && vowels>>(c-'a')&1 == 0 {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// squeeze leaves the letters and digits of s, in lower case.
func squeeze(s string) string {
	return strings.Map(func(x rune) rune {
		if x = unicode.ToLower(x); !isLetter(x) {
			return -1
		}
		return x
	}, clip(s, maxField))
}
