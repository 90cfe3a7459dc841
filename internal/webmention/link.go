package webmention

import (
	"net/http"
	"strings"
)

// linked is the address that the first Link header with the relation names (RFC 8288);
// ok is false if there is none. The address may be relative, and empty.
func linked(h http.Header, relation string) (address string, ok bool) {
	for _, line := range h.Values("Link") {
		for line != "" {
			var l link
			if l, line = nextLink(line); l.has(relation) {
				return l.address, true
			}
		}
	}
	return "", false
}

// link is one link of a Link header.
type link struct {
	address    string
	rel        string
	elsewhere, // it is a link of another page (anchor)
	whole bool // it has an address
}

func (l link) has(relation string) bool {
	return l.whole && !l.elsewhere && hasWord(l.rel, relation)
}

// hasWord reports whether a list of words separated by white space has a word, in any
// case.
func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// nextLink reads a link off the beginning of a header's value. What is no link is
// passed over to the next comma.
func nextLink(s string) (l link, rest string) {
	s = strings.TrimLeft(s, " \t,")
	if after, ok := strings.CutPrefix(s, "<"); ok {
		if address, more, ok := strings.Cut(after, ">"); ok {
			l.address, l.whole, s = strings.TrimSpace(address), true, more
		}
	}
	seen := false // the first rel counts, and no other
	for {
		end := strings.IndexAny(s, ";,\"")
		if end < 0 {
			return l, ""
		}
		if s[end] == ',' {
			return l, s[end+1:]
		}
		if s[end] == '"' { // of nothing that was begun
			_, s = quoted(s[end:])
			continue
		}
		var name, value string
		name, value, s = parameter(s[end+1:])
		switch {
		case strings.EqualFold(name, "rel") && !seen:
			l.rel, seen = value, true
		case strings.EqualFold(name, "anchor"):
			l.elsewhere = true
		}
	}
}

// parameter reads "name=value" or "name", the value quoted or not; rest begins with what
// ends it.
func parameter(s string) (name, value, rest string) {
	end := strings.IndexAny(s, "=;,")
	if end < 0 {
		return strings.TrimSpace(s), "", ""
	}
	name = strings.TrimSpace(s[:end])
	if s[end] != '=' {
		return name, "", s[end:]
	}
	s = strings.TrimLeft(s[end+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest = quoted(s)
		return name, value, rest
	}
	if end = strings.IndexAny(s, ";,"); end < 0 {
		end = len(s)
	}
	return name, strings.TrimSpace(s[:end]), s[end:]
}

// quoted reads a quoted string, which s begins with; one without an end goes to the end.
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:]
		case '\\':
			if i++; i == len(s) {
				return b.String(), ""
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
