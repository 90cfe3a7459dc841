package comment_test

import (
	"encoding/base64"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"hamlet/internal/comment"
)

var purposes = []comment.Purpose{
	comment.Own, comment.ConfirmAddress, comment.StopReplies, comment.StopAll, comment.EraseAll, comment.Mailed,
}

func newLinks() comment.Links { return comment.NewLinks([]byte(strings.Repeat("k", 32))) }

// A token opens what it was made of, and nothing else: not for another purpose, not
// with another key, not with a bit changed, not cut or lengthened.
func TestLinks(t *testing.T) {
	t.Parallel()
	links, others := newLinks(), comment.NewLinks([]byte(strings.Repeat("o", 32)))
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		p := purposes[r.IntN(len(purposes))]
		id, n := 1+r.Int64N(1<<r.IntN(62)), r.Int64N(1<<r.IntN(62))
		token := links.Token(p, id, n)
		gotID, gotN, err := links.Open(p, token)
		if err != nil || gotID != id || gotN != n {
			t.Fatalf("Open(Token(%d, %d, %d)) = %d, %d, %v", p, id, n, gotID, gotN, err)
		}
		refuse(t, others, p, token)
		for _, other := range purposes {
			if other != p {
				refuse(t, links, other, token)
			}
		}
		for _, changed := range changes(token) {
			refuse(t, links, p, changed)
		}
	}
}

// changes are tokens that are nearly this one.
func changes(token string) []string {
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	out := []string{token + "A", token + "=", token + "\n", " " + token, token[1:], token[:len(token)-1], token + token, ""}
	for i := range raw {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			out = append(out, base64.RawURLEncoding.EncodeToString(raw))
			raw[i] ^= 1 << bit
		}
	}
	return out
}

func refuse(t *testing.T, links comment.Links, p comment.Purpose, token string) {
	t.Helper()
	id, n, err := links.Open(p, token)
	if !errors.Is(err, comment.ErrNotFound) || id != 0 || n != 0 {
		t.Errorf("Open(%d, %q) = %d, %d, %v; want 0, 0, ErrNotFound", p, token, id, n, err)
	}
	if err != nil && len(token) > 8 && strings.Contains(err.Error(), token) {
		t.Errorf("the error repeats the token: %v", err)
	}
}

func TestLinksOfExtremes(t *testing.T) {
	t.Parallel()
	links := newLinks()
	for _, test := range []struct {
		name  string
		id, n int64
		ok    bool
	}{
		{"the first", 1, 0, true},
		{"the greatest", math.MaxInt64, math.MaxInt64, true},
		{"no id", 0, 0, false},
		{"id below zero", -1, 0, false},
		{"number below zero", 1, -1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := links.Open(comment.Own, links.Token(comment.Own, test.id, test.n))
			if got := err == nil; got != test.ok {
				t.Errorf("opens: %v, want %v", got, test.ok)
			}
		})
	}
}

// Without a key nothing opens, not even what is made without one.
func TestLinksWithoutAKey(t *testing.T) {
	t.Parallel()
	var none comment.Links
	refuse(t, none, comment.Own, none.Token(comment.Own, 1, 0))
}

// Every token has one spelling: what opens is what Token writes.
func FuzzLinksOpen(f *testing.F) {
	links := newLinks()
	for _, p := range purposes {
		f.Add(byte(p), links.Token(p, 7, 3))
	}
	f.Add(byte(comment.Own), "AQE_____________________________________")
	f.Add(byte(comment.Own), "\x00")
	f.Fuzz(func(t *testing.T, purpose byte, token string) {
		p := comment.Purpose(purpose)
		id, n, err := links.Open(p, token)
		switch {
		case err == nil && links.Token(p, id, n) != token:
			t.Errorf("%q opens as %d, %d, which is written otherwise", token, id, n)
		case err != nil && !errors.Is(err, comment.ErrNotFound):
			t.Errorf("Open(%q): %v", token, err)
		}
	})
}
