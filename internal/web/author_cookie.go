package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// The cookie of known authors is set for those who tick "Remember me" when they send a
// comment or confirm their address, and for nobody else. It shows that comments come from the same browser; it
// holds 16 random bytes, the day in two and 16 bytes of HMAC-SHA256, in base64url. What
// is kept with a comment is another keyed hash of the random bytes, so that nobody who
// reads the database can make the cookie.
//
// It is sent with requests below /posts alone, and looked at when a comment comes. No
// page depends on it. Of one that was ticked when an address was confirmed it is kept whose
// it is (comment.Service.Confirm).
const (
	authorCookie     = "hamlet_author"
	authorCookiePath = "/posts"
	authorDays       = 365
	authorIDSize     = 16
	authorMACSize    = 16
)

// keyed is the beginning of a keyed hash for one purpose.
func (s *Server) keyed(purpose string, text []byte) []byte {
	mac := hmac.New(sha256.New, s.FormKey)
	_, _ = mac.Write(append([]byte(purpose+"\x00"), text...)) // a hash takes everything
	return mac.Sum(nil)[:authorMACSize]
}

// remembered is what the cookie of a request proves; ok is false without one that this
// blog has set and that is not too old.
func (s *Server) remembered(c echo.Context) (id []byte, proof comment.Proof, ok bool) {
	ck, err := c.Cookie(authorCookie)
	if err != nil {
		return nil, proof, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(ck.Value)
	const signed = authorIDSize + 2
	if err != nil || len(raw) != signed+authorMACSize || !hmac.Equal(raw[signed:], s.keyed("author cookie", raw[:signed])) {
		return nil, proof, false
	}
	day := int(binary.BigEndian.Uint16(raw[authorIDSize:]))
	if age := int(s.tokens.today()) - day; age < -1 || age > authorDays {
		return nil, proof, false
	}
	id = raw[:authorIDSize]
	return id, comment.Proof(s.keyed("author proof", id)), true
}

// rememberAs is what a request proves. If that was ticked, the cookie makes the next one
// prove the same; else it is empty.
func (s *Server) rememberAs(c echo.Context, ticked bool) (cookie string, proof comment.Proof) {
	id, proof, ok := s.remembered(c)
	if !ticked {
		return "", proof
	}
	if !ok {
		id = make([]byte, authorIDSize)
		_, _ = rand.Read(id) // never fails
		proof = comment.Proof(s.keyed("author proof", id))
	}
	signed := binary.BigEndian.AppendUint16(slices.Clone(id), s.tokens.today())
	return base64.RawURLEncoding.EncodeToString(append(signed, s.keyed("author cookie", signed)...)), proof
}

func (s *Server) setAuthorCookie(c echo.Context, value string, maxAge int) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the blog is
		Name: authorCookie, Value: value, Path: authorCookiePath, MaxAge: maxAge,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// forget answers POST /comments/forget: the browser is to forget the cookie. Again does
// no harm, so there is no redirect.
func (s *Server) forget(c echo.Context) error {
	s.setAuthorCookie(c, "", -1)
	v := errorView{frame: s.frame(), Status: http.StatusOK}
	v.Heading, v.Text, v.NoIndex = v.T("form.forgotten"), v.T("form.forgotten_text"), true
	v.Title = v.Heading
	return s.render(c, http.StatusOK, "error", v)
}
