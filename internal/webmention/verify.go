package webmention

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// addressed are the attributes of HTML that are addresses.
var addressed = []string{"href", "src", "cite", "data", "poster", "value"}

// linksTo reports whether a document of HTML has the target in an attribute.
func linksTo(text string, at, target *url.URL) bool {
	want := spelled(target)
	base, based := at, false
	for name, attr := range elements(text) {
		if href, ok := attr["href"]; ok && name == "base" && !based {
			based = true
			if u, err := at.Parse(trimmed(href)); err == nil {
				base = u
			}
			continue
		}
		for _, key := range addressed {
			if ref, ok := attr[key]; ok && (key != "value" || name == "data") && isAddress(base, ref, want) {
				return true
			}
		}
	}
	return false
}

// isAddress reports whether a reference leads to an address.
func isAddress(base *url.URL, ref, want string) bool {
	u, err := base.Parse(trimmed(ref))
	return err == nil && spelled(u) == want
}

// links are the addresses of other sites that a document links to, in its order, each
// once, at most MaxTargets.
func links(text string, at *url.URL) []string {
	var out []string
	seen := map[string]bool{}
	for name, attr := range elements(text) {
		ref, ok := attr["href"]
		if !ok || name != "a" || len(out) == MaxTargets {
			continue
		}
		u, err := at.Parse(trimmed(ref))
		if err != nil || checkURL(u) != nil || strings.EqualFold(u.Host, at.Host) || len(u.String()) > MaxURL || seen[u.String()] {
			continue
		}
		seen[u.String()] = true
		out = append(out, u.String())
	}
	return out
}

// entryOfText verifies a plain text; what it says is the line with the link.
func entryOfText(text string, target *url.URL) (Entry, error) {
	want := target.String()
	for line := range strings.Lines(text) {
		if hasAddress(line, want) {
			return Entry{Text: excerpt(line)}, nil
		}
	}
	return Entry{}, ErrNoLink
}

// hasAddress reports whether a text has an address that ends where it ends there.
func hasAddress(text, want string) bool {
	for {
		i := strings.Index(text, want)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		text = text[i+len(want):]
		if (i == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before)) && endsHere(text) {
			return true
		}
	}
}

// endsHere reports whether an address is over where rest begins: at a space, a mark that
// is in no address, or a point or comma at the end of a word.
func endsHere(rest string) bool {
	rest = strings.TrimLeft(rest, ".,;:!?")
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || unicode.IsSpace(r) || strings.ContainsRune("\"'<>()[]{}|\\^`*_", r)
}

// entryOfJSON verifies a document of JSON.
func entryOfJSON(body []byte, target *url.URL) (Entry, error) {
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		return Entry{}, fmt.Errorf("%w: it is no JSON", ErrKind)
	}
	if !holds(doc, spelled(target)) {
		return Entry{}, ErrNoLink
	}
	var e Entry
	if top, ok := doc.(map[string]any); ok {
		e.Title = excerpt(first(top, "name", "title"))
		e.Text = excerpt(first(top, "content_text", "summary", "text", "content"))
		if author, ok := top["author"].(map[string]any); ok {
			e.Author = name(first(author, "name"))
		}
	}
	return e, nil
}

// holds reports whether a text of a document of JSON is the address.
func holds(v any, want string) bool {
	switch v := v.(type) {
	case string:
		u, err := url.Parse(v)
		return err == nil && u.Host != "" && spelled(u) == want
	case []any:
		for _, one := range v {
			if holds(one, want) {
				return true
			}
		}
	case map[string]any:
		for _, one := range v {
			if holds(one, want) {
				return true
			}
		}
	}
	return false
}

// first is the first of the properties that is a text.
func first(of map[string]any, names ...string) string {
	for _, n := range names {
		if s, ok := of[n].(string); ok && s != "" {
			return s
		}
	}
	return ""
}
