package main

import (
	"context"
	"fmt"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/app"
)

// userRoleCmd is hamlet user role.
type userRoleCmd struct {
	Name   string       `arg:"" help:"Name of the account."`
	Role   account.Role `arg:"" enum:"author,moderator,owner" help:"author, moderator or owner."`
	Writes *string      `placeholder:"AUTHOR" help:"Name of the author, as posts have it, whose posts are the account's own; empty for none (default: as it was)."`
}

// Run changes the role.
func (c userRoleCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		was, err := d.Accounts.Named(ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		writes := was.Writes
		if c.Writes != nil {
			writes = *c.Writes
		}
		u, err := d.Accounts.SetRole(ctx, account.Shell, c.Name, c.Role, writes)
		if err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "%s is %s now\n", harmless(u.Name), u.Role)
		return err
	})
}

// oneUser is an account by its name.
type oneUser struct {
	Name string `arg:"" help:"Name of the account."`
}

// change does something to the account, and says what.
func (c oneUser) change(ctx context.Context, std stdio, cfg app.Config, said string,
	do func(*account.Service, context.Context, account.Actor, string) (account.User, error),
) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		u, err := do(d.Accounts, ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "%s %s\n", harmless(u.Name), said)
		return err
	})
}

// userDisableCmd is hamlet user disable.
type userDisableCmd struct{ oneUser }

// Run disables an account.
func (c userDisableCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.change(ctx, std, cfg, "does not log in any more; all sessions have ended", (*account.Service).Disable)
}

// userEnableCmd is hamlet user enable.
type userEnableCmd struct{ oneUser }

// Run enables an account.
func (c userEnableCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return c.change(ctx, std, cfg, "may log in", (*account.Service).Enable)
}

// userRemoveCmd is hamlet user remove.
type userRemoveCmd struct {
	Name string `arg:"" help:"Name of the account."`
	Yes  bool   `help:"Do not ask."`
}

// Run removes an account.
func (c userRemoveCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		u, err := d.Accounts.Named(ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		if err := sure(std, c.Yes, fmt.Sprintf("This removes the %s %s for good.", u.Role, harmless(u.Name))); err != nil {
			return err
		}
		if err := d.Accounts.Remove(ctx, account.Shell, u.Name); err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "removed %s %s\n", u.Role, harmless(u.Name))
		return err
	})
}

// userResetCmd is hamlet user reset.
type userResetCmd struct {
	Name string `arg:"" help:"Name of the account."`
	Yes  bool   `help:"Do not ask."`
}

// Run takes the second steps away.
func (c userResetCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	return withUsers(ctx, std, cfg, func(d *app.Data) error {
		if _, err := d.Accounts.Named(ctx, account.Shell, c.Name); err != nil {
			return inWords(c.Name, err)
		}
		if err := sure(std, c.Yes, fmt.Sprintf("This lets %s log in with the password alone.", harmless(c.Name))); err != nil {
			return err
		}
		taken, err := d.Accounts.Reset(ctx, account.Shell, c.Name)
		if err != nil {
			return inWords(c.Name, err)
		}
		_, err = fmt.Fprintf(std.Out, "took from %s: %s\n", harmless(c.Name), takenInWords(taken))
		return err
	})
}

// takenInWords lists what was taken away.
func takenInWords(t account.Taken) string {
	var parts []string
	for _, what := range []struct {
		n     int
		thing string
	}{{t.Passkeys, "passkey"}, {t.Recovery, "recovery code"}, {t.Sessions, "session"}} {
		if what.n > 0 {
			parts = append(parts, counted(what.n, what.thing))
		}
	}
	if t.Codes {
		parts = append(parts, "one-time codes")
	}
	if len(parts) == 0 {
		return "nothing, there was nothing but the password"
	}
	return strings.Join(parts, ", ")
}
