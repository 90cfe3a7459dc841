package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
)

// The audit log is a chain: the hash of a line covers the hash of the line before it.
// What is hashed (SHA-256), in this order:
//
//	"hamlet audit 1" and a zero byte
//	32 bytes   the hash of the line before; zeros in the first line
//	8 bytes    the number of the line, big-endian
//	8 bytes    when it was, in milliseconds since 1970, big-endian
//	actor, action, target, detail: each as 4 bytes of length, big-endian, and the text
//
// Where the chain ends is kept in meta, in the same transaction, sealed with a key that
// is not in the database:
//
//	8 bytes    how many lines there are
//	8 bytes    the number of the last
//	32 bytes   its hash
//	32 bytes   HMAC-SHA-256 of all before
//
// Whoever writes lines holds that row until the transaction ends, so two never follow on
// one line; and since lines are written last in a transaction (see change), nobody who
// holds the row waits for anything else. A seal that does not fit is never made good: what is
// written after that stays unsealed, and verifying says so for ever.
const (
	chainDomain = "hamlet audit 1\x00"
	anchorName  = "audit"
	hashSize    = sha256.Size
	anchorSize  = 8 + 8 + hashSize + sha256.Size
)

// anchor is where the chain ends.
type anchor struct {
	count, last int64
	hash        []byte
	sealed      bool // by this blog
}

// chainSeal is the key that anchors are sealed with.
type chainSeal []byte

// encode is the anchor as it is kept.
func (k chainSeal) encode(a anchor) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(a.count)) //nolint:gosec // never below 0
	b = binary.BigEndian.AppendUint64(b, uint64(a.last))     //nolint:gosec // never below 0
	b = append(b, a.hash...)
	if !a.sealed {
		return append(b, make([]byte, sha256.Size)...)
	}
	return append(b, mac(k, string(b))...)
}

// decode is the way back from encode. An anchor that is broken has no seal.
func (k chainSeal) decode(b []byte) anchor {
	if len(b) != anchorSize {
		return anchor{hash: make([]byte, hashSize)}
	}
	told, seal := b[:anchorSize-sha256.Size], b[anchorSize-sha256.Size:]
	return anchor{
		count: int64(binary.BigEndian.Uint64(told)), last: int64(binary.BigEndian.Uint64(told[8:])), //nolint:gosec // the same 64 bits
		hash: told[16:], sealed: len(k) > 0 && hmac.Equal(seal, mac(k, string(told))),
	}
}

// follow makes a row the next line of the chain.
func (a *anchor) follow(r *auditRow) {
	r.Previous = a.hash
	r.Hash = r.digest()
	a.count, a.last, a.hash = a.count+1, r.ID, r.Hash
}

// digest is the hash that a line must have.
func (r *auditRow) digest() []byte {
	b := append([]byte(chainDomain), r.Previous...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.ID)) //nolint:gosec // the same 64 bits
	b = binary.BigEndian.AppendUint64(b, uint64(r.At)) //nolint:gosec // the same 64 bits
	for _, text := range []string{r.Actor, r.Action, r.Target, r.Detail} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(text))) //nolint:gosec // nobody writes 4 GiB
		b = append(b, text...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// saidKey is where the context of a transaction has what is to be recorded.
type saidKey struct{}

// said is what is to be recorded of a transaction, and the act that is kept of it.
type said struct {
	entries []account.Entry
	act     account.ActID
}

// recording is a work that ends with the lines it recorded. Who waits for it has another context than
// the transaction, and is told the act.
func (db *DB) recording(caller context.Context, fn work) work {
	return func(ctx context.Context, tx *gorm.DB) error {
		s := &said{}
		if err := fn(context.WithValue(ctx, saidKey{}, s), tx); err != nil || len(s.entries) == 0 {
			return err
		}
		account.Acted(caller, s.act)
		return db.writeLines(ctx, tx, s.entries)
	}
}

// errNotRecording is a mistake of ours: a work does not use the context it is given.
var errNotRecording = errors.New("record: not in a transaction that records")

// record adds a line to the audit log, in the transaction of what it tells about.
func record(ctx context.Context, _ *gorm.DB, e account.Entry) error {
	s, ok := ctx.Value(saidKey{}).(*said)
	if !ok {
		return errNotRecording
	}
	s.entries = append(s.entries, e)
	return nil
}

// writeLines adds lines to the chain.
func (db *DB) writeLines(ctx context.Context, tx *gorm.DB, entries []account.Entry) error {
	end, err := db.takeAnchor(ctx, tx)
	if err != nil {
		return fmt.Errorf("find the end of the audit log: %w", err)
	}
	rows := make([]auditRow, len(entries))
	for i, e := range entries {
		rows[i] = newAuditRow(e)
		rows[i].ID = end.last + 1
		end.follow(&rows[i])
	}
	const together = 100
	if err := rowsOf[auditRow](tx).CreateInBatches(ctx, &rows, together); err != nil {
		return err
	}
	return keepMeta(tx, anchorName, db.chainSeal.encode(end))
}

// takeAnchor reads where the chain ends, and keeps it until the transaction ends.
func (db *DB) takeAnchor(ctx context.Context, tx *gorm.DB) (anchor, error) {
	row, err := rowsOf[metaRow](tx, clause.Locking{Strength: "UPDATE"}).Where("name = ?", anchorName).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return db.beginChain(ctx, tx)
	}
	return db.chainSeal.decode(row.Value), err
}

// beginChain makes a chain of the lines from before there was one. If there was one, and
// only its end is missing, that is nothing to be made good: the end has no seal then.
func (db *DB) beginChain(ctx context.Context, tx *gorm.DB) (anchor, error) {
	end := anchor{hash: make([]byte, hashSize), sealed: !db.chained}
	if err := lockTable(tx, "audit"); err != nil {
		return end, err
	}
	if db.chained {
		return end, db.findEnd(ctx, tx, &end)
	}
	const together = 1000
	for {
		rows, err := rowsOf[auditRow](tx).Where("id > ? AND hash IS NULL", end.last).Order("id").Limit(together).Find(ctx)
		if err != nil || len(rows) == 0 {
			return end, err
		}
		for _, r := range rows {
			end.follow(&r)
			err := tx.Exec("UPDATE audit SET previous = ?, hash = ? WHERE id = ?", r.Previous, r.Hash, r.ID).Error
			if err != nil {
				return end, err
			}
		}
	}
}

// findEnd is the last line there is.
func (db *DB) findEnd(ctx context.Context, tx *gorm.DB, end *anchor) error {
	rows, err := rowsOf[auditRow](tx).Order("id DESC").Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	end.last, end.hash = rows[0].ID, append(rows[0].Hash, end.hash...)[:hashSize]
	n, err := rowsOf[auditRow](tx).Count(ctx, "id")
	end.count = n
	return err
}

// openChain makes sure that the audit log is a chain. That it is one is noted in the key
// store too: taking the end out of the database makes no new beginning.
func (db *DB) openChain(ctx context.Context, k *keys) error {
	db.chainSeal = k.chainSeal
	var err error
	if db.chained, err = db.people.noted(ctx, chainedName); err != nil {
		return err
	}
	if _, err = rowsOf[metaRow](db.read).Where("name = ?", anchorName).Take(ctx); errors.Is(err, gorm.ErrRecordNotFound) {
		err = db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			end, err := db.takeAnchor(ctx, tx)
			if err != nil {
				return err
			}
			return keepMeta(tx, anchorName, db.chainSeal.encode(end))
		})
	}
	if err == nil && !db.chained {
		db.chained, err = true, db.people.notes(ctx, chainedName)
	}
	if err != nil {
		return fmt.Errorf("chain the audit log: %w", err)
	}
	return nil
}

// chainedName is what the key store has noted once the audit log is a chain.
const chainedName = "audit chained"

// reseal seals the end of the chain with another key, if it was sealed with the one
// before; if that is lost, whatever there is.
func (db *DB) reseal(ctx context.Context, tx *gorm.DB, before, to chainSeal, lost bool) error {
	db.chainSeal = before
	end, err := db.takeAnchor(ctx, tx)
	if err != nil {
		return err
	}
	db.chainSeal = to
	end.sealed = end.sealed || lost
	return keepMeta(tx, anchorName, to.encode(end))
}
