package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/opinion"
)

// standing is where meta has how it stands with the server.
func (s *Opinions) standing() string { return "opinion of " + s.server }

// Standing reads how it stood when that was kept last.
func (s *Opinions) Standing(ctx context.Context) (is opinion.Standing, err error) {
	value, err := meta(ctx, s.db.read, s.standing())
	if err == nil && value != nil {
		err = json.Unmarshal(value, &is)
	}
	if err != nil {
		return opinion.Standing{}, fmt.Errorf("read how it stands with %s: %w", s.server, err)
	}
	return is, nil
}

// KeepStanding keeps how it stands.
func (s *Opinions) KeepStanding(ctx context.Context, is opinion.Standing) error {
	value, err := json.Marshal(is)
	if err == nil {
		err = s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error { return keepMeta(tx, s.standing(), value) })
	}
	if err != nil {
		return fmt.Errorf("keep how it stands with %s: %w", s.server, err)
	}
	return nil
}
