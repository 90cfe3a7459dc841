package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
)

// mailPath is the page about mails.
const mailPath = "/admin/mail"

// deadShown is how many mails that were given up are shown, and waitShown of those that wait on a page.
const (
	deadShown = 100
	waitShown = 25
)

// mailPage tells moderators what becomes of the mails.
type mailPage struct {
	adminFrame
	Sends   bool // the blog sends mails
	Waiting int
	Wait    []waitingMail
	First   string // URL of the first page of those that wait; empty there
	Later   string // and of the next one; empty on the last
	Dead    []deadMail
	More    int // of the dead, beyond those shown
	Notices []deadNotice
}

// deadMail is a mail that was given up. There is no address in it.
type deadMail struct {
	comment.DeadMail
	What string
	When time.Time // on the blog's own clock
}

// waitingMail is a mail that waits. There is no address in it either.
type waitingMail struct {
	comment.WaitingMail
	What string
	When time.Time // on the blog's own clock
	Due  bool
}

// deadNotice is a notice to moderators that was given up.
type deadNotice struct {
	away.DeadNotice
	When time.Time // on the blog's own clock
}

// mailTexts name the kinds of mails.
var mailTexts = map[comment.MailKind]string{
	comment.MailLink: "mails.link", comment.MailConfirm: "mails.confirm", comment.MailOutcome: "mails.outcome",
	comment.MailReply: "mails.reply", comment.MailLinks: "mails.links", comment.MailErase: "mails.erase",
}

// mailOf says which mail it was, as the audit log has it: "reply, comment 12".
func (s *Server) mailOf(detail string) string {
	say := s.printer()
	kind, of, _ := strings.Cut(detail, ", comment ")
	if text, ok := mailTexts[comment.MailKind(kind)]; ok {
		kind = say.T(text)
	}
	if of != "" {
		kind += ", " + say.T("mails.comment", "ID", of)
	}
	return kind
}

// mails shows how many mails wait, and those that were given up.
func (s *Server) mails(c echo.Context) error {
	ctx, who := c.Request().Context(), actor(c)
	dead, err := s.Comments.DeadMails(ctx, who, deadShown)
	if err != nil {
		return err
	}
	waiting, all, err := s.Comments.CountMails(ctx, who)
	if err != nil {
		return err
	}
	p := mailPage{Sends: s.Mail, Waiting: waiting, More: max(0, all-len(dead))}
	if p.adminFrame, err = s.deskFrame(c, "mails.title"); err != nil {
		return err
	}
	if err := s.waitingMails(c, &p); err != nil {
		return err
	}
	for _, m := range dead {
		p.Dead = append(p.Dead, deadMail{m, p.T(mailTexts[m.Kind]), m.Failed.In(p.zone)})
	}
	notices, _, err := s.Away.Dead(ctx, who, deadShown)
	if err != nil {
		return err
	}
	for _, n := range notices {
		p.Notices = append(p.Notices, deadNotice{n, n.At.In(p.zone)})
	}
	return s.render(c, http.StatusOK, "admin_mail", p)
}

// waitingMails puts a page of those that wait onto the page.
func (s *Server) waitingMails(c echo.Context, p *mailPage) error {
	var after comment.MailMark
	if mark := c.QueryParam("after"); mark != "" {
		at, id, _ := strings.Cut(mark, ".")
		next, err := strconv.ParseInt(at, 10, 64)
		n, err2 := strconv.ParseInt(id, 10, 64)
		if err != nil || err2 != nil || n < 1 {
			return errNotFound
		}
		after, p.First = comment.MailMark{Next: time.UnixMilli(next), ID: comment.MailID(n)}, mailPath
	}
	wait, err := s.Comments.WaitingMails(c.Request().Context(), actor(c), after, waitShown+1)
	if err != nil {
		return err
	}
	if len(wait) > waitShown {
		wait = wait[:waitShown]
		last := wait[waitShown-1]
		p.Later = fmt.Sprintf("%s?after=%d.%d", mailPath, last.Next.UnixMilli(), last.ID)
	}
	for _, m := range wait {
		p.Wait = append(p.Wait, waitingMail{m, p.T(mailTexts[m.Kind]), m.Next.In(p.zone), !m.Next.After(s.Now())})
	}
	return nil
}

// mailAction is what a moderator does with a mail that was given up.
type mailAction func(ctx context.Context, actor account.Actor, id comment.MailID) error

// retryMail and discardMail do what the buttons on that page say. A mail that is not
// there any more is no mistake: somebody else was quicker.
func (s *Server) retryMail(c echo.Context) error {
	return s.handleMail(c, s.Comments.RetryMail, "mails.retried")
}

func (s *Server) discardMail(c echo.Context) error {
	return s.handleMail(c, s.Comments.DiscardMail, "mails.discarded")
}

func (s *Server) handleMail(c echo.Context, do mailAction, said string) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	err = do(c.Request().Context(), actor(c), comment.MailID(id))
	if err != nil && !errors.Is(err, comment.ErrNotFound) {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T(said)}, mailPath)
}
