package store

import (
	"crypto/rand"
	"encoding/json"
	"fmt"

	"hamlet/internal/comment"
)

// commentRow is a comment as it is kept. The sealed address is in it, and no
// conversion to a [comment.Comment] carries it over.
type commentRow struct {
	ID          int64 `gorm:"primaryKey"`
	Post        string
	ParentID    int64
	Author      string
	URL         string `gorm:"column:url"`
	Body        string
	Status      string
	Prior       string
	Hold        string
	Verdict     string // JSON
	CreatedAt   int64  `gorm:"autoCreateTime:false"`
	Revision    int64
	UID         []byte `gorm:"column:uid"` // random; what the address is sealed for
	EmailSealed []byte
	EmailIndex  []byte
}

func (commentRow) TableName() string { return "comments" }

// newCommentRow makes the row of a comment that has no id yet.
func newCommentRow(c comment.Comment) (commentRow, error) {
	verdict, err := json.Marshal(c.Verdict)
	if err != nil {
		return commentRow{}, fmt.Errorf("verdict: %w", err)
	}
	uid := make([]byte, 16)
	rand.Read(uid) // never fails: see its documentation
	return commentRow{
		Post: c.Post, ParentID: int64(c.Parent), Author: c.Author, URL: c.URL, Body: c.Body,
		Status: string(c.Status), Prior: string(c.Prior), Hold: string(c.Hold),
		Verdict: string(verdict), CreatedAt: millis(c.CreatedAt), Revision: c.Revision, UID: uid,
	}, nil
}

func (r commentRow) comment() (comment.Comment, error) {
	c := comment.Comment{
		ID: comment.ID(r.ID), Post: r.Post, Parent: comment.ID(r.ParentID),
		Author: r.Author, URL: r.URL, Body: r.Body,
		Status: comment.Status(r.Status), Prior: comment.Status(r.Prior), Hold: comment.Hold(r.Hold),
		CreatedAt: fromMillis(r.CreatedAt), Revision: r.Revision,
	}
	if err := json.Unmarshal([]byte(r.Verdict), &c.Verdict); err != nil {
		return comment.Comment{}, fmt.Errorf("comment %d: verdict: %w", r.ID, err)
	}
	return c, nil
}

func commentsOf(rows []commentRow) ([]comment.Comment, error) {
	cs := make([]comment.Comment, len(rows))
	for i, r := range rows {
		var err error
		if cs[i], err = r.comment(); err != nil {
			return nil, err
		}
	}
	return cs, nil
}
