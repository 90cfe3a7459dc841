package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"time"

	"hamlet/internal/spam"
)

// formTokens makes and checks what a form below a post carries: a token of the post and
// the day, the same for everybody, so that pages with forms can be cached. It is no
// protection, and no comment is refused for it; what it tells goes to the filter
// ([spam.Form]).
//
// A token is the unpadded base64url of the day since 1970 in two bytes and 12 bytes of
// HMAC-SHA256 over day and post. Its key is that of its epoch of 32 days, which follows
// from the blog's key: servers of one blog know each other's tokens, before and after a
// restart.
type formTokens struct {
	key []byte
	now func() time.Time
}

const (
	tokenDays  = 30 // how old a token may be
	epochDays  = 32
	tokenSize  = 2 + 12
	dayOfToken = 24 * time.Hour
)

// today is the day since 1970.
func (f formTokens) today() uint16 {
	return uint16(f.now().Unix() / int64(dayOfToken/time.Second)) //nolint:gosec // until the year 2149
}

// midnight is when today's tokens are no longer the newest.
func (f formTokens) midnight() time.Time { return f.now().UTC().Truncate(dayOfToken).Add(dayOfToken) }

// of is the token of a post for today.
func (f formTokens) of(post string) string { return f.on(f.today(), post) }

// on is the token of a post for a day.
func (f formTokens) on(day uint16, post string) string {
	epoch := hmac.New(sha256.New, f.key)
	_, _ = epoch.Write(binary.BigEndian.AppendUint16([]byte("forms"), day/epochDays)) // a hash takes everything
	token := binary.BigEndian.AppendUint16(make([]byte, 0, tokenSize), day)
	mac := hmac.New(sha256.New, epoch.Sum(nil))
	_, _ = mac.Write(token)
	_, _ = mac.Write([]byte(post))
	return base64.RawURLEncoding.EncodeToString(append(token, mac.Sum(nil)[:tokenSize-2]...))
}

// check says what is to be thought of a token, and what may stand for the id of a form
// that has none: the day of the token, or if it is no good, today.
func (f formTokens) check(post, token string) (state spam.Token, day string) {
	today := f.today()
	day = strconv.Itoa(int(today))
	if token == "" {
		return spam.TokenMissing, day
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return spam.TokenWrong, day
	}
	made := binary.BigEndian.Uint16(raw)
	switch age := int(today) - int(made); {
	case age < -1 || !hmac.Equal([]byte(token), []byte(f.on(made, post))): // a clock may be ahead
		return spam.TokenWrong, day
	case age > tokenDays:
		return spam.TokenExpired, day
	}
	return spam.TokenGood, strconv.Itoa(int(made))
}

// date makes a page new each day.
func (f formTokens) date(src *source) {
	src.ends(f.midnight())
	src.stamp += "\x00" + strconv.Itoa(int(f.today()))
}
