package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// ProofOfWork is when browsers are asked for work before a comment.
type ProofOfWork string

// The times.
const (
	WorkNever       ProofOfWork = "off"
	WorkUnderAttack ProofOfWork = "attack" // while the attack switch is on
	WorkAlways      ProofOfWork = "always"
)

// ProofsOfWork lists them.
var ProofsOfWork = []ProofOfWork{WorkNever, WorkUnderAttack, WorkAlways}

// asks reports whether work is ever asked for.
func (w ProofOfWork) asks() bool { return w == WorkUnderAttack || w == WorkAlways }

// UsedWork remembers which answers were used.
type UsedWork interface {
	// Spend uses an answer of 16 bytes up, and reports whether it was fresh; it may be forgotten
	// after a time.
	Spend(ctx context.Context, answer []byte, until time.Time) (fresh bool, err error)
}

// WorkOptions are the work that browsers are asked for.
type WorkOptions struct {
	When ProofOfWork // empty: never
	Used UsedWork    // required, if work is asked for
}

// The work is to find 8 hexadecimal digits for a challenge, so that the SHA-256 of both
// begins with workBits zero bits: 131 072 tries on average, about a second on a phone and
// less elsewhere (static/work.js). It makes thousands of comments dear, and one nearly
// nothing. No comment is refused for want of it: it is held ([comment.HoldWork]).
//
// A challenge is the unpadded base64url of the second until which it is good, in four
// bytes, of 8 random bytes, and of 12 bytes of HMAC-SHA256 over these and the post.
// Nothing is kept of it until it is answered. A page that is the same for everybody
// cannot have one: the script asks for it.
const (
	workBits   = 17
	workLife   = 2 * time.Hour
	workRandom = 8
	workSigned = 4 + workRandom
	workMAC    = 12
	workSize   = (workSigned + workMAC) * 4 / 3 // in characters
	workDigits = 8
	workKept   = 16 // bytes of its SHA-256, of an answer that was used
)

// asksWork reports whether work is asked for now.
func (s *Server) asksWork() bool {
	switch s.Work.When {
	case WorkAlways:
		return true
	case WorkUnderAttack:
		return !s.Rules.Attack().Since.IsZero()
	default:
		return false
	}
}

// workJSON is the work that is asked for.
type workJSON struct {
	Asked     bool   `json:"asked"`
	Challenge string `json:"challenge,omitempty"`
	Bits      int    `json:"bits,omitempty"`
	Seconds   int    `json:"seconds,omitempty"`
}

// showWork answers GET apiWork. Each answer is another one, and nothing is kept.
func (s *Server) showWork(c echo.Context) error {
	p, err := s.askedPost(c, s.Site())
	if err != nil {
		return err
	}
	out := workJSON{Asked: s.asksWork()}
	if out.Asked {
		out.Challenge, out.Bits, out.Seconds = s.challenge(p.Slug), workBits, int(workLife.Seconds())
	}
	return c.JSON(http.StatusOK, out)
}

// challenge makes new work for a post.
func (s *Server) challenge(post string) string {
	until := uint32(s.Now().Add(workLife).Unix()) //nolint:gosec // until the year 2106
	signed := binary.BigEndian.AppendUint32(make([]byte, 0, workSigned+workMAC), until)
	signed = signed[:workSigned]
	_, _ = rand.Read(signed[4:]) // which never fails
	return base64.RawURLEncoding.EncodeToString(append(signed, s.workMAC(post, signed)...))
}

func (s *Server) workMAC(post string, signed []byte) []byte {
	return s.keyed("work", append([]byte(post+"\x00"), signed...))[:workMAC]
}

// workOf is how a comment's answer is used up; nil if no work is asked for.
func (s *Server) workOf(post, answer string) func(context.Context) (bool, error) {
	if !s.asksWork() {
		return nil
	}
	return func(ctx context.Context) (bool, error) {
		until, ok := s.answered(post, answer)
		if !ok {
			return false, nil
		}
		sum := sha256.Sum256([]byte(answer))
		fresh, err := s.Work.Used.Spend(ctx, sum[:workKept], until)
		if err != nil {
			return false, fmt.Errorf("check the work: %w", err)
		}
		return fresh, nil
	}
}

// answered reports whether somebody has worked for a comment on this post, and until when
// the answer is good.
func (s *Server) answered(post, answer string) (until time.Time, ok bool) {
	if len(answer) != workSize+workDigits || strings.ToLower(answer[workSize:]) != answer[workSize:] {
		return until, false
	}
	if _, err := hex.DecodeString(answer[workSize:]); err != nil {
		return until, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(answer[:workSize])
	if err != nil || len(raw) != workSigned+workMAC || !hmac.Equal(raw[workSigned:], s.workMAC(post, raw[:workSigned])) {
		return until, false
	}
	until = time.Unix(int64(binary.BigEndian.Uint32(raw)), 0)
	sum := sha256.Sum256([]byte(answer))
	return until, s.Now().Before(until) && bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:])) >= workBits
}
