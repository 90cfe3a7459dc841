package account_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"hamlet/internal/account"
)

func openWith(t *testing.T, m account.Store, random io.Reader) *account.Service {
	t.Helper()
	return account.New(account.Options{
		Store: m, Now: func() time.Time { return noon }, Random: random,
		Cost: account.Cost{Memory: 8, Passes: 1, Lanes: 1},
	})
}

func mustToken(t *testing.T, s *account.Service) string {
	t.Helper()
	token, err := s.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSetup(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	ctx := t.Context()
	if err := s.CheckSetup(ctx, ""); !errors.Is(err, account.ErrSetupClosed) {
		t.Errorf("no token was made yet: got %v, want ErrSetupClosed", err)
	}
	token := mustToken(t, s)
	if got, want := len(token), 32; got != want {
		t.Errorf("token %q has %d characters, want %d", token, got, want)
	}
	if got, want := mustToken(t, s), token; got != want {
		t.Errorf("asked again: got %q, want %q", got, want)
	}
	for _, wrong := range []string{"", token[1:], token + "a", strings.ToUpper(token)} {
		if err := s.CheckSetup(ctx, wrong); !errors.Is(err, account.ErrSetupClosed) {
			t.Errorf("check %q: got %v, want ErrSetupClosed", wrong, err)
		}
		if _, err := s.Setup(ctx, wrong, "ada", password); !errors.Is(err, account.ErrSetupClosed) {
			t.Errorf("set up with %q: got %v, want ErrSetupClosed", wrong, err)
		}
	}
	_, err := s.Setup(ctx, token, "ada", "short")
	wantInvalid(t, err, account.FieldPassword)
	if err := s.CheckSetup(ctx, token); err != nil {
		t.Errorf("after a form filled in wrongly: %v", err)
	}
	u, err := s.Setup(ctx, token, "ada", password)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := u, m.users[0]; got != want || u.Role != account.Owner {
		t.Errorf("got %v, want %v, an owner", got, want)
	}
	wantEntries(t, m, account.Entry{At: noon.UTC(), Actor: "ada", Action: "setup", Target: "user ada", Detail: "owner"})
	wantClosed(t, s, token)
	m.users = nil // should they all be gone one day, an old link must not open
	wantClosed(t, s, token)
}

func TestSetupClosesWithTheFirstUser(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	token := mustToken(t, s)
	mustAdd(t, s, "ada", account.Moderator)
	wantClosed(t, s, token)
}

// TestSetupWorksOnce lets several people follow the link at the same moment.
func TestSetupWorksOnce(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	token := mustToken(t, s)
	var made atomic.Int32
	var wg sync.WaitGroup
	for _, name := range []string{"ada", "ben", "cy", "di"} {
		wg.Go(func() {
			_, err := s.Setup(t.Context(), token, name, password)
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, account.ErrSetupClosed):
				t.Errorf("%s: got %v, want ErrSetupClosed", name, err)
			}
		})
	}
	wg.Wait()
	if got, want := made.Load(), int32(1); got != want || len(m.users) != 1 {
		t.Errorf("accounts made: got %d (%v), want %d", got, m.users, want)
	}
}

// lagging says that there is no user yet, as it looks to somebody who asked
// just before another made the first account.
type lagging struct{ *memory }

func (lagging) Users(context.Context) ([]account.User, error) { return nil, nil }

// TestSetupIsDecidedInTheStore lets a second program open the same blog.
func TestSetupIsDecidedInTheStore(t *testing.T) {
	t.Parallel()
	store := lagging{&memory{}}
	for i, name := range []string{"ada", "ben"} {
		s := openWith(t, store, nil)
		_, err := s.Setup(t.Context(), mustToken(t, s), name, password)
		if got, want := errors.Is(err, account.ErrSetupClosed), i > 0; got != want {
			t.Errorf("%s: got %v, want ErrSetupClosed only for the second", name, err)
		}
	}
	if got, want := len(store.users), 1; got != want {
		t.Errorf("users: got %d, want %d", got, want)
	}
}

func TestSetupTokenIsRandom(t *testing.T) {
	t.Parallel()
	one, two := bytes.Repeat([]byte{0}, 20), bytes.Repeat([]byte{255}, 20)
	first := mustToken(t, openWith(t, &memory{}, bytes.NewReader(one)))
	if got, want := first, strings.Repeat("a", 32); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := mustToken(t, openWith(t, &memory{}, bytes.NewReader(two))), strings.Repeat("7", 32); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	a, _ := open(t)
	b, _ := open(t)
	if mustToken(t, a) == mustToken(t, b) {
		t.Error("two services have one token")
	}
}

func TestSetupTokenWithoutChance(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	s := openWith(t, &memory{}, iotest.ErrReader(broken))
	if token, err := s.SetupToken(t.Context()); !errors.Is(err, broken) || token != "" {
		t.Errorf("got %q, %v, want %v wrapped", token, err, broken)
	}
	if err := s.CheckSetup(t.Context(), ""); !errors.Is(err, account.ErrSetupClosed) {
		t.Errorf("check of nothing: got %v, want ErrSetupClosed", err)
	}
}

// wantClosed fails if the link still opens anything.
func wantClosed(t *testing.T, s *account.Service, token string) {
	t.Helper()
	if got := mustToken(t, s); got != "" {
		t.Errorf("token: got %q, want none", got)
	}
	for _, with := range []string{token, ""} {
		if err := s.CheckSetup(t.Context(), with); !errors.Is(err, account.ErrSetupClosed) {
			t.Errorf("check %q: got %v, want ErrSetupClosed", with, err)
		}
		if _, err := s.Setup(t.Context(), with, "eve", password); !errors.Is(err, account.ErrSetupClosed) {
			t.Errorf("set up with %q: got %v, want ErrSetupClosed", with, err)
		}
	}
}
