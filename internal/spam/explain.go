package spam

import (
	"cmp"
	"slices"
	"strings"
)

// Explanation is a verdict told for people: what it is the sum of, where in the
// message that stands, and what would have been otherwise.
type Explanation struct {
	Verdict
	// Findings are the contributions of the receipt, those told together that come
	// from the same words, the heaviest first; they sum to LogOdds exactly.
	Findings []Finding `json:"findings"`
	// Marks are the weighty parts of the message, field by field in order.
	Marks []Mark `json:"marks"`
	// Without are changes to the message, or to what the filter was taught, that would
	// change the verdict; empty if they were not asked for.
	Without []Without `json:"without"`
}

// Finding is one thing the filter saw. Its Feature is the name of the contribution
// that says it best, such as "link.host:example.com" for all that the filter makes of
// a link; Weight, Taught and Posts are the sums of its parts.
type Finding struct {
	Reason
	// Times is how often it stands in the message; 0 if it has no place there.
	Times int `json:"times,omitempty"`
	// New marks a link to where no comment led that this blog published. A filter does
	// not know that of itself; who knows it sets it with [Explanation.NewLinks].
	New bool `json:"new,omitempty"`
	// Parts are the contributions, heaviest first.
	Parts []Reason `json:"parts"`
	// Spans are where it stands.
	Spans []Span `json:"spans,omitempty"`
}

// Explain judges a message and tells why: [Tell] of the receipt, and what the filter
// would have said of the message without its links, its site, its name and so on, each
// time by judging again.
func Explain(f *Filter, m Message) Explanation {
	e := Tell(m, f.Receipt(m))
	e.Without = without(f, m, e.Verdict)
	return e
}

// Tell explains a verdict that was given earlier, by its receipt, or by its reasons if
// it has none; it tells no counterfactuals. Contributions that the message does not
// have, as when another version of the filter found them, have no place in it, and are
// told all the same.
func Tell(m Message, v Verdict) Explanation { return Read(m).Tell(v) }

// Tell is [Tell] of a message that was read.
func (x *Reading) Tell(v Verdict) Explanation {
	if len(v.Receipt) == 0 {
		v.Receipt = v.Reasons
	}
	return tell(x.Message, v, x.locate(named(v.Receipt)))
}

// named are the features that contributions are about.
func named(r Receipt) map[uint32]bool {
	out := make(map[uint32]bool, len(r))
	for _, x := range r {
		out[hashOf(x.Feature)] = true
	}
	return out
}

func tell(m Message, v Verdict, p *places) Explanation {
	e := Explanation{Verdict: v, Findings: findings(v.Receipt, p)}
	for _, field := range []Field{FieldAuthor, FieldSite, FieldBody} {
		e.Marks = append(e.Marks, marksOf(v.Receipt, p, field, field.of(m))...)
	}
	return e
}

// NewLinks marks the findings about links as new if that is what a memory says. A memory
// tells of one host only, so nothing is marked where links lead to several.
func (e *Explanation) NewLinks(m Memory) {
	at := -1
	for i, f := range e.Findings {
		if !strings.HasPrefix(f.Feature, kindLinkHost.String()+":") {
			continue
		}
		if at >= 0 {
			return
		}
		at = i
	}
	if at >= 0 && m.Link == (Past{}) {
		e.Findings[at].New = true
	}
}

// of is the field of a message, as it was typed.
func (f Field) of(m Message) string {
	switch f {
	case FieldAuthor:
		return m.Author
	case FieldSite:
		return m.AuthorURL
	default:
		return m.Body
	}
}

// findings tells contributions together that come from the same words.
func findings(r Receipt, p *places) []Finding {
	names := titles(r, p)
	at := map[string]int{}
	var out []Finding
	for _, x := range r { // heaviest first, and so are the parts
		title := x.Feature
		if t, ok := names[x.Feature]; ok {
			title = t
		}
		i, ok := at[title]
		if !ok {
			i = len(out)
			at[title] = i
			spans := p.of(title)
			out = append(out, Finding{Reason: Reason{Feature: title}, Times: len(spans), Spans: spans})
		}
		f := &out[i]
		f.Weight += x.Weight
		f.Taught += x.Taught
		f.Posts += x.Posts
		f.Parts = append(f.Parts, x)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return heavier(a.Reason, b.Reason) })
	return out
}

// titles says under which name contributions are told that are not told under their
// own: all that was made of a link under its host, all of the author's site under the
// site's, how marks are set, and how lines
// follow each other, under the heaviest of each, words under the heaviest pair that
// they stand in, if both speak for the same, and what else was made of a word, its
// beginning say, with the word.
func titles(r Receipt, p *places) map[string]string {
	out := map[string]string{}
	var pairs []Reason
	marks, lines := "", ""
	for _, x := range r {
		kind, text, _ := strings.Cut(x.Feature, ":")
		switch {
		case kind == kindWords.String():
			pairs = append(pairs, x)
		case strings.HasPrefix(kind, "link."):
			if host := p.host(p.of(x.Feature)); host != "" {
				out[x.Feature] = host
			}
		case strings.HasPrefix(kind, "site.") && p.site != "" && text != "none":
			out[x.Feature] = p.site
		case kind == kindMarks.String():
			marks = cmp.Or(marks, x.Feature)
			out[x.Feature] = marks
		case kind == kindLines.String():
			lines = cmp.Or(lines, x.Feature)
			out[x.Feature] = lines
		}
	}
	phrases(r, pairs, out)
	p.wordParts(r, out)
	return out
}

// wordParts puts to a word what else was made of it: its beginning, that an
// author with a site used it.
func (p *places) wordParts(r Receipt, out map[string]string) {
	words := map[int]string{} // by where they begin in the body
	for _, x := range r {
		if strings.HasPrefix(x.Feature, kindWord.String()+":") {
			for _, s := range p.of(x.Feature) {
				words[s.From] = x.Feature
			}
		}
	}
	for _, x := range r {
		kind, _, _ := strings.Cut(x.Feature, ":")
		if out[x.Feature] != "" || kind != kindStem.String() && kind != kindSited.String() {
			continue
		}
		word := p.wordOf(x.Feature, words)
		if pair, ok := out[word]; ok {
			word = pair
		}
		if word != "" {
			out[x.Feature] = word
		}
	}
}

// wordOf is the one word that all the places of a feature begin with; empty if there
// are several, or none.
func (p *places) wordOf(feature string, words map[int]string) (word string) {
	for i, s := range p.of(feature) {
		if i > 0 && words[s.From] != word {
			return ""
		}
		word = words[s.From]
	}
	return word
}

// phrases puts words to the pair they stand in, the heaviest pairs first; a word is told
// once, and a pair not at all that is part of none.
func phrases(r Receipt, pairs []Reason, out map[string]string) {
	weights := map[string]float64{}
	for _, x := range r {
		if word, ok := strings.CutPrefix(x.Feature, kindWord.String()+":"); ok {
			weights[word] = x.Weight
		}
	}
	slices.SortStableFunc(pairs, heavier)
	for _, pair := range pairs {
		_, text, _ := strings.Cut(pair.Feature, ":")
		first, second, _ := strings.Cut(text, " ")
		for _, word := range []string{first, second} {
			name := kindWord.String() + ":" + word
			if _, told := out[name]; !told && weights[word]*pair.Weight > 0 {
				out[name] = pair.Feature
			}
		}
	}
}

// host is that of the first link that one of the places is in; empty if there is none.
func (p *places) host(spans []Span) string {
	for _, s := range spans {
		i, ok := slices.BinarySearchFunc(p.links, s, func(link, s Span) int { return cmp.Compare(link.From, s.From) })
		if !ok {
			i--
		}
		if i >= 0 && s.From < p.links[i].To && p.hosts[i] != "" {
			return p.hosts[i]
		}
	}
	return ""
}
