package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/content"
)

// checkCmd is hamlet check.
type checkCmd struct{}

// Help is the long help.
func (checkCmd) Help() string {
	return "Prints every problem of the content folder, one a line, as FILE:LINE:COLUMN: what is wrong, and exits with 1 if there is any. " +
		"Drafts and posts with a date to come are checked too, and named, since readers do not see them."
}

// Run reads the content folder as the server would, and tells what it found.
func (checkCmd) Run(_ context.Context, std stdio, cfg app.Config) error {
	root, err := os.OpenRoot(cfg.Content)
	if err != nil {
		return unreadable(cfg.Content, err)
	}
	defer func() { _ = root.Close() }()
	lib, err := content.Load(root.FS())
	var problems content.Problems
	if err != nil && !errors.As(err, &problems) {
		return fmt.Errorf("check %s: %w", cfg.Content, err)
	}
	problems = append(problems, app.CheckPictures(root.FS(), lib)...)
	if len(problems) > 0 {
		printProblems(std.Out, problems)
		_, _ = fmt.Fprintf(std.Err, "hamlet: %s in %s\n", count(len(problems), "problem"), cfg.Content)
		return errSilent
	}
	summarize(std.Out, lib, time.Now())
	return nil
}

func unreadable(dir string, err error) error {
	allowed := "it cannot be read: " + err.Error()
	if errors.Is(err, fs.ErrNotExist) {
		allowed = "there is no such folder; hamlet init DIR makes one"
	}
	return &app.SettingError{Setting: "content", Value: dir, Allowed: allowed}
}

// printProblems prints problems as FILE:LINE:COLUMN: what is wrong, one a line.
func printProblems(w io.Writer, problems content.Problems) {
	_, _ = fmt.Fprintln(w, problems.Error())
}

// summarize prints what readers do not see yet, then counts what there is.
func summarize(w io.Writer, lib *content.Library, now time.Time) {
	kinds := map[content.Kind]int{}
	for _, p := range lib.Posts {
		kinds[p.Kind]++
		switch {
		case p.Draft:
			_, _ = fmt.Fprintf(w, "%s: a draft, not shown\n", p.Source)
		case p.Date.After(now):
			_, _ = fmt.Fprintf(w, "%s: scheduled, shown from %s\n", p.Source, p.Date.Format("2006-01-02 15:04 MST"))
		}
	}
	_, _ = fmt.Fprintf(w, "%s, %s, no problems\n", count(kinds[content.KindPost], "post"), count(kinds[content.KindPage], "page"))
}

// count is a number with its noun: "1 post", "2 posts".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
