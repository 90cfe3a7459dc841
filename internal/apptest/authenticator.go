package apptest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Passkey is a key as it lies in an authenticator: ES256, without attestation, found by
// whoever asks for its RP ID (Web Authentication, Level 3).
type Passkey struct {
	ID     []byte
	Handle []byte // of the user it was made for
	RPID   string
	Count  uint32 // of its uses

	key *ecdsa.PrivateKey
}

// Tweak is what a browser or an authenticator does wrongly. The zero Tweak does all as it
// should be.
type Tweak struct {
	Origin     string // of the page; empty: the blog's
	Challenge  string // empty: the one that was asked
	Type       string // of the ceremony; empty: the right one
	RPID       string // empty: the passkey's
	Handle     []byte // nil: the passkey's
	Unverified bool   // the user was not asked for a finger or a number
	Absent     bool   // nobody touched it
	Stuck      bool   // the counter of uses does not move
	Forged     bool   // the signature is of something else
}

// The flags of an authenticator's answer.
const (
	userPresent  = 1 << 0
	userVerified = 1 << 2
	holdsKey     = 1 << 6
)

// asked is what the tests need of what a blog asks a browser.
type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

// ceremony is what a blog answers to who wants a passkey asked.
type ceremony struct {
	ID      string `json:"id"`
	Options asked  `json:"options"`
}

func readCeremony(tb testing.TB, from string) ceremony {
	tb.Helper()
	var c ceremony
	if err := json.Unmarshal([]byte(from), &c); err != nil || c.ID == "" || c.Options.Challenge == "" {
		tb.Fatalf("this asks no passkey (%v): %s", err, from)
	}
	return c
}

// MakePasskey makes a passkey as a blog asks for it, and returns the ceremony and the answer.
func MakePasskey(tb testing.TB, from string, t Tweak) (p *Passkey, id, response string) {
	tb.Helper()
	c := readCeremony(tb, from)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(c.Options.User.ID)
	if err != nil {
		tb.Fatalf("handle: %v", err)
	}
	p = &Passkey{ID: []byte(rand.Text()), // short, so that each length below is a byte
		Handle: handle, RPID: c.Options.RP.ID, key: key}
	data := append(p.said(holdsKey, t), make([]byte, 16)...) // a model that says nothing of itself
	data = append(data, 0, byte(len(p.ID)&0xff))
	data = append(append(data, p.ID...), p.public(tb)...)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)&0xff))
	return p, c.ID, p.credential(tb, map[string]string{
		"clientDataJSON":    encode(client("webauthn.create", c.Options, t)),
		"attestationObject": encode(append(object, data...)),
	})
}

// Use answers what a blog asks, and returns the ceremony and the answer.
func (p *Passkey) Use(tb testing.TB, from string, t Tweak) (id, response string) {
	tb.Helper()
	c := readCeremony(tb, from)
	if !t.Stuck {
		p.Count++
	}
	data, said := p.said(0, t), client("webauthn.get", c.Options, t)
	digest := sha256.Sum256(said)
	signed := sha256.Sum256(append(bytes.Clone(data), digest[:]...))
	if t.Forged {
		signed[0]++
	}
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, signed[:])
	if err != nil {
		tb.Fatal(err)
	}
	handle := p.Handle
	if t.Handle != nil {
		handle = t.Handle
	}
	return c.ID, p.credential(tb, map[string]string{
		"clientDataJSON": encode(said), "authenticatorData": encode(data),
		"signature": encode(signature), "userHandle": encode(handle),
	})
}

// said is the beginning of what an authenticator says: for whom, how, and how often so far.
func (p *Passkey) said(flags byte, t Tweak) []byte {
	rp := p.RPID
	if t.RPID != "" {
		rp = t.RPID
	}
	if !t.Absent {
		flags |= userPresent
	}
	if !t.Unverified {
		flags |= userVerified
	}
	of := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(of[:], flags), p.Count)
}

// public is the public key as COSE has it (RFC 9053, 7.1.1).
func (p *Passkey) public(tb testing.TB) []byte {
	tb.Helper()
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		tb.Fatal(err)
	}
	out := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(out, "\x22\x58\x20"...), point[33:]...)
}

// client is what the browser says of the page.
func client(kind string, a asked, t Tweak) []byte {
	d := map[string]any{"type": kind, "challenge": a.Challenge, "origin": BaseURL, "crossOrigin": false}
	for name, instead := range map[string]string{"type": t.Type, "challenge": t.Challenge, "origin": t.Origin} {
		if instead != "" {
			d[name] = instead
		}
	}
	out, _ := json.Marshal(d) // strings only
	return out
}

func (p *Passkey) credential(tb testing.TB, response map[string]string) string {
	tb.Helper()
	out, err := json.Marshal(map[string]any{
		"id": encode(p.ID), "rawId": encode(p.ID), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform",
	})
	if err != nil {
		tb.Fatal(err)
	}
	return string(out)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
