package content_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"hamlet/internal/content"
)

// many is how many posts the benchmarks have.
const many = 10_000

// manyPosts writes posts of about 4 kB with headings, links and a block of code, a
// hundred to a folder, dated an hour ago.
func manyPosts(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	before := time.Now().Add(-time.Hour)
	for i := range n {
		name := filepath.Join(dir, "posts", fmt.Sprintf("%03d", i/100), fmt.Sprintf("post-%05d.md", i))
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.WriteFile(name, []byte(generated(i, n)), 0o644); err != nil {
			b.Fatal(err)
		}
		if err := os.Chtimes(name, before, before); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

func generated(i, n int) string {
	words := strings.Fields("river meadow oven flour kettle ladder hinge copper willow harbour lantern needle orchard pepper quarry ribbon saddle timber valley window")
	var s strings.Builder
	word := func(j int) string { return words[(i*7+j*j+j)%len(words)] }
	fmt.Fprintf(&s, "---\ntitle: \"Post %d: %s\"\ndate: 2026-01-%02dT12:00:00Z\nsummary: \"About the %s.\"\ntags: [%s, %s]\n---\n\n", i, word(1), 1+i%28, word(2), word(3), word(4))
	for h := range 5 {
		fmt.Fprintf(&s, "## The %s and the %s\n\n", word(h), word(h+3))
		for p := range 3 {
			for j := range 26 {
				s.WriteString(word(h*100+p*30+j) + " ")
			}
			fmt.Fprintf(&s, "*%s*, see [the %s](/posts/post-%05d).\n\n", word(p), word(h), (i*31+h*7+p)%n)
		}
	}
	s.WriteString("```go\nfunc sum(values []int) (total int) {\n\tfor _, v := range values { // each once\n\t\ttotal += v\n\t}\n\treturn total\n}\n```\n")
	return s.String()
}

// fromDisk loads a folder as the program does.
func fromDisk(b *testing.B, l *content.Loader, dir string) *content.Library {
	b.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	lib, err := l.Load(root.FS())
	if err != nil {
		b.Fatal(err)
	}
	return lib
}

// BenchmarkLoad reads a blog for the first time.
func BenchmarkLoad(b *testing.B) {
	dir := manyPosts(b, many)
	for b.Loop() {
		fromDisk(b, content.NewLoader(content.Options{Now: time.Now}), dir)
	}
}

// BenchmarkReload reads it again after one post was edited.
func BenchmarkReload(b *testing.B) {
	dir := manyPosts(b, many)
	l := content.NewLoader(content.Options{Now: time.Now})
	fromDisk(b, l, dir)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		if err := os.WriteFile(dir+"/posts/050/post-05000.md", []byte(generated(i, many)), 0o644); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		fromDisk(b, l, dir)
	}
}

// BenchmarkRenderAll renders every body, and says how much memory they keep.
func BenchmarkRenderAll(b *testing.B) {
	dir := manyPosts(b, many)
	for b.Loop() {
		b.StopTimer()
		lib := fromDisk(b, content.NewLoader(content.Options{Now: time.Now}), dir)
		loaded := heap()
		b.StartTimer()
		var g sync.WaitGroup
		for w := range runtime.GOMAXPROCS(0) {
			g.Go(func() {
				for i := w; i < len(lib.Posts); i += runtime.GOMAXPROCS(0) {
					lib.Posts[i].Body()
				}
			})
		}
		g.Wait()
		b.StopTimer()
		b.ReportMetric(loaded, "MB-loaded")
		b.ReportMetric(heap(), "MB-rendered")
		runtime.KeepAlive(lib)
		b.StartTimer()
	}
}

// heap is what is alive, in MB.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// BenchmarkBody unpacks a body.
func BenchmarkBody(b *testing.B) {
	lib := mustLoadB(b, generated(1, 10))
	for b.Loop() {
		if lib.Posts[0].HTML() == "" {
			b.Fatal("nothing was rendered")
		}
	}
}

func mustLoadB(b *testing.B, src string) *content.Library {
	b.Helper()
	lib, err := content.Load(files("posts/x.md", src))
	if err != nil {
		b.Fatal(err)
	}
	return lib
}
