package spam

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// linkAt is the length of the link at the beginning of folded text, 0 if there
// is none.
func linkAt(text []byte) int {
	var lead int
	switch {
	case bytes.HasPrefix(text, []byte("http://")):
		lead = 7
	case bytes.HasPrefix(text, []byte("https://")):
		lead = 8
	case bytes.HasPrefix(text, []byte("www.")):
		lead = 4
	default:
		return 0
	}
	n := lead
	for n < len(text) && text[n] > ' ' && !strings.ContainsRune("<>\"'[](){}|\\^`", rune(text[n])) {
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

// domainAt reports whether the word text[i:i+n] goes on as the name of a host
// under a known top-level domain.
func domainAt(text []byte, i, n int) bool {
	end := i + n
	if end+2 >= len(text) || text[end] != '.' || !isLetter(rune(text[end+1])) || i > 0 && strings.IndexByte("./@-", text[i-1]) >= 0 {
		return false
	}
	for end < len(text) && end-i < 80 && (text[end] == '.' || text[end] == '-' || isLetter(rune(text[end]))) {
		end++
	}
	host := strings.TrimRight(string(text[i:end]), ".-")
	suffix, icann := publicsuffix.PublicSuffix(host)
	return icann && len(suffix) < len(host)
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

// domain is the part of a host that somebody registered, and the suffix it was
// registered under.
func domain(host string) (registered, suffix string) {
	suffix, _ = publicsuffix.PublicSuffix(host)
	registered, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host, suffix
	}
	return registered, suffix
}

// link notes a link of the body.
func (r *reader) link(text []byte) {
	s := &r.stats
	s.links++
	s.linkBytes += len(text)
	s.words++
	if s.links > maxLinks {
		return
	}
	host, rest := split(string(text))
	registered, suffix := domain(host)
	r.add(kindLinkHost, registered)
	if !s.host(registered) {
		s.hosts = append(s.hosts, registered)
		r.add(kindLinkTLD, suffix)
	}
	r.parts(kindLinkWord, strings.TrimSuffix(host, suffix), 6)
	r.parts(kindLinkWord, rest, 10)
	r.pieces(kindLinkChars, host, 40)
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

// pieces notes every four bytes, as far as they are whole characters, of the name of a host, at most limit times: most
// hosts that spam links to are new ones with old words in them.
func (r *reader) pieces(k kind, host string, limit int) {
	lo := len(r.text)
	r.text = append(append(r.text, '^'), host...)
	for i := lo; i+4 <= len(r.text) && i-lo < limit; i++ {
		if utf8.Valid(r.text[i : i+4]) {
			r.addSpan(k, i, i+4)
		}
	}
}
