package site

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strconv"
	"time"
)

// hash is the version of all that is shown.
func (s *Site) hash() string {
	h := fields{sha256.New()}
	h.add(s.BaseURL, s.Meta.Title, s.Meta.Description, s.Meta.Language, s.Meta.Zone.String())
	for _, posts := range [][]*Post{s.posts, s.pages} {
		h.list(len(posts))
		for _, p := range posts {
			h.post(p, s.Meta.Zone)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// fields hashes texts so that their bounds count: "ab", "c" is not "a", "bc".
type fields struct{ hash.Hash }

func (f fields) add(texts ...string) {
	for _, t := range texts {
		f.list(len(t))
		_, _ = io.WriteString(f, t) // a hash takes everything
	}
}

func (f fields) list(n int) { _, _ = io.WriteString(f, strconv.Itoa(n)+":") }

// post adds what a post's page is made of: its file, whose bytes have a hash, and
// where it is. Of the date that is also what it is in the blog's zone.
func (f fields) post(p *Post, zone *time.Location) {
	f.add(string(p.Kind), p.Slug, p.Sum, p.Dir)
	f.add(p.Date.Format(time.RFC3339Nano), p.Date.In(zone).Format(time.RFC3339Nano))
	f.list(len(p.Files))
	f.add(p.Files...)
}
