package store

import (
	"crypto/rand"
	"fmt"
	"time"

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
	Verdict     string // see keptVerdict
	CreatedAt   int64  `gorm:"autoCreateTime:false"`
	Revision    int64
	UID         []byte `gorm:"column:uid"` // random; what the address is sealed for
	EmailSealed []byte
	EmailIndex  []byte
	PersonID    *int64
	Proof       []byte
	Folded      string
	Standing    int
	Role        string
	Channel     string
	Mention     string
	EditedAt    *int64
	WithdrawnAt *int64
	ErasedAt    *int64
	PinnedAt    *int64
	LockedAt    *int64
	Link        int64
	Tell        int
	FormKey     []byte
	DeletedAt   *int64
	EditedBy    string

	// What it is found by: see finding.go.
	Score    *int64
	Doubt    int64
	Sign     string
	Lang     string
	Wave     int64 // see waves.go
	PlacedAt int64 // since when it is in its status
}

func (commentRow) TableName() string { return "comments" }

// newCommentRow makes the row of a comment that has no id yet.
func newCommentRow(c comment.Comment) (commentRow, error) {
	verdict, err := verdictText(c.Verdict)
	if err != nil {
		return commentRow{}, err
	}
	uid := make([]byte, 16)
	rand.Read(uid) // never fails: see its documentation
	row := commentRow{
		Post: c.Post, ParentID: int64(c.Parent), Author: c.Author, URL: c.URL, Body: c.Body,
		Status: string(c.Status), Prior: string(c.Prior), Hold: string(c.Hold),
		Verdict: verdict, CreatedAt: millis(c.CreatedAt), Revision: c.Revision, UID: uid,
		Folded: comment.NameKey(c.Author), Role: string(c.Role), Channel: string(c.Channel), Mention: string(c.Mention), Link: c.Link,
		PersonID: orNull(int64(c.Person)), EditedAt: timeOrNull(c.EditedAt), EditedBy: c.EditedBy,
		WithdrawnAt: timeOrNull(c.WithdrawnAt), ErasedAt: timeOrNull(c.ErasedAt),
		PinnedAt: timeOrNull(c.PinnedAt), LockedAt: timeOrNull(c.LockedAt),
	}
	if c.Proof != (comment.Proof{}) {
		row.Proof, row.Standing = c.Proof[:], int(comment.ByCookie)
	}
	if c.Role != comment.Reader {
		row.Standing = int(comment.ByRole)
	}
	if c.Tell {
		row.Tell = 1
	}
	row.PlacedAt = row.CreatedAt
	row.setFound(c)
	return row, nil
}

func (r commentRow) comment() (comment.Comment, error) {
	c := comment.Comment{
		ID: comment.ID(r.ID), Post: r.Post, Parent: comment.ID(r.ParentID),
		Author: r.Author, URL: r.URL, Body: r.Body,
		Status: comment.Status(r.Status), Prior: comment.Status(r.Prior), Hold: comment.Hold(r.Hold),
		CreatedAt: fromMillis(r.CreatedAt), Revision: r.Revision,
		Person: comment.PersonID(orZero(r.PersonID)), Role: comment.Role(r.Role), Channel: comment.Channel(r.Channel),
		Mention: comment.MentionKind(r.Mention),
		Tell:    r.Tell != 0, Link: r.Link, EditedAt: timeOrZero(r.EditedAt), EditedBy: r.EditedBy,
		WithdrawnAt: timeOrZero(r.WithdrawnAt), ErasedAt: timeOrZero(r.ErasedAt),
		PinnedAt: timeOrZero(r.PinnedAt), LockedAt: timeOrZero(r.LockedAt),
	}
	copy(c.Proof[:], r.Proof)
	var err error
	if c.Verdict, err = verdictOf(r.Verdict); err != nil {
		return comment.Comment{}, fmt.Errorf("comment %d: %w", r.ID, err)
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

// orNull is how a number is kept that may be missing.
func orNull(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// timeOrNull is how a time is kept that may not have come.
func timeOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := millis(t)
	return &ms
}

func timeOrZero(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return fromMillis(*ms)
}
