package apptest_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// accountPages are the pages about who may do what, and how they log in.
func accountPages(b *apptest.Blog, invitation string) []pageType {
	unfold := `window.touched = performance.now(); document.querySelectorAll("details").forEach(d => d.open = true)`
	return []pageType{
		{"way in", 200, "Pending", logIn(apptest.Password)},
		{"own account", 200, "Your account", at("/admin/account")},
		{"password that is too short", 422, "At least 10", sends("/admin/account", "", "Set password", [2]string{"password", "short"}, [2]string{"again", "short"})},
		{"new passkey", 200, "What to call it", at("/admin/account/passkeys")},
		{"passkey made", 200, "The passkey is added", sends("/admin/account/passkeys", "", "Make a passkey", [2]string{"name", "blue stick"})},
		{"own account with a passkey", 200, "blue stick", at("/admin/account")},
		{"one-time codes", 200, "Scan this", func(tb *tab) int {
			tb.t.Helper()
			tb.open("/admin/account")
			return tb.follow("Turn on")
		}},
		{"wrong first code", 422, "This code is not right", func(tb *tab) int {
			tb.t.Helper()
			tb.open("/admin/account")
			tb.follow("Turn on")
			tb.fill([2]string{"code", "000000"})
			return tb.follow("Turn one-time codes on")
		}},
		{"accounts", 200, "Invite", func(tb *tab) int {
			tb.t.Helper()
			got := tb.open("/admin/users")
			eval[chromedp.Void](tb, unfold)
			return got
		}},
		{"invited", 200, "/admin/invitation/", sends("/admin/users", `document.querySelector("#writes").value = "Ines Fern"`, "Make a link")},
		{"the last owner", 409, "last owner", func(tb *tab) int {
			tb.t.Helper()
			tb.open("/admin/users")
			eval[chromedp.Void](tb, unfold)
			return tb.click(`[formaction="/admin/users/1/disable"]`)
		}},
		{"proof", 403, "Is it you?", func(tb *tab) int {
			tb.t.Helper()
			b.Clock.Advance(time.Hour)
			return tb.open("/admin/account/passkeys")
		}},
		{"wrong proof", 422, "That is not right", func(tb *tab) int {
			tb.t.Helper()
			tb.open("/admin/account/passkeys")
			tb.fill([2]string{"proof_password", "not the password"})
			return tb.follow("Go on")
		}},
		{"second step", 200, "Second step", func(tb *tab) int {
			tb.t.Helper()
			tb.loggedOut()
			return logIn(apptest.Password)(tb)
		}},
		{"wrong second step", 422, "That is not right", func(tb *tab) int {
			tb.t.Helper()
			logIn(apptest.Password)(tb)
			tb.fill([2]string{"code", "000000"})
			return tb.follow("Log in")
		}},
		{"invitation", 200, "moderator", at("/admin/invitation/" + invitation)},
		{"invitation with mistakes", 422, "Enter a name", sends("/admin/invitation/"+invitation, `document.querySelectorAll("form").forEach(f => f.noValidate = true)`, "Make the account")},
		{"invitation that is used", 404, "does not work", at("/admin/invitation/used")},
	}
}

// TestAccountPages looks at them in light and dark, and on a phone.
func TestAccountPages(t *testing.T) {
	t.Parallel()
	needAxe(t)
	b := serve(t, apptest.Options{Config: func(c *apptest.Config) { c.Addr = "localhost:0" }})
	b.MustUser("wanda", account.Owner)
	b.MustUser("bo of the long name that is as long as one may be", account.Moderator)
	secret, _, err := b.Accounts.Invite(t.Context(), account.Shell, account.Moderator, "")
	if err != nil {
		t.Fatal(err)
	}
	tb := openTab(t, b)
	tb.authenticator()
	tb.lookAt(accountPages(b, secret))
}
