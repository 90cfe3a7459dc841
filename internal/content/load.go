package content

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/markup"
)

// Options is what a [Loader] needs to render what it loads.
type Options struct {
	// Picture tells what is known about an image by its path in the content folder
	// ("posts/name/cat.jpg"). Nil knows none.
	Picture func(name string) (markup.Picture, bool)
	// Words are the texts that end up in the pages; see [markup.Options].
	Words map[string]string
}

// Loader loads a content folder again and again.
type Loader struct {
	o Options
}

// NewLoader makes a Loader.
func NewLoader(o Options) *Loader { return &Loader{o: o} }

// Load reads a content folder. The error is Problems when files are wrong; the
// Library then holds what could be read.
func Load(fsys fs.FS) (*Library, error) { return NewLoader(Options{}).Load(fsys) }

// Load reads a content folder as [Load] does. What did not change since the last
// time is the same *Post.
func (l *Loader) Load(fsys fs.FS) (*Library, error) {
	meta, problems := loadMeta(fsys)
	if _, err := fs.Stat(fsys, "."); err != nil {
		problems = append(problems, Problem{File: ".", Message: "this folder cannot be read: " + reason(err)})
	}
	posts, wrong := find(fsys, "posts", KindPost)
	problems = append(problems, wrong...)
	pages, wrong := find(fsys, "pages", KindPage)
	problems = append(problems, wrong...)

	drafts := readAll(fsys, append(posts, pages...), meta.Zone)
	problems = append(problems, refuseDuplicates(drafts)...)
	problems = append(problems, refusePaths(drafts, meta)...)
	gone, wrong := loadGone(fsys)
	problems = append(problems, wrong...)
	lib := &Library{Meta: meta, Gone: gone}
	for i := range drafts {
		d := &drafts[i]
		problems = append(problems, d.problems...)
		if len(d.problems) == 0 && !d.duplicate {
			lib.Posts = append(lib.Posts, &d.post)
		}
	}
	if len(problems) > 0 {
		return lib, problems.sorted()
	}
	return lib, nil
}

// draft is a source that was read.
type draft struct {
	post      Post
	slugLine  int
	aliasLine int
	problems  Problems
	duplicate bool
}

// readAll reads the sources, many at a time, into the order of their paths.
func readAll(fsys fs.FS, sources []source, zone *time.Location) []draft {
	slices.SortFunc(sources, func(a, b source) int { return cmp.Compare(a.path, b.path) })
	drafts := make([]draft, len(sources))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range sources {
		g.Go(func() error {
			drafts[i] = readOne(fsys, s, zone)
			return nil
		})
	}
	_ = g.Wait() // nothing returns an error: they are in the drafts
	return drafts
}

func readOne(fsys fs.FS, s source, zone *time.Location) draft {
	refuse := func(p *Problem) draft {
		p.File = s.path
		return draft{problems: Problems{*p}}
	}
	data, unread := read(fsys, s.path)
	if unread != nil {
		return refuse(&unread.Problem)
	}
	src, bad := text(data)
	if bad != nil {
		return refuse(bad)
	}
	m, bad := split(src)
	if bad != nil {
		return refuse(bad)
	}
	fields, bad := m.fields()
	if bad != nil {
		return refuse(bad)
	}
	f := newForm(s.path, fields, postKeys, postInstead)
	s.sum = sum(data)
	post := f.post(s, zone)
	post.body = newBody(m.body, markup.Options{Base: base(&post), Prefix: post.Slug})
	return draft{post: post, slugLine: f.line("slug"), aliasLine: f.line("aliases"), problems: f.problems}
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

// refuseDuplicates finds the posts, and the pages, whose slug an earlier one has.
func refuseDuplicates(drafts []draft) Problems {
	var problems Problems
	first := map[string]string{}
	for i := range drafts {
		d := &drafts[i]
		if d.post.Slug == "" {
			continue
		}
		key := strings.Join([]string{string(d.post.Kind), d.post.Slug}, "/")
		if before, taken := first[key]; taken {
			d.duplicate = true
			problems = append(problems, Problem{
				File: d.post.Source, Line: d.slugLine, Field: "slug",
				Message: fmt.Sprintf("the slug %s is taken by %s", d.post.Slug, before),
				Hint:    "give one of them another slug",
			})
			continue
		}
		first[key] = d.post.Source
	}
	return problems
}

// refusePaths finds the posts that the permalink pattern gives no path of their
// own, and aliases that an earlier post has too: where they lead would depend on
// the order.
func refusePaths(drafts []draft, meta Meta) Problems {
	var problems Problems
	paths, aliases := map[string]string{}, map[string]string{}
	for i := range drafts {
		d := &drafts[i]
		if d.duplicate || len(d.problems) > 0 {
			continue
		}
		p := &d.post
		address := meta.Path(p)
		bad := meta.checkPath(p)
		if before, taken := paths[address]; bad == nil && taken {
			bad = &Problem{File: p.Source, Line: d.slugLine, Field: "slug", Message: "the address " + address + " is taken by " + before, Hint: "give one of them another slug"}
		}
		if bad != nil {
			problems = append(problems, *bad)
			d.duplicate = true
			continue
		}
		paths[address] = p.Source
		for _, a := range p.Aliases {
			if before, taken := aliases[a]; taken {
				problems = append(problems, Problem{File: p.Source, Line: d.aliasLine, Field: "aliases", Message: a + " is an alias of " + before + " too", Hint: "keep one of them"})
				d.duplicate = true
				continue
			}
			aliases[a] = p.Source
		}
	}
	return problems
}
