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

// value is a value of YAML or TOML.
type value struct {
	shape shape
	line  int    // in the file
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
	key   string
	line  int // in the file
	value value
}
