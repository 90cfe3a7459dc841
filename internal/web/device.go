package web

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

// The cookie of known browsers is set with every login, and sent to where one logs in and
// nowhere else. It lets nobody in: whoever has it is counted apart from strangers who try
// passwords for the same name, so that they cannot lock its owner out. It holds 16 random
// bytes and 16 bytes of HMAC-SHA256 over them and the name, in base64url.
const (
	deviceCookie     = "hamlet_device"
	deviceCookiePath = "/admin/login"
	deviceDays       = 365
	deviceIDSize     = 16
)

// device tells a browser that was logged in with a name before; empty for any other.
func (s *Server) device(c echo.Context, name string) string {
	ck, err := c.Cookie(deviceCookie)
	if err != nil {
		return ""
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(ck.Value)
	if err != nil || len(raw) != deviceIDSize+authorMACSize || !hmac.Equal(raw[deviceIDSize:], s.deviceMAC(raw[:deviceIDSize], name)) {
		return ""
	}
	return string(raw[:deviceIDSize])
}

func (s *Server) deviceMAC(id []byte, name string) []byte {
	return s.keyed("device cookie", append(id[:deviceIDSize:deviceIDSize], account.Fold(name)...))
}

// rememberDevice sets the cookie for whoever just logged in.
func (s *Server) rememberDevice(c echo.Context, u account.User) {
	id := make([]byte, deviceIDSize)
	rand.Read(id)             // never fails: see its documentation
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the blog is
		Name: deviceCookie, Value: base64.RawURLEncoding.EncodeToString(append(id, s.deviceMAC(id, u.Name)...)),
		Path: deviceCookiePath, MaxAge: deviceDays * 24 * 60 * 60, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// browsers and systems are what a browser calls itself, the first that fits: many name
// others too.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrom", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{
		{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
	}
)

// browserOf is the kind of a browser, roughly: "Firefox, Linux". Versions and models are
// nobody's business.
func browserOf(agent string) string {
	var parts []string
	for _, of := range [][][2]string{browsers, systems} {
		for _, known := range of {
			if strings.Contains(agent, known[0]) {
				parts = append(parts, known[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
