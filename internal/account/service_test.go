package account_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
)

const password = "seven grey geese"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))

// open makes a service whose hashes cost next to nothing.
func open(t *testing.T) (*account.Service, *memory) {
	t.Helper()
	m := &memory{}
	return account.New(account.Options{
		Store: m,
		Now:   func() time.Time { return noon },
		Cost:  account.Cost{Memory: 8, Passes: 1, Lanes: 1},
	}), m
}

func mustAdd(t *testing.T, s *account.Service, name string, r account.Role) account.User {
	t.Helper()
	u, err := s.AddUser(t.Context(), account.Shell, account.NewUser{Name: name, Role: r, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAddUser(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	u := mustAdd(t, s, "ada", account.Moderator)
	if got, want := u, m.users[0]; got != want {
		t.Errorf("returned %v, kept %v", got, want)
	}
	if got, want := u.CreatedAt, noon.UTC(); got != want {
		t.Errorf("created at: got %v, want %v", got, want)
	}
	if strings.Contains(u.PasswordHash, password) || !strings.HasPrefix(u.PasswordHash, "$argon2id$") {
		t.Errorf("hash is %q", u.PasswordHash)
	}
	wantEntries(t, m, account.Entry{At: noon.UTC(), Actor: "shell", Action: "user add", Target: "user ada", Detail: "moderator"})

	_, err := s.AddUser(t.Context(), u.Actor(), account.NewUser{Name: "ben", Role: account.Moderator, Password: password})
	if !errors.Is(err, account.ErrForbidden) {
		t.Errorf("added by another moderator: got %v, want ErrForbidden", err)
	}
	_, err = s.AddUser(t.Context(), account.Shell, account.NewUser{Name: "ADA", Role: account.Owner, Password: password})
	if !errors.Is(err, account.ErrNameTaken) {
		t.Errorf("same name: got %v, want ErrNameTaken", err)
	}
	if got, want := len(m.users), 1; got != want {
		t.Errorf("users: got %d, want %d", got, want)
	}
}

func TestDefaultCost(t *testing.T) {
	t.Parallel()
	s := account.New(account.Options{Store: &memory{}, Now: func() time.Time { return noon }})
	u := mustAdd(t, s, "ada", account.Owner)
	if got, want := u.PasswordHash, "$argon2id$v=19$m=65536,t=3,p=2$"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q…", got, want)
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	added, err := s.AddUser(t.Context(), account.Shell, account.NewUser{Name: "René", Role: account.Owner, Password: "crème brûlée à la carte"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, user, password string
		ok                   bool
	}{
		{"right", "René", "crème brûlée à la carte", true},
		{"name in other case", "RENÉ", "crème brûlée à la carte", true},
		{"typed on another keyboard", " Rene\u0301 ", "cre\u0300me bru\u0302le\u0301e a\u0300 la carte", true},
		{"password in other case", "René", "Crème brûlée à la carte", false},
		{"password and a blank", "René", "crème brûlée à la carte ", false},
		{"no password", "René", "", false},
		{"the hash as the password", "René", added.PasswordHash, false},
		{"unknown", "rene", "crème brûlée à la carte", false},
		{"no name", "", "crème brûlée à la carte", false},
		{"endless password", "René", strings.Repeat("x", 1<<16), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, err := s.Authenticate(t.Context(), tt.user, tt.password)
			if tt.ok && (err != nil || u != m.users[0]) {
				t.Errorf("got %v, %v", u, err)
			}
			if !tt.ok && (!errors.Is(err, account.ErrBadCredentials) || u != account.User{}) {
				t.Errorf("got %v, %v, want ErrBadCredentials", u, err)
			}
		})
	}
}

// TestUnknownNamesCostAHash checks without a clock that time tells nothing: a
// hash takes memory that nothing else in a login takes.
func TestUnknownNamesCostAHash(t *testing.T) { //nolint:paralleltest // it measures the whole program
	const kib = 8 * 1024
	s := account.New(account.Options{
		Store: &memory{}, Now: func() time.Time { return noon },
		Cost: account.Cost{Memory: kib, Passes: 1, Lanes: 1},
	})
	mustAdd(t, s, "ada", account.Owner)
	for _, name := range []string{"ada", "nobody", "", "a\x00da"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := s.Authenticate(t.Context(), name, "wrong password"); !errors.Is(err, account.ErrBadCredentials) {
			t.Fatalf("log in as %q: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got < kib*1024 {
			t.Errorf("log in as %q took %d bytes, want the %d of a hash", name, got, kib*1024)
		}
	}
}

// TestImpossibleNamesAreNotLookedFor: PostgreSQL answers a NUL with an error.
func TestImpossibleNamesAreNotLookedFor(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	for _, name := range []string{"a\x00b", "\xff", "", strings.Repeat("x", 10_000)} {
		if _, err := s.Authenticate(t.Context(), name, password); !errors.Is(err, account.ErrBadCredentials) {
			t.Errorf("log in as %.10q: got %v, want ErrBadCredentials", name, err)
		}
		if err := s.SetPassword(t.Context(), account.Shell, name, password); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("set password of %.10q: got %v, want ErrNotFound", name, err)
		}
	}
	if len(m.asked) > 0 {
		t.Errorf("looked for %q", m.asked)
	}
}

func TestSetPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	u := mustAdd(t, s, "ada", account.Moderator)
	if got, err := s.User(t.Context(), u.ID, u.Epoch); err != nil || got != u {
		t.Fatalf("before: got %v, %v", got, err)
	}
	const next = "eight white swans"
	if err := s.SetPassword(t.Context(), account.Shell, "ADA", next); err != nil {
		t.Fatal(err)
	}
	if _, err := s.User(t.Context(), u.ID, u.Epoch); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("old session: got %v, want ErrNotFound", err)
	}
	if _, err := s.Authenticate(t.Context(), "ada", password); !errors.Is(err, account.ErrBadCredentials) {
		t.Errorf("old password: got %v, want ErrBadCredentials", err)
	}
	if _, err := s.Authenticate(t.Context(), "ada", next); err != nil {
		t.Errorf("new password: %v", err)
	}
	wantEntries(t, m,
		account.Entry{At: noon.UTC(), Actor: "shell", Action: "user add", Target: "user ada", Detail: "moderator"},
		account.Entry{At: noon.UTC(), Actor: "shell", Action: "password set", Target: "user ada"})
}

func TestSetPasswordRefuses(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	u := mustAdd(t, s, "ada of example", account.Moderator)
	other := account.Actor{Name: "ben", Role: account.Moderator}
	if err := s.SetPassword(t.Context(), other, u.Name, "eight white swans"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("by a moderator: got %v, want ErrForbidden", err)
	}
	if err := s.SetPassword(t.Context(), account.Shell, "ben", "eight white swans"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("of nobody: got %v, want ErrNotFound", err)
	}
	wantInvalid(t, s.SetPassword(t.Context(), account.Shell, u.Name, "short"), account.FieldPassword)
	wantInvalid(t, s.SetPassword(t.Context(), account.Shell, u.Name, "Ada of Example"), account.FieldPassword)
	if got, want := m.users[0], u; got != want {
		t.Errorf("changed to %v", got)
	}
	if err := s.SetPassword(t.Context(), u.Actor(), u.Name, "eight white swans"); err != nil {
		t.Errorf("one's own: %v", err)
	}
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	u := mustAdd(t, s, "ada", account.Moderator)
	if _, err := s.Users(t.Context(), u.Actor()); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("by a moderator: got %v, want ErrForbidden", err)
	}
	got, err := s.Users(t.Context(), account.Shell)
	if err != nil || !slices.Equal(got, m.users) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := s.User(t.Context(), 99, 0); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("no such id: got %v, want ErrNotFound", err)
	}
}

// TestBrokenStore: what could not be checked is neither right nor wrong.
func TestBrokenStore(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	mustAdd(t, s, "ada", account.Owner)
	m.err = errors.New("disk is gone")
	ctx := t.Context()
	calls := map[string]func() error{
		"authenticate": func() error { _, err := s.Authenticate(ctx, "ada", password); return err },
		"add": func() error {
			_, err := s.AddUser(ctx, account.Shell, account.NewUser{Name: "ben", Role: account.Owner, Password: password})
			return err
		},
		"set password": func() error { return s.SetPassword(ctx, account.Shell, "ada", password) },
		"user":         func() error { _, err := s.User(ctx, 1, 0); return err },
		"users":        func() error { _, err := s.Users(ctx, account.Shell); return err },
		"setup token":  func() error { _, err := s.SetupToken(ctx); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, m.err) {
			t.Errorf("%s: got %v, want %v wrapped", name, err, m.err)
		}
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	mustAdd(t, s, "ada", account.Owner)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"ada", "nobody"} {
		if _, err := s.Authenticate(ctx, name, password); !errors.Is(err, context.Canceled) {
			t.Errorf("log in as %s: got %v, want Canceled", name, err)
		}
	}
}

// wantEntries compares the audit log.
func wantEntries(t *testing.T, m *memory, want ...account.Entry) {
	t.Helper()
	if !slices.Equal(m.entries, want) {
		t.Errorf("audit log:\n got %v\nwant %v", m.entries, want)
	}
}
