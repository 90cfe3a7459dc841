package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// checkCmd is hamlet check.
type checkCmd struct{}

// Help is the long help.
func (checkCmd) Help() string {
	return "Prints every problem of the content folder, one a line, as FILE:LINE:COLUMN: what is wrong, and exits with 1 if there is any. " +
		"Beyond what keeps a blog from starting, it finds what rendering the texts finds, links and pictures that lead to nothing, " +
		"addresses given twice, and more. Links to drafts are warnings, which leave the exit code at 0. " +
		"Drafts and posts with a date to come are checked too, and named, since readers do not see them."
}

// Run reads the content folder as the server would, and tells what it found.
func (checkCmd) Run(_ context.Context, std stdio, cfg app.Config) error {
	root, err := os.OpenRoot(cfg.Content)
	if err != nil {
		return unreadable(cfg.Content, err)
	}
	defer func() { _ = root.Close() }()
	now := time.Now()
	var once sync.Once
	var built *site.Site
	lib, found := content.Check(root.FS(), content.Checking{
		Now: now, BaseURL: cfg.BaseURL,
		Exists: func(lib *content.Library, path string) bool {
			once.Do(func() { built = site.Build(lib, site.Options{BaseURL: cfg.BaseURL, Now: now}) })
			return answers(built, path)
		},
	})
	found = append(found, app.CheckPictures(root.FS(), lib)...)
	if len(found) > 0 {
		printProblems(std.Out, found)
	}
	warnings := found.Warnings()
	if problems := len(found) - warnings; problems > 0 {
		_, _ = fmt.Fprintf(std.Err, "hamlet: %s in %s\n", count(problems, "problem"), cfg.Content)
		return errSilent
	}
	summarize(std.Out, lib, now, warnings)
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

// summarize prints what readers do not see, then counts what there is.
func summarize(w io.Writer, lib *content.Library, now time.Time, warnings int) {
	kinds := map[content.Kind]int{}
	for _, p := range lib.Posts {
		kinds[p.Kind]++
		switch why := content.Why(p, now); why.State {
		case content.Draft:
			_, _ = fmt.Fprintf(w, "%s: a draft, not shown\n", p.Source)
		case content.Scheduled:
			_, _ = fmt.Fprintf(w, "%s: scheduled, shown from %s\n", p.Source, p.Date.Format("2006-01-02 15:04 MST"))
		case content.Expired:
			_, _ = fmt.Fprintf(w, "%s: expired, not shown since %s\n", p.Source, p.Expires.Format("2006-01-02 15:04 MST"))
		case content.Gone:
			_, _ = fmt.Fprintf(w, "%s: gone, not shown\n", p.Source)
		case content.Shown, content.Broken: // nothing to tell, and told before
		}
	}
	said := "no problems"
	if warnings > 0 {
		said += ", " + count(warnings, "warning")
	}
	_, _ = fmt.Fprintf(w, "%s, %s, %s\n", count(kinds[content.KindPost], "post"), count(kinds[content.KindPage], "page"), said)
}

// count is a number with its noun: "1 post", "2 posts".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
