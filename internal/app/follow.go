package app

import (
	"context"
	"time"

	"hamlet/internal/store"
)

// follow tells the pages which threads other programs on the same database have
// changed, until the context ends. What this program changes itself its comment
// service tells, and at once.
//
// A database that cannot be asked does not stop the blog: its pages are still
// shown, and what was missed is found when it can be asked again.
func (a *App) follow(ctx context.Context) error {
	changes, log := a.db.Changes(), a.world.Log
	tick := time.NewTicker(changes.Pause())
	defer tick.Stop()
	failing := false
	for {
		posts, err := changes.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !failing:
			log.ErrorContext(ctx, "what other programs change does not show", "error", err.Error())
		case err == nil && failing:
			log.InfoContext(ctx, "what other programs change shows again")
		}
		failing = err != nil
		for _, post := range posts {
			if post != store.RulesChanged {
				a.Web().CommentsChanged(post)
			} else if err := a.Rules.Refresh(ctx); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "the rules that other programs change are not read", "error", err.Error())
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// looks is how often a server has looked for changes before Settle returns: once
// would do if all machines were idle.
const looks = 3

// Settle waits until a server beside this program has surely looked for changes,
// so that whoever looks next sees what was decided.
func (d *Data) Settle(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(looks * d.db.Changes().Pause()):
	}
}
