package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// actsCmd is hamlet moderate acts.
type actsCmd struct {
	lister
	Limit  int           `default:"50" placeholder:"N" help:"List at most this many."`
	Before comment.ActID `placeholder:"ACT" help:"List only acts older than this one."`
}

// Help is the long help.
func (actsCmd) Help() string {
	return "A line holds, with tabs between: act, date (UTC), who, what, the comment or how many of them or what else was set, and by whom it was undone."
}

// Run lists what was done.
func (c actsCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		acts, err := m.Comments.RecentActs(ctx, m.who, c.Before, max(1, c.Limit))
		if err != nil {
			return err
		}
		for _, a := range acts {
			of, undone, object := toldAct(a)
			err := c.line(std.Out, object, "%d\t%s\t%s\t%s\t%s\t%s\n", a.ID, a.At.UTC().Format(time.DateTime), harmless(a.Actor), a.Action, of, undone)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// toldAct is what an act was about, by whom it was undone, and all of it as an object.
func toldAct(a comment.Act) (of, undone string, object fields) {
	object = fields{"act": a.ID, "at": a.At.UTC(), "actor": a.Actor, "action": a.Action, "total": a.Total}
	switch {
	case a.Beside():
		of = harmless(strings.TrimSpace(a.Target + " " + a.Detail))
		object["target"], object["detail"] = a.Target, a.Detail
	case a.Total == 1 && a.Comment != 0:
		of = fmt.Sprintf("comment %d", a.Comment)
	default:
		of = counted(a.Total, "comment")
	}
	if a.Comment != 0 {
		object["comment"] = a.Comment
	}
	if a.UndoneBy != "" {
		undone = "undone by " + harmless(a.UndoneBy)
		object["undone_by"] = a.UndoneBy
	}
	return of, undone, object
}

// undoCmd is hamlet moderate undo.
type undoCmd struct {
	Act comment.ActID `arg:"" help:"What to take back, by the number that acts shows."`
}

// Help is the long help.
func (undoCmd) Help() string {
	return "Every comment of the act is what it was before, and the filter forgets what it learned from it. Comments that somebody changed since stay as they are. " +
		"What else was set (rules, notes, switches …) is as it was, unless somebody set it anew since. " +
		"What was done can be taken back for 24 hours; what was deleted for good for 15 minutes."
}

// Run takes an act back.
func (c undoCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.change(ctx, std, cfg, func(m moderator) error {
		u, err := m.Comments.Undo(ctx, m.who, c.Act)
		if errors.Is(err, comment.ErrMany) {
			job, err := m.Jobs.GiveUndo(ctx, m.who, c.Act)
			if err != nil {
				return actWrong(c.Act, err)
			}
			return m.finish(ctx, job)
		}
		if err != nil {
			return actWrong(c.Act, err)
		}
		if u.Act.Beside() {
			_, err = fmt.Fprintf(std.Out, "undone: %s, %s\n", u.Act.Action, harmless(u.Act.Target))
			return err
		}
		for _, cm := range u.Back {
			_, _ = fmt.Fprintf(std.Out, "comment %d: now %s\n", cm.ID, cm.Status)
		}
		if n := len(u.Changed); n > 0 {
			var names []string
			for _, id := range u.Changed {
				names = append(names, strconv.FormatInt(int64(id), 10))
			}
			_, err = fmt.Fprintf(std.Err, "hamlet: %s were changed since and stay as they are: %s\n", counted(n, "comment"), strings.Join(names, ", "))
		}
		return err
	})
}

// actWrong is why an act is not taken back.
func actWrong(id comment.ActID, err error) error {
	if errors.Is(err, comment.ErrNotFound) {
		return fmt.Errorf("act %d: there is none, or it is too old", id)
	}
	return fmt.Errorf("act %d: %w", id, inShort(err))
}

// editsCmd is hamlet moderate edits.
type editsCmd struct {
	ID      string `arg:"" optional:"" help:"Comment whose edit is decided on."`
	Approve bool   `xor:"decide" help:"The new text takes the place of the old one."`
	Decline bool   `xor:"decide" help:"The old text stays."`
	Spam    bool   `xor:"decide" help:"The new text is spam, and the comment with it."`
}

// Validate refuses half a decision.
func (c editsCmd) Validate() error {
	if (c.ID == "") != !c.decides() {
		return errors.New("to decide on an edit say the id of the comment, and --approve, --decline or --spam")
	}
	return nil
}

func (c editsCmd) decides() bool { return c.Approve || c.Decline || c.Spam }

// editsListed is how many edits are listed.
const editsListed = 200

// Run lists the edits that wait, or decides on one.
func (c editsCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.change(ctx, std, cfg, func(m moderator) error {
		waiting, err := m.Comments.PendingEdits(ctx, m.who, editsListed)
		if err != nil {
			return err
		}
		for _, w := range waiting {
			switch {
			case c.ID == "":
				_, err = fmt.Fprintf(std.Out, "%d\t%s\t%s\t%s\n\twas: %s\n\tnow: %s\n", w.Comment.ID, w.Pending.At.UTC().Format(time.DateTime),
					harmless(w.Comment.Post), harmless(w.Comment.Author), harmless(w.Pending.Was), harmless(w.Pending.Body))
			case c.ID == strconv.FormatInt(int64(w.Comment.ID), 10):
				return c.decide(ctx, m, w)
			}
			if err != nil {
				return err
			}
		}
		if c.ID != "" {
			return fmt.Errorf("comment %s: no edit of it waits", harmless(c.ID))
		}
		return nil
	})
}

func (c editsCmd) decide(ctx context.Context, m moderator, w comment.Mine) error {
	action, said := comment.DeclineEdit, "the old text stays"
	switch {
	case c.Approve:
		action, said = comment.ApproveEdit, "the new text is published"
	case c.Spam:
		action, said = comment.SpamEdit, "it is spam, with the new text"
	}
	acted, err := m.Comments.DecideEdit(ctx, m.who, w.Comment.ID, w.Pending.ID, action)
	if err != nil {
		return fmt.Errorf("comment %d: %w", w.Comment.ID, inShort(err))
	}
	_, err = fmt.Fprintf(m.std.Out, "comment %d: %s (act %d)\n", w.Comment.ID, said, acted.Act)
	return err
}

// wavesCmd is hamlet moderate waves.
type wavesCmd struct {
	lister
	Wave int64 `arg:"" optional:"" help:"Show the comments of this one."`
	whereFlag
}

// Help is the long help.
func (wavesCmd) Help() string {
	return "A line holds, with tabs between: wave, how many comments, how many of them differ from the others, first words. Of one wave it is a line for each " +
		"comment, as list has them, with what differs at its end. moderate spam --wave decides on those that do not differ. " + whereHelp
}

// Run lists the waves of the comments that are meant, or shows one.
func (c wavesCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		if c.Wave != 0 {
			return c.one(ctx, m)
		}
		f, err := c.filter(ctx, m, "")
		if err != nil {
			return err
		}
		return m.waves(ctx, c.lister, f)
	})
}

// waves lists the waves of the comments that match, the newest first.
func (m moderator) waves(ctx context.Context, l lister, f desk.Filter) error {
	told := map[int64]bool{}
	for v := (desk.View{Filter: f, Sort: desk.ByWave}); ; {
		page, err := m.Queue.Find(ctx, m.who, v, batch)
		if err != nil {
			return err
		}
		ids := make([]comment.ID, len(page.Comments))
		for i, cm := range page.Comments {
			ids[i] = cm.ID
		}
		waves, err := m.Waves.Of(ctx, m.who, ids)
		if err != nil {
			return err
		}
		for _, cm := range page.Comments {
			w, ok := waves[cm.ID]
			if !ok || told[w.ID] {
				continue
			}
			told[w.ID] = true
			object := fields{"wave": w.ID, "total": w.Total, "differing": w.Differing(), "begins": firstWords(cm.Body)}
			if err := l.line(m.std.Out, object, "%d\t%d\t%d\t%s\n", w.ID, w.Total, w.Differing(), harmless(firstWords(cm.Body))); err != nil {
				return err
			}
		}
		if page.Next == nil || len(waves) == 0 { // what is in none stands last
			return nil
		}
		v.From = *page.Next
	}
}

// one shows the comments of a wave.
func (c wavesCmd) one(ctx context.Context, m moderator) error {
	w, err := m.Waves.Get(ctx, m.who, c.Wave)
	if err != nil {
		return waveWrong(c.Wave, err)
	}
	for _, cm := range w.Members {
		differs := ""
		switch d := cm.Difference; {
		case d.Words && d.Links:
			differs = "other words, other links"
		case d.Words:
			differs = "other words"
		case d.Links:
			differs = "other links"
		}
		show := func() error { return showLineWith(m.std.Out, cm.Comment, differs) }
		if c.JSON {
			show = func() error {
				return c.line(m.std.Out, fields{"comment": cm.ID, "status": cm.Status, "author": cm.Author, "begins": firstWords(cm.Body), "differs": differs}, "")
			}
		}
		if err := show(); err != nil {
			return err
		}
	}
	return nil
}

// waveWrong is why a wave is not shown.
func waveWrong(wave int64, err error) error {
	if errors.Is(err, comment.ErrNotFound) {
		return fmt.Errorf("there is no wave %d", wave)
	}
	return fmt.Errorf("wave %d: %w", wave, err)
}
