package insight

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// WriteLabels writes what the moderators said is spam and ham, a JSON object a line, in the
// order they said it; with texts, those of the comments that are still there are added to the
// labels that stand.
func WriteLabels(ctx context.Context, out io.Writer, s *comment.Service, actor account.Actor, text bool) error {
	labels, err := s.ExportLabels(ctx, actor)
	if err != nil {
		return err
	}
	texts := map[int64]*labelText{}
	if text {
		if texts, err = standingTexts(ctx, s, actor); err != nil {
			return err
		}
	}
	lines := bufio.NewWriter(out)
	enc := json.NewEncoder(lines)
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
	return lines.Flush()
}

// ReadLabels reads what WriteLabels wrote, and counts the labels that were made by another
// version of the features, which are of no use to this one. An error names the line.
func ReadLabels(in io.Reader) (labels []comment.Label, foreign int, err error) {
	r := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			return nil, 0, fmt.Errorf("read line %d: %w", n, err)
		}
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\uFEFF"))
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			l, err := parseLabel(text)
			if err != nil {
				return nil, 0, fmt.Errorf("line %d: %w", n, err)
			}
			if l.Lesson != nil && l.Lesson.Vector.Extractor != spam.ExtractorVersion {
				foreign++
			}
			labels = append(labels, l)
		}
		if end {
			return labels, foreign, nil
		}
	}
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
func (k labelKey) MarshalText() ([]byte, error) {
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

// standingTexts is the texts of labels that stand, by the number of the label.
func standingTexts(ctx context.Context, s *comment.Service, actor account.Actor) (map[int64]*labelText, error) {
	labelled, err := s.Labelled(ctx, actor)
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
