package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// jobsCmd is hamlet moderate jobs.
type jobsCmd struct {
	List   jobsListCmd   `cmd:"" default:"withargs" help:"List the jobs that have not ended, the oldest first."`
	Cancel jobsCancelCmd `cmd:"" help:"Stop jobs; what they did stays, and can be taken back."`
}

// jobsListCmd is hamlet moderate jobs list.
type jobsListCmd struct{ lister }

// Help is the long help.
func (jobsListCmd) Help() string {
	return "A line holds, with tabs between: job, date (UTC), who, what, how many of the comments are done, of how many, passed over, failed, its act. " +
		"A job goes on while a server runs."
}

// Run lists the jobs.
func (c jobsListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		jobs, err := m.Jobs.Open(ctx, m.who)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			err := c.line(std.Out, fields{
				"job": j.ID, "at": j.At.UTC(), "actor": j.Actor.Name, "action": j.Action,
				"done": j.Done, "total": j.Total, "skipped": j.Skipped, "failed": j.Failed, "act": j.Act,
			}, "%d\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\n",
				j.ID, j.At.UTC().Format(time.DateTime), harmless(j.Actor.Name), j.Action, j.Done, j.Total, j.Skipped, j.Failed, j.Act)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// jobsCancelCmd is hamlet moderate jobs cancel.
type jobsCancelCmd struct {
	ID []desk.JobID `arg:"" help:"Jobs, by the number that list shows."`
}

// Run stops the jobs.
func (c jobsCancelCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		return onEach(std, "job", c.ID, func(id desk.JobID) (string, error) {
			j, err := m.Jobs.Cancel(ctx, m.who, id)
			if errors.Is(err, comment.ErrNotFound) {
				err = errors.New("there is none")
			}
			if j.Ended() && !j.Cancelled {
				return "it had ended", err
			}
			return fmt.Sprintf("stopped after %d of %s", j.Done, counted(j.Total, "comment")), err
		})
	})
}

// reportsCmd is hamlet moderate reports.
type reportsCmd struct {
	List    reportsListCmd    `cmd:"" default:"withargs" help:"List what readers report, by comments, newest first."`
	Dismiss reportsDismissCmd `cmd:"" help:"See to the reports of comments, which stay as they are."`
	Reopen  reportsReopenCmd  `cmd:"" help:"Take that back."`
}

// reportsListCmd is hamlet moderate reports list.
type reportsListCmd struct{ lister }

// Help is the long help.
func (reportsListCmd) Help() string {
	return "A line holds, with tabs between: comment, report, date (UTC), what is wrong with it, in the reader's words."
}

// Run lists the reports.
func (l reportsListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		v := desk.View{Filter: desk.Filter{Status: comment.Approved, Reported: true}, Sort: desk.Newest}
		return m.each(ctx, v, 0, func(c comment.Comment) error {
			reported, err := m.Reports.Of(ctx, m.who, []comment.ID{c.ID})
			for _, r := range reported[c.ID].Open {
				failed := l.line(std.Out, fields{"comment": c.ID, "report": r.ID, "at": r.At.UTC(), "why": r.Why, "words": r.Words},
					"%d\t%d\t%s\t%s\t%s\n", c.ID, r.ID, r.At.UTC().Format(time.DateTime), r.Why, harmless(r.Words))
				err = errors.Join(err, failed)
			}
			return err
		})
	})
}

// someReported are comments that readers report.
type someReported struct {
	ID []comment.ID `arg:"" help:"Comments, by their numbers."`
}

// reportsDismissCmd is hamlet moderate reports dismiss.
type reportsDismissCmd struct{ someReported }

// Run dismisses what there is now.
func (c reportsDismissCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		return onEach(std, "comment", c.ID, func(id comment.ID) (string, error) {
			if _, err := m.Comments.Get(ctx, m.who, id); err != nil {
				return "", err
			}
			reported, err := m.Reports.Of(ctx, m.who, []comment.ID{id})
			open := reported[id].Open
			if err != nil || len(open) == 0 {
				return "nothing is reported", err
			}
			last := slices.MaxFunc(open, func(a, b desk.Report) int { return int(a.ID - b.ID) })
			_, err = m.Reports.Dismiss(ctx, m.who, id, last.ID)
			return "dismissed: " + counted(len(open), "report"), err
		})
	})
}

// reportsReopenCmd is hamlet moderate reports reopen.
type reportsReopenCmd struct{ someReported }

// Run brings back what was dismissed.
func (c reportsReopenCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		return onEach(std, "comment", c.ID, func(id comment.ID) (string, error) {
			_, err := m.Reports.Reopen(ctx, m.who, id)
			if errors.Is(err, desk.ErrSettled) {
				return "nothing was dismissed", nil
			}
			return "its reports wait again", err
		})
	})
}

// onEach does something to each and says what; one that fails does not stop the others.
func onEach[ID ~int64](std stdio, what string, ids []ID, do func(ID) (string, error)) error {
	failed := false
	for _, id := range ids {
		said, err := do(id)
		if err != nil {
			failed = true
			_, _ = fmt.Fprintf(std.Err, "hamlet: %s %d: %v\n", what, id, inShort(err))
			continue
		}
		_, _ = fmt.Fprintf(std.Out, "%s %d: %s\n", what, id, said)
	}
	if failed {
		return errSilent
	}
	return nil
}

// viewsCmd is hamlet moderate views.
type viewsCmd struct {
	List   viewsListCmd   `cmd:"" default:"withargs" help:"List the saved views of a user."`
	Save   viewsSaveCmd   `cmd:"" help:"Save a list under a name, in place of the one that has it."`
	Rename viewsRenameCmd `cmd:"" help:"Give a view another name."`
	Remove viewsRemoveCmd `cmd:"" help:"Remove views."`
}

// views is work on the views of a user: the shell has none.
func (c *moderateCmd) views(ctx context.Context, std stdio, cfg app.Config, do func(moderator) error) error {
	return c.work(ctx, std, cfg, func(m moderator) error {
		if m.who.Name == account.Shell.Name {
			return errors.New("saved views are a user's own: say whose, with --as NAME")
		}
		return do(m)
	})
}

// viewsListCmd is hamlet moderate views list.
type viewsListCmd struct{ lister }

// Help is the long help.
func (viewsListCmd) Help() string {
	return "A line holds, with tabs between: view, name, how many comments match it, its filter as --where takes it."
}

// Run lists the views.
func (c viewsListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.views(ctx, std, cfg, func(m moderator) error {
		views, err := m.Views.Of(ctx, m.who)
		if err != nil {
			return err
		}
		for _, v := range views {
			n, err := m.Queue.Count(ctx, m.who, v.View.Filter)
			if err == nil {
				err = c.line(std.Out, fields{"view": v.ID, "name": v.Name, "count": n, "where": v.View.Query()}, "%d\t%s\t%d\t%s\n", v.ID, harmless(v.Name), n, v.View.Query())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// viewsSaveCmd is hamlet moderate views save.
type viewsSaveCmd struct {
	Name string `arg:"" help:"What to call it."`
	whereFlag
	Sort string `default:"newest" enum:"${orders}" placeholder:"ORDER" help:"One of ${orders}."`
}

// Help is the long help.
func (viewsSaveCmd) Help() string { return whereHelp }

// Run saves the view.
func (c viewsSaveCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.views(ctx, std, cfg, func(m moderator) error {
		f, err := c.filter(ctx, m, "")
		if err != nil {
			return err
		}
		sort, err := desk.ParseSort(c.Sort)
		if err != nil {
			return err
		}
		return inShort(m.Views.Save(ctx, m.who, c.Name, desk.View{Filter: f, Sort: sort}))
	})
}

// viewsRenameCmd is hamlet moderate views rename.
type viewsRenameCmd struct {
	ID   int64  `arg:"" help:"The view, by the number that list shows."`
	Name string `arg:"" help:"What to call it."`
}

// Run renames the view.
func (c viewsRenameCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.views(ctx, std, cfg, func(m moderator) error { return inShort(m.Views.Rename(ctx, m.who, c.ID, c.Name)) })
}

// viewsRemoveCmd is hamlet moderate views remove.
type viewsRemoveCmd struct {
	ID []int64 `arg:"" help:"Views, by the number that list shows."`
}

// Run removes the views.
func (c viewsRemoveCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.views(ctx, std, cfg, func(m moderator) error {
		return onEach(std, "view", c.ID, func(id int64) (string, error) { return "it is gone", m.Views.Remove(ctx, m.who, id) })
	})
}
