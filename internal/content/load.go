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

var postKeys = []string{"title", "date", "author", "authors", "summary", "tags", "draft", "slug", "comments"}

// postInstead are the keys other programs use for what we know.
var postInstead = map[string]string{
	"categories": "tags", "category": "tags", "keywords": "tags", "labels": "tags",
	"description": "summary", "excerpt": "summary", "abstract": "summary", "subtitle": "summary",
	"published": "date", "pubdate": "date", "created": "date", "publishdate": "date", "time": "date",
	"by": "author", "writer": "author", "name": "title", "heading": "title",
	"permalink": "slug", "url": "slug", "path": "slug", "allow_comments": "comments", "hidden": "draft",
}

// Load reads a content folder. The error is Problems when files are wrong; the
// Library then holds what could be read.
func Load(fsys fs.FS) (*Library, error) {
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
	lib := &Library{Meta: meta}
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
	return draft{post: post, slugLine: f.line("slug"), problems: f.problems}
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

// post fills a Post from the front matter.
func (f *form) post(s source, zone *time.Location) Post {
	p := Post{
		Kind: s.kind, Source: s.path, Sum: s.sum, Dir: s.dir, Files: s.files,
		Title:   f.required("title"),
		Date:    f.date("date", zone),
		Authors: f.authors(),
		Summary: f.text("summary"),
		Tags:    f.tags(),
		Draft:   f.flag("draft"),
		Slug:    f.slug(s),
	}
	if _, ok := f.get("date"); !ok && s.kind == KindPost {
		f.note(f.line("date"), "date", "this is missing", howToDate)
	}
	p.Comments = f.comments(s.kind)
	return p
}

// authors is whichever of author and authors was given.
func (f *form) authors() []string {
	one, both := f.get("author")
	if _, ok := f.get("authors"); !ok {
		return f.texts("author")
	}
	if both {
		f.note(one.line, "author", "author and authors are the same key", "keep one of them")
	}
	return f.texts("authors")
}

// tags are the tags, each of which needs something that can be in an address.
func (f *form) tags() []string {
	tags := f.texts("tags")
	for _, t := range tags {
		if markup.Slug(t) == "" {
			f.note(f.line("tags"), "tags", fmt.Sprintf("the tag %q has no letter and no digit", t), "name it in words")
		}
	}
	return tags
}

func (f *form) comments(k Kind) CommentMode {
	mode, given := f.commentMode()
	if k == KindPost {
		return mode
	}
	if given && mode != CommentsOff {
		f.note(f.line("comments"), "comments", "a page takes no comments", "take the line out, or make it a post")
	}
	return CommentsOff
}

func (f *form) commentMode() (mode CommentMode, given bool) {
	e, ok := f.get("comments")
	if !ok {
		return CommentsOn, false
	}
	switch v := e.value; {
	case v.shape == aFlag && v.flag, v.shape == aText && v.text == string(CommentsOn):
		return CommentsOn, true
	case v.shape == aFlag, v.shape == aText && v.text == string(CommentsOff):
		return CommentsOff, true
	case v.shape == aText && v.text == string(CommentsClosed):
		return CommentsClosed, true
	default:
		hint := ""
		if s := suggest(v.text, []string{"on", "off", "closed"}); s != "" {
			hint = "did you mean " + s + "?"
		}
		f.note(e.line, "comments", "this has to be on, off or closed", hint)
		return CommentsOn, false
	}
}

// base is what relative addresses are relative to: the bundle, or the folder of
// the post in the address.
func base(p *Post) string {
	b := "/"
	if p.Kind == KindPost {
		b = "/posts/"
	}
	if p.Dir != "" {
		b += p.Slug + "/"
	}
	return b
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
