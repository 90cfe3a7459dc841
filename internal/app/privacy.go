package app

import (
	"slices"

	"hamlet/internal/notify"
	"hamlet/internal/privacy"
	"hamlet/internal/store"
	"hamlet/internal/webmention"
)

// notice is what the rooms keep and send, and the settings that decide what of it is
// in force.
func (a *App) notice(s settings) privacy.Notice {
	return privacy.Notice{
		Settings: privacy.Settings{
			Network: s.keepNetwork, Letters: s.sendsMail(), Server: a.db.OnServer(),
			Receive: a.mentions.receiver != nil, Tell: a.mentions.sender != nil,
		},
		Kept:  store.Kept(),
		Calls: slices.Concat(notify.Calls(), webmention.Calls(), store.Calls()),
	}
}
