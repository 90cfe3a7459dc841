package store_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// needles are an address and what anybody can compute from it, by name.
func needles(address string) map[string][]byte {
	out := map[string][]byte{}
	local, domain, _ := strings.Cut(address, "@")
	for name, text := range map[string]string{
		"as typed": address, "in lower case": strings.ToLower(address), "local part": local, "domain": domain,
		"reversed": reversed(address),
	} {
		out[name] = []byte(text)
	}
	for _, text := range []string{address, strings.ToLower(address)} {
		md, s1, s256, s512 := md5.Sum([]byte(text)), sha1.Sum([]byte(text)), sha256.Sum256([]byte(text)), sha512.Sum512([]byte(text))
		for name, sum := range map[string][]byte{
			"text": []byte(text), "md5": md[:], "sha1": s1[:], "sha256": s256[:], "sha512": s512[:],
		} {
			out[name+" of "+text] = sum
			out[name+" in hex of "+text] = []byte(hex.EncodeToString(sum))
			out[name+" in HEX of "+text] = []byte(strings.ToUpper(hex.EncodeToString(sum)))
			out[name+" in base64 of "+text] = []byte(base64.RawStdEncoding.EncodeToString(sum))
			out[name+" in URL base64 of "+text] = []byte(base64.RawURLEncoding.EncodeToString(sum))
		}
	}
	return out
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// leaks adds a comment with an address and says what can be found of it in
// the database's files and in its log, while it is open and afterwards, and
// whether the address is known, written in another way.
func leaks(t *testing.T, address string, spoil func(*store.DB)) (found []string, known bool) {
	t.Helper()
	b := newBench(t, engine{url: newFile})
	path := b.path()
	spoil(b.DB)
	id := b.add(a(comment.Pending), "  "+address+" ")
	b.update(id, comment.Change{Status: comment.Approved, Entry: entry})
	person, err := b.Comments().Person(t.Context(), strings.ToUpper(address))
	if err != nil && !errors.Is(err, comment.ErrNotFound) {
		t.Fatal(err)
	}
	known = person == b.get(id).Person
	open := slices.Concat(readAll(t, path), readAll(t, b.file))
	if !bytes.Contains(open, []byte("A fine post.")) {
		t.Fatal("the comment itself is not in these files, so nothing could be found")
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(open, readAll(t, path), readAll(t, b.file), b.log.Bytes())
	for name, needle := range needles(address) {
		if bytes.Contains(all, needle) {
			found = append(found, name)
		}
	}
	return found, known
}

// path is the file of a SQLite database.
func (b *bench) path() string {
	b.Helper()
	var path string
	err := store.Raw(b.DB).QueryRowContext(b.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path)
	if err != nil || path == "" {
		b.Fatalf("path %q, %v", path, err)
	}
	return path
}

const private = "Grace.Quillfeather@Mail.Example.org"

func TestAddressIsNotInTheFiles(t *testing.T) {
	t.Parallel()
	found, known := leaks(t, private, func(*store.DB) {})
	if len(found) > 0 {
		t.Errorf("found in the files: %q", found)
	}
	if !known {
		t.Error("the address is not known, so perhaps nothing of it was kept")
	}
}

// TestLeaksAreFound takes the protection away, to see that the test above
// would notice.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	if found, _ := leaks(t, private, store.SealNothing); !slices.Contains(found, "as typed") || !slices.Contains(found, "domain") {
		t.Errorf("an open address is not found; found %q", found)
	}
	if found, _ := leaks(t, private, store.HashOnly); !slices.Contains(found, "sha256 of "+strings.ToLower(private)) {
		t.Errorf("a plain hash is not found; found %q", found)
	}
}

// TestSealedSize sees that the length of an address cannot be told from what is kept.
func TestSealedSize(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	for _, address := range []string{"a@b.example", strings.Repeat("a", 200) + "@mail.example.org"} {
		b.add(a(comment.Pending), address)
	}
	b.add(a(comment.Pending), "")
	b.add(a(comment.Pending), "   ")
	if n := b.count("(SELECT DISTINCT length(email_sealed) FROM people) AS sizes"); n != 1 {
		t.Errorf("%d sizes", n)
	}
	if n := b.count("comments WHERE person_id IS NULL"); n != 2 {
		t.Errorf("%d comments without address, want 2", n)
	}
	if n := b.count("(SELECT DISTINCT email_sealed FROM people) AS sealed"); n != 2 {
		t.Errorf("%d different seals", n)
	}
}
