package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// What moderators set beside deciding on comments (a rule, a note, a switch …) is undone by one
// mechanism, whatever it is: an act keeps how each part of it was and how it became. It is
// taken back if every part is still as the act left it, and no later act set it.

// partRow is a part of the blog that an act set.
type partRow struct {
	ActID     int64 `gorm:"primaryKey;autoIncrement:false"`
	N         int   `gorm:"primaryKey;autoIncrement:false"`
	Part      string
	Key       string
	CommentID *int64
	Was       *string
	Became    *string
	// UID is the key of the key store that what was is sealed with, if it is.
	UID []byte `gorm:"column:uid"`
}

func (partRow) TableName() string { return "act_parts" }

// setPart names something that can be set: which kind of thing it is, and which of them.
type setPart struct{ part, key string }

// settable is a kind of thing that can be set.
type settable interface {
	// read reads how it is, in JSON; nil: it is not there. The same is always the same text.
	read(ctx context.Context, tx *gorm.DB, key string) (*string, error)
	// same reports whether it is now as an act left it.
	same(now, became *string) bool
	// put makes it as it was.
	put(ctx context.Context, db *DB, tx *gorm.DB, key string, was *string) error
}

// The parts, but for the columns of comments, which are called as they are.
const (
	partNote    = "note"
	partReports = "reports"
	partRule    = "rule"
	partClosing = "closing"
	partSwitch  = "switch"
	partChoice  = "choice"
	// Of users and where notices go; see parts_users.go.
	partView       = "view"
	partTarget     = "target"
	partMail       = "mail"
	partNotice     = "notice"
	partStanding   = "standing"
	partInvitation = "invitation"
	partUser       = "user"
	partImport     = "import"
	partLabels     = "labels"
	// Of sites with a key; see parts_sites.go.
	partSite = "site"
	partWord = "word"
)

var parts = map[string]settable{
	"pinned_at": column("pinned_at"), "locked_at": column("locked_at"), "assignee_id": column("assignee_id"),
	partNote: single[noteRow]("id = ?"), partClosing: single[closingRow]("post = ?"), partSwitch: single[switchRow]("name = ?"),
	partReports: seenReports{}, partRule: ruleAt{}, partChoice: chosen{},
	partView: single[viewRow]("id = ?"), partInvitation: single[invitationRow]("id = ?"),
	partTarget: targetAt{}, partMail: letter("outbox"), partNotice: letter("notices"),
	partStanding: standing{}, partUser: everythingOf{}, partImport: imported{}, partLabels: labelsFrom{},
	partSite: siteAt{}, partWord: wordOn{},
}

// idKey is a number as a key.
func idKey[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// about is what the audit log says of an act, and what it is about.
type about struct {
	entry   account.Entry
	comment comment.ID
	post    string
}

// beside does something that sets parts of the blog, and keeps it as an act; what it made anew, do
// returns. An act that changed nothing is recorded and has the number 0. Of a comment that it is
// about the row is locked.
func beside(ctx context.Context, tx *gorm.DB, of about, set []setPart, do func() (made []setPart, err error)) (account.ActID, error) {
	if err := lockTable(tx, "act_parts"); err != nil {
		return 0, err
	}
	rows, err := partsNow(ctx, tx, set)
	if err != nil {
		return 0, err
	}
	made, err := do()
	if err != nil {
		return 0, err
	}
	for _, p := range made {
		rows = append(rows, partRow{Part: p.part, Key: p.key})
	}
	now, err := partsNow(ctx, tx, append(slices.Clone(set), made...))
	if err != nil {
		return 0, err
	}
	for i := range rows {
		rows[i].Became = now[i].Was
	}
	rows = slices.DeleteFunc(rows, func(r partRow) bool { return equalText(r.Was, r.Became) })
	if err := record(ctx, tx, of.entry); err != nil || len(rows) == 0 {
		return 0, err
	}
	act := actRow{ // total: no comment was decided on
		At: millis(of.entry.At), Actor: of.entry.Actor, Action: of.entry.Action, Target: of.entry.Target, Detail: of.entry.Detail,
		Post: of.post, CommentID: idOrNull(of.comment),
	}
	if err := rowsOf[actRow](tx).Create(ctx, &act); err != nil {
		return 0, err
	}
	for i := range rows {
		rows[i].ActID, rows[i].N, rows[i].CommentID = act.ID, i, act.CommentID
		if p, ok := parts[rows[i].Part].(sealed); ok && rows[i].Was != nil {
			if rows[i].UID, err = p.key(*rows[i].Was); err != nil {
				return 0, err
			}
		}
	}
	ctx.Value(saidKey{}).(*said).act = account.ActID(act.ID)
	return account.ActID(act.ID), insertAll(ctx, tx, rows)
}

// partsNow reads how parts are.
func partsNow(ctx context.Context, tx *gorm.DB, set []setPart) ([]partRow, error) {
	rows := make([]partRow, len(set))
	for i, p := range set {
		now, err := parts[p.part].read(ctx, tx, p.key)
		if err != nil {
			return nil, fmt.Errorf("read %s %s: %w", p.part, p.key, err)
		}
		rows[i] = partRow{Part: p.part, Key: p.key, Was: now}
	}
	return rows, nil
}

func equalText(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// idOrNull is a number, or NULL for 0.
func idOrNull(id comment.ID) *int64 {
	if id == 0 {
		return nil
	}
	n := int64(id)
	return &n
}

// putBack takes an act back that set parts of the blog: all of them, or none.
func (s *Comments) putBack(ctx context.Context, tx *gorm.DB, act comment.Act, u comment.Undoing) (comment.Undone, error) {
	done := comment.Undone{Act: act}
	if act.Comment != 0 {
		if _, err := lockSome(ctx, tx, []int64{int64(act.Comment)}); err != nil {
			return done, err
		}
	}
	if err := lockTable(tx, "act_parts"); err != nil {
		return done, err
	}
	rows, err := rowsOf[partRow](tx).Where("act_id = ?", int64(act.ID)).Order("n").Find(ctx)
	if err != nil {
		return done, err
	}
	if done.Since, err = setSince(tx, act.ID); err != nil {
		return done, err
	}
	touched := len(done.Since) > 0 || len(rows) == 0
	for _, r := range rows {
		now, err := parts[r.Part].read(ctx, tx, r.Key)
		if err != nil {
			return done, err
		}
		touched = touched || !parts[r.Part].same(now, r.Became)
	}
	if touched {
		return done, comment.ErrChanged
	}
	if err := record(ctx, tx, u.Entry(done)); err != nil {
		return done, err
	}
	raised := RulesChanged
	if act.Comment != 0 {
		raised, done.Shown = act.Post, []string{act.Post}
	}
	for _, r := range rows {
		if err := puttable(parts[r.Part].put(ctx, s.db, tx, r.Key, r.Was)); err != nil {
			return done, err
		}
	}
	if err := raise(tx, raised); err != nil {
		return done, err
	}
	return done, ended(tx, act.ID, u)
}

// puttable is the error of putting something back: what it named may be gone, such as a user, or
// another has its name.
func puttable(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) || errors.Is(err, gorm.ErrDuplicatedKey) {
		return comment.ErrChanged
	}
	return err
}

// setSince is what was done after an act to what it set, and stands.
func setSince(tx *gorm.DB, act comment.ActID) ([]account.Entry, error) {
	var rows []actRow
	err := tx.Raw("SELECT * FROM acts WHERE id > ? AND undone_at IS NULL AND id IN (SELECT later.act_id FROM act_parts p "+
		"JOIN act_parts later ON later.part = p.part AND later.key = p.key WHERE p.act_id = ?) ORDER BY id DESC LIMIT 10", int64(act), int64(act)).Scan(&rows).Error
	out := make([]account.Entry, len(rows))
	for i, r := range rows {
		out[i] = account.Entry{At: fromMillis(r.At), Actor: r.Actor, Action: r.Action, Target: r.Target, Detail: r.Detail}
	}
	return out, err
}

// asText is something in JSON.
func asText(v any) (*string, error) {
	data, err := json.Marshal(v)
	text := string(data)
	return &text, err
}

// single is a row by the condition that picks it.
type single[T any] string

func (s single[T]) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	rows, err := rowsOf[T](tx).Where(string(s), key).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return asText(rows[0])
}

func (single[T]) same(now, became *string) bool { return equalText(now, became) }

func (s single[T]) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	if _, err := rowsOf[T](tx).Where(string(s), key).Delete(ctx); err != nil || was == nil {
		return err
	}
	var row T
	if err := json.Unmarshal([]byte(*was), &row); err != nil {
		return err
	}
	return rowsOf[T](tx).Create(ctx, &row)
}

// column is a column of a comment.
type column string

func (c column) read(_ context.Context, tx *gorm.DB, key string) (*string, error) {
	var values []struct{ Value *int64 }
	err := tx.Raw("SELECT "+string(c)+" AS value FROM comments WHERE id = ? AND deleted_at IS NULL", key).Scan(&values).Error
	if err != nil || len(values) == 0 {
		return nil, err
	}
	return asText(values[0].Value)
}

func (column) same(now, became *string) bool { return equalText(now, became) }

func (c column) put(_ context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	var value *int64
	if was != nil {
		if err := json.Unmarshal([]byte(*was), &value); err != nil {
			return err
		}
	}
	return tx.Exec("UPDATE comments SET "+string(c)+" = ? WHERE id = ?", value, key).Error
}

// seenReports is which reports of a comment are seen to.
type seenReports struct{}

// seenReport is a report, and since when it is seen to.
type seenReport struct {
	ID        int64
	ClearedAt *int64
}

func (seenReports) read(_ context.Context, tx *gorm.DB, key string) (*string, error) {
	var rows []seenReport
	if err := tx.Raw("SELECT id, cleared_at FROM reports WHERE comment_id = ? ORDER BY id", key).Scan(&rows).Error; err != nil {
		return nil, err
	}
	return asText(rows)
}

// same: what came in since is not seen to, and nobody's doing.
func (seenReports) same(now, became *string) bool {
	var a, b []seenReport
	if errors.Join(json.Unmarshal([]byte(*now), &a), json.Unmarshal([]byte(*became), &b)) != nil {
		return false
	}
	is := make(map[int64]*int64, len(a))
	for _, r := range a {
		is[r.ID] = r.ClearedAt
	}
	for _, r := range b {
		if at, there := is[r.ID]; !there || (at == nil) != (r.ClearedAt == nil) {
			return false
		}
	}
	return true
}

func (seenReports) put(_ context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	var rows []seenReport
	if err := json.Unmarshal([]byte(*was), &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if err := tx.Exec("UPDATE reports SET cleared_at = ? WHERE id = ?", r.ClearedAt, r.ID).Error; err != nil {
			return err
		}
	}
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return err
	}
	return countReports(tx, comment.ID(id))
}

// ruleAt is the rule of a kind and value. What it hit since makes it no other.
type ruleAt struct{}

func ruleKey(kind, value string) string { return kind + " " + value }

// rule is the condition that picks it.
func (ruleAt) rule(tx *gorm.DB, key string) table[ruleRow] {
	kind, value, _ := strings.Cut(key, " ")
	return rowsOf[ruleRow](tx).Where("kind = ? AND value = ?", kind, value)
}

func (p ruleAt) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	rows, err := p.rule(tx, key).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return asText(rows[0])
}

func (ruleAt) same(now, became *string) bool {
	if now == nil || became == nil {
		return now == became
	}
	var a, b ruleRow
	err := errors.Join(json.Unmarshal([]byte(*now), &a), json.Unmarshal([]byte(*became), &b))
	a.Hits, a.HitAt, b.Hits, b.HitAt = 0, nil, 0, nil
	return err == nil && reflect.DeepEqual(a, b)
}

func (p ruleAt) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	if was == nil {
		_, err := p.rule(tx, key).Delete(ctx)
		return err
	}
	var row ruleRow
	if err := json.Unmarshal([]byte(*was), &row); err != nil {
		return err
	}
	done := tx.Model(&ruleRow{}).Where("id = ?", row.ID).Updates(row.written())
	if done.Error != nil || done.RowsAffected > 0 {
		return done.Error
	}
	return rowsOf[ruleRow](tx).Create(ctx, &row)
}

// chosen is a part of how the owner wants the filter.
type chosen struct{}

func (chosen) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	c, err := choice(ctx, tx)
	if err != nil {
		return nil, err
	}
	data, err := c.Part(key)
	text := string(data)
	return &text, err
}

func (chosen) same(now, became *string) bool { return equalText(now, became) }

func (chosen) put(ctx context.Context, db *DB, tx *gorm.DB, key string, was *string) error {
	if err := lockTable(tx, "meta"); err != nil {
		return err
	}
	c, err := choice(ctx, tx)
	if err != nil {
		return err
	}
	if c, err = c.PutBack(key, []byte(*was), db.now().UTC()); err != nil {
		return err
	}
	return keepChoice(tx, c)
}
