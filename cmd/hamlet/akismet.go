package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/app"
)

// akismetCmd is hamlet akismet.
type akismetCmd struct {
	Key siteKeyCmd `cmd:"" help:"Make, list, change and revoke the keys with which other sites ask this filter."`
}

// siteKeyCmd is hamlet akismet key.
type siteKeyCmd struct {
	Add    siteAddCmd    `cmd:"" help:"Make a key for a site and print it; it is not kept and cannot be printed again."`
	List   siteListCmd   `cmd:"" help:"List the sites, and what each asked this month."`
	Set    siteSetCmd    `cmd:"" help:"Change how a site is judged for."`
	Revoke siteRevokeCmd `cmd:"" help:"End a key at once."`
}

// siteAddCmd is hamlet akismet key add.
type siteAddCmd struct {
	Name string `arg:"" help:"What the site is called here."`
}

// Run makes a key.
func (c siteAddCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withData(ctx, std, cfg, func(d *app.Data) error {
		_, key, err := d.Sites.AddSite(ctx, account.Shell, c.Name)
		if err != nil {
			return siteInWords(c.Name, err)
		}
		_, err = fmt.Fprintln(std.Out, key)
		return err
	})
}

// siteListCmd is hamlet akismet key list.
type siteListCmd struct{ lister }

// Run lists the sites, one a line.
func (c siteListCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withData(ctx, std, cfg, func(d *app.Data) error {
		sites, err := d.Sites.List(ctx, account.Shell)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, s := range sites {
			n, err := d.Sites.ThisMonth(ctx, account.Shell, s.ID)
			if err != nil {
				return err
			}
			err = c.line(w, siteObject(s, n), "%s\t…%s\tsince %s\t%s\t%d spam, %d ham, %d missed, %d wrongly spam\n", harmless(s.Name), s.Hint,
				s.CreatedAt.Format("2006-01-02"), s.String(), n.Spam, n.Ham, n.MissedSpam, n.FalsePositives)
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// siteObject is a site, and what it asked this month, as JSON.
func siteObject(s akismet.Site, n akismet.Counts) fields {
	object := fields{
		"name": s.Name, "key_ends_in": s.Hint, "since": s.CreatedAt.UTC(), "cost": s.Cost, "discard": s.Discard, "shares": s.Shares,
		"per_minute": s.PerMinute, "call_back": s.CallBack,
		"spam": n.Spam, "ham": n.Ham, "missed_spam": n.MissedSpam, "false_positives": n.FalsePositives,
	}
	if !s.RevokedAt.IsZero() {
		object["revoked_at"] = s.RevokedAt.UTC()
	}
	return object
}

// siteSetCmd is hamlet akismet key set.
type siteSetCmd struct {
	Name      string   `arg:"" help:"What the site is called here."`
	Cost      *float64 `placeholder:"TIMES" help:"How much worse it is to call an honest comment spam than usual, from 0.1 to 10."`
	Discard   *bool    `negatable:"" help:"Let the site throw away unseen what is plainly spam."`
	Shares    *bool    `negatable:"" help:"Let the site learn from all sites that share, and them from it."`
	CallBack  *bool    `negatable:"" help:"Tell the site, at the address of its own that it names, when something else is said of a comment than at first."`
	PerMinute *int     `placeholder:"N" help:"Calls it may make in a minute; 0 for any number."`
}

// Run changes the settings that are named.
func (c siteSetCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withSite(ctx, std, cfg, c.Name, func(d *app.Data, s akismet.Site) error {
		to := s.Settings
		set(&to.Cost, c.Cost)
		set(&to.Discard, c.Discard)
		set(&to.Shares, c.Shares)
		set(&to.CallBack, c.CallBack)
		set(&to.PerMinute, c.PerMinute)
		if err := d.Sites.Change(ctx, account.Shell, s.ID, to); err != nil {
			return err
		}
		s.Settings = to
		_, err := fmt.Fprintf(std.Out, "%s: %s\n", harmless(s.Name), s)
		return err
	})
}

// set takes a value over that was given.
func set[T any](to, given *T) {
	if given != nil {
		*to = *given
	}
}

// siteRevokeCmd is hamlet akismet key revoke.
type siteRevokeCmd struct {
	Name string `arg:"" help:"What the site is called here."`
}

// Run ends a key.
func (c siteRevokeCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withSite(ctx, std, cfg, c.Name, func(d *app.Data, s akismet.Site) error {
		if err := d.Sites.Revoke(ctx, account.Shell, s.ID); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.Out, "the key of %s is revoked\n", harmless(s.Name))
		return err
	})
}

// withSite does something to a site that is named.
func withSite(ctx context.Context, std stdio, cfg app.Config, name string, do func(*app.Data, akismet.Site) error) error {
	return withData(ctx, std, cfg, func(d *app.Data) error {
		sites, err := d.Sites.List(ctx, account.Shell)
		if err != nil {
			return err
		}
		for _, s := range sites {
			if s.Name == name {
				return siteInWords(name, do(d, s))
			}
		}
		return siteInWords(name, akismet.ErrNotFound)
	})
}

// siteInWords is an error about a site for whoever typed the command.
func siteInWords(name string, err error) error {
	for _, known := range []error{akismet.ErrNotFound, akismet.ErrTaken} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", harmless(name), known)
		}
	}
	return err
}
