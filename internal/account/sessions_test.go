package account_test

import (
	"errors"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestSessionsEndAtOnce: a session that is ended elsewhere is over with its next request, one
// by one or all but one, and only one's own.
func TestSessionsEndAtOnce(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	here := b.Login("ada", account.Owner)
	other := b.Login("ben", account.Owner)
	ada, err := b.Accounts.Named(t.Context(), account.Shell, "ada")
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(time.Second)
	there := b.Client()
	logInTo(t, there, "ada")
	b.Clock.Advance(time.Second)
	third := b.Client()
	logInTo(t, third, "ada")

	sessions, err := b.Accounts.Sessions(t.Context(), ada.Actor(), ada)
	if err != nil || len(sessions) != 3 || !sessions[0].Began.After(sessions[1].Began) {
		t.Fatalf("got %v, %v, want three, the newest first", sessions, err)
	}
	if err := b.Accounts.EndSession(t.Context(), ada.Actor(), ada, sessions[1].ID); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{sessions[1].ID: account.ErrNotFound, "": account.ErrNotFound, "made up": account.ErrNotFound} {
		if err := b.Accounts.EndSession(t.Context(), ada.Actor(), ada, name); !errors.Is(err, want) {
			t.Errorf("end %q: got %v, want %v", name, err, want)
		}
	}
	wantOver(t, "the second", there, true)
	wantOver(t, "the third", third, false)
	if n, err := b.Accounts.EndSessions(t.Context(), ada.Actor(), ada, sessions[2].ID); err != nil || n != 1 {
		t.Errorf("all but the first: got %d, %v, want 1", n, err)
	}
	wantOver(t, "the third", third, true)
	wantOver(t, "the first", here, false)
	if n, err := b.Accounts.EndSessions(t.Context(), account.Shell, ada, ""); err != nil || n != 1 {
		t.Errorf("all: got %d, %v, want 1", n, err)
	}
	wantOver(t, "the first", here, true)
	wantOver(t, "another's", other, false)
	if n, err := b.Accounts.EndSessions(t.Context(), account.Shell, ada, ""); err != nil || n != 0 {
		t.Errorf("none are left: got %d, %v", n, err)
	}
}

// TestSessionsOfWhoGoes: they end with the account, and when it is disabled, and its role
// counts from the next request on.
func TestSessionsOfWhoGoes(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	ben := b.Login("ben", account.Owner)
	if r := ben.Get("/admin/users"); r.Code != 200 {
		t.Errorf("as an owner: got %d", r.Code)
	}
	if _, err := b.Accounts.SetRole(t.Context(), account.Shell, "ben", account.Moderator, ""); err != nil {
		t.Fatal(err)
	}
	if r := ben.Get("/admin/users"); r.Code != 403 {
		t.Errorf("as a moderator: got %d, want 403", r.Code)
	}
	if _, err := b.Accounts.Disable(t.Context(), account.Shell, "ben"); err != nil {
		t.Fatal(err)
	}
	wantOver(t, "disabled", ben, true)
	if _, err := b.Accounts.Enable(t.Context(), account.Shell, "ben"); err != nil {
		t.Fatal(err)
	}
	wantOver(t, "enabled again", ben, true)
	logInTo(t, ben, "ben")
	if err := b.Accounts.Remove(t.Context(), account.Shell, "ben"); err != nil {
		t.Fatal(err)
	}
	wantOver(t, "removed", ben, true)
}

func logInTo(t *testing.T, c *apptest.Client, name string) {
	t.Helper()
	if r := c.Post("/admin/login", map[string][]string{"name": {name}, "password": {apptest.Password}}); r.Code != 303 {
		t.Fatalf("log in as %s: got %d", name, r.Code)
	}
}

// wantOver fails unless a browser's session is over, or goes on.
func wantOver(t *testing.T, what string, c *apptest.Client, over bool) {
	t.Helper()
	want := 200
	if over {
		want = 303
	}
	if r := c.Get("/admin/account"); r.Code != want {
		t.Errorf("%s: got %d, want %d", what, r.Code, want)
	}
}
