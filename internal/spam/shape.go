package spam

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stats is what is counted while a body is read.
type stats struct {
	runes, letters, upper, lower, digits, exclaims, questions, spaces int
	lines, wrapped, trailing, repeats, hidden, wide                   int
	latin, alike, unlike                                              int // letters: Latin; of other scripts, that look Latin or not

	words, long, mixed, bare, mails, shared, unspaced int
	leet, spacedOut, random, repeated, cut, marked    int
	jumbled                                           int
	links, ownLinks, linkBytes, roots                 int
	anchorWords, anchorLinks                          int
	seen                                              sketch
	hosts                                             [maxHosts]uint32 // hashes of different ones
	hostCount                                         int
}

const maxHosts = 16

// host remembers a host and reports whether it is a new one.
func (s *stats) host(name []byte) bool {
	h := hashOn(fnvOffset, name)
	if slices.Contains(s.hosts[:min(s.hostCount, maxHosts)], h) {
		return false
	}
	if s.hostCount < maxHosts {
		s.hosts[s.hostCount] = h
	}
	s.hostCount++
	return true
}

// disguised reports whether letters of other scripts stand for Latin ones only: next
// to Latin letters nearly all of them are among those that look Latin.
func (s *stats) disguised() bool {
	return s.alike > 0 && s.latin > s.alike && 8*s.unlike < s.alike
}

// oneLink reports whether a body has exactly one link, for which thresholds are
// higher.
func (s *stats) oneLink() bool { return s.links == 1 }

// look counts the characters of a body as it was sent.
func (s *stats) look(body string) {
	var prev rune
	run, line, length, jumps := 0, 0, 0, 0
	for _, x := range body {
		s.runes++
		s.count(x)
		if x == prev {
			if run++; run == 3 && x != '\n' && x != ' ' && x != '.' && x != '-' && x != '=' {
				s.repeats++
			}
		} else {
			run = 0
		}
		switch capital := x >= 'A' && x <= 'Z'; {
		case capital || x >= 'a' && x <= 'z':
			if capital && prev >= 'a' && prev <= 'z' {
				jumps++
			}
			length++
		default:
			s.jumble(length, jumps)
			length, jumps = 0, 0
		}
		line++
		if x == '\n' {
			s.endLine(line, prev)
			line = 0
		}
		prev = x
	}
	s.jumble(length, jumps)
}

// endLine counts a line by its length and the character it ends with.
func (s *stats) endLine(length int, last rune) {
	s.lines++
	if length > 50 && length < 85 {
		s.wrapped++
	}
	if last == ' ' {
		s.trailing++
	}
}

// jumble counts a word of so many letters if it leaps from small letters to capitals
// more often than the names of a program do.
func (s *stats) jumble(length, jumps int) {
	if jumps >= 2 && length < 4*jumps+4 {
		s.jumbled++
	}
}

// count counts one character.
func (s *stats) count(x rune) {
	switch {
	case x >= 'a' && x <= 'z':
		s.latin++
		s.letters++
		s.lower++
	case x == ' ':
		s.spaces++
	case x >= 'A' && x <= 'Z':
		s.latin++
		s.letters++
		s.upper++
	case x >= '0' && x <= '9':
		s.digits++
	case x == '!' || x == '！':
		s.exclaims++
	case x == '?' || x == '？':
		s.questions++
	case x >= 0xFF21 && x <= 0xFF5A, x >= 0x1D400 && x <= 0x1D7FF:
		s.wide++
	case x >= utf8.RuneSelf:
		s.countOther(x)
	}
}

func (s *stats) countOther(x rune) {
	if x >= 0x370 && x < 0x590 && unicode.IsLetter(x) {
		if lookalike(unicode.ToLower(x)) != 0 {
			s.alike++
		} else {
			s.unlike++
		}
	}
	switch {
	case x >= 0x4E00 && x <= 0x9FFF:
		s.letters++
	case x == 0x200B || x == 0x2060 || x >= 0x202A && x <= 0x202E || x == 0xAD || x == 0xFEFF || x >= 0xE0020 && x < 0xE0080:
		s.hidden++
	case unicode.IsUpper(x):
		s.letters++
		s.upper++
	case unicode.IsLower(x):
		s.letters++
		s.lower++
	case unicode.IsLetter(x):
		s.letters++
	}
}

var (
	shapeLength   = stepsOf(kindShape, "length", 0, 9, 24, 49, 99, 199, 399, 799, 1599, 3199)
	shapeWords    = stepsOf(kindShape, "words", 0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
	shapeLinks    = stepsOf(kindShape, "links", 0, 1, 2, 4, 9, 19)
	shapePost     = stepsOf(kindShape, "words of the post", 0, 1, 2, 4)
	shapePostRate = stepsOf(kindShape, "share of the post", 1, 3, 6, 12)
	shapeNamed    = constantOf(kindShape, "names its author")
	shapeHosts    = stepsOf(kindShape, "hosts", 0, 1, 2, 4)
	shapeShare    = stepsOf(kindShape, "share of links", 9, 29, 49, 69, 89)
	shapeRoots    = stepsOf(kindShape, "links to front pages", 0, 1, 2)
	shapeBegins   = constantOf(kindShape, "begins with a link")
	shapeOwn      = stepsOf(kindShape, "links to the author's site", 0, 1)
	shapeBare     = stepsOf(kindShape, "other hosts", 0, 1, 2)
	shapeAnchors  = stepsOf(kindShape, "words of anchors", 0, 2, 5)
	shapeShown    = constantOf(kindShape, "shows addresses as links")
	shapeTogether = togetherOf()

	shapeMixed     = stepsOf(kindShape, "letters of two scripts in a word", 0, 1, 4)
	shapeHidden    = stepsOf(kindShape, "invisible characters", 0, 1, 4)
	shapeMails     = stepsOf(kindShape, "mail address", 0, 1, 4)
	shapeLong      = stepsOf(kindShape, "very long word", 0, 1, 4)
	shapeWide      = stepsOf(kindShape, "wide letters", 0, 1, 4)
	shapeRepeats   = stepsOf(kindShape, "repeated characters", 0, 1, 4)
	shapeLeet      = stepsOf(kindShape, "letters written as digits", 0, 1, 4)
	shapeSpaced    = stepsOf(kindShape, "letters that stand apart", 0, 1, 4)
	shapeCut       = stepsOf(kindShape, "words cut by markup", 0, 1, 4)
	shapeMarked    = stepsOf(kindShape, "words with marks on their letters", 0, 1, 4)
	shapeJumbled   = stepsOf(kindShape, "words of small letters and capitals without order", 0, 1, 4)
	shapeRandom    = stepsOf(kindShape, "words of random letters", 0, 1, 4)
	shapeRepeated  = stepsOf(kindShape, "repeated words", 9, 19, 29, 39, 59)
	shapeCapitals  = stepsOf(kindShape, "capitals", 4, 9, 14, 24, 44, 99)
	shapeSmall     = constantOf(kindShape, "begins small")
	shapeExclaims  = stepsOf(kindShape, "exclamation marks", 0, 1, 2, 4)
	shapeQuestions = stepsOf(kindShape, "question marks", 0, 1, 2)
	shapeDigits    = stepsOf(kindShape, "digits", 4, 9, 24)
	shapeEnds      = [4]place{
		constantOf(kindShape, "ends with a stop"), constantOf(kindShape, "ends with a letter"),
		constantOf(kindShape, "ends with a digit"), constantOf(kindShape, "ends with a mark"),
	}
	shapeOneCase  = casesOf(kindShape, "one word, case")
	shapeOneNoise = stepsOf(kindShape, "one word, noise", 1, 2, 3, 4, 5)
	shapeLines    = stepsOf(kindShape, "lines", 0, 1, 3, 7, 15)
	shapeWrapped  = stepsOf(kindShape, "wrapped lines", 0, 1, 2, 4)
	shapeTrailing = stepsOf(kindShape, "spaces at line ends", 0, 1, 2, 4)
	shapeOther    = constantOf(kindShape, "another script than the post")
)

// togetherOf makes the features that take the author's site, the links and the
// words together.
func togetherOf() (marks [2][4][4]place) {
	for site, s := range []string{"0", "1+"} {
		for links, l := range []string{"0", "1", "2", "3+"} {
			for words, w := range []string{"0-4", "5-16", "17-64", "65+"} {
				marks[site][links][words] = constantOf(kindShape, "together="+s+","+l+","+w)
			}
		}
	}
	return marks
}

// shapes notes what was counted.
func (r *reader) shapes(raw string, author name) {
	s := &r.stats
	r.step(&shapeLength, s.runes)
	r.step(&shapeWords, s.words)
	r.step(&shapeLinks, s.links)
	if s.runes == 0 {
		return
	}
	r.linkShapes()
	r.markShapes()
	r.marksSet(raw)
	r.lineOrder(raw)
	r.caseShapes(strings.TrimSpace(raw))
	r.lineShapes()
	r.postShapes()
	r.noteIf(author.in(r.body), shapeNamed)
	if s.words >= 8 {
		r.step(&shapeRepeated, 100*s.repeated/s.words)
	}
}

// enoughWords is from how many words on one expects some of the post's.
const enoughWords = 8

// postShapes notes how much the body has in common with the post.
func (r *reader) postShapes() {
	s := &r.stats
	if r.post.n == 0 {
		return
	}
	if s.shared > 0 || s.words >= enoughWords && 2*s.latin > s.letters == (r.post.latin > r.post.other) {
		r.step(&shapePost, s.shared) // none of few words, or of another script's, says nothing
	}
	if all := s.words + s.unspaced; s.shared > 0 && all > 0 {
		r.step(&shapePostRate, 100*s.shared/all)
	}
	r.noteIf(r.post.other > r.post.latin && 2*s.latin > s.letters, shapeOther)
}

func (r *reader) linkShapes() {
	s := &r.stats
	site := 0
	if r.site != "" {
		site = 1
	}
	if s.links > 0 {
		r.step(&shapeHosts, s.hostCount)
		r.step(&shapeShare, 100*s.linkBytes/len(r.body))
		if s.roots > 0 {
			r.step(&shapeRoots, s.roots)
		}
		r.noteIf(beginsWithLink(r.body), shapeBegins)
		if site > 0 {
			r.step(&shapeOwn, s.ownLinks)
		}
	}
	if r.anchor.count > 0 {
		r.step(&shapeAnchors, s.anchorWords)
		r.noteIf(s.anchorLinks > 0, shapeShown)
	}
	r.step(&shapeBare, s.bare)
	words := 0
	switch {
	case s.words > 64:
		words = 3
	case s.words > 16:
		words = 2
	case s.words > 4:
		words = 1
	}
	r.note(shapeTogether[site][min(s.links, 3)][words])
}

func beginsWithLink(body string) bool {
	return strings.HasPrefix(body, "http") || strings.HasPrefix(body, "[url") || strings.HasPrefix(body, "<a ")
}

// signs are pieces of markup whose presence is a feature.
var signs = signsOf([][2]string{
	{"HTML links", "<a "},
	{"forum links", "[url"},
	{"Markdown links", "](http"},
	{"images", "<img"},
	{"images", "[img"},
	{"images", "!["},
	{"written-out addresses", "(dot)"},
	{"written-out addresses", "[dot]"},
	{"written-out addresses", "(.)"},
	{"written-out addresses", "[.]"},
	{"written-out addresses", " dot com"},
	{"line break tags", "<br"},
	{"paragraph tags", "<p>"},
	{"bold tags", "<b>"},
	{"strong tags", "<strong"},
	{"forum bold", "[b]"},
	{"link relations", "rel="},
	{"scripts", "<script"},
	{"code marks", "`"},
	{"braces", "{"},
	{"statements", ";\n"},
	{"calls", "()"},
	{"arrows", "->"},
	{"bars", "|"},
	{"smiles", ":)"},
	{"winks", ";)"},
	{"dots in a row", "..."},
	{"quoted lines", "\n>"},
	{"at signs", "@"},
	{"money signs", "$"},
	{"per cent signs", "%"},
	{"spaces before commas", " ,"},
	{"spaces before full stops", " ."},
	{"messenger addresses", "t.me/"},
	{"messenger numbers", "wa.me/"},
})

// sign is a piece of markup.
type sign struct {
	text string
	mark place
}

func signsOf(pairs [][2]string) []sign {
	out := make([]sign, len(pairs))
	for i, p := range pairs {
		out[i] = sign{text: p[1], mark: constantOf(kindShape, "has "+p[0])}
	}
	return out
}

func (r *reader) markShapes() {
	for i := range signs {
		r.noteIf(strings.Contains(r.body, signs[i].text), signs[i].mark)
	}
	s := &r.stats
	r.stepIf(&shapeMixed, s.mixed)
	r.stepIf(&shapeHidden, s.hidden)
	r.stepIf(&shapeMails, s.mails)
	r.stepIf(&shapeLong, s.long)
	r.stepIf(&shapeWide, s.wide)
	r.stepIf(&shapeRepeats, s.repeats)
	r.stepIf(&shapeLeet, s.leet)
	r.stepIf(&shapeSpaced, s.spacedOut)
	r.stepIf(&shapeRandom, s.random)
	r.stepIf(&shapeCut, s.cut)
	r.stepIf(&shapeMarked, s.marked)
	r.stepIf(&shapeJumbled, s.jumbled)
}

// stepIf notes the step that n falls on if there is any.
func (r *reader) stepIf(s *steps, n int) {
	if n > 0 {
		r.step(s, n)
	}
}

func (r *reader) caseShapes(raw string) {
	s := &r.stats
	if cased := s.upper + s.lower; cased > 0 {
		r.step(&shapeCapitals, 100*s.upper/cased)
		first, _ := utf8.DecodeRuneInString(raw)
		r.noteIf(unicode.IsLower(first), shapeSmall)
	}
	r.step(&shapeExclaims, s.exclaims)
	r.step(&shapeQuestions, s.questions)
	r.step(&shapeDigits, 100*s.digits/s.runes)
	last, _ := utf8.DecodeLastRuneInString(raw)
	r.note(shapeEnds[endOf(last)])
	if s.words == 1 && s.links == 0 {
		r.note(shapeOneCase[caseOf(raw)])
		r.step(&shapeOneNoise, consonants(clip(r.body, maxField)))
	}
}

// endOf is the place of a text's last character in shapeEnds.
func endOf(x rune) int {
	switch {
	case strings.ContainsRune(".!?。！？", x):
		return 0
	case unicode.IsLetter(x):
		return 1
	case unicode.IsDigit(x):
		return 2
	default:
		return 3
	}
}

func (r *reader) lineShapes() {
	s := &r.stats
	r.step(&shapeLines, s.lines)
	if s.lines > 0 {
		r.step(&shapeWrapped, s.wrapped)
		r.step(&shapeTrailing, s.trailing)
	}
}
