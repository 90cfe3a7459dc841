package account_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/account"
)

// TestInvitation: it makes one account, of the role it names, within seven days.
func TestInvitation(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada := mustAdd(t, r.Service, "ada", account.Owner)
	secret, inv, err := r.Invite(t.Context(), ada.Actor(), account.Author, " Ines Fern ")
	if err != nil || inv.Role != account.Author || inv.Writes != "Ines Fern" || inv.By != "ada" {
		t.Fatalf("got %+v, %v", inv, err)
	}
	if len(secret) < 26 { // 128 bits
		t.Errorf("the secret is short: %s", secret)
	}
	answer := account.Answer{Password: password}
	for _, wrong := range []struct {
		name, as string
		with     account.Answer
		field    string
	}{
		{"no name", "", answer, account.FieldName},
		{"the name of the shell", "Shell", answer, account.FieldName},
		{"a short password", "ines", account.Answer{Password: "short"}, account.FieldPassword},
		{"no password", "ines", account.Answer{}, account.FieldPassword},
	} {
		_, _, err := r.Accept(t.Context(), secret, wrong.as, wrong.with)
		wantInvalid(t, err, wrong.field)
	}
	if _, _, err := r.Accept(t.Context(), secret, "ADA", answer); !errors.Is(err, account.ErrNameTaken) {
		t.Errorf("a taken name: got %v, want ErrNameTaken", err)
	}
	if _, _, err := r.Accept(t.Context(), secret, "ines", account.Answer{Ceremony: "made up", Response: "{}"}); !errors.Is(err, account.ErrBadCredentials) {
		t.Errorf("a passkey nobody asked for: got %v, want ErrBadCredentials", err)
	}
	u, codes, err := r.Accept(t.Context(), secret, "ines", answer)
	if err != nil || u.Role != account.Author || u.Writes != "Ines Fern" || codes != nil {
		t.Fatalf("accepted: got %+v, %v, %v", u, codes, err)
	}
	if _, err := r.Authenticate(t.Context(), "ines", password); err != nil {
		t.Errorf("log in: %v", err)
	}
	if _, _, err := r.Accept(t.Context(), secret, "ben", answer); !errors.Is(err, account.ErrInvitation) {
		t.Errorf("accepted twice: got %v, want ErrInvitation", err)
	}
}

func TestInvitationEnds(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada, ben := mustAdd(t, r.Service, "ada", account.Owner), mustAdd(t, r.Service, "ben", account.Moderator)
	invite := func() (string, int64) {
		secret, _, err := r.Invite(t.Context(), ada.Actor(), account.Moderator, "")
		if err != nil {
			t.Fatal(err)
		}
		open, err := r.Invitations(t.Context(), ada.Actor())
		if err != nil || len(open) == 0 {
			t.Fatalf("got %v, %v", open, err)
		}
		return secret, open[0].ID
	}
	closed := func(what, secret string) {
		t.Helper()
		if _, err := r.Invited(t.Context(), secret); !errors.Is(err, account.ErrInvitation) {
			t.Errorf("%s: got %v, want ErrInvitation", what, err)
		}
		if _, err := r.InvitePasskey(t.Context(), secret, "ines"); !errors.Is(err, account.ErrInvitation) {
			t.Errorf("%s, with a passkey: got %v, want ErrInvitation", what, err)
		}
		if _, _, err := r.Accept(t.Context(), secret, "ines", account.Answer{Password: password}); !errors.Is(err, account.ErrInvitation) {
			t.Errorf("%s, accepted: got %v, want ErrInvitation", what, err)
		}
	}
	closed("none", "")
	secret, id := invite()
	for name, err := range map[string]error{
		"revoke": r.Revoke(t.Context(), ben.Actor(), id),
		"list":   func() error { _, err := r.Invitations(t.Context(), ben.Actor()); return err }(),
		"invite": func() error { _, _, err := r.Invite(t.Context(), ben.Actor(), account.Author, "x"); return err }(),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s, by a moderator: got %v, want ErrForbidden", name, err)
		}
	}
	if err := r.Revoke(t.Context(), ada.Actor(), id); err != nil {
		t.Fatal(err)
	}
	closed("revoked", secret)
	if err := r.Revoke(t.Context(), ada.Actor(), id); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("revoked twice: got %v, want ErrNotFound", err)
	}

	secret, _ = invite()
	r.now = r.now.Add(account.InvitationLasts - time.Millisecond)
	if _, err := r.Invited(t.Context(), secret); err != nil {
		t.Errorf("just in time: %v", err)
	}
	r.now = r.now.Add(time.Millisecond)
	closed("too late", secret)
	if open, err := r.Invitations(t.Context(), ada.Actor()); err != nil || len(open) != 0 {
		t.Errorf("listed: got %v, %v, want none", open, err)
	}
	for _, wrong := range []struct {
		role   account.Role
		writes string
		field  string
	}{{"admin", "", account.FieldRole}, {account.Author, " ", account.FieldWrites}, {account.Moderator, "a\nb", account.FieldWrites}} {
		_, _, err := r.Invite(t.Context(), ada.Actor(), wrong.role, wrong.writes)
		wantInvalid(t, err, wrong.field)
	}
}

// TestInvitationIsForOne lets eight accept the same at once.
func TestInvitationIsForOne(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	secret, _, err := r.Invite(t.Context(), account.Shell, account.Moderator, "")
	if err != nil {
		t.Fatal(err)
	}
	var made atomic.Int32
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		wg.Go(func() {
			_, _, err := r.Accept(t.Context(), secret, name, account.Answer{Password: password})
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, account.ErrInvitation):
				t.Errorf("%s: got %v, want ErrInvitation", name, err)
			}
		})
	}
	wg.Wait()
	if got := r.names(t); made.Load() != 1 || len(got) != 1 {
		t.Errorf("got %d accounts: %v, want one", made.Load(), got)
	}
}

// TestLastOwner: whatever is done, by whomever, a blog keeps an owner who can log in.
func TestLastOwner(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	mustAdd(t, r.Service, "ada", account.Owner)
	mustAdd(t, r.Service, "ben", account.Owner)
	mustAdd(t, r.Service, "cy", account.Moderator)
	steps := []struct {
		name string
		do   func(name string) error
	}{
		{"demote", func(name string) error {
			_, err := r.SetRole(t.Context(), account.Shell, name, account.Moderator, "")
			return err
		}},
		{"disable", func(name string) error { _, err := r.Disable(t.Context(), account.Shell, name); return err }},
		{"remove", func(name string) error { return r.Remove(t.Context(), account.Shell, name) }},
	}
	if _, err := r.Disable(t.Context(), account.Shell, "ben"); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if err := s.do("ada"); !errors.Is(err, account.ErrLastOwner) {
			t.Errorf("%s the last owner: got %v, want ErrLastOwner", s.name, err)
		}
	}
	// One who cannot log in is not the last.
	if _, err := r.SetRole(t.Context(), account.Shell, "ben", account.Moderator, ""); err != nil {
		t.Errorf("demote a disabled owner: %v", err)
	}
	if _, err := r.SetRole(t.Context(), account.Shell, "CY", account.Owner, ""); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if err := s.do("nobody"); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s nobody: got %v, want ErrNotFound", s.name, err)
		}
	}
	if err := r.Remove(t.Context(), account.Shell, "ada"); err != nil {
		t.Errorf("remove one of two owners: %v", err)
	}
	if _, err := r.Authenticate(t.Context(), "ada", password); !errors.Is(err, account.ErrBadCredentials) {
		t.Errorf("removed, and logs in: %v", err)
	}
	if got, want := r.names(t), []string{"ben", "cy"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestLastOwnerIsOne lets two owners demote each other at the same time.
func TestLastOwnerIsOne(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada, ben := mustAdd(t, r.Service, "ada", account.Owner), mustAdd(t, r.Service, "ben", account.Owner)
	var wg sync.WaitGroup
	var done atomic.Int32
	for _, pair := range [][2]account.User{{ada, ben}, {ben, ada}} {
		wg.Go(func() {
			if _, err := r.SetRole(t.Context(), pair[0].Actor(), pair[1].Name, account.Moderator, ""); err == nil {
				done.Add(1)
			} else if !errors.Is(err, account.ErrLastOwner) {
				t.Errorf("got %v, want ErrLastOwner", err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("%d of two were demoted, want 1", done.Load())
	}
}

// TestWhoMayManage: all that is done to others needs an owner.
func TestWhoMayManage(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada := mustAdd(t, r.Service, "ada", account.Owner)
	mustAdd(t, r.Service, "ben", account.Owner)
	for _, by := range []account.Actor{{}, {Name: "cy", Role: account.Moderator}, {Name: "di", Role: account.Author, Posts: []string{"x"}}, {Name: " "}} {
		for name, err := range map[string]error{
			"role":         func() error { _, err := r.SetRole(t.Context(), by, "ada", account.Moderator, ""); return err }(),
			"disable":      func() error { _, err := r.Disable(t.Context(), by, "ada"); return err }(),
			"enable":       func() error { _, err := r.Enable(t.Context(), by, "ada"); return err }(),
			"remove":       r.Remove(t.Context(), by, "ada"),
			"named":        func() error { _, err := r.Named(t.Context(), by, "ada"); return err }(),
			"find":         func() error { _, err := r.Find(t.Context(), by, ada.ID); return err }(),
			"password":     r.SetPassword(t.Context(), by, "ada", "eight white swans"),
			"sessions":     func() error { _, err := r.Sessions(t.Context(), by, ada); return err }(),
			"end sessions": func() error { _, err := r.EndSessions(t.Context(), by, ada, ""); return err }(),
			"end session":  r.EndSession(t.Context(), by, ada, "x"),
			"passkey":      r.RemovePasskey(t.Context(), by, ada, 1),
			"codes off":    r.DropOTP(t.Context(), by, ada),
			"recovery":     func() error { _, err := r.RenewCodes(t.Context(), by, ada); return err }(),
		} {
			if !errors.Is(err, account.ErrForbidden) {
				t.Errorf("%s by %q: got %v, want ErrForbidden", name, by.Name, err)
			}
		}
	}
	if u, err := r.Find(t.Context(), account.Shell, ada.ID); err != nil || u != ada {
		t.Errorf("changed to %v, %v", u, err)
	}
}
