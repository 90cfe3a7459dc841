// Package reason says in words what the filter found: the contributions of a receipt,
// what is told together of them, and what would have been otherwise. The words are
// texts of the catalogue (see package locale), so that a moderator's page and a
// command on the shell say the same, in any language there is.
//
//	reason.Text(say, "shape:links=3-4")   // "3 to 4 links"
//	reason.Finding(say, finding)          // "2 links to example.com"
//	reason.Without(say, w)                // "without the 2 links"
//	reason.Would(say, w.Class)            // "would be published"
//
// The text of a feature is found by its name, "reason.word" for "word:free" and
// "reason.shape_links" for "shape:links=3-4". A feature without a text, as of a model
// that is newer, is shown as it is.
package reason

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"hamlet/internal/locale"
	"hamlet/internal/spam"
)

// Text is a contribution in words, by the name of its feature.
func Text(say *locale.Printer, feature string) string {
	switch feature {
	case spam.ReasonBias:
		return say.T("reason.bias")
	case spam.ReasonRest:
		return say.T("reason.rest")
	case spam.ReasonTaught:
		return say.T("reason.taught")
	}
	kind, text, _ := strings.Cut(feature, ":")
	if kind == "author.site" {
		return nameAndSite(say, feature, text)
	}
	if kind == "lines" {
		return lines(say, feature, text)
	}
	if kind == "form" || kind == "opinion" {
		return orFeature(feature, say, id(kind+" "+text))
	}
	if !strings.HasSuffix(kind, "shape") && kind != "memory" {
		return orFeature(feature, say, id(kind), 1, "Text", text, "Many", "1")
	}
	if mark, ok := strings.CutPrefix(text, "has "); ok {
		return orFeature(feature, say, id("has "+mark))
	}
	key, value, _ := strings.Cut(text, "=")
	switch key {
	case "together":
		return together(say, feature, value)
	case "file":
		return orFeature(feature, say, id(kind+" file"), 1, "Text", value)
	}
	many, n := howMany(say, value)
	return orFeature(feature, say, id(kind+" "+key), n, "Many", many)
}

// Finding is one thing the filter saw, in words.
func Finding(say *locale.Printer, f spam.Finding) string {
	kind, text, _ := strings.Cut(f.Feature, ":")
	words := Text(say, f.Feature)
	if kind == "link.host" && f.Times > 1 {
		words = say.T("reason.link_host", f.Times, "Text", text, "Many", say.Number(f.Times))
	}
	if f.New {
		return say.T("reason.link_new", "Link", words)
	}
	return words
}

// Parts says how much of a weight was taught and how much comes from the blog's own
// posts; empty if nothing.
func Parts(say *locale.Printer, r spam.Reason) string {
	var parts []string
	if r.Taught != 0 {
		parts = append(parts, say.T("reason.part_taught", "Weight", Weight(say, r.Taught)))
	}
	if r.Posts != 0 {
		parts = append(parts, say.T("reason.part_posts", "Weight", Weight(say, r.Posts)))
	}
	return strings.Join(parts, "; ")
}

// Weight writes a weight with its sign; the minus is a real one.
func Weight(say *locale.Printer, w float64) string {
	return strings.Replace(say.Decimal(fmt.Sprintf("%+.2f", w)), "-", "\u2212", 1)
}

// withoutTexts say what a verdict is without.
var withoutTexts = map[spam.Change]string{
	spam.NoLinks: "reason.without_links", spam.NoSite: "reason.without_site", spam.NoName: "reason.without_name",
	spam.FirstSentence: "reason.without_first_sentence", spam.NoTaught: "reason.without_taught",
	spam.NoPosts: "reason.without_posts", spam.NoMemory: "reason.without_memory",
	spam.NoForm: "reason.without_form",
}

// Without says what a verdict is without: "without the link".
func Without(say *locale.Printer, w spam.Without) string {
	return say.T(withoutTexts[w.Change], w.Count)
}

// wouldTexts say what would become of a comment.
var wouldTexts = map[spam.Class]string{
	spam.Ham: "reason.would_ham", spam.Unsure: "reason.would_unsure", spam.Spam: "reason.would_spam",
}

// Would says what would become of a comment of a class: "would be published".
func Would(say *locale.Printer, c spam.Class) string { return say.T(wouldTexts[c]) }

// Percent is a probability in words that never claim to be certain.
func Percent(say *locale.Printer, p float64) string {
	switch {
	case p < 0.01:
		return say.T("card.percent_under")
	case p > 0.99:
		return say.T("card.percent_over")
	}
	return say.T("card.percent", "Percent", fmt.Sprintf("%.0f", p*100))
}

// orFeature is a text, or if there is none the name of the feature.
func orFeature(feature string, say *locale.Printer, id string, args ...any) string {
	if s := say.T(id, args...); s != id {
		return s
	}
	return feature
}

// id is the id of the text for a feature's name: what is neither letter nor digit
// is an underscore.
func id(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return "reason." + strings.Join(words, "_")
}

// together says "a site, no links and 5 to 16 words" of "1,0,5-16".
func together(say *locale.Printer, feature, value string) string {
	parts := strings.SplitN(value, ",", 3)
	if len(parts) < 3 {
		return feature
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

// nameAndSite says "a name of 2 words and a site" of "title/2/site"; the words are
// said to be in capitals, small and so on.
func nameAndSite(say *locale.Printer, feature, value string) string {
	parts := strings.Split(value, "/")
	if len(parts) != 3 {
		return feature
	}
	site := "reason.together_site"
	if parts[2] == "none" {
		site = "reason.together_no_site"
	}
	style, _ := howMany(say, parts[0])
	words, n := howMany(say, parts[1])
	return say.T("reason.author_site", "Style", style,
		"Words", say.T("reason.shape_words", n, "Many", words), "Site", say.T(site))
}

// lines says "a short line, then a link" of "short/link".
func lines(say *locale.Printer, feature, value string) string {
	first, second, _ := strings.Cut(value, "/")
	one, then := "reason.line_"+first, "reason.line_"+second
	switch a, b := say.T(one), say.T(then); {
	case first == "edge" && b != then:
		return say.T("reason.lines_begin", "Line", b)
	case second == "edge" && a != one:
		return say.T("reason.lines_end", "Line", a)
	case a != one && b != then:
		return say.T("reason.lines", "First", a, "Then", b)
	}
	return feature
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
