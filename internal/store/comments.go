package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Comments keeps comments, threads and labels; it is a comment.Store.
type Comments struct{ db *DB }

var _ comment.Store = (*Comments)(nil)

// Add keeps a new comment, and what was given with it. The parent must be a comment
// on the same post, else the error is comment.ErrNotFound.
func (s *Comments) Add(ctx context.Context, c comment.Comment, g comment.Given) (comment.Added, error) {
	added, err := s.addGiven(ctx, c, g)
	if errors.Is(err, gorm.ErrDuplicatedKey) && len(g.FormKey) > 0 {
		added, err = s.Sent(ctx, g.FormKey) // another program was first
	}
	if err != nil {
		return comment.Added{}, fmt.Errorf("add comment on %s: %w", c.Post, err)
	}
	s.db.ring()
	return added, nil
}

// addTries is how often a comment is added whose author is erased meanwhile.
const addTries = 3

func (s *Comments) addGiven(ctx context.Context, c comment.Comment, g comment.Given) (added comment.Added, err error) {
	rows, err := s.newRows(c, g)
	if err != nil {
		return comment.Added{}, err
	}
	for range addTries {
		if rows.giver, err = s.giver(ctx, g.Email); err != nil {
			return comment.Added{}, err
		}
		if rows.network, err = s.network(ctx, g.Network, rows.comment.CreatedAt); err != nil {
			return comment.Added{}, err
		}
		if rows.question, err = s.question(ctx, rows.network, g.Asked, rows.comment.CreatedAt); err != nil {
			return comment.Added{}, err
		}
		err = s.db.transact(&job{
			ctx: ctx, adds: rows, all: s.insert,
			fn: func(ctx context.Context, tx *gorm.DB) error { return s.insert(ctx, tx, rows) },
		})
		if !errors.Is(err, errErasedMeanwhile) && !errors.Is(err, gorm.ErrForeignKeyViolated) {
			break
		}
	}
	return comment.Added{ID: comment.ID(rows.comment.ID), Status: c.Status, Hold: c.Hold, Link: c.Link}, err
}

// newRows is what is kept of a new comment, still without its id.
type newRows struct {
	comment *commentRow
	giver   giver
	receipt *receiptRow
	beside  *spam.Verdict // of the model that judges beside the one in force
	network *networkRow
	// question is what another filter is to be asked; nil for nothing.
	question *opinionRow
	traces   []traceRow
	finding  finding
	words    string // as the index has them
	wave     waveMark
	replies  bool
	rules    []rule.Rule
}

func (s *Comments) newRows(c comment.Comment, g comment.Given) (*newRows, error) {
	row, err := newCommentRow(c)
	if err != nil {
		return nil, err
	}
	if len(g.FormKey) > 0 {
		row.FormKey = s.db.formKey(g.FormKey)
	}
	if g.Confirmed {
		row.Standing = max(row.Standing, int(comment.ByAddress))
	}
	receipt, err := newReceiptRow(c.Verdict.Receipt)
	traces, found := s.db.tracesOf(c), findingOf(c)
	return &newRows{
		comment: &row, receipt: receipt, beside: c.Verdict.Beside, traces: s.db.traceRows(c, traces, traceState(c.Status, false)),
		replies: g.Replies, rules: g.Rules, finding: found, words: s.db.written(found.words), wave: s.db.waveMark(c, traces, found.hosts),
	}, err
}

// insert keeps new comments with all that belongs to them: first those that are in no wave,
// then one after the other those that may be, each of which may begin one that the next joins.
func (s *Comments) insert(ctx context.Context, tx *gorm.DB, all ...*newRows) error {
	for _, n := range all {
		person, err := s.keepPerson(ctx, tx, n.giver)
		if err != nil {
			return err
		}
		n.comment.PersonID, n.comment.Wave = orNull(person), 0
	}
	together := s.db.queue != nil && len(all) >= lateLeast
	alone, others, err := s.db.apartFromWaves(ctx, tx, all)
	if err == nil {
		err = s.insertRows(ctx, tx, alone, together)
	}
	if err != nil {
		return err
	}
	for i, n := range others {
		if n.comment.Wave, err = s.db.joinWave(ctx, tx, n.wave); err != nil {
			return err
		}
		if err := s.insertRows(ctx, tx, others[i:i+1], together); err != nil {
			return err
		}
	}
	if err := s.db.insertBeside(ctx, tx, all); err != nil {
		return err
	}
	var posts []string
	for _, n := range all {
		if n.comment.Status == string(comment.Approved) {
			posts = append(posts, n.comment.Post)
		}
	}
	if err := raise(tx, posts...); err != nil {
		return err
	}
	if n := s.db.late.waiting(); n >= lateMost || n > 0 && (!together || !s.db.late.alone(s.db.queue)) {
		return s.db.settle(ctx, tx)
	}
	return nil
}

// insertRows keeps new comments with what makes the next of them another comment at once;
// together: with others, many at once.
func (s *Comments) insertRows(ctx context.Context, tx *gorm.DB, all []*newRows, together bool) error {
	rows := make([]*commentRow, len(all))
	for i, n := range all {
		if rows[i] = n.comment; n.comment.FormKey != nil {
			s.db.forms.add(formValue(n.comment.FormKey))
		}
	}
	if err := add(ctx, tx, rows...); err != nil {
		return err
	}
	var hosts []hostRow
	for _, n := range all {
		hosts = append(hosts, hostsFor(n.comment.ID, n.finding.hosts)...)
	}
	if err := s.db.keepNewTraces(ctx, tx, all, together); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, hosts); err != nil {
		return err
	}
	for _, n := range all {
		if err := s.tellOf(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// tellOf keeps who is to hear of a new comment and of replies to it, and counts it for the
// rules that it hit.
func (s *Comments) tellOf(ctx context.Context, tx *gorm.DB, n *newRows) error {
	if n.replies && n.comment.PersonID != nil {
		err := tx.Exec("INSERT INTO subscriptions (comment_id, person_id, since) VALUES (?, ?, ?)",
			n.comment.ID, *n.comment.PersonID, n.comment.CreatedAt).Error
		if err != nil {
			return err
		}
	}
	if err := s.announceNew(ctx, tx, n.comment); err != nil {
		return err
	}
	return s.db.hit(ctx, tx, n.comment.ID, n.rules)
}

// insertBeside keeps what belongs to new comments and to nothing else.
func (db *DB) insertBeside(ctx context.Context, tx *gorm.DB, all []*newRows) error {
	var receipts []receiptRow
	for _, n := range all {
		id := n.comment.ID
		if n.receipt != nil {
			receipts = append(receipts, receiptRow{id, n.receipt.Receipt})
		}
		if err := keepBeside(ctx, tx, id, n.beside); err != nil {
			return err
		}
		if err := keepNetwork(ctx, tx, id, n.network); err != nil {
			return err
		}
		if err := keepQuestion(ctx, tx, id, n.question); err != nil {
			return err
		}
	}
	return insertAll(ctx, tx, receipts)
}

// add keeps new comments, and gives them their numbers.
func add(ctx context.Context, tx *gorm.DB, rows ...*commentRow) error {
	for _, row := range rows {
		if err := parentOf(ctx, tx, row); err != nil {
			return err
		}
	}
	ids, err := insertNumbered(ctx, tx, rows...)
	for i, id := range ids {
		rows[i].ID = id
	}
	return err
}

// parentOf sees that the parent of a new comment is there, and stays.
func parentOf(ctx context.Context, tx *gorm.DB, row *commentRow) error {
	if row.ParentID == 0 {
		return nil
	}
	// FOR KEY SHARE: the parent is not deleted before the reply is kept.
	_, err := rowsOf[commentRow](tx, clause.Locking{Strength: "KEY SHARE"}).
		Select("id").Where("id = ? AND post = ? AND deleted_at IS NULL", row.ParentID, row.Post).Take(ctx)
	return notFound(err, fmt.Errorf("parent %d: %w", row.ParentID, comment.ErrNotFound))
}

// raise raises the revisions of threads, one for each time that a post is named.
func raise(tx *gorm.DB, posts ...string) error {
	times := map[string]int{}
	for _, post := range posts {
		times[post]++
	}
	for _, post := range slices.Sorted(maps.Keys(times)) { // so that no two transactions wait for each other
		_, err := plain{tx}.exec(tx.Statement.Context, "INSERT INTO threads (post, revision) VALUES (?, ?) "+
			"ON CONFLICT (post) DO UPDATE SET revision = threads.revision + excluded.revision", post, times[post])
		if err != nil {
			return err
		}
	}
	return nil
}

// notFound is instead if err says that there is no such row.
func notFound(err, instead error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return instead
	}
	return err
}

// Update reads a comment, asks decide, and keeps the change. decide runs inside
// the transaction; it must not use the database itself.
func (s *Comments) Update(
	ctx context.Context, id comment.ID, decide func(comment.Comment) (comment.Change, error),
) (comment.Acted, error) {
	var done comment.Acted
	var refused error
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		var ch comment.Change
		if ch, refused = decide(c); refused != nil {
			return refused
		}
		done, err = s.act(ctx, tx, c, ch)
		return err
	})
	switch {
	case refused != nil:
		return comment.Acted{}, refused
	case err != nil:
		return comment.Acted{}, fmt.Errorf("update comment %d: %w", id, err)
	}
	s.db.ring()
	return done, nil
}

// act keeps a change with an act and an entry of its own.
func (s *Comments) act(ctx context.Context, tx *gorm.DB, c comment.Comment, ch comment.Change) (comment.Acted, error) {
	act, err := beginAct(ctx, tx, ch.Entry, 1)
	if err != nil {
		return comment.Acted{}, err
	}
	if err := record(ctx, tx, ch.Entry); err != nil {
		return comment.Acted{}, err
	}
	after, err := s.keep(ctx, tx, act, c, ch)
	if err == nil && (c.Status == comment.Approved || after.Status == comment.Approved) {
		err = raise(tx, c.Post)
	}
	return comment.Acted{Comment: after, Act: comment.ActID(act)}, err
}

// lockComment reads a comment that nobody else may change before the
// transaction ends. On SQLite the transaction itself is the lock.
func lockComment(ctx context.Context, tx *gorm.DB, id comment.ID) (comment.Comment, error) {
	row, err := rowsOf[commentRow](tx, clause.Locking{Strength: "UPDATE"}).Omit(hidden...).Where("id = ? AND deleted_at IS NULL", id).Take(ctx)
	if err != nil {
		return comment.Comment{}, notFound(err, comment.ErrNotFound)
	}
	return row.comment()
}

// keep writes a change that is part of an act. Locks are taken in one order everywhere
// (comment, audit, labels, thread), so that no two transactions wait for each other.
func (s *Comments) keep(ctx context.Context, tx *gorm.DB, act int64, c comment.Comment, ch comment.Change) (comment.Comment, error) {
	kept, err := s.db.changing(tx, act, c)
	if err != nil {
		return c, err
	}
	after := c
	after.Revision++
	if !ch.Delete {
		after.Status, after.Prior = ch.Status, ch.Prior
	}
	if err := s.write(ctx, tx, c, after, ch.Delete); err != nil {
		return c, err
	}
	if ch.Relabel {
		if kept.Label, err = s.label(ctx, tx, c.ID, ch); err != nil {
			return c, err
		}
	}
	if err := rowsOf[changeRow](tx).Create(ctx, &kept); err != nil || ch.Delete {
		return c, err
	}
	if err := s.db.note(ctx, tx, after); err != nil {
		return c, err
	}
	return after, s.announce(ctx, tx, c, after, ch.Reason)
}

func (s *Comments) write(ctx context.Context, tx *gorm.DB, was, c comment.Comment, remove bool) error {
	if remove {
		if _, err := rowsOf[traceRow](tx).Where("comment_id = ?", int64(c.ID)).Delete(ctx); err != nil {
			return err
		}
		return hide(tx, c, millis(s.db.now()))
	}
	columns := map[string]any{"status": string(c.Status), "prior": string(c.Prior), "revision": c.Revision}
	if was.Status != c.Status {
		columns["placed_at"] = millis(s.db.now())
	}
	return tx.Model(&commentRow{}).Where("id = ?", int64(c.ID)).Updates(columns).Error
}

// hide lets nobody see a comment any more; Purge removes it. Its form may come again.
func hide(tx *gorm.DB, c comment.Comment, at int64) error {
	return tx.Model(&commentRow{}).Where("id = ?", int64(c.ID)).
		Updates(map[string]any{"deleted_at": at, "revision": c.Revision, "form_key": nil}).Error
}

// label adds a label, and returns its number. Learners ask for the labels after the last
// one they saw, so a label must never appear below one that was seen: numbers are given in
// the order of commits, under a lock that only labelling needs. There are no gaps but
// where labels were removed; see RemoveImported and UndoAct.
func (s *Comments) label(ctx context.Context, tx *gorm.DB, id comment.ID, ch comment.Change) (*int64, error) {
	row, err := newLabelRow(ch.Lesson, s.db.now())
	if err != nil {
		return nil, err
	}
	if err := lockTable(tx, "labels"); err != nil {
		return nil, err
	}
	last, err := lastLabel(ctx, tx)
	if err != nil {
		return nil, err
	}
	row.Seq, row.CommentID = last+1, int64(id)
	return &row.Seq, rowsOf[labelRow](tx).Create(ctx, &row)
}

// lockTable lets no other transaction write to some tables until this one ends. It locks them in the
// order in which they are named: act_parts first, as an undo does, and the audit log before labels.
// A transaction of SQLite is alone anyway.
func lockTable(tx *gorm.DB, tables ...string) error {
	if tx.Name() != "postgres" {
		return nil
	}
	return tx.Exec("LOCK TABLE " + strings.Join(tables, ", ") + " IN EXCLUSIVE MODE").Error
}
