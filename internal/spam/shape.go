package spam

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stats is what is counted while a body is read.
type stats struct {
	runes, letters, upper, lower, digits, exclaims, questions, spaces int
	lines, wrapped, trailing, repeats, hidden, wide                   int

	words, long, mixed, bare, mails, shared, unspaced int
	links, linkBytes, roots                           int
	hosts                                             []string // registered domains, each once
}

// host reports whether a registered domain was seen before.
func (s *stats) host(registered string) bool { return slices.Contains(s.hosts, registered) }

// look counts the characters of a body as it was sent.
func (s *stats) look(body string) {
	var prev rune
	run, line := 0, 0
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
		line++
		if x == '\n' {
			s.lines++
			if line > 50 && line < 85 {
				s.wrapped++
			}
			if prev == ' ' {
				s.trailing++
			}
			line = 0
		}
		prev = x
	}
}

// count counts one character.
func (s *stats) count(x rune) {
	switch {
	case x >= 'a' && x <= 'z':
		s.letters++
		s.lower++
	case x == ' ':
		s.spaces++
	case x >= 'A' && x <= 'Z':
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
	switch {
	case x == 0x200B || x == 0x2060 || x >= 0x202A && x <= 0x202E || x == 0xAD:
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

// shapes notes what was counted.
func (r *reader) shapes(m Message, raw string) {
	s := &r.stats
	r.add(kindShape, "length="+bucket(utf8.RuneCountInString(raw), 0, 9, 24, 49, 99, 199, 399, 799, 1599, 3199))
	r.add(kindShape, "words="+bucket(s.words, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256))
	r.add(kindShape, "links="+bucket(s.links, 0, 1, 2, 4, 9, 19))
	if s.runes == 0 {
		return
	}
	r.linkShapes()
	r.markShapes()
	r.caseShapes(strings.TrimSpace(raw))
	r.lineShapes()
	if n := s.shared; len(r.post) > 0 {
		r.add(kindShape, "words of the post="+bucket(n, 0, 1, 2, 4))
	}
	if name := squeeze(m.Author); len(name) >= 4 && strings.Contains(squeeze(raw), name) {
		r.add(kindShape, "names its author")
	}
}

func (r *reader) linkShapes() {
	s := &r.stats
	site := 0
	if r.site {
		site = 1
	}
	if s.links > 0 {
		r.add(kindShape, "hosts="+bucket(len(s.hosts)-site, 0, 1, 2, 4))
		r.add(kindShape, "share of links="+bucket(100*s.linkBytes/len(r.body), 9, 29, 49, 69, 89))
		if s.roots > 0 {
			r.add(kindShape, "links to front pages="+bucket(s.roots, 0, 1, 2))
		}
		if beginsWithLink(r.body) {
			r.add(kindShape, "begins with a link")
		}
	}
	r.add(kindShape, "other hosts="+bucket(s.bare, 0, 1, 2))
	r.add(kindShape, "together="+bucket(site, 0, 1)+","+bucket(s.links, 0, 1, 2)+","+bucket(s.words, 4, 16, 64))
}

func beginsWithLink(body []byte) bool {
	for _, lead := range []string{"http", "[url", "<a "} {
		if bytes.HasPrefix(body, []byte(lead)) {
			return true
		}
	}
	return false
}

// marks are pieces of markup whose presence is a feature.
var marks = []struct{ name, text string }{
	{"HTML links", "<a "},
	{"forum links", "[url"},
	{"Markdown links", "](http"},
	{"images", "<img"},
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
}

func (r *reader) markShapes() {
	for _, k := range marks {
		if bytes.Contains(r.body, []byte(k.text)) {
			r.add(kindShape, "has "+k.name)
		}
	}
	s := &r.stats
	for _, k := range []struct {
		name string
		n    int
	}{
		{"letters of two scripts in a word", s.mixed},
		{"invisible characters", s.hidden},
		{"mail address", s.mails},
		{"very long word", s.long},
		{"wide letters", s.wide},
		{"repeated characters", s.repeats},
	} {
		if k.n > 0 {
			r.add(kindShape, k.name+"="+bucket(k.n, 0, 1, 4))
		}
	}
}

func (r *reader) caseShapes(raw string) {
	s := &r.stats
	if cased := s.upper + s.lower; cased > 0 {
		r.add(kindShape, "capitals="+bucket(100*s.upper/cased, 4, 9, 14, 24, 44, 99))
		first, _ := utf8.DecodeRuneInString(raw)
		if unicode.IsLower(first) {
			r.add(kindShape, "begins small")
		}
	}
	r.add(kindShape, "exclamation marks="+bucket(s.exclaims, 0, 1, 2, 4))
	r.add(kindShape, "question marks="+bucket(s.questions, 0, 1, 2))
	r.add(kindShape, "digits="+bucket(100*s.digits/s.runes, 4, 9, 24))
	last, _ := utf8.DecodeLastRuneInString(raw)
	r.add(kindShape, "ends with "+endOf(last))
	if s.words == 1 && s.links == 0 {
		r.add(kindShape, "one word, case="+caseOf(raw))
		r.add(kindShape, "one word, noise="+noise(strings.ToLower(clip(raw, maxField))))
	}
}

func endOf(x rune) string {
	switch {
	case strings.ContainsRune(".!?。！？", x):
		return "a stop"
	case unicode.IsLetter(x):
		return "a letter"
	case unicode.IsDigit(x):
		return "a digit"
	default:
		return "a mark"
	}
}

func (r *reader) lineShapes() {
	s := &r.stats
	r.add(kindShape, "lines="+bucket(s.lines, 0, 1, 3, 7, 15))
	if s.lines > 0 {
		r.add(kindShape, "wrapped lines="+bucket(s.wrapped, 0, 1, 2, 4))
		r.add(kindShape, "spaces at line ends="+bucket(s.trailing, 0, 1, 2, 4))
	}
}
