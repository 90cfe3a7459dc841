package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
)

// passing is what somebody is known again by for a while alone: the same form sent twice, two
// reports by one reader. That is kept as a keyed hash of, among other things, where they came from,
// and whoever has the key can try it out; so the key, in the key store, does not last. Another takes its
// place when it has been used for as long as hashes are kept, and it is destroyed when none of
// its hashes is left. When somebody erases a comment all these keys are destroyed at once, and new ones made:
// which hash was theirs nobody can tell. The program that does it knows them for a moment
// longer, so that a form is not a second comment for being sent again just then.
type passing struct {
	kind string
	span time.Duration // for which its hashes are kept
	now  func() time.Time

	mu   sync.Mutex
	keys []passingKey // the newest first
}

type passingKey struct {
	secret secret
	since  time.Time
	until  time.Time // known no longer; zero for one that is in the key store
}

func (k passingKey) among(keys []passingKey) bool {
	return slices.ContainsFunc(keys, func(other passingKey) bool { return bytes.Equal(other.secret.uid, k.secret.uid) })
}

const (
	passingForms   = "forms"
	passingReports = "reports"
)

// passingGrace is how long keys are known after an erasure.
const passingGrace = 10 * time.Minute

// all are the keys of now, the newest first; there is one at least.
func (p *passing) all() []secret {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.keys = slices.DeleteFunc(p.keys, func(k passingKey) bool { return !k.until.IsZero() && !k.until.After(now) })
	out := make([]secret, len(p.keys))
	for i, k := range p.keys {
		out[i] = k.secret
	}
	return out
}

// took takes the keys as they are in the key store now. Others are known for a moment longer.
func (p *passing) took(kept []passingKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.keys {
		if !k.among(kept) {
			if k.until.IsZero() {
				k.until = p.now().Add(passingGrace)
			}
			kept = append(kept, k)
		}
	}
	p.keys = kept
}

// openPassing reads the passing keys, and makes those that are not there.
func (db *DB) openPassing(ctx context.Context) error {
	db.passing = map[string]*passing{}
	for kind, span := range map[string]time.Duration{passingForms: formsLast, passingReports: reporterKept} {
		db.passing[kind] = &passing{kind: kind, span: span, now: db.now}
	}
	return db.agePassing(ctx)
}

// agePassing makes new passing keys where those there are have been used long enough, and
// destroys those that have served.
func (db *DB) agePassing(ctx context.Context) error {
	return db.changePassing(ctx, func(p *passing, kept []passingKey) []passingKey {
		now := p.now()
		if len(kept) == 0 || now.Sub(kept[0].since) >= p.span {
			kept = slices.Insert(kept, 0, passingKey{secret: newSecret(), since: now})
		}
		for i := 1; i < len(kept); i++ {
			if now.Sub(kept[i-1].since) >= p.span { // unused for so long
				return kept[:i]
			}
		}
		return kept
	})
}

// endPassing destroys the passing keys, and makes new ones.
func (db *DB) endPassing(ctx context.Context) error {
	return db.changePassing(ctx, func(p *passing, _ []passingKey) []passingKey {
		return []passingKey{{secret: newSecret(), since: p.now()}}
	})
}

// changePassing changes them, one who does after the other: what is known is what was kept last.
func (db *DB) changePassing(ctx context.Context, change func(*passing, []passingKey) []passingKey) error {
	db.passingTurn.Lock()
	defer db.passingTurn.Unlock()
	became := map[string][]passingKey{}
	err := db.people.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		for kind, p := range db.passing {
			kept, err := db.people.passingKeys(tx, kind)
			if err != nil {
				return err
			}
			became[kind] = change(p, slices.Clone(kept))
			if err := db.people.keepPassing(tx, kind, kept, became[kind]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("change the keys that pass: %w", err)
	}
	for kind, keys := range became {
		db.passing[kind].took(keys)
	}
	return nil
}

// passingName is where a key is in the key store, and has what its value begins with: when it was made.
func passingName(kind string, k passingKey) string {
	return "passing " + kind + " " + hex.EncodeToString(k.secret.uid)
}

// passingKeys reads the keys of a kind, the newest first.
func (s *keyStore) passingKeys(tx *gorm.DB, kind string) ([]passingKey, error) {
	var all []passingKey
	err := rows(tx, "SELECT substr(name, ?), value FROM meta WHERE name LIKE ?",
		[]any{len("passing ") + len(kind) + 2, "passing " + kind + " %"}, func(row *sql.Rows) error {
			var name string
			var value []byte
			if err := row.Scan(&name, &value); err != nil {
				return err
			}
			uid, err := hex.DecodeString(name)
			if err != nil || len(value) < 8 {
				return errors.Join(errNotSealed, err)
			}
			key, err := s.keys.unwrap(uid, value[8:])
			if err != nil {
				return fmt.Errorf("a key in the key store is damaged: %w", err)
			}
			all = append(all, passingKey{secret: key, since: fromMillis(int64(binary.BigEndian.Uint64(value)))}) //nolint:gosec // as it was kept
			return nil
		})
	slices.SortFunc(all, func(a, b passingKey) int { return b.since.Compare(a.since) })
	return all, err
}

// keepPassing writes what has changed.
func (s *keyStore) keepPassing(tx *gorm.DB, kind string, was, became []passingKey) error {
	for _, k := range was {
		if !k.among(became) {
			if err := tx.Exec("DELETE FROM meta WHERE name = ?", passingName(kind, k)).Error; err != nil {
				return err
			}
		}
	}
	for _, k := range became {
		if !k.among(was) {
			value := append(binary.BigEndian.AppendUint64(nil, uint64(millis(k.since))), s.keys.wrap(k.secret)...) //nolint:gosec // after 1970
			if err := tx.Exec("INSERT INTO meta (name, value) VALUES (?, ?)", passingName(kind, k), value).Error; err != nil {
				return err
			}
		}
	}
	return nil
}
