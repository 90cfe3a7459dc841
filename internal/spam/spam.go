// Package spam judges comments.
package spam

import "time"

// Message is a comment as the filter sees it. It has no e-mail address: what
// the filter does not see, no reason of its can tell.
type Message struct {
	Author    string
	AuthorURL string
	Body      string
	Permalink string
	Date      time.Time // zero if unknown
}

// Class is what a verdict comes to.
type Class string

// The classes.
const (
	Ham    Class = "ham"
	Unsure Class = "unsure"
	Spam   Class = "spam"
)

// Reason is one feature of a message and what it adds to the log-odds of spam:
// above zero speaks for spam, below for ham.
type Reason struct {
	Feature string  `json:"feature"`
	Weight  float64 `json:"weight"`
}

// Verdict is the filter's answer.
type Verdict struct {
	Probability float64  `json:"probability"` // of spam, 0 to 1
	Class       Class    `json:"class"`
	Reasons     []Reason `json:"reasons"` // heaviest first; equal weights by name
	Model       string   `json:"model"`   // version of the model that judged
}
