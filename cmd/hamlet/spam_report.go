package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"hamlet/internal/spam"
)

// printReport prints a report as tables.
func printReport(out io.Writer, r spam.Report) error {
	if err := printFigures(out, r); err != nil {
		return err
	}
	_, err := io.WriteString(out, calibrationTable(r.Calibration)+
		sliceTable("By blog", r, r.Sources)+
		sliceTable("By language", r, r.Languages)+
		sliceTable("By script", r, r.Scripts)+
		sliceTable("Fair to the honest", r, r.Fairness)+
		sliceTable("Languages left out, each judged by a model trained on the others", r, r.LanguagesApart)+
		sliceTable("Years left out, the same", r, r.YearsApart)+notes(r))
	return err
}

// printFigures prints what is true of all messages.
func printFigures(out io.Writer, r spam.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, form string, values ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(form, values...))
	}
	row("messages", "%d (%d spam, %d ham)", r.Messages, r.Spam, r.Ham)
	row("model", "%s", r.Model)
	share := func(name, form string, f spam.Figure, between ...spam.Interval) {
		if len(between) > 0 && f.Defined() {
			row(name, "%s  (%s)", figure(form, f), interval(form, between[0], 1))
			return
		}
		row(name, "%s", figure(form, f))
	}
	between := r.Intervals
	share("ROC-AUC", "%.4f", r.AUC, between.AUC)
	share("recall at 0.5 % false positives", "%.3f", r.RecallHalf, between.RecallHalf)
	share("recall at 1 % false positives", "%.3f", r.RecallOne, between.RecallOne)
	row("default threshold (held or spam)", "%.4f", r.Threshold)
	share("  precision", "%.3f", r.Precision, between.Precision)
	share("  recall", "%.3f", r.Recall, between.Recall)
	share("  F1", "%.3f", r.F1)
	share("  false positive rate", "%.4f", r.FalsePositiveRate, between.FalsePositiveRate)
	row("threshold of spam", "%.4f", r.SpamThreshold)
	share("  recall", "%.3f", r.SpamRecall)
	share("  false positive rate", "%.4f", r.SpamFalsePositiveRate, between.SpamFalsePositiveRate)
	for _, c := range r.Classes {
		row("judged "+string(c.Class), "%d spam, %d ham", c.Spam, c.Ham)
	}
	return w.Flush()
}

// calibrationTable says whether probabilities mean what they say.
func calibrationTable(c spam.Calibration) string {
	var t table
	t.row("", "messages", "predicted", "observed", "95 %")
	for _, b := range c.Bins {
		t.row(fmt.Sprintf("%.1f to %.1f", b.From, b.To), fmt.Sprint(b.Messages),
			figure("%.3f", b.Predicted), figure("%.3f", b.Observed), interval("%.3f", b.Interval, 1))
	}
	return fmt.Sprintf("\nReliability: expected calibration error %s, Brier score %s\n\n%s",
		figure("%.4f", c.ExpectedError), figure("%.4f", c.Brier), t.String())
}

// sliceNames are the names of the slices that are no names already.
var sliceNames = map[string]string{
	"":                "(not named)",
	spam.SliceShort:   "fewer than ten words",
	spam.SliceFirst:   "first of a name on a blog",
	spam.SliceOneLink: "exactly one link",
	spam.SliceCode:    "with code",
	spam.SliceForeign: "English on a blog in another language",
}

// sliceTable shows parts of the messages side by side; nothing if there are none, or
// only one without a name.
func sliceTable(title string, r spam.Report, parts []spam.Slice) string {
	if len(parts) == 0 || len(parts) == 1 && parts[0].Name == "" {
		return ""
	}
	var t table
	t.row("", "spam", "ham", "ROC-AUC", "recall", "ham held", "rate", "95 %", "× all", "called spam", "rate", "")
	t.row("all", fmt.Sprint(r.Spam), fmt.Sprint(r.Ham), figure("%.4f", r.AUC), figure("%.3f", r.Recall),
		fmt.Sprint(r.Ham-r.Classes[0].Ham), figure("%.2f %%", 100*r.FalsePositiveRate), interval("%.2f", r.Intervals.FalsePositiveRate, 100), "",
		fmt.Sprint(r.Classes[2].Ham), figure("%.2f %%", 100*r.SpamFalsePositiveRate), "")
	for _, s := range parts {
		name, ok := sliceNames[s.Name]
		if !ok {
			name = harmless(s.Name)
		}
		t.row(name, fmt.Sprint(s.Spam), fmt.Sprint(s.Ham), figure("%.4f", s.AUC), figure("%.3f", s.Recall),
			fmt.Sprint(s.Held), figure("%.2f %%", 100*s.FalsePositiveRate), interval("%.2f", s.Interval, 100), figure("%.1f", s.Ratio),
			fmt.Sprint(s.CalledSpam), figure("%.2f %%", 100*s.SpamFalsePositiveRate), remark(s))
	}
	return "\n" + title + "\n\n" + t.String()
}

// remark is what there is to say about a part.
func remark(s spam.Slice) string {
	switch {
	case s.Ham == 0:
		return "no ham"
	case s.OverTwice:
		return "over 2×"
	case s.TooFew:
		return "too few"
	case s.Ratio > 2:
		return "over 2×?"
	default:
		return ""
	}
}

// notes explains what stands in the tables.
func notes(r spam.Report) string {
	return fmt.Sprintf("\nToo few: fewer than %d ham, of which none held would not yet mean fewer than of all.\n"+
		"Over 2×: more than twice the rate of all, at least three held, and by more than chance; with a question mark, perhaps by chance.\n"+
		"Ham held includes ham called spam. Intervals are of 95 %%, as if comments had nothing to do with each other.\n", r.HamNeeded)
}

func figure(form string, f spam.Figure) string {
	if !f.Defined() {
		return "-"
	}
	return fmt.Sprintf(form, float64(f))
}

// interval is an interval in one cell, in units of one in scale.
func interval(form string, i spam.Interval, scale spam.Figure) string {
	if !i.Low.Defined() {
		return "-"
	}
	return strings.Join([]string{figure(form, scale*i.Low), figure(form, scale*i.High)}, "–")
}
