package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/locale"
	"hamlet/internal/privacy"
)

// Traces is what this room leaves in browsers. The name of the session's cookie has
// "__Secure-" before it where the blog is on https.
func Traces() []privacy.Trace {
	const local, tab, cookie = "localStorage", "sessionStorage", "cookie"
	return []privacy.Trace{
		{Name: "author", Comment: true, Key: authorCookie, Store: cookie, By: "internal/web.Server.setAuthorCookie"},
		{Name: "filled", Comment: true, Key: "hamlet:author", Store: local, By: "form.js"},
		{Name: "draft", Comment: true, Key: "hamlet:draft:", Store: local, By: "form.js"},
		{Name: "sent", Comment: true, Key: "hamlet:sent", Store: tab, By: "form.js"},
		{Name: "form", Comment: true, Key: "form", Store: "history.state", By: "form.js"},
		{Name: "seen", Key: "seen ", Store: local, By: "thread.js"},
		{Name: "folded", Key: "folded", Store: tab, By: "thread.js"},
		{Name: "quote", Key: "quote", Store: tab, By: "thread.js"},
		{Name: "device", Key: deviceCookie, Store: cookie, By: "internal/web.Server.rememberDevice"},
		{Name: "session", Key: "hamlet_session", Store: cookie, By: "internal/web.newSessions"},
	}
}

// privacyView is the page that says what becomes of a comment's data.
type privacyView struct {
	frame
	Kept   []keptRow
	Calls  []callRow
	Traces []traceRow
	// Network says for how many days it is kept where comments came from; 0: it is not.
	Network int
	Letters bool // mails are sent
	Server  bool // the database is on a server
	// Asked is the host of another filter that is asked; empty for none.
	Asked string
	// Secret means that no other filter is told of addresses and browsers.
	Secret bool
}

// tells reports whether another filter is told any of these.
func tells(n privacy.Notice, any ...string) bool {
	return slices.ContainsFunc(any, func(what string) bool { return slices.Contains(n.Settings.Told, what) })
}

// callRows says what is sent elsewhere.
func callRows(say *locale.Printer, n privacy.Notice) []callRow {
	more := ""
	if told := toldNames(say.T, say.Names, n.Settings.Told); told != "" {
		more = say.T("opinion.and_told", "More", told)
	}
	var out []callRow
	for _, k := range n.Calls {
		id := "sent." + k.Name
		out = append(out, callRow{say.T(id, "Host", n.Settings.Asked, "Hosts", strings.Join(n.Settings.Hooks, ", ")), say.T(id + "_why"), say.T(id+"_fields", "More", more)})
	}
	return out
}

// keptRow is something that is kept, in words.
type keptRow struct {
	What, Why, Who, Long string
	Columns              []string
}

// callRow is something that is sent elsewhere, in words.
type callRow struct{ What, Why, Fields string }

// traceRow is something that is left in a browser, in words.
type traceRow struct{ What, Why, Long, Key, Store string }

// privacy answers GET /privacy: what is in force, as the rooms declare it.
func (s *Server) privacy(c echo.Context) error {
	now := s.Site()
	n := s.notice()
	return s.show(c, now, "/privacy", now.FrameStamp()+hooksStamp(n.Settings.Hooks)+strconv.FormatBool(n.Settings.Callbacks), "privacy", func() any {
		v := privacyView{frame: s.frameOf(now), Network: privacy.Span{For: n.Settings.Network}.Days(), Letters: n.Settings.Letters, Server: n.Settings.Server}
		v.Title, v.Canonical, v.Here = v.T("privacy.title"), now.BaseURL+"/privacy", "/privacy"
		for _, k := range n.Kept {
			v.Kept = append(v.Kept, keptRowOf(v.Printer, k))
		}
		v.Calls, v.Asked, v.Secret = callRows(v.Printer, n), n.Settings.Asked, !tells(n, privacy.IP, privacy.Agent)
		for _, t := range n.Traces {
			id := "left." + t.Name
			v.Traces = append(v.Traces, traceRow{v.T(id), v.T(id + "_why"), v.T(id + "_until"), t.Key, t.Store})
		}
		return v
	})
}

// notice is what is in force now.
func (s *Server) notice() privacy.Notice {
	in := s.Privacy.Settings
	in.Hooks = *s.hooks.Load()
	in.Callbacks = s.Sites != nil && s.Sites.CallsBack()
	n := s.Privacy.In(in)
	n.Traces = Traces()
	return n
}

// hooksChanged takes note that other programs may be told of comments now; every page that
// says so is made again.
func (s *Server) hooksChanged(ctx context.Context) error {
	hosts, err := s.Away.Hosts(ctx)
	if err != nil {
		return err
	}
	s.hooks.Store(&hosts)
	s.BlogChanged()
	return nil
}

// hooksStamp is another one for other programs.
func hooksStamp(hosts []string) string { return "\x00" + strings.Join(hosts, " ") }

func keptRowOf(say *locale.Printer, k privacy.Kept) keptRow {
	id := "kept." + k.Name
	return keptRow{What: say.T(id), Why: say.T(id + "_why"), Who: say.T(id + "_who"), Long: longOf(say, k.Span), Columns: k.Columns}
}

// longOf says how long something is kept.
func longOf(say *locale.Printer, s privacy.Span) string {
	if s.For > 0 {
		return say.T(s.Text, s.Days())
	}
	return say.T(s.Text)
}

// storedRow is a line of the note beside the form.
type storedRow struct{ What, Long string }

// storedView is the note beside the form: what a comment that is sent with it leaves.
type storedView struct {
	Kept   []storedRow
	Calls  []callRow
	Traces []storedRow
	// Network says that it is kept where comments came from, and Agent by which browser.
	Network, Agent bool
}

// Asked is the host of another filter that is asked; empty for none.
func (f formView) Asked() string { return f.notice.Settings.Asked }

// Stored is the note in the language of a page.
func (f formView) Stored(say *locale.Printer) storedView {
	n := f.notice
	v := storedView{
		Network: n.Settings.Network > 0 || tells(n, privacy.IP), Agent: tells(n, privacy.Agent), Calls: callRows(say, n),
	}
	for _, k := range n.Kept {
		v.Kept = append(v.Kept, storedRow{say.T("kept." + k.Name), longOf(say, k.Span)})
	}
	for _, t := range n.Traces {
		v.Traces = append(v.Traces, storedRow{say.T("left." + t.Name), say.T("left." + t.Name + "_until")})
	}
	return v
}
