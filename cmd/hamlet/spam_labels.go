package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/spam"
)

// spamExportCmd is hamlet spam export.
type spamExportCmd struct {
	Text bool `help:"Add the texts of the comments that are still there, so that the file can be trained on."`
}

// Help is the long help.
func (spamExportCmd) Help() string {
	return "Writes what the moderators said is spam and ham, a JSON object a line, in the order they said it: seq and comment (numbers on the site it was given on), " +
		"source (that site), label (spam, ham, or null: taken back), at, extractor, keys (hashes that tell which labels are of one author, one wave of near-duplicates, one moderator) " +
		"and vector (hashes of words, which cannot be read back). " +
		"With --text, the label that stands comes with author, author_url, body, permalink and date, as train, eval, replay and judge read them; e-mail addresses are never written. " +
		"hamlet spam import reads the file on another site."
}

// spamImportCmd is hamlet spam import.
type spamImportCmd struct {
	File string `arg:"" optional:"" type:"existingfile" help:"What hamlet spam export wrote; - is stdin."`
	Undo string `placeholder:"SITE" help:"Instead, remove all labels that were imported of a site (source)."`
}

// Help is the long help.
func (spamImportCmd) Help() string {
	return "Teaches the filter of this blog what the moderators of another one said. The same file twice changes nothing, and a later export of the same site adds what is new. " +
		"It is the whole file or nothing. A running server learns before it judges the next comment. " +
		"Labels made by another version of the filter's features are kept, but teach nothing. Only import what you trust: it is believed like your own decisions. " +
		"--undo removes the labels of a site again, as if they had never been imported; what moderators said here stays."
}

// Run writes the labels.
func (c spamExportCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		return insight.WriteLabels(ctx, std.Out, d.Comments, account.Shell, c.Text)
	})
}

// Run takes over the labels.
func (c spamImportCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if (c.File == "") == (c.Undo == "") {
		return errors.New("import: either a file or --undo SITE is needed")
	}
	if err := cfg.CheckData(); err != nil {
		return err
	}
	if c.Undo != "" {
		return withData(ctx, std, cfg, func(d *app.Data) error { return c.undo(ctx, std, d.Comments) })
	}
	labels, err := readLabels(std, c.File)
	if err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		added, err := d.Comments.ImportLabels(ctx, account.Shell, labels)
		if err != nil {
			return fmt.Errorf("%s: %w; nothing was imported", c.File, err)
		}
		_, err = fmt.Fprintf(std.Out, "%s, %d of them new\n", count(len(labels), "label"), added)
		return err
	})
}

// undo removes the labels of a site, and says of which others there are some.
func (c spamImportCmd) undo(ctx context.Context, std stdio, s *comment.Service) error {
	removed, err := s.UndoImport(ctx, account.Shell, c.Undo)
	if err != nil {
		return err
	}
	sites, err := s.Imported(ctx, account.Shell)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(std.Out, "%s of %s removed\n", count(removed, "imported label"), harmless(c.Undo))
	for _, other := range sites {
		_, err = fmt.Fprintf(std.Out, "%s of %s left\n", count(other.Labels, "imported label"), harmless(other.Site))
	}
	return err
}

// readLabels reads what spamExportCmd wrote.
func readLabels(std stdio, name string) (labels []comment.Label, err error) {
	foreign := 0
	err = openInput(std, name, func(in io.Reader) (err error) {
		labels, foreign, err = insight.ReadLabels(in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(labels) == 0 {
		return nil, fmt.Errorf("%s: there are no labels to import", name)
	}
	if foreign > 0 {
		_, err = fmt.Fprintf(std.Err, "hamlet: %s made by another version of the features: kept, but of no use to this version (%d)\n",
			plural(foreign, "1 label was", fmt.Sprint(foreign)+" labels were"), spam.ExtractorVersion)
	}
	return labels, err
}
