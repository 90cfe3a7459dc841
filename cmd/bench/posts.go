package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// postBytes is about how long a generated post is.
const postBytes = 4000

// generator writes posts that look like posts: words as frequent as words are
// (Zipf), headings, links, a list and one block of code. The same seed gives the
// same posts.
type generator struct {
	random *rand.Rand
	zipf   *rand.Zipf
	words  []string
}

func newGenerator(seed uint64) *generator {
	random := rand.New(rand.NewPCG(seed, 1)) // the same each time
	g := &generator{random: random, words: make([]string, 30_000)}
	for i := range g.words {
		g.words[i] = g.newWord()
	}
	g.zipf = rand.NewZipf(random, 1.1, 4, uint64(len(g.words)-1))
	return g
}

// newWord makes a word up, of syllables.
func (g *generator) newWord() string {
	const heads, cores, tails = "bcdfghklmnprstvw", "aeiou", "lmnrst"
	var b strings.Builder
	for range 1 + g.random.IntN(4) {
		b.WriteByte(heads[g.random.IntN(len(heads))])
		b.WriteByte(cores[g.random.IntN(len(cores))])
		if g.random.IntN(2) == 0 {
			b.WriteByte(tails[g.random.IntN(len(tails))])
		}
	}
	return b.String()
}

func (g *generator) word() string { return g.words[g.zipf.Uint64()] }

// sentence is n words that begin with a capital.
func (g *generator) sentence(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = g.word()
	}
	s := strings.Join(words, " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// slugOf is the slug of post i.
func slugOf(i int) string { return fmt.Sprintf("post-%05d", i) }

// post is post i of n: front matter that hamlet and Hugo both read, and a body.
func (g *generator) post(i, n int) []byte {
	var b strings.Builder
	day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).Add(-time.Duration(n-i) * time.Hour)
	fmt.Fprintf(&b, "---\ntitle: %q\ndate: %s\nsummary: %q\ntags: [%s, %s]\n---\n\n",
		g.sentence(5), day.Format(time.RFC3339), g.sentence(15), g.words[g.random.IntN(60)], g.words[60+g.random.IntN(200)])
	for b.Len() < postBytes-1300 {
		fmt.Fprintf(&b, "## %s\n\n", g.sentence(4))
		for range 3 {
			fmt.Fprintf(&b, "%s. %s, [%s](/posts/%s) %s. *%s* %s.\n\n", g.sentence(22), g.sentence(14),
				g.word(), slugOf(g.random.IntN(n)), g.sentence(9), g.word(), g.sentence(18))
		}
	}
	b.WriteString("```go\nfunc sum(values []int) (total int) {\n\tfor _, v := range values { // each once\n\t\ttotal += v\n\t}\n" +
		"\treturn total\n}\n```\n\n")
	for range 3 {
		fmt.Fprintf(&b, "- %s\n", g.sentence(8))
	}
	return []byte(b.String())
}

// writePosts writes n posts into a folder, a hundred to a folder below it.
func writePosts(dir string, n int) error {
	g := newGenerator(1)
	for i := range n {
		name := postFile(dir, i)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return fmt.Errorf("write posts: %w", err)
		}
		if err := os.WriteFile(name, g.post(i, n), 0o644); err != nil {
			return fmt.Errorf("write posts: %w", err)
		}
	}
	return nil
}

// postFile is where post i is.
func postFile(dir string, i int) string {
	return filepath.Join(dir, fmt.Sprintf("%03d", i/100), slugOf(i)+".md")
}

// article is a post of about 5 kB of text for the page view.
func article() []byte {
	g := newGenerator(2)
	body := string(g.post(0, 1))
	return []byte(strings.Replace(body, "---\n\n", "---\n\n"+g.sentence(200)+".\n\n", 1))
}
