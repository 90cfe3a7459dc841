package store

import (
	"errors"
	"fmt"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// labelRow is a label as it is kept.
type labelRow struct {
	Seq       int64 `gorm:"primaryKey;autoIncrement:false"`
	CommentID int64
	Lesson    []byte // NULL takes the earlier label back
	At        int64

	// The keys of the lesson, 64 bits each; 0 is unknown.
	Author, Wave, Moderator int64
}

func (labelRow) TableName() string { return "labels" }

// newLabelRow makes a row that has no number yet.
func newLabelRow(l *spam.Lesson, at time.Time) (labelRow, error) {
	r := labelRow{At: millis(at)}
	if l == nil {
		return r, nil
	}
	r.Author, r.Wave, r.Moderator = int64(l.Author), int64(l.Wave), int64(l.Moderator) //nolint:gosec // the same 64 bits
	var err error
	r.Lesson, err = encodeLesson(l)
	return r, err
}

func (r labelRow) label() (comment.Label, error) {
	l := comment.Label{Seq: r.Seq, Comment: comment.ID(r.CommentID), At: fromMillis(r.At)}
	if r.Lesson == nil {
		return l, nil
	}
	lesson, err := decodeLesson(r.Lesson)
	if err != nil {
		return comment.Label{}, fmt.Errorf("label %d: %w", r.Seq, err)
	}
	lesson.Author, lesson.Wave, lesson.Moderator = uint64(r.Author), uint64(r.Wave), uint64(r.Moderator) //nolint:gosec // the same 64 bits
	l.Lesson = &lesson
	return l, nil
}

// A lesson is kept as one byte, 1 for spam and 0 for ham, and the vector as the
// filter itself encodes it, format and extractor first. Its keys have columns of
// their own.
const (
	keptHam  = 0
	keptSpam = 1
)

func encodeLesson(l *spam.Lesson) ([]byte, error) {
	vector, err := l.Vector.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("lesson: %w", err)
	}
	kept := byte(keptHam)
	if l.Spam {
		kept = keptSpam
	}
	return append([]byte{kept}, vector...), nil
}

func decodeLesson(b []byte) (spam.Lesson, error) {
	if len(b) == 0 || b[0] > keptSpam {
		return spam.Lesson{}, errors.New("lesson: neither of spam nor of ham")
	}
	l := spam.Lesson{Spam: b[0] == keptSpam}
	if err := l.Vector.UnmarshalBinary(b[1:]); err != nil {
		return spam.Lesson{}, fmt.Errorf("lesson: %w", err)
	}
	return l, nil
}
