package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hamlet/internal/spam"
)

// spamCmd is hamlet spam: what can be done with the filter without a blog.
type spamCmd struct {
	Judge spamJudgeCmd `cmd:"" help:"Judge messages: JSON lines in, a JSON line each out."`
	Eval  spamEvalCmd  `cmd:"" help:"Measure the filter on labelled messages."`
	Train spamTrainCmd `cmd:"" help:"Make a model of labelled messages."`
}

// spamJudgeCmd is hamlet spam judge. It gives the verdicts the server gives
// before a moderator has decided anything.
//
// A line that cannot be read is named on stderr and has no line of output; the lines
// after it are judged all the same, and the command ends with exit code 1.
type spamJudgeCmd struct {
	Model string `placeholder:"FILE" type:"existingfile" help:"Judge with the model in a file instead of the one in the program."`
}

// judged is a line of output.
type judged struct {
	ID json.RawMessage `json:"id"`
	spam.Verdict
}

// Run judges what is on stdin.
func (c spamJudgeCmd) Run(ctx context.Context, std stdio) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	filter := spam.NewFilter(m)
	out := bufio.NewWriter(std.Out)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	bad := 0
	err = eachLine(ctx, std.In, func(n int, line []byte, last bool) error {
		r, err := spam.ParseRecord(line)
		if err != nil {
			bad++
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write the verdicts: %w", err)
			}
			_, err = fmt.Fprintf(std.Err, "hamlet: line %d: %v\n", n, err)
			return err
		}
		if err := enc.Encode(judged{r.ID, filter.Judge(r.Message)}); err != nil {
			return fmt.Errorf("line %d: write the verdict: %w", n, err)
		}
		if last {
			return out.Flush()
		}
		return nil
	})
	if err == nil && bad > 0 {
		err = fmt.Errorf("%d malformed: no verdict for %s", bad, plural(bad, "that line", "those lines"))
	}
	return errors.Join(err, out.Flush())
}

// plural is the one word or the other.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// eachLine calls do for every line that is not empty, counting from 1, and says
// whether it is the last for now: whether reading on might wait. Lines may be
// as long as they like.
func eachLine(ctx context.Context, in io.Reader, do func(n int, line []byte, last bool) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, err := r.ReadBytes('\n')
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return fmt.Errorf("read line %d: %w", n, err)
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if err := do(n, text, r.Buffered() == 0); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
}

// loadModel reads a model; the one in the program if no file is named.
func loadModel(file string) (*spam.Model, error) {
	if file == "" {
		return spam.Default(), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	m, err := spam.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("read the model %s: %w", file, err)
	}
	return m, nil
}

// loadExamples reads labelled messages from files; "-" is stdin.
func loadExamples(ctx context.Context, std stdio, files []string) ([]spam.Example, error) {
	var all []spam.Example
	for _, name := range files {
		err := openInput(std, name, func(in io.Reader) error {
			return eachLine(ctx, in, func(n int, line []byte, _ bool) error {
				r, err := spam.ParseRecord(line)
				if err != nil {
					return fmt.Errorf("line %d: %w", n, err)
				}
				e, err := r.Example()
				if err != nil {
					return fmt.Errorf("line %d: %w", n, err)
				}
				all = append(all, e)
				return nil
			})
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// openInput hands a file, or stdin for "-", to read.
func openInput(std stdio, name string, read func(io.Reader) error) error {
	if name == "-" {
		return read(std.In)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return read(f)
}

// spamTrainCmd is hamlet spam train.
type spamTrainCmd struct {
	Files []string `arg:"" name:"file" type:"existingfile" help:"Labelled messages, a JSON object a line; - is stdin."`
	Out   string   `placeholder:"FILE" default:"internal/spam/model.bin" help:"Where to write the model."`
}

// Run trains a model and says how good it is on blogs it has not seen.
func (c spamTrainCmd) Run(ctx context.Context, std stdio) error {
	examples, err := loadExamples(ctx, std, c.Files)
	if err != nil {
		return err
	}
	bar := newBar(std.Err)
	m, r, err := spam.Train(spam.TrainOptions{Progress: bar.show}, examples)
	if err != nil {
		return err
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
	return printReport(std.Out, r)
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
	out io.Writer
	bar *progressbar.ProgressBar
}

func newBar(out io.Writer) *bar { return &bar{out: out} }

func (b *bar) show(done, total int) {
	if b.bar == nil {
		f, ok := b.out.(*os.File)
		b.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(b.out), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("training"), progressbar.OptionSetVisibility(ok && term.IsTerminal(int(f.Fd()))))
	}
	_ = b.bar.Set(done) // a bar that cannot be drawn is no reason to stop
}

// spamEvalCmd is hamlet spam eval.
type spamEvalCmd struct {
	Files  []string `arg:"" name:"file" type:"existingfile" help:"Labelled messages, a JSON object a line; - is stdin."`
	JSON   bool     `name:"json" help:"Print JSON instead of a table."`
	Model  string   `placeholder:"FILE" type:"existingfile" help:"Measure the model in a file instead of the one in the program."`
	Unseen []string `placeholder:"FILE" type:"existingfile" help:"Leave out the blogs (sources) that are in this file; with the file the model was trained on, only blogs it has not seen are left."`
}

// Run measures.
func (c spamEvalCmd) Run(ctx context.Context, std stdio) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	examples, err := loadExamples(ctx, std, c.Files)
	if err != nil {
		return err
	}
	seen, err := loadExamples(ctx, std, c.Unseen)
	if err != nil {
		return err
	}
	examples = without(examples, seen)
	if len(examples) == 0 {
		return errors.New("there are no messages to measure with")
	}
	r := spam.Evaluate(m, examples)
	if c.JSON {
		enc := json.NewEncoder(std.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return printReport(std.Out, r)
}

// without leaves out the examples whose source is among the seen ones.
func without(examples, seen []spam.Example) []spam.Example {
	sources := map[string]bool{}
	for _, e := range seen {
		sources[e.Source] = true
	}
	var left []spam.Example
	for _, e := range examples {
		if !sources[e.Source] {
			left = append(left, e)
		}
	}
	return left
}

// printReport prints a report as tables.
func printReport(out io.Writer, r spam.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, form string, values ...any) {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(form, values...))
	}
	row("messages", "%d (%d spam, %d ham)", r.Messages, r.Spam, r.Ham)
	row("model", "%s", r.Model)
	figure := func(name, form string, f spam.Figure) {
		if f.Defined() {
			row(name, form, f)
		} else {
			row(name, "-")
		}
	}
	figure("ROC-AUC", "%.4f", r.AUC)
	figure("recall at 0.5 % false positives", "%.3f", r.RecallHalf)
	figure("recall at 1 % false positives", "%.3f", r.RecallOne)
	row("default threshold (held or spam)", "%.4f", r.Threshold)
	figure("  precision", "%.3f", r.Precision)
	figure("  recall", "%.3f", r.Recall)
	figure("  F1", "%.3f", r.F1)
	figure("  false positive rate", "%.4f", r.FalsePositiveRate)
	for _, c := range r.Classes {
		row("judged "+string(c.Class), "%d spam, %d ham", c.Spam, c.Ham)
	}
	return w.Flush()
}
