package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// spamExplainCmd is hamlet spam explain. The shell speaks English, as all commands of hamlet
// do; in another language are only the sentences that moderators read on their pages too,
// which come from the catalogue.
type spamExplainCmd struct {
	File    string `arg:"" optional:"" default:"-" help:"Messages, a JSON object a line, as for judge; - is stdin."`
	Comment string `placeholder:"ID" help:"Explain a comment of this blog instead, by the receipt that was kept with it."`
	All     bool   `help:"Print every contribution, with the name of its feature."`
	JSON    bool   `name:"json" help:"Print one JSON object a message, with everything."`
	Lang    string `default:"en" placeholder:"LANGUAGE" help:"Language of the reasons and of what would be otherwise; the rest is English, as everywhere on the shell."`
	Model   string `placeholder:"FILE" type:"existingfile" help:"Explain by the model in a file instead of the one in the program."`
}

// Help is the long help.
func (spamExplainCmd) Help() string {
	return "Prints the verdict, what the filter saw with the weight of each sign, the text with its weighty words marked ([+for spam+], [-for ham-]), " +
		"and what the verdict would be otherwise. The weights sum to the log-odds exactly. Of a comment of the blog it checks that the receipt does so, " +
		"and says what the filter would say today. A line that cannot be read is named on stderr; the lines after it are explained all the same."
}

// Run explains.
func (c spamExplainCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	say, err := app.Texts(c.Lang)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(std.Out)
	p := &explainer{out: out, say: say, all: c.All, json: c.JSON, colour: colourful(std.Out)}
	if c.Comment != "" {
		err = c.comment(ctx, std, cfg, p)
	} else {
		err = c.messages(ctx, std, p)
	}
	return errors.Join(err, out.Flush())
}

// colourful reports whether what is written is for a terminal that shows colours.
func colourful(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// messages explains what is on the lines of a file.
func (c spamExplainCmd) messages(ctx context.Context, std stdio, p *explainer) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	filter, bad := spam.NewFilter(m), 0
	err = openInput(std, c.File, func(in io.Reader) error {
		return eachLine(ctx, in, func(n int, line []byte, last bool) error {
			r, err := spam.ParseRecord(line)
			if err != nil {
				bad++
				_, err = fmt.Fprintf(std.Err, "hamlet: line %d: %v\n", n, err)
				return errors.Join(err, p.out.Flush())
			}
			p.message(n, r, spam.Explain(filter, r.Message))
			if last {
				return p.out.Flush()
			}
			return nil
		})
	})
	if err == nil && bad > 0 {
		err = fmt.Errorf("%d malformed: nothing to explain on %s", bad, plural(bad, "that line", "those lines"))
	}
	return err
}

// comment explains a comment of the blog.
func (c spamExplainCmd) comment(ctx context.Context, std stdio, cfg app.Config, p *explainer) error {
	if c.Model != "" || c.File != "-" {
		return errors.New("--comment goes by the blog's own filter: it takes neither a file nor --model")
	}
	id, err := comment.ParseID(c.Comment)
	if err != nil {
		return errors.New("--comment: this is no id; an id is a number from 1, as hamlet moderate list shows it")
	}
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		cm, err := d.Comments.Look(ctx, account.Shell, id)
		if errors.Is(err, comment.ErrNotFound) {
			return fmt.Errorf("comment %d: %w", id, comment.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if cm.Verdict.Model == "" {
			return fmt.Errorf("comment %d: the filter could not judge it when it came", id)
		}
		if err := d.Prepare(ctx); err != nil {
			return err
		}
		e, err := d.Comments.Explain(ctx, account.Shell, []comment.Comment{cm}, comment.InFull)
		if err != nil {
			return err
		}
		return p.comment(cm, e[0])
	})
}

// explained is a message as --json prints it.
type explained struct {
	ID json.RawMessage `json:"id"`
	spam.Explanation
}

// recounted is a comment as --json prints it.
type recounted struct {
	ID comment.ID `json:"id"`
	spam.Explanation
	Exact bool              `json:"exact"` // there is a receipt, and it sums to the verdict
	Now   *spam.Explanation `json:"now,omitempty"`
	Since []string          `json:"since,omitempty"` // why it would be another verdict now
}

// exact reports whether a receipt recomputes to its verdict, to the last digit.
func exact(v spam.Verdict) bool {
	return len(v.Receipt) > 0 && v.Receipt.LogOdds() == v.LogOdds && v.Receipt.Probability() == v.Probability
}

// since says why two verdicts on the same comment are not the same.
func since(then, now spam.Verdict) []string {
	var out []string
	if then.Model != now.Model {
		out = append(out, fmt.Sprintf("another model: %s then, %s now", then.Model, now.Model))
	}
	if then.Thresholds != now.Thresholds && then.Thresholds != (spam.Thresholds{}) {
		out = append(out, "other thresholds")
	}
	rest := now.LogOdds - then.LogOdds
	for _, part := range []struct {
		name      string
		then, now float64
	}{
		{"labels given since", then.Receipt.Taught(), now.Receipt.Taught()},
		{"the posts of the blog", then.Receipt.Posts(), now.Receipt.Posts()},
		{"what the blog remembers", remembered(then.Receipt), remembered(now.Receipt)},
	} {
		if d := part.now - part.then; d != 0 && len(then.Receipt) > 0 {
			out = append(out, fmt.Sprintf("%s: %+.2f", part.name, d))
			rest -= d
		}
	}
	if rest != 0 {
		out = append(out, fmt.Sprintf("all else: %+.2f", rest))
	}
	return out
}

// remembered is how much of a receipt comes from what the blog remembers.
func remembered(r spam.Receipt) float64 {
	sum := 0.0
	for _, x := range r {
		if strings.HasPrefix(x.Feature, "memory:") {
			sum += x.Weight
		}
	}
	return sum
}
