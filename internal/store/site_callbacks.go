package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// siteCallbackRow is where a site wants to be told of another word about a check, and what it
// was told.
type siteCallbackRow struct {
	CheckID  string `gorm:"primaryKey"`
	Sealed   []byte
	Verdict  string
	RunAt    *int64
	Attempts int
	Problem  string
	Told     string
	ToldAt   *int64
}

func (siteCallbackRow) TableName() string { return "site_callbacks" }

// callbackRow seals where a site wants to be told, with the key of the check's day; nil for
// nowhere.
func (s *Sites) callbackRow(c akismet.Check, day secret) (*siteCallbackRow, error) {
	if c.Callback == nil {
		return nil, nil //nolint:nilnil // who is not told has no row
	}
	plain, err := json.Marshal(c.Callback)
	if err != nil {
		return nil, err
	}
	sealed, err := s.db.box.seal(day, aCallback, string(plain))
	return &siteCallbackRow{CheckID: c.ID, Sealed: sealed, RunAt: timeOrNull(c.AskAgain)}, err
}

// keepCallback keeps it, unless the owner has ended that meanwhile.
func keepCallback(tx *gorm.DB, site int64, r *siteCallbackRow) error {
	if r == nil {
		return nil
	}
	return tx.Exec("INSERT INTO site_callbacks (check_id, sealed, run_at) SELECT c.id, ?, CAST(? AS BIGINT) FROM site_checks c JOIN sites s ON s.id = c.site_id "+
		"WHERE c.id = ? AND s.id = ? AND s.call_back = 1 AND s.revoked_at IS NULL ON CONFLICT (check_id) DO NOTHING",
		r.Sealed, r.RunAt, r.CheckID, site).Error
}

// wanted picks the callbacks of sites that are to be told.
const wanted = "EXISTS (SELECT 1 FROM site_checks c JOIN sites s ON s.id = c.site_id WHERE c.id = site_callbacks.check_id AND s.call_back = 1 AND s.revoked_at IS NULL)"

// forgetCallbacks forgets where sites want to be told that are not any more, unless that can be undone
// still.
func forgetCallbacks(tx *gorm.DB) error {
	return tx.Exec("DELETE FROM site_callbacks WHERE NOT "+wanted+" AND NOT EXISTS (SELECT 1 FROM site_checks c JOIN act_parts p "+
		"ON p.part = ? AND p.key = CAST(c.site_id AS TEXT) WHERE c.id = site_callbacks.check_id)", partSite).Error
}

// endCallbacks forgets where a site wants to be told.
func endCallbacks(tx *gorm.DB, site int64) error {
	return tx.Exec("DELETE FROM site_callbacks WHERE check_id IN (SELECT id FROM site_checks WHERE site_id = ?)", site).Error
}

// recall decides whether a site is to be told what was reported about a check: if the owner
// says another word than the site has. A word of its own it knows.
func recall(tx *gorm.DB, was siteCheckRow, r akismet.Report) error {
	said := wordFor(r.Lesson.Spam)
	set := "UPDATE site_callbacks SET verdict = ?, attempts = 0, problem = '', run_at = "
	if !r.Owner {
		return tx.Exec(set+"NULL WHERE check_id = ?", said, was.ID).Error
	}
	return tx.Exec(set+"CASE WHEN ? = CASE told WHEN '' THEN ? ELSE told END THEN NULL ELSE CAST(? AS BIGINT) END WHERE check_id = ?",
		said, said, wordFor(was.Spam == 1), millis(r.At), was.ID).Error
}

// wordFor is a verdict as it is kept.
func wordFor(isSpam bool) string {
	if isSpam {
		return string(spam.Spam)
	}
	return string(spam.Ham)
}

// Callings takes what sites are to be told by now. What cannot be read any more is told to
// nobody.
func (s *Sites) Callings(ctx context.Context, lease time.Duration, limit int) ([]akismet.Calling, error) {
	rows, err := claim[siteCallbackRow](ctx, s.db, lease, limit, " AND "+wanted, func(r siteCallbackRow) (where string, key []any) {
		return "check_id = ?", []any{r.CheckID}
	})
	if err != nil {
		return nil, fmt.Errorf("what sites are to be told: %w", err)
	}
	var out []akismet.Calling
	for _, r := range rows {
		one, err := s.calling(ctx, r)
		if errors.Is(err, errNotSealed) || errors.Is(err, comment.ErrErased) || errors.Is(err, akismet.ErrNotFound) {
			err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
				_, err := rowsOf[siteCallbackRow](tx).Where("check_id = ?", r.CheckID).Delete(ctx)
				return err
			})
		} else if err == nil {
			out = append(out, one)
		}
		if err != nil {
			return nil, fmt.Errorf("what a site is to be told: %w", err)
		}
	}
	return out, nil
}

func (s *Sites) calling(ctx context.Context, r siteCallbackRow) (akismet.Calling, error) {
	one := akismet.Calling{Verdict: spam.Class(r.Verdict), Attempts: r.Attempts + 1}
	row, err := rowsOf[siteCheckRow](s.db.read).Where("id = ?", r.CheckID).Take(ctx)
	if err != nil {
		return one, notFound(err, akismet.ErrNotFound)
	}
	key, err := s.dayKey(ctx, row.Day)
	if err != nil {
		return one, err
	}
	plain, err := key.open(aCallback, r.Sealed)
	if err != nil {
		return one, err
	}
	one.Check = row.check(key)
	return one, json.Unmarshal([]byte(plain), &one.Callback)
}

// Called keeps what became of telling sites.
func (s *Sites) Called(ctx context.Context, all []akismet.Called) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		for _, c := range all {
			if err := called(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep what sites were told: %w", err)
	}
	return nil
}

// called keeps what became of telling a site of a check. If another word was said meanwhile,
// that is to be told.
func called(tx *gorm.DB, c akismet.Called) error {
	if c.Problem != "" {
		return tx.Exec("UPDATE site_callbacks SET problem = ?, run_at = ? WHERE check_id = ? AND attempts = ? AND run_at IS NOT NULL",
			c.Problem, timeOrNull(c.Again), c.Check, c.Attempts).Error
	}
	return tx.Exec("UPDATE site_callbacks SET told = ?, told_at = ?, problem = '', run_at = CASE WHEN verdict IN ('', ?) THEN NULL ELSE CAST(? AS BIGINT) END WHERE check_id = ?",
		string(c.Verdict), millis(c.At), string(c.Verdict), millis(c.At), c.Check).Error
}

// told is how it stands with telling sites of checks.
func (s *Sites) told(ctx context.Context, checks []siteCheckRow) (map[string]akismet.Told, error) {
	ids := make([]string, len(checks))
	for i, c := range checks {
		ids[i] = c.ID
	}
	rows, err := rowsOf[siteCallbackRow](s.db.read).Where("check_id IN ? AND "+wanted, ids).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what sites were told: %w", err)
	}
	out := make(map[string]akismet.Told, len(rows))
	for _, r := range rows {
		out[r.CheckID] = akismet.Told{
			Verdict: spam.Class(r.Told), At: timeOrZero(r.ToldAt), Problem: r.Problem, Waits: r.RunAt != nil,
		}
	}
	return out, nil
}
