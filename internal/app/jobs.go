package app

import (
	"context"
	"time"
)

// purgeEvery is how often is looked for what was deleted for good long enough ago.
const purgeEvery = time.Minute

// purge removes what moderators deleted for good, when it cannot be brought back any more,
// until the context ends. What fails is done the next time.
func (a *App) purge(ctx context.Context) error {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if err := a.db.Comments().Purge(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "what was deleted for good is still there", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
