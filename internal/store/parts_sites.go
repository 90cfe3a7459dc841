package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// siteAt is what the owner decided about a site that asks with a key. Its name is not part of that: a
// site whose key was revoked may have given it away.
type siteAt struct{}

func (siteAt) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	rows, err := rowsOf[siteRow](tx).Where("id = ?", key).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	rows[0].Name = ""
	return asText(rows[0])
}

func (siteAt) same(now, became *string) bool { return equalText(now, became) }

// put takes no key back that was made and used: comment.ErrChanged. What it asked and taught would go
// with it; it can be revoked.
func (siteAt) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	before, err := rowsOf[siteRow](tx).Where("id = ?", key).Take(ctx)
	if err != nil {
		return notFound(err, comment.ErrChanged)
	}
	var row siteRow
	if was != nil {
		if err := json.Unmarshal([]byte(*was), &row); err != nil {
			return err
		}
		return setSite(ctx, tx, before, row)
	}
	gone := tx.Exec("DELETE FROM sites WHERE id = ? AND NOT EXISTS (SELECT 1 FROM site_counts c WHERE c.site_id = sites.id) "+
		"AND NOT EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.id)", key)
	if gone.Error == nil && gone.RowsAffected == 0 {
		return comment.ErrChanged
	}
	return gone.Error
}

// wordOn is what was said of a check, and what was learned of it.
type wordOn struct{}

// wordRow is that. The labels are of the comment, one of each time something was said of it.
type wordRow struct {
	Said   string
	Labels []siteLabelRow
	Back   *toldRow
}

// toldRow is how it stands with telling the site.
type toldRow struct {
	Verdict  string
	RunAt    *int64
	Attempts int
	Problem  string
	Told     string
	ToldAt   *int64
}

func (wordOn) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	check, err := rowsOf[siteCheckRow](tx).Where("id = ?", key).Take(ctx)
	if err != nil {
		return nil, notFound(err, nil)
	}
	all := wordRow{Said: check.Said}
	all.Labels, err = rowsOf[siteLabelRow](tx).Where("site_id = ? AND comment_id = ?", check.SiteID, akismet.Pair(check.Pair).Of()).Order("seq").Find(ctx)
	if err != nil {
		return nil, err
	}
	var backs []toldRow
	err = tx.Raw("SELECT verdict, run_at, attempts, problem, told, told_at FROM site_callbacks WHERE check_id = ?", key).Scan(&backs).Error
	if err != nil {
		return nil, err
	}
	if len(backs) == 1 {
		all.Back = &backs[0]
	}
	return asText(all)
}

// same: what the site was told since is no other word, nor is what was compacted of those before.
func (wordOn) same(now, became *string) bool {
	if now == nil || became == nil {
		return false
	}
	var a, b wordRow
	err := errors.Join(json.Unmarshal([]byte(*now), &a), json.Unmarshal([]byte(*became), &b))
	return err == nil && a.Said == b.Said && a.last() == b.last()
}

// last is the number of the last word.
func (r wordRow) last() int64 {
	if len(r.Labels) == 0 {
		return 0
	}
	return r.Labels[len(r.Labels)-1].Label.Seq
}

func (p wordOn) put(ctx context.Context, db *DB, tx *gorm.DB, key string, was *string) error {
	if err := lockTable(tx, "site_labels"); err != nil {
		return err
	}
	is, err := p.read(ctx, tx, key)
	if err != nil {
		return err
	}
	var before, now wordRow
	if err := errors.Join(json.Unmarshal([]byte(*was), &before), json.Unmarshal([]byte(*is), &now)); err != nil {
		return err
	}
	check, err := rowsOf[siteCheckRow](tx).Where("id = ?", key).Take(ctx)
	if err != nil {
		return err
	}
	if err := before.relabel(ctx, tx, check); err != nil {
		return err
	}
	if err := before.retell(tx, check, now, db.now()); err != nil {
		return err
	}
	return noteWord(tx, check, before.Said)
}

// relabel lets be learned again what was before.
func (r wordRow) relabel(ctx context.Context, tx *gorm.DB, check siteCheckRow) error {
	_, err := rowsOf[siteLabelRow](tx).Where("site_id = ? AND comment_id = ?", check.SiteID, akismet.Pair(check.Pair).Of()).Delete(ctx)
	if err != nil {
		return err
	}
	if err := createAll(ctx, tx, r.Labels); err != nil {
		return err
	}
	return learnAnew(ctx, tx)
}

// retell lets the site be told what it was to be before; if it was told something else meanwhile, it is
// told that it is as it was.
func (r wordRow) retell(tx *gorm.DB, check siteCheckRow, now wordRow, at time.Time) error {
	switch {
	case r.Back == nil || now.Back == nil:
		return nil
	case equalNumber(r.Back.ToldAt, now.Back.ToldAt):
		return tx.Exec("UPDATE site_callbacks SET verdict = ?, run_at = ?, attempts = ?, problem = ? WHERE check_id = ?",
			r.Back.Verdict, r.Back.RunAt, r.Back.Attempts, r.Back.Problem, check.ID).Error
	}
	isSpam := check.Spam == 1
	if r.Said != "" {
		isSpam = r.Said == wordFor(true)
	}
	return recall(tx, check, akismet.Report{At: at, Lesson: spam.Lesson{Spam: isSpam}, Owner: true})
}

func equalNumber(a, b *int64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
