package spam

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// leads are the beginnings of links in folded text.
var leads = []string{"http://", "https://", "www.", "hxxp://", "hxxps://"}

// linkAt is the length of the link at the beginning of folded text, 0 if there
// is none.
func linkAt[T string | []byte](text T) int {
	lead := 0
	for _, l := range leads {
		if len(text) > len(l) && string(text[:len(l)]) == l {
			lead = len(l)
			break
		}
	}
	if lead == 0 {
		return 0
	}
	n := lead
	for n < len(text) && text[n] > ' ' && strings.IndexByte("<>\"'[](){}|\\^`", text[n]) < 0 {
		n++
	}
	for n > lead && strings.IndexByte(".,;:!?", text[n-1]) >= 0 {
		n--
	}
	if n == lead {
		return 0
	}
	return n
}

// bare reads the name of a host that stands in the text without being a link
// ("example.com") and returns its length, 0 if there is none. Its words are
// words of the text, but for a country.
func (r *reader) bare(text string, i int) int {
	if text[i] >= utf8.RuneSelf || i > 0 && strings.IndexByte("./@-_", text[i-1]) >= 0 {
		return 0
	}
	n := hostLen(text[i:])
	if n == 0 || r.stats.bare >= maxLinks {
		return 0
	}
	h := hostOf(text[i : i+n])
	if !h.known || h.label == "" {
		return 0
	}
	r.stats.bare++
	r.addHost(kindLinkHost, h)
	end := i + len(h.label)
	switch {
	case h.sample:
		end = i + len(h.free())
	case h.suffix != country:
		end = i + n
	}
	for at := i; at < end; {
		if !isLetter(rune(text[at])) {
			at++
			continue
		}
		at += r.word(text[:end], at)
	}
	if i+n < len(text) && text[i+n] == '/' {
		for i+n < len(text) && text[i+n] > ' ' && strings.IndexByte("<>\"'[](){}|\\^`,;", text[i+n]) < 0 {
			n++
		}
	}
	return n
}

// hostLen is the length of what could be the name of a host at the beginning of
// text: words of ASCII with dots between them.
func hostLen(text string) int {
	n, dot := 0, 0
	for n < len(text) && n < 80 {
		c := text[n]
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c == '-' && n > 0:
		case c == '.' && n > 0 && n+1 < len(text) && text[n+1] >= 'a' && text[n+1] <= 'z':
			dot = n
		default:
			if dot == 0 || c == '@' || c == '(' || c == '_' || c >= utf8.RuneSelf {
				return 0
			}
			return n
		}
		n++
	}
	if dot == 0 {
		return 0
	}
	return n
}

// host is the name of a host, taken apart.
type host struct {
	label  string // before the suffix, with its subdomains: "shop.example"
	own    string // what somebody registered of it: "example"
	suffix string // "com", "github.io"; country instead of a country's
	known  bool   // the suffix is one that names are registered under
	sample bool   // it is reserved, and says nothing but what is before that
}

// country stands for any country's top-level domain: from which country somebody
// comes is no sign.
const country = "*"

// maxHost is how long the name of a host can be, in bytes (RFC 1035, 2.3.4).
const maxHost = 253

// hostOf takes the name of a host apart by publicsuffix.org.
func hostOf(name string) host {
	if len(name) > maxHost {
		name = "" // it is none
	}
	suffix, icann := publicsuffix.PublicSuffix(name)
	h := host{suffix: suffix, known: icann || strings.IndexByte(suffix, '.') >= 0}
	if len(suffix) < len(name) {
		h.label = name[:len(name)-len(suffix)-1]
	}
	h.own = h.label[strings.LastIndexByte(h.label, '.')+1:]
	h.sample = isReserved(suffix) || isReserved(h.own+"."+suffix)
	last := suffix[strings.LastIndexByte(suffix, '.')+1:]
	switch {
	case !isCountry(last):
	case icann:
		h.suffix = country
	case strings.HasPrefix(suffix, "blogspot."):
		h.suffix = "blogspot." + country
	}
	return h
}

// isReserved reports whether a name is for examples or for what is not on the web (RFC 2606;
// RFC 6761, 6). Blogs that explain things hold such names and honest readers copy them, but
// they stand for any other.
func isReserved(name string) bool {
	switch name {
	case "example", "test", "invalid", "localhost", "example.com", "example.net", "example.org":
		return true
	}
	return false
}

// free is what was chosen of a host: its label, without what is reserved.
func (h host) free() string {
	if h.sample && h.own == "example" {
		return strings.TrimSuffix(strings.TrimSuffix(h.label, h.own), ".")
	}
	return h.label
}

// isCountry reports whether a top-level domain is a country's. All of two letters
// are, and nearly all that are not ASCII.
func isCountry(tld string) bool {
	return len(tld) == 2 && tld[0] >= 'a' && tld[1] >= 'a' || strings.HasPrefix(tld, "xn--") || !isASCII(tld)
}

// domain is the part of a host that somebody registered, and the suffix it was
// registered under.
func domain(name string) (registered, suffix string) {
	suffix, _ = publicsuffix.PublicSuffix(name)
	if len(suffix)+1 >= len(name) {
		return name, suffix
	}
	return name[strings.LastIndexByte(name[:len(name)-len(suffix)-1], '.')+1:], suffix
}

// addHost notes what somebody registered of a host, if anything, and returns where it
// stands in r.text.
func (r *reader) addHost(k kind, h host) (name []byte) {
	lo := len(r.text)
	r.text = append(append(append(r.text, h.own...), '.'), h.suffix...)
	if h.own != "" || !h.sample {
		r.addSpan(k, lo, len(r.text))
	}
	return r.text[lo:]
}

// addTLD notes what a host is registered under, if that is no country and not reserved.
func (r *reader) addTLD(k kind, h host) {
	if h.suffix != country && !h.sample {
		r.add(k, h.suffix)
	}
}

// split takes the address of a link apart: the host without "www.", and the rest.
func split(link string) (host, rest string) {
	if _, after, ok := strings.Cut(link, "://"); ok {
		link = after
	}
	link = strings.TrimPrefix(link, "//")
	end := strings.IndexAny(link, "/?#\\")
	if end < 0 {
		end = len(link)
	}
	host, rest = link[:end], link[end:]
	host = host[strings.LastIndexByte(host, '@')+1:]
	host, _, _ = strings.Cut(host, ":")
	return strings.TrimPrefix(strings.Trim(host, "."), "www."), rest
}

// link notes a link of the body.
func (r *reader) link(text string) {
	s := &r.stats
	s.links++
	s.words++
	if r.anchor.open {
		s.anchorLinks++
	}
	if s.links > maxLinks {
		s.linkBytes += len(text)
		return
	}
	name, rest := split(text)
	h := hostOf(name)
	s.linkBytes += len(text) - (len(name) - len(h.label)) + 4 // whatever the suffix
	registered := r.addHost(kindLinkHost, h)
	if string(registered) == r.site {
		s.ownLinks++
	}
	if s.host(registered) {
		r.addTLD(kindLinkTLD, h)
	}
	r.parts(kindLinkWord, h.free(), 6)
	r.parts(kindLinkWord, rest, 10)
	r.pieces(kindLinkChars, h, 40)
	r.linkShape(rest, h)
	if len(strings.Trim(rest, "/")) == 0 {
		s.roots++
	}
}

// parts notes the runs of letters in an address, at most limit of them.
func (r *reader) parts(k kind, address string, limit int) {
	start := -1
	for i := 0; i <= len(address) && limit > 0; i++ {
		if i < len(address) && (address[i] >= 'a' && address[i] <= 'z' || address[i] >= 0x80) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= 2 && i-start <= maxWordBytes {
			r.add(k, address[start:i])
			limit--
		}
		start = -1
	}
}

// pieces notes every four bytes, as far as they are whole characters, of the name
// of a host, at most limit times: most hosts that spam links to are new ones with
// old words in them.
func (r *reader) pieces(k kind, h host, limit int) {
	lo := len(r.text)
	r.text = append(append(append(r.text, '^'), h.free()...), '.')
	if !h.sample {
		r.text = append(r.text, h.suffix...)
	}
	for i := lo; i+4 <= len(r.text) && i-lo < limit; i++ {
		if utf8.Valid(r.text[i : i+4]) {
			r.addSpan(k, i, i+4)
		}
	}
}
