package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/spam"
)

// spamReplayCmd is hamlet spam replay.
type spamReplayCmd struct {
	File   string            `arg:"" optional:"" type:"existingfile" help:"Labelled messages, a JSON object a line; - is stdin. Without it, the comments of this blog that somebody decided on or that are published."`
	JSON   bool              `name:"json" help:"Print JSON instead of tables."`
	Source string            `placeholder:"BLOG" help:"Replay only the messages of one blog (source)."`
	Labels spam.ReplayLabels `default:"all" enum:"all,errors,wrong" placeholder:"WHICH" help:"Which labels the filter is told: all, errors (only of what it got wrong or was unsure of), or wrong (the opposite of each, by one moderator: what somebody hostile can do)."`
	Unseen []string          `placeholder:"FILE" type:"existingfile" help:"Leave out the blogs (sources) that are in this file, such as the one the model was trained on."`
	Model  string            `placeholder:"FILE" type:"existingfile" help:"Begin with the model in a file instead of the one in the program."`
}

// Help is the long help.
func (spamReplayCmd) Help() string {
	return "Shows how fast the filter learns. The messages of each blog are judged in the order of their dates, each before the filter is told its label; " +
		"every blog begins with a fresh filter. Beside it stands the same filter that is told nothing. " +
		"Of the blog itself, comments that were published and never decided on are replayed too: they count as shown, are remembered as published, and are not learned. " +
		"Messages without a date come last. Nothing is kept, and the filter of the blog is not touched."
}

// Run replays.
func (c spamReplayCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	examples, err := c.examples(ctx, std, cfg)
	if err != nil {
		return err
	}
	r := spam.Replay(spam.ReplayOptions{
		New: func() *spam.Filter { return spam.NewFilter(m) }, Labels: c.Labels, Progress: newBar(std.Err, "replaying").show,
	}, examples)
	if c.JSON {
		return printJSON(std.Out, r)
	}
	_, err = io.WriteString(std.Out, replayTables(r))
	return err
}

// examples are the messages to replay.
func (c spamReplayCmd) examples(ctx context.Context, std stdio, cfg app.Config) ([]spam.Example, error) {
	if c.File == "" {
		return c.history(ctx, std, cfg)
	}
	examples, err := loadExamples(ctx, std, []string{c.File}, dated)
	if err != nil {
		return nil, err
	}
	seen, err := loadExamples(ctx, std, c.Unseen, spam.Record.Example)
	if err != nil {
		return nil, err
	}
	if examples = without(examples, seen); len(examples) == 0 {
		return nil, fmt.Errorf("%s: there are no messages to replay", c.File)
	}
	if c.Source == "" {
		return examples, nil
	}
	return c.ofSource(examples)
}

// ofSource leaves the messages of the one blog that is asked for.
func (c spamReplayCmd) ofSource(examples []spam.Example) ([]spam.Example, error) {
	sources := map[string]bool{}
	for _, e := range examples {
		sources[e.Source] = true
	}
	examples = slices.DeleteFunc(examples, func(e spam.Example) bool { return e.Source != c.Source })
	if len(examples) == 0 {
		return nil, fmt.Errorf("%s: there are no messages of %q, but of %s", c.File, c.Source, harmless(strings.Join(slices.Sorted(maps.Keys(sources)), ", ")))
	}
	return examples, nil
}

// dated refuses what cannot be put into order.
func dated(r spam.Record) (spam.Example, error) {
	if r.WrongDate != "" {
		return spam.Example{}, fmt.Errorf("date: %q is no date; one looks like 2026-11-22 or 2026-11-22T18:30:00Z", r.WrongDate)
	}
	return r.Example()
}

// history is what was decided on this blog, and what it published.
func (c spamReplayCmd) history(ctx context.Context, std stdio, cfg app.Config) (examples []spam.Example, err error) {
	if c.Source != "" || len(c.Unseen) > 0 {
		return nil, errors.New("--source and --unseen choose among the blogs of a file, and no file is named")
	}
	if err := cfg.CheckData(); err != nil {
		return nil, err
	}
	err = withData(ctx, std, cfg, func(d *app.Data) error {
		history, err := d.Comments.History(ctx, account.Shell)
		for _, l := range history {
			e := spam.Example{Message: l.Message(), Unlabelled: l.Label.Lesson == nil}
			e.Spam = !e.Unlabelled && l.Label.Lesson.Spam
			examples = append(examples, e)
		}
		return err
	})
	if err == nil && len(examples) == 0 {
		err = errors.New("no comment is published, and nobody has decided on one that is still there, so there is nothing to replay; hamlet spam replay FILE replays a file")
	}
	return examples, err
}

// replayTables shows learning curves.
func replayTables(r spam.ReplayReport) string {
	var out strings.Builder
	_, _ = fmt.Fprintf(&out, "%s of %s, by model %s; labels told: %s\n",
		count(r.Messages, "message"), count(len(r.Sources), "blog"), r.Model, r.Labels)
	if r.Undated > 0 {
		_, _ = fmt.Fprintf(&out, "%s no date and came last\n", plural(r.Undated, "1 has", fmt.Sprint(r.Undated)+" have"))
	}
	if len(r.Sources) > 1 {
		out.WriteString(windowTable("All blogs", r.Windows, r.Total))
	}
	for _, s := range r.Sources {
		title := harmless(s.Source)
		if title == "" {
			title = "This blog"
		}
		out.WriteString(windowTable(title, s.Windows, s.Total))
	}
	if r.Total.Shown > 0 {
		out.WriteString("\nShown: published, and nobody said what it is. It is remembered as published, not learned, and counts for nothing else;\n" +
			"beside it, how many the filter would have held now, and alone.\n")
	}
	out.WriteString("\nError: ham held and spam published, of all. Recall: spam not published. Ham held is a share of ham.\n" +
		"Loss: mean of -ln of the probability given to the truth. Alone: the same filter without what it was told.\n")
	return out.String()
}

// windowTable shows one learning curve.
func windowTable(title string, windows []spam.ReplayWindow, total spam.ReplayWindow) string {
	var t table
	head := []string{"comments", "spam", "ham", "labels", "error", "alone", "recall", "alone", "ham held", "alone", "loss", "alone"}
	if total.Shown > 0 {
		head = append(head, "shown", "held", "alone")
	}
	t.row(head...)
	for _, w := range append(slices.Clone(windows), total) {
		name := fmt.Sprintf("%d to %d", w.From, w.To)
		switch {
		case w.To == 0 && w.From == 1:
			name = "all"
		case w.To == 0:
			name = fmt.Sprintf("from %d on", w.From)
		}
		a, b := w.Learning, w.Alone
		row := []string{
			name, fmt.Sprint(w.Spam), fmt.Sprint(w.Ham), fmt.Sprint(w.Learned),
			figure("%.2f %%", 100*a.Error), figure("%.2f %%", 100*b.Error), figure("%.3f", a.Recall), figure("%.3f", b.Recall),
			figure("%.2f %%", 100*a.FalsePositiveRate), figure("%.2f %%", 100*b.FalsePositiveRate),
			figure("%.4f", a.LogLoss), figure("%.4f", b.LogLoss),
		}
		if total.Shown > 0 {
			row = append(row, fmt.Sprint(w.Shown), fmt.Sprint(a.ShownHeld), fmt.Sprint(b.ShownHeld))
		}
		t.row(row...)
	}
	return "\n" + title + "\n\n" + t.String()
}
