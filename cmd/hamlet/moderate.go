package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// moderateCmd is hamlet moderate.
type moderateCmd struct {
	List    moderateListCmd `cmd:"" help:"List the comments of one status, newest first."`
	Approve approveCmd      `cmd:"" help:"Publish comments; the filter learns that they are ham."`
	Spam    markSpamCmd     `cmd:"" name:"spam" help:"Move comments to the spam folder; the filter learns from them."`
	Trash   trashCmd        `cmd:"" help:"Move comments to the trash; the filter learns nothing."`
	Restore restoreCmd      `cmd:"" help:"Undo the last move of comments to spam or trash."`
	Delete  deleteCmd       `cmd:"" help:"Delete comments for good; they must be in spam or trash."`
}

// moderateListCmd is hamlet moderate list.
type moderateListCmd struct {
	Status comment.Status `default:"pending" enum:"pending,spam,approved,trash" placeholder:"STATUS" help:"pending, spam, approved or trash."`
	JSON   bool           `name:"json" help:"Print one JSON object a line, with the whole text and the filter's reasons."`
	Limit  int            `placeholder:"N" help:"List at most this many; 0 for all."`
	Before comment.ID     `placeholder:"ID" help:"List only comments older than this one."`
}

// Help is the long help.
func (moderateListCmd) Help() string {
	return "A line holds, with tabs between: id, status, date (UTC), post, author, probability of spam (- if the filter could not judge), first words. " +
		"The e-mail address of an author is never shown; the database keeps it sealed."
}

// batch is how many comments are read at once.
const batch = 200

// Run lists the comments.
func (c moderateListCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	show := showLine
	if c.JSON {
		show = showJSON
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		return c.each(ctx, d.Comments, func(cm comment.Comment) error { return show(std.Out, cm) })
	})
}

// each goes through the comments asked for, newest first.
func (c moderateListCmd) each(ctx context.Context, s *comment.Service, do func(comment.Comment) error) error {
	before, left := c.Before, c.Limit
	for {
		n := batch
		if c.Limit > 0 {
			n = min(n, left)
		}
		page, err := s.Queue(ctx, account.Shell, c.Status, before, n)
		if err != nil {
			return fmt.Errorf("list comments: %w", err)
		}
		for _, cm := range page {
			if err := do(cm); err != nil {
				return err
			}
			before = cm.ID
		}
		left -= len(page)
		if len(page) < n || left == 0 {
			return nil
		}
	}
}

// showLine prints a comment as one line.
func showLine(w io.Writer, c comment.Comment) error {
	probability := "-"
	if c.Hold != comment.HoldUnjudged {
		probability = fmt.Sprintf("%.3f", c.Verdict.Probability)
	}
	_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.Status,
		c.CreatedAt.UTC().Format("2006-01-02 15:04"), harmless(c.Post), harmless(c.Author), probability,
		harmless(firstWords(c.Body)))
	return err
}

// shownWords is how many characters of a comment a line shows.
const shownWords = 60

// firstWords is the beginning of a text on one line.
func firstWords(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > shownWords {
		return string(runes[:shownWords-1]) + "…"
	}
	return text
}

// harmless replaces what could drive a terminal or turn the line around: control
// characters, marks of direction and whatever else has no shape of its own. The
// joiners stay, for many scripts need them.
func harmless(s string) string {
	const joiners = "\u200c\u200d"
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r), strings.ContainsRune(joiners, r):
			return r
		default:
			return unicode.ReplacementChar
		}
	}, s)
}

// listed is a comment as --json prints it.
type listed struct {
	ID          comment.ID     `json:"id"`
	Status      comment.Status `json:"status"`
	Post        string         `json:"post"`
	Parent      comment.ID     `json:"parent,omitempty"`
	Author      string         `json:"author"`
	URL         string         `json:"url,omitempty"`
	Body        string         `json:"body"`
	CreatedAt   time.Time      `json:"created_at"`
	Hold        comment.Hold   `json:"hold,omitempty"`
	Probability float64        `json:"probability"`
	Class       spam.Class     `json:"class,omitempty"`
	Model       string         `json:"model,omitempty"`
	Reasons     []spam.Reason  `json:"reasons"`
}

// showJSON prints a comment as one line of JSON.
func showJSON(w io.Writer, c comment.Comment) error {
	reasons := c.Verdict.Reasons
	if reasons == nil {
		reasons = []spam.Reason{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(listed{
		ID: c.ID, Status: c.Status, Post: c.Post, Parent: c.Parent, Author: c.Author, URL: c.URL, Body: c.Body,
		CreatedAt: c.CreatedAt.UTC(), Hold: c.Hold,
		Probability: c.Verdict.Probability, Class: c.Verdict.Class, Model: c.Verdict.Model, Reasons: reasons,
	})
}

// decision is what the deciding commands share: the comments they decide on.
type decision struct {
	ID []string `arg:"" help:"Comments to decide on, by the id that list shows."`
}

// decide does the same to every comment and tells of each what became of it. One
// that fails does not stop the others.
func (c decision) decide(ctx context.Context, std stdio, cfg app.Config, what comment.Decision) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		failed := false
		defer d.Settle(ctx)
		for _, raw := range c.ID {
			said, err := decideOne(ctx, d.Comments, raw, what)
			if err != nil {
				failed = true
				_, _ = fmt.Fprintf(std.Err, "hamlet: comment %s: %v\n", harmless(raw), err)
				continue
			}
			_, _ = fmt.Fprintln(std.Out, said)
		}
		if failed {
			return errSilent
		}
		return nil
	})
}

func decideOne(ctx context.Context, s *comment.Service, raw string, what comment.Decision) (string, error) {
	id, err := comment.ParseID(raw)
	if err != nil {
		return "", errors.New("this is no id; an id is a number from 1, as hamlet moderate list shows it")
	}
	c, err := s.Decide(ctx, account.Shell, id, what)
	var refused *comment.TransitionError
	switch {
	case errors.As(err, &refused):
		return "", refused
	case errors.Is(err, comment.ErrNotFound):
		return "", comment.ErrNotFound
	case err != nil:
		return "", err
	case what.Action == comment.Delete:
		return fmt.Sprintf("comment %d: deleted for good", c.ID), nil
	}
	return fmt.Sprintf("comment %d: now %s", c.ID, c.Status), nil
}

// The deciding commands.
type (
	approveCmd  struct{ decision }
	markSpamCmd struct{ decision }
	trashCmd    struct {
		decision
		Reason string `placeholder:"TEXT" help:"Why, in words for the authors; those who asked for word of the outcome get it by mail."`
	}
	restoreCmd struct{ decision }
	deleteCmd  struct{ decision }
)

// Run publishes the comments.
func (c approveCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.decide(ctx, std, cfg, comment.Decision{Action: comment.Approve})
}

// Run moves the comments to the spam folder.
func (c markSpamCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.decide(ctx, std, cfg, comment.Decision{Action: comment.MarkSpam})
}

// Run moves the comments to the trash.
func (c trashCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.decide(ctx, std, cfg, comment.Decision{Action: comment.ToTrash, Reason: c.Reason})
}

// Run undoes the last move of the comments.
func (c restoreCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.decide(ctx, std, cfg, comment.Decision{Action: comment.Restore})
}

// Run deletes the comments for good.
func (c deleteCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.decide(ctx, std, cfg, comment.Decision{Action: comment.Delete})
}
