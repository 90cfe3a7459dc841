package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// mailView is the page behind a link of a mail: what it does, and a button that does
// it. To look at it changes nothing, for programs that look for bad links in mails
// follow them.
type mailView struct {
	frame
	Heading string
	Text    string
	Post    *link  // the post that the comment is on; nil for none
	Send    string // the words of the button; empty if there is nothing to do
	Do      string // what the button says to the server
	// Remember is where to send the form instead of the page itself, which asks whether to
	// remember the browser too; empty: it does not.
	Remember string
}

// What the buttons say. A mail program that ends mails by itself (RFC 8058) says
// something else, and gets an answer instead of another page.
const (
	doConfirm = "confirm"
	doStop    = "stop"
	doResume  = "resume"
)

// showMail answers with such a page.
func (s *Server) showMail(c echo.Context, v mailView) error {
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, http.StatusOK, "mail", v)
}

// confirmPage asks whether an address is the reader's, or says that it is.
func (s *Server) confirmPage(c echo.Context) error {
	cm, confirmed, err := s.Comments.Confirming(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	v := mailView{frame: s.frame()}
	if post, ok := s.Site().Post(cm.Post); ok {
		v.Post = &link{post.URL, post.Title}
	}
	if confirmed {
		v.Heading, v.Text = v.T("mailing.confirmed"), v.T("mailing.confirmed_text")
	} else {
		v.Heading, v.Text, v.Send, v.Do = v.T("mailing.confirm"), v.T("mailing.confirm_text"), v.T("mailing.confirm_send"), doConfirm
		v.Remember = confirmHere + c.Param("token")
	}
	return s.showMail(c, v)
}

// confirm takes it that an address is the reader's.
func (s *Server) confirm(c echo.Context) error {
	if _, err := s.Comments.Confirm(c.Request().Context(), c.Param("token"), comment.Proof{}); err != nil {
		return err
	}
	return seeOther(c, c.Request().URL.Path)
}

// confirmHere does so by the form of the page. If that was ticked, it ties the cookie of
// known authors to the address, which is set for that. Other sites cannot send it: they could
// make a browser known for somebody else's.
func (s *Server) confirmHere(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	cookie, proof := s.rememberAs(c, c.Request().PostFormValue("remember") != "")
	if cookie == "" {
		proof = comment.Proof{}
	}
	if _, err := s.Comments.Confirm(c.Request().Context(), c.Param("token"), proof); err != nil {
		return err
	}
	if cookie != "" {
		s.setAuthorCookie(c, cookie, authorDays*24*60*60)
	}
	return seeOther(c, confirmPrefix+c.Param("token"))
}

// stopPage asks whether mails are to end, or says that they did.
func (s *Server) stopPage(c echo.Context) error {
	what, err := s.Comments.Stopping(c.Param("token"))
	if err != nil {
		return err
	}
	return s.showMail(c, s.stopView(what, c.QueryParam("done")))
}

func (s *Server) stopView(what comment.Stop, done string) mailView {
	v := mailView{frame: s.frame()}
	switch {
	case done == doStop && what.Comment != 0:
		v.Heading, v.Text = v.T("mailing.stopped"), v.T("mailing.stopped_replies")
	case done == doStop:
		v.Heading, v.Text = v.T("mailing.stopped"), v.T("mailing.stopped_all")
		v.Send, v.Do = v.T("mailing.resume_send"), doResume
	case done == doResume && what.Comment == 0:
		v.Heading, v.Text = v.T("mailing.resumed"), v.T("mailing.resumed_text")
	case what.Comment != 0:
		v.Heading, v.Text = v.T("mailing.stop_replies"), v.T("mailing.stop_replies_text")
		v.Send, v.Do = v.T("mailing.stop_send"), doStop
	default:
		v.Heading, v.Text = v.T("mailing.stop_all"), v.T("mailing.stop_all_text")
		v.Send, v.Do = v.T("mailing.stop_send"), doStop
	}
	return v
}

// stop ends mails, by the button or by one click in a mail program, which needs
// neither cookie nor origin: the link is what permits it.
func (s *Server) stop(c echo.Context) error {
	token, ctx := c.Param("token"), c.Request().Context()
	what, err := s.Comments.Stopping(token)
	if err != nil {
		return err
	}
	_ = parseForm(c) // what a mail program sends is nothing that is needed
	do := c.Request().PostFormValue("do")
	if do == doResume {
		err = s.Comments.Resume(ctx, token)
	} else {
		err = s.Comments.Stop(ctx, token)
	}
	switch {
	case err != nil:
		return err
	case do == "":
		return s.showMail(c, s.stopView(what, doStop))
	}
	return seeOther(c, c.Request().URL.Path+"?done="+do)
}
