package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// networkRow is where a comment came from, sealed with the key of its author, or with
// one of its own.
type networkRow struct {
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
	UID       []byte `gorm:"column:uid"`
	Sealed    []byte
	ExpiresAt int64
}

func (networkRow) TableName() string { return "networks" }

// How much of an address tells the network: what an access provider has, rather than
// one of its customers.
const (
	network4 = 24
	network6 = 48
)

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
	return &networkRow{UID: key.uid, Sealed: sealed, ExpiresAt: created + s.db.keepNetwork.Milliseconds()}, err
}

// kept is what is kept of where a comment came from, if that is kept at all.
func (db *DB) kept(at netip.Prefix) (netip.Prefix, bool) {
	if db.keepNetwork <= 0 || !at.IsValid() {
		return netip.Prefix{}, false
	}
	addr, bits := at.Addr().Unmap().WithZone(""), network6
	if addr.Is4() {
		bits = network4
	}
	p, err := addr.Prefix(bits)
	return p, err == nil
}

// keepNetwork keeps where a comment came from that was just added.
func keepNetwork(ctx context.Context, tx *gorm.DB, id int64, row *networkRow) error {
	if row == nil {
		return nil
	}
	row.CommentID = id
	return gorm.G[networkRow](tx).Create(ctx, row)
}

// Network is where a comment came from, if that is kept still; else the zero Prefix.
func (s *Comments) Network(ctx context.Context, id comment.ID) (netip.Prefix, error) {
	p, err := s.networkOf(ctx, id)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("network of comment %d: %w", id, err)
	}
	return p, nil
}

func (s *Comments) networkOf(ctx context.Context, id comment.ID) (netip.Prefix, error) {
	rows, err := gorm.G[networkRow](s.db.read).
		Where("comment_id = ? AND expires_at > ?", int64(id), millis(s.db.now())).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return netip.Prefix{}, err
	}
	key, err := s.db.people.get(ctx, rows[0].UID)
	if errors.Is(err, comment.ErrErased) {
		return netip.Prefix{}, nil
	}
	if err != nil {
		return netip.Prefix{}, err
	}
	text, err := key.open(aNetwork, rows[0].Sealed)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.ParsePrefix(text)
}
