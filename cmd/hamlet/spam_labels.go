package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
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

// labelLine is a label as a line of a file.
type labelLine struct {
	Seq       int64      `json:"seq"`
	Comment   comment.ID `json:"comment"`
	Source    string     `json:"source"`
	Label     *string    `json:"label"`
	At        string     `json:"at"`
	Extractor *uint16    `json:"extractor"`
	Keys      *labelKeys `json:"keys,omitempty"`
	Vector    *[]byte    `json:"vector"` // base64
}

// labelKeys are the keys of a lesson; what is unknown is left out.
type labelKeys struct {
	Author    labelKey `json:"author,omitzero"`
	Wave      labelKey `json:"wave,omitzero"`
	Moderator labelKey `json:"moderator,omitzero"`
}

// labelKey is a hash, written in hexadecimal: as a number it would lose digits in many
// readers of JSON.
type labelKey uint64

// MarshalText writes the key.
func (k labelKey) MarshalText() ([]byte, error) { //nolint:unparam // as encoding.TextMarshaler has it
	return fmt.Appendf(nil, "%016x", uint64(k)), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *labelKey) UnmarshalText(text []byte) error {
	x, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil {
		return fmt.Errorf("keys: %q is not a number in hexadecimal of at most 16 digits", text)
	}
	*k = labelKey(x)
	return nil
}

// labelText is the comment of a label.
type labelText struct {
	Author    string `json:"author"`
	AuthorURL string `json:"author_url"`
	Body      string `json:"body"`
	Permalink string `json:"permalink"`
	Date      string `json:"date"`
}

// timeForm is how times are written: to the millisecond, as they are kept.
const timeForm = "2006-01-02T15:04:05.000Z"

// Run writes the labels.
func (c spamExportCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		labels, err := d.Comments.ExportLabels(ctx, account.Shell)
		if err != nil {
			return err
		}
		texts := map[int64]*labelText{}
		if c.Text {
			if texts, err = standingTexts(ctx, d.Comments); err != nil {
				return err
			}
		}
		out := bufio.NewWriter(std.Out)
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		for _, l := range labels {
			line, err := newLabelLine(l)
			if err != nil {
				return err
			}
			full := struct {
				labelLine
				*labelText
			}{line, texts[l.Seq]}
			if err := enc.Encode(full); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

// standingTexts is the texts of labels that stand, by the number of the label.
func standingTexts(ctx context.Context, s *comment.Service) (map[int64]*labelText, error) {
	labelled, err := s.Labelled(ctx, account.Shell)
	if err != nil {
		return nil, err
	}
	texts := make(map[int64]*labelText, len(labelled))
	for _, l := range labelled {
		m := l.Message()
		texts[l.Label.Seq] = &labelText{
			Author: m.Author, AuthorURL: m.AuthorURL, Body: m.Body, Permalink: m.Permalink, Date: m.Date.UTC().Format(timeForm),
		}
	}
	return texts, nil
}

func newLabelLine(l comment.Label) (labelLine, error) {
	line := labelLine{Seq: l.Origin.Seq, Comment: l.Origin.Comment, Source: l.Origin.Site, At: l.At.UTC().Format(timeForm)}
	if l.Lesson == nil {
		return line, nil
	}
	class := string(spam.Ham)
	if l.Lesson.Spam {
		class = string(spam.Spam)
	}
	vector, err := l.Lesson.Vector.MarshalBinary()
	if err != nil {
		return line, fmt.Errorf("label %d: %w", l.Seq, err)
	}
	line.Label, line.Extractor, line.Vector = &class, &l.Lesson.Vector.Extractor, &vector
	keys := labelKeys{labelKey(l.Lesson.Author), labelKey(l.Lesson.Wave), labelKey(l.Lesson.Moderator)}
	if keys != (labelKeys{}) {
		line.Keys = &keys
	}
	return line, nil
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
	labels, err := readLabels(ctx, std, c.File)
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
func readLabels(ctx context.Context, std stdio, name string) (labels []comment.Label, err error) {
	foreign := 0
	err = openInput(std, name, func(in io.Reader) error {
		return eachLine(ctx, in, func(n int, text []byte, _ bool) error {
			l, err := parseLabel(text)
			if err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
			if l.Lesson != nil && l.Lesson.Vector.Extractor != spam.ExtractorVersion {
				foreign++
			}
			labels = append(labels, l)
			return nil
		})
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

// parseLabel reads a line. Every field must be there and make sense.
func parseLabel(text []byte) (comment.Label, error) {
	var line labelLine
	if err := json.Unmarshal(text, &line); err != nil {
		return comment.Label{}, labelFault(err)
	}
	at, err := time.Parse(time.RFC3339, line.At)
	switch {
	case line.Seq < 1:
		return comment.Label{}, errors.New("seq: a number from 1 was expected")
	case line.Comment < 1:
		return comment.Label{}, errors.New("comment: a number from 1 was expected")
	case line.Source == "" || len(line.Source) > 100:
		return comment.Label{}, errors.New("source: the name of a site was expected, of at most 100 bytes")
	case err != nil || at.Year() < 1970:
		return comment.Label{}, fmt.Errorf("at: %q is no time; one looks like 2026-11-22T18:30:00Z", line.At)
	}
	lesson, err := line.lesson()
	if err != nil {
		return comment.Label{}, err
	}
	return comment.Label{
		Lesson: lesson, At: at.UTC().Truncate(time.Millisecond), Origin: comment.Origin{Site: line.Source, Seq: line.Seq, Comment: line.Comment},
	}, nil
}

// lesson is what the line teaches; nil if it takes back.
func (l labelLine) lesson() (*spam.Lesson, error) {
	if l.Label == nil {
		if l.Extractor != nil || l.Keys != nil || l.Vector != nil {
			return nil, errors.New("label: null, which takes a label back, has no extractor, keys or vector")
		}
		return nil, nil //nolint:nilnil // nil is what takes back
	}
	class := spam.Class(*l.Label)
	switch {
	case class != spam.Spam && class != spam.Ham:
		return nil, fmt.Errorf("label: %q is neither %q nor %q nor null", class, spam.Spam, spam.Ham)
	case l.Vector == nil:
		return nil, errors.New("vector: is missing")
	case l.Extractor == nil:
		return nil, errors.New("extractor: is missing")
	}
	lesson := spam.Lesson{Spam: class == spam.Spam}
	if k := l.Keys; k != nil {
		lesson.Author, lesson.Wave, lesson.Moderator = uint64(k.Author), uint64(k.Wave), uint64(k.Moderator)
	}
	if err := lesson.Vector.UnmarshalBinary(*l.Vector); err != nil {
		return nil, fmt.Errorf("vector: %w", err)
	}
	if lesson.Vector.Extractor != *l.Extractor {
		return nil, fmt.Errorf("extractor: %d, but the vector says %d", *l.Extractor, lesson.Vector.Extractor)
	}
	return &lesson, nil
}

// labelFault says in plain words what is wrong with the JSON of a line.
func labelFault(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return fmt.Errorf("%s: a %s does not belong there", t.Field, t.Value)
	}
	return fmt.Errorf("not a label in JSON: %w", err)
}
