package account_test

import (
	"errors"
	"testing"

	"hamlet/internal/account"
)

func TestSetRole(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	mustAdd(t, s, "ada", account.Owner)
	mustAdd(t, s, "ben", account.Moderator)
	u, err := s.SetRole(t.Context(), account.Shell, "BEN", account.Author, "  Ben Reed ")
	if err != nil || u.Role != account.Author || u.Writes != "Ben Reed" {
		t.Fatalf("got %+v, %v", u, err)
	}
	if got, want := m.entries[len(m.entries)-1].Detail, "moderator → author, writes as Ben Reed"; got != want {
		t.Errorf("audit: got %q, want %q", got, want)
	}
	var invalid *account.InvalidError
	for name, try := range map[string]struct {
		role   account.Role
		writes string
		want   account.Fault
		field  string
	}{
		"an author of nothing":  {account.Author, " ", account.WritesMissing, account.FieldWrites},
		"a name nobody can see": {account.Moderator, "a\u200bb", account.WritesInvisible, account.FieldWrites},
		"no role":               {"king", "", account.RoleUnknown, account.FieldRole},
	} {
		if _, err := s.SetRole(t.Context(), account.Shell, "ben", try.role, try.writes); !errors.As(err, &invalid) || invalid.Fields[try.field].Fault != try.want {
			t.Errorf("%s: got %v, want %s", name, err, try.want)
		}
	}
	if _, err := s.SetRole(t.Context(), u.Actor(), "ben", account.Owner, ""); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("by ben: got %v, want ErrForbidden", err)
	}
	if _, err := s.SetRole(t.Context(), account.Shell, "cy", account.Owner, ""); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("of nobody: got %v, want ErrNotFound", err)
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	s, _ := open(t)
	mustAdd(t, s, "ada", account.Owner)
	if _, err := s.SetRole(t.Context(), account.Shell, "ada", account.Moderator, ""); !errors.Is(err, account.ErrLastOwner) {
		t.Errorf("got %v, want ErrLastOwner", err)
	}
	mustAdd(t, s, "ben", account.Owner)
	if _, err := s.SetRole(t.Context(), account.Shell, "ada", account.Moderator, ""); err != nil {
		t.Errorf("with another owner: %v", err)
	}
}
