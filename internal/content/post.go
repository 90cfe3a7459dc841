package content

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var postKeys = []string{
	"title", "date", "updated", "expires", "author", "authors", "summary", "tags", "categories", "series", "part",
	"draft", "slug", "comments", "pinned", "toc", "image", "aliases", "gone", "event",
}

// postInstead are the keys other programs use for what we know.
var postInstead = map[string]string{
	"category": "categories", "keywords": "tags", "labels": "tags",
	"description": "summary", "excerpt": "summary", "abstract": "summary", "subtitle": "summary",
	"published": "date", "pubdate": "date", "created": "date", "publishdate": "date", "time": "date",
	"lastmod": "updated", "last_modified": "updated", "last_modified_at": "updated", "modified": "updated", "changed": "updated",
	"expirydate": "expires", "expiry": "expires", "unpublish": "expires", "unpublishdate": "expires", "until": "expires",
	"by": "author", "writer": "author", "name": "title", "heading": "title",
	"permalink": "slug", "url": "slug", "path": "slug", "allow_comments": "comments", "hidden": "draft",
	"redirect_from": "aliases", "redirects": "aliases", "old_urls": "aliases",
	"cover": "image", "thumbnail": "image", "featured_image": "image", "banner": "image", "hero": "image", "picture": "image",
	"sticky": "pinned", "featured": "pinned", "table_of_contents": "toc", "contents": "toc",
	"deleted": "gone", "removed": "gone", "number": "part", "series_part": "part",
	"start": "event", "end": "event", "place": "event", "location": "event", "venue": "event",
}

// post fills a Post from the front matter.
func (f *form) post(s source, zone *time.Location) Post {
	p := Post{
		Kind: s.kind, Source: s.path, Dir: s.dir, Files: s.paths(),
		Title:      f.required("title"),
		Date:       f.date("date", zone),
		Updated:    f.date("updated", zone),
		Expires:    f.date("expires", zone),
		Authors:    f.authors(),
		Summary:    f.text("summary"),
		Tags:       f.terms("tags", "tag"),
		Categories: f.terms("categories", "category"),
		Pinned:     f.flag("pinned"),
		Draft:      f.flag("draft"),
		Gone:       f.flag("gone"),
		Slug:       f.slug(s),
		TOC:        f.toc(),
		Aliases:    f.aliases(),
		Event:      f.event(zone),
	}
	p.written = written{f.typed("date"), f.typed("expires")}
	p.Series, p.Part = f.series()
	p.Image = f.image(&p)
	p.Comments = f.comments(s.kind)
	f.dates(&p)
	if s.kind == KindPage {
		f.refuseForPages()
	}
	return p
}

// dates checks what the dates of a post say about each other.
func (f *form) dates(p *Post) {
	if _, ok := f.get("date"); !ok && p.Kind == KindPost {
		f.note(f.at("date"), "date", "this is missing", howToDate)
	}
	if !p.Expires.IsZero() && !p.Expires.After(p.Date) {
		f.note(f.at("expires"), "expires", "this is not after the date, so nobody would ever see it", "give a later one")
	}
	if !p.Updated.After(p.Date) {
		p.Updated = time.Time{}
	}
}

// refuseForPages refuses the keys that mean something in lists of posts only.
func (f *form) refuseForPages() {
	for _, key := range []string{"series", "part", "pinned", "event"} {
		if _, ok := f.get(key); ok {
			f.note(f.at(key), key, "a page has none of this", "take the line out, or make it a post")
		}
	}
}

// authors is whichever of author and authors was given.
func (f *form) authors() []string {
	one, both := f.get("author")
	if _, ok := f.get("authors"); !ok {
		return f.terms("author", "author")
	}
	if both {
		f.note(one.place, "author", "author and authors are the same key", "keep one of them")
	}
	return f.terms("authors", "author")
}

// terms are names that get a page of their own.
func (f *form) terms(key, noun string) []string {
	terms := f.texts(key)
	for _, t := range terms {
		f.term(key, noun, t)
	}
	return terms
}

// term checks that a name has something that can be in an address.
func (f *form) term(key, noun, name string) {
	switch slug := TermSlug(name); {
	case slug == "":
		f.note(f.at(key), key, fmt.Sprintf("the %s %q has no letter and no digit", noun, name), "name it in words")
	case utf8.RuneCountInString(slug) > maxSlug:
		f.note(f.at(key), key, fmt.Sprintf("the name of a %s has at most %d characters", noun, maxSlug), "give a shorter one")
	}
}

// series is the name of a series and the place in it.
func (f *form) series() (name string, part int) {
	if name = f.text("series"); name != "" {
		f.term("series", "series", name)
	}
	if part = f.number("part", 1, maxPart); part > 0 && name == "" {
		f.note(f.at("part"), "part", "this is a part of no series", "add a line series:")
	}
	return name, part
}

// maxPart is the last part a series can have.
const maxPart = 9999

func (f *form) toc() TOCMode {
	e, ok := f.get("toc")
	if !ok {
		return TOCAuto
	}
	switch v := e.value; {
	case v.shape == aFlag && v.flag, v.shape == aText && v.text == string(TOCOn):
		return TOCOn
	case v.shape == aFlag, v.shape == aText && v.text == string(TOCOff):
		return TOCOff
	case v.shape != aText || v.text != string(TOCAuto):
		f.note(f.at("toc"), "toc", "this has to be on, off or auto", "")
	}
	return TOCAuto
}

// image is the path of the picture for cards: a file of the bundle, or any file
// of the blog by its path.
func (f *form) image(p *Post) string {
	s := f.text("image")
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "" || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || u.Path == "":
		f.note(f.at("image"), "image", strconv.Quote(s)+" is not a file of this blog", "put the picture beside the index.md of a bundle, and give its name")
		return ""
	case strings.HasPrefix(u.Path, "/"):
		return norm.NFC.String(path.Clean(u.Path))
	}
	return norm.NFC.String(path.Join(base(p), u.Path))
}

func (f *form) comments(k Kind) CommentMode {
	mode, given := f.commentMode()
	if k == KindPost {
		return mode
	}
	if given && mode != CommentsOff {
		f.note(f.at("comments"), "comments", "a page takes no comments", "take the line out, or make it a post")
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
		f.note(f.at("comments"), "comments", "this has to be on, off or closed", hint)
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
