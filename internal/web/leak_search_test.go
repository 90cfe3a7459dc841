package web_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// needle is an address in one of the shapes in which it could be found.
type needle struct {
	shape string
	bytes []byte
	fold  bool // found in any mix of upper and lower case
}

// needles are all the shapes of an address that are looked for: what it is, what
// it may be written as, and what is worked out from it.
func needles(address string) []needle {
	lower := strings.ToLower(strings.TrimSpace(address))
	local, domain, _ := strings.Cut(lower, "@")
	var all []needle
	add := func(fold bool, shape string, b []byte) { all = append(all, needle{shape, b, fold}) }
	for name, s := range map[string]string{"address": lower, "local part": local, "domain": domain} {
		add(true, name, []byte(s))
		add(true, name+", percent-encoded", []byte(url.QueryEscape(s)))
		add(true, name+", escaped for HTML", []byte(strings.ReplaceAll(html.EscapeString(s), "+", "&#43;")))
		add(true, name+", in character references", each(s, "&#%d;"))
		add(true, name+", in hexadecimal character references", each(s, "&#x%x;"))
		add(true, name+", every byte percent-encoded", each(s, "%%%02x"))
		add(true, name+", escaped for scripts", each(s, `\u%04x`))
		add(true, name+", in hexadecimal", []byte(hex.EncodeToString([]byte(s))))
		add(false, name+", in UTF-16", wide(s))
		add(false, name+", backwards", backwards(s))
	}
	for name, s := range map[string]string{"address": lower, "address as typed": address, "local part": local} {
		for i, b := range inBase64(s) {
			add(false, fmt.Sprintf("%s, in base64, %d bytes in", name, i%3), b)
		}
		for hash, sum := range digests(s) {
			add(false, hash+" of the "+name, sum)
			add(true, hash+" of the "+name+", in hexadecimal", []byte(hex.EncodeToString(sum)))
			add(false, hash+" of the "+name+", in base64", []byte(base64.RawStdEncoding.EncodeToString(sum)))
			add(false, hash+" of the "+name+", in base64 for URLs", []byte(base64.RawURLEncoding.EncodeToString(sum)))
		}
	}
	return all
}

func each(s, form string) []byte {
	var b bytes.Buffer
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, form, c)
	}
	return b.Bytes()
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func backwards(s string) []byte {
	b := []byte(s)
	slices.Reverse(b)
	return b
}

// inBase64 is what base64 makes of s wherever it stands in a longer text: the
// digits that depend on nothing around it, for each of the three ways to begin.
func inBase64(s string) [][]byte {
	var all [][]byte
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			digits := e.EncodeToString([]byte(strings.Repeat("\x00", before) + s))
			first := (before*8 + 5) / 6
			last := (before + len(s)) * 8 / 6
			all = append(all, []byte(digits[first:last]))
		}
	}
	return all
}

func digests(s string) map[string][]byte {
	m, s1 := md5.Sum([]byte(s)), sha1.Sum([]byte(s))
	s256, s512 := sha256.Sum256([]byte(s)), sha512.Sum512([]byte(s))
	return map[string][]byte{"MD5": m[:], "SHA-1": s1[:], "SHA-256": s256[:], "SHA-512": s512[:]}
}

// leaks says in which shapes an address is found in a heap of bytes.
func leaks(heap []byte, looked []needle) []string {
	var found []string
	folded := bytes.ToLower(heap)
	for _, n := range looked {
		if in, b := heap, n.bytes; n.fold && bytes.Contains(folded, bytes.ToLower(b)) || !n.fold && bytes.Contains(in, b) {
			found = append(found, n.shape)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// filesIn reads every file of a folder: the database, its log, the key.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all["file "+name], err = fs.ReadFile(os.DirFS(dir), name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryShapeIsFound plants an address in every shape between other bytes: a
// search that finds nothing proves nothing.
func TestEveryShapeIsFound(t *testing.T) {
	t.Parallel()
	const address = "Ada.Zq7xk4+Tag@Leak-probe.Example"
	for _, tt := range []struct{ shape, text string }{
		{"address", address},
		{"address, percent-encoded", "ADA.ZQ7XK4%2btag%40leak-probe.example"},
		{"local part", "ada.zq7xk4+TAG"},
		{"domain", "mail for leak-probe.example"},
		{"local part, escaped for HTML", "ada.zq7xk4&#43;tag"},
		{"domain, in hexadecimal", hex.EncodeToString([]byte("leak-probe.example"))},
		{"local part, in UTF-16", "a\x00d\x00a\x00.\x00z\x00q\x007\x00x\x00k\x004\x00+\x00t\x00a\x00g\x00"},
		{"address as typed, in base64, 0 bytes in", base64.StdEncoding.EncodeToString([]byte(address + " and more"))},
		{"address as typed, in base64, 1 bytes in", base64.URLEncoding.EncodeToString([]byte("<" + address + ">"))},
		{"address as typed, in base64, 2 bytes in", base64.StdEncoding.EncodeToString([]byte("to" + address))},
		{"MD5 of the address, in hexadecimal", hex.EncodeToString(digests(strings.ToLower(address))["MD5"])},
		{"SHA-256 of the address", string(digests(strings.ToLower(address))["SHA-256"])},
		{"SHA-1 of the address as typed, in base64", base64.StdEncoding.EncodeToString(digests(address)["SHA-1"])},
	} {
		if got := leaks([]byte("before \x00"+tt.text+" after"), needles(address)); !slices.Contains(got, tt.shape) {
			t.Errorf("planted %q; found %q, want %q among them", tt.text, got, tt.shape)
		}
	}
	if got := leaks([]byte("Ada wrote from example.org; tag, zq7"), needles(address)); len(got) > 0 {
		t.Errorf("found %q where there is no address", got)
	}
}
