package content_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/markup"
)

// shelf is a content folder that is loaded again and again, and the clock of its
// file system.
type shelf struct {
	*testing.T
	dir    string
	now    time.Time
	loader *content.Loader
}

func newShelf(t *testing.T, o content.Options) *shelf {
	t.Helper()
	s := &shelf{T: t, dir: t.TempDir(), now: time.Now().Add(time.Hour)}
	o.Now = func() time.Time { return s.now }
	s.loader = content.NewLoader(o)
	return s
}

func (s *shelf) write(name, data string) {
	s.Helper()
	write(s.T, filepath.Join(s.dir, name), data)
}

// load loads the folder and gives the post at an index.
func (s *shelf) load() []*content.Post {
	s.Helper()
	lib, err := s.loader.Load(os.DirFS(s.dir))
	if err != nil {
		s.Fatal(err)
	}
	return lib.Posts
}

// keepTime writes a file of the same size without changing its time.
func (s *shelf) keepTime(name, data string) {
	s.Helper()
	name = filepath.Join(s.dir, name)
	info, err := os.Stat(name)
	if err != nil {
		s.Fatal(err)
	}
	if int(info.Size()) != len(data) {
		s.Fatalf("%s has %d bytes and would have %d", name, info.Size(), len(data))
	}
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		s.Fatal(err)
	}
	if err := os.Chtimes(name, info.ModTime(), info.ModTime()); err != nil {
		s.Fatal(err)
	}
}

func TestWhatDidNotChangeIsTheSame(t *testing.T) {
	t.Parallel()
	s := newShelf(t, content.Options{})
	s.write("posts/a.md", shortPost+"a")
	s.write("posts/b.md", shortPost+"b")
	s.write("posts/c/index.md", shortPost+"c")
	before := s.load()
	if again := s.load(); !slices.Equal(again, before) {
		t.Error("nothing changed, and there are other posts")
	}
	s.write("posts/b.md", shortPost+"bb")
	s.write("posts/d.md", shortPost)
	after := s.load()
	if after[0] != before[0] || after[1] == before[1] || after[2] != before[2] || len(after) != 4 {
		t.Errorf("one edited, one new: got %v, before %v", after, before)
	}
	if after[1].Sum == before[1].Sum || string(after[1].HTML()) != "<p>bb</p>\n" {
		t.Errorf("got %q, want what was edited", after[1].HTML())
	}
	if err := os.Remove(s.dir + "/posts/a.md"); err != nil {
		t.Fatal(err)
	}
	if last := s.load(); !slices.Equal(last, after[1:]) {
		t.Errorf("one taken away: got %v, want %v", last, after[1:])
	}
}

func TestABrokenFileIsReadAgainWhenItIsMended(t *testing.T) {
	t.Parallel()
	s := newShelf(t, content.Options{})
	s.write("posts/a.md", shortPost)
	s.write("posts/b.md", shortPost)
	before := s.load()
	s.write("posts/a.md", "---\ntitle: half of")
	for range 2 {
		lib, err := s.loader.Load(os.DirFS(s.dir))
		if err == nil || len(lib.Posts) != 1 || lib.Posts[0] != before[1] {
			t.Fatalf("got %v and %v, want the other post as it was", lib.Posts, err)
		}
	}
	s.write("posts/a.md", shortPost)
	if after := s.load(); len(after) != 2 || after[1] != before[1] {
		t.Errorf("got %v", after)
	}
}

// TestYoungFilesAreNotTrusted changes a file so soon after it was read that its
// time stays the same.
func TestYoungFilesAreNotTrusted(t *testing.T) {
	t.Parallel()
	s := newShelf(t, content.Options{})
	s.write("posts/a.md", shortPost+"one")
	info, err := os.Stat(s.dir + "/posts/a.md")
	if err != nil {
		t.Fatal(err)
	}
	s.now = info.ModTime().Add(time.Second)
	before := s.load()
	if again := s.load(); again[0] != before[0] {
		t.Error("read again and the same: got another post")
	}
	s.keepTime("posts/a.md", shortPost+"two")
	if got := s.load()[0].HTML(); got != "<p>two</p>\n" {
		t.Errorf("got %s, want two: the file was too young to be trusted", got)
	}
	s.now = info.ModTime().Add(time.Minute)
	s.load()
	s.keepTime("posts/a.md", shortPost+"six")
	if got := s.load()[0].HTML(); got != "<p>two</p>\n" {
		t.Errorf("got %s, want two: an old file with the same time is not read", got)
	}
}

func TestTimesThatNobodyKnowsAreNotTrusted(t *testing.T) {
	t.Parallel()
	l := content.NewLoader(content.Options{})
	for _, word := range []string{"one", "two"} {
		lib, err := l.Load(files("posts/a.md", shortPost+word)) // files in memory have no time
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(lib.Posts[0].HTML()), "<p>"+word+"</p>\n"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAnotherTimeZoneReadsAllAgain(t *testing.T) {
	t.Parallel()
	s := newShelf(t, content.Options{})
	s.write("posts/a.md", shortPost)
	before := s.load()[0]
	s.write("site.toml", `time_zone = "Asia/Tokyo"`)
	if after := s.load()[0]; after == before || !after.Date.Equal(before.Date.Add(-9*time.Hour)) {
		t.Errorf("got %s, before %s", after.Date, before.Date)
	}
}

func TestPicturesThatChange(t *testing.T) {
	t.Parallel()
	var asked sync.Map
	s := newShelf(t, content.Options{Picture: func(name, _ string) (markup.Picture, bool) {
		asked.Store(name, true)
		return markup.Picture{Src: "/media/" + name, Width: 4, Height: 3}, true
	}})
	s.write("posts/a.md", shortPost+"![cat](trip/Bild%20eins.jpg)")
	s.write("posts/b.md", shortPost+"no picture")
	s.write("posts/c.md", shortPost+"![cat](/posts/trip/later.jpg)")
	s.write("posts/2026-trip/index.md", "---\ntitle: T\ndate: 2026-01-02\nslug: trip\n---\n![cat](<Bild eins.jpg>)")
	s.write("posts/2026-trip/Bild eins.jpg", "x")
	before := s.load()
	for _, p := range before {
		p.Body()
	}
	if _, ok := asked.Load("posts/2026-trip/Bild eins.jpg"); !ok {
		t.Error("not asked for the picture in the bundle")
	}
	for _, i := range []int{0, 1} {
		if html := string(before[i].HTML()); !strings.Contains(html, `width="4"`) {
			t.Errorf("got %s, want it with the picture's size", html)
		}
	}
	s.write("posts/2026-trip/Bild eins.jpg", "longer")
	after := s.load()
	if after[0] == before[0] || after[1] == before[1] || after[0].Sum == before[0].Sum || after[1].Sum == before[1].Sum || !slices.Equal(after[2:], before[2:]) {
		t.Errorf("a picture was replaced: got %v, before %v", after, before)
	}
	after[1].Body()
	s.write("posts/2026-trip/later.jpg", "x")
	last := s.load()
	if last[3] == after[3] || last[2] != after[2] || !strings.Contains(string(last[3].HTML()), `width="4"`) {
		t.Errorf("a picture that was missing came: got %v, before %v", last, after)
	}
}

func TestManyMayLoadAndRenderAtOnce(t *testing.T) {
	t.Parallel()
	var rendered atomic.Int64
	s := newShelf(t, content.Options{Picture: func(string, string) (markup.Picture, bool) {
		rendered.Add(1)
		return markup.Picture{}, false
	}})
	s.write("posts/a/index.md", shortPost+"![cat](cat.jpg)")
	s.write("posts/a/cat.jpg", "x")
	var g sync.WaitGroup
	for range 8 {
		g.Go(func() {
			lib, err := s.loader.Load(os.DirFS(s.dir))
			if err != nil || !strings.Contains(string(lib.Posts[0].HTML()), "cat.jpg") || lib.Posts[0].Words() < 0 || lib.Posts[0].Teaser() != lib.Posts[0].Body().Opening {
				t.Errorf("got %v and %v", lib, err)
			}
		})
	}
	g.Wait()
	if n := rendered.Load(); n != 1 {
		t.Errorf("rendered %d times, want once", n)
	}
}

func TestAPanicIsAFaultOfTheText(t *testing.T) {
	t.Parallel()
	s := newShelf(t, content.Options{Picture: func(string, string) (markup.Picture, bool) { panic("no such luck") }})
	s.write("posts/a/index.md", shortPost+"![cat](cat.jpg) & <more>\n")
	s.write("posts/a/cat.jpg", "x")
	for range 2 { // the second time from what was kept
		b := s.load()[0].Body()
		if got, want := string(b.HTML), "<pre>![cat](cat.jpg) &amp; &lt;more&gt;\n</pre>\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if len(b.Faults) != 1 || b.Faults[0].Line != 5 || !strings.Contains(b.Faults[0].Text, "no such luck") {
			t.Errorf("got faults %v", b.Faults)
		}
	}
}

// TestBodiesArePackedWhole renders texts with everything in them twice: fresh, and
// unpacked.
func TestBodiesArePackedWhole(t *testing.T) {
	t.Parallel()
	src := "Lead *here*.\n\n<!--more-->\n\n## One\n\n![cat](cat.jpg) [b](/b#c)[^1]\n\n```go\nx := 1\n```\n\n### Zwei ß\n\ntext <b>\n\n[^1]: note\n"
	for _, text := range []string{src, "", strings.Repeat("word ", 30_000)} {
		p := mustLoad(t, files("posts/a.md", shortPost+text)).Posts[0]
		fresh, kept := p.Body(), p.Body()
		if !reflect.DeepEqual(fresh, kept) {
			t.Errorf("got\n%+v\nwant\n%+v", kept, fresh)
		}
		if p.Words() != fresh.Words || p.Teaser() != fresh.Opening {
			t.Errorf("got %d words and %q, want %d and %q", p.Words(), p.Teaser(), fresh.Words, fresh.Opening)
		}
	}
}
