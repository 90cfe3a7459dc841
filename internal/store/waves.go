package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
)

// A comment that comes is compared with the newest of those that left the same trace of a
// text, or lead to the same host, and joins the wave of the one that is most like it; if
// that one is in no wave, it is the first of a new one, which has its number. The work is
// bounded however many have come.
const (
	waveEach  = 10 // of one trace and state, or one host, are looked at
	waveHosts = 8  // hosts of a comment that are looked for
	waveMost  = 50 // are compared in all
)

// waveMark is what the wave of a comment is found by.
type waveMark struct {
	comment comment.Comment
	hosts   []string
	traces  []int64 // of the text, keyed
}

func (db *DB) waveMark(c comment.Comment, traces []keyedTrace, hosts []string) waveMark {
	m := waveMark{comment: c, hosts: hosts[:min(len(hosts), waveHosts)]}
	for _, t := range traces {
		if t.Kind == spam.TraceText || t.Kind == spam.TraceNear {
			m.traces = append(m.traces, t.key)
		}
	}
	return m
}

// joinWave finds the wave of a new comment, before it is kept; 0: it is in none.
func (db *DB) joinWave(ctx context.Context, tx *gorm.DB, m waveMark) (int64, error) {
	ids, err := db.waveCandidates(ctx, tx, m)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	rows, err := rowsOf[commentRow](tx).Select("id", "wave", "url", "body").Where(
		"id IN ? AND created_at >= ? AND created_at <= ? AND deleted_at IS NULL AND erased_at IS NULL",
		ids, millis(m.comment.CreatedAt.Add(-desk.WaveWindow)), millis(m.comment.CreatedAt.Add(desk.WaveWindow))).Order("id DESC").Find(ctx)
	if err != nil {
		return 0, err
	}
	text := desk.TextOf(m.comment)
	best, most := commentRow{}, 0.0
	for _, r := range rows {
		if l := text.Likeness(desk.TextOf(comment.Comment{URL: r.URL, Body: r.Body})); l > most {
			best, most = r, l
		}
	}
	if best.Wave != 0 || best.ID == 0 {
		return best.Wave, nil
	}
	return best.ID, db.beginWave(tx, best.ID)
}

// beginWave makes a comment the first of a wave. One that is being decided on is not waited
// for: whoever decides may wait for this transaction. The next that is like it tries again.
func (db *DB) beginWave(tx *gorm.DB, id int64) error {
	lock := ""
	if db.queue == nil {
		lock = " FOR NO KEY UPDATE SKIP LOCKED"
	}
	return tx.Exec("UPDATE comments SET wave = id WHERE id = (SELECT id FROM comments WHERE id = ? AND wave = 0"+lock+")", id).Error
}

// waveCandidates are the comments to compare a new one with, the newest first.
func (db *DB) waveCandidates(ctx context.Context, tx *gorm.DB, m waveMark) ([]int64, error) {
	var ids []int64
	one := func(rows *sql.Rows) error {
		ids = append(ids, 0)
		return rows.Scan(&ids[len(ids)-1])
	}
	lately, _ := db.late.with(m.traces, before(m.comment.ID), waveEach)
	for _, r := range lately {
		ids = append(ids, r.CommentID)
	}
	if len(m.traces) > 0 {
		query, args := newestTraces(remembered{hashes: m.traces}, m.comment.ID, waveEach)
		if err := (plain{tx}).rows(ctx, "SELECT comment_id FROM ("+query+") AS alike", args, one); err != nil {
			return nil, err
		}
	}
	for _, h := range m.hosts {
		err := plain{tx}.rows(ctx, "SELECT comment_id FROM comment_hosts WHERE host = ? AND comment_id < ? ORDER BY comment_id DESC LIMIT ?",
			[]any{h, before(m.comment.ID), waveEach}, one)
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	slices.Reverse(ids)
	return ids[:min(len(ids), waveMost)], nil
}

// apartFromWaves divides new comments that come together into those that have no trace of a
// text and no host in common with any other, and so are in no wave, and the others.
func (db *DB) apartFromWaves(ctx context.Context, tx *gorm.DB, all []*newRows) (alone, others []*newRows, err error) {
	if len(all) < 2 {
		return nil, all, nil
	}
	times, traces, hosts := map[any]int{}, []int64{}, []string{}
	for _, n := range all {
		for _, t := range n.wave.traces {
			times[t]++
		}
		for _, h := range n.wave.hosts {
			times[h]++
		}
		traces, hosts = append(traces, n.wave.traces...), append(hosts, n.wave.hosts...)
	}
	for _, t := range traces {
		if db.late.has(t) {
			times[t]++
		}
	}
	if err := countKnown(ctx, tx, "traces WHERE hash", db.perhapsLeft(ctx, traces), times); err != nil {
		return nil, nil, err
	}
	if err := countKnown(ctx, tx, "comment_hosts WHERE host", hosts, times); err != nil {
		return nil, nil, err
	}
	shared := func(n *newRows) bool {
		return slices.ContainsFunc(n.wave.traces, func(t int64) bool { return times[t] > 1 }) ||
			slices.ContainsFunc(n.wave.hosts, func(h string) bool { return times[h] > 1 })
	}
	for _, n := range all {
		if shared(n) {
			others = append(others, n)
		} else {
			alone = append(alone, n)
		}
	}
	return alone, others, nil
}

// countKnown counts once more each value that there is in a table; on SQLite, where alone
// several come together.
func countKnown[T any](ctx context.Context, tx *gorm.DB, table string, all []T, times map[any]int) error {
	if len(all) == 0 {
		return nil
	}
	list, err := json.Marshal(all)
	if err != nil {
		return err
	}
	query := "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM " + table + " = value)"
	return plain{tx}.rows(ctx, query, []any{string(list)}, func(rows *sql.Rows) error {
		var v T
		err := rows.Scan(&v)
		times[v]++
		return err
	})
}

// wavesBy is where it stands in meta how far waves were looked for among the comments from
// before there were any.
const (
	wavesBy      = "waves"
	wavesVersion = 1
	wavesBatch   = 20                  // comments are looked at in one transaction
	wavesBack    = 90 * 24 * time.Hour // further back nobody decides by waves
)

// FindWaves puts the comments into waves that came before there were any, once. It can be cut off
// after each batch, and goes on there.
func (s *Comments) FindWaves(ctx context.Context) error {
	for done := false; !done; {
		var err error
		if done, err = s.someWaves(ctx); err != nil {
			return fmt.Errorf("find the waves of older comments: %w", err)
		}
	}
	return nil
}

// someWaves looks at the next batch; done: there is none.
func (s *Comments) someWaves(ctx context.Context) (done bool, err error) {
	after, whole, err := reached(ctx, s.db.read, wavesBy, wavesVersion)
	if err != nil || whole {
		return whole, err
	}
	rows, err := rowsOf[commentRow](s.db.read).Omit(hidden...).Where("id > ? AND wave = 0 AND created_at >= ? AND deleted_at IS NULL AND erased_at IS NULL",
		after, millis(s.db.now().Add(-wavesBack))).Order("id").Limit(wavesBatch).Find(ctx)
	if err != nil {
		return false, err
	}
	comments, err := commentsOf(rows)
	if err != nil {
		return false, err
	}
	state := strconv.Itoa(wavesVersion)
	if len(rows) == wavesBatch {
		state += " " + strconv.FormatInt(rows[len(rows)-1].ID, 10)
	}
	return len(rows) < wavesBatch, s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		for _, c := range comments {
			wave, err := s.db.joinWave(ctx, tx, s.db.waveMark(c, s.db.tracesOf(c), desk.Hosts(c.URL, c.Body)))
			if err == nil && wave != 0 {
				err = tx.Exec("UPDATE comments SET wave = ? WHERE id = ? AND wave = 0", wave, int64(c.ID)).Error
			}
			if err != nil {
				return err
			}
		}
		return keepMeta(tx, wavesBy, []byte(state))
	})
}

var _ desk.WaveFinder = (*Desk)(nil)

// WavesOf tells the waves of comments that are in one.
func (s *Desk) WavesOf(ctx context.Context, ids []comment.ID) (map[comment.ID]int64, error) {
	var rows []commentRow
	err := s.db.read.WithContext(ctx).Raw("SELECT id, wave FROM comments WHERE id IN ? AND wave > 0", append(ids, 0)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find the waves of comments: %w", err)
	}
	out := map[comment.ID]int64{}
	for _, r := range rows {
		out[comment.ID(r.ID)] = r.Wave
	}
	return out, nil
}

// waveRow is a comment of a wave, and how many there are.
type waveRow struct{ ID, Wave, Total int64 }

// Waves reads waves, of each the newest comments.
func (s *Desk) Waves(ctx context.Context, in comment.Scope, waves []int64, each int) ([]desk.Found, error) {
	return s.waves(ctx, in, waves, each, s.read)
}

// WaveTexts reads the same, of the comments no more than they are compared by.
func (s *Desk) WaveTexts(ctx context.Context, in comment.Scope, waves []int64, each int) ([]desk.Found, error) {
	return s.waves(ctx, in, waves, each, s.texts)
}

// texts reads what comments are compared by, in the order of their keys.
func (s *Desk) texts(ctx context.Context, keys []key) ([]comment.Comment, error) {
	place, ids := make(map[int64]int, len(keys)), make([]any, len(keys))
	for i, k := range keys {
		place[k.ID], ids[i] = i, k.ID
	}
	if len(keys) == 0 {
		return nil, nil
	}
	out := make([]comment.Comment, len(keys))
	err := plain{s.db.read}.rows(ctx, "SELECT id, url, body FROM comments WHERE id IN "+values(len(ids)), ids, func(rows *sql.Rows) error {
		var c comment.Comment
		err := rows.Scan(&c.ID, &c.URL, &c.Body)
		out[place[int64(c.ID)]] = c
		return err
	})
	return slices.DeleteFunc(out, func(c comment.Comment) bool { return c.ID == 0 }), err
}

// waves reads waves, of each the newest comments, as read reads them.
func (s *Desk) waves(
	ctx context.Context, in comment.Scope, waves []int64, each int, read func(context.Context, []key) ([]comment.Comment, error),
) ([]desk.Found, error) {
	w := s.matching(in, desk.Filter{})
	w.and("wave IN ? AND wave > 0", append(waves, 0))
	cond, args := w.whole()
	var rows []waveRow
	err := s.db.read.WithContext(ctx).Raw("SELECT id, wave, total FROM (SELECT id, wave, COUNT(*) OVER (PARTITION BY wave) AS total, "+
		"ROW_NUMBER() OVER (PARTITION BY wave ORDER BY id DESC) AS place FROM comments"+s.by("comments_wave")+" WHERE "+cond+
		") AS members WHERE place <= ? ORDER BY wave, id DESC", append(args, each)...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("find waves: %w", err)
	}
	keys, of := make([]key, len(rows)), map[int64]waveRow{}
	for i, r := range rows {
		keys[i], of[r.ID] = key{ID: r.ID}, r
	}
	members, err := read(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read waves: %w", err)
	}
	var out []desk.Found
	for _, c := range members {
		r := of[int64(c.ID)]
		if n := len(out); n == 0 || out[n-1].Wave != r.Wave {
			out = append(out, desk.Found{Wave: r.Wave, Total: int(r.Total)})
		}
		out[len(out)-1].Comments = append(out[len(out)-1].Comments, c)
	}
	return out, nil
}
