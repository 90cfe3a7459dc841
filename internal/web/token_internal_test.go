package web

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// tokensAt makes and checks tokens at a time.
func tokensAt(at time.Time) formTokens {
	return formTokens{[]byte(strings.Repeat("k", 32)), func() time.Time { return at }}
}

func TestFormToken(t *testing.T) {
	t.Parallel()
	made := time.Date(2026, 3, 1, 23, 59, 0, 0, time.UTC)
	token := tokensAt(made).of("boat")
	tests := []struct {
		name        string
		after       time.Duration
		post, token string
		want        spam.Token
	}{
		{"at once", 0, "boat", token, spam.TokenGood},
		{"the next day", 2 * time.Minute, "boat", token, spam.TokenGood},
		{"in another epoch", 20 * 24 * time.Hour, "boat", token, spam.TokenGood},
		{"after thirty days", 30 * 24 * time.Hour, "boat", token, spam.TokenGood},
		{"a day later", 31 * 24 * time.Hour, "boat", token, spam.TokenExpired},
		{"after years", 9 * 365 * 24 * time.Hour, "boat", token, spam.TokenExpired},
		{"of a server that is ahead", -24 * time.Hour, "boat", token, spam.TokenGood},
		{"of a day that is far off", -48 * time.Hour, "boat", token, spam.TokenWrong},
		{"of another post", 0, "boats", token, spam.TokenWrong},
		{"none", 0, "boat", "", spam.TokenMissing},
		{"no token", 0, "boat", "abc", spam.TokenWrong},
		{"no base64", 0, "boat", "äöü", spam.TokenWrong},
		{"too long", 0, "boat", token + "AAAA", spam.TokenWrong},
		{"with a line end in it", 0, "boat", token[:4] + "\n" + token[4:], spam.TokenWrong},
	}
	for _, tt := range tests {
		at := made.Add(tt.after)
		got, day := tokensAt(at).check(tt.post, tt.token)
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		want := "20513" // that of the token
		if got != spam.TokenGood {
			_, want = tokensAt(at).check("", "")
		}
		if day != want {
			t.Errorf("%s: got day %s, want %s", tt.name, day, want)
		}
	}
	other := formTokens{[]byte("another blog"), tokensAt(made).now}
	if got, _ := other.check("boat", token); got != spam.TokenWrong {
		t.Errorf("on another blog: got %q", got)
	}
}

// No byte of a token can be changed, and nothing that is made up is taken.
func TestFormTokenIsNotMadeUp(t *testing.T) {
	t.Parallel()
	f := tokensAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	good := f.of("boat")
	rapid.Check(t, func(t *rapid.T) {
		raw, _ := base64.RawURLEncoding.DecodeString(good)
		raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
		if got, _ := f.check("boat", base64.RawURLEncoding.EncodeToString(raw)); got == spam.TokenGood || got == spam.TokenExpired {
			t.Fatalf("%x is %s", raw, got)
		}
		if text := rapid.String().Draw(t, "text"); text != good {
			if got, _ := f.check("boat", text); got == spam.TokenGood {
				t.Fatalf("%q is good", text)
			}
		}
	})
}
