package store_test

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/store"
)

var (
	nextKey  = bytes.Repeat([]byte{7}, 32)
	otherKey = bytes.Repeat([]byte{8}, 32)
	rekeyed  = account.Entry{At: start, Actor: "shell", Action: "rotate key"}
)

// withKey is options with another key.
func withKey(o store.Options, key []byte) store.Options {
	o.Key = key
	return o
}

// filled makes a database with two people and a network of nobody, and closes it.
func filled(t *testing.T, e engine) store.Options {
	t.Helper()
	o := kept(t, e.url(t))
	o.KeepNetwork = 24 * time.Hour
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	id, err := db.Accounts().AddUser(t.Context(), user("ada"), true, entry)
	if err == nil {
		err = db.Accounts().SetOTP(t.Context(), id, "the secret of ada", 1, entry)
	}
	if err != nil {
		t.Fatal(err)
	}
	at := netip.MustParsePrefix("198.51.100.7/32")
	for i, email := range []string{"ada@example.org", "bo@example.org", ""} {
		c := a(comment.Approved)
		c.Proof, c.URL = comment.Proof{byte(i + 1)}, "https://ada.example.net/"
		if _, err := db.Comments().Add(t.Context(), c, comment.Given{Email: email, Network: at, FormKey: bytes.Repeat([]byte{byte(i + 1)}, 32)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// opensAll checks that everything opens with a key, and with no other.
func opensAll(t *testing.T, o store.Options, key []byte) {
	t.Helper()
	db := mustOpen(t, withKey(o, key))
	if got, err := db.Accounts().OTP(t.Context(), 1); got != "the secret of ada" || err != nil {
		t.Errorf("the secret of one-time codes: got %q, %v", got, err)
	}
	cs := db.Comments()
	for i, email := range []string{"ada@example.org", "bo@example.org"} {
		who, err := cs.Person(t.Context(), email)
		if err != nil || int(who) != i+1 {
			t.Errorf("%s is person %d, %v", email, who, err)
		}
		if got, err := cs.Address(t.Context(), who); got != email || err != nil {
			t.Errorf("the address of person %d is %q, %v", who, got, err)
		}
	}
	all, err := cs.Networks(t.Context(), []comment.ID{1, 2, 3})
	for id := range comment.ID(3) {
		if at := all[id+1]; at.String() != "198.51.100.0/24" || err != nil {
			t.Errorf("the network of comment %d is %s, %v", id+1, at, err)
		}
	}
	for _, wrong := range [][]byte{testKey, nextKey, otherKey} {
		if bytes.Equal(wrong, key) {
			continue
		}
		if _, err := store.Open(t.Context(), withKey(o, wrong)); !errors.Is(err, store.ErrWrongKey) {
			t.Errorf("with another key: %v", err)
		}
	}
}

// TestRekey cuts the change of a key off at each step, and has it done again.
func TestRekey(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// before is what was done when it was cut off.
		before func(t *testing.T, o store.Options)
	}{
		{"at once", func(*testing.T, store.Options) {}},
		{"after the key store", func(t *testing.T, o store.Options) {
			t.Helper()
			db, err := store.Open(t.Context(), o)
			if err == nil {
				err = errors.Join(store.RewrapOnly(t.Context(), db, nextKey), db.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(t.Context(), o); !errors.Is(err, store.ErrWrongKeys) {
				t.Errorf("half way, with the key of before: %v", err)
			}
			if _, err := store.Open(t.Context(), withKey(o, nextKey)); !errors.Is(err, store.ErrWrongKey) {
				t.Errorf("half way, with the next key: %v", err)
			}
		}},
		{"after all of it", func(t *testing.T, o store.Options) {
			t.Helper()
			if err := store.Rekey(t.Context(), o, nextKey, rekeyed); err != nil {
				t.Fatal(err)
			}
		}},
	}
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				o := filled(t, e)
				tt.before(t, o)
				if err := store.Rekey(t.Context(), o, nextKey, rekeyed); err != nil {
					t.Fatal(err)
				}
				opensAll(t, o, nextKey)
				db := mustOpen(t, withKey(o, nextKey))
				b := &bench{TB: t, DB: db}
				if n := b.count("comments WHERE proof IS NOT NULL OR form_key IS NOT NULL"); n != 0 {
					t.Errorf("%d comments have what the old key made", n)
				}
				if n := b.count("traces"); n == 0 {
					t.Error("nothing is remembered any more")
				}
				if es := b.audit(); len(es) != 3 || es[2] != rekeyed {
					t.Errorf("audit is %v", es)
				}
			})
		}
	})
}

// TestRekeyRefuses: a key that does not fit changes nothing.
func TestRekeyRefuses(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := filled(t, e)
		if err := store.Rekey(t.Context(), withKey(o, otherKey), nextKey, rekeyed); !errors.Is(err, store.ErrWrongKey) {
			t.Errorf("with a wrong key: %v", err)
		}
		stranger := withKey(kept(t, newFile(t)), otherKey)
		if err := mustOpen(t, stranger).Close(); err != nil {
			t.Fatal(err)
		}
		mixed := o
		mixed.Keys = stranger.Keys
		if err := store.Rekey(t.Context(), mixed, nextKey, rekeyed); !errors.Is(err, store.ErrWrongKeys) {
			t.Errorf("with the key store of another blog: %v", err)
		}
		opensAll(t, o, testKey)
	})
}

// TestAbandon: without the key comments stay, and people do not, also when it is cut off
// before the key store is deleted.
func TestAbandon(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := filled(t, e)
		before, err := os.ReadFile(o.Keys)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := store.Abandon(t.Context(), o, nextKey, rekeyed); err != nil {
				t.Fatal(err)
			}
			b := &bench{TB: t, DB: mustOpen(t, withKey(o, nextKey))}
			if people, networks := b.count("people"), b.count("networks"); people+networks > 0 {
				t.Errorf("there are %d people and %d networks", people, networks)
			}
			if c := b.get(1); c.Author != "Ada" || c.Body != "A fine post." || c.Person != 0 {
				t.Errorf("the comment is %+v", c)
			}
			if _, err := b.Comments().Person(t.Context(), "ada@example.org"); !errors.Is(err, comment.ErrNotFound) {
				t.Errorf("the address: %v", err)
			}
			if es := b.audit(); len(es) != 3 {
				t.Errorf("audit is %v", es)
			}
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(o.Keys, before, 0o600); err != nil { // as it was before
				t.Fatal(err)
			}
		}
	})
}
