package away

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"hamlet/internal/comment"
)

// Links makes and opens links that act for a user without a session. A token is the
// unpadded base64url of
//
//	version, purpose   a byte each
//	five numbers       unsigned varints
//	code               16 bytes: the start of the HMAC-SHA-256 of all before
//
// in the one spelling that it is written in.
type Links struct{ key []byte }

// NewLinks makes Links of a key that is used for nothing else.
func NewLinks(key []byte) Links { return Links{key} }

// linkLasts is how long a link of a mail works.
const linkLasts = 7 * 24 * time.Hour

const (
	linkVersion = 1
	linkNumbers = 5
	codeSize    = 16
	feedPurpose = 100
)

// linkActions are the purposes of links that act.
var linkActions = map[byte]comment.Action{1: comment.Approve, 2: comment.MarkSpam, 3: comment.ToTrash}

// Act is what a link of a mail does.
type Act struct {
	Action   comment.Action
	Comment  comment.ID
	Revision int64
	User     int64
	Epoch    int64 // of the user
	Until    time.Time
}

// Act makes the token of an act; empty if no link does it.
func (l Links) Act(a Act) string {
	for purpose, action := range linkActions {
		if action == a.Action {
			return l.token(purpose, [linkNumbers]int64{int64(a.Comment), a.Revision, a.User, a.Epoch, a.Until.Unix()})
		}
	}
	return ""
}

// OpenAct gives back the act of a token that works at a time, else [ErrLink].
func (l Links) OpenAct(token string, now time.Time) (Act, error) {
	purpose, n, ok := l.open(token)
	action, acts := linkActions[purpose]
	if !ok || !acts || n[4] <= now.Unix() {
		return Act{}, ErrLink
	}
	return Act{Action: action, Comment: comment.ID(n[0]), Revision: n[1], User: n[2], Epoch: n[3], Until: time.Unix(n[4], 0)}, nil
}

// feed makes the token of a user's feed.
func (l Links) feed(user, epoch, number int64) string {
	return l.token(feedPurpose, [linkNumbers]int64{user, epoch, number})
}

// openFeed is the way back.
func (l Links) openFeed(token string) (user, epoch, number int64, err error) {
	purpose, n, ok := l.open(token)
	if !ok || purpose != feedPurpose {
		return 0, 0, 0, ErrLink
	}
	return n[0], n[1], n[2], nil
}

func (l Links) token(purpose byte, numbers [linkNumbers]int64) string {
	b := []byte{linkVersion, purpose}
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n)) //nolint:gosec // the same 64 bits
	}
	mac := hmac.New(sha256.New, l.key)
	_, _ = mac.Write(b) // a hash takes everything
	return base64.RawURLEncoding.EncodeToString(append(b, mac.Sum(nil)[:codeSize]...))
}

// open reads a token that may be anybody's work.
func (l Links) open(token string) (purpose byte, numbers [linkNumbers]int64, ok bool) {
	const longest = 2 + linkNumbers*binary.MaxVarintLen64 + codeSize
	if len(l.key) == 0 || base64.RawURLEncoding.DecodedLen(len(token)) > longest {
		return 0, numbers, false
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < 2+codeSize {
		return 0, numbers, false
	}
	rest := b[2 : len(b)-codeSize]
	for i := range numbers {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			return 0, numbers, false
		}
		numbers[i], rest = int64(n), rest[size:] //nolint:gosec // the same 64 bits
	}
	return b[1], numbers, hmac.Equal([]byte(token), []byte(l.token(b[1], numbers)))
}
