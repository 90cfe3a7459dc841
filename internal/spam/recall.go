package spam

import "slices"

// Recall remembers messages in memory, as a site does in its database; it is what
// training and replaying remember with. The zero Recall remembers nothing. Where a
// message came and when is its Permalink and its Date.
type Recall struct {
	notes    map[uint64][]Note
	comments map[int64][]Trace
}

// Note remembers that a message came, as comment number id, and what became of it
// so far.
func (r *Recall) Note(id int64, m Message, s TraceState) {
	if r.notes == nil {
		r.notes, r.comments = map[uint64][]Note{}, map[int64][]Trace{}
	}
	traces := Traces(m)
	r.comments[id] = traces
	for _, h := range hashes(traces) {
		r.notes[h] = append(r.notes[h], Note{Trace: h, Comment: id, Post: m.Permalink, At: m.Date, State: s})
	}
}

// Decide changes what became of a comment.
func (r *Recall) Decide(id int64, s TraceState) {
	for _, h := range hashes(r.comments[id]) {
		for i, n := range r.notes[h] {
			if n.Comment == id {
				r.notes[h][i].State = s
			}
		}
	}
}

// Forget forgets a comment.
func (r *Recall) Forget(id int64) {
	for _, h := range hashes(r.comments[id]) {
		r.notes[h] = slices.DeleteFunc(r.notes[h], func(n Note) bool { return n.Comment == id })
	}
	delete(r.comments, id)
}

// Look is what is remembered about a message that comes now, at its Date.
func (r *Recall) Look(m Message) Memory {
	traces := Traces(m)
	var found []Note
	for _, h := range hashes(traces) {
		found = append(found, r.notes[h]...)
	}
	return Recollect(m.Date, m.Permalink, traces, found)
}
