package content

import (
	"cmp"
	"crypto/sha256"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/markup"
)

// Options is what a [Loader] needs to render what it loads.
type Options struct {
	// Picture tells what is known about an image by its path in the content folder
	// ("posts/name/cat.jpg") and the path of its URL, unescaped. Nil knows none.
	Picture func(name, address string) (markup.Picture, bool)
	// Words gives the texts in a language that end up in the pages; see
	// [markup.Options]. Nil: English.
	Words func(language string) map[string]string
	// Now is the clock by which the file system dates its files: the machine's,
	// whatever time the blog believes it is. Without it no file is trusted to be the
	// same, and all are read each time.
	Now func() time.Time
}

// Loader loads a content folder again and again. Many goroutines may use it.
type Loader struct {
	o     Options
	files atomic.Pointer[map[string]found] // of the bundles, by the paths of their URLs

	loading sync.Mutex
	kept    map[string]*draft // what was read, by path
	setting setting           // and what it was read with
	gone    map[string]int    // the lines of gone.txt
}

// setting is what posts are read with besides their files.
type setting struct {
	zone, language string
}

// NewLoader makes a Loader.
func NewLoader(o Options) *Loader { return &Loader{o: o} }

// Load reads a content folder. The error is Problems when files are wrong; the
// Library then holds what could be read.
func Load(fsys fs.FS) (*Library, error) { return NewLoader(Options{}).Load(fsys) }

// Load reads a content folder as [Load] does. What did not change since the last
// time is the same *Post, and what was rendered of it stays rendered.
//
// A file is read again when its size or its time are other ones, when it was so
// young that it may have changed since without a sign, and when a picture it shows
// or a file of its bundle changed.
func (l *Loader) Load(fsys fs.FS) (*Library, error) {
	l.loading.Lock()
	defer l.loading.Unlock()
	meta, problems := loadMeta(fsys)
	if _, err := fs.Stat(fsys, "."); err != nil {
		problems = append(problems, Problem{File: ".", Message: "this folder cannot be read: " + reason(err)})
	}
	posts, wrong := find(fsys, "posts", KindPost)
	problems = append(problems, wrong...)
	pages, wrong := find(fsys, "pages", KindPage)
	problems = append(problems, wrong...)
	gone, wrong := loadGone(fsys)
	l.gone = gone
	problems = append(problems, wrong...)

	drafts := l.readAll(fsys, append(posts, pages...), meta)
	out, wrong := refuse(drafts, meta)
	problems = append(problems, wrong...)
	lib := &Library{Meta: meta, Gone: slices.Sorted(maps.Keys(gone)), Posts: make([]*Post, 0, len(drafts))}
	for i, d := range drafts {
		problems = append(problems, d.problems...)
		if len(d.problems) == 0 && !out[i] {
			lib.Posts = append(lib.Posts, &d.post)
		}
	}
	if len(problems) > 0 {
		return lib, problems.sorted()
	}
	return lib, nil
}

// draft is a source that was read. It is not changed any more, but for what tells that
// it still holds.
type draft struct {
	source
	sum      string // of the file alone
	sure     bool   // the file cannot have changed since without another stamp
	post     Post
	places   places
	problems Problems
}

// places is where the values are that may turn out to clash with those of others.
type places struct {
	slug, aliases, image, part place
}

// readAll reads the sources that changed, many at a time, into the order of their
// paths.
func (l *Loader) readAll(fsys fs.FS, sources []source, meta Meta) []*draft {
	slices.SortFunc(sources, func(a, b source) int { return cmp.Compare(a.path, b.path) })
	if now := (setting{meta.Zone.String(), meta.Language}); now != l.setting {
		l.kept, l.setting = nil, now
	}
	r := reading{l: l, fsys: fsys, meta: meta, sources: sources, drafts: make([]*draft, len(sources))}
	if l.o.Now != nil {
		r.now = l.o.Now()
	}
	if l.o.Words != nil {
		r.words = l.o.Words(meta.Language)
	}
	r.all(func(i int) bool { return l.kept[sources[i].path].isUpToDate(sources[i]) })
	files := filesOf(r.drafts)
	before := l.files.Swap(&files)
	r.all(func(i int) bool { return before == nil || !r.drafts[i].shows(*before, files) })
	l.kept = make(map[string]*draft, len(sources))
	for _, d := range r.drafts {
		l.kept[d.path] = d
	}
	return r.drafts
}

// isUpToDate reports whether a source is as it was when it was read.
func (d *draft) isUpToDate(s source) bool {
	return d != nil && d.sure && d.at == s.at && d.hasBundle(s)
}

func (d *draft) hasBundle(s source) bool { return d.kind == s.kind && slices.Equal(d.files, s.files) }

// shows reports whether the post was rendered with a picture that is another one
// now.
func (d *draft) shows(before, now map[string]found) bool {
	return slices.ContainsFunc(d.post.pictures(), func(p string) bool { return before[p] != now[p] })
}

// filesOf are the files of bundles by the paths of their URLs.
func filesOf(drafts []*draft) map[string]found {
	files := map[string]found{}
	for _, d := range drafts {
		for _, f := range d.files {
			if d.post.Slug != "" {
				files[norm.NFC.String(base(&d.post)+f.path[len(d.dir)+1:])] = f
			}
		}
	}
	return files
}

// reading is one reading of a folder.
type reading struct {
	l       *Loader
	fsys    fs.FS
	meta    Meta
	words   map[string]string // of the blog's language
	now     time.Time
	sources []source
	drafts  []*draft
}

// all reads the sources, except those that may be kept.
func (r *reading) all(keep func(i int) bool) {
	var g sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(r.sources); i = int(next.Add(1)) - 1 {
				if !keep(i) {
					r.drafts[i] = r.read(r.sources[i], r.drafts[i])
				} else if r.drafts[i] == nil {
					r.drafts[i] = r.l.kept[r.sources[i].path]
				}
			}
		})
	}
	g.Wait()
}

// racy is how old a file has to be for its time to tell of every change since: file
// systems have times as coarse as this.
const racy = 2 * time.Second

// read reads a source. If it was read already, and is the same, the old draft stays,
// unless it is stale: what it shows changed.
func (r *reading) read(s source, stale *draft) *draft {
	old := r.l.kept[s.path]
	data, unread := read(r.fsys, s.path)
	if unread != nil {
		return &draft{source: s, problems: Problems{unread.Problem}}
	}
	d := &draft{source: s, sum: sum(data), sure: r.isSure(s.at)}
	same := old != nil && old.sum == d.sum
	if same && stale == nil && old.hasBundle(s) {
		old.at, old.sure = s.at, d.sure
		return old
	}
	if bad := d.parse(data, r); bad != nil {
		bad.File = s.path
		d.problems = Problems{*bad}
	}
	if d.post.Sum = d.sum; same {
		d.post.Sum = sum([]byte(old.post.Sum + d.sum)) // what it shows changed
	}
	return d
}

// isSure reports whether a file with a stamp cannot change without another one.
func (r *reading) isSure(at stamp) bool {
	return at != stamp{} && r.now.Sub(time.Unix(0, at.changed)) > racy
}

// parse makes a post of a file.
func (d *draft) parse(data []byte, r *reading) *Problem {
	src, bad := text(data)
	if bad != nil {
		return bad
	}
	m, bad := split(src)
	if bad != nil {
		return bad
	}
	fields, bad := m.fields()
	if bad != nil {
		return bad
	}
	f := newForm(d.path, fields, postKeys, postInstead)
	d.post = f.post(d.source, r.meta.Zone)
	d.problems = f.problems
	d.places = places{slug: f.at("slug"), aliases: f.at("aliases"), image: f.at("image"), part: f.at("part")}
	d.post.body = newBody(m.body, markup.Options{
		Base: base(&d.post), Prefix: d.post.Slug, Picture: r.l.picture(),
		Words: r.words, Language: r.meta.Language, Line: m.line,
	})
	return nil
}

// picture knows images by the paths of their URLs.
func (l *Loader) picture() func(address string) (markup.Picture, bool) {
	if l.o.Picture == nil {
		return nil
	}
	return func(address string) (markup.Picture, bool) {
		f, ok := (*l.files.Load())[norm.NFC.String(address)]
		if !ok {
			return markup.Picture{}, false
		}
		return l.o.Picture(f.path, address)
	}
}

// sum is a hash of a file.
func sum(data []byte) string {
	h := sha256.Sum256(data)
	return string(h[:16])
}

// fields reads the front matter.
func (m matter) fields() ([]field, *Problem) {
	if m.fence == "+++" {
		return parseTOML(m.front, 2)
	}
	return parseYAML(m.front)
}
