package markup

import (
	"slices"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// block is code in a language.
type block struct{ language, code string }

// colouredBlocks keeps the tokens of blocks of code: telling them apart is a
// third of what rendering a post takes, and an edited post has mostly the code it
// had before. When more than max bytes of code are kept, all are forgotten, and it
// begins anew.
type colouredBlocks struct {
	max int

	mu     sync.Mutex
	bytes  int
	tokens map[block][]chroma.Token
}

// coloured are the blocks of all authors.
var coloured = &colouredBlocks{max: 1 << 20}

// of finds the tokens of a block, or makes them. They are the caller's own.
func (c *colouredBlocks) of(b block, tokenise func(language, code string) []chroma.Token) []chroma.Token {
	c.mu.Lock()
	tokens, ok := c.tokens[b]
	c.mu.Unlock()
	if !ok {
		tokens = tokenise(b.language, b.code) // perhaps by two at once, which is as good
		c.keep(b, tokens)
	}
	return slices.Clone(tokens)
}

func (c *colouredBlocks) keep(b block, tokens []chroma.Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tokens == nil || c.bytes+len(b.code) > c.max {
		c.tokens, c.bytes = map[block][]chroma.Token{}, 0
	}
	if len(b.code) > c.max {
		return
	}
	c.tokens[b] = tokens
	c.bytes += len(b.code)
}
