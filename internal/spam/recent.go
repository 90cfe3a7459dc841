package spam

import (
	"encoding/binary"
	"maps"
	"slices"
)

// maxRecent is how many keys are remembered of each kind. When there are more, the half
// that was set longest ago is forgotten: a rule that goes by the order of the lessons
// alone, so that what is remembered is the same however they were learned.
const maxRecent = 1 << 15

// recent is values by keys, those set last.
type recent[V any] struct {
	entries map[uint64]entry[V]
	sets    uint64 // how often one was set
}

type entry[V any] struct {
	value V
	set   uint64 // the number of the last time
}

func newRecent[V any]() recent[V] { return recent[V]{entries: map[uint64]entry[V]{}} }

func (r *recent[V]) clone() recent[V] { return recent[V]{maps.Clone(r.entries), r.sets} }

// get is the value of a key; zero if it has none.
func (r *recent[V]) get(key uint64) V { return r.entries[key].value }

func (r *recent[V]) set(key uint64, value V) {
	r.sets++
	r.entries[key] = entry[V]{value, r.sets}
	if len(r.entries) > maxRecent {
		r.forget()
	}
}

// forget drops the half that was set longest ago.
func (r *recent[V]) forget() {
	sets := make([]uint64, 0, len(r.entries))
	for _, e := range r.entries {
		sets = append(sets, e.set)
	}
	slices.Sort(sets)
	oldest := sets[len(sets)/2]
	maps.DeleteFunc(r.entries, func(_ uint64, e entry[V]) bool { return e.set < oldest })
}

// appendBinary appends how many keys there are, and of each the key, when it was set and
// the numbers of its value, in the order of the keys.
func (r *recent[V]) appendBinary(out []byte, numbers func(V) []float64) []byte {
	out = binary.LittleEndian.AppendUint64(out, uint64(len(r.entries)))
	for _, key := range slices.Sorted(maps.Keys(r.entries)) {
		e := r.entries[key]
		out = binary.LittleEndian.AppendUint64(out, key)
		out = binary.LittleEndian.AppendUint64(out, e.set)
		out = appendNumbers(out, numbers(e.value)...)
	}
	return out
}
