package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// box hides e-mail addresses and what comments are remembered by. keys is the real one; a test takes it away to see
// the address lie open.
type box interface {
	// seal encrypts an address for the row with this uid.
	seal(uid []byte, address string) ([]byte, error)
	// index is what the address is looked up by.
	index(address string) []byte
	// trace is what a trace is looked up by.
	trace(hash uint64) int64
}

// keys is everything derived from the blog's secret.
//
// A sealed address is
//
//	1 byte    version of this layout and of its key: 1
//	12 bytes  random nonce
//	rest      AES-256-GCM of: 2 bytes length, the address, zeros up to a
//	          multiple of 256 bytes, so that the length tells nothing
//
// The version and the row's uid are authenticated with it: what was sealed for
// one comment does not open as another's.
//
// The index is the HMAC-SHA-256, under a key of its own, of the address
// trimmed and in lower case. Whoever has only the database can see that two
// comments came with the same address, but cannot try addresses.
type keys struct {
	aead       cipher.AEAD
	indexKey   []byte
	checkValue []byte
	traceKey   []byte
}

const (
	keySize     = 32
	sealVersion = 1
	sealBlock   = 256
	sealLength  = 2 // bytes that hold the length
)

var errNotSealed = errors.New("not an address sealed for this comment with this key")

func deriveKeys(secret []byte) (*keys, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("the key has %d bytes instead of %d", len(secret), keySize)
	}
	var derived [4][]byte
	for i, use := range []string{"e-mail sealing", "e-mail index", "key check", "traces"} {
		var err error
		if derived[i], err = hkdf.Key(sha256.New, secret, nil, "hamlet 1: "+use, keySize); err != nil {
			return nil, fmt.Errorf("derive key for %s: %w", use, err)
		}
	}
	block, err := aes.NewCipher(derived[0])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &keys{aead: aead, indexKey: derived[1], checkValue: derived[2], traceKey: derived[3]}, nil
}

// check is a value by which the key is recognised. It is derived one way, like
// the other keys, and gives none of them away.
func (k *keys) check() []byte { return mac(k.checkValue, "hamlet") }

func (k *keys) index(address string) []byte {
	return mac(k.indexKey, strings.ToLower(strings.TrimSpace(address)))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (k *keys) seal(uid []byte, address string) ([]byte, error) {
	if len(address) > 1<<16-1 {
		return nil, fmt.Errorf("seal address: %d bytes are too many", len(address))
	}
	plain := binary.BigEndian.AppendUint16(nil, uint16(len(address))) //nolint:gosec // checked above
	plain = append(plain, address...)
	if rest := len(plain) % sealBlock; rest != 0 {
		plain = append(plain, make([]byte, sealBlock-rest)...)
	}
	return k.aead.Seal([]byte{sealVersion}, nil, plain, sealedFor(uid)), nil //nolint:gosec // the nonce is made by the AEAD; this is the version before it
}

// unseal is the way back. Nothing in the program goes it yet; it stands here so
// that the layout is written down, and tested, in both directions.
func (k *keys) unseal(uid, sealed []byte) (string, error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return "", errNotSealed
	}
	plain, err := k.aead.Open(nil, nil, sealed[1:], sealedFor(uid))
	if err != nil || len(plain) < sealLength {
		return "", errNotSealed
	}
	n := int(binary.BigEndian.Uint16(plain))
	if n > len(plain)-sealLength {
		return "", errNotSealed
	}
	return string(plain[sealLength : sealLength+n]), nil
}

func sealedFor(uid []byte) []byte { return append([]byte{sealVersion}, uid...) }
