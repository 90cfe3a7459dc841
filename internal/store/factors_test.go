package store_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/account"
)

// fine fails the test at an error.
func (b *bench) fine(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func aPasskey(user int64, credential string) account.Passkey {
	return account.Passkey{User: user, Name: "Phone", Credential: []byte(credential), Record: `{"id":"x"}`, CreatedAt: start}
}

func passkeys(b *bench) {
	keyed := user("Ada")
	keyed.PasswordHash = ""
	ada, ben := b.addUser(keyed), b.addUser(user("ben"))
	b.fine(b.Accounts().AddPasskey(b.Context(), aPasskey(ada, "one"), entry))
	b.fine(b.Accounts().AddPasskey(b.Context(), aPasskey(ada, "two"), entry))
	if err := b.Accounts().AddPasskey(b.Context(), aPasskey(ben, "one"), entry); !errors.Is(err, account.ErrConflict) {
		b.Errorf("the same credential again: got %v, want ErrConflict", err)
	}
	keys, err := b.Accounts().Passkeys(b.Context(), ada)
	if err != nil || len(keys) != 2 || string(keys[0].Credential) != "one" {
		b.Fatalf("got %+v, %v", keys, err)
	}
	used := keys[0]
	used.Record, used.UsedAt, used.DoubtedAt = `{"id":"y"}`, start.Add(time.Hour), start.Add(2*time.Hour)
	b.fine(b.Accounts().UsePasskey(b.Context(), used, account.Entry{}))
	keys, err = b.Accounts().Passkeys(b.Context(), ada)
	if diff := cmp.Diff(used, keys[0]); diff != "" || err != nil {
		b.Errorf("used: %v, -want +got\n%s", err, diff)
	}
	if err := b.Accounts().RemovePasskey(b.Context(), ben, used.ID, entry); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("another's passkey: got %v, want ErrNotFound", err)
	}
	if err := b.Accounts().RemovePasskey(b.Context(), ada, keys[1].ID, entry); !errors.Is(err, account.ErrLastWay) {
		b.Errorf("all but one that is not taken any more: got %v, want ErrLastWay", err)
	}
	b.fine(b.Accounts().RemovePasskey(b.Context(), ada, used.ID, entry))
	if err := b.Accounts().RemovePasskey(b.Context(), ada, keys[1].ID, entry); !errors.Is(err, account.ErrLastWay) {
		b.Errorf("the last: got %v, want ErrLastWay", err)
	}
	if keys, err = b.Accounts().Passkeys(b.Context(), ada); err != nil || len(keys) != 1 || string(keys[0].Credential) != "two" {
		b.Errorf("after removing one: %+v, %v", keys, err)
	}
	b.fine(b.Accounts().AddPasskey(b.Context(), aPasskey(ben, "three"), entry))
	if keys, err = b.Accounts().Passkeys(b.Context(), ben); err != nil {
		b.Fatal(err)
	}
	b.fine(b.Accounts().RemovePasskey(b.Context(), ben, keys[0].ID, entry)) // the password is left
}

func oneTimeCodes(b *bench) {
	const otp = "JBSWY3DPEHPK3PXP"
	u := user("Ada")
	u.Handle = sha256.Sum256([]byte("ada"))
	ada := b.addUser(u)
	if got, err := b.Accounts().OTP(b.Context(), ada); got != "" || err != nil {
		b.Errorf("before: got %q, %v", got, err)
	}
	b.fine(b.Accounts().SetOTP(b.Context(), ada, otp, 100, entry))
	if got, err := b.Accounts().OTP(b.Context(), ada); got != otp || err != nil {
		b.Errorf("got %q, %v, want %q", got, err, otp)
	}
	if b.count("one_time_codes WHERE length(sealed) > 256") != 1 {
		b.Error("the secret is not sealed as addresses are")
	}
	var fresh atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if ok, err := b.Accounts().UseStep(b.Context(), ada, 101); err != nil {
				b.Error(err)
			} else if ok {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	if fresh.Load() != 1 {
		b.Errorf("one code was taken %d times, want once", fresh.Load())
	}
	if ok, err := b.Accounts().UseStep(b.Context(), ada, 100); ok || err != nil {
		b.Errorf("a code of before: got %v, %v, want it refused", ok, err)
	}
	b.fine(b.Accounts().DropOTP(b.Context(), ada, entry))
	if err := b.Accounts().DropOTP(b.Context(), ada, entry); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("dropped twice: got %v, want ErrNotFound", err)
	}
}

func recoveryOnce(b *bench) {
	ada, ben := b.addUser(user("Ada")), b.addUser(user("ben"))
	one, two := sha256.Sum256([]byte("one")), sha256.Sum256([]byte("two"))
	b.fine(b.Accounts().SetRecovery(b.Context(), ada, [][32]byte{one, two}, entry))
	if used, err := b.Accounts().UseRecovery(b.Context(), ben, one, entry); used || err != nil {
		b.Errorf("another's code: got %v, %v", used, err)
	}
	for i, want := range []bool{true, false} {
		if used, err := b.Accounts().UseRecovery(b.Context(), ada, one, entry); used != want || err != nil {
			b.Errorf("use %d: got %v, %v, want %v", i+1, used, err, want)
		}
	}
	if n, err := b.Accounts().Recovery(b.Context(), ada); n != 1 || err != nil {
		b.Errorf("left: got %d, %v, want 1", n, err)
	}
	b.fine(b.Accounts().SetRecovery(b.Context(), ada, nil, entry))
	if used, err := b.Accounts().UseRecovery(b.Context(), ada, two, entry); used || err != nil {
		b.Errorf("one of before: got %v, %v", used, err)
	}
}

func invitationsOnce(b *bench) {
	hash, late := sha256.Sum256([]byte("secret")), sha256.Sum256([]byte("late"))
	inv := account.Invitation{Role: account.Author, Writes: "Ines Fern", By: "ada", CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	b.fine(b.Accounts().Invite(b.Context(), inv, hash, entry))
	got, err := b.Accounts().Invitation(b.Context(), hash, start)
	inv.ID = got.ID
	if diff := cmp.Diff(inv, got); diff != "" || err != nil {
		b.Errorf("invitation: %v, -want +got\n%s", err, diff)
	}
	if _, err := b.Accounts().Invitation(b.Context(), hash, start.Add(time.Hour)); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("expired: got %v, want ErrNotFound", err)
	}
	if _, err := b.Accounts().Accept(b.Context(), late, user("eve"), nil, entry); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("never invited: got %v, want ErrNotFound", err)
	}
	b.addUser(user("Ada"))
	if _, err := b.Accounts().Accept(b.Context(), hash, user("ada"), nil, entry); !errors.Is(err, account.ErrNameTaken) {
		b.Errorf("a taken name: got %v, want ErrNameTaken", err)
	}
	var made atomic.Int32
	var all sync.WaitGroup
	for i := range 6 {
		key := aPasskey(0, "key")
		all.Go(func() {
			id, err := b.Accounts().Accept(b.Context(), hash, user("ines"+strings.Repeat("x", i)), &key, entry)
			switch {
			case err == nil:
				made.Add(1)
				if keys, err := b.Accounts().Passkeys(b.Context(), id); err != nil || len(keys) != 1 {
					b.Errorf("passkeys of the new user: %v, %v", keys, err)
				}
			case !errors.Is(err, account.ErrNotFound):
				b.Error(err)
			}
		})
	}
	all.Wait()
	if users := b.count("users"); made.Load() != 1 || users != 2 {
		b.Errorf("accepted %d times, %d users, want once, 2", made.Load(), users)
	}
	b.fine(b.Accounts().Invite(b.Context(), inv, late, entry))
	open, err := b.Accounts().Invitations(b.Context(), start)
	if err != nil || len(open) != 1 {
		b.Fatalf("open: %v, %v", open, err)
	}
	b.fine(b.Accounts().Revoke(b.Context(), open[0].ID, entry))
	if err := b.Accounts().Revoke(b.Context(), open[0].ID, entry); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("revoked twice: got %v, want ErrNotFound", err)
	}
}

func sessionsListed(b *bench) {
	b.commit("t", "one", time.Hour)
	b.clock.pass(time.Minute)
	b.commit("u", "two", time.Hour)
	b.commit("gone", "three", time.Second)
	b.clock.pass(time.Second)
	all, err := b.Accounts().Sessions(b.Context(), 1)
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.ID
	}
	if err != nil || !slices.Equal(names, []string{"name of u", "name of t"}) || all[0].Browser != "Firefox, Linux" || !all[1].Began.Equal(start) {
		b.Errorf("got %+v, %v", all, err)
	}
	until := b.clock.now().Add(time.Hour)
	if ok, err := b.Sessions().MoveCtx(b.Context(), "t", "t2", []byte("more"), until); !ok || err != nil || b.found("t") != "no" || b.found("t2") != "more" {
		b.Errorf("moved: %v, %v, %s, %s", ok, err, b.found("t"), b.found("t2"))
	}
	if ok, err := b.Sessions().MoveCtx(b.Context(), "t", "t3", nil, until); ok || err != nil || b.found("t3") != "no" {
		b.Errorf("what was moved is moved again: %v, %v", ok, err)
	}
	before := b.count("audit")
	n, err := b.Accounts().EndSessions(b.Context(), 1, func(s account.Session) bool { return s.ID == "name of t" }, entry)
	if n != 1 || err != nil || b.found("t2") != "no" || b.found("u") != "two" {
		b.Errorf("ended %d, %v: %s, %s", n, err, b.found("t2"), b.found("u"))
	}
	if n, err := b.Accounts().EndSessions(b.Context(), 2, func(account.Session) bool { return true }, entry); n != 0 || err != nil || b.found("u") != "two" {
		b.Errorf("of another: ended %d, %v", n, err)
	}
	if got := b.count("audit"); got != before+1 {
		b.Errorf("%d lines of audit, want %d", got, before+1)
	}
}

func usersRemoved(b *bench) {
	ada := b.addUser(user("Ada"))
	b.fine(b.Accounts().AddPasskey(b.Context(), aPasskey(ada, "one"), entry))
	b.fine(b.Accounts().SetOTP(b.Context(), ada, "secret", 1, entry))
	b.fine(b.Accounts().SetRecovery(b.Context(), ada, [][32]byte{{1}}, entry))
	b.commit("t", "one", time.Hour)
	err := b.Accounts().RemoveUser(b.Context(), ada, func(account.User, int) (account.Entry, error) { return entry, account.ErrLastOwner })
	if !errors.Is(err, account.ErrLastOwner) || b.count("passkeys") != 1 || b.found("t") != "one" {
		b.Errorf("refused: %v", err)
	}
	b.fine(b.Accounts().RemoveUser(b.Context(), ada, func(account.User, int) (account.Entry, error) { return entry, nil }))
	for _, table := range []string{"users", "passkeys", "one_time_codes", "recovery_codes", "sessions"} {
		if n := b.count(table); n != 0 {
			b.Errorf("%s: %d rows are left", table, n)
		}
	}
}
