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
			return fmt.Sprintf(form, inWords(text))
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
	kindAuthorShape: "the author's name: %s",
	kindSiteHost:    "the author's site is on %s",
	kindSiteTLD:     "the author's site is under .%s",
	kindSiteWord:    "“%s” in the address of the author's site",
	kindSiteShape:   "the author's site: %s",
	kindLinkHost:    "a link to %s",
	kindLinkTLD:     "a link to a site under .%s",
	kindLinkWord:    "“%s” in the address of a link",
	kindShape:       "the text: %s",
}

// inWords says a shape: "3 or more links" of "links=3+".
func inWords(text string) string {
	key, value, counted := strings.Cut(text, "=")
	if !counted {
		return text
	}
	if low, more := strings.CutSuffix(value, "+"); more {
		value = low + " or more"
	}
	if value == "0" {
		value = "no"
	}
	return value + " " + key
}
