package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// moderateCmd is hamlet moderate.
type moderateCmd struct {
	As string `placeholder:"NAME" help:"Act as this user of the blog, with what that user may do; by default as the owner, whom the audit log calls shell."`

	List    moderateListCmd `cmd:"" help:"List comments: of one status, or all that match a filter."`
	Show    moderateShowCmd `cmd:"" help:"Show comments with all that moderators see of them."`
	Approve approveCmd      `cmd:"" help:"Publish comments; the filter learns that they are ham."`
	Spam    markSpamCmd     `cmd:"" name:"spam" help:"Move comments to the spam folder; the filter learns from them."`
	Trash   trashCmd        `cmd:"" help:"Move comments to the trash; the filter learns nothing."`
	Restore restoreCmd      `cmd:"" help:"Undo the last move of comments to spam or trash."`
	Delete  deleteCmd       `cmd:"" help:"Delete comments for good; they must be in spam or trash."`
	Undo    undoCmd         `cmd:"" help:"Take back what was done in the last day."`
	Acts    actsCmd         `cmd:"" help:"List what was done in the last day, newest first."`
	Edit    editCmd         `cmd:"" help:"Put the text on stdin in place of a comment's."`
	Reply   replyCmd        `cmd:"" help:"Publish the text on stdin as a reply, and the comment that it answers."`
	Edits   editsCmd        `cmd:"" help:"List the edits of published comments that wait, or decide on one."`
	Note    noteCmd         `cmd:"" help:"Note something about a comment for the other moderators."`
	Assign  assignCmd       `cmd:"" help:"Say who is to look at a comment."`
	Pin     pinCmd          `cmd:"" help:"Let a conversation stand first under its post."`
	Unpin   unpinCmd        `cmd:"" help:"Let it stand where it would."`
	Lock    lockCmd         `cmd:"" help:"Take no more replies to a comment, nor to any below it."`
	Unlock  unlockCmd       `cmd:"" help:"Take replies again."`
	Rules   rulesCmd        `cmd:"" help:"Block authors, domains, networks and words: list, add and remove rules."`
	Posts   postsCmd        `cmd:"" help:"Close the comments of posts, and open them."`
	Attack  attackCmd       `cmd:"" help:"Turn the attack switch on or off, which holds everything."`
	Jobs    jobsCmd         `cmd:"" help:"List the acts on many comments that are not done yet, or stop one."`
	Reports reportsCmd      `cmd:"" help:"List what readers report, and dismiss it."`
	Views   viewsCmd        `cmd:"" help:"List, save, rename and remove the saved views of a user."`
	Waves   wavesCmd        `cmd:"" help:"List groups of comments that are nearly the same, or show one."`
}

// moderator is who moderates on the shell, with what the blog keeps.
type moderator struct {
	*app.Data
	who account.Actor
	std stdio
}

// work opens what the blog keeps, on behalf of whom the command names, for as long as the
// work takes.
func (c *moderateCmd) work(ctx context.Context, std stdio, cfg app.Config, do func(moderator) error) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		m := moderator{d, account.Shell, std}
		if c.As != "" {
			var err error
			if m.who, err = d.As(ctx, c.As); err != nil {
				return fmt.Errorf("--as: %w", err)
			}
		}
		return do(m)
	})
}

// change is work that may change what readers see: the command ends when a server beside it
// shows that.
func (c *moderateCmd) change(ctx context.Context, std stdio, cfg app.Config, do func(moderator) error) error {
	return c.work(ctx, std, cfg, func(m moderator) error {
		defer m.Settle(ctx)
		return do(m)
	})
}

// inShort is an error in the words of who typed the command, without the way it came.
func inShort(err error) error {
	if refused, ok := errors.AsType[*comment.TransitionError](err); ok {
		return refused
	}
	if invalid, ok := errors.AsType[*rule.InvalidError](err); ok {
		return ruleWrong(invalid)
	}
	for _, known := range []error{
		comment.ErrUndone, comment.ErrTooLate, comment.ErrChanged, comment.ErrSame, comment.ErrNotFound, comment.ErrNoThread, comment.ErrConflict,
		rule.ErrNotFound, desk.ErrNote, desk.ErrNotes, desk.ErrAssignee, desk.ErrNoView, desk.ErrViewName, desk.ErrViewTaken, desk.ErrViews,
	} {
		if errors.Is(err, known) {
			return errors.New(strings.TrimSuffix(known.Error(), ": "+comment.ErrConflict.Error()))
		}
	}
	return err
}

// moderateListCmd is hamlet moderate list.
type moderateListCmd struct {
	Status comment.Status `default:"" enum:",pending,spam,approved,trash" placeholder:"STATUS" help:"pending, spam, approved or trash (default pending)."`
	whereFlag
	Sort   string     `default:"newest" enum:"${orders}" placeholder:"ORDER" help:"One of ${orders}."`
	JSON   bool       `name:"json" help:"Print one JSON object a line, with the whole text and the filter's reasons."`
	Count  bool       `help:"Print only how many there are."`
	Limit  int        `placeholder:"N" help:"List at most this many; 0 for all."`
	Before comment.ID `placeholder:"ID" help:"List only comments older than this one."`
}

// Help is the long help.
func (moderateListCmd) Help() string {
	return "A line holds, with tabs between: id, status, date (UTC), post, author, probability of spam (- if the filter could not judge), first words. " +
		"The e-mail address of an author is never shown; the database keeps it sealed. " + whereHelp
}

// Validate refuses two statuses.
func (c moderateListCmd) Validate() error {
	v, err := c.values()
	if err == nil && c.Status != "" && v.Get("status") != "" {
		err = errors.New("--status and --where both name a status")
	}
	if err == nil && c.Before != 0 && c.Sort != "newest" {
		err = errors.New("--before goes with the order newest only")
	}
	return err
}

// orders are those that a list can have, as --sort takes them.
func orders() string {
	var names []string
	for _, o := range desk.Sorts {
		names = append(names, cmp.Or(string(o), "newest"))
	}
	return strings.Join(names, ",")
}

// batch is how many comments are read at once.
const batch = 200

// Run lists the comments.
func (c moderateListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	show := showLine
	if c.JSON {
		show = showJSON
	}
	return all.work(ctx, std, cfg, func(m moderator) error {
		v, err := c.view(ctx, m)
		if err != nil {
			return err
		}
		if c.Count {
			n, err := m.Queue.Count(ctx, m.who, v.Filter)
			if err == nil {
				_, err = fmt.Fprintln(std.Out, n)
			}
			return err
		}
		return m.each(ctx, v, c.Limit, func(cm comment.Comment) error { return show(std.Out, cm) })
	})
}

// view is the list that is asked for.
func (c moderateListCmd) view(ctx context.Context, m moderator) (v desk.View, err error) {
	if v.Filter, err = c.filter(ctx, m, c.Status); err != nil {
		return v, err
	}
	if v.Sort, err = desk.ParseSort(c.Sort); err != nil || c.Before == 0 {
		return v, err
	}
	cm, err := m.Comments.Get(ctx, m.who, c.Before)
	if err != nil {
		return v, fmt.Errorf("--before: comment %d: %w", c.Before, inShort(err))
	}
	v.From = desk.Cursor{Key: strconv.FormatInt(cm.CreatedAt.UnixMilli(), 10), ID: cm.ID}
	return v, nil
}

// each goes through a list, at most limit of it; 0 for all.
func (m moderator) each(ctx context.Context, v desk.View, limit int, do func(comment.Comment) error) error {
	for left := limit; ; {
		n := batch
		if limit > 0 {
			n = min(n, left)
		}
		page, err := m.Queue.Find(ctx, m.who, v, n)
		if err != nil {
			return fmt.Errorf("list comments: %w", err)
		}
		for _, cm := range page.Comments {
			if err := do(cm); err != nil {
				return err
			}
		}
		left -= len(page.Comments)
		if page.Next == nil || limit > 0 && left == 0 {
			return nil
		}
		v.From = *page.Next
	}
}

// showLine prints a comment as one line.
func showLine(w io.Writer, c comment.Comment) error { return showLineWith(w, c, "") }

// showLineWith prints a comment as one line, with something at its end.
func showLineWith(w io.Writer, c comment.Comment, end string) error {
	probability := "-"
	if c.Hold != comment.HoldUnjudged {
		probability = fmt.Sprintf("%.3f", c.Verdict.Probability)
	}
	if end != "" {
		end = "\t" + end
	}
	_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s%s\n", c.ID, c.Status,
		c.CreatedAt.UTC().Format("2006-01-02 15:04"), harmless(c.Post), harmless(c.Author), probability,
		harmless(firstWords(c.Body)), end)
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
	Revision    int64          `json:"revision"`
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
		Probability: c.Verdict.Probability, Class: c.Verdict.Class, Model: c.Verdict.Model, Revision: c.Revision, Reasons: reasons,
	})
}
