package store

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// sealed is a part of which something is sealed; key is the key of the key store.
type sealed interface {
	key(was string) ([]byte, error)
}

// targetAt is where notices go. How far they have come makes it no other.
type targetAt struct{}

func (targetAt) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	return single[targetRow]("id = ?").read(ctx, tx, key)
}

func (targetAt) same(now, became *string) bool {
	if now == nil || became == nil {
		return now == became
	}
	a, aerr := targetOf(*now)
	b, berr := targetOf(*became)
	a.ToldHeld, a.ToldDead, a.ToldReport = b.ToldHeld, b.ToldDead, b.ToldReport
	return aerr == nil && berr == nil && reflect.DeepEqual(a, b)
}

func (targetAt) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	if was == nil {
		_, err := rowsOf[targetRow](tx).Where("id = ?", key).Delete(ctx)
		return err
	}
	row, err := targetOf(*was)
	if err != nil {
		return err
	}
	now, err := rowsOf[targetRow](tx).Where("id = ?", key).Find(ctx)
	if err != nil {
		return err
	}
	if len(now) == 0 {
		return rowsOf[targetRow](tx).Create(ctx, &row)
	}
	row.ToldHeld, row.ToldDead, row.ToldReport = now[0].ToldHeld, now[0].ToldDead, now[0].ToldReport
	return tx.Save(&row).Error
}

func (targetAt) key(was string) ([]byte, error) {
	row, err := targetOf(was)
	return row.UID, err
}

func targetOf(text string) (row targetRow, err error) {
	err = json.Unmarshal([]byte(text), &row)
	return row, err
}

// letter is how it stands with a mail or a notice, of the table it names.
type letter string

// letterRow is that. What was sent is as nobody left it.
type letterRow struct {
	Attempts, RunAt, LockedUntil  int64
	FailedAt, DiscardedAt, SentAt *int64
}

func (w letter) read(_ context.Context, tx *gorm.DB, key string) (*string, error) {
	columns := "attempts, run_at, locked_until, failed_at, discarded_at"
	if w == "outbox" {
		columns += ", sent_at"
	}
	var rows []letterRow
	err := tx.Raw("SELECT "+columns+" FROM "+string(w)+" WHERE id = ?", key).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return asText(rows[0])
}

// same: what was tried again in vain is as it was left, unless it is on its way just now.
func (letter) same(now, became *string) bool {
	if now == nil || equalText(now, became) {
		return now != nil
	}
	var a, b letterRow
	err := errors.Join(json.Unmarshal([]byte(*now), &a), json.Unmarshal([]byte(*became), &b))
	return err == nil && b.FailedAt == nil && a.SentAt == nil && a.DiscardedAt == nil && a.LockedUntil == 0
}

func (w letter) put(_ context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	var r letterRow
	if err := json.Unmarshal([]byte(*was), &r); err != nil {
		return err
	}
	return tx.Exec("UPDATE "+string(w)+" SET attempts = ?, run_at = ?, locked_until = ?, failed_at = ?, discarded_at = ? WHERE id = ?",
		r.Attempts, r.RunAt, r.LockedUntil, r.FailedAt, r.DiscardedAt, key).Error
}

// standing is what a user is on the blog.
type standing struct{}

// standingRow is the columns of it.
type standingRow struct {
	Role, Writes string
	DisabledAt   *int64
}

func (standing) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	rows, err := rowsOf[userRow](tx).Where("id = ?", key).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return asText(standingRow{rows[0].Role, rows[0].Writes, rows[0].DisabledAt})
}

func (standing) same(now, became *string) bool { return now != nil && equalText(now, became) }

// put leaves no blog without an owner: account.ErrLastOwner.
func (standing) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	if err := lockTable(tx, "users"); err != nil {
		return err
	}
	var row standingRow
	if err := json.Unmarshal([]byte(*was), &row); err != nil {
		return err
	}
	if err := setStanding(ctx, tx, key, row); err != nil {
		return err
	}
	owners, err := ownersOf(ctx, tx)
	if err == nil && owners == 0 {
		err = account.ErrLastOwner
	}
	return err
}

// setStanding makes a user something; who is disabled loses all sessions.
func setStanding[K int64 | string](ctx context.Context, tx *gorm.DB, id K, row standingRow) error {
	err := tx.Model(&userRow{}).Where("id = ?", id).
		Updates(map[string]any{"role": row.Role, "writes": row.Writes, "disabled_at": row.DisabledAt}).Error
	if err == nil && row.DisabledAt != nil {
		_, err = rowsOf[sessionRow](tx).Where("user_id = ?", id).Delete(ctx)
	}
	return err
}

// everythingOf is a user with all that hangs on it but the sessions.
type everythingOf struct{}

// everythingRow is that.
type everythingRow struct {
	User     userRow
	Passkeys []passkeyRow
	Steps    []stepRow
	Recovery []recoveryRow
	Views    []viewRow
	Targets  []targetRow
	Assigned []int64 // comments
}

func (everythingOf) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	users, err := rowsOf[userRow](tx).Where("id = ?", key).Find(ctx)
	if err != nil || len(users) == 0 {
		return nil, err
	}
	all := everythingRow{User: users[0]}
	for _, read := range []func() error{
		func() error { return ofWhom(ctx, tx, key, &all.Passkeys) },
		func() error { return ofWhom(ctx, tx, key, &all.Steps) },
		func() error { return ofWhom(ctx, tx, key, &all.Recovery) },
		func() error { return ofWhom(ctx, tx, key, &all.Views) },
		func() error { return ofWhom(ctx, tx, key, &all.Targets) },
		func() error {
			return tx.Raw("SELECT id FROM comments WHERE assignee_id = ? ORDER BY id", key).Scan(&all.Assigned).Error
		},
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return asText(all)
}

// ofWhom reads the rows of a table that are of a user.
func ofWhom[T any](ctx context.Context, tx *gorm.DB, user string, to *[]T) (err error) {
	*to, err = rowsOf[T](tx).Where("user_id = ?", user).Find(ctx)
	return err
}

func (everythingOf) same(now, became *string) bool { return now == nil && became == nil }

func (everythingOf) put(ctx context.Context, _ *DB, tx *gorm.DB, _ string, was *string) error {
	var all everythingRow
	if err := json.Unmarshal([]byte(*was), &all); err != nil {
		return err
	}
	if err := rowsOf[userRow](tx).Create(ctx, &all.User); err != nil {
		return err
	}
	for _, put := range []func() error{
		func() error { return createAll(ctx, tx, all.Passkeys) },
		func() error { return createAll(ctx, tx, all.Steps) },
		func() error { return createAll(ctx, tx, all.Recovery) },
		func() error { return createAll(ctx, tx, all.Views) },
		func() error { return createAll(ctx, tx, all.Targets) },
	} {
		if err := put(); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(all.Assigned, mostNames) { // but what somebody else took over since
		if err := tx.Exec("UPDATE comments SET assignee_id = ? WHERE id IN ? AND assignee_id IS NULL", all.User.ID, some).Error; err != nil {
			return err
		}
	}
	return nil
}

// createAll keeps rows with the numbers they had.
func createAll[T any](ctx context.Context, tx *gorm.DB, rows []T) error {
	for i := range rows {
		if err := rowsOf[T](tx).Create(ctx, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (everythingOf) key(was string) ([]byte, error) {
	var all everythingRow
	err := json.Unmarshal([]byte(was), &all)
	if len(all.Targets) == 0 {
		return nil, err
	}
	return all.Targets[0].UID, err
}

// imported is that labels with some numbers, as in "12-34", were imported.
type imported struct{}

func (imported) read(_ context.Context, tx *gorm.DB, key string) (*string, error) {
	from, to, err := span(key)
	if err != nil {
		return nil, err
	}
	var n int64
	err = tx.Raw("SELECT COUNT(*) FROM imported_labels WHERE seq BETWEEN ? AND ?", from, to).Scan(&n).Error
	if err != nil || n == 0 {
		return nil, err
	}
	return asText(n)
}

func span(key string) (from, to int64, err error) {
	_, err = fmt.Sscanf(key[strings.LastIndexByte(key, ' ')+1:], "%d-%d", &from, &to)
	return from, to, err
}

func (imported) same(now, became *string) bool { return equalText(now, became) }

func (imported) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, _ *string) error {
	if err := lockTable(tx, "labels"); err != nil {
		return err
	}
	from, to, err := span(key)
	if err != nil {
		return err
	}
	return removeLabelsOf(ctx, tx, "seq IN (SELECT seq FROM imported_labels WHERE seq BETWEEN ? AND ?)", from, from, to)
}

// removeLabelsOf removes imported labels as if they had never been; the rows of imported_labels
// go with them.
func removeLabelsOf(ctx context.Context, tx *gorm.DB, where string, lowest int64, args ...any) error {
	last, err := lastLabel(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM labels WHERE "+where, args...).Error; err != nil {
		return err
	}
	if err := keepMeta(tx, labelsGiven, binary.BigEndian.AppendUint64(nil, uint64(last))); err != nil { //nolint:gosec // a number from 0
		return err
	}
	return countRemoval(ctx, tx, lowest)
}

// labelsFrom are the labels with some numbers that were given on another site, as in
// "blog.example.org 12-34".
type labelsFrom struct{}

// labelsAtOnce is how many of them are one part.
const labelsAtOnce = 1000

// labelParts names the labels of a site.
func labelParts(site string, seqs []int64) (set []setPart) {
	for some := range slices.Chunk(seqs, labelsAtOnce) {
		set = append(set, setPart{partLabels, fmt.Sprintf("%s %d-%d", site, some[0], some[len(some)-1])})
	}
	return set
}

// labelsRow is that.
type labelsRow struct {
	Labels []labelRow
	Origin []importedRow
}

func (labelsFrom) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	from, to, err := span(key)
	if err != nil {
		return nil, err
	}
	var all labelsRow
	site := key[:strings.LastIndexByte(key, ' ')]
	all.Origin, err = rowsOf[importedRow](tx).Where("site = ? AND seq BETWEEN ? AND ?", site, from, to).Order("seq").Find(ctx)
	if err != nil || len(all.Origin) == 0 {
		return nil, err
	}
	all.Labels, err = rowsOf[labelRow](tx).Where("seq IN (SELECT seq FROM imported_labels WHERE site = ? AND seq BETWEEN ? AND ?)", site, from, to).Order("seq").Find(ctx)
	if err != nil {
		return nil, err
	}
	return asText(all)
}

// same: what the site said came back by another import since.
func (labelsFrom) same(now, became *string) bool { return now == nil && became == nil }

func (labelsFrom) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	if err := lockTable(tx, "labels"); err != nil {
		return err
	}
	var there int64
	site := key[:strings.LastIndexByte(key, ' ')]
	var all labelsRow
	if err := json.Unmarshal([]byte(*was), &all); err != nil {
		return err
	}
	numbers := make([]int64, len(all.Origin))
	for i, o := range all.Origin {
		numbers[i] = o.SiteSeq
	}
	err := tx.Raw("SELECT COUNT(*) FROM imported_labels WHERE site = ? AND site_seq IN ?", site, numbers).Scan(&there).Error
	if err == nil && there > 0 {
		err = comment.ErrChanged
	}
	if err != nil {
		return err
	}
	if err := createAll(ctx, tx, all.Labels); err != nil {
		return err
	}
	if err := createAll(ctx, tx, all.Origin); err != nil {
		return err
	}
	// What was made of the labels above these has to be made anew.
	return countRemoval(ctx, tx, all.Labels[0].Seq)
}
