package spam

import (
	"cmp"
	"slices"
	"time"
)

// TraceState is what became of the comment that left a trace.
type TraceState uint8

// The states of a trace.
const (
	TraceUndecided TraceState = iota // it waits, was thrown away, or only the filter called it spam
	TracePublished                   // it is approved
	TraceSpam                        // a person called it spam
)

// TraceStates lists every state.
var TraceStates = []TraceState{TraceUndecided, TracePublished, TraceSpam}

// RepeatWindow is within what time a text that comes again is a repeat.
const RepeatWindow = 24 * time.Hour

// MemoryLimit is how many comments are counted for a trace and a state: the newest.
const MemoryLimit = 32

// Note is that a comment left a trace.
type Note struct {
	Trace   uint64 // its hash
	Comment int64  // its number; a later one has a higher
	Post    string
	At      time.Time // when the comment came
	State   TraceState
}

// newer orders notes, the newest first.
func newer(a, b Note) int { return cmp.Compare(b.Comment, a.Comment) }

// Past is how many comments are remembered, up to [MemoryLimit] each.
type Past struct {
	Published int // were published
	Spam      int // a person called spam
}

// Memory is what a site remembers about a message: what became of the comments that
// had something in common with it, and where it came already. The zero Memory is
// that of a site that remembers nothing.
type Memory struct {
	Site   Past // comments by authors with a site on the same domain, or with a link to it
	Link   Past // the same of the domain of a link, the one that speaks for spam most
	Author Past // comments under the same name and site, which anybody can type
	Text   Past // comments with the same text, or nearly the same
	// Elsewhere is how many other posts the same text, or nearly the same, came to
	// within RepeatWindow; Again is how often it came to this post.
	Elsewhere, Again int
}

// Recollect makes a Memory at a moment of the notes that were found for the traces
// of a message to a post. Of each trace and state only the newest MemoryLimit count,
// and there need not be more.
func Recollect(now time.Time, post string, traces []Trace, found []Note) Memory {
	by := map[uint64][]Note{}
	for _, n := range found {
		by[n.Trace] = append(by[n.Trace], n)
	}
	for h, notes := range by {
		by[h] = newest(notes)
	}
	var m Memory
	var text []Note
	links := false
	for _, t := range traces {
		switch p := count(t.Kind, by[t.Hash], now); t.Kind {
		case TraceSite:
			m.Site = p
		case TraceAuthor:
			m.Author = p
		case TraceLink:
			if !links || p.worse(m.Link) {
				m.Link, links = p, true
			}
		case TraceText, TraceNear:
			text = append(text, by[t.Hash]...)
		}
	}
	m.repeats(now, post, text)
	return m
}

// newest are the notes of one trace that count, the newest first.
func newest(notes []Note) []Note {
	slices.SortFunc(notes, newer)
	seen := map[TraceState]int{}
	return slices.DeleteFunc(notes, func(n Note) bool {
		seen[n.State]++
		return seen[n.State] > MemoryLimit
	})
}

// count counts the notes of one trace that last.
func count(k TraceKind, notes []Note, now time.Time) Past {
	var p Past
	for _, n := range notes {
		if now.Sub(n.At) < k.Lasting(n.State) {
			p.add(n.State)
		}
	}
	return p
}

func (p *Past) add(s TraceState) {
	switch {
	case s == TracePublished && p.Published < MemoryLimit:
		p.Published++
	case s == TraceSpam && p.Spam < MemoryLimit:
		p.Spam++
	}
}

// worse reports whether p speaks more for spam than q: by the share of spam, as if
// each had seen one more of both.
func (p Past) worse(q Past) bool {
	return (p.Spam+1)*(q.Spam+q.Published+2) > (q.Spam+1)*(p.Spam+p.Published+2)
}

// repeats counts the comments with the same text, or nearly the same. A comment
// counts once however many traces it shares.
func (m *Memory) repeats(now time.Time, post string, notes []Note) {
	slices.SortFunc(notes, newer)
	notes = slices.CompactFunc(notes, func(a, b Note) bool { return a.Comment == b.Comment })
	elsewhere := map[string]bool{}
	for _, n := range notes {
		age := now.Sub(n.At)
		if age < TraceText.Lasting(n.State) {
			m.Text.add(n.State)
		}
		switch {
		case age >= RepeatWindow:
		case n.Post != post:
			elsewhere[n.Post] = true
		case m.Again < MemoryLimit:
			m.Again++
		}
	}
	m.Elsewhere = min(len(elsewhere), MemoryLimit)
}

// The names of the features of a memory, each followed by how many. No lesson holds
// them: they change with every comment, and what they weigh is in the model.
const (
	memoryPublished = " published before="
	memorySpam      = " called spam="
	memoryBoth      = " published and called spam="
	memoryElsewhere = "same text under other posts="
	memoryAgain     = "same text under this post="
)

// features are the names of the features of a memory, without their kind.
func (m Memory) features() []string {
	if m == (Memory{}) {
		return nil
	}
	var names []string
	for _, p := range []struct {
		what string
		past Past
	}{{"site", m.Site}, {"link", m.Link}, {"author", m.Author}, {"text", m.Text}} {
		if name := p.past.feature(); name != "" {
			names = append(names, p.what+name)
		}
	}
	if m.Elsewhere > 0 {
		names = append(names, memoryElsewhere+bucket(m.Elsewhere, 0, 1, 2))
	}
	if m.Again > 0 {
		names = append(names, memoryAgain+bucket(m.Again, 0, 1, 2))
	}
	return names
}

// MemoryFeatures are the names of all features a memory can have, in order.
func MemoryFeatures() []string {
	var names []string
	for n := 1; n <= MemoryLimit; n++ {
		for _, p := range []Past{{Published: n}, {Spam: n}, {Published: n, Spam: n}} {
			for _, name := range (Memory{Site: p, Link: p, Author: p, Text: p, Elsewhere: n, Again: n}).features() {
				names = append(names, kindMemory.String()+":"+name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// MemoryWeights are what a model makes of what a site remembers, in the order of
// [MemoryFeatures], without those that weigh nothing.
func (m *Model) MemoryWeights() []Reason {
	var out []Reason
	for _, name := range MemoryFeatures() {
		if w := m.weights.get(hashOf(name)); w != 0 {
			out = append(out, Reason{Feature: name, Weight: w})
		}
	}
	return out
}

// feature is the end of the name of the feature; empty if nothing is remembered.
func (p Past) feature() string {
	switch {
	case p.Published > 0 && p.Spam > 0:
		return memoryBoth + bucket(p.Published+p.Spam, 0, 4)
	case p.Published > 0:
		return memoryPublished + bucket(p.Published, 0, 1, 4)
	case p.Spam > 0:
		return memorySpam + bucket(p.Spam, 0, 1, 4)
	default:
		return ""
	}
}

// remember notes the features of a memory, after those of the message itself.
func (r *reader) remember(m Memory) {
	for _, name := range m.features() {
		r.add(kindMemory, name)
	}
}
