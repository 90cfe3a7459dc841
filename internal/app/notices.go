package app

import (
	"context"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/web"
)

// noticesPurpose is what the key of links in notices is derived for.
const noticesPurpose = "links of notices"

// openAway makes what reaches moderators who are not at the desk. It is for after openMail.
func (a *App) openAway(s settings) error {
	texts, err := textsOf(s.theme)
	if err != nil {
		return err
	}
	client := away.NewClient("hamlet (+"+s.baseURL+")", s.noticeHosts, a.world.Reach, a.world.Now)
	links := away.NewLinks(a.noticeLinks)
	o := away.SenderOptions{
		Outbox: a.db.Notices(), Desk: a.Comments, Links: links, Client: client,
		Actor: func(ctx context.Context, user, epoch int64) (account.Actor, error) {
			u, err := a.Accounts.User(ctx, user, epoch)
			if err != nil {
				return account.Actor{}, err
			}
			return a.Web().ActorOf(u), nil
		},
		Blog: func() (string, *locale.Printer) {
			meta := a.library.Site().Meta
			return meta.Title, texts.Printer(meta.Language)
		},
		BaseURL: s.baseURL,
		Post: func(c comment.Comment) string {
			title, _ := a.where(c)
			return title
		},
		Plain: markup.Seen, Why: web.WhyHeld, Now: a.world.Now, Log: a.world.Log,
	}
	if a.courier != nil {
		o.Mailer = a.courier
	}
	a.sender = away.NewSender(o)
	test := func(ctx context.Context, h away.Hook) error { return client.Tell(ctx, h, a.sender.Sample()) }
	a.away = away.NewService(a.db.Notices(), a.Accounts, links, test, a.world.Now)
	return nil
}

// SendNotices tells moderators what is due now. Run does so by itself.
func (a *App) SendNotices(ctx context.Context) error { return a.sender.Work(ctx) }

// checkNoticeHosts reads the hosts that webhooks may be sent to wherever they are.
func (c Config) checkNoticeHosts(s *settings) error {
	for _, raw := range c.NoticeHosts {
		host := strings.TrimSpace(raw)
		if host == "" || strings.ContainsAny(host, "/@* ") {
			return &SettingError{"notice-hosts", raw, "it must be a host, with a port or without, such as ntfy.home.arpa"}
		}
		s.noticeHosts = append(s.noticeHosts, host)
	}
	return nil
}
