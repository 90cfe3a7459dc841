package comment

import (
	"html"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"hamlet/internal/account"
)

// holdsAddress reports whether a word of a name is an e-mail address.
func holdsAddress(name string) bool {
	for _, word := range strings.FieldsFunc(legible(name), betweenWords) {
		if looksLikeEmail(strings.Trim(word, ".!?*_~`")) {
			return true
		}
	}
	return false
}

// betweenWords reports whether a character parts an address from what is around
// it, such as the colon of "mailto:".
func betweenWords(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("<>()[]{}|,;:/\\\"'", r) ||
		r >= 0x80 && (unicode.IsPunct(r) || unicode.IsSymbol(r))
}

func looksLikeEmail(s string) bool {
	if !strings.Contains(s, "@") {
		return false
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && !strings.ContainsAny(s, " <>\"")
}

// givesAway reports whether a text that is to be published holds the e-mail
// address that is not, as typed or as a browser would show or open it.
func givesAway(text, email string) bool {
	if email == "" {
		return false
	}
	return strings.Contains(legible(text), legible(email)) || strings.Contains(decoded(text), decoded(email))
}

// legible is a text as the eye compares it: in one case, without what is not seen
// and without the ways Unicode has to write the same letter.
func legible(s string) string {
	s = strings.Map(func(r rune) rune {
		if account.Hidden(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return account.Fold(s)
}

var percent = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// decoded is a legible text without the escapes of Markdown, HTML and URLs.
func decoded(s string) string {
	s = html.UnescapeString(strings.ReplaceAll(s, `\`, ""))
	s = percent.ReplaceAllStringFunc(s, func(code string) string {
		c, _ := url.PathUnescape(code) // it is well formed
		return c
	})
	return legible(s)
}
