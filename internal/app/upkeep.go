package app

import (
	"context"
	"time"
)

// upkeepEvery is how often the blog forgets what has expired and looks how the filter
// does here.
const upkeepEvery = time.Hour

// honestComments is how many of the newest comments that people let pass tell how the
// filter does on this blog.
const honestComments = 500

// upkeep does now and then what no request waits for, until the context ends. What
// fails is done the next time.
func (a *App) upkeep(ctx context.Context) error {
	tick := time.NewTicker(upkeepEvery)
	defer tick.Stop()
	for {
		if err := a.db.Comments().Forget(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "what has expired is not forgotten", "error", err.Error())
		}
		if err := a.db.Mentions().Forget(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "webmentions that came to nothing are not forgotten", "error", err.Error())
		}
		if err := a.db.Outbox().Tidy(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "old mails are kept", "error", err.Error())
		}
		if err := a.promise(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "the thresholds of the filter stay as they are", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// promise moves the filter's thresholds, if too many honest comments are held here.
func (d *Data) promise(ctx context.Context) error {
	if d.filter == nil {
		return nil
	}
	honest, err := d.db.Comments().Honest(ctx, honestComments)
	if err == nil {
		d.filter.Promise(honest)
	}
	return err
}
