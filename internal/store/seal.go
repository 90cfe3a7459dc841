package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// box hides e-mail addresses, networks and what comments are remembered by. keys is
// the real one; a test takes it away to see the address lie open.
type box interface {
	// seal encrypts a text with a key of its owner's.
	seal(s secret, use byte, text string) ([]byte, error)
	// index is what an address is looked up by.
	index(address string) []byte
	// former is what earlier versions looked it up by.
	former(address string) [][]byte
	// trace is what a trace is looked up by.
	trace(hash uint64) int64
	// form is what a form is looked up by.
	form(key secret, hash []byte) []byte
	// reporter is what tells that two reports of a comment are by one person.
	reporter(key secret, who string, comment int64) []byte
	// ofUser is the key of a user's secrets.
	ofUser(handle []byte) secret
}

// keys is everything derived from the blog's secret.
//
// A sealed text is
//
//	1 byte    version of this layout and of its key: 2
//	12 bytes  random nonce
//	rest      AES-256-GCM of: 2 bytes length, the text, zeros up to a
//	          multiple of 256 bytes, so that the length tells nothing
//
// under the key of its owner, which is another for each person (see keyStore). The
// version, what the text is, and the name of the key are authenticated with it: a
// network does not open as an address, nor what is one person's as another's. Version
// 1, of before there were people, was sealed with one key for all; what was
// authenticated was the version and the uid of the comment.
//
// A wrapped key is 1 byte version, 1; 12 bytes random nonce; AES-256-GCM of the key,
// with version and name of the key authenticated.
//
// The index is the HMAC-SHA-256, under a key of its own, of the address trimmed, in
// lower case and composed, its domain as machines write it (see asOneAddress). It is in
// the key store, not in the database.
type keys struct {
	before     cipher.AEAD // of what was sealed in version 1
	wrapping   cipher.AEAD
	indexKey   []byte
	checkValue []byte
	traceMACs  *sync.Pool // of hash.Hash: there are some with every comment, and a new one costs more than its use
	chainSeal  chainSeal
	stepKey    []byte
}

const (
	keySize     = 32
	sealVersion = 2
	sealedOnce  = 1 // the version before
	wrapVersion = 1
	sealBlock   = 256
	sealLength  = 2 // bytes that hold the length
)

// What is sealed.
const (
	anAddress = 'a'
	aNetwork  = 'n'
	aTarget   = 't' // where notices go
	aSent     = 'q' // a comment as another filter is told of it
	aStep     = 's' // the secret of one-time codes
	aCheck    = 'c' // what a site asked about
	aCallback = 'b' // where it wants to be told of another word
)

var errNotSealed = errors.New("not sealed for this with this key")

func deriveKeys(master []byte) (*keys, error) {
	if len(master) != keySize {
		return nil, fmt.Errorf("the key has %d bytes instead of %d", len(master), keySize)
	}
	var derived [7][]byte
	uses := []string{"e-mail sealing", "e-mail index", "key check", "traces", "wrapping", "audit", "second steps"}
	for i, use := range uses {
		var err error
		if derived[i], err = hkdf.Key(sha256.New, master, nil, "hamlet 1: "+use, keySize); err != nil {
			return nil, fmt.Errorf("derive key for %s: %w", use, err)
		}
	}
	k := &keys{
		indexKey: derived[1], checkValue: derived[2], chainSeal: derived[5], stepKey: derived[6],
	}
	k.traceMACs = &sync.Pool{New: func() any { return hmac.New(sha256.New, derived[3]) }}
	var err error
	if k.before, err = aead(derived[0]); err != nil {
		return nil, err
	}
	k.wrapping, err = aead(derived[4])
	return k, err
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// check is a value by which the key is recognised. It is derived one way, like
// the other keys, and gives none of them away.
func (k *keys) check() []byte { return mac(k.checkValue, "hamlet") }

// checkStore is the same for the key store.
func (k *keys) checkStore() []byte { return mac(k.checkValue, "people.keys") }

func (k *keys) index(address string) []byte { return mac(k.indexKey, asOneAddress(address)) }

// former are the ways in which versions kept an address that took the two ways to write a
// domain for two: as it is typed now, and with the domain as people write it.
func (k *keys) former(address string) [][]byte {
	one, typed := asOneAddress(address), strings.ToLower(strings.TrimSpace(address))
	at := strings.LastIndexByte(one, '@') + 1
	host, err := idna.Lookup.ToUnicode(one[at:])
	if err != nil {
		host = one[at:]
	}
	var out [][]byte
	for _, way := range []string{typed, one[:at] + host} {
		if way != one {
			out = append(out, mac(k.indexKey, way))
		}
	}
	return out
}

// asOneAddress is an address as it is compared: without its case, and with the one of the
// two ways to write a domain that machines use, so that who is asked for by the other is found.
func asOneAddress(address string) string {
	address = norm.NFC.String(strings.ToLower(strings.TrimSpace(address)))
	at := strings.LastIndexByte(address, '@') + 1
	if host, err := idna.Lookup.ToASCII(address[at:]); err == nil {
		return address[:at] + host
	}
	return address
}

// formSize is how long a form key is kept.
const formSize = 16

func (*keys) form(key secret, hash []byte) []byte { return mac(key.key, string(hash))[:formSize] }

// reporterSize is how long what a reporter is known by is.
const reporterSize = 16

func (*keys) reporter(key secret, who string, comment int64) []byte {
	return mac(key.key, strconv.FormatInt(comment, 10)+" "+who)[:reporterSize]
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// ofUser is the key that a user's secret of one-time codes is sealed with, for the handle
// of that user.
func (k *keys) ofUser(handle []byte) secret { return secret{handle, k.stepKey} }

// uidSize is the length of the name of a key.
const uidSize = 16

// secret is the key of one person, or of one network.
type secret struct{ uid, key []byte }

// newSecret makes a key that there never was.
func newSecret() secret {
	s := secret{make([]byte, uidSize), make([]byte, keySize)}
	rand.Read(s.uid) // never fails: see its documentation
	rand.Read(s.key)
	return s
}

func (k *keys) wrap(s secret) []byte {
	return k.wrapping.Seal([]byte{wrapVersion}, nil, s.key, wrapped(s.uid)) //nolint:gosec // the nonce is made by the AEAD; this is the version before it
}

func (k *keys) unwrap(uid, kept []byte) (secret, error) {
	if len(kept) == 0 || kept[0] != wrapVersion {
		return secret{}, errNotSealed
	}
	key, err := k.wrapping.Open(nil, nil, kept[1:], wrapped(uid))
	if err != nil || len(key) != keySize {
		return secret{}, errNotSealed
	}
	return secret{uid, key}, nil
}

func wrapped(uid []byte) []byte { return append([]byte{wrapVersion}, uid...) }

func (*keys) seal(s secret, use byte, text string) ([]byte, error) {
	gcm, err := aead(s.key)
	if err != nil {
		return nil, err
	}
	plain, err := padded(text)
	if err != nil {
		return nil, err
	}
	return gcm.Seal([]byte{sealVersion}, nil, plain, sealedFor(s, use)), nil //nolint:gosec // the nonce is made by the AEAD; this is the version before it
}

// open is the way back from seal.
func (s secret) open(use byte, sealed []byte) (string, error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return "", errNotSealed
	}
	gcm, err := aead(s.key)
	if err != nil {
		return "", err
	}
	return opened(gcm, sealed[1:], sealedFor(s, use))
}

func sealedFor(s secret, use byte) []byte { return append([]byte{sealVersion, use}, s.uid...) }

// openBefore opens an address that was sealed before there were people.
func (k *keys) openBefore(uid, sealed []byte) (string, error) {
	if len(sealed) == 0 || sealed[0] != sealedOnce {
		return "", errNotSealed
	}
	return opened(k.before, sealed[1:], append([]byte{sealedOnce}, uid...))
}

func padded(text string) ([]byte, error) {
	if len(text) > 1<<16-1 {
		return nil, fmt.Errorf("seal: %d bytes are too many", len(text))
	}
	plain := binary.BigEndian.AppendUint16(nil, uint16(len(text))) //nolint:gosec // checked above
	plain = append(plain, text...)
	if rest := len(plain) % sealBlock; rest != 0 {
		plain = append(plain, make([]byte, sealBlock-rest)...)
	}
	return plain, nil
}

func opened(gcm cipher.AEAD, sealed, with []byte) (string, error) {
	plain, err := gcm.Open(nil, nil, sealed, with)
	if err != nil || len(plain) < sealLength {
		return "", errNotSealed
	}
	n := int(binary.BigEndian.Uint16(plain))
	if n > len(plain)-sealLength {
		return "", errNotSealed
	}
	return string(plain[sealLength : sealLength+n]), nil
}
