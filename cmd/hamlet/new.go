package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/content"
)

// newCmd is hamlet new.
type newCmd struct {
	Title  string `arg:"" help:"Title of the post."`
	Slug   string `placeholder:"SLUG" help:"The end of its address (default: made of the title)."`
	Bundle bool   `help:"Give it a folder of its own, for pictures beside it."`
	Page   bool   `help:"Make it a page instead of a post."`
}

// Help is the long help.
func (newCmd) Help() string {
	return "Writes a draft with the title and the date of now, and prints its name. It replaces nothing. " +
		"Take the line draft: true out when the post is done."
}

// Run writes the file.
func (c newCmd) Run(_ context.Context, std stdio, cfg app.Config) error {
	root, err := os.OpenRoot(cfg.Content)
	if err != nil {
		return unreadable(cfg.Content, err)
	}
	defer func() { _ = root.Close() }()
	lib, err := content.Load(root.FS())
	if _, wrong := errors.AsType[content.Problems](err); err != nil && !wrong {
		return fmt.Errorf("new: read %s: %w", cfg.Content, err)
	}
	o := content.Outline{Kind: content.KindPost, Title: c.Title, Slug: c.Slug, Bundle: c.Bundle}
	if c.Page {
		o.Kind = content.KindPage
	}
	name, text, err := content.Begin(lib, o, time.Now())
	if err != nil {
		return fmt.Errorf("new: nothing was written: %w", err)
	}
	shown := filepath.Join(cfg.Content, filepath.FromSlash(name))
	switch err := writeNew(root, name, text); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("new: nothing was written, for %s is there already", shown)
	case err != nil:
		return fmt.Errorf("new: write %s: %w", shown, err)
	}
	_, _ = fmt.Fprintln(std.Out, shown)
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(root *os.Root, name string, text []byte) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
