package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/opinion"
)

// question makes the row of what another filter is to be asked, still without its id; nil
// for nothing. It has a key of this comment alone.
func (s *Comments) question(ctx context.Context, network *networkRow, sent *comment.AsSent, created int64) (*opinionRow, error) {
	if sent == nil {
		return nil, nil //nolint:nilnil // what is not asked has no row
	}
	var key secret
	var err error
	if network != nil {
		key, err = s.db.people.get(ctx, network.UID)
	} else {
		key = newSecret()
		err = s.db.people.keep(ctx, key, nil)
	}
	if err != nil {
		return nil, err
	}
	sealed, err := s.db.sealSent(key, *sent)
	return &opinionRow{
		UID: key.uid, Sealed: sealed, Server: sent.Server, ExpiresAt: created + opinion.KeptFor.Milliseconds(), RunAt: &created,
	}, err
}

// What was sent is sealed as a line of JSON without the text, and then the text, which may
// be longer as JSON than what can be sealed.
func (db *DB) sealSent(key secret, sent comment.AsSent) ([]byte, error) {
	body := sent.Body
	sent.Body = ""
	head, err := json.Marshal(sent)
	if err != nil {
		return nil, fmt.Errorf("what was sent: %w", err)
	}
	return db.box.seal(key, aSent, string(head)+"\n"+body)
}

func openSent(key secret, sealed []byte) (comment.AsSent, error) {
	var sent comment.AsSent
	text, err := key.open(aSent, sealed)
	if err != nil {
		return sent, err
	}
	head, body, _ := strings.Cut(text, "\n")
	err = json.Unmarshal([]byte(head), &sent)
	sent.Body = body
	return sent, err
}

// keepQuestion keeps what another filter is to be asked about a comment just added.
func keepQuestion(ctx context.Context, tx *gorm.DB, id int64, row *opinionRow) error {
	if row == nil {
		return nil
	}
	row.CommentID = id
	return rowsOf[opinionRow](tx).Create(ctx, row)
}

// askAnew makes due what another filter was asked about a comment whose text has changed, as
// long as what was sent is kept; if it was never asked, it is now, if it is to be.
func (s *Comments) askAnew(ctx context.Context, tx *gorm.DB, c comment.Comment, sent *comment.AsSent) error {
	now := millis(s.db.now())
	before, err := rowsOf[opinionRow](tx).Where("comment_id = ?", int64(c.ID)).Limit(1).Count(ctx, "comment_id")
	if err != nil {
		return err
	}
	if before > 0 {
		return tx.Exec("UPDATE opinions SET run_at = ?, attempts = attempts + 1, rechecks = 0, error = '' WHERE comment_id = ? AND uid IS NOT NULL", now, int64(c.ID)).Error
	}
	row, err := s.question(ctx, nil, sent, now)
	if err != nil {
		return err
	}
	return keepQuestion(ctx, tx, int64(c.ID), row)
}
