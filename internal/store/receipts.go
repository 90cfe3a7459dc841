package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// receiptRow is the receipt of a comment's verdict as it is kept, in the encoding of
// [spam.Receipt].
type receiptRow struct {
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	Receipt   []byte
}

func (receiptRow) TableName() string { return "receipts" }

// newReceiptRow makes the row of a receipt, still without the id of its comment; nil
// of none.
func newReceiptRow(r spam.Receipt) (*receiptRow, error) {
	if len(r) == 0 {
		return nil, nil //nolint:nilnil // what was not judged has no receipt
	}
	data, err := r.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return &receiptRow{Receipt: data}, nil
}

// keepReceipt keeps the receipt of a comment that was just added.
func keepReceipt(ctx context.Context, tx *gorm.DB, id int64, row *receiptRow) error {
	if row == nil {
		return nil
	}
	return insertAll(ctx, tx, []receiptRow{{id, row.Receipt}})
}

// Receipt reads the receipt of a comment's verdict; nil if it has none.
func (s *Comments) Receipt(ctx context.Context, id comment.ID) (spam.Receipt, error) {
	rows, err := rowsOf[receiptRow](s.db.read).Where("comment_id = ?", int64(id)).Limit(1).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the receipt of comment %d: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	var r spam.Receipt
	if err := r.UnmarshalBinary(rows[0].Receipt); err != nil {
		return nil, fmt.Errorf("receipt of comment %d: %w", id, err)
	}
	return r, nil
}
