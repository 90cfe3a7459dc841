package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/webmention"
)

// sentRow is a page that a post links to, or did.
type sentRow struct {
	Post     string `gorm:"primaryKey"`
	Target   string `gorm:"primaryKey"`
	Source   string
	Endpoint string
	RunAt    *int64
	Attempts int
	SentAt   *int64
	Error    string
	Removed  int
	At       int64
}

func (sentRow) TableName() string { return "mentions_sent" }

// SetLinks keeps what a post links to now.
func (s *Mentions) SetLinks(ctx context.Context, post, source string, targets []string, at time.Time) (n int, err error) {
	known, err := rowsOf[sentRow](s.db.read).Where("post = ?", post).Find(ctx)
	if err == nil && sameLinks(known, targets) {
		return 0, nil
	}
	if err == nil {
		err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			like := sentRow{Post: post, Source: source, RunAt: timeOrNull(at), At: millis(s.db.now())}
			n, err = setLinks(ctx, tx, like, targets)
			return err
		})
	}
	if err != nil {
		return 0, fmt.Errorf("keep the links of %s: %w", post, err)
	}
	return n, nil
}

// sameLinks reports whether the links of a post are those that are known.
func sameLinks(known []sentRow, targets []string) bool {
	there := 0
	for _, r := range known {
		if r.Removed != 0 {
			continue
		}
		if !slices.Contains(targets, r.Target) {
			return false
		}
		there++
	}
	return there == len(targets)
}

// setLinks lets all links be told again, and those that are gone once more if they were
// told before. like is what all rows have in common.
func setLinks(ctx context.Context, tx *gorm.DB, like sentRow, targets []string) (int, error) {
	if err := lockTable(tx, "mentions_sent"); err != nil {
		return 0, err
	}
	known, err := rowsOf[sentRow](tx).Where("post = ?", like.Post).Find(ctx)
	if err != nil {
		return 0, err
	}
	if _, err := rowsOf[sentRow](tx).Where("post = ?", like.Post).Delete(ctx); err != nil {
		return 0, err
	}
	var rows []sentRow
	for _, t := range targets {
		row := like
		row.Target = t
		rows = append(rows, row)
	}
	for _, r := range known {
		if r.SentAt != nil && r.Endpoint != "" && !slices.Contains(targets, r.Target) {
			r.RunAt, r.At, r.Attempts, r.Error, r.Removed = like.RunAt, like.At, 0, "", 1
			rows = append(rows, r)
		}
		if i := slices.IndexFunc(rows, func(n sentRow) bool { return n.Target == r.Target && n.Removed == 0 }); i >= 0 {
			rows[i].Endpoint, rows[i].SentAt = r.Endpoint, r.SentAt
		}
	}
	return len(rows), insertAll(ctx, tx, rows)
}

// DueSent takes links that are to be told, those that wait longest first.
func (s *Mentions) DueSent(ctx context.Context, lease time.Duration, limit int) ([]webmention.Sent, error) {
	rows, err := claim[sentRow](ctx, s.db, lease, limit, "", func(r sentRow) (where string, key []any) {
		return "post = ? AND target = ?", []any{r.Post, r.Target}
	})
	if err != nil {
		return nil, fmt.Errorf("webmentions to be sent: %w", err)
	}
	due := make([]webmention.Sent, len(rows))
	for i, r := range rows {
		due[i] = webmention.Sent{Post: r.Post, Source: r.Source, Target: r.Target, Removed: r.Removed != 0, Attempts: r.Attempts + 1}
	}
	return due, nil
}

// Told notes that a target was told. What changed meanwhile is told again anyway.
func (s *Mentions) Told(ctx context.Context, one webmention.Sent, endpoint string) error {
	now := millis(s.db.now())
	return s.noteSent(ctx, one, map[string]any{"run_at": nil, "sent_at": now, "at": now, "endpoint": endpoint, "error": ""}, one.Removed)
}

// RetrySent notes why telling failed, and when to try again. A removed link that cannot be
// told is forgotten in the end.
func (s *Mentions) RetrySent(ctx context.Context, one webmention.Sent, problem string, at time.Time) error {
	return s.noteSent(ctx, one, map[string]any{"run_at": timeOrNull(at), "at": millis(s.db.now()), "error": problem}, one.Removed && at.IsZero())
}

func (s *Mentions) noteSent(ctx context.Context, one webmention.Sent, set map[string]any, forget bool) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		const this = "post = ? AND target = ? AND attempts = ?"
		if forget {
			_, err := rowsOf[sentRow](tx).Where(this, one.Post, one.Target, one.Attempts).Delete(ctx)
			return err
		}
		return tx.Model(&sentRow{}).Where(this, one.Post, one.Target, one.Attempts).Updates(set).Error
	})
	if err != nil {
		return fmt.Errorf("note a webmention of %s: %w", one.Post, err)
	}
	return nil
}

// Outcomes looks up what became of links, the newest first.
func (s *Mentions) Outcomes(ctx context.Context, q webmention.Search) ([]webmention.Outcome, error) {
	ask := rowsOf[sentRow](s.db.read).Order("at DESC, post DESC, target DESC").Limit(q.Length)
	if !q.All {
		ask = ask.Where("post IN ?", q.Posts)
	}
	if q.Amiss {
		ask = ask.Where("error <> ''")
	}
	if m := q.After; m != (webmention.Mark{}) {
		ask = ask.Where("(at, post, target) < (?, ?, ?)", millis(m.At), m.Post, m.Target)
	}
	rows, err := ask.Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("outcomes of webmentions: %w", err)
	}
	found := make([]webmention.Outcome, len(rows))
	for i, r := range rows {
		found[i] = r.outcome()
	}
	return found, nil
}

func (r sentRow) outcome() webmention.Outcome {
	o := webmention.Outcome{
		Post: r.Post, Target: r.Target, Removed: r.Removed != 0, Endpoint: r.Endpoint,
		Problem: r.Error, At: fromMillis(r.At), Attempts: r.Attempts,
	}
	if r.RunAt != nil {
		o.Next = fromMillis(*r.RunAt)
	}
	switch waits, failed := r.RunAt != nil, r.Error != ""; {
	case waits && failed:
		o.State = webmention.Trying
	case waits:
		o.State = webmention.Waiting
	case failed:
		o.State = webmention.Failed
	case r.Endpoint == "":
		o.State = webmention.Deaf
	default:
		o.State = webmention.Taken
	}
	return o
}
