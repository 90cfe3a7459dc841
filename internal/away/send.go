package away

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/notify"
)

// Desk is what a Sender reads of comments; it is the comment.Service.
type Desk interface {
	Get(ctx context.Context, actor account.Actor, id comment.ID) (comment.Comment, error)
}

// Mailer sends mails to the blog's own people; it is a notify.Courier.
type Mailer interface {
	Brief(ctx context.Context, b notify.Brief) error
}

// SenderOptions is what a Sender is made of. All but Mailer are required.
type SenderOptions struct {
	Outbox Outbox
	Desk   Desk
	Links  Links
	Client *Client
	Mailer Mailer // nil: no mails are sent
	// Actor is a user as they act now; account.ErrNotFound if they do not any more.
	Actor func(ctx context.Context, user, epoch int64) (account.Actor, error)
	// Blog tells the title of the blog and the texts of its language.
	Blog    func() (title string, say *locale.Printer)
	BaseURL string
	// Post is the title of a comment's post; Plain what is seen of a body; Why tells in
	// words why a comment is held.
	Post  func(comment.Comment) string
	Plain func(body string) string
	Why   func(*locale.Printer, comment.Comment) string
	Now   func() time.Time
	Log   *slog.Logger
}

// Sender gathers notices and sends them.
type Sender struct{ o SenderOptions }

// NewSender makes a Sender.
func NewSender(o SenderOptions) *Sender { return &Sender{o} }

// lookEvery is how often a Sender looks whether a window is over.
const lookEvery = 20 * time.Second

// Run sends until the context ends. What fails is tried again.
func (s *Sender) Run(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.ErrorContext(ctx, "notices wait", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Work sends what is due now.
func (s *Sender) Work(ctx context.Context) error {
	if err := s.o.Outbox.Gather(ctx, s.scope); err != nil {
		return err
	}
	for {
		n, ok, err := s.o.Outbox.Next(ctx, s.scope)
		if err != nil || !ok {
			return err
		}
		sending := s.send(ctx, n)
		ctx := context.WithoutCancel(ctx) // else it would go out again
		if sending == nil {
			err = s.o.Outbox.Done(ctx, n.ID)
		} else {
			err = s.o.Outbox.Failed(ctx, n.ID, failure(sending))
		}
		if err != nil {
			return err
		}
	}
}

// failure is what is noted of an error.
func failure(err error) Failure {
	if f, ok := errors.AsType[*notify.FailureError](err); ok {
		return Failure{Text: f.Text, Permanent: f.Permanent}
	}
	return Failure{Text: err.Error()}
}

// actor is as whom a target sees comments.
func (s *Sender) actor(ctx context.Context, t Target) (account.Actor, error) {
	if t.User == 0 {
		return account.Shell, nil // webhooks are the owner's
	}
	return s.o.Actor(ctx, t.User, t.Epoch)
}

func (s *Sender) scope(ctx context.Context, t Target) (comment.Scope, error) {
	who, err := s.actor(ctx, t)
	if errors.Is(err, account.ErrNotFound) {
		return comment.Scope{}, nil
	}
	posts, all := who.Scope()
	return comment.Scope{All: all, Posts: posts}, err
}

// send tells a notice, if there is something to tell still.
func (s *Sender) send(ctx context.Context, n Notice) error {
	who, err := s.actor(ctx, n.Target)
	if errors.Is(err, account.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var held []comment.Comment
	for _, id := range n.Comments {
		c, err := s.o.Desk.Get(ctx, who, id)
		if errors.Is(err, comment.ErrNotFound) || errors.Is(err, account.ErrForbidden) || err == nil && c.Status != comment.Pending {
			n.Held-- // it does not wait any more
			continue
		}
		if err != nil {
			return err
		}
		held = append(held, c)
	}
	if n.Held = max(n.Held, len(held)); len(held) == 0 {
		n.Held = 0
	}
	if n.Held == 0 && n.Dead == 0 && n.Reports == 0 {
		return nil
	}
	if n.Target.User != 0 {
		return s.mail(ctx, n, held)
	}
	return s.o.Client.Tell(ctx, *n.Target.Private.Hook, s.news(n, held))
}

// news is what a webhook is told.
func (s *Sender) news(n Notice, held []comment.Comment) News {
	title, say := s.o.Blog()
	out := News{
		Notice: n.ID, At: n.At.UTC(), Blog: title, URL: s.o.BaseURL + "/admin", Held: n.Held, Dead: n.Dead, Reports: n.Reports, Title: s.subject(title, say, n), Comments: []Item{},
	}
	var lines []string
	for _, c := range held {
		i := Item{
			ID: int64(c.ID), Post: s.o.Post(c), Author: c.Author, Excerpt: s.excerpt(c), Probability: c.Verdict.Probability,
			Reason: s.o.Why(say, c), URL: s.desk(c),
		}
		out.Comments = append(out.Comments, i)
		lines = append(lines, say.T("away.one_on", "Name", c.Author, "Post", i.Post)+"\n"+i.Excerpt+"\n"+i.Reason+"\n"+i.URL)
	}
	if more := n.Held - len(held); more > 0 {
		lines = append(lines, say.T("away.more", more))
	}
	if n.Reports > 0 {
		lines = append(lines, say.T("away.reports", n.Reports)+"\n"+s.reports())
	}
	if n.Dead > 0 {
		lines = append(lines, say.T("away.dead", n.Dead))
	}
	out.Text = strings.Join(append(lines, out.URL), "\n\n")
	return out
}

// subject is a notice in a line.
func (s *Sender) subject(title string, say *locale.Printer, n Notice) string {
	switch {
	case n.Held > 0:
		return say.T("away.subject", n.Held, "Blog", title)
	case n.Reports > 0:
		return say.T("away.reports_subject", n.Reports, "Blog", title)
	}
	return say.T("away.dead_subject", n.Dead, "Blog", title)
}

// excerpt is the beginning of a comment as readers would see it.
func (s *Sender) excerpt(c comment.Comment) string {
	const most = 300
	runes := []rune(strings.Join(strings.Fields(s.o.Plain(c.Body)), " "))
	if len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return string(runes)
}

// desk is where a comment is on the desk.
func (s *Sender) desk(c comment.Comment) string {
	return s.o.BaseURL + "/admin/comments/" + strconv.FormatInt(int64(c.ID), 10)
}

// reports is where what readers report is on the desk.
func (s *Sender) reports() string { return s.o.BaseURL + "/admin/queue?reported=1&status=approved" }

// actTexts name the links of a mail, in their order.
var actTexts = []struct {
	action comment.Action
	text   string
}{{comment.Approve, "away.approve"}, {comment.MarkSpam, "away.spam"}, {comment.ToTrash, "away.trash"}}

// mail tells a user.
func (s *Sender) mail(ctx context.Context, n Notice, held []comment.Comment) error {
	if s.o.Mailer == nil || n.Target.Private.Address == "" {
		return &notify.FailureError{Text: "the blog sends no mails, or has no address of this user", Permanent: true}
	}
	title, say := s.o.Blog()
	b := notify.Brief{Number: n.ID, To: n.Target.Private.Address, Subject: s.subject(title, say, n)}
	until := s.o.Now().Add(linkLasts)
	for _, c := range held {
		b.Parts = append(b.Parts,
			notify.Part{Text: say.T("away.one_on", "Name", c.Author, "Post", s.o.Post(c))},
			notify.Part{Quote: s.excerpt(c)},
			notify.Part{Text: s.o.Why(say, c)})
		for _, a := range actTexts {
			token := s.o.Links.Act(Act{Action: a.action, Comment: c.ID, Revision: c.Revision, User: n.Target.User, Epoch: n.Target.Epoch, Until: until})
			b.Parts = append(b.Parts, notify.Part{URL: s.o.BaseURL + "/admin/do/" + token, Label: say.T(a.text)})
		}
		b.Parts = append(b.Parts, notify.Part{URL: s.desk(c), Label: say.T("away.look")})
	}
	if more := n.Held - len(held); more > 0 {
		b.Parts = append(b.Parts, notify.Part{Text: say.T("away.more", more)})
	}
	if n.Reports > 0 {
		b.Parts = append(b.Parts, notify.Part{Text: say.T("away.reports", n.Reports), URL: s.reports(), Label: say.T("away.reports_look")})
	}
	if n.Dead > 0 {
		b.Parts = append(b.Parts, notify.Part{Text: say.T("away.dead", n.Dead), URL: s.o.BaseURL + "/admin/mail", Label: say.T("away.dead_look")})
	}
	b.Foot = []notify.Part{
		{Text: say.T("away.foot", "Days", int(linkLasts.Hours())/24)},
		{URL: s.o.BaseURL + "/admin/notices", Label: say.T("away.change")},
	}
	if err := s.o.Mailer.Brief(ctx, b); err != nil {
		return fmt.Errorf("mail a notice: %w", err)
	}
	return nil
}

// Sample is news made up to try a webhook.
func (s *Sender) Sample() News {
	title, say := s.o.Blog()
	return News{
		At: s.o.Now().UTC(), Blog: title, Title: say.T("away.sample", "Blog", title), Text: say.T("away.sample_text") + "\n\n" + s.o.BaseURL + "/admin",
		URL: s.o.BaseURL + "/admin", Comments: []Item{},
	}
}
