package account_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
)

// TestMay is the whole table: each permission for the whole blog, on a post of one's own,
// and on another's.
func TestMay(t *testing.T) {
	t.Parallel()
	const whole, own, other = "the whole blog", "own", "other"
	all := map[string]bool{whole: true, own: true, other: true}
	owner := map[account.Permission]map[string]bool{}
	for _, p := range account.Permissions {
		owner[p] = all
	}
	tests := []struct {
		name  string
		actor account.Actor
		may   map[account.Permission]map[string]bool
	}{
		{"owner", account.Actor{Name: "ada", Role: account.Owner, Posts: []string{own}}, owner},
		{"the shell", account.Shell, owner},
		{"moderator", account.Actor{Name: "ben", Role: account.Moderator, Posts: []string{own}}, map[account.Permission]map[string]bool{
			account.UseDesk: all, account.ModerateComments: all, account.ManageRules: all, account.SeeAudit: all, account.SwitchAttack: all,
		}},
		{"author", account.Actor{Name: "cy", Role: account.Author, Posts: []string{"more", own}}, map[account.Permission]map[string]bool{
			account.UseDesk: all, account.ModerateComments: {own: true},
		}},
		{"author of nothing", account.Actor{Name: "cy", Role: account.Author}, map[account.Permission]map[string]bool{account.UseDesk: all}},
		{"nobody", account.Actor{}, nil},
		{"nobody with posts", account.Actor{Posts: []string{own}}, nil},
		{"an unknown role", account.Actor{Name: "cy", Role: "admin", Posts: []string{own}}, nil},
		{"a role in other case", account.Actor{Name: "di", Role: "Owner"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, p := range append([]account.Permission{"fly"}, account.Permissions...) {
				for on, err := range map[string]error{whole: tt.actor.May(p), own: tt.actor.MayOn(p, own), other: tt.actor.MayOn(p, other)} {
					if got, want := err == nil, tt.may[p][on]; got != want {
						t.Errorf("may %s on %s: got %v, want %v", p, on, got, want)
					}
					if err != nil && !errors.Is(err, account.ErrForbidden) {
						t.Errorf("may %s on %s: error is %v, want ErrForbidden", p, on, err)
					}
				}
			}
			posts, whole := tt.actor.Scope()
			if wantAll := tt.actor.May(account.ModerateComments) == nil; whole != wantAll {
				t.Errorf("scope is all: got %v, want %v", whole, wantAll)
			}
			if got, want := slices.Contains(posts, own), !whole && tt.may[account.ModerateComments][own]; got != want {
				t.Errorf("own post in scope %v: got %v, want %v", posts, got, want)
			}
		})
	}
}

func TestForbiddenNamesWhoAndWhat(t *testing.T) {
	t.Parallel()
	err := account.Actor{Name: "ben", Role: account.Moderator}.May(account.ManageUsers)
	if got, want := err.Error(), "ben (moderator) may not manage users: not permitted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEveryRoleIsInTheTable fails when a role is added and given no permission.
func TestEveryRoleIsInTheTable(t *testing.T) {
	t.Parallel()
	for _, r := range account.Roles {
		if err := (account.Actor{Name: "x", Role: r}).May(account.UseDesk); err != nil {
			t.Errorf("role %s: %v", r, err)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		kept     string // empty: refused
	}{
		{"plain", "ada", "ada"},
		{"with a blank and a sign", "Ada B. O'Hara", "Ada B. O'Hara"},
		{"right to left", "נועה", "נועה"},
		{"Thai, with marks", "สมชาย ดี", "สมชาย ดี"},
		{"emoji", "🦉", "🦉"},
		{"decomposed is composed", "Rene\u0301", "Ren\u00e9"},
		{"blanks around it go", " \tada \n", "ada"},
		{"fifty", strings.Repeat("é", 50), strings.Repeat("é", 50)},
		{"fifty after composing", strings.Repeat("e\u0301", 50), strings.Repeat("é", 50)},
		{"fifty-one", strings.Repeat("é", 51), ""},
		{"nothing", "", ""},
		{"only blanks", " \u00a0\u3000", ""},
		{"two lines", "ada\nben", ""},
		{"line separator", "ada\u2028ben", ""},
		{"tab inside", "ada\tben", ""},
		{"NUL", "ada\x00", ""},
		{"escape", "ada\x1b[31m", ""},
		{"turns direction", "ada\u202enimda", ""},
		{"isolate", "ada\u2066", ""},
		{"no width", "a\u200bda", ""},
		{"joiner", "a\u200dda", ""},
		{"byte order mark", "\ufeffada", ""},
		{"soft hyphen", "a\u00adda", ""},
		{"Hangul filler", "\u3164", ""},
		{"blank braille", "\u2800", ""},
		{"variation selector", "ada\ufe0f", ""},
		{"grapheme joiner", "ada\u034f", ""},
		{"other blank", "ada\u00a0ben", ""},
		{"a mark with nothing under it", "\u0301ada", ""},
		{"private use", "ada\ue000", ""},
		{"broken UTF-8", "ada\xff", ""},
		{"the shell's", "Shell", ""},
		{"the shell's, in wide letters", "\uff53hell", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			u, err := s.AddUser(t.Context(), account.Shell, account.NewUser{Name: tt.in, Role: account.Moderator, Password: "long enough words"})
			if tt.kept == "" {
				wantInvalid(t, err, account.FieldName)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := u.Name, tt.kept; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	same := []struct{ name, a, b string }{
		{"case", "Ada", "aDA"},
		{"blanks around it", " \tAda\u00a0", "ada"},
		{"composed and not", "Zo\u00eb", "ZOE\u0308"},
		{"wide letters", "\uff41da", "ada"},
		{"mathematical letters", "\U0001d41ada", "ada"},
		{"ligature", "\ufb01nn", "Finn"},
		{"sharp s", "stra\u00dfe", "STRASSE"},
		{"final sigma", "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3"},
	}
	for _, tt := range same {
		if a, b := account.Fold(tt.a), account.Fold(tt.b); a != b {
			t.Errorf("%s: got %q and %q, want one", tt.name, a, b)
		}
	}
	for _, other := range []string{"", "ad", "adah", "\u00e1da", "a da", "\u0430da"} {
		if account.Fold(other) == account.Fold("ada") {
			t.Errorf("%q: got the same as of ada, want another", other)
		}
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	const name = "Ada of Example"
	tests := []struct {
		name, in string
		ok       bool
	}{
		{"ten", "0192837465", true},
		{"nine", "012345678", false},
		{"nothing", "", false},
		{"ten in another script", "パスワードは長いほど", true},
		{"nine in another script", "パスワードは長いほ", false},
		{"nine after composing", strings.Repeat("e\u0301", 9), false},
		{"one character", "aaaaaaaaaa", false},
		{"blanks", "          ", false},
		{"four characters", "abcdabcdabcd", false},
		{"five characters", "abcdeabcde", true},
		{"digits in a row", "1234567890", false},
		{"letters in a row", "ABCDEFGHIJkl", false},
		{"letters out of a row", "abcdefghijlk", true},
		{"a thousand bytes", strings.Repeat("vwxyz", 200), true},
		{"a thousand and one", strings.Repeat("vwxyz", 200) + "x", false},
		{"too long in bytes only", strings.Repeat("é", 501), false},
		{"the name", name, false},
		{"the name in other case", "ADA OF EXAMPLE", false},
		{"blanks count", "a b c d e ", true},
		{"any byte", "0123456789\x00\xff", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t)
			_, err := s.AddUser(t.Context(), account.Shell, account.NewUser{Name: name, Role: account.Owner, Password: tt.in})
			if !tt.ok {
				wantInvalid(t, err, account.FieldPassword)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Authenticate(t.Context(), name, tt.in); err != nil {
				t.Errorf("log in with it: %v", err)
			}
		})
	}
}

// TestEverythingWrongIsSaidAtOnce keeps people from mending one field at a time.
func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	s, m := open(t)
	_, err := s.AddUser(t.Context(), account.Shell, account.NewUser{Role: "king", Password: "short"})
	wantInvalid(t, err, account.FieldName, account.FieldPassword, account.FieldRole)
	want := `name: Enter a name. password: Use at least 10 characters; a few unrelated words are good. ` +
		`role: There is no role "king"; allowed are owner, moderator and author.`
	if got := err.Error(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := len(m.users), 0; got != want {
		t.Errorf("users kept: got %d, want %d", got, want)
	}
}

// wantInvalid fails unless the error is about just these fields, each with a
// sentence.
func wantInvalid(t *testing.T, err error, fields ...string) {
	t.Helper()
	var invalid *account.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("got error %v, want an InvalidError", err)
	}
	if got, want := len(invalid.Fields), len(fields); got != want {
		t.Errorf("got fields %v, want %v", invalid.Fields, fields)
	}
	for _, f := range fields {
		if !strings.HasSuffix(invalid.Fields[f].String(), ".") {
			t.Errorf("field %s: message is %q, want a sentence", f, invalid.Fields[f])
		}
	}
}
