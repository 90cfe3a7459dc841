package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/opinion"
	"hamlet/internal/spam"
)

// Opinions keeps what another filter is asked and says; it is an opinion.Store.
type Opinions struct {
	db     *DB
	server string
}

var _ opinion.Store = (*Opinions)(nil)

// Opinions is what another filter says, which is named by its host.
func (db *DB) Opinions(server string) *Opinions { return &Opinions{db, server} }

// opinionRow is a comment that another filter is asked about.
type opinionRow struct {
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	UID       []byte `gorm:"column:uid"` // of the key, NULL when what was sent is gone
	Sealed    []byte
	ExpiresAt int64
	RunAt     *int64
	Attempts  int   // counts on with every question and every new text, so that it tells them apart
	Rechecks  int64 // 1: it was answered, and not for good
	Error     string
	Said      string
	AskedAt   *int64
	GUID      string `gorm:"column:guid"`
	Own       float64
	Told      string
	TellAt    int64
	Server    string
}

func (opinionRow) TableName() string { return "opinions" }

// asked is a row with the comment that it is about.
type asked struct {
	opinionRow
	comment.AsSent
	reply  bool
	own    float64
	edited bool // by its author, since it was sent
	now    string
}

// sent completes rows by what was sent and by their comments, with the text of now where
// their authors have changed it. Those of which something is
// gone are asked about no more, nor those that were kept for another server.
func (s *Opinions) sent(ctx context.Context, rows []opinionRow) ([]asked, error) {
	var out []asked
	for _, r := range rows {
		one, err := s.db.sentOne(ctx, r)
		if r.Server != s.server {
			err = comment.ErrErased
		}
		switch {
		case err == nil:
			if one.edited {
				one.Body = one.now
			}
			out = append(out, one)
		case errors.Is(err, comment.ErrErased), errors.Is(err, comment.ErrNotFound):
			if err := s.set(ctx, r.CommentID, map[string]any{"run_at": nil, "uid": nil, "sealed": nil, "guid": "", "error": ""}); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
	return out, nil
}

// sentOne completes a row by what was sent, with the text that is kept of it, and by its comment.
func (db *DB) sentOne(ctx context.Context, r opinionRow) (asked, error) {
	one := asked{opinionRow: r}
	if r.UID == nil {
		return one, comment.ErrErased
	}
	key, err := db.people.get(ctx, r.UID)
	if err != nil {
		return one, err
	}
	if one.AsSent, err = openSent(key, r.Sealed); err != nil {
		return one, err
	}
	c, err := db.Comments().Get(ctx, comment.ID(r.CommentID))
	if err == nil && !c.ErasedAt.IsZero() {
		err = comment.ErrErased
	}
	one.reply, one.own, one.now = c.Parent != 0, c.Verdict.Own(), c.Body
	one.edited = c.EditedBy == "" && c.Body != one.Body // one that is held says no time of it
	return one, err
}

func (s *Opinions) set(ctx context.Context, id int64, columns map[string]any) error {
	return s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Model(&opinionRow{}).Where("comment_id = ?", id).Updates(columns).Error
	})
}

// Due takes the questions whose time has come.
func (s *Opinions) Due(ctx context.Context, lease time.Duration, limit int) ([]opinion.Question, error) {
	var all []asked
	for len(all) == 0 {
		rows, err := claim[opinionRow](ctx, s.db, lease, limit, "", func(r opinionRow) (where string, key []any) {
			return "comment_id = ?", []any{r.CommentID}
		})
		if err == nil && len(rows) == 0 {
			return nil, nil
		}
		if err == nil {
			all, err = s.sent(ctx, rows)
		}
		if err != nil {
			return nil, fmt.Errorf("what another filter is to be asked: %w", err)
		}
	}
	due := make([]opinion.Question, len(all))
	for i, r := range all {
		due[i] = opinion.Question{
			Comment: comment.ID(r.CommentID), Sent: r.AsSent, Reply: r.reply, Local: r.own, Attempts: r.Attempts + 1, Rechecks: r.Rechecks != 0, Edited: r.edited, Retried: r.Error != "",
		}
	}
	return due, nil
}

// outcome keeps what became of a question, unless there is a newer one about the comment: its
// author has changed the text, or the lease was over.
func (s *Opinions) outcome(ctx context.Context, q opinion.Question, columns map[string]any) error {
	return s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Model(&opinionRow{}).Where("comment_id = ? AND attempts = ?", int64(q.Comment), q.Attempts).Updates(columns).Error
	})
}

// Answered keeps an answer.
func (s *Opinions) Answered(ctx context.Context, q opinion.Question, a opinion.Answer, again time.Time) error {
	err := s.outcome(ctx, q, map[string]any{
		"said": string(a.Said), "guid": a.GUID, "own": q.Local, "asked_at": millis(s.db.now()), "error": "", "run_at": timeOrNull(again), "rechecks": bit(!again.IsZero()),
	})
	return wrapOpinion(q.Comment, err)
}

// Unanswered keeps why there is no answer. When what was sent is gone before the time comes
// again, nothing is asked any more.
func (s *Opinions) Unanswered(ctx context.Context, q opinion.Question, problem string, again time.Time) error {
	return wrapOpinion(q.Comment, s.outcome(ctx, q, map[string]any{"error": problem, "run_at": timeOrNull(again)}))
}

// Unasked gives back questions that were taken and not asked.
func (s *Opinions) Unasked(ctx context.Context, qs []opinion.Question) error {
	for _, q := range qs {
		if err := s.outcome(ctx, q, map[string]any{"run_at": millis(s.db.now())}); err != nil {
			return wrapOpinion(q.Comment, err)
		}
	}
	return nil
}

func wrapOpinion(id comment.ID, err error) error {
	if err != nil {
		return fmt.Errorf("what another filter says of comment %d: %w", id, err)
	}
	return nil
}

// AskAll makes due what waits after a fault.
func (s *Opinions) AskAll(ctx context.Context) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		now := millis(s.db.now())
		if err := tx.Exec("UPDATE opinions SET tell_at = 0 WHERE tell_at > ? AND server = ?", now, s.server).Error; err != nil {
			return err
		}
		return tx.Exec("UPDATE opinions SET run_at = ? WHERE run_at > ? AND error <> '' AND server = ?", now, now, s.server).Error
	})
	if err != nil {
		return fmt.Errorf("ask another filter again: %w", err)
	}
	return nil
}

// decidedAs has the last label of each comment that was answered about: 1 for spam, 0 for
// ham. One that was taken back is none.
const decidedAs = `SELECT o.comment_id, o.said, o.own, o.told, o.tell_at, o.uid, l.seq, l.at,
		CASE WHEN substr(l.lesson, 1, 1) = ? THEN 'spam' ELSE 'ham' END AS decided
	FROM opinions o JOIN labels l ON l.seq = (SELECT MAX(seq) FROM labels WHERE comment_id = o.comment_id)
	WHERE o.said <> '' AND o.server = ? AND l.lesson IS NOT NULL`

// Decided reads the newest answers about comments that people have decided on.
func (s *Opinions) Decided(ctx context.Context, limit int) ([]opinion.Decided, error) {
	var rows []struct {
		Said, Decided string
		Own           float64
	}
	err := s.db.read.WithContext(ctx).Raw("SELECT said, own, decided FROM ("+decidedAs+") AS d ORDER BY seq DESC LIMIT ?",
		[]byte{keptSpam}, s.server, limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("decisions on what another filter was asked: %w", err)
	}
	out := make([]opinion.Decided, len(rows))
	for i, r := range rows {
		out[i] = opinion.Decided{Said: spam.Said(r.Said), Local: r.Own, Spam: r.Decided == "spam"}
	}
	return out, nil
}

// Reports takes decisions that are to be told.
func (s *Opinions) Reports(ctx context.Context, before time.Time, lease time.Duration, limit int) ([]opinion.Report, error) {
	now := millis(s.db.now())
	var due []struct {
		CommentID int64
		Decided   string
	}
	err := s.db.read.WithContext(ctx).Raw("SELECT comment_id, decided FROM ("+decidedAs+`) AS d
		WHERE uid IS NOT NULL AND at <= ? AND tell_at <= ? AND decided <>
			CASE WHEN told <> '' THEN told WHEN said = 'ham' THEN 'ham' ELSE 'spam' END
		ORDER BY seq LIMIT ?`, []byte{keptSpam}, s.server, millis(before), now, limit).Scan(&due).Error
	var out []opinion.Report
	for _, d := range due {
		var one *opinion.Report
		if one, err = s.report(ctx, d.CommentID, d.Decided == "spam", now, lease); err != nil {
			break
		}
		if one != nil {
			out = append(out, *one)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("decisions to be reported: %w", err)
	}
	return out, nil
}

// report takes one decision to be told; nil if somebody else was first, or it is gone.
func (s *Opinions) report(ctx context.Context, id int64, isSpam bool, now int64, lease time.Duration) (*opinion.Report, error) {
	var rows []opinionRow
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		r := tx.Exec("UPDATE opinions SET tell_at = ? WHERE comment_id = ? AND tell_at <= ? AND told <> ?",
			now+lease.Milliseconds(), id, now, classOf(isSpam))
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		rows, err = rowsOf[opinionRow](tx).Where("comment_id = ?", id).Find(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	all, err := s.sent(ctx, rows)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	r := all[0]
	return &opinion.Report{Comment: comment.ID(id), Sent: r.AsSent, Reply: r.reply, GUID: r.GUID, Spam: isSpam}, nil
}

// Reported keeps that a decision was told.
func (s *Opinions) Reported(ctx context.Context, r opinion.Report) error {
	return wrapOpinion(r.Comment, s.set(ctx, int64(r.Comment), map[string]any{"told": classOf(r.Spam), "tell_at": 0}))
}

// classOf is a decision as it is kept.
func classOf(isSpam bool) string {
	if isSpam {
		return string(spam.Spam)
	}
	return string(spam.Ham)
}

// Unreported keeps when to try again.
func (s *Opinions) Unreported(ctx context.Context, r opinion.Report, again time.Time) error {
	return wrapOpinion(r.Comment, s.set(ctx, int64(r.Comment), map[string]any{"tell_at": millis(again)}))
}

// Figures counts answers, and how often which was right.
func (s *Opinions) Figures(ctx context.Context) (opinion.Figures, error) {
	f := opinion.Figures{Spam: map[spam.Said]int{}, Ham: map[spam.Said]int{}}
	var counts struct{ Asked, Waiting, Told int }
	err := s.db.read.WithContext(ctx).Raw(`SELECT COUNT(CASE WHEN said <> '' THEN 1 END) AS asked,
		COUNT(CASE WHEN run_at IS NOT NULL AND said = '' THEN 1 END) AS waiting, COUNT(CASE WHEN told <> '' THEN 1 END) AS told FROM opinions WHERE server = ?`, s.server).
		Scan(&counts).Error
	var rows []struct {
		Said, Decided string
		N             int
	}
	if err == nil {
		err = s.db.read.WithContext(ctx).Raw("SELECT said, decided, COUNT(*) AS n FROM ("+decidedAs+") AS d GROUP BY said, decided", []byte{keptSpam}, s.server).
			Scan(&rows).Error
	}
	if err != nil {
		return f, fmt.Errorf("count what another filter said: %w", err)
	}
	f.Asked, f.Waiting, f.Told = counts.Asked, counts.Waiting, counts.Told
	for _, r := range rows {
		if r.Decided == "spam" {
			f.Spam[spam.Said(r.Said)] = r.N
		} else {
			f.Ham[spam.Said(r.Said)] = r.N
		}
	}
	return f, nil
}

// Heard is what another filter said of some comments.
func (s *Opinions) Heard(ctx context.Context, ids []comment.ID) (map[comment.ID]opinion.Heard, error) {
	rows, err := rowsOf[opinionRow](s.db.read).Select("comment_id", "said", "error", "told", "run_at").Where("comment_id IN ? AND server = ?", ids, s.server).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("what another filter said: %w", err)
	}
	out := make(map[comment.ID]opinion.Heard, len(rows))
	for _, r := range rows {
		out[comment.ID(r.CommentID)] = opinion.Heard{
			Said: spam.Said(r.Said), Problem: r.Error, Waits: r.RunAt != nil, Told: spam.Class(r.Told),
		}
	}
	return out, nil
}

// expireOpinions forgets what was sent, the key of each before the row.
func (s *Comments) expireOpinions(ctx context.Context) (n int64, err error) {
	now := millis(s.db.now())
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockPeople(tx); err != nil {
			return err
		}
		rows, err := rowsOf[opinionRow](tx).Select("comment_id", "uid").Where("uid IS NOT NULL AND expires_at <= ?", now).Limit(expireBatch).Find(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		n = int64(len(rows))
		ids := make([]int64, len(rows))
		for i, r := range rows {
			ids[i] = r.CommentID
		}
		return tx.Exec("UPDATE opinions SET uid = NULL, sealed = NULL, run_at = NULL, guid = '', error = '' WHERE comment_id IN ?", ids).Error
	})
	return n, err
}
