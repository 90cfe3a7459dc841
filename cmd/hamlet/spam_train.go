package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hamlet/internal/spam"
)

// spamTrainCmd is hamlet spam train.
type spamTrainCmd struct {
	Files    []string `arg:"" name:"file" type:"existingfile" help:"Labelled messages, a JSON object a line; - is stdin."`
	Ablation bool     `help:"Write no model; leave each group of features away in turn instead, and print what it brings on blogs left out."`
	Out      string   `placeholder:"FILE" default:"internal/spam/model.bin" help:"Where to write the model."`
}

// Help is the long help.
func (spamTrainCmd) Help() string {
	return "A line is an object with author, author_url, body, permalink, source (the blog) and label (spam or ham); two blogs at least are needed. " +
		"The same lines in the same order make the same bytes. Prints how models made in this way do on blogs they had not seen, over all and blog by blog, and what the memory of a site weighs."
}

// Run trains a model and says how good it is on blogs it has not seen.
func (c spamTrainCmd) Run(ctx context.Context, std stdio) error {
	examples, err := loadExamples(ctx, std, c.Files, spam.Record.Example)
	if err != nil {
		return err
	}
	bar := newBar(std.Err, "training")
	if c.Ablation {
		rows, err := spam.Ablate(spam.TrainOptions{Progress: bar.show}, examples)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.Join(c.Files, ", "), err)
		}
		_, err = io.WriteString(std.Out, ablationTable(rows))
		return err
	}
	m, r, err := spam.Train(spam.TrainOptions{Progress: bar.show}, examples)
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(c.Files, ", "), err)
	}
	data, err := m.Encode()
	if err != nil {
		return err
	}
	if err := replaceFile(c.Out, data); err != nil {
		return fmt.Errorf("write the model: %w", err)
	}
	_, err = fmt.Fprintf(std.Out, "wrote %s: model %s, %d features, %d bytes\n\nJudged by models that had not seen the blog:\n\n",
		c.Out, m.Version(), m.Features(), len(data))
	if err != nil {
		return err
	}
	if err := printReport(std.Out, r); err != nil {
		return err
	}
	_, err = io.WriteString(std.Out, memoryTable(m))
	return err
}

// ablationTable shows what groups of features bring.
func ablationTable(rows []spam.Ablation) string {
	var t table
	t.row("without", "ROC-AUC", "at 0.5 %", "at 1 %", "F1")
	for _, a := range rows {
		r := a.Report
		t.row(cmp.Or(a.Without, "nothing"), figure("%.4f", r.AUC), figure("%.3f", r.RecallHalf), figure("%.3f", r.RecallOne), figure("%.3f", r.F1))
	}
	return t.String()
}

// memoryTable shows what a model makes of what a site remembers; nothing if it makes nothing
// of it.
func memoryTable(m *spam.Model) string {
	var t table
	weights := m.MemoryWeights()
	if len(weights) == 0 {
		return ""
	}
	for _, w := range weights {
		t.row(w.Feature, fmt.Sprintf("%+.2f", w.Weight))
	}
	return "\nWhat a site remembers, in log-odds\n\n" + t.String()
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// bar shows progress on a terminal, and nothing elsewhere.
type bar struct {
	out  io.Writer
	what string
	bar  *progressbar.ProgressBar
}

func newBar(out io.Writer, what string) *bar { return &bar{out: out, what: what} }

func (b *bar) show(done, total int) {
	if b.bar == nil {
		f, ok := b.out.(*os.File)
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription(b.what), progressbar.OptionThrottle(50*time.Millisecond), progressbar.OptionSetVisibility(ok && term.IsTerminal(int(f.Fd()))))
	}
	_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
}
