package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// explainer prints explanations. What fails to be written is told by the writer
// when it is flushed.
type explainer struct {
	out    *bufio.Writer
	say    app.Words
	all    bool // every contribution, not the findings
	json   bool
	colour bool
}

func (p *explainer) line(form string, values ...any) { _, _ = fmt.Fprintf(p.out, form+"\n", values...) }

func (p *explainer) print(value any) error {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

// message explains a line of a file.
func (p *explainer) message(n int, r spam.Record, e spam.Explanation) {
	if p.json {
		_ = p.print(explained{r.ID, e}) // of our own numbers and texts
		return
	}
	name := fmt.Sprintf("line %d", n)
	if id := strings.Trim(string(r.ID), `"`); id != "null" {
		name += ", " + harmless(id)
	}
	p.verdict(name, e.Verdict)
	p.reasons(e)
	p.texts(r.Message, e)
	p.without("Otherwise", e)
	p.line("")
}

// comment explains a comment of the blog, and fails if its receipt does not sum to
// its verdict.
func (p *explainer) comment(cm comment.Comment, e comment.Explained) error {
	then := e.Then.Verdict
	sums := exact(cm.Verdict)
	var changes []string
	if e.Now != nil && e.Now.LogOdds != then.LogOdds {
		changes = since(cm.Verdict, e.Now.Verdict)
	}
	if p.json {
		return p.print(recounted{ID: cm.ID, Explanation: e.Then, Exact: sums, Now: e.Now, Since: changes})
	}
	p.verdict(fmt.Sprintf("comment %d", cm.ID), then)
	p.reasons(e.Then)
	p.texts(spam.Message{Author: cm.Author, AuthorURL: cm.URL, Body: cm.Body}, e.Then)
	switch {
	case len(cm.Verdict.Receipt) == 0:
		p.line("\nNo receipt was kept with this comment; these are the reasons that were named.")
	case sums:
		p.line("\nThe receipt recomputes: %d contributions sum to log-odds %+.6f, probability %.6f, exactly.",
			len(cm.Verdict.Receipt), then.LogOdds, then.Probability)
	}
	if e.Now != nil {
		p.today(*e.Now, changes)
	}
	if len(cm.Verdict.Receipt) > 0 && !sums {
		return fmt.Errorf("comment %d: its receipt sums to %+.6f, and its verdict is %+.6f", cm.ID, cm.Verdict.Receipt.LogOdds(), then.LogOdds)
	}
	return nil
}

// today says what the filter would say now.
func (p *explainer) today(now spam.Explanation, changes []string) {
	if len(changes) == 0 {
		p.line("Today the filter says the same.")
	} else {
		p.line("Today it would be %s: %s.", probability(now.Probability), reason.Would(p.say, now.Class))
		for _, c := range changes {
			p.line("  %s", c)
		}
	}
	p.without("Otherwise, today", now)
}

// verdict prints what the filter says.
func (p *explainer) verdict(name string, v spam.Verdict) {
	p.line("%s: %s, probability %s, log-odds %+.4f", name, v.Class, probability(v.Probability), v.LogOdds)
	p.line("model %s; waits from %s, spam from %s\n", v.Model, probability(v.Thresholds.Unsure), probability(v.Thresholds.Spam))
}

// probability writes a probability so that it is never certain.
func probability(p float64) string {
	if p >= 0.005 && p < 0.995 {
		return fmt.Sprintf("%.2f", p)
	}
	return fmt.Sprintf("%.4g", p)
}

// The table of reasons.
const (
	shownFindings = 20
	barCells      = 16
)

// reasons prints what the filter saw, and the sum.
func (p *explainer) reasons(e spam.Explanation) {
	shown, heaviest := e.Findings, math.SmallestNonzeroFloat64
	if len(shown) > shownFindings {
		rest := spam.Finding{Reason: spam.Reason{Feature: spam.ReasonRest}}
		for _, f := range shown[shownFindings:] {
			rest.Weight += f.Weight
			rest.Taught += f.Taught
			rest.Posts += f.Posts
		}
		shown = append(shown[:shownFindings:shownFindings], rest)
	}
	if p.all {
		shown = nil
		for _, r := range e.Receipt {
			shown = append(shown, spam.Finding{Reason: r})
		}
	}
	for _, f := range shown {
		heaviest = max(heaviest, math.Abs(f.Weight))
	}
	for _, f := range shown {
		words := reason.Finding(p.say, f)
		if parts := reason.Parts(p.say, f.Reason); parts != "" {
			words += " (" + parts + ")"
		}
		if p.all {
			words += "  " + f.Feature
		}
		cells, cell := int(math.Round(barCells*math.Abs(f.Weight)/heaviest)), "█"
		if f.Weight < 0 {
			cell = "░"
		}
		p.line("%+8.2f  %s%s  %s", f.Weight, strings.Repeat(cell, cells), strings.Repeat(" ", barCells-cells), harmless(words))
	}
	p.line("%+8.2f  %s  the sum of %d contributions\n", e.LogOdds, strings.Repeat(" ", barCells), len(e.Receipt))
}

// texts prints what was typed, with the weighty words marked.
func (p *explainer) texts(m spam.Message, e spam.Explanation) {
	for _, f := range []struct {
		name  string
		field spam.Field
		typed string
	}{{"author", spam.FieldAuthor, m.Author}, {"site", spam.FieldSite, m.AuthorURL}, {"text", spam.FieldBody, m.Body}} {
		if f.typed == "" {
			continue
		}
		var b strings.Builder
		for _, piece := range e.Pieces(f.field, f.typed) {
			b.WriteString(p.mark(piece))
		}
		p.line("%-7s %s", f.name, strings.ReplaceAll(b.String(), "\n", "\n        "))
	}
}

// mark is a piece of text, marked if it is weighty: in bold red with a plus or
// underlined in green with a minus on a terminal, in brackets elsewhere.
func (p *explainer) mark(piece spam.Piece) string {
	lines := strings.Split(piece.Text, "\n")
	for i, l := range lines {
		lines[i] = harmless(l)
	}
	text := strings.Join(lines, "\n")
	switch {
	case piece.Weight > 0 && p.colour:
		return "\x1b[1;31m+" + text + "\x1b[0m"
	case piece.Weight < 0 && p.colour:
		return "\x1b[4;32m-" + text + "\x1b[0m"
	case piece.Weight > 0:
		return "[+" + text + "+]"
	case piece.Weight < 0:
		return "[-" + text + "-]"
	default:
		return text
	}
}

// without prints what the verdict would be otherwise.
func (p *explainer) without(title string, e spam.Explanation) {
	if len(e.Without) == 0 {
		p.line("\n%s: nothing that could be left out would change much.", title)
		return
	}
	p.line("\n%s:", title)
	for _, w := range e.Without {
		p.line("  %s %s: %s", reason.Without(p.say, w), probability(w.Probability), reason.Would(p.say, w.Class))
	}
}
