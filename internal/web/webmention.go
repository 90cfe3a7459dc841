package web

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/site"
	"hamlet/internal/webmention"
)

// webmentionPath is where other sites tell that they link to a post.
const webmentionPath = "/webmention"

// webmentionLink is the header by which a post tells so.
var webmentionLink = "<" + webmentionPath + `>; rel="webmention"`

// The rates at which webmentions are taken: of one client, and of pages on one host,
// which are fetched from there.
var (
	mentionsPerClient = Rate{Events: 30, Per: time.Minute}
	mentionsPerHost   = Rate{Events: 60, Per: time.Hour}
)

// mentionLimits counts webmentions.
type mentionLimits struct{ client, host *limiter }

func newMentionLimits(now func() time.Time) (l mentionLimits, err error) {
	if l.client, err = newLimiter(mentionsPerClient, now); err != nil {
		return l, err
	}
	l.host, err = newLimiter(mentionsPerHost, now)
	return l, err
}

// takesMentions reports whether a post takes webmentions.
func (s *Server) takesMentions(p *site.Post) bool { return s.Mentions != nil && s.takesComments(p) }

// mentionView is the answer to a webmention for people, and the form to send another.
type mentionView struct {
	frame
	Heading, Text  string
	Wrong          bool // it was not taken
	Source, Target string
}

// mentionFaults are the texts that say why a webmention was not taken.
var mentionFaults = []struct {
	err  error
	text string
}{
	{webmention.ErrSource, "mention.bad_source"},
	{webmention.ErrTarget, "mention.bad_target"},
	{webmention.ErrSame, "mention.same"},
	{webmention.ErrNotHere, "mention.not_here"},
}

// webmention answers POST /webmention. What the source says is looked at later, so 202
// says nothing about it.
func (s *Server) webmention(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	v := mentionView{frame: s.frame(), Source: form.Get("source"), Target: form.Get("target")}
	err := s.receiveMention(c, v.Source, v.Target)
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		setRetryAfter(c, err)
		return s.answerMention(c, v.refused("mention.wait", "Wait", waitInWords(v.Printer, tooMany.seconds())), http.StatusTooManyRequests)
	}
	for _, f := range mentionFaults {
		if errors.Is(err, f.err) {
			return s.answerMention(c, v.refused(f.text), http.StatusBadRequest)
		}
	}
	if err != nil {
		return err
	}
	v.Heading, v.Text, v.Source = v.T("mention.thanks"), v.T("mention.thanks_text"), ""
	return s.answerMention(c, v, http.StatusAccepted)
}

// receiveMention counts a webmention and takes it.
func (s *Server) receiveMention(c echo.Context, source, target string) error {
	ctx := c.Request().Context()
	if err := s.mentions.client.allow(ctx, clientKey(c.RealIP())); err != nil {
		return err
	}
	if host := webmention.SourceHost(source); host != "" {
		if err := s.mentions.host.allow(ctx, host); err != nil {
			return err
		}
	}
	err := s.Mentions.Receive(ctx, source, target)
	if errors.Is(err, webmention.ErrBusy) {
		return &tooManyError{after: time.Minute}
	}
	return err
}

// refused is the answer to a webmention that was not taken.
func (v mentionView) refused(text string, args ...any) mentionView {
	v.Heading, v.Text, v.Wrong = v.T("mention.refused"), v.T(text, args...), true
	return v
}

// answerMention answers a browser with a page, and any other program with a line.
func (s *Server) answerMention(c echo.Context, v mentionView, status int) error {
	if !strings.Contains(c.Request().Header.Get("Accept"), "text/html") {
		return c.String(status, v.Text+"\n")
	}
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, status, "mention", v)
}

// mentionForm answers GET /webmention, where somebody looks what the address is.
func (s *Server) mentionForm(c echo.Context) error {
	v := mentionView{frame: s.frame()}
	v.Heading, v.Text = v.T("mention.title"), v.T("mention.about")
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, http.StatusOK, "mention", v)
}

// textOf is what a comment says: of a mention plain text, of any other Markdown.
func textOf(channel comment.Channel, body string) template.HTML {
	if channel == comment.Webmention {
		return markup.Verbatim(body)
	}
	return markup.Stranger(body)
}

// citation is what the page of a comment that came by webmention does with the post, and
// where: "mentioned this on", a host.
type citation struct {
	Before, After string // of the host, in the words of the language
	Host          string
}

// mentionTexts are the texts that say what a page does with a post.
var mentionTexts = map[comment.MentionKind]string{
	comment.Mentioned: "mention.mentioned", comment.Replied: "mention.replied",
	comment.Liked: "mention.liked", comment.Reposted: "mention.reposted",
}

// citationOf is nil of a comment that did not come by webmention.
func citationOf(p *locale.Printer, c *comment.Public) *citation {
	if c.Channel != comment.Webmention {
		return nil
	}
	around := p.Around(mentionTexts[c.Mention])
	at := citation{Before: around.Before, After: around.After}
	if u, err := url.Parse(c.URL); err == nil {
		at.Host = u.Host
	}
	return &at
}
