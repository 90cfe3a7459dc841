package web

import (
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
)

// What a client may do through private links, and how often it may ask for links by
// mail.
var (
	stepsPerClient = Rate{Events: 60, Per: time.Minute}
	asksPerClient  = Rate{Events: 5, Per: 10 * time.Minute}
)

// mineLimits counts what clients do through private links. What is judged anew counts
// as a comment.
type mineLimits struct{ steps, asks *limiter }

func newMineLimits(now func() time.Time) (l mineLimits, err error) {
	if l.steps, err = newLimiter(stepsPerClient, now); err != nil {
		return l, err
	}
	l.asks, err = newLimiter(asksPerClient, now)
	return l, err
}

// secret is the middleware of pages whose address is a secret: private links, those of mails
// and of a moderator's feed. They are in no search engine, tell nobody where a reader came from, and an address that
// opens nothing gets the same answer whatever it is.
func (s *Server) secret(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		keepSecret(c)
		err := next(c)
		switch status := statusOf(err); {
		case err == nil || c.Response().Committed:
			return err
		case status == http.StatusNotFound:
			return s.showWord(c, status, "mine.no_link", "mine.no_link_text", link{})
		case status == http.StatusConflict:
			return s.showWord(c, status, "mine.not_now", "mine.not_now_text", link{minePath(c), s.printer().T("mine.back")})
		}
		return err
	}
}

// counted is the middleware of forms on these pages.
func (s *Server) counted(l *limiter) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := l.allow(c.Request().Context(), clientKey(c.RealIP())); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// minePath is the page of the comment whose private link was asked for.
func minePath(c echo.Context) string { return "/comments/" + c.Param("token") }

// wordView is a page that says one thing.
type wordView struct {
	frame
	Heading, Text string
	Back          link
}

func (s *Server) showWord(c echo.Context, status int, heading, text string, back link) error {
	v := wordView{frame: s.frame(), Back: back}
	v.Heading, v.Text, v.NoIndex = v.T(heading), v.T(text), true
	v.Title = v.Heading
	return s.render(c, status, "mine_word", v)
}

// mineView is a comment's own page.
type mineView struct {
	frame
	Fate          comment.Fate
	Heading, Text string
	// Wait says how long it usually takes; empty if nothing is known.
	Wait   string
	Notice string // what was just done; empty for nothing
	Post   link   // Name is the title, or the slug if there is no such post now
	Author string
	When   time.Time
	Said   template.HTML // as readers see it
	Edited time.Time
	// Waiting is the text of the edit that waits for a moderator.
	Waiting template.HTML
	Path    string
	Keep    string // the whole address of the page
	Replies comment.Replies
	Mail    bool // this blog sends mails
	m       comment.Mine
}

// Can reports whether the author can do a step now.
func (v mineView) Can(step string) bool { return v.m.Allows(comment.Step(step)) }

// fateTexts say what became of a comment.
var fateTexts = map[comment.Fate]struct{ heading, text string }{
	comment.FatePublished: {"mine.published", "mine.published_text"},
	comment.FateUnsure:    {"mine.held", "mine.unsure_text"},
	comment.FateFirstTime: {"mine.held", "mine.first_text"},
	comment.FatePolicy:    {"mine.held", "mine.policy_text"},
	comment.FateUnjudged:  {"mine.held", "mine.unjudged_text"},
	comment.FateAttack:    {"mine.held", "mine.attack_text"},
	comment.FateWork:      {"mine.held", "mine.work_text"},
	comment.FateDeclined:  {"mine.declined", "mine.declined_text"},
	comment.FateWithdrawn: {"mine.withdrawn", "mine.withdrawn_text"},
}

// doneNotices say what was done, by what the address of the page says.
var doneNotices = map[string]string{"renewed": "mine.done_renewed", "asked": "mine.done_asked"}

// mine answers GET /comments/:token with the comment's own page.
func (s *Server) mine(c echo.Context) error {
	ctx := c.Request().Context()
	m, err := s.Comments.Mine(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	v := s.newMineView(m, minePath(c))
	if id, ok := doneNotices[c.QueryParam("done")]; ok {
		v.Notice = v.T(id)
	}
	if v.Fate != comment.FatePublished || m.Pending != nil {
		wait, known, err := s.Comments.UsualWait(ctx)
		if err != nil {
			return err
		}
		if known && (isHeld(v.Fate) || v.Waiting != "") {
			v.Wait = v.T("mine.wait", "Wait", longWait(v.Printer, wait))
		}
	}
	return s.render(c, http.StatusOK, "mine", v)
}

func isHeld(f comment.Fate) bool { return fateTexts[f].heading == "mine.held" }

func (s *Server) newMineView(m comment.Mine, path string) mineView {
	now := s.Site()
	v := mineView{frame: s.frameOf(now), Fate: m.Fate(), Path: path, Keep: now.BaseURL + path, Replies: m.Replies, Mail: s.Mail, m: m}
	texts := fateTexts[v.Fate]
	v.Heading, v.Text = v.T(texts.heading), v.T(texts.text)
	v.Title, v.NoIndex = v.T("mine.title"), true
	v.Author, v.When, v.Said = m.Comment.Author, v.Local(m.Comment.CreatedAt), markup.Stranger(m.Comment.Body)
	v.Post.Name, v.Post.URL = s.place(m.Comment)
	if v.Fate == comment.FatePublished && v.Post.URL == "" {
		v.Text = v.T("mine.published_nowhere")
	}
	if !m.Comment.EditedAt.IsZero() {
		v.Edited = v.Local(m.Comment.EditedAt)
	}
	if m.Pending != nil && v.Fate == comment.FatePublished {
		v.Waiting = markup.Stranger(m.Pending.Body)
	}
	return v
}

// longWait is a wait as one says it, which may take days.
func longWait(p *locale.Printer, wait time.Duration) string {
	const days = 2 * 24 * time.Hour
	if wait < days {
		return waitInWords(p, max(60, int(wait.Round(time.Minute).Seconds())))
	}
	return p.T("mine.days", int(wait.Round(24*time.Hour)/(24*time.Hour)))
}

// editView is the form by which a comment's text is changed.
type editView struct {
	frame
	Heading string
	// Problem is why the text was not taken; empty if it was not sent yet.
	Problem string
	Wrong   bool // the problem is with the text
	Path    string
	Body    string
	Open    bool // it makes sense to send the form
	// Seen is the mark of the text that is to be replaced, and Now that text, if it is another
	// than the one that was seen first.
	Seen string
	Now  template.HTML
}

// editForm answers GET /comments/:token/edit.
func (s *Server) editForm(c echo.Context) error {
	m, err := s.Comments.Mine(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if !m.Allows(comment.StepEdit) {
		return comment.ErrConflict
	}
	return s.showEdit(c, http.StatusOK, editView{Body: m.Text(), Seen: m.Mark(), Open: true})
}

func (s *Server) showEdit(c echo.Context, status int, v editView) error {
	v.frame, v.Path = s.frame(), minePath(c)
	v.Title, v.Heading, v.NoIndex = v.T("mine.edit_title"), v.T("mine.edit_title"), true
	return s.render(c, status, "mine_edit", v)
}

// edit answers POST /comments/:token/edit. Whatever is wrong, the text comes back.
func (s *Server) edit(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	v := editView{Body: form.Get("body"), Seen: form.Get("seen"), Open: true}
	err := s.comments.allow(ctx, clientKey(c.RealIP()))
	if err == nil {
		err = s.Comments.Rewrite(ctx, c.Param("token"), v.Body, v.Seen)
	}
	if err == nil {
		return seeOther(c, minePath(c))
	}
	status, say := statusOf(err), s.printer()
	invalid, isInvalid := errors.AsType[*comment.InvalidError](err)
	tooMany, isTooMany := errors.AsType[*tooManyError](err)
	switch {
	case isInvalid:
		status, v.Wrong, v.Problem = http.StatusUnprocessableEntity, true, fieldErrors(say, invalid.Fields)[0].Message
	case isTooMany:
		setRetryAfter(c, err)
		v.Problem = say.T("refused.wait_text", "Wait", waitInWords(say, tooMany.seconds()))
	case errors.Is(err, comment.ErrChanged):
		m, err := s.Comments.Mine(ctx, c.Param("token"))
		if err != nil {
			return err
		}
		v.Seen, v.Now, v.Problem = m.Mark(), markup.Stranger(m.Text()), say.T("mine.edit_changed")
	case status == http.StatusConflict || errors.Is(err, comment.ErrNoThread):
		status, v.Open, v.Problem = http.StatusConflict, false, say.T("mine.edit_closed")
	case status == http.StatusInternalServerError:
		s.logFault(c, status, err)
		v.Problem = say.T("refused.broken_text")
	default:
		return err
	}
	return s.showEdit(c, status, v)
}
