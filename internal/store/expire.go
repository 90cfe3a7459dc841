package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// How long things are kept that have a purpose for a while only.
const (
	// formsLast is how long the same form is known again.
	formsLast = 48 * time.Hour
	// reporterKept is how long somebody's reports of one comment are one.
	reporterKept = 30 * 24 * time.Hour
	// reportsKept is how long a report is kept that a moderator dismissed.
	reportsKept = 30 * 24 * time.Hour
	// keysUnused is how long a key may be of nobody: it is made before the row it is for.
	keysUnused = time.Hour
)

// expireBatch is how many rows are dealt with at once, so that nobody waits long.
const expireBatch = 1_000

// Expire takes away what has served its purpose: what forms are known by, two days
// after they came; networks, when the time that the owner set is over; people with
// no comment left and no mail under way or counted, unless they asked never to get
// mail, which is remembered; what reporters are known by; reports that were dismissed; what
// was sent to another filter; and the keys of all those.
func (s *Comments) Expire(ctx context.Context) error {
	for what, step := range map[string]func(context.Context) (int64, error){
		"forms": s.expireForms, "networks": s.expireNetworks, "people": s.expirePeople, "reporters": s.expireReporters,
		"reports": s.expireReports, "questions": s.expireOpinions,
	} {
		for {
			n, err := step(ctx)
			if err != nil {
				return fmt.Errorf("take %s away that have expired: %w", what, err)
			}
			if n < expireBatch {
				break
			}
		}
	}
	if err := s.db.expireKeys(ctx); err != nil {
		return fmt.Errorf("destroy the keys of nobody: %w", err)
	}
	if err := s.db.agePassing(ctx); err != nil {
		return err
	}
	if err := s.db.mergeWords(ctx); err != nil {
		return fmt.Errorf("take words away that are deleted: %w", err)
	}
	return s.db.emptyLog(ctx)
}

// wordsMerged is there under this name from when the index of words was merged until words
// are deleted from it.
const wordsMerged = "words merged"

// wordsWent notes that words were deleted.
func wordsWent(tx *gorm.DB) error {
	return tx.Exec("DELETE FROM meta WHERE name = ?", wordsMerged).Error
}

// mergeWords makes one of the parts of the index of words, if some were deleted. SQLite only
// notes there which, and takes them away when parts are merged, which it would do at its
// leisure. It writes all of the index anew, of a million comments for some seconds, while
// nothing else is written.
func (db *DB) mergeWords(ctx context.Context) error {
	if db.queue == nil {
		return nil
	}
	merged, err := meta(ctx, db.read, wordsMerged)
	if err != nil || merged != nil {
		return err
	}
	return db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		if err := tx.Exec("INSERT INTO comment_words (comment_words) VALUES ('optimize')").Error; err != nil {
			return err
		}
		return keepMeta(tx, wordsMerged, []byte{1})
	})
}

func (s *Comments) expireForms(ctx context.Context) (n int64, err error) {
	before := millis(s.db.now().Add(-formsLast))
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		r := tx.Exec("UPDATE comments SET form_key = NULL WHERE id IN "+
			"(SELECT id FROM comments WHERE form_key IS NOT NULL AND created_at <= ? ORDER BY form_key LIMIT ?)", before, expireBatch)
		n = r.RowsAffected
		return r.Error
	})
	return n, err
}

func (s *Comments) expireReporters(ctx context.Context) (n int64, err error) {
	before := millis(s.db.now().Add(-reporterKept))
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		r := tx.Exec("UPDATE reports SET reporter = NULL WHERE id IN "+
			"(SELECT id FROM reports WHERE reporter IS NOT NULL AND at <= ? ORDER BY at LIMIT ?)", before, expireBatch)
		n = r.RowsAffected
		return r.Error
	})
	return n, err
}

func (s *Comments) expireReports(ctx context.Context) (n int64, err error) {
	before := millis(s.db.now().Add(-reportsKept))
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		r := tx.Exec("DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE cleared_at <= ? ORDER BY cleared_at LIMIT ?)", before, expireBatch)
		n = r.RowsAffected
		return r.Error
	})
	return n, err
}

// expireNetworks goes by the time that is set now, if that is shorter than it was. The
// keys go with expireKeys or, those of people, with the people.
func (s *Comments) expireNetworks(ctx context.Context) (n int64, err error) {
	now := s.db.now()
	err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		r := tx.Exec("DELETE FROM networks WHERE comment_id IN "+
			"(SELECT comment_id FROM networks WHERE expires_at <= ? OR expires_at > ? LIMIT ?)",
			millis(now), millis(now.Add(s.db.keepNetwork)), expireBatch)
		n = r.RowsAffected
		return r.Error
	})
	return n, err
}

// expirePeople deletes people without purpose, the key of each before the row.
func (s *Comments) expirePeople(ctx context.Context) (n int64, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockPeople(tx); err != nil {
			return err
		}
		gone, err := rowsOf[personRow](tx).Select("id", "uid").
			Where("muted_at IS NULL AND NOT EXISTS (SELECT 1 FROM comments WHERE person_id = people.id)").
			Where("NOT EXISTS (SELECT 1 FROM outbox WHERE person_id = people.id)").Limit(expireBatch).Find(ctx)
		if err != nil || len(gone) == 0 {
			return err
		}
		n = int64(len(gone))
		ids, uids := make([]int64, len(gone)), make([][]byte, len(gone))
		for i, p := range gone {
			ids[i], uids[i] = p.ID, p.UID
		}
		if err := s.db.people.destroy(ctx, uids...); err != nil {
			return err
		}
		_, err = rowsOf[personRow](tx).Where("id IN ?", ids).Delete(ctx)
		return err
	})
	return n, err
}

// expireKeys destroys the keys that are of nobody any more, or never came to be used.
func (db *DB) expireKeys(ctx context.Context) error {
	for last := []byte{}; ; {
		uids, err := db.people.unused(ctx, last, db.now().Add(-keysUnused))
		if err != nil || len(uids) == 0 {
			return err
		}
		last = uids[len(uids)-1]
		if err := db.destroyUnused(ctx, uids); err != nil {
			return err
		}
	}
}

// unused are the next keys by name that were made before some time; whether they are
// used is for the database to say.
func (s *keyStore) unused(ctx context.Context, after []byte, before time.Time) ([][]byte, error) {
	return s.uids(s.read.QueryContext(ctx, "SELECT uid FROM keys WHERE uid > ? AND created_at <= ? ORDER BY uid LIMIT ?",
		after, millis(before), expireBatch))
}

func (*keyStore) uids(rows *sql.Rows, err error) ([][]byte, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var uids [][]byte
	for rows.Next() {
		var uid []byte
		if err := rows.Scan(&uid); err != nil {
			return nil, err
		}
		uids = append(uids, uid)
	}
	return uids, rows.Err()
}

// destroyUnused destroys those of some keys that nothing is sealed with.
func (db *DB) destroyUnused(ctx context.Context, uids [][]byte) error {
	used, err := usedKeys(ctx, db.read, uids)
	if err != nil || len(used) == len(uids) {
		return err
	}
	return db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockPeople(tx); err != nil {
			return err
		}
		used, err := usedKeys(ctx, tx, uids)
		if err != nil {
			return err
		}
		var idle [][]byte
		for _, uid := range uids {
			if !used[string(uid)] {
				idle = append(idle, uid)
			}
		}
		return db.people.destroy(ctx, idle...)
	})
}

// usedKeys are those of some keys that something is sealed with.
func usedKeys(ctx context.Context, tx *gorm.DB, uids [][]byte) (map[string]bool, error) {
	used := map[string]bool{}
	for _, query := range []string{
		"SELECT uid FROM people WHERE uid IN ?", "SELECT uid FROM networks WHERE uid IN ?", "SELECT uid FROM notice_targets WHERE uid IN ?", "SELECT uid FROM act_parts WHERE uid IN ?",
		"SELECT uid FROM opinions WHERE uid IN ?", "SELECT uid FROM site_days WHERE uid IN ?",
		"SELECT value FROM meta WHERE value IN ? AND name = '" + sitesKeyName + "'",
	} {
		var found [][]byte
		if err := tx.WithContext(ctx).Raw(query, uids).Scan(&found).Error; err != nil {
			return nil, err
		}
		for _, uid := range found {
			used[string(uid)] = true
		}
	}
	return used, nil
}

// emptyLog writes SQLite's log into the database, where what was deleted before is
// overwritten: until then its words lie in the log, however quiet the blog is.
func (db *DB) emptyLog(ctx context.Context) error {
	if db.queue == nil {
		return nil
	}
	pool, err := db.write.DB()
	if err != nil {
		return err
	}
	db.queue.turn.Lock() // it takes the connection that writes
	defer db.queue.turn.Unlock()
	_, err = pool.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// forgotten is called when something was deleted for good. That is on the disk already,
// so what goes wrong here is no fault of it: upkeep does it again.
func (db *DB) forgotten(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	db.origins.forget()
	_ = db.mergeWords(ctx)
	_ = db.emptyLog(ctx)
}
