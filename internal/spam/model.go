package spam

import (
	_ "embed"
	"fmt"
	"math/bits"
	"sync"
)

// Model is what was learned from many blogs; it does not change.
type Model struct {
	bias       float64
	thresholds Thresholds
	linkCost   float64 // how many times as bad it is to hold an honest comment with one link
	unit       float64 // the step of the weights
	weights    table
	ham, spam  table // mean values of features among honest comments, and among spam
	version    string
}

// Version names the model: the version of the extractor it was trained for and
// the beginning of the SHA-256 of its bytes.
func (m *Model) Version() string { return m.version }

// Thresholds are the probabilities from which a comment is unsure and from
// which it is spam, unless it has exactly one link.
func (m *Model) Thresholds() (unsure, spam float64) { return m.thresholds.Unsure, m.thresholds.Spam }

// At are the thresholds where to hold an honest comment is so many times as bad as the
// model's own assume; see [Options].
func (m *Model) At(cost float64) Thresholds { return m.thresholds.at(cost) }

// of are the thresholds t of comments with one link, or of others.
func (m *Model) of(t Thresholds, oneLink bool) Thresholds {
	if oneLink {
		return t.at(m.linkCost)
	}
	return t
}

// Features is how many features the model has a weight for.
func (m *Model) Features() int { return m.weights.used }

// mean is the mean value of a feature among spam, or among honest comments; 0 if few
// have it.
func (m *Model) mean(hash uint32, spam bool) float64 {
	if spam {
		return m.spam.get(hash)
	}
	return m.ham.get(hash)
}

// logOdds are the log-odds of spam the model gives a vector.
func (m *Model) logOdds(v Vector) float64 {
	sum := m.bias
	for i, h := range v.Hashes {
		sum += float64(m.weights.get(h) * float64(v.Values[i]))
	}
	return sum
}

//go:embed model.bin
var embedded []byte

// Default is the model embedded in the program. It panics if that was embedded
// broken, which a test prevents.
var Default = sync.OnceValue(func() *Model {
	m, err := Decode(embedded)
	if err != nil {
		panic(fmt.Sprintf("decode the embedded model: %v", err))
	}
	return m
})

// table holds weights by the hash of their feature, in open addressing.
type table struct {
	slots []slot // a power of two of them, at least half empty
	shift int
	used  int
}

// slot is a feature's weight; a weight of zero marks an empty slot.
type slot struct {
	hash   uint32
	weight float32
}

// newTable makes a table with room for n weights.
func newTable(n int) table {
	log := bits.Len(uint(2*n + 1))
	return table{slots: make([]slot, 1<<log), shift: 32 - log}
}

// find is the slot of a hash or the empty one where it would be.
func (t *table) find(hash uint32) *slot {
	// Fibonacci hashing: FNV's high bits alone do not spread short names well.
	at := hash * 2654435769 >> t.shift
	for {
		s := &t.slots[at]
		if s.weight == 0 || s.hash == hash {
			return s
		}
		at = (at + 1) & uint32(len(t.slots)-1)
	}
}

// put sets a weight; the table must have room for it.
func (t *table) put(hash uint32, weight float32) {
	if weight == 0 {
		return
	}
	s := t.find(hash)
	if s.weight == 0 {
		t.used++
	}
	*s = slot{hash, weight}
}

// get is the weight of a feature, 0 if it has none.
func (t *table) get(hash uint32) float64 { return float64(t.find(hash).weight) }
