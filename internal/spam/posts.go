package spam

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// How the blog's own posts speak for a comment; see the package comment.
const (
	postsStrength = 1.5 // log-odds for ham of a word of value 1 that very many passages use
	postsCap      = 3.0 // the most that all words of a message together speak for ham
	knownLanguage = 0.3 // share of everyday words from which a passage says nothing new
)

// How much of the posts is read.
const (
	maxPostsText = 1 << 20 // bytes of all
	passage      = 2 << 10 // bytes that are read at once
)

// Posts is what a blog's own posts say about how its readers write: how many passages
// use each word, pair of words and pair of characters. A passage counts the less
// the better the model knows its language. It does not change.
type Posts struct {
	uses     table // passages, by the hash of the feature
	passages int
}

// NewPosts reads posts for a filter of a model, the newest first, as long as they are
// no more than a MiB, and of each no more than of a comment. Their order makes no
// other difference.
func NewPosts(m *Model, texts iter.Seq[string]) *Posts {
	p := &Posts{}
	var all []use
	room := maxPostsText
	for text := range texts {
		if room <= 0 {
			break
		}
		text = clip(text, min(maxBody, room))
		room -= len(text)
		for len(text) > 0 {
			n := passageEnd(text)
			p.passages++
			all = append(all, m.uses(text[:n])...)
			text = text[n:]
		}
	}
	p.uses = addUp(all)
	return p
}

// Passages is how many passages were read.
func (p *Posts) Passages() int { return p.passages }

// passageEnd is where the first passage of a text ends: after a space, if there is one.
func passageEnd(text string) int {
	if len(text) <= passage {
		return len(text)
	}
	n := passage
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	if at := strings.LastIndexAny(text[:n], " \n"); at >= 0 {
		return at + 1
	}
	if n == 0 {
		return passage // of bytes that are no UTF-8
	}
	return n
}

// use is that a passage uses a word, and what it counts for.
type use struct {
	hash   uint32
	weight float32
}

// uses are the words of a passage, pairs of them and pairs of characters, each once.
// It counts in full if the model knows none of its words as everyday ones, and not at
// all if it knows many.
func (m *Model) uses(text string) []use {
	var out []use
	words, known := 0, 0
	for _, f := range read(Message{Body: text}).found {
		if !f.kind.isText() {
			continue
		}
		out = append(out, use{hash: f.hash})
		if f.kind == kindWords {
			continue
		}
		words++
		if m.mean(f.hash, false) > 0 {
			known++
		}
	}
	if words == 0 {
		return nil
	}
	weight := 1 - float64(known)/float64(words)/knownLanguage
	if weight <= 0 {
		return nil
	}
	for i := range out {
		out[i].weight = float32(weight)
	}
	return out
}

// addUp adds up the uses of each word, in an order that does not depend on theirs.
func addUp(all []use) table {
	slices.SortFunc(all, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.weight, b.weight))
	})
	t := newTable(len(all))
	for i := 0; i < len(all); {
		hash, sum := all[i].hash, float32(0)
		for ; i < len(all) && all[i].hash == hash; i++ {
			sum += all[i].weight
		}
		t.put(hash, sum)
	}
	return t
}

// weight is what the posts say about a feature: never that it speaks for spam, and
// of running text only.
func (p *Posts) weight(f feature) float64 {
	if p == nil || !f.kind.isText() {
		return 0
	}
	n := p.uses.get(f.hash)
	return -units(float64(postsStrength*float64(f.value)) * n / (n + 1))
}

// capPosts scales down what the posts say about a message if it is too much, and adds
// it to the weights.
func capPosts(cs []contribution) {
	sum := 0.0
	for _, c := range cs {
		sum -= c.posts
	}
	for i := range cs {
		if sum > postsCap {
			cs[i].posts = units(cs[i].posts * postsCap / sum)
		}
		cs[i].weight += cs[i].posts
	}
}
