package account

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// Cost is how much work a password hash is. A hash names its own cost, so hashes
// of several costs can live together.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8 // threads
}

// DefaultCost is the second recommended option of RFC 9106, section 4, with
// fewer lanes, for machines with few cores.
var DefaultCost = Cost{Memory: 64 * 1024, Passes: 3, Lanes: 2}

// hashesAtOnce bounds the memory that logins can take.
const hashesAtOnce = 2

// hasher makes and checks password hashes, a few at a time.
type hasher struct {
	params argon2id.Params
	slots  chan struct{}
}

func newHasher(c Cost) *hasher {
	return &hasher{
		params: argon2id.Params{
			Memory: c.Memory, Iterations: c.Passes, Parallelism: c.Lanes,
			SaltLength: 16, KeyLength: 32,
		},
		slots: make(chan struct{}, hashesAtOnce),
	}
}

// turn waits until a hash may be made, or the context ends. The caller calls
// done when the hash is made.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait to hash a password: %w", err)
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}

// hash makes the hash of a cleaned password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	out, err := argon2id.CreateHash(password, &h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return out, nil
}

// matches tells whether a hash is of this cleaned password. An empty hash is
// nobody's: it costs the same work and matches nothing.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		_, err := h.hash(ctx, password)
		return false, err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check a password: %w", err)
	}
	return ok, nil
}

// weak reports whether a hash was made with less work than one made now.
func (h *hasher) weak(hash string) bool {
	p, _, _, err := argon2id.DecodeHash(hash)
	return err == nil && (p.Memory < h.params.Memory || p.Iterations < h.params.Iterations || p.KeyLength < h.params.KeyLength)
}
