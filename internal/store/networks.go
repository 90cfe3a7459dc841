package store

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// networkRow is where a comment came from, sealed with a key of its own. Nothing else of it is
// in the database, not even a keyed hash to look it up by: of two comments with the same hash a
// copy would still tell of one where it came from when the other is erased.
type networkRow struct {
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	UID       []byte `gorm:"column:uid"`
	Sealed    []byte
	ExpiresAt int64
}

func (networkRow) TableName() string { return "networks" }

// network makes the row of where a comment came from, still without its id; nil if
// that is not kept. It has a key for this alone, since one comment of a person may be erased and
// others stay.
func (s *Comments) network(ctx context.Context, at netip.Prefix, created int64) (*networkRow, error) {
	at, kept := s.db.kept(at)
	if !kept {
		return nil, nil //nolint:nilnil // what is not kept has no row
	}
	key := newSecret()
	if err := s.db.people.keep(ctx, key, nil); err != nil {
		return nil, err
	}
	sealed, err := s.db.box.seal(key, aNetwork, at.String())
	return &networkRow{UID: key.uid, Sealed: sealed, ExpiresAt: created + s.db.keepNetwork.Milliseconds()}, err
}

// kept is what is kept of where a comment came from, if that is kept at all.
func (db *DB) kept(at netip.Prefix) (netip.Prefix, bool) {
	if db.keepNetwork <= 0 || !at.IsValid() {
		return netip.Prefix{}, false
	}
	// What an access provider has, rather than one of its customers.
	addr := at.Addr().Unmap().WithZone("")
	p, err := addr.Prefix(desk.NetworkLengths[addr.Is4()][0])
	return p, err == nil
}

// keepNetwork keeps where a comment came from that was just added.
func keepNetwork(ctx context.Context, tx *gorm.DB, id int64, row *networkRow) error {
	if row == nil {
		return nil
	}
	row.CommentID = id
	return insertAll(ctx, tx, []networkRow{*row})
}

// Networks is where comments came from, of those of which that is kept still.
func (s *Comments) Networks(ctx context.Context, ids []comment.ID) (map[comment.ID]netip.Prefix, error) {
	all, err := s.db.networksIn(ctx, s.db.read, ids)
	if err != nil {
		return nil, fmt.Errorf("read where comments came from: %w", err)
	}
	return all, nil
}

func (db *DB) networksIn(ctx context.Context, tx *gorm.DB, ids []comment.ID) (map[comment.ID]netip.Prefix, error) {
	rows, err := rowsOf[networkRow](tx).Where("comment_id IN ? AND expires_at > ?", ids, millis(db.now())).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	uids := make([][]byte, len(rows))
	for i, r := range rows {
		uids[i] = r.UID
	}
	keys, err := db.people.some(ctx, uids)
	if err != nil {
		return nil, err
	}
	out := make(map[comment.ID]netip.Prefix, len(rows))
	for _, r := range rows {
		key, ok := keys[string(r.UID)]
		if !ok {
			continue // erased
		}
		text, err := key.open(aNetwork, r.Sealed)
		if err != nil {
			return nil, err
		}
		if out[comment.ID(r.CommentID)], err = netip.ParsePrefix(text); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// origins are the networks that were opened, so that they are not opened for each question.
type origins struct {
	mu sync.Mutex
	of map[comment.ID]netip.Prefix
}

// forget closes them again: of those that were erased nothing stays in the memory.
func (o *origins) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.of = nil
}

// openedAtOnce is how many networks are read at a time.
const openedAtOnce = 500

// cameFrom are the comments that came from a network, of those of which that is kept still.
func (db *DB) cameFrom(ctx context.Context, from netip.Prefix) ([]comment.ID, error) {
	o := &db.origins
	o.mu.Lock()
	defer o.mu.Unlock()
	var fresh, found []comment.ID
	there := map[comment.ID]netip.Prefix{}
	err := db.list(ctx, "comment_id", "SELECT comment_id FROM networks WHERE expires_at > ?", []any{millis(db.now())}, func(n int) {
		id := comment.ID(n)
		if at, known := o.of[id]; known {
			there[id] = at
		} else {
			fresh = append(fresh, id)
		}
	})
	if err != nil {
		return nil, err
	}
	o.of = there // without what has expired or was erased
	for some := range slices.Chunk(fresh, openedAtOnce) {
		opened, err := db.networksIn(ctx, db.read, some)
		if err != nil {
			return nil, err
		}
		maps.Copy(there, opened)
	}
	for id, at := range there {
		if from.Overlaps(at) {
			found = append(found, id)
		}
	}
	return found, nil
}
