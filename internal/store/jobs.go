package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// Jobs keeps acts on many comments; it is a desk.JobStore.
type Jobs struct{ db *DB }

var _ desk.JobStore = (*Jobs)(nil)

// Jobs is the jobs' part of the database.
func (db *DB) Jobs() *Jobs { return &Jobs{db} }

// jobRow is a job as it is kept.
type jobRow struct {
	ID        int64 `gorm:"primaryKey"`
	ActID     int64
	At        int64
	Actor     string
	Role      string
	Posts     string // JSON
	Action    string
	Total     int
	Cursor    int64
	Done      int
	Skipped   int
	Failed    int
	Error     string
	EndedAt   *int64
	Cancelled int
}

func (jobRow) TableName() string { return "jobs" }

// itemRow is a comment of a job.
type itemRow struct {
	JobID     int64 `gorm:"primaryKey;autoIncrement:false"`
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	Revision  int64
}

func (itemRow) TableName() string { return "job_items" }

func newJobRow(j desk.Job, act comment.ActID) (jobRow, error) {
	posts, err := json.Marshal(j.Actor.Posts)
	return jobRow{
		ActID: int64(act), At: millis(j.At), Actor: j.Actor.Name, Role: string(j.Actor.Role), Posts: string(posts), Action: string(j.Action),
	}, err
}

func (r jobRow) job() (desk.Job, error) {
	j := desk.Job{
		ID: desk.JobID(r.ID), Act: comment.ActID(r.ActID), At: fromMillis(r.At), Action: comment.Action(r.Action),
		Actor: account.Actor{Name: r.Actor, Role: account.Role(r.Role)},
		Total: r.Total, Done: r.Done, Skipped: r.Skipped, Failed: r.Failed, Error: r.Error,
		EndedAt: timeOrZero(r.EndedAt), Cancelled: r.Cancelled != 0,
	}
	if err := json.Unmarshal([]byte(r.Posts), &j.Actor.Posts); err != nil {
		return j, fmt.Errorf("job %d: posts: %w", r.ID, err)
	}
	return j, nil
}

// GiveJob keeps a job with its comments; see [desk.JobStore].
func (s *Jobs) GiveJob(ctx context.Context, g desk.Given) (desk.Job, error) {
	var given desk.Job
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		act, err := beginAct(ctx, tx, account.Entry{At: g.Job.At, Actor: g.Job.Actor.Name, Action: string(g.Job.Action)}, 0)
		if err != nil {
			return err
		}
		row, err := newJobRow(g.Job, comment.ActID(act))
		if err != nil {
			return err
		}
		if err := rowsOf[jobRow](tx).Create(ctx, &row); err != nil {
			return err
		}
		if err := keepItems(ctx, tx, row.ID, g); err != nil {
			return err
		}
		if given, err = counted(ctx, tx, row); err != nil {
			return err
		}
		return record(ctx, tx, g.Entry(given))
	})
	if err != nil {
		return desk.Job{}, fmt.Errorf("give a job: %w", err)
	}
	return given, nil
}

// keepItems keeps the comments of a job that are there, each at its revision. What was changed
// since it was seen stays at none, and is left as it is when its turn comes.
func keepItems(ctx context.Context, tx *gorm.DB, job int64, g desk.Given) error {
	const together = 1_000
	for some := range slices.Chunk(g.Items, together) {
		rows := make([]itemRow, len(some))
		for i, it := range some {
			rows[i] = itemRow{JobID: job, CommentID: int64(it.ID), Revision: it.Revision}
		}
		if err := rowsOf[itemRow](tx).CreateInBatches(ctx, &rows, together); err != nil {
			return err
		}
	}
	err := tx.Exec("DELETE FROM job_items WHERE job_id = ? AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.id = comment_id AND c.deleted_at IS NULL)", job).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE job_items SET revision = COALESCE((SELECT revision FROM comments c WHERE c.id = comment_id AND (? = '' OR c.status = ?) AND c.placed_at <= ?), ?) "+
		"WHERE job_id = ? AND revision < 0", string(g.Status), string(g.Status), millis(g.Seen), desk.AsItIs, job).Error
}

// counted notes how many comments a job has that was just kept; with none it is
// comment.ErrNotFound.
func counted(ctx context.Context, tx *gorm.DB, row jobRow) (desk.Job, error) {
	n, err := rowsOf[itemRow](tx).Where("job_id = ?", row.ID).Count(ctx, "comment_id")
	if err == nil && n == 0 {
		err = comment.ErrNotFound
	}
	if err != nil {
		return desk.Job{}, err
	}
	row.Total = int(n)
	if _, err := rowsOf[jobRow](tx).Where("id = ?", row.ID).Update(ctx, "total", row.Total); err != nil {
		return desk.Job{}, err
	}
	return row.job()
}

// GiveUndo keeps a job that takes an act back; see [desk.JobStore].
func (s *Jobs) GiveUndo(
	ctx context.Context, id comment.ActID, j desk.Job, may func(comment.Act) error, entry func(comment.Act) account.Entry,
) (desk.Job, error) {
	var given desk.Job
	var refused error
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		act, err := actOf(tx, id, lockAct(tx))
		if err != nil {
			return err
		}
		if refused = may(act); refused != nil {
			return refused
		}
		if err := s.endOf(tx, id); err != nil {
			return err
		}
		row, err := newJobRow(j, id)
		if err != nil {
			return err
		}
		if err := rowsOf[jobRow](tx).Create(ctx, &row); err != nil {
			return err
		}
		err = tx.Exec("INSERT INTO job_items (job_id, comment_id, revision) SELECT ?, comment_id, revision FROM act_changes WHERE act_id = ? AND undone = 0",
			row.ID, int64(id)).Error
		if err != nil {
			return err
		}
		if given, err = counted(ctx, tx, row); err != nil {
			return err
		}
		return record(ctx, tx, entry(act))
	})
	if refused != nil {
		return desk.Job{}, refused
	}
	return given, err
}

// endOf stops the jobs of an act.
func (s *Jobs) endOf(tx *gorm.DB, act comment.ActID) error {
	return tx.Exec("UPDATE jobs SET ended_at = ?, cancelled = 1 WHERE act_id = ? AND ended_at IS NULL", millis(s.db.now()), int64(act)).Error
}

// Job reads a job, or comment.ErrNotFound.
func (s *Jobs) Job(ctx context.Context, id desk.JobID) (desk.Job, error) {
	row, err := rowsOf[jobRow](s.db.read).Where("id = ?", int64(id)).Take(ctx)
	if err != nil {
		return desk.Job{}, fmt.Errorf("job %d: %w", id, notFound(err, comment.ErrNotFound))
	}
	return row.job()
}

// OpenJobs are those that have not ended.
func (s *Jobs) OpenJobs(ctx context.Context) ([]desk.JobID, error) {
	rows, err := rowsOf[jobRow](s.db.read).Select("id").Where("ended_at IS NULL").Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for jobs: %w", err)
	}
	ids := make([]desk.JobID, len(rows))
	for i, r := range rows {
		ids[i] = desk.JobID(r.ID)
	}
	return ids, nil
}

// LeftOut reads the comments that a job passed over.
func (s *Jobs) LeftOut(ctx context.Context, id desk.JobID, limit int) ([]comment.ID, error) {
	var ids []comment.ID
	err := s.db.read.WithContext(ctx).Raw("SELECT i.comment_id FROM job_items i JOIN jobs j ON j.id = i.job_id AND i.comment_id <= j.cursor "+
		"WHERE i.job_id = ? ORDER BY i.comment_id LIMIT ?", int64(id), limit).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("job %d: read what was left out: %w", id, err)
	}
	return ids, nil
}

// EndJob stops a job, and says so in the audit log, which has it that all of it was to be done.
func (s *Jobs) EndJob(ctx context.Context, id desk.JobID, entry func(desk.Job) account.Entry) (desk.Job, error) {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		row, err := lockJob(tx, id)
		if err != nil || row.EndedAt != nil {
			return err
		}
		job, err := row.job()
		if err != nil {
			return err
		}
		if err := tx.Exec("UPDATE jobs SET ended_at = ?, cancelled = 1 WHERE id = ?", millis(s.db.now()), int64(id)).Error; err != nil {
			return err
		}
		return record(ctx, tx, entry(job))
	})
	if err != nil {
		return desk.Job{}, fmt.Errorf("end job %d: %w", id, err)
	}
	return s.Job(ctx, id)
}

// doing is a step of a job in a transaction.
type doing struct {
	s     *Jobs
	row   jobRow
	step  desk.Step
	items []itemRow
	shown []string
}

// DoSome does the next comments of a job; see [desk.JobStore].
func (s *Jobs) DoSome(ctx context.Context, id desk.JobID, step desk.Step) (desk.Job, []string, error) {
	d := doing{s: s, step: step}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := d.take(ctx, tx, id, step.Limit); err != nil || d.row.EndedAt != nil {
			return err
		}
		do := d.act
		if comment.Action(d.row.Action) == desk.Undo {
			do = d.undo
		}
		if len(d.items) > 0 {
			if err := do(ctx, tx); err != nil {
				return err
			}
		}
		return d.move(tx)
	})
	s.db.ring()
	if err != nil {
		return desk.Job{}, d.shown, fmt.Errorf("job %d: %w", id, err)
	}
	job, err := d.row.job()
	return job, d.shown, err
}

// take reads the job, locked, and its next comments.
func (d *doing) take(ctx context.Context, tx *gorm.DB, id desk.JobID, limit int) (err error) {
	if d.row, err = lockJob(tx, id); err != nil {
		return err
	}
	d.items, err = rowsOf[itemRow](tx).Where("job_id = ? AND comment_id > ?", d.row.ID, d.row.Cursor).Order("comment_id").Limit(limit).Find(ctx)
	return err
}

// lockJob reads a job that is about to change. Its act is locked first, as an undo locks it.
func lockJob(tx *gorm.DB, id desk.JobID) (jobRow, error) {
	lock := ""
	if tx.Name() == "postgres" {
		lock = " FOR UPDATE"
	}
	var act []int64
	if err := tx.Raw("SELECT id FROM acts WHERE id = (SELECT act_id FROM jobs WHERE id = ?)"+lock, int64(id)).Scan(&act).Error; err != nil {
		return jobRow{}, err
	}
	var rows []jobRow
	if err := tx.Raw("SELECT * FROM jobs WHERE id = ?"+lock, int64(id)).Scan(&rows).Error; err != nil {
		return jobRow{}, err
	}
	if len(rows) == 0 {
		return jobRow{}, comment.ErrNotFound
	}
	return rows[0], nil
}

// move notes how far the job is, and ends it if nothing is left.
func (d *doing) move(tx *gorm.DB) error {
	r := &d.row
	if n := len(d.items); n > 0 {
		r.Cursor = d.items[n-1].CommentID
	}
	if len(d.items) < d.step.Limit {
		now := millis(d.s.db.now())
		r.EndedAt = &now
		if comment.Action(r.Action) == desk.Undo {
			if err := ended(tx, comment.ActID(r.ActID), d.step.Undo); err != nil {
				return err
			}
		}
	}
	return tx.Model(&jobRow{}).Where("id = ?", r.ID).Updates(map[string]any{
		"cursor": r.Cursor, "done": r.Done, "skipped": r.Skipped, "ended_at": r.EndedAt,
	}).Error
}

// left reports whether an error means that a comment is to be left as it is.
func left(err error) bool {
	return errors.Is(err, comment.ErrConflict) || errors.Is(err, comment.ErrNotFound) || errors.Is(err, account.ErrForbidden)
}

// act decides on comments.
func (d *doing) act(ctx context.Context, tx *gorm.DB) error {
	ids := make([]int64, len(d.items))
	for i, it := range d.items {
		ids[i] = it.CommentID
	}
	locked, err := lockSome(ctx, tx, ids)
	if err != nil {
		return err
	}
	var done []int64
	posts := map[string]bool{}
	for _, it := range d.items {
		c, found := locked[it.CommentID]
		if !found || c.deleted {
			d.row.Skipped++
			continue
		}
		ch, err := d.step.Decide(c.Comment, it.Revision)
		if left(err) {
			d.row.Skipped++
			continue
		}
		if err != nil {
			return fmt.Errorf("comment %d: %w", it.CommentID, err)
		}
		after, err := (&Comments{d.s.db}).keep(ctx, tx, d.row.ActID, c.Comment, ch)
		if err != nil {
			return fmt.Errorf("comment %d: %w", it.CommentID, err)
		}
		if c.Status == comment.Approved || after.Status == comment.Approved {
			posts[c.Post] = true
		}
		done = append(done, it.CommentID)
	}
	return d.kept(tx, done, posts)
}

// kept takes what was done out of the job.
func (d *doing) kept(tx *gorm.DB, done []int64, posts map[string]bool) error {
	for _, post := range inOrder(posts) {
		if err := raise(tx, post); err != nil {
			return err
		}
	}
	d.row.Done += len(done)
	if len(done) == 0 {
		return nil
	}
	if err := tx.Exec("UPDATE acts SET total = total + ? WHERE id = ?", len(done), d.row.ActID).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM job_items WHERE job_id = ? AND comment_id IN ?", d.row.ID, done).Error
}

// inOrder are the threads in the order in which they are locked everywhere.
func inOrder(posts map[string]bool) []string {
	var out []string
	for post := range posts {
		out = append(out, post)
	}
	slices.Sort(out)
	return out
}

// undo takes back what an act did to comments.
func (d *doing) undo(ctx context.Context, tx *gorm.DB) error {
	ids := make([]int64, len(d.items))
	for i, it := range d.items {
		ids[i] = it.CommentID
	}
	act, err := actOf(tx, comment.ActID(d.row.ActID), "")
	if err != nil {
		return err
	}
	changes, err := rowsOf[changeRow](tx).Where("act_id = ? AND undone = 0 AND comment_id IN ?", d.row.ActID, ids).Order("comment_id").Find(ctx)
	if err != nil {
		return err
	}
	o := undoing{s: &Comments{d.s.db}, u: d.step.Undo, done: comment.Undone{Act: act}}
	if err := o.look(ctx, tx, changes); err != nil {
		return err
	}
	d.shown = o.done.Shown
	if err := o.write(ctx, tx); err != nil {
		return err
	}
	var done []int64
	for _, b := range o.back {
		done = append(done, b.change.CommentID)
	}
	d.row.Done += len(done)
	d.row.Skipped += len(d.items) - len(done)
	if len(done) == 0 {
		return nil
	}
	return tx.Exec("DELETE FROM job_items WHERE job_id = ? AND comment_id IN ?", d.row.ID, done).Error
}

// FailNext passes over the next comment of a job.
func (s *Jobs) FailNext(ctx context.Context, id desk.JobID, reason string) (desk.Job, error) {
	d := doing{s: s}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := d.take(ctx, tx, id, 1); err != nil || d.row.EndedAt != nil || len(d.items) == 0 {
			return err
		}
		d.row.Cursor, d.row.Failed, d.row.Error = d.items[0].CommentID, d.row.Failed+1, reason
		return tx.Model(&jobRow{}).Where("id = ?", d.row.ID).
			Updates(map[string]any{"cursor": d.row.Cursor, "failed": d.row.Failed, "error": reason}).Error
	})
	if err != nil {
		return desk.Job{}, fmt.Errorf("job %d: pass over a comment: %w", id, err)
	}
	return d.row.job()
}
