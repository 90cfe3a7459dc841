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

	"hamlet/internal/app"
	"hamlet/internal/spam"
)

// spamCmd is hamlet spam: what can be done with the filter, most of it without a
// blog.
type spamCmd struct {
	Judge spamJudgeCmd `cmd:"" help:"Judge messages: JSON lines in, a JSON line each out."`
	Eval  spamEvalCmd  `cmd:"" help:"Measure the filter on labelled messages."`
	Train spamTrainCmd `cmd:"" help:"Make a model of labelled messages."`

	Explain spamExplainCmd `cmd:"" help:"Say why: the reasons with their weights, the words they come from, and what would be otherwise."`

	Replay spamReplayCmd `cmd:"" help:"Show how fast the filter learns, on a file or on what was decided on this blog."`
	Export spamExportCmd `cmd:"" help:"Write what the moderators of this blog said is spam and ham."`
	Import spamImportCmd `cmd:"" help:"Teach this blog's filter what another one's moderators said."`
}

// spamJudgeCmd is hamlet spam judge. It gives the verdicts the server gives
// before a moderator has decided anything.
//
// A line that cannot be read is named on stderr and has no line of output; the lines
// after it are judged all the same, and the command ends with exit code 1.
type spamJudgeCmd struct {
	Model string `placeholder:"FILE" type:"existingfile" help:"Judge with the model in a file instead of the one in the program."`
}

// Help is the long help.
func (spamJudgeCmd) Help() string {
	return "A line is an object with author, author_url, body, permalink and date; all of them may be missing, and an id is given back as it came. " +
		"If a content folder is named (--content), its posts speak for comments that are written like them, as they do on the server. " +
		"Each verdict is written before the next line is waited for. A line that cannot be read is named on stderr and has no verdict."
}

// judged is a line of output.
type judged struct {
	ID json.RawMessage `json:"id"`
	spam.Verdict
}

// Run judges what is on stdin.
func (c spamJudgeCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	filter := spam.NewFilter(m)
	if cfg.Content != app.DefaultContent {
		posts, err := app.PostTexts(cfg.Content)
		if err != nil {
			return err
		}
		filter.SetPosts(spam.NewPosts(m, posts))
	}
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

// loadExamples reads labelled messages from files; "-" is stdin. Labels that were
// exported without their texts are passed over.
func loadExamples(ctx context.Context, std stdio, files []string, example func(spam.Record) (spam.Example, error)) ([]spam.Example, error) {
	var all []spam.Example
	for _, name := range files {
		textless, before := 0, len(all)
		err := openInput(std, name, func(in io.Reader) error {
			return eachLine(ctx, in, func(n int, line []byte, _ bool) error {
				r, err := spam.ParseRecord(line)
				if err != nil {
					return fmt.Errorf("line %d: %w", n, err)
				}
				if r.Textless {
					textless++
					return nil
				}
				e, err := example(r)
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
		if textless > 0 && len(all) == before {
			return nil, fmt.Errorf("%s: there are labels in it and no texts; hamlet spam export --text writes both", name)
		}
	}
	return all, nil
}

// printJSON prints a report.
func printJSON(out io.Writer, report any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
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
