package spam

import (
	"fmt"
	"strings"
)

// Words is the reason in words for a moderator. For which side it speaks, the
// sign of its weight says.
func (r Reason) Words() string {
	switch r.Feature {
	case ReasonBias:
		return "what is assumed of every comment"
	case ReasonRest:
		return "everything else together"
	}
	name, text, _ := strings.Cut(r.Feature, ":")
	for k, form := range sentences {
		if kindNames[k] == name {
			return fmt.Sprintf(form, kind(k).inWords(text))
		}
	}
	return r.Feature
}

// sentences are what is said of features by their kind.
var sentences = [kinds]string{
	kindWord:        "the word “%s”",
	kindWords:       "the words “%s”",
	kindChars:       "the characters “%s”",
	kindAuthor:      "“%s” in the author's name",
	kindAuthorShape: "the author's name %s",
	kindSiteHost:    "the author's site is on %s",
	kindSiteTLD:     "the author's site is under .%s",
	kindSiteWord:    "“%s” in the address of the author's site",
	kindSiteShape:   "the author %s",
	kindLinkHost:    "a link to %s",
	kindLinkTLD:     "a link to a site under .%s",
	kindLinkWord:    "“%s” in the address of a link",
	kindLinkChars:   "“%s” in the address of a link",
	kindShape:       "%s",
}

// inWords is what the text of a feature says; of a shape, what it means.
func (k kind) inWords(text string) string {
	if mark, ok := strings.CutPrefix(text, "has "); ok && k == kindShape {
		return "the text has " + mark
	}
	key, value, counted := strings.Cut(text, "=")
	if k == kindShape && key == "together" {
		return together(value)
	}
	form, ok := shapeWords[k.String()+":"+key]
	switch {
	case !ok:
		return text
	case !counted:
		return form
	}
	if said, ok := valueWords[value]; ok {
		value = said
	} else {
		value = rangeWords(value)
	}
	plural := "s"
	if value == "1" {
		plural = ""
	}
	return strings.ReplaceAll(fmt.Sprintf(form, value), "(s)", plural)
}

// together says "a site, no links and 5 to 16 words" of "1,0,5-16".
func together(value string) string {
	parts := strings.SplitN(value, ",", 3)
	if len(parts) < 3 {
		return value
	}
	site := "a site"
	if parts[0] == "0" {
		site = "no site"
	}
	links := rangeWords(parts[1]) + " links"
	if parts[1] == "1" {
		links = "1 link"
	}
	return site + ", " + links + " and " + rangeWords(parts[2]) + " words, taken together"
}

// shapeWords are what shapes mean, by their name without the value.
var shapeWords = map[string]string{
	"author.shape:words":                            "has %s word(s)",
	"author.shape:length":                           "is %s character(s) long",
	"author.shape:case":                             "is written in %s",
	"author.shape:digits":                           "has digits in it",
	"author.shape:address":                          "is an address on the web",
	"author.shape:host":                             "is the name of a host",
	"author.shape:noise":                            "has %s consonant(s) in a row",
	"author.shape:letters of two scripts in a word": "mixes letters of two scripts in a word",

	"site.shape:none":                  "names no site",
	"site.shape:some":                  "names a site",
	"site.shape:named like the author": "is named like the site",
	"site.shape:capitals in the host":  "writes the name of the site's host with capitals",
	"site.shape:depth":                 "names a page %s folder(s) deep in a site",
	"site.shape:query":                 "names a site by an address with a question mark",
	"site.shape:length":                "names a site whose host has %s letter(s)",
	"site.shape:hyphens":               "names a site whose host has %s hyphen(s)",
	"site.shape:digits":                "names a site whose host has digits in it",
	"site.shape:subdomain":             "names a site below another one",
	"site.shape:ends in a slash":       "names a folder of a site",

	"shape:length":               "the text is %s character(s) long",
	"shape:words":                "%s word(s)",
	"shape:links":                "%s link(s)",
	"shape:words of the post":    "%s word(s) of the post's address",
	"shape:names its author":     "the text names its author",
	"shape:hosts":                "links to %s different site(s)",
	"shape:share of links":       "links make up %s per cent of the text",
	"shape:links to front pages": "%s link(s) to the front page of a site",
	"shape:begins with a link":   "the text begins with a link",
	"shape:other hosts":          "%s site(s) named without a link",

	"shape:letters of two scripts in a word": "letters of two scripts in %s word(s)",
	"shape:invisible characters":             "%s invisible character(s)",
	"shape:mail address":                     "%s mail address or addresses",
	"shape:very long word":                   "%s very long word(s)",
	"shape:wide letters":                     "%s letter(s) in a fancy form",
	"shape:repeated characters":              "%s times the same character over and over",

	"shape:capitals":           "capitals make up %s per cent of the letters",
	"shape:begins small":       "the text begins with a small letter",
	"shape:exclamation marks":  "%s exclamation mark(s)",
	"shape:question marks":     "%s question mark(s)",
	"shape:digits":             "digits make up %s per cent of the text",
	"shape:ends with a stop":   "the text ends with a full stop, a question or an exclamation mark",
	"shape:ends with a letter": "the text ends without a full stop",
	"shape:ends with a digit":  "the text ends with a digit",
	"shape:ends with a mark":   "the text ends with a mark",
	"shape:one word, case":     "a single word in %s",
	"shape:one word, noise":    "a single word with %s consonant(s) in a row",

	"shape:lines":               "%s line break(s)",
	"shape:wrapped lines":       "%s line(s) broken in mid-sentence",
	"shape:spaces at line ends": "%s line(s) with a space at the end",
}

// valueWords are the values that are no numbers.
var valueWords = map[string]string{
	"none": "no letters", "lower": "small letters", "upper": "capitals", "title": "words with a capital each",
	"random": "small letters and capitals without order", "camel": "two joined words with a capital each",
	"inner": "words with a capital inside", "sentence": "small letters after a capital", "mixed": "small and capital words",
}

// rangeWords says "3 or more" of "3+", "no" of "0", "3 to 4" of "3-4".
func rangeWords(value string) string {
	if value == "0" {
		return "no"
	}
	if low, more := strings.CutSuffix(value, "+"); more {
		return low + " or more"
	}
	if low, high, ok := strings.Cut(value, "-"); ok && !strings.Contains(value, ",") {
		return low + " to " + high
	}
	return value
}
