package comment

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// Purpose is what a private link is for. A link of one purpose opens nothing else.
type Purpose byte

// The purposes, with the two numbers that a link of each holds.
const (
	Own            Purpose = 1 // a comment's own page: the comment, its link number
	ConfirmAddress Purpose = 2 // "this address is mine": the comment, its link number
	StopReplies    Purpose = 3 // no mails about the replies to a comment: the comment, the person
	StopAll        Purpose = 4 // no mails at all: the person, 0
	EraseAll       Purpose = 5 // erase all of a person: the person, the day since 1970 it was asked for
	// Mailed is Own for links that only a mail to the author's address has: whoever
	// comes by it may read that address.
	Mailed Purpose = 6
)

// Links makes and opens private links: tokens that are signed with the blog's key, so
// that nothing has to be kept for them. A token names what it opens and is no secret of
// its own otherwise; whoever has it may use it. The zero Links makes none.
//
// A token is the unpadded base64url of
//
//	version, purpose   a byte each
//	id, n              unsigned varints
//	code               16 bytes: the start of the HMAC-SHA256 of all before
//
// in the one spelling that Token writes.
type Links struct{ key []byte }

// linkVersion is raised when tokens of before are not to be opened any more.
const linkVersion = 1

// codeSize is how much of the HMAC is in a token: nobody guesses 128 bits.
const codeSize = 16

// NewLinks makes Links of a key that is used for nothing else.
func NewLinks(key []byte) Links { return Links{key} }

// Token is the token of a purpose that holds id, above 0, and n, not below it.
func (l Links) Token(p Purpose, id, n int64) string {
	b := []byte{linkVersion, byte(p)}
	b = binary.AppendUvarint(b, uint64(id)) //nolint:gosec // never below 0
	b = binary.AppendUvarint(b, uint64(n))  //nolint:gosec // never below 0
	mac := hmac.New(sha256.New, l.key)
	_, _ = mac.Write(b) // a hash takes everything
	return base64.RawURLEncoding.EncodeToString(append(b, mac.Sum(nil)[:codeSize]...))
}

// Open gives back what a token of the purpose holds. Anything that Token did not make
// with the same key and purpose is [ErrNotFound], which does not repeat it.
func (l Links) Open(p Purpose, token string) (id, n int64, err error) {
	id, n, ok := heldIn(token)
	if !ok || len(l.key) == 0 || !hmac.Equal([]byte(token), []byte(l.Token(p, id, n))) {
		return 0, 0, fmt.Errorf("open a private link: %w", ErrNotFound)
	}
	return id, n, nil
}

// next is the link number that a form puts in the place of another: 52 bits that nobody
// else can foretell, and that come out the same each time.
func (l Links) next(id ID, link int64, form string) int64 {
	mac := hmac.New(sha256.New, l.key)
	_, _ = fmt.Fprintf(mac, "renew %d %d %s", id, link, form) // a hash takes everything
	return int64(binary.BigEndian.Uint64(mac.Sum(nil)) >> 12) // 52 bits fit
}

// heldIn reads the numbers in a token that may be anybody's work.
func heldIn(token string) (id, n int64, ok bool) {
	const longest = 2 + 2*binary.MaxVarintLen64 + codeSize
	if base64.RawURLEncoding.DecodedLen(len(token)) > longest {
		return 0, 0, false
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < 2+codeSize {
		return 0, 0, false
	}
	b = b[2 : len(b)-codeSize]
	first, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, 0, false
	}
	second, rest := binary.Uvarint(b[size:])
	if rest <= 0 {
		return 0, 0, false
	}
	id, n = int64(first), int64(second) //nolint:gosec // what does not fit is below 0
	return id, n, id > 0 && n >= 0
}

// MailedPath is the private link to a comment as a mail to its author's address has it.
func (s *Service) MailedPath(id ID, link int64) string {
	return "/comments/" + s.links.Token(Mailed, int64(id), link)
}

// OwnPath is the private link to a comment: the path of its own page, by its number
// and the link number it has now.
func (s *Service) OwnPath(id ID, link int64) string {
	return "/comments/" + s.links.Token(Own, int64(id), link)
}
