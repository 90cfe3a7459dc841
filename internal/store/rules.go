package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
)

// Rules keeps the owner's rules, the closings and the attack switch; it is a rule.Store.
type Rules struct{ db *DB }

var _ rule.Store = (*Rules)(nil)

// Rules is the owner's rules in the database: a rule.Store.
func (db *DB) Rules() *Rules { return &Rules{db} }

// RulesChanged is what [Changes] calls a change of what a [Rules] keeps; no post has
// this name.
const RulesChanged = "*"

type ruleRow struct {
	ID        int64 `gorm:"primaryKey"`
	Kind      string
	Value     string
	Effect    string
	Note      string
	MadeBy    string
	MadeAt    int64
	ExpiresAt *int64
	Hits      int64
	HitAt     *int64
}

func (ruleRow) TableName() string { return "rules" }

func newRuleRow(r rule.Rule) ruleRow {
	return ruleRow{
		ID: int64(r.ID), Kind: string(r.Kind), Value: r.Value, Effect: string(r.Effect), Note: r.Note,
		MadeBy: r.By, MadeAt: millis(r.At), ExpiresAt: timeOrNull(r.Expires),
	}
}

// part is what it is as something that can be set.
func (r ruleRow) part() setPart { return setPart{partRule, ruleKey(r.Kind, r.Value)} }

// written is what of it somebody wrote; its hits are not.
func (r ruleRow) written() map[string]any {
	return map[string]any{
		"kind": r.Kind, "value": r.Value, "effect": r.Effect, "note": r.Note,
		"made_by": r.MadeBy, "made_at": r.MadeAt, "expires_at": r.ExpiresAt,
	}
}

func (r ruleRow) rule() rule.Rule {
	return rule.Rule{
		ID: rule.ID(r.ID), Kind: rule.Kind(r.Kind), Value: r.Value, Effect: rule.Effect(r.Effect), Note: r.Note,
		By: r.MadeBy, At: fromMillis(r.MadeAt), Expires: timeOrZero(r.ExpiresAt), Hits: r.Hits, LastHit: timeOrZero(r.HitAt),
	}
}

func rulesOf(rows []ruleRow) []rule.Rule {
	out := make([]rule.Rule, len(rows))
	for i, r := range rows {
		out[i] = r.rule()
	}
	return out
}

type closingRow struct {
	Post   string `gorm:"primaryKey"`
	Closed int
	MadeBy string
	MadeAt int64
}

func (closingRow) TableName() string { return "closings" }

type switchRow struct {
	Name    string `gorm:"primaryKey"`
	MadeBy  string
	Since   int64
	UntilAt *int64
}

func (switchRow) TableName() string { return "switches" }

// attackSwitch is the name of the only switch there is.
const attackSwitch = "attack"

// Read reads all that is in force.
func (s *Rules) Read(ctx context.Context) (rule.Page, error) {
	var p rule.Page
	rules, err := rowsOf[ruleRow](s.db.read).Where("expires_at IS NULL OR expires_at > ?", millis(s.db.now())).Order("id").Find(ctx)
	if err != nil {
		return p, fmt.Errorf("read rules: %w", err)
	}
	p.Rules = rulesOf(rules)
	closings, err := rowsOf[closingRow](s.db.read).Find(ctx)
	if err != nil {
		return p, fmt.Errorf("read closings: %w", err)
	}
	for _, c := range closings {
		p.Closings = append(p.Closings, rule.Closing{Post: c.Post, Closed: c.Closed != 0, By: c.MadeBy, At: fromMillis(c.MadeAt)})
	}
	on, err := rowsOf[switchRow](s.db.read).Where("name = ?", attackSwitch).Find(ctx)
	if err != nil {
		return p, fmt.Errorf("read switches: %w", err)
	}
	for _, a := range on {
		p.Attack = rule.Attack{Since: fromMillis(a.Since), Until: timeOrZero(a.UntilAt), By: a.MadeBy}
	}
	return p, nil
}

// List reads the rules, newest first.
func (s *Rules) List(ctx context.Context) ([]rule.Rule, error) {
	rows, err := rowsOf[ruleRow](s.db.read).Order("made_at DESC, id DESC").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	return rulesOf(rows), nil
}

// Get reads one rule.
func (s *Rules) Get(ctx context.Context, id rule.ID) (rule.Rule, error) {
	row, err := rowsOf[ruleRow](s.db.read).Where("id = ?", int64(id)).Take(ctx)
	if err != nil {
		return rule.Rule{}, fmt.Errorf("rule %d: %w", id, notFound(err, rule.ErrNotFound))
	}
	return row.rule(), nil
}

// Add keeps a rule, in place of one of the same kind and value.
func (s *Rules) Add(ctx context.Context, r rule.Rule, e account.Entry) (rule.Rule, account.ActID, error) {
	row := newRuleRow(r)
	act, err := s.change(ctx, about{entry: e}, 0, row.part(), func(ctx context.Context, tx *gorm.DB) error {
		row.ID = 0
		return tx.WithContext(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "kind"}, {Name: "value"}},
			DoUpdates: clause.AssignmentColumns([]string{"effect", "note", "made_by", "made_at", "expires_at"}),
		}, clause.Returning{}).Create(&row).Error
	})
	if err != nil {
		return rule.Rule{}, 0, fmt.Errorf("keep a rule: %w", err)
	}
	return row.rule(), act, nil
}

// Change puts a rule in the place of the one with its number. If another has its kind and
// value, that one goes.
func (s *Rules) Change(ctx context.Context, r rule.Rule, e account.Entry) (account.ActID, error) {
	row := newRuleRow(r)
	return s.change(ctx, about{entry: e}, r.ID, row.part(), func(_ context.Context, tx *gorm.DB) error {
		err := tx.Exec("DELETE FROM rules WHERE kind = ? AND value = ? AND id <> ?", row.Kind, row.Value, row.ID).Error
		if err != nil {
			return err
		}
		return some(tx.Model(&ruleRow{}).Where("id = ?", row.ID).Updates(row.written()))
	})
}

// Remove takes a rule away.
func (s *Rules) Remove(ctx context.Context, id rule.ID, e account.Entry) (account.ActID, error) {
	return s.change(ctx, about{entry: e}, id, setPart{}, func(_ context.Context, tx *gorm.DB) error {
		return some(tx.Exec("DELETE FROM rules WHERE id = ?", int64(id)))
	})
}

// some is rule.ErrNotFound if nothing was there to be changed.
func some(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return rule.ErrNotFound
	}
	return done.Error
}

// SetClosing keeps whether a post is closed.
func (s *Rules) SetClosing(ctx context.Context, c rule.Closing, e account.Entry) (account.ActID, error) {
	row := closingRow{Post: c.Post, MadeBy: c.By, MadeAt: millis(c.At)}
	if c.Closed {
		row.Closed = 1
	}
	return s.change(ctx, about{entry: e, post: c.Post}, 0, setPart{partClosing, c.Post}, func(ctx context.Context, tx *gorm.DB) error {
		return tx.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// SetAttack keeps the attack switch.
func (s *Rules) SetAttack(ctx context.Context, a rule.Attack, e account.Entry) (account.ActID, error) {
	return s.change(ctx, about{entry: e}, 0, setPart{partSwitch, attackSwitch}, func(ctx context.Context, tx *gorm.DB) error {
		if a.Since.IsZero() {
			return tx.Exec("DELETE FROM switches WHERE name = ?", attackSwitch).Error
		}
		row := switchRow{Name: attackSwitch, MadeBy: a.By, Since: millis(a.Since), UntilAt: timeOrNull(a.Until)}
		return tx.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
}

// change keeps something of the book with its line in the audit log, and lets everybody
// know who looks for changes. It sets a rule as it is by now, a part, or both.
func (s *Rules) change(ctx context.Context, of about, id rule.ID, part setPart, do work) (act account.ActID, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "act_parts"); err != nil {
			return err
		}
		var parts []setPart
		if id != 0 {
			was, err := rowsOf[ruleRow](tx).Where("id = ?", int64(id)).Take(ctx)
			if err != nil {
				return fmt.Errorf("rule %d: %w", id, notFound(err, rule.ErrNotFound))
			}
			parts = append(parts, was.part())
		}
		if part != (setPart{}) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
		act, err = beside(ctx, tx, of, parts, func() ([]setPart, error) { return nil, do(ctx, tx) })
		if err != nil {
			return err
		}
		return raise(tx, RulesChanged)
	})
	return act, err
}

// Spend uses an answer to proof-of-work up; fresh is false if it was used before.
func (s *Rules) Spend(ctx context.Context, answer []byte, until time.Time) (fresh bool, err error) {
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		done := tx.Exec("INSERT INTO work_used (expires_at, answer) VALUES (?, ?) ON CONFLICT DO NOTHING", millis(until), answer)
		fresh = done.RowsAffected > 0
		return done.Error
	})
	if err != nil {
		return false, fmt.Errorf("use up an answer: %w", err)
	}
	return fresh, nil
}

// keepRules is how long rules that have expired are kept to be looked at.
const keepRules = 30 * 24 * time.Hour

// Forget takes away what has served its purpose: rules that expired a month ago, a switch
// whose time is over, and answers that would not be taken any more anyway.
func (s *Rules) Forget(ctx context.Context) error {
	now := s.db.now()
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return errors.Join(
			tx.Exec("DELETE FROM rules WHERE expires_at <= ?", millis(now.Add(-keepRules))).Error,
			tx.Exec("DELETE FROM switches WHERE until_at <= ?", millis(now)).Error,
			tx.Exec("DELETE FROM work_used WHERE expires_at <= ?", millis(now)).Error,
		)
	})
	if err != nil {
		return fmt.Errorf("forget rules that have expired: %w", err)
	}
	return nil
}

// ruleHitRow says that a comment hit a rule.
type ruleHitRow struct {
	CommentID int64
	Kind      string
	RuleID    int64
}

func (ruleHitRow) TableName() string { return "rule_hits" }

// hitAnew keeps which rules a comment hits now, instead of those it hit before.
func (db *DB) hitAnew(ctx context.Context, tx *gorm.DB, id int64, hits []rule.Rule) error {
	if _, err := rowsOf[ruleHitRow](tx).Where("comment_id = ?", id).Delete(ctx); err != nil {
		return err
	}
	return db.hit(ctx, tx, id, hits)
}

// hit keeps which rules a comment hit, and counts them.
func (db *DB) hit(ctx context.Context, tx *gorm.DB, id int64, hits []rule.Rule) error {
	if len(hits) == 0 {
		return nil
	}
	var rows []ruleHitRow
	for _, r := range hits {
		row := ruleHitRow{CommentID: id, Kind: string(r.Kind), RuleID: int64(r.ID)}
		if r.Kind == rule.Network {
			row.RuleID = 0
		}
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	if err := db.countHits(tx, hits); err != nil {
		return err
	}
	return insertAll(ctx, tx, rows)
}

// countHits counts a hit of each rule.
func (db *DB) countHits(tx *gorm.DB, hits []rule.Rule) error {
	ids := make([]int64, len(hits))
	for i, r := range hits {
		ids[i] = int64(r.ID)
	}
	slices.Sort(ids) // so that no two transactions wait for each other
	day := millis(db.now().UTC().Truncate(24 * time.Hour))
	for _, id := range ids {
		if err := tx.Exec("UPDATE rules SET hits = hits + 1, hit_at = ? WHERE id = ?", day, id).Error; err != nil {
			return err
		}
	}
	return nil
}

// HitRules reads which rules comments hit, those that put them with the spam first. Of one
// on networks, and of one that is gone, only the kind is known.
func (s *Comments) HitRules(ctx context.Context, ids []comment.ID) (map[comment.ID][]rule.Rule, error) {
	var rows []struct {
		CommentID int64
		Hit       ruleRow `gorm:"embedded"`
	}
	err := s.db.read.WithContext(ctx).Raw("SELECT h.comment_id, h.kind, h.rule_id AS id, COALESCE(r.value, '') AS value, COALESCE(r.effect, '') AS effect, "+
		"COALESCE(r.note, '') AS note, COALESCE(r.made_by, '') AS made_by, COALESCE(r.made_at, 0) AS made_at, r.expires_at, "+
		"COALESCE(r.hits, 0) AS hits, r.hit_at FROM rule_hits h LEFT JOIN rules r ON r.id = h.rule_id "+
		"WHERE h.comment_id IN ? ORDER BY effect DESC, h.rule_id", ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read which rules comments hit: %w", err)
	}
	hits := map[comment.ID][]rule.Rule{}
	for _, r := range rows {
		id := comment.ID(r.CommentID)
		hits[id] = append(hits[id], r.Hit.rule())
	}
	return hits, nil
}
