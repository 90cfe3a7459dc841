package content

import "time"

// shape is the type of a value, in words for its author.
type shape string

const (
	aText   shape = "a text"
	aFlag   shape = "true or false"
	aNumber shape = "a number"
	aDate   shape = "a date"
	aList   shape = "a list"
	aTable  shape = "a table"
	aVoid   shape = "nothing"
)

// place is where something is in a file: counted from 1, the column in characters
// and 0 if it is not known.
type place struct {
	line, column int
}

// value is a value of YAML or TOML.
type value struct {
	place
	shape shape
	text  string // as written, unless it is a list or a table
	flag  bool
	list  []value
	table []field
	alias bool      // a table that stands somewhere else
	when  time.Time // of a date of TOML
	local bool      // when has no offset
}

// field is a key with its value.
type field struct {
	place
	key   string
	value value
}
