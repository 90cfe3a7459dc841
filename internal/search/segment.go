package search

import (
	"encoding/binary"
	"sort"
	"strings"
)

// segment is an index of some documents, which never changes. Documents are
// numbered from 0 in it, and so are terms, in order of their bytes.
//
// What is known of a term are its postings, one a document, in order of the
// documents, in two streams:
//
//	docs    how many documents further (uvarint), impact (a byte),
//	        how many bytes of places (uvarint)
//	places  how many places further (uvarint), for each place
//
// so that ranking, which reads the most, need not read the places.
type segment struct {
	ids    []string
	dates  []int64 // Unix seconds, to break ties
	byID   map[string]uint32
	text   string   // all terms, one after another
	ends   []uint32 // where each ends in text
	counts []uint32 // how many documents have it
	// docAt and placeAt are where the streams of a term begin. They have one more
	// entry, for the end of the last.
	docAt, placeAt []uint32
	docs, places   []byte
	// telling are the terms that say most about each document, up to tellingTerms.
	telling [][]tell
}

// terms is how many terms there are.
func (s *segment) terms() int { return len(s.ends) }

func (s *segment) term(i int) string {
	if i == 0 {
		return s.text[:s.ends[0]]
	}
	return s.text[s.ends[i-1]:s.ends[i]]
}

// find is the number of a term.
func (s *segment) find(term string) (int, bool) {
	i := sort.Search(s.terms(), func(i int) bool { return s.term(i) >= term })
	return i, i < s.terms() && s.term(i) == term
}

// span is the range of the terms that begin with prefix.
func (s *segment) span(prefix string) (from, to int) {
	from = sort.Search(s.terms(), func(i int) bool { return s.term(i) >= prefix })
	n := sort.Search(s.terms()-from, func(i int) bool { return !strings.HasPrefix(s.term(from+i), prefix) })
	return from, from + n
}

// cursor walks over the postings of a term.
type cursor struct {
	docs, places []byte
	doc          uint32
	impact       uint8
	at           []byte // the places in this document
}

// postings is a cursor before the first posting.
func (s *segment) postings(term int) cursor {
	return cursor{
		docs:   s.docs[s.docAt[term]:s.docAt[term+1]],
		places: s.places[s.placeAt[term]:s.placeAt[term+1]],
		doc:    ^uint32(0),
	}
}

// next goes to the next posting, and reports whether there was one.
func (c *cursor) next() bool {
	if len(c.docs) == 0 {
		return false
	}
	c.doc += c.uvarint() + 1
	c.impact = c.docs[0]
	c.docs = c.docs[1:]
	n := c.uvarint()
	c.at, c.places = c.places[:n], c.places[n:]
	return true
}

func (c *cursor) uvarint() uint32 {
	if b := c.docs[0]; b < 0x80 {
		c.docs = c.docs[1:]
		return uint32(b)
	}
	v, n := binary.Uvarint(c.docs)
	c.docs = c.docs[n:]
	return uint32(v)
}

// eachPlace calls f with the places that b holds.
func eachPlace(b []byte, f func(place uint32)) {
	place := uint32(0)
	for len(b) > 0 {
		v, n := uint64(b[0]), 1
		if v >= 0x80 {
			v, n = binary.Uvarint(b)
		}
		b = b[n:]
		place += uint32(v)
		f(place)
	}
}

// docSet is a set of documents of a segment; nil is empty.
type docSet []uint64

func (b docSet) has(i uint32) bool { return b != nil && b[i/64]&(1<<(i%64)) != 0 }

// with is the set with i in it, of a segment with size documents; b stays as it is.
func (b docSet) with(i uint32, size int) docSet {
	c := make(docSet, (size+63)/64)
	copy(c, b)
	c[i/64] |= 1 << (i % 64)
	return c
}
