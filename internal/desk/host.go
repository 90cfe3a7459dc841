package desk

import (
	"html"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxHosts is how many hosts of a comment can be looked for, those above a host counted;
// nobody means more than the first of a longer list.
const maxHosts = 60

// maxHost is how long the name of a host is, in bytes (RFC 1035, 2.3.4).
const maxHost = 253

// Hosts are the hosts that a comment leads to, of its author's site and of the links in
// its text, each with those above it that somebody could have registered: for
// a.shop.example also shop.example. Of a redirector's link it is also the host that it leads on
// to, as far as the link names it. They are as browsers look them up: in lower case, and
// names in other scripts as xn--….
func Hosts(site, body string) []string {
	var out []string
	add := func(link string) bool {
		for _, to := range []string{link, leadsOn(link)} {
			for host := hostIn(to); host != ""; host = above(host) {
				if !slices.Contains(out, host) {
					out = append(out, host)
				}
			}
		}
		return len(out) < maxHosts
	}
	add(site)
	// Markdown reads these two as what they stand for.
	body = strings.ReplaceAll(html.UnescapeString(body), `\`, "")
	for rest := body; ; {
		i := nextLink(rest)
		if i < 0 {
			return out
		}
		rest = rest[i:]
		end := strings.IndexFunc(rest, endsLink)
		if end < 0 {
			end = len(rest)
		}
		if !add(rest[:end]) {
			return out
		}
		rest = rest[end:]
	}
}

// nextLink is where the next link begins; -1 if there is none. A scheme that is misspelt
// so that it is no link ("hxxp") is one to a reader.
func nextLink(s string) int {
	i, www := strings.Index(s, "//"), indexWWW(s)
	switch {
	case i < 0, www >= 0 && www < i:
		return www
	default:
		return i
	}
}

func indexWWW(s string) int {
	for i := 0; i+4 <= len(s); i++ {
		if (s[i] == 'w' || s[i] == 'W') && strings.EqualFold(s[i:i+4], "www.") {
			return i
		}
	}
	return -1
}

// endsLink tells the characters that are never part of one.
func endsLink(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>\"'()[]{}|^`", r) }

// leadsOn is the first address in the query of a link, to which redirectors lead on; empty if
// there is none.
func leadsOn(link string) string {
	_, query, _ := strings.Cut(link, "?")
	for part := range strings.SplitSeq(query, "&") {
		_, value, _ := strings.Cut(part, "=")
		if to, err := url.QueryUnescape(value); err == nil && strings.Contains(to, "://") && hostIn(to) != "" {
			return to
		}
	}
	return ""
}

// hostIn is the host of a link; empty if it has none with a dot, or a number.
func hostIn(link string) string {
	if _, after, found := strings.Cut(link, "//"); found {
		link = after
	}
	if i := strings.IndexAny(link, "/?#"); i >= 0 {
		link = link[:i]
	}
	if i := strings.LastIndexByte(link, '@'); i >= 0 {
		link = link[i+1:]
	}
	return Host(link)
}

// Host is what somebody means who types a domain, in the form of [Hosts]; empty if it is
// none.
func Host(text string) string {
	if strings.Contains(text, "//") {
		return hostIn(text)
	}
	if i := strings.IndexAny(text, "/?#"); i >= 0 {
		text = text[:i]
	}
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	if i := strings.IndexByte(text, ':'); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimPrefix(strings.Trim(text, ".,;!*"), ".")
	if len(text) > maxHost || !strings.ContainsFunc(text, isDot) {
		return ""
	}
	host, err := idna.Lookup.ToASCII(text)
	if err != nil || strings.Contains(host, "..") || strings.Trim(host, "0123456789.") == "" && !addrOf(host).IsValid() {
		return ""
	}
	return strings.ToLower(host)
}

func addrOf(host string) netip.Addr {
	a, _ := netip.ParseAddr(host)
	return a
}

// isDot tells what separates labels, in any script (UTS 46, 4).
func isDot(r rune) bool { return r == '.' || r == '。' || r == '．' || r == '｡' }

// above is the domain that a host is below, if it has two labels; an address on the
// network is below none.
func above(host string) string {
	_, rest, _ := strings.Cut(host, ".")
	if !strings.Contains(rest, ".") || addrOf(host).IsValid() {
		return ""
	}
	return rest
}
