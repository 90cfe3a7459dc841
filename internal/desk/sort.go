package desk

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hamlet/internal/comment"
)

// Sort is the order of a list.
type Sort string

// The orders.
const (
	Newest Sort = ""       // the newest first
	Oldest Sort = "oldest" // the one that has waited longest first
	Doubt  Sort = "doubt"  // what the filter is least sure of first, of that the oldest
	ByWave Sort = "wave"   // the newest wave first, what is in none last
	BySize Sort = "size"   // the biggest wave of each status first, of as big ones the newest, what is in none last
	ByPost Sort = "post"   // by the address of the post, the oldest first
)

// Sorts lists every order.
var Sorts = []Sort{Newest, Oldest, Doubt, ByWave, BySize, ByPost}

// ParseSort reads an order as it stands in an address.
func ParseSort(s string) (Sort, error) {
	if s == "newest" {
		return Newest, nil
	}
	if !slices.Contains(Sorts, Sort(s)) {
		return Newest, &FieldError{Field: "sort", Value: s}
	}
	return Sort(s), nil
}

// Marked reports whether an order is one of waves, which grow, and so goes by what there was when
// the list was begun.
func (s Sort) Marked() bool { return s == ByWave || s == BySize }

// Cursor is a comment in an order, after which a page begins. The zero Cursor is the
// beginning.
type Cursor struct {
	Sort Sort
	// Key is what the order goes by: a number in decimal, or the slug of a post.
	Key string
	ID  comment.ID // among those of one key
	// Mark is when a list by waves was begun: they are what they were then, so that none passes
	// by those who turn pages. In other orders it is zero.
	Mark Mark
}

// String is the cursor as it stands in an address; empty for the beginning.
func (c Cursor) String() string {
	if c.ID == 0 {
		return ""
	}
	text := string(c.Sort) + "\n" + strconv.FormatInt(int64(c.ID), 10) + "\n" + c.Key
	if c.Mark != (Mark{}) {
		text += "\n" + c.Mark.String()
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// ParseCursor reads what String wrote. A cursor of another order is [ErrMalformed].
func ParseCursor(s string, order Sort) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	malformed := fmt.Errorf("the place in the list: %w", ErrMalformed)
	text, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return Cursor{}, malformed
	}
	parts := strings.SplitN(string(text), "\n", 3)
	if len(parts) != 3 || Sort(parts[0]) != order {
		return Cursor{}, malformed
	}
	id, err := comment.ParseID(parts[1])
	if err != nil {
		return Cursor{}, malformed
	}
	c := Cursor{Sort: order, Key: parts[2], ID: id}
	if key, mark, marked := strings.Cut(c.Key, "\n"); marked && order.Marked() {
		if c.Mark, err = ParseMark(mark); err != nil {
			return Cursor{}, malformed
		}
		c.Key = key
	}
	if order != ByPost {
		if _, err := strconv.ParseInt(c.Key, 10, 64); err != nil {
			return Cursor{}, malformed
		}
	}
	if c.String() != s {
		return Cursor{}, malformed
	}
	return c, nil
}
