// Package search finds posts by their words: an index in memory, made of the posts
// and nothing else, that ranks, marks and extracts.
//
//	ix := search.Build(slices.Values(docs))
//	r := ix.Search(`"sea salt" bread*`, search.Options{Doc: docByID})
//	ix = ix.With([]search.Doc{edited}, []string{"post/dropped"})
//
// # Queries
//
//	sea salt       all of the words; if nothing has all of them, any, those with
//	               more of them first (Result.Loose)
//	sal            the last word may be the beginning of one, unless a space follows;
//	               so may a word that nothing has
//	sal*           any word may be
//	"sea salt"     the words side by side, in one field; never left out, even when
//	               others are. “sea salt”, „sea salt“, «sea salt», 「海」 are the same,
//	               and a phrase that is not closed goes to the end
//	-salt          not this word, -"sea salt" not this phrase
//
// Characters that are in no word are ignored. [MaxQuery] bytes and [MaxWords] words
// are looked at.
//
// # Words
//
// A word is letters and digits, without regard to case, to marks on letters (é, ё, ü,
// Hebrew points, Arabic vowels), and to the ways Unicode has of writing the same
// (NFKC, https://unicode.org/reports/tr15/). ß is ss, ø is o, æ is ae; й is a letter and
// not an и, and が is not か. "Ada's" is ada, "l'eau" is l and eau, "don't" is dont, "e-mail" is e and
// mail side by side and email as well. C++ and C# are words; so is an emoji. Of plurals
// see forms; there is no stemming otherwise.
//
// Chinese, Japanese, Korean, Thai, Lao, Khmer and other scripts without spaces, or with
// endings stuck to words, need no dictionary: any two characters that follow each other are
// a term, and what is looked for is a phrase of these. So every part of a text
// finds it. If a phrase of that kind finds nothing, its pairs are looked for wherever
// they are.
//
// # Rank
//
// Title before tags before headings before body, by the weights in build.go; rare
// words count more than frequent ones (BM25's inverse document frequency), whole
// words more than beginnings, and of the best those come first that have the words
// next to each other.
//
// # Cost
//
// Measured by the benchmarks with 10 000 posts of 4 kB: 25 MB, made in a second; a search
// takes about a millisecond. No query takes much longer than the worst of them,
// whatever it is made of: what is looked at for beginnings and phrases is limited by
// maxWork, and what is read for extracts by maxRead. A query that would need more than
// that finds less.
//
// Nothing here fails: any bytes are a query, and any text can be indexed. Of a word longer than
// 64 bytes the first 64 count.
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
