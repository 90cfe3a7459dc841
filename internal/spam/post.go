package spam

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// post is the words of the post a comment was sent to: of its address, its title and its
// tags. A comment that uses them is about the post. They are no features; how
// many of them the comment uses is.
type post struct {
	words        [maxPostWords]uint32 // hashes of the beginnings of words
	n            int
	latin, other int // words in the Latin script and in others
}

const maxPostWords = 64

// postStem is how many letters of a word count: who writes "rose" means "roses".
const postStem = 4

// readPost remembers the words of the post.
func (r *reader) readPost(m Message) {
	permalink := clip(m.Permalink, maxField)
	_, rest := split(permalink)
	if rest == "" {
		rest = permalink
	}
	if strings.IndexByte(rest, '%') >= 0 {
		if plain, err := url.PathUnescape(rest); err == nil {
			rest = plain
		}
	}
	r.post.read(folded(clip(rest, maxField)))
	r.post.read(folded(clip(m.Title, maxField)))
	for _, tag := range m.Tags[:min(len(m.Tags), maxPostWords)] {
		r.post.read(folded(clip(tag, maxField)))
	}
}

// read remembers the words of a text.
func (p *post) read(text string) {
	for i := 0; i < len(text); {
		x, size := utf8.DecodeRuneInString(text[i:])
		if unspaced(x) {
			if next, more := utf8.DecodeRuneInString(text[i+size:]); unspaced(next) {
				p.add(text[i : i+size+more])
			}
			p.other++
			i += size
			continue
		}
		n := wordAt(text[i:]).length
		if n == 0 {
			i += size
			continue
		}
		w := text[i : i+n]
		if x >= 0x370 && !unicode.Is(unicode.Latin, x) {
			p.other++
		} else {
			p.latin++
		}
		if utf8.RuneCountInString(w) >= 4 && w != "html" && w != "posts" && w != "aspx" {
			p.add(w)
		}
		i += n
	}
}

func (p *post) add(w string) {
	h := stemHash(w)
	if p.n < maxPostWords && !slices.Contains(p.words[:p.n], h) {
		p.words[p.n] = h
		p.n++
	}
}

// uses remembers that the comment used a word and returns 1 if it is one of the
// post's.
func (p *post) uses(w []byte) int {
	if p.n == 0 || len(w) < 4 {
		return 0
	}
	if slices.Contains(p.words[:p.n], stemHash(w)) {
		return 1
	}
	return 0
}

// stemHash is the hash of the beginning of a word.
func stemHash[T string | []byte](w T) uint32 {
	letters := 0
	for i := range len(w) {
		if utf8.RuneStart(w[i]) {
			if letters == postStem {
				return hashOn(fnvOffset, w[:i])
			}
			letters++
		}
	}
	return hashOn(fnvOffset, w)
}
