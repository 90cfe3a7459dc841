package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// siteCheckRow is a check as it is kept.
type siteCheckRow struct {
	ID            string `gorm:"primaryKey"`
	SiteID        int64
	Day           int64
	At            int64
	Blog          string
	Pair          []byte
	Spam, Discard int64
	LogOdds       float64
	Model         string
	Sealed        []byte
	Said          string
}

func (siteCheckRow) TableName() string { return "site_checks" }

// siteCountRow is the counts of a blog on a day.
type siteCountRow struct {
	SiteID         int64  `gorm:"primaryKey;autoIncrement:false"`
	Blog           string `gorm:"primaryKey"`
	Day            int64  `gorm:"primaryKey;autoIncrement:false"`
	Spam           int64
	Ham            int64
	MissedSpam     int64
	FalsePositives int64
}

func (siteCountRow) TableName() string { return "site_counts" }

// sealedCheck is what is sealed of a check.
type sealedCheck struct {
	akismet.Excerpt
	Why string `json:"why,omitempty"`
}

// oneDay is a day in milliseconds.
const oneDay = int64(24 * time.Hour / time.Millisecond)

func dayOf(t time.Time) int64 { return millis(t) / oneDay }

// Keep keeps what sites asked and reported, but for those whose key was never to be: it was taken back
// before the first of this was kept.
func (s *Sites) Keep(ctx context.Context, k akismet.Kept) error {
	k, err := s.there(ctx, k)
	if err != nil {
		return fmt.Errorf("keep checks of sites: %w", err)
	}
	days := map[int64]secret{}
	rows := make([]checkRows, len(k.Checks))
	for i, c := range k.Checks {
		if rows[i], err = s.checkRows(ctx, c, days); err != nil {
			return fmt.Errorf("keep checks of sites: %w", err)
		}
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := s.keepChecks(ctx, tx, rows); err != nil {
			return err
		}
		for _, t := range k.Tallies {
			if err := count(tx, t); err != nil {
				return err
			}
		}
		if err := s.keepReports(ctx, tx, k.Reports); err != nil {
			return err
		}
		return keepLeaving(tx, k.Leaving)
	})
	if err != nil {
		return fmt.Errorf("keep checks of sites: %w", err)
	}
	return nil
}

// there is what is of sites that are there.
func (s *Sites) there(ctx context.Context, k akismet.Kept) (akismet.Kept, error) {
	var ids []akismet.SiteID
	if err := s.db.read.WithContext(ctx).Raw("SELECT id FROM sites").Scan(&ids).Error; err != nil {
		return k, err
	}
	k.Checks = slices.DeleteFunc(slices.Clone(k.Checks), func(c akismet.Check) bool { return !slices.Contains(ids, c.Site) })
	k.Reports = slices.DeleteFunc(slices.Clone(k.Reports), func(r akismet.Report) bool { return !slices.Contains(ids, r.Site) })
	k.Tallies = slices.DeleteFunc(slices.Clone(k.Tallies), func(t akismet.Tally) bool { return !slices.Contains(ids, t.Site) })
	return k, nil
}

// checkRows is a check as it is kept.
type checkRows struct {
	check siteCheckRow
	back  *siteCallbackRow
}

// checkRows seals a check with the key of its day, which days remembers.
func (s *Sites) checkRows(ctx context.Context, c akismet.Check, days map[int64]secret) (out checkRows, err error) {
	day := dayOf(c.At)
	key, ok := days[day]
	if !ok {
		if key, err = s.sealingKey(ctx, day); err != nil {
			return out, err
		}
		days[day] = key
	}
	plain, err := json.Marshal(sealedCheck{c.Comment, c.Why})
	if err != nil {
		return out, err
	}
	sealed, err := s.db.box.seal(key, aCheck, string(plain))
	if err != nil {
		return out, err
	}
	out.check = siteCheckRow{
		ID: c.ID, SiteID: int64(c.Site), Day: day, At: millis(c.At), Blog: c.Blog, Pair: c.Pair[:], Spam: bit(c.Spam),
		Discard: bit(c.Discard), LogOdds: c.LogOdds, Model: c.Model, Sealed: sealed,
	}
	out.back, err = s.callbackRow(c, key)
	return out, err
}

// siteDayRow names the key of a day.
type siteDayRow struct {
	Day int64  `gorm:"primaryKey;autoIncrement:false"`
	UID []byte `gorm:"column:uid"`
}

func (siteDayRow) TableName() string { return "site_days" }

// dayKey is the key of a day. If there is none, or it was lost with the key store, the error is
// comment.ErrErased.
func (s *Sites) dayKey(ctx context.Context, day int64) (secret, error) {
	uid, err := s.namedDay(ctx, day)
	if err != nil {
		return secret{}, err
	}
	return s.db.people.get(ctx, uid)
}

// namedDay is the name of the key of a day; nil if there is none.
func (s *Sites) namedDay(ctx context.Context, day int64) ([]byte, error) {
	rows, err := rowsOf[siteDayRow](s.db.read).Where("day = ?", day).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].UID, nil
}

// sealingKey is the key of a day, made anew if there is none.
func (s *Sites) sealingKey(ctx context.Context, day int64) (secret, error) {
	lost, err := s.namedDay(ctx, day)
	if err != nil {
		return secret{}, err
	}
	key, err := s.db.people.get(ctx, lost)
	if !errors.Is(err, comment.ErrErased) {
		return key, err
	}
	key = newSecret()
	if err := s.db.people.keep(ctx, key, nil); err != nil {
		return secret{}, err
	}
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		// Of two who make it at once, both take the one that was kept.
		return tx.Exec("INSERT INTO site_days (day, uid) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET uid = excluded.uid WHERE site_days.uid = ?",
			day, key.uid, lost).Error
	})
	if err != nil {
		return secret{}, err
	}
	return s.dayKey(ctx, day)
}

func (s *Sites) keepChecks(ctx context.Context, tx *gorm.DB, rows []checkRows) error {
	back := map[[2]any]bool{}
	for _, r := range rows {
		if err := rowsOf[siteCheckRow](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &r.check); err != nil {
			return err
		}
		if err := keepCallback(tx, r.check.SiteID, r.back); err != nil {
			return err
		}
		back[[2]any{r.check.SiteID, r.check.Blog}] = true
	}
	for at := range back { // who asks again is back
		if err := tx.Exec("DELETE FROM site_left WHERE site_id = ? AND blog = ?", at[0], at[1]).Error; err != nil {
			return err
		}
	}
	return nil
}

// count adds to the counts of a day.
func count(tx *gorm.DB, t akismet.Tally) error {
	return tx.Exec("INSERT INTO site_counts (site_id, blog, day, spam, ham, missed_spam, false_positives) VALUES (?, ?, ?, ?, ?, ?, ?) "+
		"ON CONFLICT (site_id, blog, day) DO UPDATE SET spam = site_counts.spam + excluded.spam, ham = site_counts.ham + excluded.ham, "+
		"missed_spam = site_counts.missed_spam + excluded.missed_spam, "+
		"false_positives = site_counts.false_positives + excluded.false_positives",
		int64(t.Site), t.Blog, dayOf(t.Day), t.Spam, t.Ham, t.MissedSpam, t.FalsePositives).Error
}

// keepReports keeps labels under numbers in the order they came, and notes each at its check.
func (s *Sites) keepReports(ctx context.Context, tx *gorm.DB, reports []akismet.Report) error {
	if len(reports) == 0 {
		return nil
	}
	if err := lockTable(tx, "site_labels"); err != nil {
		return err
	}
	var last int64
	if err := tx.Raw("SELECT COALESCE(MAX(seq), 0) FROM site_labels").Scan(&last).Error; err != nil {
		return err
	}
	for _, r := range reports {
		label, err := newLabelRow(&r.Lesson, r.At)
		if err != nil {
			return err
		}
		of, found, err := checkOf(ctx, tx, r)
		if err != nil {
			return err
		}
		pair := r.Pair
		if found {
			pair = akismet.Pair(of.Pair)
		}
		last++
		label.Seq, label.CommentID = last, pair.Of()
		row := siteLabelRow{label, int64(r.Site)}
		if err := rowsOf[siteLabelRow](tx).Create(ctx, &row); err != nil {
			return err
		}
		if !found {
			continue
		}
		if err := noteReport(tx, of, r); err != nil {
			return err
		}
	}
	return nil
}

// checkOf is the check that a report is about: the one it names, else the latest of the same
// comment, of the same blog before all others.
func checkOf(ctx context.Context, tx *gorm.DB, r akismet.Report) (row siteCheckRow, found bool, err error) {
	of := rowsOf[siteCheckRow](tx).Where("site_id = ?", int64(r.Site)).Limit(1)
	if r.Check != "" {
		rows, err := of.Where("id = ?", r.Check).Find(ctx)
		if err != nil || len(rows) > 0 {
			return append(rows, row)[0], len(rows) > 0, err
		}
	}
	other := r.Pair.Other() // few clients report with the field that people do not see
	rows, err := of.Where("(pair = ? OR pair = ?)", r.Pair[:], other[:]).Order(clause.OrderBy{Expression: clause.Expr{
		SQL: "CASE pair WHEN ? THEN 0 ELSE 1 END, CASE blog WHEN ? THEN 0 ELSE 1 END, at DESC, id", Vars: []any{r.Pair[:], r.Blog},
	}}).Find(ctx)
	return append(rows, row)[0], len(rows) > 0, err
}

// noteReport notes a report at its check.
func noteReport(tx *gorm.DB, was siteCheckRow, r akismet.Report) error {
	if err := recall(tx, was, r); err != nil {
		return err
	}
	return noteWord(tx, was, wordFor(r.Lesson.Spam))
}

// noteWord notes at a check what is said of it, and counts it there.
func noteWord(tx *gorm.DB, was siteCheckRow, said string) error {
	if was.Said == said {
		return nil
	}
	if err := tx.Exec("UPDATE site_checks SET said = ? WHERE id = ?", said, was.ID).Error; err != nil {
		return err
	}
	t := akismet.Tally{Site: akismet.SiteID(was.SiteID), Blog: was.Blog, Day: fromMillis(was.Day * oneDay)}
	t.Counts = mistakes(was, said, 1)
	before := mistakes(was, was.Said, -1)
	t.MissedSpam, t.FalsePositives = t.MissedSpam+before.MissedSpam, t.FalsePositives+before.FalsePositives
	return count(tx, t)
}

// mistakes is n at what the check got wrong, if it did.
func mistakes(was siteCheckRow, said string, n int) akismet.Counts {
	switch {
	case said == string(spam.Spam) && was.Spam == 0:
		return akismet.Counts{MissedSpam: n}
	case said == string(spam.Ham) && was.Spam == 1:
		return akismet.Counts{FalsePositives: n}
	}
	return akismet.Counts{}
}

// Tallies reads the counts from a day on.
func (s *Sites) Tallies(ctx context.Context, id akismet.SiteID, blog string, from time.Time) ([]akismet.Tally, error) {
	q := rowsOf[siteCountRow](s.db.read).Where("site_id = ? AND day >= ?", int64(id), max(0, dayOf(from)))
	if blog != "" {
		q = q.Where("blog = ?", blog)
	}
	rows, err := q.Order("day, blog").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read counts of site %d: %w", id, err)
	}
	out := make([]akismet.Tally, len(rows))
	for i, r := range rows {
		out[i] = akismet.Tally{
			Site: id, Blog: r.Blog, Day: fromMillis(r.Day * oneDay),
			Counts: akismet.Counts{Spam: int(r.Spam), Ham: int(r.Ham), MissedSpam: int(r.MissedSpam), FalsePositives: int(r.FalsePositives)},
		}
	}
	return out, nil
}

// monthOrders are the columns of akismet.Orders.
var monthOrders = map[string]string{
	"total": "spam + ham", "spam": "spam", "ham": "ham", "missed_spam": "missed_spam", "false_positives": "false_positives",
}

// monthRow is the counts of a blog in a month.
type monthRow struct {
	Blog                                  string
	Spam, Ham, MissedSpam, FalsePositives int
	Revoked                               bool
}

// Month lists the blogs of a site with their counts in a month, most first.
func (s *Sites) Month(ctx context.Context, id akismet.SiteID, q akismet.MonthQuery) ([]akismet.SiteMonth, int, error) {
	from, to := dayOf(q.Month), dayOf(q.Month.AddDate(0, 1, 0))
	sums := s.db.read.WithContext(ctx).Table("site_counts").
		Select("blog, SUM(spam) AS spam, SUM(ham) AS ham, SUM(missed_spam) AS missed_spam, SUM(false_positives) AS false_positives, "+
			"EXISTS (SELECT 1 FROM site_left l WHERE l.site_id = site_counts.site_id AND l.blog = site_counts.blog) AS revoked").
		Where("site_id = ? AND day >= ? AND day < ?", int64(id), from, to).Group("site_id, blog")
	if q.Filter != "" {
		sums = sums.Where(`blog LIKE ? ESCAPE '\'`, "%"+escapeLike(strings.ToLower(q.Filter))+"%")
	}
	var total int64
	if err := s.db.read.WithContext(ctx).Table("(?) AS m", sums).Count(&total).Error; err != nil {
		return nil, 0, fmt.Errorf("count sites: %w", err)
	}
	var rows []monthRow
	err := s.db.read.WithContext(ctx).Table("(?) AS m", sums).
		Order(monthOrders[q.Order] + " DESC, blog").Limit(q.Limit).Offset(q.Offset).Find(&rows).Error
	if err != nil {
		return nil, 0, fmt.Errorf("list sites: %w", err)
	}
	out := make([]akismet.SiteMonth, len(rows))
	for i, r := range rows {
		out[i] = akismet.SiteMonth{Site: r.Blog, Calls: r.Spam + r.Ham, Revoked: r.Revoked, Counts: akismet.Counts{
			Spam: r.Spam, Ham: r.Ham, MissedSpam: r.MissedSpam, FalsePositives: r.FalsePositives,
		}}
	}
	return out, int(total), nil
}

// Recent lists the checks of a site, newest first.
func (s *Sites) Recent(ctx context.Context, id akismet.SiteID, after akismet.Mark, limit int) ([]akismet.Check, error) {
	q := rowsOf[siteCheckRow](s.db.read).Where("site_id = ?", int64(id))
	if !after.At.IsZero() {
		q = q.Where("at < ? OR at = ? AND id > ?", millis(after.At), millis(after.At), after.ID)
	}
	rows, err := q.Order("at DESC, id").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list checks: %w", err)
	}
	return s.opened(ctx, rows)
}

// Check reads a check of a site.
func (s *Sites) Check(ctx context.Context, id akismet.SiteID, check string) (akismet.Check, error) {
	row, err := rowsOf[siteCheckRow](s.db.read).Where("site_id = ? AND id = ?", int64(id), check).Take(ctx)
	if err != nil {
		return akismet.Check{}, notFound(err, akismet.ErrNotFound)
	}
	all, err := s.opened(ctx, []siteCheckRow{row})
	if err != nil {
		return akismet.Check{}, err
	}
	return all[0], nil
}

func (s *Sites) opened(ctx context.Context, rows []siteCheckRow) ([]akismet.Check, error) {
	told, err := s.told(ctx, rows)
	if err != nil {
		return nil, err
	}
	keys, out := map[int64]secret{}, make([]akismet.Check, 0, len(rows))
	for _, r := range rows {
		key, ok := keys[r.Day]
		if !ok {
			var err error
			if key, err = s.dayKey(ctx, r.Day); err != nil && !errors.Is(err, comment.ErrErased) {
				return nil, err
			}
			keys[r.Day] = key
		}
		c := r.check(key)
		c.Told = told[r.ID]
		out = append(out, c)
	}
	return out, nil
}

// check opens what is sealed; of what cannot be opened, the rest.
func (r siteCheckRow) check(key secret) akismet.Check {
	c := akismet.Check{
		ID: r.ID, Site: akismet.SiteID(r.SiteID), Blog: r.Blog, At: fromMillis(r.At), Pair: akismet.Pair(r.Pair),
		Spam: r.Spam == 1, Discard: r.Discard == 1, LogOdds: r.LogOdds, Model: r.Model, Said: spam.Class(r.Said),
	}
	var in sealedCheck
	if key.uid != nil {
		if plain, err := key.open(aCheck, r.Sealed); err == nil && json.Unmarshal([]byte(plain), &in) == nil {
			c.Comment, c.Why = in.Excerpt, in.Why
		}
	}
	return c
}

// Forget removes the checks of before a time, and then the keys of days that have none
// left and are over.
func (s *Sites) Forget(ctx context.Context, before time.Time) (int, error) {
	forgot := 0
	for {
		var n int64
		err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
			r := tx.Exec("DELETE FROM site_checks WHERE id IN (SELECT id FROM site_checks WHERE day <= ? AND at < ? LIMIT ?)",
				dayOf(before), millis(before), expireBatch)
			n = r.RowsAffected
			return r.Error
		})
		if err != nil {
			return forgot, fmt.Errorf("forget checks: %w", err)
		}
		if forgot += int(n); n < expireBatch {
			return forgot, errors.Join(s.forgetDays(ctx, dayOf(before)), s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error { return forgetCallbacks(tx) }))
		}
	}
}

// forgetDays destroys the keys of days before a day, and then their names.
func (s *Sites) forgetDays(ctx context.Context, day int64) error {
	rows, err := rowsOf[siteDayRow](s.db.read).
		Where("day < ? AND NOT EXISTS (SELECT 1 FROM site_checks c WHERE c.day = site_days.day)", day).Find(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	uids := make([][]byte, len(rows))
	for i, r := range rows {
		uids[i] = r.UID
	}
	if err := s.db.people.destroy(ctx, uids...); err != nil {
		return err
	}
	return s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[siteDayRow](tx).Where("uid IN ?", uids).Delete(ctx)
		return err
	})
}
