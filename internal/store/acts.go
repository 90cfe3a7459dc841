package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// actRow is something that a moderator did.
type actRow struct {
	ID       int64 `gorm:"primaryKey"`
	At       int64
	Actor    string
	Action   string
	Total    int
	UndoneAt *int64
	UndoneBy string
	// Of an act beside decisions; see parts.go.
	Target, Detail, Post string
	CommentID            *int64
}

func (actRow) TableName() string { return "acts" }

// changeRow is what an act changed of a comment, and what was before.
type changeRow struct {
	ActID       int64 `gorm:"primaryKey;autoIncrement:false"`
	CommentID   int64 `gorm:"primaryKey;autoIncrement:false"`
	WasRevision int64
	Revision    int64
	WasStatus   string // empty: the act made the comment
	WasPrior    string
	Label       *int64
	WasTraces   []byte
	WasBody     *string // nil: the text is the same
	WasVerdict  *string
	WasReceipt  []byte
	WasEditedAt *int64
	WasEditedBy *string
	EditID      *int64
	WasEdit     *string
	Undone      int
}

func (changeRow) TableName() string { return "act_changes" }

// beginAct keeps an act, whose changes are kept after it.
func beginAct(ctx context.Context, tx *gorm.DB, e account.Entry, total int) (int64, error) {
	row := actRow{At: millis(e.At), Actor: e.Actor, Action: e.Action, Total: total}
	err := rowsOf[actRow](tx).Create(ctx, &row)
	return row.ID, err
}

// changing begins what is kept of a comment that an act is about to change.
func (db *DB) changing(tx *gorm.DB, act int64, c comment.Comment) (changeRow, error) {
	traces, err := db.tracesBefore(tx, c.ID)
	return changeRow{
		ActID: act, CommentID: int64(c.ID), WasRevision: c.Revision, Revision: c.Revision + 1,
		WasStatus: string(c.Status), WasPrior: string(c.Prior), WasTraces: traces,
	}, err
}

// rewording adds the text before, and what belongs to it.
func (r *changeRow) rewording(ctx context.Context, tx *gorm.DB, c comment.Comment) error {
	verdict, err := verdictText(c.Verdict)
	if err != nil {
		return err
	}
	receipts, err := rowsOf[receiptRow](tx).Where("comment_id = ?", int64(c.ID)).Find(ctx)
	if len(receipts) > 0 {
		r.WasReceipt = receipts[0].Receipt
	}
	r.WasBody, r.WasVerdict, r.WasEditedAt, r.WasEditedBy = &c.Body, &verdict, timeOrNull(c.EditedAt), &c.EditedBy
	return err
}

// keptTrace is a trace as an act keeps it: hash, state and when it expires.
const keptTrace = 8 + 1 + 8

// tracesBefore are the traces of a comment as they are, all of which an undo brings back: it
// may be that they could not be made anew, having expired.
func (db *DB) tracesBefore(tx *gorm.DB, id comment.ID) ([]byte, error) {
	rows, err := db.tracesIn(tx.Statement.Context, tx, id)
	kept := make([]byte, 0, len(rows)*keptTrace)
	for _, t := range rows {
		kept = binary.BigEndian.AppendUint64(kept, uint64(t.Hash)) //nolint:gosec // the same 64 bits
		kept = append(kept, byte(t.State))
		kept = binary.BigEndian.AppendUint64(kept, uint64(t.ExpiresAt)) //nolint:gosec // the same 64 bits
	}
	return kept, err
}

// bringTraces keeps the traces that a comment left before an act, instead of those it
// leaves now.
func (db *DB) bringTraces(ctx context.Context, tx *gorm.DB, c comment.Comment, kept []byte) error {
	if _, err := rowsOf[traceRow](tx).Where("comment_id = ?", int64(c.ID)).Delete(ctx); err != nil {
		return err
	}
	var rows []traceRow
	for ; len(kept) >= keptTrace; kept = kept[keptTrace:] {
		rows = append(rows, traceRow{
			Hash: int64(binary.BigEndian.Uint64(kept)), State: spam.TraceState(kept[8]), ExpiresAt: int64(binary.BigEndian.Uint64(kept[9:])), //nolint:gosec // the same 64 bits
			At: millis(c.CreatedAt), Post: c.Post,
		})
	}
	return db.keepTraces(ctx, tx, int64(c.ID), rows)
}

// actsOf is what acts are told by: with one of the comments of each.
const actsOf = `SELECT a.id, a.at, a.actor, a.action, a.total, a.target, a.detail, a.undone_at, a.undone_by, c.id AS comment, COALESCE(c.author, '') AS author, COALESCE(c.post, a.post) AS post FROM acts a
	LEFT JOIN comments c ON c.id = COALESCE(a.comment_id, (SELECT MIN(comment_id) FROM act_changes WHERE act_id = a.id)) `

// toldAct is a row of actsOf.
type toldAct struct {
	ID, At        int64
	Actor, Action string
	Total         int
	Target        string
	Detail        string
	UndoneAt      *int64
	UndoneBy      string
	Comment       *int64
	Author        string
	Post          string
}

func (r toldAct) act() comment.Act {
	a := comment.Act{
		ID: comment.ActID(r.ID), At: fromMillis(r.At), Actor: r.Actor, Action: comment.Action(r.Action), Total: r.Total,
		Target: r.Target, Detail: r.Detail,
		Comment: comment.ID(orZero(r.Comment)), Author: r.Author, Post: r.Post, UndoneAt: timeOrZero(r.UndoneAt), UndoneBy: r.UndoneBy,
	}
	return a
}

// Act reads one act, or comment.ErrNotFound.
func (s *Comments) Act(ctx context.Context, id comment.ActID) (comment.Act, error) {
	return actOf(s.db.read.WithContext(ctx), id, "")
}

func actOf(tx *gorm.DB, id comment.ActID, lock string) (comment.Act, error) {
	var rows []toldAct
	err := tx.Raw(actsOf+"WHERE a.id = ?"+lock, int64(id)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = comment.ErrNotFound
	}
	if err != nil {
		return comment.Act{}, fmt.Errorf("act %d: %w", id, err)
	}
	return rows[0].act(), nil
}

// Acts reads the newest acts.
func (s *Comments) Acts(ctx context.Context, by string, before comment.ActID, limit int) ([]comment.Act, error) {
	where, args := "WHERE true ", []any(nil)
	if by != "" {
		where, args = where+"AND a.actor = ? ", append(args, by)
	}
	if before > 0 {
		where, args = where+"AND a.id < ? ", append(args, int64(before))
	}
	args = append(args, limit)
	var rows []toldAct
	err := s.db.read.WithContext(ctx).Raw(actsOf+where+"ORDER BY a.id DESC LIMIT ?", args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what was done: %w", err)
	}
	acts := make([]comment.Act, len(rows))
	for i, r := range rows {
		acts[i] = r.act()
	}
	return acts, nil
}

// Deeds reads what the audit log has of a comment, newest first.
func (s *Comments) Deeds(ctx context.Context, id comment.ID, limit int) ([]account.Entry, error) {
	tx := s.db.read.WithContext(ctx)
	var acts []int64
	if err := tx.Raw("SELECT act_id FROM act_changes WHERE comment_id = ?", int64(id)).Scan(&acts).Error; err != nil {
		return nil, fmt.Errorf("read the acts on comment %d: %w", id, err)
	}
	targets := []string{fmt.Sprintf("comment %d", id)}
	for _, a := range acts {
		targets = append(targets, fmt.Sprintf("act %d", a))
	}
	rows, err := rowsOf[auditRow](s.db.read).Where("target IN ?", targets).Order("id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was done to comment %d: %w", id, err)
	}
	deeds := make([]account.Entry, len(rows))
	for i, r := range rows {
		deeds[i] = account.Entry{At: fromMillis(r.At), Actor: r.Actor, Action: r.Action, Target: r.Target, Detail: r.Detail}
	}
	return deeds, nil
}

// lockedRow is a comment that nobody else may change before the transaction ends, also one
// that was deleted for good and is only hidden yet.
type lockedRow struct {
	comment.Comment
	deleted bool
}

// lockSome locks comments, all before any of them is changed and in one order, so that no
// two transactions wait for each other.
func lockSome(ctx context.Context, tx *gorm.DB, ids []int64) (map[int64]lockedRow, error) {
	rows, err := rowsOf[commentRow](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).Omit(hidden...).Where("id IN ?", ids).Order("id").Find(ctx)
	locked := make(map[int64]lockedRow, len(rows))
	for _, r := range rows {
		c, cerr := r.comment()
		err = errors.Join(err, cerr)
		locked[r.ID] = lockedRow{c, r.DeletedAt != nil}
	}
	return locked, err
}

// Purge removes for good what was deleted long enough ago, and returns whether there was
// anything.
func (s *Comments) Purge(ctx context.Context) error {
	return s.purge(ctx, s.db.now().Add(-comment.HiddenFor))
}

func (s *Comments) purge(ctx context.Context, until time.Time) error {
	gone := int64(0)
	for n := int64(expireBatch); n == expireBatch; gone += n {
		err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
			r := tx.Exec("DELETE FROM comments WHERE id IN (SELECT id FROM comments WHERE deleted_at <= ? ORDER BY deleted_at LIMIT ?)", millis(until), expireBatch)
			if n = r.RowsAffected; n == 0 || r.Error != nil {
				return r.Error
			}
			return wordsWent(tx)
		})
		if err != nil {
			return fmt.Errorf("remove what was deleted for good: %w", err)
		}
	}
	if gone > 0 {
		s.db.forgotten(ctx)
	}
	return nil
}

// ForgetActs deletes what is kept of acts that are too old to be undone.
func (s *Comments) ForgetActs(ctx context.Context) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("DELETE FROM acts WHERE at <= ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE act_id = acts.id AND ended_at IS NULL)",
			millis(s.db.now().Add(-comment.UndoFor))).Error
	})
	if err != nil {
		return fmt.Errorf("forget what was done: %w", err)
	}
	return nil
}

// Reply keeps a published reply, with what that does to its parent, as one act; see
// [comment.Private].
func (s *Comments) Reply(
	ctx context.Context, reply comment.Comment, decide func(comment.Comment) (*comment.Change, error), entry func(comment.ID) account.Entry,
) (comment.Acted, error) {
	rows, err := s.newRows(reply, comment.Given{})
	if err != nil {
		return comment.Acted{}, fmt.Errorf("reply to comment %d: %w", reply.Parent, err)
	}
	var done comment.Acted
	var refused error
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		parent, err := lockComment(ctx, tx, reply.Parent)
		if err != nil {
			return err
		}
		var ch *comment.Change
		if ch, refused = decide(parent); refused != nil {
			return refused
		}
		done, err = s.reply(ctx, tx, parent, ch, rows, entry)
		return err
	})
	s.db.ring()
	switch {
	case refused != nil:
		return comment.Acted{}, refused
	case err != nil:
		return comment.Acted{}, fmt.Errorf("reply to comment %d: %w", reply.Parent, err)
	}
	return done, nil
}

// reply keeps a reply within a transaction.
func (s *Comments) reply(
	ctx context.Context, tx *gorm.DB, parent comment.Comment, ch *comment.Change, rows *newRows, entry func(comment.ID) account.Entry,
) (comment.Acted, error) {
	rows.comment.ID = 0
	total := 1
	if ch != nil {
		total = 2
	}
	act, err := beginAct(ctx, tx, entry(0), total)
	if err != nil {
		return comment.Acted{}, err
	}
	done := comment.Acted{Comment: parent, Act: comment.ActID(act)}
	if ch != nil {
		if done.Comment, err = s.keep(ctx, tx, act, parent, *ch); err != nil {
			return done, err
		}
	}
	if err := s.insert(ctx, tx, rows); err != nil { // after its parent, so that whoever is told of it finds that published
		return done, err
	}
	if err := record(ctx, tx, entry(comment.ID(rows.comment.ID))); err != nil {
		return done, err
	}
	made := changeRow{ActID: act, CommentID: rows.comment.ID}
	return done, rowsOf[changeRow](tx).Create(ctx, &made)
}
