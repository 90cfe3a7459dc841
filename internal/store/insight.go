package store

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/insight"
	"hamlet/internal/spam"
)

// Insight reads decided comments and keeps how the filter is to be; it is an
// insight.Archive and insight.Models.
type Insight struct{ db *DB }

var (
	_ insight.Archive = (*Insight)(nil)
	_ insight.Models  = (*Insight)(nil)
)

// Insight is the part of the filter's desk.
func (db *DB) Insight() *Insight { return &Insight{db} }

// Mark names what Decided reads. Every label has a number and every change of what is shown
// raises a revision; comments that go are counted, and so are edits, with which verdicts
// change.
func (s *Insight) Mark(ctx context.Context) (insight.Mark, error) {
	var mark struct{ Labels, Comments, Newest, Threads, Edits int64 }
	err := s.db.read.WithContext(ctx).Raw("SELECT (SELECT COALESCE(MAX(seq), 0) FROM labels) AS labels, " +
		"(SELECT COUNT(*) FROM comments) AS comments, (SELECT COALESCE(MAX(id), 0) FROM comments) AS newest, " +
		"(SELECT COALESCE(SUM(revision), 0) FROM threads) AS threads, (SELECT COALESCE(MAX(id), 0) FROM edits) AS edits").Scan(&mark).Error
	if err != nil {
		return insight.Mark{}, fmt.Errorf("mark what is decided: %w", err)
	}
	removed, err := removals(ctx, s.db.read)
	return insight.Mark{
		Labels: mark.Labels, Rest: fmt.Sprintf("%d-%d-%d-%d-%d", mark.Comments, mark.Newest, mark.Threads, mark.Edits, removed),
	}, err
}

// decidedQuery reads what is needed of a decided comment, in the order of scanDecided; of the
// verdict, what shortVerdict has.
const decidedQuery = "SELECT c.id, c.post, c.author, c.url, c.body, c.status, c.hold, %s, c.created_at, c.channel, c.proof, " +
	"COALESCE(l.seq, 0), substr(l.lesson, 1, 1), COALESCE(l.at, 0), COALESCE(l.moderator, 0), COALESCE(l.wave, 0) " +
	"FROM comments c LEFT JOIN labels l ON l.seq = (SELECT MAX(seq) FROM labels WHERE comment_id = c.id) " +
	"WHERE c.role = '' AND c.erased_at IS NULL AND c.deleted_at IS NULL AND (c.status = 'approved' OR l.lesson IS NOT NULL%s) AND "

// orStayed are those that the filter put with the spam and nobody decided about.
const orStayed = " OR c.status = 'spam' AND c.hold = 'spam'"

// Decided reads decided comments in the order of their ids.
func (s *Insight) Decided(ctx context.Context, since time.Time, above comment.ID, limit int) ([]insight.Decided, error) {
	return s.decided(ctx, orStayed, "c.id > ? AND c.created_at >= ? ORDER BY c.id LIMIT ?", int64(above), sinceMillis(since), limit)
}

// Latest reads the newest decided comments, in the order of their ids.
func (s *Insight) Latest(ctx context.Context, since time.Time, limit int, stayed bool) ([]insight.Decided, error) {
	or := ""
	if stayed {
		or = orStayed
	}
	all, err := s.decided(ctx, or, "c.created_at >= ? ORDER BY c.id DESC LIMIT ?", sinceMillis(since), limit)
	slices.Reverse(all)
	return all, err
}

// Named reads those of some comments that are decided.
func (s *Insight) Named(ctx context.Context, ids []comment.ID) ([]insight.Decided, error) {
	return s.decided(ctx, orStayed, "c.id IN ?", ids)
}

// sinceMillis is a time as it is kept; the zero time is the beginning.
func sinceMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return millis(t)
}

func (s *Insight) decided(ctx context.Context, or, which string, args ...any) ([]insight.Decided, error) {
	rows, err := s.db.read.WithContext(ctx).Raw(fmt.Sprintf(decidedQuery, s.db.shortVerdict(), or)+which, args...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read decided comments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []insight.Decided
	for rows.Next() {
		one, err := scanDecided(rows)
		if err != nil {
			return nil, fmt.Errorf("read decided comments: %w", err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// shortVerdict is what of a verdict is read of a decided comment: a JSON array, which the database
// makes, because reasons are most of a verdict.
type shortVerdict struct {
	Probability, LogOdds, Unsure, Spam float64
	Class                              spam.Class
	Model                              string
}

// shortVerdict is how the database makes it.
func (db *DB) shortVerdict() string {
	if db.queue == nil {
		return "json_build_array(c.verdict::jsonb -> 'probability', c.verdict::jsonb -> 'log_odds', c.verdict::jsonb #> '{thresholds,unsure}', " +
			"c.verdict::jsonb #> '{thresholds,spam}', c.verdict::jsonb -> 'class', c.verdict::jsonb -> 'model')::text"
	}
	return "json_extract(c.verdict, '$.probability', '$.log_odds', '$.thresholds.unsure', '$.thresholds.spam', '$.class', '$.model')"
}

// UnmarshalJSON reads the array.
func (v *shortVerdict) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&v.Probability, &v.LogOdds, &v.Unsure, &v.Spam, &v.Class, &v.Model})
}

func scanDecided(rows interface{ Scan(...any) error }) (one insight.Decided, err error) {
	var r commentRow
	var said []byte
	var at, moderator, wave int64
	err = rows.Scan(&r.ID, &r.Post, &r.Author, &r.URL, &r.Body, &r.Status, &r.Hold, &r.Verdict, &r.CreatedAt, &r.Channel, &r.Proof,
		&one.Label, &said, &at, &moderator, &wave)
	if err != nil {
		return one, err
	}
	var v shortVerdict
	if err := json.Unmarshal([]byte(r.Verdict), &v); err != nil {
		return one, fmt.Errorf("comment %d: verdict: %w", r.ID, err)
	}
	one.Comment = comment.Comment{
		ID: comment.ID(r.ID), Post: r.Post, Author: r.Author, URL: r.URL, Body: r.Body, Status: comment.Status(r.Status),
		Hold: comment.Hold(r.Hold), CreatedAt: fromMillis(r.CreatedAt), Channel: comment.Channel(r.Channel),
		Verdict: spam.Verdict{Probability: v.Probability, LogOdds: v.LogOdds, Class: v.Class, Thresholds: spam.Thresholds{Unsure: v.Unsure, Spam: v.Spam}, Model: v.Model},
	}
	copy(one.Comment.Proof[:], r.Proof)
	one.Moderator, one.Wave = uint64(moderator), uint64(wave) //nolint:gosec // the same 64 bits
	switch {
	case len(said) == 0:
		if one.Truth, one.Label = insight.Left, 0; one.Comment.Status == comment.Spam {
			one.Truth = insight.Stayed
		}
		return one, nil
	case said[0] == keptSpam:
		one.Truth = insight.Spam
	default:
		one.Truth = insight.Ham
	}
	one.At = fromMillis(at)
	return one, nil
}

// From finds the comments that came from a network, if that is kept still.
func (s *Insight) From(ctx context.Context, n netip.Prefix) (map[comment.ID]bool, netip.Prefix, error) {
	n, ok := desk.Network(n.String())
	if !ok {
		return nil, netip.Prefix{}, nil
	}
	ids, err := s.db.cameFrom(ctx, n)
	if err != nil {
		return nil, n, fmt.Errorf("read what came from a network: %w", err)
	}
	from := make(map[comment.ID]bool, len(ids))
	for _, id := range ids {
		from[id] = true
	}
	return from, n, nil
}

// Deciders are the names in the audit log.
func (s *Insight) Deciders(ctx context.Context) ([]string, error) {
	var names []string
	err := s.db.read.WithContext(ctx).Raw("SELECT DISTINCT actor FROM audit ORDER BY actor").Scan(&names).Error
	if err != nil {
		return nil, fmt.Errorf("read who decided: %w", err)
	}
	return names, nil
}

// CountLabels counts labels.
func (s *Insight) CountLabels(ctx context.Context, upTo int64, at time.Time) (insight.LabelCount, error) {
	var n insight.LabelCount
	err := s.db.read.WithContext(ctx).Raw("SELECT COUNT(*) AS \"all\", COALESCE(MAX(seq), 0) AS last, "+
		"COALESCE(SUM(CASE WHEN seq <= ? AND at <= ? THEN 1 ELSE 0 END), 0) AS forgotten FROM labels", upTo, millis(at)).Scan(&n).Error
	if err != nil {
		return n, fmt.Errorf("count labels: %w", err)
	}
	return n, nil
}

// filterChoice is where it stands how the owner wants the filter, in JSON.
const filterChoice = "filter choice"

// Choice reads how the owner wants the filter.
func (s *Insight) Choice(ctx context.Context) (insight.Choice, error) {
	return unmoved(ctx, s.db, &s.db.choice, func() (insight.Choice, error) { return choice(ctx, s.db.read) })
}

func choice(ctx context.Context, tx *gorm.DB) (insight.Choice, error) {
	var c insight.Choice
	value, err := meta(ctx, tx, filterChoice)
	if err == nil && value != nil {
		err = json.Unmarshal(value, &c)
	}
	if err != nil {
		return c, fmt.Errorf("read how the filter is to be: %w", err)
	}
	return c, nil
}

// Choose keeps another choice, with the entry.
func (s *Insight) Choose(
	ctx context.Context, change func(insight.Choice) (insight.Choice, account.Entry, error),
) (c insight.Choice, act account.ActID, err error) {
	var refused error
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "act_parts", "meta"); err != nil {
			return err
		}
		was, err := choice(ctx, tx)
		if err != nil {
			return err
		}
		var e account.Entry
		if c, e, refused = change(was); refused != nil {
			return refused
		}
		c.Number = was.Number + 1
		var parts []setPart
		for _, name := range insight.ChoiceParts {
			parts = append(parts, setPart{partChoice, name})
		}
		act, err = beside(ctx, tx, about{entry: e}, parts, func() ([]setPart, error) { return nil, keepChoice(tx, c) })
		return err
	})
	if err != nil && refused == nil {
		err = fmt.Errorf("choose how the filter is to be: %w", err)
	}
	return c, act, err
}

func keepChoice(tx *gorm.DB, c insight.Choice) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return keepMeta(tx, filterChoice, data)
}

// modelRow is a model that was brought here.
type modelRow struct {
	Version string `gorm:"primaryKey"`
	Data    []byte
	Name    string
	AddedBy string
	AddedAt int64
}

func (modelRow) TableName() string { return "models" }

// Model reads a model.
func (s *Insight) Model(ctx context.Context, version string) ([]byte, error) {
	row, err := rowsOf[modelRow](s.db.read).Where("version = ?", version).Take(ctx)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", version, notFound(err, insight.ErrNoModel))
	}
	return row.Data, nil
}

// KeepModel keeps a model, unless it is kept.
func (s *Insight) KeepModel(ctx context.Context, k insight.Kept, data []byte, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		row := modelRow{Version: k.Version, Data: data, Name: k.Name, AddedBy: k.By, AddedAt: millis(k.At)}
		r := tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("keep model %s: %w", k.Version, err)
	}
	return nil
}

// Models lists the models that are kept.
func (s *Insight) Models(ctx context.Context) ([]insight.Kept, error) {
	rows, err := rowsOf[modelRow](s.db.read).Omit("data").Order("added_at DESC, version").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	out := make([]insight.Kept, len(rows))
	for i, r := range rows {
		out[i] = insight.Kept{Version: r.Version, Name: r.Name, By: r.AddedBy, At: fromMillis(r.AddedAt)}
	}
	return out, nil
}

// besideRow is what the model beside says of a comment.
type besideRow struct {
	CommentID   int64 `gorm:"primaryKey;autoIncrement:false"`
	Model       string
	Class       string
	Probability float64
}

func (besideRow) TableName() string { return "beside" }

// keepBeside keeps what the model beside says of a comment that was just added, if one was
// asked.
func keepBeside(ctx context.Context, tx *gorm.DB, id int64, v *spam.Verdict) error {
	if v == nil {
		return nil
	}
	row := besideRow{CommentID: id, Model: v.Model, Class: string(v.Class), Probability: v.Probability}
	return rowsOf[besideRow](tx).Create(ctx, &row)
}

// Disagreements reads comments that the model beside judged otherwise.
func (s *Insight) Disagreements(ctx context.Context, model string, before comment.ID, limit int) ([]insight.Disagreement, error) {
	q := s.otherwise(ctx, model)
	if before != 0 {
		q = q.Where("b.comment_id < ?", int64(before))
	}
	var rows []besideRow
	if err := q.Select("b.*").Order("b.comment_id DESC").Limit(limit).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read what models disagree on: %w", err)
	}
	ids, said := make([]int64, 0, len(rows)), make(map[int64]besideRow, len(rows))
	for _, r := range rows {
		ids, said[r.CommentID] = append(ids, r.CommentID), r
	}
	found, err := rowsOf[commentRow](s.db.read).Omit(hidden...).Where("id IN ?", ids).Order("id DESC").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what models disagree on: %w", err)
	}
	comments, err := commentsOf(found)
	out := make([]insight.Disagreement, len(comments))
	for i, c := range comments {
		b := said[int64(c.ID)]
		out[i] = insight.Disagreement{Comment: c, Class: spam.Class(b.Class), Probability: b.Probability}
	}
	return out, err
}

// otherwise is the comments that the model beside judged otherwise.
func (s *Insight) otherwise(ctx context.Context, model string) *gorm.DB {
	class := "json_extract(c.verdict, '$.class')"
	if s.db.queue == nil {
		class = "c.verdict::jsonb ->> 'class'"
	}
	return s.db.read.WithContext(ctx).Table("beside b").Joins("JOIN comments c ON c.id = b.comment_id").
		Where("b.model = ? AND c.erased_at IS NULL AND c.deleted_at IS NULL AND b.class <> "+class, model)
}

// Compared counts the comments that the model beside judged.
func (s *Insight) Compared(ctx context.Context, model string) (all, otherwise int, err error) {
	var n, other int64
	err = s.db.read.WithContext(ctx).Model(&besideRow{}).Where("model = ?", model).Count(&n).Error
	if err == nil {
		err = s.otherwise(ctx, model).Count(&other).Error
	}
	if err != nil {
		return 0, 0, fmt.Errorf("count what models disagree on: %w", err)
	}
	return int(n), int(other), nil
}
