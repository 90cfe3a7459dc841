package main

import (
	"context"
	"errors"
	"fmt"

	"hamlet/internal/app"
)

// keyCmd is hamlet key.
type keyCmd struct {
	Rotate keyRotateCmd `cmd:"" help:"Give the blog another key; addresses are kept."`
	Lost   keyLostCmd   `cmd:"" help:"Go on without the key, when it is lost for good; addresses are gone."`
}

// keyRotateCmd is hamlet key rotate.
type keyRotateCmd struct {
	Yes bool `help:"Do not ask."`
}

const keyEnds = "Private links, cookies of \"remember me\", forms that are open and addresses of previews stop working. "

const (
	linksMailed = "Who has lost a link can have a new one mailed. "
	linksLost   = "For comments so far no link can be mailed any more: at the desk you can change and delete them for whoever asks you to. "
)

// Help is the long help.
func (keyRotateCmd) Help() string {
	return "For when somebody may have read hamlet.key. Stop the server first. The keys of commenters are wrapped anew and the " +
		"old key is deleted. " + keyEnds + linksMailed + "Cut off at any moment, the same command goes on from there; " +
		"until then the blog does not start."
}

// Run gives the blog another key.
func (c keyRotateCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := sure(std, c.Yes, "This gives the blog another key. "+keyEnds+linksMailed); err != nil {
		return err
	}
	if err := app.RotateKey(ctx, cfg, world(std)); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.Out, "the blog has another key; the one before opens nothing but old copies")
	return err
}

// keyLostCmd is hamlet key lost.
type keyLostCmd struct {
	Yes bool `help:"Do not ask."`
}

// Help is the long help.
func (keyLostCmd) Help() string {
	return "For when hamlet.key is gone, or is not the one that the database was made with, and no copy is left. Stop the server " +
		"first. Comments, decisions and accounts stay as they are. The addresses of commenters, and the networks that were kept, cannot be read " +
		"without the key and are deleted. " + keyEnds + linksLost + "Cut off at any moment, the same command goes on from there."
}

// Run goes on without the key.
func (c keyLostCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := sure(std, c.Yes, "This gives up the addresses of all commenters and makes a new key. "+keyEnds+linksLost); err != nil {
		return err
	}
	err := app.LoseKey(ctx, cfg, world(std))
	if errors.Is(err, app.ErrKeyFits) {
		return errors.New(err.Error() + "; nothing was done")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.Out, "the blog has a new key; comments are as they were, and addresses given with them so far are gone")
	return err
}
