package content

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/markup"
)

// Checking is what [Check] needs to know besides the folder.
type Checking struct {
	Now     time.Time // links to what is not shown then are warned of; required
	BaseURL string    // links that begin with it are the blog's own; may be empty
	// Exists reports whether the blog answers at a path (unescaped) which is neither
	// that of a post or page nor that of a file: lists, feeds, and so on. Nil believes
	// every address that is the blog's own.
	Exists func(lib *Library, path string) bool
}

// Check finds everything that is wrong with a folder: what [Load] finds, and
// beyond it what does not keep a post from being shown. That is what rendering its
// text finds, links and pictures that lead to nothing or to an anchor that is not
// there, aliases and lines of gone.txt that can never be reached because something
// else is there, and parts of a series that were given twice. Links to drafts and to
// what is scheduled are warnings, as they will come right by themselves.
//
// Links to other blogs are not followed.
func Check(fsys fs.FS, o Checking) (*Library, Problems) {
	l := NewLoader(Options{})
	lib, err := l.Load(fsys)
	c := &checker{o: o, lib: lib, drafts: l.kept, files: *l.files.Load(), owners: map[string]*draft{}}
	c.problems, _ = errors.AsType[Problems](err)
	renderAll(lib.Posts)
	c.learn(l.gone)
	c.gone(l.gone)
	for _, p := range lib.Posts {
		c.post(p)
	}
	c.series()
	return lib, c.problems.sorted()
}

// renderAll renders all texts, many at a time.
func renderAll(posts []*Post) {
	var g sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() {
			for i := w; i < len(posts); i += workers {
				posts[i].Body()
			}
		})
	}
	g.Wait()
}

// checker checks a library.
type checker struct {
	o        Checking
	lib      *Library
	drafts   map[string]*draft // by path of the file
	files    map[string]found
	owners   map[string]*draft // of addresses
	moved    map[string]bool   // addresses that lead on, or are gone
	ids      map[string][]string
	hints    int // that were looked for, which takes long
	problems Problems
}

// maxHints is for how many links that lead to nothing a hint is looked for.
const maxHints = 100

// learn notes which address belongs to which file. What is broken has its address
// too: it is told once that it is broken, and not for each link to it.
func (c *checker) learn(gone map[string]int) {
	c.moved, c.ids = map[string]bool{}, map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(c.drafts)) {
		d := c.drafts[name]
		p := d.post
		if p.Slug == "" {
			p = Post{Kind: d.kind, Slug: slugOf(d.source), Dir: d.dir}
		}
		for _, address := range []string{c.lib.Meta.Path(&p), strings.TrimSuffix(base(&Post{Kind: p.Kind}), "/") + "/" + p.Slug} {
			if c.owners[address] == nil {
				c.owners[address] = d
			}
		}
		for _, a := range p.Aliases {
			c.moved[a] = true
		}
	}
	for address := range gone {
		c.moved[address] = false
	}
}

func (c *checker) note(file string, at place, field, message, hint string) {
	c.problems = append(c.problems, Problem{File: file, Line: at.line, Column: at.column, Field: field, Message: message, Hint: hint})
}

// post checks what a post says.
func (c *checker) post(p *Post) {
	d := c.drafts[p.Source]
	b := p.Body()
	for _, f := range b.Faults {
		c.note(p.Source, place{f.Line, f.Column}, "", f.Text, "")
	}
	for _, l := range b.Links {
		c.link(p, &b, l)
	}
	if _, ok := c.files[p.Image]; p.Image != "" && !ok && !c.exists(p.Image) {
		c.note(p.Source, d.places.image, "image", "there is no picture at "+p.Image, "")
	}
	for _, a := range p.Aliases {
		switch owner := c.owners[a]; {
		case owner != nil:
			c.note(p.Source, d.places.aliases, "aliases", "this alias is never reached: "+a+" is the address of "+owner.path, "take it out")
		case c.isFile(a) || c.exists(a):
			c.note(p.Source, d.places.aliases, "aliases", "this alias is never reached: there is something else at "+a, "take it out")
		}
	}
}

// gone checks the lines of gone.txt.
func (c *checker) gone(lines map[string]int) {
	for address, line := range lines {
		owner := c.owners[address]
		switch {
		case owner != nil && Why(&owner.post, c.o.Now).State == Shown && len(owner.problems) == 0:
			c.note(goneFile, place{line: line}, "", address+" is not gone: it is the address of "+owner.path, "take the line out")
		case c.aliased(address) != "":
			c.note(goneFile, place{line: line}, "", address+" is not gone: it is an alias of "+c.aliased(address), "take one of them out")
		}
	}
}

func (c *checker) aliased(address string) string {
	for _, p := range c.lib.Posts {
		if slices.Contains(p.Aliases, address) {
			return p.Source
		}
	}
	return ""
}

// series finds the parts of a series that two posts are.
func (c *checker) series() {
	type part struct {
		series string
		number int
	}
	first := map[part]string{}
	for _, p := range c.lib.Posts {
		if p.Part == 0 {
			continue
		}
		k := part{TermSlug(p.Series), p.Part}
		if before, taken := first[k]; taken {
			c.note(p.Source, c.drafts[p.Source].places.part, "part", fmt.Sprintf("part %d of %s is %s already", p.Part, p.Series, before), "give one of them another number")
			continue
		}
		first[k] = p.Source
	}
}

// link checks a link or an image of a text.
func (c *checker) link(p *Post, b *markup.Rendered, l markup.Link) {
	noun := "link"
	if l.Image {
		noun = "image"
	}
	report := func(message, hint string) {
		c.note(p.Source, place{l.Line, l.Column}, "", "this "+noun+" "+message, hint)
	}
	u, err := url.Parse(c.local(l.To))
	switch {
	case err != nil:
		report("is not an address: "+l.To, "")
		return
	case u.Scheme != "" || u.Host != "":
		return // elsewhere
	case u.Path == "" && u.Fragment == "" && u.RawQuery == "" && l.To == "":
		report("has no address", "")
		return
	case u.Path == "":
		c.anchor(p, b.IDs, u.Fragment, report)
		return
	}
	address := u.Path
	if !strings.HasPrefix(address, "/") {
		address = base(p) + address
	}
	address = norm.NFC.String(path.Clean(address))
	owner := c.owners[address]
	switch {
	case owner != nil && !l.Image:
		c.target(p, owner, u.Fragment, l, report)
	case c.isFile(address), address == "/" && !l.Image, c.moved[address]:
	case c.isGone(address):
		report("leads to "+address+", which gone.txt says is gone", "")
	case !c.exists(address):
		report("leads to nothing: there is no "+address, c.near(p, u.Path))
	}
}

// local is an address without the blog's own in front, if it has that.
func (c *checker) local(to string) string {
	rest, own := strings.CutPrefix(to, c.o.BaseURL)
	switch {
	case !own, c.o.BaseURL == "":
		return to
	case rest == "", rest[0] == '?', rest[0] == '#':
		return "/" + rest
	case rest[0] != '/': // another name, which begins alike
		return to
	}
	return rest
}

// target checks a link to a post or a page.
func (c *checker) target(from *Post, to *draft, fragment string, l markup.Link, report func(message, hint string)) {
	if len(to.problems) > 0 {
		return
	}
	switch why := Why(&to.post, c.o.Now); why.State {
	case Shown:
		if fragment != "" {
			c.anchor(&to.post, c.idsOf(to), fragment, report)
		}
	case Gone, Expired:
		report("leads to "+to.path+", which is "+string(why.State), "")
	default:
		if state := Why(from, c.o.Now).State; state == Shown {
			article := map[State]string{Draft: "a draft", Scheduled: "scheduled"}[why.State]
			c.problems = append(c.problems, Problem{
				File: from.Source, Line: l.Line, Column: l.Column, Warning: true,
				Message: "this link leads to " + to.path + ", which is " + article + ": readers find nothing there yet",
			})
		}
	}
}

func (c *checker) idsOf(d *draft) []string {
	ids, ok := c.ids[d.path]
	if !ok {
		ids = d.post.Body().IDs
		c.ids[d.path] = ids
	}
	return ids
}

// pageAnchors are the anchors that the page around a text has.
var pageAnchors = []string{"", "top", "main", "comments", "respond"}

// anchor checks that a page has an anchor.
func (c *checker) anchor(p *Post, ids []string, id string, report func(message, hint string)) {
	if slices.Contains(ids, id) || slices.Contains(pageAnchors, id) || strings.HasPrefix(id, "comment-") {
		return
	}
	hint := ""
	if near := suggest(id, ids); near != "" {
		hint = "did you mean #" + near + "?"
	}
	report("leads to #"+id+", and "+p.Source+" has no such anchor", hint)
}

// isFile reports whether an address is that of a file of a bundle, also below the
// permalink of its post.
func (c *checker) isFile(address string) bool {
	if _, ok := c.files[address]; ok {
		return true
	}
	for dir := path.Dir(address); dir != "/"; dir = path.Dir(dir) {
		if d := c.owners[dir]; d != nil && d.post.Slug != "" {
			_, ok := c.files[base(&d.post)+address[len(dir)+1:]]
			return ok
		}
	}
	return false
}

func (c *checker) isGone(address string) bool {
	alias, known := c.moved[address]
	return known && !alias
}

// exists reports whether the blog itself has something at an address.
func (c *checker) exists(address string) bool {
	if c.o.Exists != nil {
		return c.o.Exists(c.lib, address)
	}
	return isReserved(address)
}

// near is a hint for a link that leads to nothing: its file is linked instead of
// its address, or the address is nearly that of a post.
func (c *checker) near(p *Post, to string) string {
	if isMarkdown(to) {
		for _, name := range []string{path.Join(path.Dir(p.Source), to), strings.TrimPrefix(to, "/")} {
			if d := c.drafts[name]; d != nil {
				return "write the address of that post: " + c.lib.Meta.Path(&d.post)
			}
		}
	}
	if c.hints++; c.hints > maxHints {
		return ""
	}
	address := path.Clean(to)
	best, least := "", 4
	for _, q := range c.lib.Posts {
		there := c.lib.Meta.Path(q)
		if path.Base(there) == path.Base(address) {
			return "did you mean " + there + "?"
		}
		if n := distance(address, there); n < least || (n == least && best != "" && cmp.Less(there, best)) {
			best, least = there, n
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}
