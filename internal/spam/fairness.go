package spam

import (
	"regexp"
	"slices"
	"strings"
)

// The names of the slices of [Report.Fairness]: kinds of honest comments that
// filters are hard on.
const (
	// SliceShort is comments of fewer than ten words. Where words have no spaces
	// between them, two characters count as a word.
	SliceShort = "short"
	// SliceFirst is the first comment of a name on a blog, by date, among the
	// comments there are: an earlier one may be missing. Comments without a name are
	// not among them.
	SliceFirst = "first_of_author"
	// SliceOneLink is comments with one address in the text, however often.
	SliceOneLink = "one_link"
	// SliceCode is comments with code in them: between backticks, in <code> or
	// <pre>, or two lines that begin with four spaces or a tab.
	SliceCode = "code"
	// SliceForeign is comments in English on blogs where most of the ham is in another
	// language, which stand for those who do not write in their own. It can only be
	// told where the examples have languages.
	SliceForeign = "english_elsewhere"
)

// FairnessSlices is their names, in the order of a report.
var FairnessSlices = []string{SliceShort, SliceFirst, SliceOneLink, SliceCode, SliceForeign}

func (s slicer) fairness(examples []Example) []Slice {
	first, main := firstComments(examples), mainLanguages(examples)
	members := map[string][]int{}
	for i, e := range examples {
		note := func(name string, in bool) {
			if in {
				members[name] = append(members[name], i)
			}
		}
		note(SliceShort, wordsIn(e.Message.Body) < 10)
		note(SliceFirst, first[i])
		note(SliceOneLink, linksIn(e.Message.Body) == 1)
		note(SliceCode, codeText.MatchString(e.Message.Body))
		note(SliceForeign, e.Lang == english && main[e.Source] != english && main[e.Source] != "")
	}
	out := make([]Slice, 0, len(FairnessSlices))
	for _, name := range FairnessSlices {
		out = append(out, s.slice(name, members[name]))
	}
	return out
}

// How examples name English, and a language that nobody could tell.
const (
	english      = "en"
	undetermined = "und"
)

// mainLanguages is the language of most of the ham of each source, as far as it is
// known; "und", undetermined, and guesses with a question mark are not.
func mainLanguages(examples []Example) map[string]string {
	counts := map[[2]string]int{}
	main := map[string]string{}
	for _, e := range examples {
		if e.Spam || e.Lang == "" || e.Lang == undetermined || strings.HasSuffix(e.Lang, "?") {
			continue
		}
		key := [2]string{e.Source, e.Lang}
		counts[key]++
		if counts[key] > counts[[2]string{e.Source, main[e.Source]}] {
			main[e.Source] = e.Lang
		}
	}
	return main
}

// firstComments is the indices of the comments that are the first of a name.
func firstComments(examples []Example) map[int]bool {
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return earlier(examples[a], examples[b]) })
	first, known := map[int]bool{}, map[[2]string]bool{}
	for _, i := range order {
		author := strings.ToLower(strings.Join(strings.Fields(examples[i].Message.Author), " "))
		key := [2]string{examples[i].Source, author}
		if author != "" && !known[key] {
			known[key], first[i] = true, true
		}
	}
	return first
}

var (
	linkText = regexp.MustCompile(`(?i)(?:https?://|\bwww\.)[^\s<>"'\[\](){}|^` + "`" + `]+`)
	codeText = regexp.MustCompile("(?is)```|`[^`\n]+`|<(?:code|pre)[ >]|(?:^|\n)(?:    |\t)[^\n]*\\S[^\n]*\n(?:    |\t)[^\n]*\\S")
)

// linksIn counts the addresses in a text that differ.
func linksIn(body string) int {
	seen := map[string]bool{}
	for _, a := range linkText.FindAllString(body, -1) {
		seen[strings.ToLower(strings.TrimRight(a, ".,;:!?/"))] = true
	}
	return len(seen)
}
