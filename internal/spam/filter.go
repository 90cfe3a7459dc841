package spam

import "sync"

// Filter is a model and what a blog's moderators taught it. It is safe for
// concurrent use.
type Filter struct {
	mu    sync.RWMutex
	model *Model
}

// NewFilter makes a Filter that has learned nothing yet.
func NewFilter(m *Model) *Filter { return &Filter{model: m} }

// Judge gives the verdict on a message.
func (f *Filter) Judge(m Message) Verdict { return Verdict{} }

// Learn learns from labelled messages, in order.
func (f *Filter) Learn(lessons ...Lesson) {}

// Relearn forgets what it learned and learns from these instead; a Judge at the
// same time sees the one or the other.
func (f *Filter) Relearn(lessons ...Lesson) {}

// Model is what was learned from many blogs; it does not change.
type Model struct{}

// Default is the model embedded in the program.
func Default() *Model { return &Model{} }

// Extract makes the features of a message.
func Extract(m Message) Vector { return Vector{} }
