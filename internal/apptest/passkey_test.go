package apptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestPasskeyInTheBrowser registers a passkey in the real page, in Chromium's virtual
// authenticator, and logs in with it: alone, as second step, and to prove who it is.
func TestPasskeyInTheBrowser(t *testing.T) {
	t.Parallel()
	b := serve(t, apptest.Options{Config: func(c *apptest.Config) { c.Addr = "localhost:0" }})
	if !strings.HasPrefix(b.URL, "http://localhost:") {
		t.Fatalf("the blog is at %s; browsers make passkeys for names only", b.URL)
	}
	b.MustUser("wanda", account.Owner)
	tb := openTab(t, b)
	stick := tb.authenticator()

	logIn(apptest.Password)(tb)
	tb.open("/admin/account/passkeys")
	tb.fill([2]string{"name", "blue stick"})
	tb.follow("Make a passkey")
	tb.shows("main", "The passkey is added")
	if got := eval[int](tb, `document.querySelectorAll(".codes li").length`); got != 10 {
		t.Errorf("got %d recovery codes, want 10", got)
	}
	tb.open("/admin/account")
	tb.shows("main", "blue stick")
	tb.shows("main", "never used")

	tb.loggedOut()
	tb.open("/admin/login?next=/admin/account")
	tb.follow("Log in with a passkey")
	tb.shows("main", "last used")

	tb.loggedOut()
	if got := logIn(apptest.Password)(tb); got != 200 {
		t.Errorf("the password alone: got %d, want 200 and a second step", got)
	}
	tb.follow("Use a passkey")
	tb.shows("h1", "Pending")

	b.Clock.Advance(time.Hour)
	tb.open("/admin/account/passkeys")
	tb.shows("h1", "Is it you?")
	tb.follow("Use a passkey")
	tb.shows("h1", "Add a passkey")

	// Whoever holds the stick and is not its user stays outside.
	call(tb, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: stick, IsUserVerified: false})
	tb.loggedOut()
	tb.open("/admin/login")
	eval[bool](tb, `[...document.querySelectorAll("form[data-passkey] button")][0].click() ?? true`)
	tb.soon(`document.querySelector("[data-failed]").hidden === false`)
	tb.shows("main", "That did not work, or was cancelled")
	if r := tb.open("/admin/account"); r != 200 || !strings.HasPrefix(tb.url(), "/admin/login") {
		t.Errorf("got in: %d at %s", r, tb.url())
	}
}

// authenticator gives the tab a device with a fingerprint reader.
func (tb *tab) authenticator() webauthn.AuthenticatorID {
	tb.t.Helper()
	call(tb, webauthn.Enable, webauthn.EnableParams{})
	return call(tb, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}).AuthenticatorID
}

// loggedOut forgets the cookies.
func (tb *tab) loggedOut() {
	tb.t.Helper()
	call(tb, network.ClearBrowserCookies, cdp.Empty{})
}
