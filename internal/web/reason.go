package web

import (
	"strconv"
	"strings"
	"unicode"

	"hamlet/internal/locale"
	"hamlet/internal/spam"
)

// reasonText is a reason of the filter in words. Its feature is "word:free",
// "shape:links=3-4" or the like; the text of the page is found by the same name,
// "reason.word", "reason.shape_links". A feature without a text, as of a model that
// is newer, is shown as it is.
func reasonText(say *locale.Printer, r spam.Reason) string {
	switch r.Feature {
	case spam.ReasonBias:
		return say.T("reason.bias")
	case spam.ReasonRest:
		return say.T("reason.rest")
	}
	kind, text, _ := strings.Cut(r.Feature, ":")
	if !strings.HasSuffix(kind, "shape") && kind != "memory" {
		return orFeature(r, say, reasonID(kind), "Text", text)
	}
	if mark, ok := strings.CutPrefix(text, "has "); ok {
		return orFeature(r, say, reasonID("has "+mark))
	}
	key, value, _ := strings.Cut(text, "=")
	if key == "together" {
		return together(say, r, value)
	}
	many, n := howMany(say, value)
	return orFeature(r, say, reasonID(kind+" "+key), n, "Many", many)
}

// orFeature is a text, or if there is none the name of the feature.
func orFeature(r spam.Reason, say *locale.Printer, id string, args ...any) string {
	if s := say.T(id, args...); s != id {
		return s
	}
	return r.Feature
}

// reasonID is the id of the text for a feature's name: what is neither letter nor
// digit is an underscore.
func reasonID(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return "reason." + strings.Join(words, "_")
}

// together says "a site, no links and 5 to 16 words" of "1,0,5-16".
func together(say *locale.Printer, r spam.Reason, value string) string {
	parts := strings.SplitN(value, ",", 3)
	if len(parts) < 3 {
		return r.Feature
	}
	site := "reason.together_site"
	if parts[0] == "0" {
		site = "reason.together_no_site"
	}
	links, l := howMany(say, parts[1])
	words, w := howMany(say, parts[2])
	return say.T("reason.together", "Site", say.T(site),
		"Links", say.T("reason.shape_links", l, "Many", links), "Words", say.T("reason.shape_words", w, "Many", words))
}

// howMany says "3 or more" of "3+", "no" of "0", "3 to 4" of "3-4", and what a
// value means that is no number; n is the number that the words around it go by.
func howMany(say *locale.Printer, value string) (words string, n int) {
	if id := "reason.value_" + value; say.T(id) != id {
		return say.T(id), 0
	}
	if low, more := strings.CutSuffix(value, "+"); more {
		n, _ = strconv.Atoi(low) // the extractor writes numbers
		return say.T("reason.more", "From", low), n + 1
	}
	if low, high, ok := strings.Cut(value, "-"); ok {
		n, _ = strconv.Atoi(high) // the same
		return say.T("reason.range", "From", low, "To", high), n
	}
	if n, _ = strconv.Atoi(value); n == 0 {
		return say.T("reason.none"), 0
	}
	return value, n
}
