package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
)

// userInviteCmd is hamlet user invite.
type userInviteCmd struct {
	Role   account.Role `default:"moderator" enum:"author,moderator,owner" placeholder:"ROLE" help:"author (decides on comments under posts of their own), moderator (on all comments) or owner (on everything)."`
	Writes string       `placeholder:"AUTHOR" help:"Name of the author, as posts have it, whose posts are the account's own."`
}

// Run makes an invitation and prints its link.
func (c userInviteCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		secret, inv, err := d.Accounts.Invite(ctx, account.Shell, c.Role, c.Writes)
		if err != nil {
			return inWords("invitation", err)
		}
		if _, err := fmt.Fprintf(std.Out, "%s/admin/invitation/%s\n", cfg.BaseURL, secret); err != nil {
			return err
		}
		if cfg.BaseURL == "" {
			_, _ = fmt.Fprintln(std.Err, "The setting base-url names no address: put that of the blog before this.")
		}
		_, err = fmt.Fprintf(std.Err, "It makes one %s, until %s.\n", inv.Role, moment(inv.ExpiresAt))
		return err
	})
}

// moment is a time as these commands print it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// userInvitationsCmd is hamlet user invitations.
type userInvitationsCmd struct{ lister }

// Run lists the invitations, one a line.
func (c userInvitationsCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		all, err := d.Accounts.Invitations(ctx, account.Shell)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, inv := range all {
			as := ""
			if inv.Writes != "" {
				as = ", writes as " + harmless(inv.Writes)
			}
			object := fields{"invitation": inv.ID, "role": inv.Role, "writes": inv.Writes, "by": inv.By, "until": inv.ExpiresAt.UTC()}
			if err := c.line(w, object, "%d\t%s%s\tby %s\tuntil %s\n", inv.ID, inv.Role, as, harmless(inv.By), moment(inv.ExpiresAt)); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// userRevokeCmd is hamlet user revoke.
type userRevokeCmd struct {
	ID int64 `arg:"" help:"Number of the invitation, as hamlet user invitations lists it."`
}

// Run revokes an invitation.
func (c userRevokeCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		err := d.Accounts.Revoke(ctx, account.Shell, c.ID)
		if errors.Is(err, account.ErrNotFound) {
			return fmt.Errorf("there is no invitation %d", c.ID)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.Out, "revoked invitation %d\n", c.ID)
		return err
	})
}

// userSessionsCmd is hamlet user sessions.
type userSessionsCmd struct {
	lister
	Name string `arg:"" help:"Name of the account."`
}

// Run lists the sessions of an account, one a line.
func (c userSessionsCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		u, err := d.Accounts.Named(ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		all, err := d.Accounts.Sessions(ctx, account.Shell, u)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, one := range all {
			object := fields{"session": one.ID, "began": one.Began.UTC(), "until": one.Until.UTC(), "browser": one.Browser}
			if err := c.line(w, object, "%s\tbegan %s\tends %s unless it is used\t%s\n", one.ID, moment(one.Began), moment(one.Until), harmless(one.Browser)); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// userEndSessionsCmd is hamlet user end-sessions.
type userEndSessionsCmd struct {
	Name    string `arg:"" help:"Name of the account."`
	Session string `arg:"" optional:"" help:"The one to end, as hamlet user sessions lists it; without, all."`
}

// Run ends sessions.
func (c userEndSessionsCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		u, err := d.Accounts.Named(ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		n := 1
		if c.Session == "" {
			n, err = d.Accounts.EndSessions(ctx, account.Shell, u, "")
		} else if err = d.Accounts.EndSession(ctx, account.Shell, u, c.Session); errors.Is(err, account.ErrNotFound) {
			return fmt.Errorf("%s has no session %s", c.Name, c.Session)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.Out, "ended %s of %s\n", counted(n, "session"), harmless(u.Name))
		return err
	})
}
