package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/rule"
)

// rulesCmd is hamlet moderate rules.
type rulesCmd struct {
	List   rulesListCmd   `cmd:"" default:"withargs" help:"List the rules, newest first."`
	Add    rulesAddCmd    `cmd:"" help:"Add a rule, or put it in the place of one of the same kind and value."`
	Remove rulesRemoveCmd `cmd:"" help:"Remove rules; what they held stays where it is."`
}

// rulesListCmd is hamlet moderate rules list.
type rulesListCmd struct{ lister }

// Help is the long help.
func (rulesListCmd) Help() string {
	return "A line holds, with tabs between: number, kind, value, what becomes of a comment that it hits, when it ends (UTC), hits, the day of the last, by whom, note."
}

// Run lists the rules.
func (c rulesListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		rules, err := m.Rules.List(ctx, m.who)
		if err != nil {
			return err
		}
		for _, r := range rules {
			if err := showRule(std, c.lister, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func showRule(std stdio, l lister, r rule.Rule) error {
	ends, last := "never", "-"
	object := fields{"rule": r.ID, "kind": r.Kind, "value": r.Value, "effect": r.Effect, "hits": r.Hits, "by": r.By, "note": r.Note}
	if !r.Expires.IsZero() {
		ends, object["expires"] = r.Expires.UTC().Format(time.DateTime), r.Expires.UTC()
	}
	if !r.LastHit.IsZero() {
		last = r.LastHit.Format(time.DateOnly)
		object["last_hit"] = last
	}
	return l.line(std.Out, object, "%d\t%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n",
		r.ID, r.Kind, harmless(r.Value), r.Effect, ends, r.Hits, last, harmless(r.By), harmless(r.Note))
}

// rulesAddCmd is hamlet moderate rules add.
type rulesAddCmd struct {
	Kind   string `arg:"" enum:"author,proof,domain,network,word,links" help:"author, domain, network, word, links (more of them than a number) or proof."`
	Value  string `arg:"" help:"What to look for."`
	Effect string `default:"hold" enum:"hold,spam" placeholder:"EFFECT" help:"hold (it waits) or spam (it is put with the spam)."`
	For    string `default:"month" enum:"day,week,month,never" placeholder:"TIME" help:"day, week, month, or never to end."`
	Note   string `placeholder:"TEXT" help:"For the other moderators."`
}

// Run adds the rule.
func (c rulesAddCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		r, _, err := m.Rules.Add(ctx, m.who, rule.Draft{Kind: c.Kind, Value: c.Value, Effect: c.Effect, Note: c.Note, Lasting: c.For})
		if err != nil {
			return inShort(err)
		}
		return showRule(std, lister{}, r)
	})
}

// ruleWrong says what is wrong with a rule.
func ruleWrong(e *rule.InvalidError) error {
	var says []string
	for field, fault := range e.Fields {
		says = append(says, field+": "+string(fault))
	}
	slices.Sort(says)
	return errors.New("this is no rule: " + strings.Join(says, ", "))
}

// rulesRemoveCmd is hamlet moderate rules remove.
type rulesRemoveCmd struct {
	ID []rule.ID `arg:"" help:"Rules, by the number that list shows."`
}

// Run removes the rules. One that fails does not stop the others.
func (c rulesRemoveCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		return onEach(std, "rule", c.ID, func(id rule.ID) (string, error) {
			r, _, err := m.Rules.Remove(ctx, m.who, id)
			return harmless(r.String()) + " is gone", err
		})
	})
}

// postsCmd is hamlet moderate posts.
type postsCmd struct {
	List  postsListCmd  `cmd:"" default:"withargs" help:"List the posts that somebody closed or opened here."`
	Close postsCloseCmd `cmd:"" help:"Take no more comments under posts."`
	Open  postsOpenCmd  `cmd:"" help:"Take comments again, however old the posts are."`
}

// postsListCmd is hamlet moderate posts list.
type postsListCmd struct{ lister }

// Run lists the posts.
func (l postsListCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return all.work(ctx, std, cfg, func(m moderator) error {
		titles := m.PostTitles()
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, c := range m.Rules.Closings() {
			is := "open"
			if c.Closed {
				is = "closed"
			}
			object := fields{"post": c.Post, "title": titles[c.Post], "closed": c.Closed, "by": c.By, "at": c.At.UTC()}
			err := l.line(w, object, "%s\t%s\tby %s\t%s\t%s\n", harmless(c.Post), is, harmless(c.By), c.At.UTC().Format(time.DateTime), harmless(titles[c.Post]))
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// somePosts are posts by their slugs.
type somePosts struct {
	Post []string `arg:"" help:"Posts, by the last part of their address."`
}

// set closes posts, or opens them: those that there are not are named before anything is done.
func (c somePosts) set(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd, closed bool) error {
	return all.change(ctx, std, cfg, func(m moderator) error {
		titles := m.PostTitles()
		for _, post := range c.Post {
			if _, ok := titles[post]; !ok {
				return fmt.Errorf("there is no post %s", harmless(post))
			}
		}
		for _, post := range c.Post {
			if _, err := m.Rules.Close(ctx, m.who, post, closed); err != nil {
				return fmt.Errorf("post %s: %w", harmless(post), err)
			}
			is := "takes comments"
			if closed {
				is = "takes no more comments"
			}
			_, _ = fmt.Fprintf(std.Out, "post %s: %s\n", harmless(post), is)
		}
		return nil
	})
}

// The commands that close and open.
type (
	postsCloseCmd struct{ somePosts }
	postsOpenCmd  struct{ somePosts }
)

// Run closes posts.
func (c postsCloseCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.set(ctx, std, cfg, all, true)
}

// Run opens posts.
func (c postsOpenCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.set(ctx, std, cfg, all, false)
}

// attackCmd is hamlet moderate attack.
type attackCmd struct {
	Do  string        `arg:"" optional:"" default:"status" enum:"on,off,status" help:"on, off, or nothing to be told how it is."`
	For time.Duration `default:"1h" placeholder:"TIME" help:"For how long it is on, such as 30m or 6h; 0 until it is turned off."`
}

// Help is the long help.
func (attackCmd) Help() string {
	return "While it is on, every comment waits for a moderator, and browsers are asked for a small calculation, unless --proof-of-work of the server says off."
}

// Validate refuses a time that is none.
func (c attackCmd) Validate() error {
	if c.For < 0 {
		return errors.New("--for: a time is not negative")
	}
	return nil
}

// Run turns the switch, and tells how it is.
func (c attackCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	do := all.change
	if c.Do == "status" {
		do = all.work
	}
	return do(ctx, std, cfg, func(m moderator) error {
		var err error
		switch c.Do {
		case "on":
			_, err = m.Rules.SetAttack(ctx, m.who, c.For)
		case "off":
			_, err = m.Rules.EndAttack(ctx, m.who)
		}
		if err != nil {
			return err
		}
		says := "the attack switch is off"
		if a := m.Rules.Attack(); !a.Since.IsZero() {
			says = "the attack switch is on until it is turned off"
			if !a.Until.IsZero() {
				says = "the attack switch is on until " + a.Until.UTC().Format(time.DateTime) + " UTC"
			}
			says += ", turned on by " + harmless(a.By)
		}
		_, err = fmt.Fprintln(std.Out, says)
		return err
	})
}
