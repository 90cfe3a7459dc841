package spam

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	siteNone     = constantOf(kindSiteShape, "none")
	siteSome     = constantOf(kindSiteShape, "some")
	siteNamed    = constantOf(kindSiteShape, "named like the author")
	siteCapitals = constantOf(kindSiteShape, "capitals in the host")
	siteDepth    = stepsOf(kindSiteShape, "depth", 0, 1, 2, 3)
	siteQuery    = constantOf(kindSiteShape, "query")
	siteLength   = stepsOf(kindSiteShape, "length", 5, 8, 12, 16, 24)
	siteHyphens  = stepsOf(kindSiteShape, "hyphens", 0, 1, 2)
	siteDigits   = constantOf(kindSiteShape, "digits")
	siteSub      = constantOf(kindSiteShape, "subdomain")
	siteSlash    = constantOf(kindSiteShape, "ends in a slash")
	authorSite   = authorSiteOf()
)

// maxNameWords is from how many words on names are alike.
const maxNameWords = 5

// authorSiteOf makes the features that take the author's name and site together:
// keywords with a site are spam more often than either is.
func authorSiteOf() (marks [letterCases][maxNameWords + 1][2]place) {
	for style, name := range caseNames {
		for words := range maxNameWords + 1 {
			for site, s := range []string{"none", "site"} {
				marks[style][words][site] = constantOf(kindAuthorSite, name+"/"+strconv.Itoa(words)+"/"+s)
			}
		}
	}
	return marks
}

// readSite notes the author's site.
func (r *reader) readSite(site string, author name) {
	words := min(author.words, maxNameWords)
	if site == "" {
		r.note(siteNone)
		r.note(authorSite[author.style][words][0])
		return
	}
	r.note(siteSome)
	r.note(authorSite[author.style][words][1])
	name, rest := split(folded(site))
	h := hostOf(name)
	r.site = string(r.addHost(kindSiteHost, h))
	r.addTLD(kindSiteTLD, h)
	r.parts(kindSiteWord, h.free(), 6)
	r.parts(kindSiteWord, rest, 10)
	r.siteShape(site, h, rest)
	r.noteIf(author.within(h.label), siteNamed)
}

func (r *reader) siteShape(site string, h host, rest string) {
	label := h.label
	raw, _ := split(site)
	r.noteIf(raw != strings.ToLower(raw), siteCapitals)
	path, query, _ := strings.Cut(rest, "?")
	depth := 0
	for i := 1; i < len(path); i++ {
		if path[i] != '/' && path[i-1] == '/' {
			depth++
		}
	}
	r.step(&siteDepth, depth)
	r.noteIf(query != "", siteQuery)
	r.step(&siteLength, len(label))
	r.step(&siteHyphens, strings.Count(label, "-"))
	r.noteIf(strings.ContainsAny(label, "0123456789"), siteDigits)
	r.noteIf(!h.sample && strings.Contains(label, "."), siteSub)
	r.noteIf(depth > 1 && strings.HasSuffix(path, "/"), siteSlash)
}

// within reports whether the label of a host holds the author's name.
func (a name) within(label string) bool {
	return name{text: a.text}.in(label) // as if it were no person's: a host has no spaces
}

// in reports whether a text names the author. What could be a person's name must
// stand there as a word of its own, of any length, so that it does not matter how
// somebody is called; of another name the letters are enough ("hearing loss" in
// "hearingloss.example").
func (a name) in(text string) bool {
	if !a.person && len(a.text) < 4 || len(a.text) < 2 {
		return false
	}
	name := clip(a.text, 64)
	first, size := utf8.DecodeRuneInString(name)
	if !isLetter(first) {
		return false
	}
	for i := 0; i < len(text); {
		at := strings.Index(text[i:], name[:size])
		if at < 0 {
			return false
		}
		i += at
		if n := matches(text[i:], name); n > 0 {
			before, _ := utf8.DecodeLastRuneInString(text[:i])
			after, _ := utf8.DecodeRuneInString(text[i+n:])
			if !a.person || !joined(before) && !joined(after) || unspaced(first) {
				return true
			}
		}
		i += size
	}
	return false
}

// joined reports whether x next to a word makes it a part of something longer, such as an
// address.
func joined(x rune) bool {
	return isLetter(x) || x < utf8.RuneSelf && strings.IndexByte("/-_@:=", byte(x)) >= 0
}

// matches is how much of the beginning of text are the letters and digits of name
// in a row, whatever is between them; 0 if they are not. Both are folded.
func matches(text, name string) int {
	at := 0
	for i := 0; i < len(name); {
		x, size := utf8.DecodeRuneInString(name[i:])
		i += size
		if !isLetter(x) {
			continue
		}
		for {
			if at >= len(text) {
				return 0
			}
			y, more := utf8.DecodeRuneInString(text[at:])
			at += more
			if y == x {
				break
			}
			if isLetter(y) {
				return 0
			}
		}
	}
	return at
}
