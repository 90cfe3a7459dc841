package apptest_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/store"
)

const password = "seven grey geese"

// accounts are the rules of account over a real database.
func accounts(t *testing.T, url string) *account.Service {
	t.Helper()
	noon := func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	db, err := store.Open(t.Context(), store.Options{
		URL: url, Key: make([]byte, 32), Log: slog.New(slog.DiscardHandler), Now: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return account.New(account.Options{
		Store: db.Accounts(), Now: noon, Cost: account.Cost{Memory: 8, Passes: 1, Lanes: 1},
	})
}

// TestFirstAccountIsOne lets two programs on one database be set up at once.
func TestFirstAccountIsOne(t *testing.T) {
	t.Parallel()
	url := filepath.Join(t.TempDir(), "hamlet.db")
	services := []*account.Service{accounts(t, url), accounts(t, url)}
	var tokens []string
	for _, s := range services {
		token, err := s.SetupToken(t.Context())
		if err != nil || token == "" {
			t.Fatalf("token: got %q, %v", token, err)
		}
		tokens = append(tokens, token)
	}
	var made atomic.Int32
	var wg sync.WaitGroup
	for i, name := range []string{"ada", "ben", "cy", "di"} {
		wg.Go(func() {
			_, err := services[i%2].Setup(t.Context(), tokens[i%2], name, password)
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, account.ErrSetupClosed):
				t.Errorf("%s: got %v, want ErrSetupClosed", name, err)
			}
		})
	}
	wg.Wait()
	users, err := services[0].Users(t.Context(), account.Shell)
	if err != nil {
		t.Fatal(err)
	}
	if len(users) != 1 || made.Load() != 1 || users[0].Role != account.Owner {
		t.Errorf("got %v and %d successes, want one owner", users, made.Load())
	}
	for _, s := range services {
		if token, err := s.SetupToken(t.Context()); token != "" || err != nil {
			t.Errorf("token: got %q, %v, want none", token, err)
		}
	}
}

func TestAccountsInADatabase(t *testing.T) {
	t.Parallel()
	s := accounts(t, filepath.Join(t.TempDir(), "hamlet.db"))
	ctx := t.Context()
	added, err := s.AddUser(ctx, account.Shell, account.NewUser{Name: "Élodie Straße", Role: account.Moderator, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []string{"élodie straße", "ÉLODIE STRASSE", "E\u0301lodie Straße"} {
		if _, err := s.AddUser(ctx, account.Shell, account.NewUser{Name: same, Role: account.Owner, Password: password}); !errors.Is(err, account.ErrNameTaken) {
			t.Errorf("add %q: got %v, want ErrNameTaken", same, err)
		}
		u, err := s.Authenticate(ctx, same, password)
		if err != nil || u != added {
			t.Errorf("log in as %q: got %v, %v, want %v", same, u, err, added)
		}
	}
	for _, other := range []string{"elodie straße", "", "a\x00b", "\xff", "' OR 1=1 --"} {
		if _, err := s.Authenticate(ctx, other, password); !errors.Is(err, account.ErrBadCredentials) {
			t.Errorf("log in as %q: got %v, want ErrBadCredentials", other, err)
		}
	}
	if err := s.SetPassword(ctx, account.Shell, "élodie straße", "eight white swans"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.User(ctx, added.ID, added.Epoch); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("session of the old password: got %v, want ErrNotFound", err)
	}
	u, err := s.Authenticate(ctx, added.Name, "eight white swans")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.User(ctx, u.ID, u.Epoch); err != nil || got != u {
		t.Errorf("session of the new password: got %v, %v", got, err)
	}
}
