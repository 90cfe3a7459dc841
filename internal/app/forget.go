package app

import (
	"context"
	"time"
)

// forgetEvery is how often the blog forgets what has expired.
const forgetEvery = time.Hour

// forget lets the blog forget what it remembered of comments long enough, now and
// then, until the context ends. One that could not be forgotten is the next time; it
// no longer counts anyway.
func (a *App) forget(ctx context.Context) error {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if err := a.db.Comments().Forget(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "what has expired is not forgotten", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
