package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"hamlet/internal/account"
	"hamlet/internal/app"
)

// userCmd is hamlet user.
type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Make an account."`
	List   userListCmd   `cmd:"" help:"List the accounts."`
	Passwd userPasswdCmd `cmd:"" help:"Set a new password; ends the sessions of the account."`
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
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
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
type userListCmd struct{}

// Run lists the accounts, one a line.
func (userListCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		users, err := d.Accounts.Users(ctx, account.Shell)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(std.Out, 0, 0, 2, ' ', 0)
		for _, u := range users {
			as := ""
			if u.Writes != "" {
				as = "\twrites as " + harmless(u.Writes)
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\tsince %s%s\n", harmless(u.Name), u.Role, u.CreatedAt.Format("2006-01-02"), as)
		}
		return w.Flush()
	})
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
	case errors.Is(err, account.ErrNameTaken):
		return fmt.Errorf("%s: %w", name, account.ErrNameTaken)
	case errors.Is(err, account.ErrNotFound):
		return fmt.Errorf("%s: %w", name, account.ErrNotFound)
	}
	return err
}
