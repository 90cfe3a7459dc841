package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// networkRow is where a comment came from, sealed with the key of its author, or with
// one of its own.
type networkRow struct {
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	UID       []byte `gorm:"column:uid"`
	Sealed    []byte
	ExpiresAt int64
	Near      []byte // what it is looked up by
	Wide      []byte // and what a wider one is
}

func (networkRow) TableName() string { return "networks" }

// network makes the row of where a comment came from, still without its id; nil if
// that is not kept. A comment without an address gets a key for this alone.
func (s *Comments) network(ctx context.Context, g giver, at netip.Prefix, created int64) (*networkRow, error) {
	at, kept := s.db.kept(at)
	if !kept {
		return nil, nil //nolint:nilnil // what is not kept has no row
	}
	key := g.key
	if key.uid == nil {
		key = newSecret()
		if err := s.db.people.keep(ctx, key, nil); err != nil {
			return nil, err
		}
	}
	sealed, err := s.db.box.seal(key, aNetwork, at.String())
	near, wide := s.db.networkIndex(at)
	return &networkRow{
		UID: key.uid, Sealed: sealed, ExpiresAt: created + s.db.keepNetwork.Milliseconds(), Near: near, Wide: wide,
	}, err
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

// networkIndex is what a network is looked up by, as it is kept and wider.
func (db *DB) networkIndex(p netip.Prefix) (near, wide []byte) {
	wider, err := p.Addr().Prefix(desk.NetworkLengths[p.Addr().Is4()][1])
	if err != nil {
		return nil, nil // it is not valid
	}
	return db.box.network(p), db.box.network(wider)
}

// refindNetwork makes what the network of a comment is looked up by, if it can be told.
func (db *DB) refindNetwork(ctx context.Context, tx *gorm.DB, id int64) error {
	kept, err := db.networksIn(ctx, tx, []comment.ID{comment.ID(id)})
	at, ok := kept[comment.ID(id)]
	if err != nil || !ok {
		return err
	}
	near, wide := db.networkIndex(at)
	return tx.Exec("UPDATE networks SET near = ?, wide = ? WHERE comment_id = ?", near, wide, id).Error
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
	out := make(map[comment.ID]netip.Prefix, len(rows))
	for _, r := range rows {
		key, err := db.people.get(ctx, r.UID)
		if errors.Is(err, comment.ErrErased) {
			continue
		}
		if err != nil {
			return nil, err
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
