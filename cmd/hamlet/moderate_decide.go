package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// decision is what the deciding commands share: the comments they decide on.
type decision struct {
	ID []string `arg:"" optional:"" help:"Comments to decide on, by the id that list shows."`
	whereFlag
	Wave int64 `placeholder:"WAVE" help:"Those of a wave that do not differ from the others, as waves shows them."`
	Yes  bool  `help:"Do not ask."`
}

// Help is the long help.
func (decision) Help() string {
	return "With ids, each is an act of its own. With --where or --wave, all that match now are one act, of which is told first how many they are; what comes " +
		"meanwhile is not meant, and what somebody else decides on meanwhile stays as it is. hamlet moderate undo takes an act back. " + whereHelp
}

// Validate refuses what names no comments, or names them twice.
func (c decision) Validate() error {
	ways := 0
	for _, way := range []bool{len(c.ID) > 0, c.Where != "", c.Wave != 0} {
		if way {
			ways++
		}
	}
	if ways != 1 {
		return errors.New("say which comments are meant: by one id or several, by --where, or by --wave")
	}
	return c.whereFlag.Validate()
}

// asked are the words of the question what is to be done to so many comments.
var asked = map[comment.Action]string{
	comment.Approve:  "This publishes %s.",
	comment.MarkSpam: "This moves %s to the spam folder.",
	comment.ToTrash:  "This moves %s to the trash.",
	comment.Restore:  "This takes back the last move of %s to spam or trash.",
	comment.Delete:   "This deletes %s for good; it can be undone for 15 minutes.",
}

// decide does the same to every comment that is meant.
func (c decision) decide(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd, what comment.Decision) error {
	return all.change(ctx, std, cfg, func(m moderator) error {
		switch {
		case c.Wave != 0:
			return c.wave(ctx, m, what.Action)
		case c.Where != "":
			return c.matching(ctx, m, what.Action)
		}
		return c.each(ctx, m, what)
	})
}

// each decides on comments by their ids and tells of each what became of it. One that fails
// does not stop the others.
func (c decision) each(ctx context.Context, m moderator, what comment.Decision) error {
	failed := false
	for _, raw := range c.ID {
		said, err := m.decideOne(ctx, raw, what)
		if err != nil {
			failed = true
			_, _ = fmt.Fprintf(m.std.Err, "hamlet: comment %s: %v\n", harmless(raw), err)
			continue
		}
		_, _ = fmt.Fprintln(m.std.Out, said)
	}
	if failed {
		return errSilent
	}
	return nil
}

// errNoID says what an id is.
var errNoID = errors.New("this is no id; an id is a number from 1, as hamlet moderate list shows it")

func (m moderator) decideOne(ctx context.Context, raw string, what comment.Decision) (string, error) {
	id, err := comment.ParseID(raw)
	if err != nil {
		return "", errNoID
	}
	c, err := m.Comments.Act(ctx, m.who, id, what)
	if err != nil {
		return "", inShort(err)
	}
	now := "now " + string(c.Status)
	if what.Action == comment.Delete {
		now = "deleted for good"
	}
	return fmt.Sprintf("comment %d: %s (act %d)", id, now, c.Act), nil
}

// matching does something to all comments that match a filter now.
func (c decision) matching(ctx context.Context, m moderator, a comment.Action) error {
	f, err := c.filter(ctx, m, "")
	if err != nil {
		return err
	}
	if f.Status != "" && !f.Status.Allows(a) {
		return &comment.TransitionError{From: f.Status, Action: a}
	}
	mark, err := m.Jobs.Mark(ctx, m.who)
	if err != nil {
		return err
	}
	n, err := m.Jobs.Count(ctx, m.who, f, mark)
	if err != nil {
		return err
	}
	if n == 0 {
		return m.nothing()
	}
	if err := sure(m.std, c.Yes, fmt.Sprintf(asked[a], counted(n, "comment"))); err != nil {
		return err
	}
	job, err := m.Jobs.GiveAll(ctx, m.who, a, f, mark)
	if errors.Is(err, comment.ErrNotFound) {
		return m.nothing()
	}
	if err != nil {
		return err
	}
	return m.finish(ctx, job)
}

func (m moderator) nothing() error {
	_, err := fmt.Fprintln(m.std.Out, "no comment matches")
	return err
}

// wave does something to the comments of a wave, as they were read, but for those that differ.
func (c decision) wave(ctx context.Context, m moderator, a comment.Action) error {
	w, err := m.Waves.Get(ctx, m.who, c.Wave)
	if err != nil {
		return waveWrong(c.Wave, err)
	}
	var items []desk.Seen
	var kept []string
	for _, cm := range w.Members {
		switch {
		case !meant(cm.Comment, a):
		case cm.Difference.Any():
			kept = append(kept, fmt.Sprint(cm.ID))
		default:
			items = append(items, desk.Seen{ID: cm.ID, Revision: cm.Revision})
		}
	}
	if len(kept) > 0 {
		_, _ = fmt.Fprintf(m.std.Out, "%s differ from the others and stay: %s\n", counted(len(kept), "comment"), strings.Join(kept, ", "))
	}
	if len(items) == 0 {
		return m.nothing()
	}
	if err := sure(m.std, c.Yes, fmt.Sprintf(asked[a], counted(len(items), "comment"))); err != nil {
		return err
	}
	job, err := m.Jobs.GiveSome(ctx, m.who, a, items)
	if err != nil {
		return err
	}
	return m.finish(ctx, job)
}

// meant reports whether something that is done to a wave is meant for one of it: what can be
// done to comments that wait is done to those only.
func meant(c comment.Comment, a comment.Action) bool {
	if comment.Pending.Allows(a) {
		return c.Status == comment.Pending
	}
	return c.Allows(a)
}

// finish does a job to its end and tells what it did. Who interrupts it stops it; what it
// has done then can be undone.
func (m moderator) finish(ctx context.Context, job desk.Job) error {
	progress := newBar(m.std.Err, string(job.Action))
	done, err := m.Jobs.Finish(ctx, job.ID, func(j desk.Job) { progress.show(j.Done+j.Skipped+j.Failed, j.Total) })
	if ctx.Err() != nil {
		if done, err = m.Jobs.Cancel(context.WithoutCancel(ctx), m.who, job.ID); err == nil {
			err = errors.New("interrupted")
		}
	}
	if done.ID == 0 {
		return err
	}
	say := fmt.Sprintf("%s: %s (act %d)\n", done.Action, counted(done.Done, "comment"), done.Act)
	if done.Done < done.Total {
		say = fmt.Sprintf("%s: %d of %s (act %d)\n", done.Action, done.Done, counted(done.Total, "comment"), done.Act)
	}
	_, werr := fmt.Fprint(m.std.Out, say)
	return errors.Join(err, werr, m.leftOut(ctx, done))
}

// leftNamed is how many comments that a job passed over are named.
const leftNamed = 20

// leftOut tells which comments a job passed over.
func (m moderator) leftOut(ctx context.Context, job desk.Job) error {
	n := job.Skipped + job.Failed
	if n == 0 || job.Cancelled {
		return nil
	}
	ids, err := m.Jobs.LeftOut(ctx, m.who, job.ID, leftNamed)
	if err != nil {
		return err
	}
	var names []string
	for _, id := range ids {
		names = append(names, fmt.Sprint(id))
	}
	if n > len(ids) {
		names = append(names, "…")
	}
	_, _ = fmt.Fprintf(m.std.Err, "hamlet: %s stay as they are, since they cannot be moved so or were changed meanwhile: %s\n",
		counted(n, "comment"), strings.Join(names, ", "))
	if job.Failed > 0 {
		return fmt.Errorf("%s failed: %s", counted(job.Failed, "comment"), harmless(job.Error))
	}
	return nil
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

// Validate refuses also a reason that would be told of many.
func (c trashCmd) Validate() error {
	if c.Reason != "" && len(c.ID) == 0 {
		return errors.New("a reason can be told of comments that are named by their ids only")
	}
	return c.decision.Validate()
}

// Run publishes the comments.
func (c approveCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.decide(ctx, std, cfg, all, comment.Decision{Action: comment.Approve})
}

// Run moves the comments to the spam folder.
func (c markSpamCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.decide(ctx, std, cfg, all, comment.Decision{Action: comment.MarkSpam})
}

// Run moves the comments to the trash.
func (c trashCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.decide(ctx, std, cfg, all, comment.Decision{Action: comment.ToTrash, Reason: c.Reason})
}

// Run undoes the last move of the comments.
func (c restoreCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.decide(ctx, std, cfg, all, comment.Decision{Action: comment.Restore})
}

// Run deletes the comments for good.
func (c deleteCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.decide(ctx, std, cfg, all, comment.Decision{Action: comment.Delete})
}
