package app

import (
	"context"
	"slices"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/away"
	"hamlet/internal/notify"
	"hamlet/internal/opinion"
	"hamlet/internal/privacy"
	"hamlet/internal/store"
	"hamlet/internal/web"
	"hamlet/internal/webmention"
)

// notice is what the rooms keep and send, and the settings that decide what of it is
// in force.
func (a *App) notice(ctx context.Context, s settings) (privacy.Notice, error) {
	hooks, err := a.away.Hosts(ctx)
	return privacy.Notice{
		Settings: privacy.Settings{
			Network: s.keepNetwork, Letters: s.sendsMail(), Server: a.db.OnServer(),
			Opinion: a.opinion != nil, Told: s.akismet.told, Asked: s.akismet.Server,
			Receive: a.mentions.receiver != nil, Tell: a.mentions.sender != nil, Hooks: hooks,
		},
		Kept:  store.Kept(),
		Calls: slices.Concat(notify.Calls(), webmention.Calls(), away.Calls(), opinion.Calls(), akismet.Calls(), store.Calls()),
	}, err
}

// Holding is everything that is kept under an address, as JSON; see
// [comment.Service.Holding].
func (d *Data) Holding(ctx context.Context, actor account.Actor, address string) ([]byte, error) {
	h, err := d.Comments.Holding(ctx, actor, address)
	if err != nil {
		return nil, err
	}
	return web.HoldingDocument(h)
}
