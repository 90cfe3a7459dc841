package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
)

// TestEndedSessions asks at every route with a session that ended: one that was logged out, one
// from before a new password, one whose time is over. All lead to the login, and nothing of it
// changes a byte of the database.
func TestEndedSessions(t *testing.T) {
	t.Parallel()
	g := openGated(t)
	asked := 0
	for _, tt := range []struct {
		name string
		end  func(user string, c *http.Cookie)
	}{
		{"logged-out", func(_ string, c *http.Cookie) {
			r := gates()["POST /admin/logout"].request(t, "POST /admin/logout", g.own, "mine")
			r.AddCookie(c)
			g.Client().Do(r)
		}},
		{"other-password", func(user string, _ *http.Cookie) {
			if err := g.Accounts.SetPassword(t.Context(), account.Shell, user, "another long password"); err != nil {
				t.Fatal(err)
			}
		}},
		{"too-old", func(string, *http.Cookie) { g.Clock.Advance(400 * 24 * time.Hour) }},
	} {
		t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // they look at one database
			g.MustUser(tt.name, account.Owner)
			ck := cookieOf(t, login(g.Client(), tt.name))
			tt.end(tt.name, ck)
			want := g.kept(t)
			for route, gate := range gates() {
				if gate.needs == "" || route == "POST /admin/logout" {
					continue
				}
				r := gate.request(t, route, g.own, "mine")
				r.AddCookie(ck)
				got := g.Client().Do(r)
				asked++
				if to := got.Header.Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/admin/login?") {
					t.Errorf("%s: got %d to %q, want 303 to the login", route, got.Code, to)
				}
				if now := g.kept(t); now != want {
					t.Errorf("%s: the database changed", route)
					want = now
				}
			}
		})
	}
	t.Logf("asked %d times", asked)
}
