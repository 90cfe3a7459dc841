package main

import (
	"context"
	"fmt"
	"strings"

	"hamlet/internal/spam"
)

// spamEvalCmd is hamlet spam eval.
type spamEvalCmd struct {
	Files  []string `arg:"" name:"file" type:"existingfile" help:"Labelled messages, a JSON object a line; - is stdin."`
	JSON   bool     `name:"json" help:"Print JSON instead of a table."`
	Curve  string   `placeholder:"FILE" help:"Draw the ROC curve into an SVG file."`
	Model  string   `placeholder:"FILE" type:"existingfile" help:"Measure the model in a file instead of the one in the program."`
	Unseen []string `placeholder:"FILE" type:"existingfile" help:"Leave out the blogs (sources) that are in this file; with the file the model was trained on, only blogs it has not seen are left."`
}

// Help is the long help.
func (spamEvalCmd) Help() string {
	return "Prints how much spam is caught and how many honest comments are held, over all and by blog, by language (the key lang, if it is there), by script, " +
		"and for kinds of honest comments that filters are hard on; and whether the probabilities mean what they say. " +
		"The false positive rate of each part stands beside that of all comments, with an interval and, where there are too few comments to tell, a mark that says so."
}

// Run measures.
func (c spamEvalCmd) Run(ctx context.Context, std stdio) error {
	m, err := loadModel(c.Model)
	if err != nil {
		return err
	}
	examples, err := loadExamples(ctx, std, c.Files, spam.Record.Example)
	if err != nil {
		return err
	}
	seen, err := loadExamples(ctx, std, c.Unseen, spam.Record.Example)
	if err != nil {
		return err
	}
	if len(examples) == 0 {
		return fmt.Errorf("%s: there are no messages to measure with", strings.Join(c.Files, ", "))
	}
	examples = without(examples, seen)
	if len(examples) == 0 {
		return fmt.Errorf("there are no messages to measure with: every blog is also in %s", strings.Join(c.Unseen, ", "))
	}
	r := spam.Evaluate(m, examples)
	if c.Curve != "" {
		if err := writeCurve(c.Curve, r); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(std.Out, r)
	}
	return printReport(std.Out, r)
}

// writeCurve draws the curve of a report.
func writeCurve(name string, r spam.Report) error {
	picture := r.SVG()
	if picture == nil {
		return fmt.Errorf("draw %s: there is no curve without both spam and ham", name)
	}
	if err := replaceFile(name, picture); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
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
