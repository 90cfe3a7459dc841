package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
)

// userCmd is hamlet user.
type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Make an account."`
	List   userListCmd   `cmd:"" help:"List the accounts, and in which ways each logs in."`
	Passwd userPasswdCmd `cmd:"" help:"Set a new password; ends the sessions of the account."`
	Reset  userResetCmd  `cmd:"" help:"Take passkeys, one-time codes and recovery codes away, for who lost them, and end the sessions: the password alone logs in again."`

	Role    userRoleCmd    `cmd:"" help:"Change what an account may do."`
	Disable userDisableCmd `cmd:"" help:"Keep an account from logging in, and end its sessions."`
	Enable  userEnableCmd  `cmd:"" help:"Let it log in again."`
	Remove  userRemoveCmd  `cmd:"" help:"Remove an account for good; what it did stays in the audit log."`

	Invite      userInviteCmd      `cmd:"" help:"Print a link that makes one account, within seven days."`
	Invitations userInvitationsCmd `cmd:"" help:"List the invitations that can still be accepted."`
	Revoke      userRevokeCmd      `cmd:"" help:"Make an invitation worthless."`

	Sessions    userSessionsCmd    `cmd:"" help:"List where an account is logged in."`
	EndSessions userEndSessionsCmd `cmd:"" help:"End a session of an account, or all of them."`
}

// userAddCmd is hamlet user add.
type userAddCmd struct {
	Name     string       `arg:"" help:"Name to log in with."`
	Role     account.Role `default:"moderator" enum:"author,moderator,owner" placeholder:"ROLE" help:"author (decides on comments under posts of their own), moderator (on all comments) or owner (on everything)."`
	Writes   string       `placeholder:"AUTHOR" help:"Name of the author, as posts have it, whose posts are the account's own."`
	Password passwordFlag `embed:""`
}

// Run makes the account.
func (c userAddCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withData(ctx, std, cfg, func(d *app.Data) error {
		password, err := c.Password.read(ctx, std)
		if err != nil {
			return err
		}
		u, err := d.Accounts.AddUser(ctx, account.Shell, account.NewUser{Name: c.Name, Role: c.Role, Writes: c.Writes, Password: password})
		if err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "added %s %s\n", u.Role, u.Name)
		return err
	})
}

// userPasswdCmd is hamlet user passwd.
type userPasswdCmd struct {
	Name     string       `arg:"" help:"Name of the account."`
	Password passwordFlag `embed:""`
}

// Run sets the password.
func (c userPasswdCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		password, err := c.Password.read(ctx, std)
		if err != nil {
			return err
		}
		if err := d.Accounts.SetPassword(ctx, account.Shell, c.Name, password); err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "set a new password for %s\n", c.Name)
		return err
	})
}

// userListCmd is hamlet user list.
type userListCmd struct{ lister }

// Run lists the accounts, one a line.
func (c userListCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		users, err := d.Accounts.Users(ctx, account.Shell)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, u := range users {
			ways, err := d.Accounts.Ways(ctx, u)
			if err != nil {
				return err
			}
			object := fields{"name": u.Name, "role": u.Role, "since": u.CreatedAt.UTC(), "logs_in_by": waysOf(u, ways)}
			if err := c.line(w, object, "%s\t%s\tsince %s\t%s\n", harmless(u.Name), u.Role, u.CreatedAt.Format(time.DateOnly), waysOf(u, ways)); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// waysOf says in which ways a user logs in, if they do, and whose posts are theirs.
func waysOf(u account.User, w account.Ways) string {
	var parts []string
	if !u.DisabledAt.IsZero() {
		parts = append(parts, "disabled")
	}
	if w.Password {
		parts = append(parts, "password")
	}
	if w.OTP {
		parts = append(parts, "one-time codes")
	}
	if n := len(w.Passkeys); n > 0 {
		parts = append(parts, counted(n, "passkey"))
	}
	if u.Writes != "" {
		parts = append(parts, "writes as "+harmless(u.Writes))
	}
	return strings.Join(parts, ", ")
}

// withUsers is withData in a folder that is there already.
func withUsers(ctx context.Context, std stdio, cfg app.Config, work func(*app.Data) error) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, work)
}

// withData opens what the blog keeps, also beside a running server, for as long
// as the work takes.
func withData(ctx context.Context, std stdio, cfg app.Config, work func(*app.Data) error) error {
	d, err := app.OpenData(ctx, cfg, world(std))
	if err != nil {
		return err
	}
	return errors.Join(work(d), d.Close())
}

// inWords is an error about an account for whoever typed the command: what is
// wrong, once.
func inWords(name string, err error) error {
	var invalid *account.InvalidError
	switch {
	case errors.As(err, &invalid):
		var says []string
		for field, problem := range invalid.Fields {
			says = append(says, field+": "+problem.String())
		}
		slices.Sort(says)
		return errors.New(strings.Join(says, " "))
	case errors.Is(err, account.ErrLastWay):
		return fmt.Errorf("%s: %w; set a password first: hamlet user passwd", name, account.ErrLastWay)
	}
	for _, known := range []error{account.ErrNameTaken, account.ErrNotFound, account.ErrLastOwner} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", name, known)
		}
	}
	return err
}
