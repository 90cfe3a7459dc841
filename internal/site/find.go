package site

import (
	"net/url"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/content"
)

// Found is what is at a path: a post or a page, the address it has moved to, or
// the knowledge that it was removed.
type Found struct {
	Post     *Post
	Redirect string // path, escaped; the answer is 308
	Gone     bool   // the answer is 410
}

// Find tells what is at a path (unescaped, NFC). It knows posts and pages, their
// other spellings (case, a slash at the end), their aliases, posts by
// "/posts/SLUG" wherever they are, and what was removed.
func (s *Site) Find(path string) (Found, bool) {
	key := fold(path)
	if p, ok := s.paths[key]; ok {
		if norm.NFC.String(path) == p.path() {
			return Found{Post: p}, true
		}
		return Found{Redirect: p.URL}, true
	}
	if p, ok := s.atPosts(key); ok {
		return Found{Redirect: p.URL}, true
	}
	if p, ok := s.moved[key]; ok {
		return Found{Redirect: p.URL}, true
	}
	if s.isGone(key) {
		return Found{Gone: true}, true
	}
	return Found{}, false
}

// File finds a file of a shown post's or page's bundle by the path of its URL
// (unescaped) and returns its path in the content folder. The file is below the
// URL of the post, and below "/posts/SLUG" wherever the post is.
func (s *Site) File(path string) (string, bool) {
	path = norm.NFC.String(path)
	for dir := range s.parents(path) {
		p, ok := s.paths[fold(dir)]
		if !ok || strings.TrimSuffix(p.path(), "/") != dir {
			if p, ok = s.atPosts(dir); !ok {
				continue
			}
		}
		if name, ok := p.File(path[len(dir)+1:]); ok {
			return name, true
		}
	}
	return "", false
}

// parents are the paths above a path that could be those of a post, the shortest
// first.
func (s *Site) parents(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		deepest := max(2, strings.Count(s.Meta.Permalink, "/"))
		for i, n := 1, 0; i < len(path) && n < deepest; i++ {
			if path[i] == '/' {
				n++
				if !yield(path[:i]) {
					return
				}
			}
		}
	}
}

// File finds a file of the bundle by its path in it (unescaped, NFC) and returns
// its path in the content folder. Some file systems hand out names decomposed;
// URLs are composed.
func (p *Post) File(name string) (string, bool) {
	for _, f := range p.Files {
		if rest, ok := strings.CutPrefix(f, p.Dir+"/"); ok && (rest == name || norm.NFC.String(rest) == name) {
			return f, true
		}
	}
	return "", false
}

// path is the address of a post, unescaped.
func (p *Post) path() string {
	path, err := url.PathUnescape(p.URL)
	if err != nil {
		return p.URL
	}
	return path
}

// fold is a path as it is looked up: composed, in lower case, without a slash at
// the end.
func fold(path string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimRight(path, "/")))
}

// atPosts finds a post by "/posts/SLUG", which leads to it under any pattern.
func (s *Site) atPosts(path string) (*Post, bool) {
	slug, ok := strings.CutPrefix(path, "/posts/")
	if !ok {
		return nil, false
	}
	return s.find(content.KindPost, slug)
}

// isGone tells whether a path was removed, or is below a bundle that was.
func (s *Site) isGone(key string) bool {
	if _, ok := s.gone[key]; ok || len(s.gone) == 0 {
		return ok
	}
	for dir := range s.parents(key) {
		if s.gone[dir] {
			return true
		}
	}
	return false
}

// route gives every post its address. Pages come first, for theirs cannot be
// another; a post whose address is taken is at "/posts/SLUG". What is there hides
// what was there.
func (s *Site) route(removed []*content.Post, gone []string) {
	s.paths = make(map[string]*Post, len(s.posts)+len(s.pages))
	for _, posts := range [][]*Post{s.pages, s.posts} {
		for _, p := range posts {
			s.paths[s.address(p)] = p
		}
	}
	s.moved = map[string]*Post{}
	for _, posts := range [][]*Post{s.posts, s.pages} {
		for _, p := range posts {
			for _, alias := range p.Aliases {
				if key := fold(alias); s.moved[key] == nil {
					s.moved[key] = p
				}
			}
		}
	}
	s.gone = map[string]bool{}
	for _, path := range gone {
		s.gone[fold(path)] = false
	}
	for _, c := range removed {
		s.remove(c)
	}
}

// address gives a post its URL and returns the path, folded.
func (s *Site) address(p *Post) string {
	path := s.Meta.Path(p.Post)
	key := fold(path)
	if other, taken := s.paths[key]; taken && other != p {
		path = "/posts/" + p.Slug
		key = fold(path)
	}
	p.URL = escapePath(path)
	return key
}

// remove notes the addresses of a post that was removed.
func (s *Site) remove(c *content.Post) {
	bundle := c.Dir != ""
	s.gone[fold(s.Meta.Path(c))] = bundle
	if c.Kind == content.KindPost {
		s.gone[fold("/posts/"+c.Slug)] = bundle
	}
	for _, alias := range c.Aliases {
		s.gone[fold(alias)] = false
	}
}
