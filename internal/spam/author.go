package spam

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// readPost remembers the words of the post's address: a comment that uses them
// is about the post.
func (r *reader) readPost(permalink string) {
	r.post = map[string]bool{}
	_, rest := split(permalink)
	if rest == "" {
		rest = permalink
	}
	text := string(fold(nil, clip(rest, maxField)))
	for _, w := range strings.FieldsFunc(text, func(x rune) bool { return !isLetter(x) }) {
		if utf8.RuneCountInString(w) >= 4 && w != "html" && w != "posts" && w != "aspx" {
			r.post[w] = true
		}
	}
}

// readAuthor notes the author's name.
func (r *reader) readAuthor(name string) {
	text := fold(nil, name)
	words := 0
	for i := 0; i < len(text); {
		x, size := utf8.DecodeRune(text[i:])
		if !isLetter(x) {
			i += size
			continue
		}
		n, latin, other := wordLen(text[i:])
		if n == 0 { // a script without spaces: the run is the word
			for n = size; i+n < len(text); n += size {
				if x, size = utf8.DecodeRune(text[i+n:]); !unspaced(x) {
					break
				}
			}
		}
		if latin && other {
			r.add(kindAuthorShape, "letters of two scripts in a word")
		}
		if words++; n <= maxWordBytes && words <= 12 {
			lo := len(r.text)
			r.text = appendLatin(r.text, text[i:i+n])
			r.addSpan(kindAuthor, lo, len(r.text))
		}
		i += n
	}
	r.authorShape(strings.TrimSpace(name), words)
}

func (r *reader) authorShape(name string, words int) {
	r.add(kindAuthorShape, "words="+bucket(words, 0, 1, 2, 3, 4, 6))
	if name == "" {
		return
	}
	r.add(kindAuthorShape, "length="+bucket(utf8.RuneCountInString(name), 3, 5, 8, 12, 20, 30))
	r.add(kindAuthorShape, "case="+caseOf(name))
	if strings.ContainsAny(name, "0123456789") {
		r.add(kindAuthorShape, "digits")
	}
	if strings.Contains(name, "://") || strings.Contains(name, "www.") {
		r.add(kindAuthorShape, "address")
	} else if suffix, icann := publicsuffix.PublicSuffix(strings.ToLower(name)); icann && len(suffix) < len(name) && !strings.Contains(name, " ") {
		r.add(kindAuthorShape, "host")
	}
	if words == 1 {
		r.add(kindAuthorShape, "noise="+noise(strings.ToLower(name)))
	}
}

// caseOf says how a name is written.
func caseOf(name string) string {
	var upper, lower, inner, starts, words int
	prev := ' '
	for _, x := range name {
		start := !unicode.IsLetter(prev) && unicode.IsLetter(x) && prev != '\''
		if start {
			words++
		}
		switch {
		case unicode.IsUpper(x):
			upper++
			if start {
				starts++
			} else if unicode.IsLower(prev) {
				inner++
			}
		case unicode.IsLower(x):
			lower++
		}
		prev = x
	}
	switch {
	case upper+lower == 0:
		return "none"
	case upper == 0:
		return "lower"
	case lower == 0:
		return "upper"
	case inner > 1:
		return "random"
	case inner == 1 && words == 1:
		return "camel"
	case inner == 1:
		return "inner"
	case starts == words && upper == starts:
		return "title"
	case starts == 1:
		return "sentence"
	default:
		return "mixed"
	}
}

// noise says how unlike a pronounceable word s is: the longest run of Latin
// consonants.
func noise(s string) string {
	run, longest := 0, 0
	for i := range len(s) {
		if c := s[i]; c >= 'a' && c <= 'z' && strings.IndexByte("aeiouy", c) < 0 {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return bucket(longest, 1, 2, 3, 4, 5)
}

// readSite notes the author's site.
func (r *reader) readSite(site, author string) {
	if site == "" {
		r.add(kindSiteShape, "none")
		return
	}
	r.site = true
	r.add(kindSiteShape, "some")
	folded := string(fold(nil, site))
	host, rest := split(folded)
	registered, suffix := domain(host)
	r.add(kindSiteHost, registered)
	r.add(kindSiteTLD, suffix)
	r.parts(kindSiteWord, strings.TrimSuffix(host, suffix), 6)
	r.parts(kindSiteWord, rest, 10)
	r.siteShape(site, host, rest, suffix)
	r.stats.hosts = append(r.stats.hosts, registered)
	if name := squeeze(author); len(name) >= 3 && strings.Contains(squeeze(host), name) {
		r.add(kindSiteShape, "named like the author")
	}
}

func (r *reader) siteShape(site, host, rest, suffix string) {
	if rawHost, _ := split(site); rawHost != strings.ToLower(rawHost) {
		r.add(kindSiteShape, "capitals in the host")
	}
	path, query, _ := strings.Cut(rest, "?")
	depth := len(strings.FieldsFunc(path, func(x rune) bool { return x == '/' }))
	r.add(kindSiteShape, "depth="+bucket(depth, 0, 1, 2, 3))
	if query != "" {
		r.add(kindSiteShape, "query")
	}
	label := strings.TrimSuffix(strings.TrimSuffix(host, suffix), ".")
	r.add(kindSiteShape, "length="+bucket(len(label), 5, 8, 12, 16, 24))
	r.add(kindSiteShape, "hyphens="+bucket(strings.Count(label, "-"), 0, 1, 2))
	if strings.ContainsAny(label, "0123456789") {
		r.add(kindSiteShape, "digits")
	}
	if strings.Contains(label, ".") {
		r.add(kindSiteShape, "subdomain")
	}
	if strings.HasSuffix(path, "/") && depth > 1 {
		r.add(kindSiteShape, "ends in a slash")
	}
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

// bucket names the step n falls on: the bounds are ascending, "3" is said of a
// step of one number, "4-6" of more, "7+" of what is above the last.
func bucket(n int, bounds ...int) string {
	low := 0
	for _, high := range bounds {
		if n <= high {
			if low == high {
				return strconv.Itoa(high)
			}
			return strconv.Itoa(low) + "-" + strconv.Itoa(high)
		}
		low = high + 1
	}
	return strconv.Itoa(low) + "+"
}
