package spam

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// TraceKind is what a trace was made of.
type TraceKind uint8

// The kinds of traces.
const (
	TraceSite   TraceKind = iota // the domain of the author's site
	TraceLink                    // the domain of a link or of a host that is named
	TraceAuthor                  // the author's name and the domain of the site together
	TraceText                    // the text, letter by letter
	TraceNear                    // a part of the text's sketch; near-duplicates share some
)

// Trace is what a message is known by when it, or something like it, comes
// again. A site and a link of the same domain have the same hash.
type Trace struct {
	Kind TraceKind
	Hash uint64
}

// TraceVersion is the version of the traces: those of another version are not
// found again, so what is kept is made anew from the comments.
const TraceVersion = 1

// Limits of what is noted of a message, so that the work and the room are
// bounded whatever is sent.
const (
	maxTraceLinks   = 20 // different domains
	maxTraceLookups = 60 // links and hosts that are looked at
	minTraceText    = 16 // bytes of letters of a text that says more than "thank you"
	minShingles     = 8  // of a text that has near-duplicates
)

// A sketch is 24 minhashes of the text's shingles, three words in a row, in six
// bands of four (A. Z. Broder, "On the resemblance and containment of documents",
// 1997; bands as in J. Leskovec, A. Rajaraman and J. Ullman, "Mining of Massive
// Datasets", 3.4). Two texts whose shingles have the share J in common share a
// band with probability 1-(1-J⁴)⁶: 0.05 for J = 0.3, 0.57 for 0.6, 0.96 for 0.8.
const (
	sketchBands = 6
	sketchRows  = 4
	shingleSize = 3
)

// Lasting is how long a trace is of use, counted from when its comment came: what
// nobody has decided about is only good to see that it comes again, and that within
// [RepeatWindow].
func (k TraceKind) Lasting(s TraceState) time.Duration {
	switch text := k == TraceText || k == TraceNear; {
	case s != TraceUndecided && !text:
		return 400 * 24 * time.Hour
	case s != TraceUndecided:
		return 90 * 24 * time.Hour
	case text:
		return RepeatWindow
	default:
		return 0
	}
}

// Traces finds what a message is to be remembered by: its author's site, the
// domains of its links, its text. The e-mail address is none, and neither is a name
// alone: others bear it too.
func Traces(m Message) []Trace {
	t := tracer{seen: map[string]bool{}}
	site := strings.TrimSpace(clip(m.AuthorURL, maxField))
	if site != "" {
		host, _ := split(string(fold(nil, site)))
		registered, _ := domain(host)
		t.add(TraceSite, traceHash("domain:", registered))
		if name := squeeze(string(fold(nil, clip(m.Author, maxField)))); name != "" {
			t.add(TraceAuthor, traceHash("author:", name+"@"+registered))
		}
	}
	t.text(fold(nil, clip(m.Body, maxBody)))
	return t.traces
}

// tracer collects traces.
type tracer struct {
	traces  []Trace
	seen    map[string]bool // domains
	lookups int
	letters int    // bytes of them
	whole   uint64 // hash of all letters
	last    [shingleSize]uint64
	words   int
	mins    [sketchBands * sketchRows]uint64
}

func (t *tracer) add(k TraceKind, hash uint64) { t.traces = append(t.traces, Trace{k, hash}) }

// text walks over a folded body. What is no letter divides words and counts for
// nothing, so that a text with other marks and spaces is the same text.
func (t *tracer) text(body []byte) {
	t.whole = fnvOffset64
	for i := range t.mins {
		t.mins[i] = ^uint64(0)
	}
	for i := 0; i < len(body); {
		x, size := utf8.DecodeRune(body[i:])
		if !isLetter(x) {
			i += size
			continue
		}
		t.link(body, i)
		n := size // of the word; a character without spaces is one
		for !unspaced(x) && i+n < len(body) {
			y, more := utf8.DecodeRune(body[i+n:])
			if !isLetter(y) || unspaced(y) {
				break
			}
			n += more
		}
		t.word(body[i : i+n])
		i += n
	}
	t.sketch()
}

// link notes the domain of a link or of a host that begins at body[i].
func (t *tracer) link(body []byte, i int) {
	if t.lookups >= maxTraceLookups || len(t.seen) >= maxTraceLinks {
		return
	}
	host := hostAt(body, i)
	if n := linkAt(body[i:]); n > 0 {
		host, _ = split(string(body[i : i+n]))
	}
	if host == "" {
		return
	}
	t.lookups++
	registered, suffix := domain(host)
	if registered == suffix || t.seen[registered] || !strings.Contains(host, ".") {
		return
	}
	t.seen[registered] = true
	t.add(TraceLink, traceHash("domain:", registered))
}

// hostAt is what looks like the name of a host at text[i], as in "see
// example.org"; empty if nothing does. What follows "/", "@" or a dot is part of
// something else, and what is before "@" is no host.
func hostAt(text []byte, i int) string {
	if i > 0 && strings.IndexByte("./@-:", text[i-1]) >= 0 {
		return ""
	}
	end := i
	for end < len(text) && end-i < 80 && (text[end] == '.' || text[end] == '-' || text[end] < utf8.RuneSelf && isLetter(rune(text[end]))) {
		end++
	}
	host := strings.TrimRight(string(text[i:end]), ".-")
	if end < len(text) && text[end] == '@' || !strings.Contains(host, ".") {
		return ""
	}
	return host
}

// word takes a word into the hash of the whole and its shingle into the sketch.
func (t *tracer) word(w []byte) {
	t.letters += len(w)
	t.whole = hash64On(t.whole, w)
	copy(t.last[:], t.last[1:])
	t.last[shingleSize-1] = hash64On(fnvOffset64, w)
	if t.words++; t.words < shingleSize {
		return
	}
	h := shingle(t.last)
	for i := range t.mins {
		t.mins[i] = min(t.mins[i], mix(h+uint64(i+1)*golden))
	}
}

// sketch notes the text and the bands of its sketch.
func (t *tracer) sketch() {
	if t.letters < minTraceText {
		return
	}
	t.add(TraceText, mix(t.whole))
	if t.words-shingleSize+1 < minShingles {
		return
	}
	for band := range sketchBands {
		h := uint64(band + 1)
		for _, m := range t.mins[band*sketchRows:][:sketchRows] {
			h = mix(h ^ m)
		}
		t.add(TraceNear, h)
	}
}

// Traces are hashed by 64-bit FNV-1a and mixed by the finalizer of SplitMix64
// (G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number
// Generators", 2014). They are no secrets: who keeps them hashes them again with a
// key.
const (
	fnvOffset64 uint64 = 14695981039346656037
	fnvPrime64  uint64 = 1099511628211
	golden      uint64 = 0x9e3779b97f4a7c15
)

func hash64On[T string | []byte](h uint64, text T) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * fnvPrime64
	}
	return h
}

func traceHash(space, text string) uint64 {
	return mix(hash64On(hash64On(fnvOffset64, space), text))
}

func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashes are the different hashes of traces, in order.
func hashes(traces []Trace) []uint64 {
	out := make([]uint64, len(traces))
	for i, t := range traces {
		out[i] = t.Hash
	}
	slices.Sort(out)
	return slices.Compact(out)
}
