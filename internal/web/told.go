package web

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// told is why the filter judged a comment as it did, in words.
type told struct {
	*locale.Printer
	ID       comment.ID
	Fields   []markedField
	Findings []finding
	// Verdict is what is behind the words: the probability and the thresholds.
	Verdict string
	Model   string
	// Today is what the filter would say now; empty if that is the same.
	Today   string
	Without []string
	// Whole is set on the page of the one comment: everything is shown there, with
	// the receipt.
	Whole   bool
	Receipt []finding
	// Rest is set when the comment is of a time when no receipts were kept.
	Rest bool
	said []piece // the text
}

// markedField is a field of a comment as it was typed, its weighty words marked.
type markedField struct {
	Name   string
	Pieces []piece
}

// piece is a part of a field; it is marked if it speaks for either side.
type piece struct {
	Text      string
	Spam, Ham bool
}

// class is that of its mark; empty for none.
func (p piece) class() string {
	switch {
	case p.Spam:
		return "for-spam"
	case p.Ham:
		return "for-ham"
	}
	return ""
}

// finding is one thing the filter saw in words, with a bar that is at most
// barLength long.
type finding struct {
	Words  string
	Parts  string // "of it +0.80 from your decisions"
	Name   string // of the feature, where it is shown
	Weight string // "+1.24"
	Spam   bool   // speaks for spam
	Bar    float64
}

const barLength = 60

// commentPage is a comment with everything that is known of its verdict.
type commentPage struct {
	adminFrame
	Heading string
	Card    card
	Recheck *recheck
	Sweeps  []sweepLink
}

// look shows one comment to a moderator.
func (s *Server) look(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	cm, err := s.Comments.Look(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	say := s.printer()
	p := commentPage{Heading: say.T("told.title", "ID", id)}
	if p.Card, err = s.wholeCard(c, cm, queueURL(cm.Status, 0), comment.InFull); err != nil {
		return err
	}
	if why := p.Card.Told; why != nil {
		why.Whole = true
		why.Rest = len(cm.Verdict.Receipt) == 0
		why.Receipt = receipt(say, cm.Verdict)
	}
	p.Sweeps = s.sweeps(c, cm)
	if p.Recheck, err = s.recheck(c, cm); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "told.title"); err != nil {
		return err
	}
	p.Title = p.Heading
	return s.render(c, http.StatusOK, "admin_comment", p)
}

// explained says why the filter judged comments as it did, of those that it judged.
func (s *Server) explained(c echo.Context, cs []comment.Comment, depth comment.Depth) (map[comment.ID]comment.Explained, error) {
	judged := slices.DeleteFunc(slices.Clone(cs), func(cm comment.Comment) bool { return cm.Verdict.Model == "" })
	all, err := s.Comments.Explain(c.Request().Context(), actor(c), judged, depth)
	out := make(map[comment.ID]comment.Explained, len(all))
	for i, e := range all {
		out[judged[i].ID] = e
	}
	return out, err
}

// toldOf puts in words why the filter judged a comment as it did; nil if it did not.
func toldOf(say *locale.Printer, cm comment.Comment, e comment.Explained) *told {
	if cm.Verdict.Model == "" {
		return nil
	}
	t := &told{
		Printer: say, ID: cm.ID, Model: cm.Verdict.Model, Findings: findings(say, e.Then.Findings),
		Fields: marked(say, cm, e.Then), Verdict: verdict(say, cm.Verdict),
	}
	t.said = pieces(e.Then, spam.FieldBody, cm.Body)
	if now := e.Now; now != nil {
		if differs(now.Verdict, cm.Verdict) {
			t.Today = say.T("told.today", "Percent", reason.Percent(say, now.Probability), "Would", reason.Would(say, now.Class))
		}
		for _, w := range now.Without {
			t.Without = append(t.Without, say.T("told.without",
				"Without", reason.Without(say, w), "Percent", reason.Percent(say, w.Probability), "Would", reason.Would(say, w.Class)))
		}
	}
	return t
}

// noticeable is how far two probabilities must be apart for a word about it.
const noticeable = 0.01

// differs reports whether two verdicts are worth telling apart.
func differs(a, b spam.Verdict) bool {
	return a.Class != b.Class || math.Abs(a.Probability-b.Probability) >= noticeable
}

// verdict says how a probability and the thresholds go together. Verdicts of
// earlier versions do not tell their thresholds.
func verdict(say *locale.Printer, v spam.Verdict) string {
	if v.Thresholds == (spam.Thresholds{}) {
		return say.T("told.probability", "Percent", reason.Percent(say, v.Probability))
	}
	return say.T("told.verdict", "Percent", reason.Percent(say, v.Probability),
		"Unsure", threshold(say, v.Thresholds.Unsure), "Spam", threshold(say, v.Thresholds.Spam))
}

// threshold is a threshold, which may lie close to 100 %.
func threshold(say *locale.Printer, p float64) string {
	return say.T("card.percent", "Percent", say.Decimal(strconv.FormatFloat(p*100, 'f', 1, 64)))
}

// fieldTexts name the fields that are shown marked; the body comes last.
var fieldTexts = []struct {
	field spam.Field
	name  string
	of    func(comment.Comment) string
}{
	{spam.FieldAuthor, "told.author", func(c comment.Comment) string { return c.Author }},
	{spam.FieldSite, "told.site", func(c comment.Comment) string { return c.URL }},
	{spam.FieldBody, "told.text", func(c comment.Comment) string { return c.Body }},
}

// marked is what was typed, with the weighty words marked.
func marked(say *locale.Printer, cm comment.Comment, e spam.Explanation) []markedField {
	var out []markedField
	for _, f := range fieldTexts {
		m := markedField{Name: say.T(f.name), Pieces: pieces(e, f.field, f.of(cm))}
		if len(m.Pieces) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// pieces is a field as it was typed, taken apart by its marks.
func pieces(e spam.Explanation, f spam.Field, typed string) []piece {
	var out []piece
	for _, p := range e.Pieces(f, typed) {
		out = append(out, piece{p.Text, p.Weight > 0, p.Weight < 0})
	}
	return out
}

// maxFindings is how many findings are shown; the others are told as one.
const maxFindings = 14

// findings puts what the filter saw in words.
func findings(say *locale.Printer, fs []spam.Finding) []finding {
	if len(fs) > maxFindings {
		rest := spam.Finding{Reason: spam.Reason{Feature: spam.ReasonRest}}
		for _, f := range fs[maxFindings:] {
			rest.Weight += f.Weight
			rest.Taught += f.Taught
			rest.Posts += f.Posts
		}
		fs = append(slices.Clone(fs[:maxFindings]), rest)
	}
	heaviest := math.SmallestNonzeroFloat64
	for _, f := range fs {
		heaviest = max(heaviest, math.Abs(f.Weight))
	}
	var out []finding
	for _, f := range fs {
		out = append(out, finding{
			Words: reason.Finding(say, f), Parts: reason.Parts(say, f.Reason), Weight: reason.Weight(say, f.Weight), Spam: f.Weight > 0,
			Bar: math.Round(barLength * math.Abs(f.Weight) / heaviest),
		})
	}
	return out
}

// receipt puts every contribution in words.
func receipt(say *locale.Printer, v spam.Verdict) []finding {
	var out []finding
	for _, r := range v.Receipt {
		out = append(out, finding{
			Words: reason.Text(say, r.Feature), Parts: reason.Parts(say, r), Name: r.Feature, Weight: reason.Weight(say, r.Weight), Spam: r.Weight > 0,
		})
	}
	return out
}
