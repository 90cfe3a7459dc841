package store

import (
	"context"
	"encoding/json"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// siteAt is what the owner decided about a site that asks with a key. Its name is not part of that: a
// site whose key was revoked may have given it away.
type siteAt struct{}

func (siteAt) read(ctx context.Context, tx *gorm.DB, key string) (*string, error) {
	rows, err := rowsOf[siteRow](tx).Where("id = ?", key).Find(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	rows[0].Name = ""
	return asText(rows[0])
}

func (siteAt) same(now, became *string) bool { return equalText(now, became) }

// put takes no key back that was made and used: comment.ErrChanged. What it asked and taught would go
// with it; it can be revoked.
func (siteAt) put(ctx context.Context, _ *DB, tx *gorm.DB, key string, was *string) error {
	before, err := rowsOf[siteRow](tx).Where("id = ?", key).Take(ctx)
	if err != nil {
		return notFound(err, comment.ErrChanged)
	}
	var row siteRow
	if was != nil {
		if err := json.Unmarshal([]byte(*was), &row); err != nil {
			return err
		}
		return setSite(ctx, tx, before, row)
	}
	gone := tx.Exec("DELETE FROM sites WHERE id = ? AND NOT EXISTS (SELECT 1 FROM site_counts c WHERE c.site_id = sites.id) "+
		"AND NOT EXISTS (SELECT 1 FROM site_labels l WHERE l.site_id = sites.id)", key)
	if gone.Error == nil && gone.RowsAffected == 0 {
		return comment.ErrChanged
	}
	return gone.Error
}
