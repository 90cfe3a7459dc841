package account_test

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/store"
)

// real is the rules over a real database, with a clock that is set by hand.
type real struct {
	*account.Service
	kept *store.Accounts
	now  time.Time
}

func openReal(t *testing.T) *real {
	t.Helper()
	r := &real{now: noon}
	now := func() time.Time { return r.now }
	db, err := store.Open(t.Context(), store.Options{
		URL: filepath.Join(t.TempDir(), "hamlet.db"), Key: make([]byte, 32), Log: slog.New(slog.DiscardHandler), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	r.kept = db.Accounts()
	r.Service = account.New(account.Options{
		Store: r.kept, Now: now, Cost: account.Cost{Memory: 8, Passes: 1, Lanes: 1},
		Site: func() (string, string) { return "Harbour: Notes", "https://blog.example.org" },
	})
	return r
}

// mustCodes turns one-time codes on with the secret of the RFC, and returns recovery codes.
func (r *real) mustCodes(t *testing.T, u account.User) []string {
	t.Helper()
	if err := r.kept.SetOTP(t.Context(), u.ID, secret, 0, account.Entry{At: r.now, Actor: u.Name, Action: "codes on", Target: "user " + u.Name}); err != nil {
		t.Fatal(err)
	}
	codes, err := r.RenewCodes(t.Context(), u.Actor(), u)
	if err != nil || len(codes) != 10 {
		t.Fatalf("recovery codes: got %v, %v", codes, err)
	}
	return codes
}

// prove says whether a code is taken.
func (r *real) prove(t *testing.T, u account.User, code string) bool {
	t.Helper()
	return r.Prove(t.Context(), u, account.Answer{Code: code}) == nil
}

// names are those of the accounts that are there.
func (r *real) names(t *testing.T) []string {
	t.Helper()
	users, err := r.Users(t.Context(), account.Shell)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, u := range users {
		out = append(out, u.Name)
	}
	slices.Sort(out)
	return out
}
