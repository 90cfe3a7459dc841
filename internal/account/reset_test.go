package account_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestReset: who lost the stick logs in with the password again, and nobody else who holds it.
func TestReset(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	k := newKey(t, b, "ada")
	log := func() *apptest.Response {
		return b.Client().Post("/admin/login", url.Values{"name": {"ada"}, "password": {apptest.Password}})
	}
	if r := log(); r.Code != http.StatusOK {
		t.Fatalf("before: got %d, want 200 and a second step", r.Code)
	}
	if _, err := b.Accounts.Reset(t.Context(), account.Actor{Name: "ada", Role: account.Moderator}, "ada"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("by a moderator: got %v, want ErrForbidden", err)
	}
	got, err := b.Accounts.Reset(t.Context(), account.Shell, "ADA")
	if want := (account.Taken{Passkeys: 1, Recovery: 10, Sessions: 1}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	wantOver(t, "the session", k.c, true)
	wantIn(t, "the passkey", k.logIn(t, apptest.Tweak{}), false)
	wantIn(t, "the password", log(), true)

	r := openReal(t)
	id, err := r.kept.AddUser(t.Context(), account.User{Name: "ines", Role: account.Moderator, CreatedAt: noon, Handle: [32]byte{1}}, false, account.Entry{Action: "user add"})
	if err != nil {
		t.Fatal(err)
	}
	codes := r.mustCodes(t, account.User{ID: id, Name: "ines"})
	if _, err := r.Reset(t.Context(), account.Shell, "ines"); !errors.Is(err, account.ErrLastWay) {
		t.Errorf("without a password: got %v, want ErrLastWay", err)
	}
	if err := r.SetPassword(t.Context(), account.Shell, "ines", password); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Reset(t.Context(), account.Shell, "ines"); err != nil || !got.Codes || got.Recovery != 10 {
		t.Errorf("with one: got %+v, %v", got, err)
	}
	if r.prove(t, account.User{ID: id, Name: "ines"}, codes[0]) {
		t.Error("a recovery code is taken that was taken away")
	}
}
