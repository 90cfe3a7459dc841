package account_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hamlet/internal/account"
)

// secret is the one of the vectors of RFC 6238, "12345678901234567890" in base32.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// TestCodesOfTheRFC: RFC 6238, appendix B, the rows of SHA-1. Its codes have eight digits,
// ours the last six of them.
func TestCodesOfTheRFC(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	u := mustAdd(t, r.Service, "ada", account.Owner)
	r.mustCodes(t, u)
	for _, tt := range []struct {
		at   int64
		code string
	}{
		{59, "94287082"},
		{1111111109, "07081804"},
		{1111111111, "14050471"},
		{1234567890, "89005924"},
		{2000000000, "69279037"},
		{20000000000, "65353130"},
	} {
		r.now = time.Unix(tt.at, 0)
		if r.prove(t, u, tt.code) {
			t.Errorf("at %d: eight digits were taken", tt.at)
		}
		if got := r.prove(t, u, tt.code[2:]); !got {
			t.Errorf("at %d: %s was not taken", tt.at, tt.code[2:])
		}
	}
}

// TestCodesInTime: the clock of a phone may be half a minute off, in both directions; a code
// is used once, and with it all before it.
func TestCodesInTime(t *testing.T) {
	t.Parallel()
	const at = 1_000_000_020 // two thirds through a step
	code := func(beside int) string {
		c, err := totp.GenerateCode(secret, time.Unix(at, 0).Add(time.Duration(beside)*30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	type try struct {
		step int
		want bool
	}
	for _, tt := range []struct {
		name  string
		tries []try
	}{
		{"two steps late", []try{{-2, false}}},
		{"a step late", []try{{-1, true}, {-1, false}}},
		{"now", []try{{0, true}, {0, false}}},
		{"a step early", []try{{1, true}, {1, false}}},
		{"two steps early", []try{{2, false}}},
		{"one after the other", []try{{-1, true}, {0, true}, {1, true}}},
		{"none of before", []try{{1, true}, {0, false}, {-1, false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := openReal(t)
			u := mustAdd(t, r.Service, "ada", account.Owner)
			r.mustCodes(t, u)
			r.now = time.Unix(at, 0)
			for _, one := range tt.tries {
				if got := r.prove(t, u, code(one.step)); got != one.want {
					t.Errorf("the code of %+d steps: got %v, want %v", one.step, got, one.want)
				}
			}
		})
	}
}

// TestTurningCodesOn: a secret counts when a code shows that an app has it, for its user, in
// time, and after few tries.
func TestTurningCodesOn(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada, ben := mustAdd(t, r.Service, "Ada: L", account.Owner), mustAdd(t, r.Service, "ben", account.Owner)
	start := func() (account.NewOTP, string) {
		made, err := r.StartOTP(ada)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(strings.ReplaceAll(made.Secret, " ", ""), r.now)
		if err != nil {
			t.Fatal(err)
		}
		return made, code
	}
	confirm := func(u account.User, ticket, code string) error {
		_, err := r.ConfirmOTP(t.Context(), u, ticket, code)
		return err
	}

	made, code := start()
	if len(strings.ReplaceAll(made.Secret, " ", "")) < 32 { // 160 bits: RFC 4226, 4, R6
		t.Errorf("the secret is short: %s", made.Secret)
	}
	link, err := url.Parse(made.URL)
	if err != nil || link.Scheme != "otpauth" || link.Host != "totp" || strings.Count(link.Path, ":") != 1 || link.Query().Get("issuer") != "Harbour Notes" {
		t.Errorf("the link: got %s, %v", made.URL, err)
	}
	if made.Code.Size < 29 || !strings.HasPrefix(made.Code.Path, "M") {
		t.Errorf("the picture: got %d, %.20s", made.Code.Size, made.Code.Path)
	}
	if err := confirm(ben, made.Ticket, code); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another's secret: got %v, want ErrNotFound", err)
	}
	if _, err := r.ShowOTP(ben, made.Ticket); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another's secret, shown: got %v, want ErrNotFound", err)
	}
	if again, err := r.ShowOTP(ada, made.Ticket); err != nil || again != made {
		t.Errorf("shown again: got %+v, %v, want %+v", again, err, made)
	}
	r.now = r.now.Add(15 * time.Minute)
	if err := confirm(ada, made.Ticket, code); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("too late: got %v, want ErrNotFound", err)
	}

	made, code = start()
	for range 10 {
		if err := confirm(ada, made.Ticket, "000"); !errors.Is(err, account.ErrBadCredentials) {
			t.Fatalf("a wrong code: got %v, want ErrBadCredentials", err)
		}
	}
	if err := confirm(ada, made.Ticket, code); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("after ten tries: got %v, want ErrNotFound", err)
	}

	made, code = start()
	if w, err := r.Ways(t.Context(), ada); err != nil || w.TwoSteps() {
		t.Errorf("before: got %+v, %v", w, err)
	}
	codes, err := r.ConfirmOTP(t.Context(), ada, made.Ticket, code[:3]+" "+code[3:])
	if err != nil || len(codes) != 10 {
		t.Fatalf("confirmed: got %v, %v", codes, err)
	}
	if err := confirm(ada, made.Ticket, code); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("confirmed twice: got %v, want ErrNotFound", err)
	}
	if r.prove(t, ada, code) {
		t.Error("the code that confirmed is taken once more")
	}
	if w, err := r.Ways(t.Context(), ada); err != nil || !w.OTP || !w.TwoSteps() || w.Recovery != 10 {
		t.Errorf("afterwards: got %+v, %v", w, err)
	}
	if err := r.DropOTP(t.Context(), account.Actor{Name: "ben", Role: account.Moderator}, ada); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("turned off by a moderator: got %v, want ErrForbidden", err)
	}
	if err := r.DropOTP(t.Context(), ada.Actor(), ada); err != nil {
		t.Fatal(err)
	}
	if w, err := r.Ways(t.Context(), ada); err != nil || w.TwoSteps() || w.Recovery != 0 {
		t.Errorf("turned off: got %+v, %v", w, err)
	}
	if err := r.DropOTP(t.Context(), ada.Actor(), ada); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("turned off twice: got %v, want ErrNotFound", err)
	}
}

// TestRecoveryCodes: 80 bits each, used once, typed anyhow, all worthless when new ones are
// made, and of nobody else.
func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	ada, ben := mustAdd(t, r.Service, "ada", account.Owner), mustAdd(t, r.Service, "ben", account.Owner)
	if _, err := r.RenewCodes(t.Context(), ada.Actor(), ada); !errors.Is(err, account.ErrConflict) {
		t.Errorf("without a second step: got %v, want ErrConflict", err)
	}
	codes := r.mustCodes(t, ada)
	if sorted := slices.Sorted(slices.Values(codes)); len(slices.Compact(sorted)) != 10 || len(codes[0]) != 19 {
		t.Errorf("got %v", codes)
	}
	for _, tt := range []struct {
		name, code string
		who        account.User
		want       bool
	}{
		{"another's", codes[0], ben, false},
		{"one's own", codes[0], ada, true},
		{"once more", codes[0], ada, false},
		{"in capitals, with blanks", " " + strings.ToUpper(strings.ReplaceAll(codes[1], "-", " ")), ada, true},
		{"in one go", strings.ReplaceAll(codes[2], "-", ""), ada, true},
		{"half of it", codes[3][:9], ada, false},
		{"two at once", codes[3] + codes[4], ada, false},
		{"nothing but marks", "---", ada, false},
	} {
		if got := r.prove(t, tt.who, tt.code); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if w, err := r.Ways(t.Context(), ada); err != nil || w.Recovery != 7 {
		t.Errorf("left: got %d, %v, want 7", w.Recovery, err)
	}
	if _, err := r.RenewCodes(t.Context(), account.Actor{Name: "ben", Role: account.Moderator}, ada); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("by a moderator: got %v, want ErrForbidden", err)
	}
	renewed, err := r.RenewCodes(t.Context(), ada.Actor(), ada)
	if err != nil || r.prove(t, ada, codes[5]) || !r.prove(t, ada, renewed[5]) {
		t.Errorf("made anew: got %v; an old one must not, a new one must be taken", err)
	}
}

// TestRecoveryWithoutAPassword: who has neither password nor passkey any more gets in by a
// code; who has a password needs that first.
func TestRecoveryWithoutAPassword(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	with := mustAdd(t, r.Service, "ada", account.Owner)
	id, err := r.kept.AddUser(t.Context(), account.User{Name: "ines", Role: account.Moderator, CreatedAt: noon, Handle: [32]byte{1}}, false, account.Entry{Action: "user add"})
	if err != nil {
		t.Fatal(err)
	}
	without := account.User{ID: id, Name: "ines", Role: account.Moderator}
	codes, hers := r.mustCodes(t, with), r.mustCodes(t, without)
	for _, tt := range []struct {
		name, user, password string
		want                 bool
	}{
		{"her code", "INES", hers[0], true},
		{"once more", "ines", hers[0], false},
		{"typed anyhow", "ines", strings.ToUpper(strings.ReplaceAll(hers[1], "-", " ")), true},
		{"another's code", "ines", codes[0], false},
		{"no password", "ines", "", false},
		{"a code where there is a password", "ada", codes[0], false},
		{"a code of nobody", "nobody", codes[0], false},
	} {
		u, ticket, err := r.Login(t.Context(), tt.user, tt.password)
		if got := err == nil; got != tt.want || ticket != "" || (got && u.ID != id) {
			t.Errorf("%s: got %v, %q, %v, want in: %v", tt.name, u, ticket, err, tt.want)
		}
	}
	if !r.prove(t, with, codes[0]) {
		t.Error("a code was used up that let nobody in")
	}
	if _, err := r.Disable(t.Context(), account.Shell, "ines"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Login(t.Context(), "ines", hers[2]); !errors.Is(err, account.ErrBadCredentials) {
		t.Errorf("disabled: got %v, want ErrBadCredentials", err)
	}
}

// TestSecondStep: a ticket is worth a few tries, some minutes, and nothing after a new
// password.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	r := openReal(t)
	u := mustAdd(t, r.Service, "ada", account.Owner)
	if _, ticket, err := r.Login(t.Context(), "ada", password); ticket != "" || err != nil {
		t.Errorf("one step: got %q, %v", ticket, err)
	}
	codes := r.mustCodes(t, u)
	first := func() string {
		t.Helper()
		_, ticket, err := r.Login(t.Context(), "ada", password)
		if err != nil || ticket == "" {
			t.Fatalf("the first step: got %q, %v", ticket, err)
		}
		return ticket
	}
	second := func(ticket string, a account.Answer) error {
		_, err := r.SecondStep(t.Context(), ticket, a)
		return err
	}
	ticket := first()
	if err := second(ticket, account.Answer{Password: password}); !errors.Is(err, account.ErrBadCredentials) {
		t.Errorf("the password twice: got %v, want ErrBadCredentials", err)
	}
	for range 4 {
		if err := second(ticket, account.Answer{Code: "1"}); !errors.Is(err, account.ErrBadCredentials) {
			t.Errorf("a wrong code: got %v, want ErrBadCredentials", err)
		}
	}
	if err := second(ticket, account.Answer{Code: codes[0]}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("the sixth try: got %v, want ErrNotFound", err)
	}
	ticket = first()
	r.now = r.now.Add(10 * time.Minute)
	if err := second(ticket, account.Answer{Code: codes[0]}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("too late: got %v, want ErrNotFound", err)
	}
	ticket = first()
	if err := second(ticket, account.Answer{Code: codes[0]}); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := second(ticket, account.Answer{Code: codes[1]}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("the ticket once more: got %v, want ErrNotFound", err)
	}
	ticket = first()
	if err := r.SetPassword(t.Context(), account.Shell, "ada", "eight white swans"); err != nil {
		t.Fatal(err)
	}
	if err := second(ticket, account.Answer{Code: codes[1]}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("after a new password: got %v, want ErrNotFound", err)
	}
}
