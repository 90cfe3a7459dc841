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
		for _, step := range []struct {
			do     func(context.Context) error
			failed string
		}{
			{a.db.Comments().Forget, "what has expired is not forgotten"},
			{a.db.Rules().Forget, "rules that have expired are kept"},
			{a.db.Mentions().Forget, "webmentions that came to nothing are not forgotten"},
			{a.db.Comments().Expire, "what has served its purpose is still kept"},
			{a.db.Outbox().Tidy, "old mails are kept"},
			{a.db.Comments().ForgetActs, "what can be undone no more is still kept"},
			{a.Sites.Forget, "what other sites asked about is kept for too long"},
			{a.db.Comments().FindWaves, "older comments are in no wave"},
			{a.promise, "the thresholds of the filter stay as they are"},
		} {
			if err := step.do(ctx); err != nil && ctx.Err() == nil {
				a.world.Log.ErrorContext(ctx, step.failed, "error", err.Error())
			}
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
	if d.live == nil {
		return nil
	}
	honest, err := d.db.Comments().Honest(ctx, honestComments)
	if err == nil {
		d.live.Promise(honest)
	}
	return err
}
