package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
)

// privacyCmd is hamlet privacy.
type privacyCmd struct {
	Export privacyExportCmd `cmd:"" help:"Print everything that is kept under an e-mail address."`
	Erase  privacyEraseCmd  `cmd:"" help:"Erase everything under an e-mail address for good."`
}

// privacyExportCmd is hamlet privacy export.
type privacyExportCmd struct {
	Address string `arg:"" help:"E-mail address, in any case."`
}

// Help is the long help.
func (privacyExportCmd) Help() string {
	return "Prints one JSON object: the person, and each comment as the author's private page has it. " +
		"The audit log notes that it was done, without the address. Works while the server runs."
}

// Run prints what is kept.
func (c privacyExportCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		text, err := d.Holding(ctx, account.Shell, c.Address)
		if err != nil {
			return unknownAddress(err)
		}
		_, err = std.Out.Write(text)
		return err
	})
}

// privacyEraseCmd is hamlet privacy erase.
type privacyEraseCmd struct {
	Address string `arg:"" help:"E-mail address, in any case."`
	Yes     bool   `help:"Do not ask."`
}

// Help is the long help.
func (privacyEraseCmd) Help() string {
	return "Erases all comments that came with the address and destroys the key that it is encrypted with, so that no copy of the " +
		"database can tell it any more. A comment that others answered leaves an empty place. The audit log notes it, without the " +
		"address. Works while the server runs; its pages follow."
}

// Run erases.
func (c privacyEraseCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		n, err := d.Comments.CountUnder(ctx, account.Shell, c.Address)
		if err != nil {
			return unknownAddress(err)
		}
		if err := sure(std, c.Yes, fmt.Sprintf("This erases %s and the address for good.", counted(n, "comment"))); err != nil {
			return err
		}
		who, all, err := d.Comments.EraseAddress(ctx, account.Shell, c.Address)
		if err != nil {
			return unknownAddress(err)
		}
		d.Settle(ctx) // a server beside this shows nothing of it when the command ends
		return tellErased(std.Out, who, all)
	})
}

func tellErased(w io.Writer, who comment.PersonID, all []comment.Erased) error {
	places := 0
	for _, e := range all {
		if e.Placed {
			places++
		}
	}
	_, err := fmt.Fprintf(w, "erased person %d with %s", who, counted(len(all), "comment"))
	if err == nil && places > 0 {
		_, err = fmt.Fprintf(w, "; %d left an empty place, for it was answered", places)
	}
	if err == nil {
		_, err = fmt.Fprintln(w, "; the key of the address is destroyed")
	}
	return err
}

// unknownAddress says in words that nobody gave an address; not which one, which may be
// read over a shoulder or kept in a log.
func unknownAddress(err error) error {
	if errors.Is(err, comment.ErrNotFound) {
		return errors.New("nothing is kept under this address")
	}
	return err
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// sure asks whether to go on, unless that was said.
func sure(std stdio, yes bool, what string) error {
	if yes {
		return nil
	}
	if _, err := fmt.Fprintf(std.Err, "%s Type yes to go on: ", what); err != nil {
		return err
	}
	answer, err := bufio.NewReader(std.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return errors.New("nothing was done: the answer was not yes (--yes does not ask)")
	}
	return nil
}
