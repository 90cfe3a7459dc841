package markup

import (
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
)

// TestColouredBlocks: a block is looked at once, what a caller does to its tokens
// is its own business, and no more is kept than is allowed.
func TestColouredBlocks(t *testing.T) {
	t.Parallel()
	looked := 0
	tokenise := func(language, code string) []chroma.Token {
		looked++
		return []chroma.Token{{Type: chroma.Text, Value: language + ":" + code}}
	}
	c := &colouredBlocks{max: 10}
	ask := func(language, code string, want int) {
		t.Helper()
		got := c.of(block{language, code}, tokenise)
		if got[0].Value != language+":"+code {
			t.Errorf("got %q for %s in %s", got[0].Value, code, language)
		}
		got[0].Value = "changed"
		if looked != want {
			t.Errorf("%s in %s: looked %d times so far, want %d", code, language, looked, want)
		}
	}
	ask("go", "12345", 1)
	ask("go", "12345", 1)
	ask("c", "12345", 2) // another language
	ask("go", "12345", 2)
	ask("go", "6", 3) // too much: all are forgotten
	ask("go", "12345", 4)
	long := strings.Repeat("7", 11)
	ask("go", long, 5)
	ask("go", long, 6) // never kept
	if c.bytes > c.max {
		t.Errorf("%d bytes are kept, want at most %d", c.bytes, c.max)
	}
}
