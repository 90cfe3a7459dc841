package app

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/notify"
)

// openMail notes whether the blog sends mails, and makes who sends them.
func (a *App) openMail(ctx context.Context, s settings) error {
	if err := a.db.Outbox().Switch(ctx, s.sendsMail()); err != nil || !s.sendsMail() {
		return err
	}
	texts, err := textsOf(s.theme)
	if err != nil {
		return err
	}
	_, hello, _ := strings.Cut(s.mailFrom.Address, "@")
	a.courier, err = notify.New(notify.Options{
		Outbox: a.db.Outbox(), SMTP: notify.NewSMTP(s.smtp, hello, a.world.MailTrust), From: s.mailFrom, BaseURL: s.baseURL,
		Blog: func() (string, *locale.Printer) {
			meta := a.library.Site().Meta
			return meta.Title, texts.Printer(meta.Language)
		},
		Where: a.where, Plain: markup.Seen, Paths: a.Comments, Now: a.world.Now, Log: a.world.Log,
	})
	return err
}

// where is the title of the post that a comment is on, and where readers find the
// comment.
func (a *App) where(c comment.Comment) (title, path string) {
	p, ok := a.library.Site().Post(c.Post)
	if !ok {
		return c.Post, ""
	}
	return p.Title, "/comment/" + strconv.FormatInt(int64(c.ID), 10)
}

// Deliver sends the mails that are due now. Run does so by itself.
func (a *App) Deliver(ctx context.Context) error {
	if a.courier == nil {
		return errors.New("deliver mails: the blog sends none")
	}
	return a.courier.Deliver(ctx)
}
