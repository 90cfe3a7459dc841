// Package search finds posts by their words: an index in memory, made of the posts
// and nothing else, that ranks, marks and extracts.
package search

import "time"

// Doc is what can be found.
type Doc struct {
	ID       string
	Title    string
	Tags     []string
	Sections []Section
	// Date breaks ties: of two that fit equally well the newer one comes first.
	Date time.Time
}

// Section is a part of a document below a heading. Plain text.
type Section struct {
	ID      string // of the heading; empty for what stands before the first
	Heading string
	Text    string
}

// Options is what to find, besides the query.
type Options struct {
	// Offset and Limit choose a page of the hits; a Limit of 0 is 10.
	Offset, Limit int
	// Keep says which documents count; nil keeps all of them.
	Keep func(id string) bool
	// Doc gives a document back for the extracts. Nil, or false, and a hit comes
	// without them.
	Doc func(id string) (Doc, bool)
}

// Result is what was found.
type Result struct {
	Total int // hits on all pages
	Hits  []Hit
	// Loose says that no document has all of the words, and these have some.
	Loose bool
	// Cut says that the query was too long, and what it begins with was looked for.
	Cut bool
}

// Hit is a document that was found.
type Hit struct {
	ID    string
	Score float64
	Title []Piece
	// Section is the id of the heading that Extract stands below; empty for the
	// beginning of the document.
	Section string
	Heading []Piece
	Extract []Piece
}

// Piece is a part of a text, which fits the query or does not.
type Piece struct {
	Text  string
	Match bool
}
