package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

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
	l := comment.Label{Seq: r.Seq, Comment: comment.ID(r.CommentID)}
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

// A lesson is kept bit for bit, in little-endian order:
//
//	1 byte   version of this layout: 1
//	1 byte   1 for spam, 0 for ham
//	2 bytes  the extractor's version
//	then, for each feature, 4 bytes of hash and 4 bytes of value (IEEE 754)
const (
	lessonVersion = 1
	lessonHead    = 4
	lessonFeature = 8
)

func encodeLesson(l *spam.Lesson) ([]byte, error) {
	if l == nil {
		return nil, nil
	}
	v := l.Vector
	if len(v.Hashes) != len(v.Values) {
		return nil, fmt.Errorf("lesson with %d hashes and %d values", len(v.Hashes), len(v.Values))
	}
	b := make([]byte, 0, lessonHead+lessonFeature*len(v.Hashes))
	b = append(b, lessonVersion, 0)
	if l.Spam {
		b[1] = 1
	}
	b = binary.LittleEndian.AppendUint16(b, v.Extractor)
	for i, h := range v.Hashes {
		b = binary.LittleEndian.AppendUint32(b, h)
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v.Values[i]))
	}
	return b, nil
}

func decodeLesson(b []byte) (spam.Lesson, error) {
	if len(b) < lessonHead || b[0] != lessonVersion || b[1] > 1 || (len(b)-lessonHead)%lessonFeature != 0 {
		return spam.Lesson{}, errors.New("not a lesson")
	}
	l := spam.Lesson{Spam: b[1] == 1}
	l.Vector.Extractor = binary.LittleEndian.Uint16(b[2:])
	for b = b[lessonHead:]; len(b) > 0; b = b[lessonFeature:] {
		l.Vector.Hashes = append(l.Vector.Hashes, binary.LittleEndian.Uint32(b))
		l.Vector.Values = append(l.Vector.Values, math.Float32frombits(binary.LittleEndian.Uint32(b[4:])))
	}
	return l, nil
}
