package web

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/site"
	"hamlet/internal/spam"
)

// evidence is what a form tells beside what was typed, for the filter; no comment is
// refused for it.
func (s *Server) evidence(post string, in typed) spam.Form {
	token, _ := s.tokens.check(post, in.token)
	return spam.Form{Token: token, Trap: in.trap != "", Seconds: secondsIn(in.seconds), Touched: in.touched}
}

// sameForm is what the same form has in common when it is sent twice: its id, if it
// has one. A form from a page that is the same for everybody has none without the
// script; the day of its token stands in, with what tells one client from another,
// as a keyed hash. It must not be anything that others know: whoever sends a form
// again gets what the first one got.
func (s *Server) sameForm(c echo.Context, post string, in typed) (id string, own bool) {
	if isFormID(in.id) {
		return "id " + in.id, true
	}
	_, day := s.tokens.check(post, in.token)
	who := fmt.Sprintf("%q %q %q", clientKey(c.RealIP()), c.Request().UserAgent(), c.Request().Header.Get("Accept-Language"))
	return "day " + day + " " + base64.RawURLEncoding.EncodeToString(s.keyed("same form", []byte(who))), false
}

// addrOf is an address without its zone; the zero Addr of what is none.
func addrOf(ip string) netip.Addr {
	a, _ := netip.ParseAddr(ip)
	return a.Unmap().WithZone("")
}

// networkOf is the network of an address: an IPv4 /24 or an IPv6 /48; none of what is no
// address.
func networkOf(ip string) netip.Prefix {
	a := addrOf(ip)
	if !a.IsValid() {
		return netip.Prefix{}
	}
	bits := 48
	if a.Is4() {
		bits = 24
	}
	p, _ := a.Prefix(bits) // which every address has
	return p
}

// role is what a session proves about whoever comments: an author of the post, another
// of those who moderate, or nothing.
func (s *Server) role(c echo.Context, p *site.Post) (comment.Role, error) {
	ck, err := c.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return comment.Reader, nil //nolint:nilerr // no cookie
	}
	ctx, err := s.sessions.Load(c.Request().Context(), ck.Value)
	if err != nil {
		return comment.Reader, fmt.Errorf("load session: %w", err)
	}
	c.SetRequest(c.Request().WithContext(ctx))
	u, err := s.user(c)
	if errors.Is(err, account.ErrNotFound) {
		return comment.Reader, nil
	}
	if err != nil {
		return comment.Reader, err
	}
	return RoleUnder(u, p), nil
}

// RoleUnder is what a user is to readers under a post: its author, another of those who
// moderate, or nothing but a reader.
func RoleUnder(u account.User, p *site.Post) comment.Role {
	if writes(u, p.Post) {
		return comment.Author
	}
	if u.Actor().May(account.ModerateComments) != nil {
		return comment.Reader
	}
	for _, by := range p.By {
		if account.Fold(by.Name) == account.Fold(u.Name) {
			return comment.Author
		}
	}
	return comment.Moderator
}
