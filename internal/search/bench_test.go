package search_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hamlet/internal/search"
)

// Of the posts that are measured: how many, how long, and of how many words. Words
// are as frequent as in a language (Zipf's law), and one in fifty is made up.
const (
	benchPosts = 10_000
	benchBytes = 4_000
	benchWords = 60_000
)

var corpus = sync.OnceValue(func() []search.Doc {
	r := rand.New(rand.NewPCG(1, 2))
	words := vocabulary(r)
	zipf := rand.NewZipf(r, 1.07, 3, benchWords-1)
	docs := make([]search.Doc, benchPosts)
	for i := range docs {
		d := search.Doc{ID: fmt.Sprintf("posts/post-%d", i), Title: sentence(r, zipf, words, 30), Tags: []string{words[50+r.IntN(200)], words[50+r.IntN(200)]}}
		for s := range 5 {
			d.Sections = append(d.Sections, search.Section{
				ID: fmt.Sprint("s", s), Heading: sentence(r, zipf, words, 20), Text: sentence(r, zipf, words, benchBytes/5),
			})
		}
		docs[i] = d
	}
	return docs
})

func vocabulary(r *rand.Rand) []string {
	syllables := strings.Fields("ka to mi re sun der wo al be chi dor en fa gan hol is jo ket lum ner os pra qui ra sto tur un ver wen xo ya zel")
	words := make([]string, benchWords)
	for i := range words {
		n := 1 + int(math.Log2(float64(i+2))/4) + r.IntN(2)
		for range n {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	return words
}

func sentence(r *rand.Rand, zipf *rand.Zipf, words []string, size int) string {
	var b strings.Builder
	for b.Len() < size {
		if r.IntN(50) == 0 {
			fmt.Fprintf(&b, "%x ", r.Uint32N(1<<22))
			continue
		}
		b.WriteString(words[zipf.Uint64()])
		b.WriteByte(" \n,."[min(r.IntN(40), 3)])
		b.WriteByte(' ')
	}
	return b.String()
}

var benchIndex = sync.OnceValue(func() *search.Index { return search.Build(slices.Values(corpus())) })

func BenchmarkBuild(b *testing.B) {
	docs := corpus()
	for b.Loop() {
		search.Build(slices.Values(docs))
	}
}

func BenchmarkMemory(b *testing.B) {
	docs := corpus()
	for b.Loop() {
		before := live()
		ix := search.Build(slices.Values(docs))
		b.ReportMetric(float64(live()-before)/1e6, "MB")
		runtime.KeepAlive(ix)
	}
}

func live() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkWith(b *testing.B) {
	docs, ix := corpus(), benchIndex()
	i := 0
	for b.Loop() {
		ix = ix.With([]search.Doc{docs[i%len(docs)]}, nil)
		i++
	}
}

func BenchmarkSimilar(b *testing.B) {
	docs, ix := corpus(), benchIndex()
	i := 0
	for b.Loop() {
		if len(ix.Similar(docs[i%len(docs)].ID, 4)) == 0 {
			b.Fatal("nothing is similar")
		}
		i++
	}
}

// queries are kinds of queries, from words of the corpus by how frequent they are.
func queries() map[string]func(r *rand.Rand) string {
	words := vocabulary(rand.New(rand.NewPCG(1, 2)))
	frequent := func(r *rand.Rand) string { return words[r.IntN(20)] }
	usual := func(r *rand.Rand) string { return words[20+r.IntN(2000)] }
	rare := func(r *rand.Rand) string { return words[2000+r.IntN(benchWords-2000)] }
	many := func(n int, one func(*rand.Rand) string) func(*rand.Rand) string {
		return func(r *rand.Rand) string {
			var all []string
			for range n {
				all = append(all, one(r))
			}
			return strings.Join(all, " ")
		}
	}
	quoted := func(of func(*rand.Rand) string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return `"` + of(r) + `"` }
	}
	cut := func(n int, of func(*rand.Rand) string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { w := of(r); return w[:min(n, len(w))] }
	}
	return map[string]func(r *rand.Rand) string{
		"usual": usual, "two": many(2, usual), "rare": rare, "frequent": frequent, "frequents": many(5, frequent),
		"phrase": quoted(many(2, usual)), "frequent phrase": quoted(many(3, frequent)),
		"letter": cut(1, usual), "two letters": cut(2, usual), "mixed": many(3, func(r *rand.Rand) string { return []string{frequent(r), usual(r), rare(r)}[r.IntN(3)] }),
		"hostile":     many(1000, func(r *rand.Rand) string { return frequent(r) + "*" }),
		"letters":     many(16, func(r *rand.Rand) string { return frequent(r)[:1] + "*" }),
		"open phrase": func(r *rand.Rand) string { return `"` + frequent(r) + " " + frequent(r)[:1] },
	}
}

func BenchmarkSearch(b *testing.B) {
	docs, ix := corpus(), benchIndex()
	byID := map[string]search.Doc{}
	for _, d := range docs {
		byID[d.ID] = d
	}
	doc := func(id string) (search.Doc, bool) { d, ok := byID[id]; return d, ok }
	for name, query := range queries() {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(3, 4))
			var took []time.Duration
			for b.Loop() {
				q := query(r)
				start := time.Now()
				ix.Search(q, search.Options{Doc: doc})
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
		})
	}
}
