package web

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/webmention"
)

// sentPath is where moderators see what became of the webmentions that the blog sends.
const sentPath = "/admin/mentions"

// sentLength is how many a page shows.
const sentLength = 50

// sentPage is a page of the links that are told to their targets, the latest first.
type sentPage struct {
	adminFrame
	Tells  bool // the blog sends webmentions
	Lists  []tab
	Links  []sentLink
	Newest string // the first page; empty there
	Older  string // the next page; empty on the last
}

// sentLink is a link of a post, and how far it is with being told.
type sentLink struct {
	webmention.Outcome
	Title string // of the post; its slug, if it is gone
	URL   string // of the post; empty if it is gone
	What  string
	When  time.Time // on the blog's own clock
	Again time.Time // when it is told; zero: not again
}

// sentTexts say how far a link is.
var sentTexts = map[webmention.State]string{
	webmention.Waiting: "outgoing.waiting", webmention.Trying: "outgoing.trying", webmention.Taken: "outgoing.taken",
	webmention.Deaf: "outgoing.deaf", webmention.Failed: "outgoing.failed",
}

// sent answers GET /admin/mentions; an author sees the links of their own posts.
func (s *Server) sent(c echo.Context) error {
	q := webmention.Search{Amiss: c.QueryParam("list") == "amiss", Length: sentLength + 1} // one more tells whether there are older ones
	var ok bool
	if q.After, ok = webmention.ParseMark(c.QueryParam("after")); !ok {
		return errNotFound
	}
	q.Posts, q.All = actor(c).Scope()
	found, err := s.Outcomes.Outcomes(c.Request().Context(), q)
	if err != nil {
		return err
	}
	p := sentPage{Tells: s.SendsMentions}
	if len(found) > sentLength {
		found = found[:sentLength]
		p.Older = sentURL(q.Amiss, found[sentLength-1].Mark())
	}
	if q.After != (webmention.Mark{}) {
		p.Newest = sentURL(q.Amiss, webmention.Mark{})
	}
	if p.adminFrame, err = s.deskFrame(c, "outgoing.title"); err != nil {
		return err
	}
	p.Lists = []tab{
		{Name: p.T("outgoing.all"), URL: sentURL(false, webmention.Mark{}), Current: !q.Amiss},
		{Name: p.T("outgoing.amiss"), URL: sentURL(true, webmention.Mark{}), Current: q.Amiss},
	}
	for _, o := range found {
		p.Links = append(p.Links, s.sentLink(p.adminFrame, o))
	}
	return s.render(c, http.StatusOK, "admin_mentions", p)
}

// sentURL is a page of one of the lists.
func sentURL(amiss bool, after webmention.Mark) string {
	q := url.Values{}
	if amiss {
		q.Set("list", "amiss")
	}
	if at := after.String(); at != "" {
		q.Set("after", at)
	}
	if len(q) == 0 {
		return sentPath
	}
	return sentPath + "?" + q.Encode()
}

func (s *Server) sentLink(f adminFrame, o webmention.Outcome) sentLink {
	l := sentLink{Outcome: o, Title: o.Post, What: f.T(sentTexts[o.State]), When: o.At.In(f.zone)}
	if !o.Next.IsZero() {
		l.Again = o.Next.In(f.zone)
	}
	if p, ok := s.Site().Post(o.Post); ok {
		l.Title, l.URL = p.Title, p.URL
	}
	return l
}
