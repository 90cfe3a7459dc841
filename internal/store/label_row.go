package store

import (
	"errors"
	"fmt"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// labelRow is a label as it is kept.
type labelRow struct {
	Seq       int64 `gorm:"primaryKey;autoIncrement:false"`
	CommentID int64
	Lesson    []byte // NULL takes the earlier label back
	At        int64
}

func (labelRow) TableName() string { return "labels" }

func (r labelRow) label() (comment.Label, error) {
	l := comment.Label{Seq: r.Seq, Comment: comment.ID(r.CommentID), At: fromMillis(r.At)}
	if r.Lesson == nil {
		return l, nil
	}
	lesson, err := decodeLesson(r.Lesson)
	if err != nil {
		return comment.Label{}, fmt.Errorf("label %d: %w", r.Seq, err)
	}
	l.Lesson = &lesson
	return l, nil
}

// A lesson is kept as one byte, 1 for spam and 0 for ham, and the vector as the
// filter itself encodes it, format and extractor first.
const (
	keptHam  = 0
	keptSpam = 1
)

func encodeLesson(l *spam.Lesson) ([]byte, error) {
	if l == nil {
		return nil, nil
	}
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
