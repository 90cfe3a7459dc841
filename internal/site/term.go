package site

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/unicode/norm"

	"hamlet/internal/content"
)

// Taxonomy is a way to sort posts; it is the first part of the URLs of its terms.
type Taxonomy string

// The taxonomies.
const (
	Tags       Taxonomy = "tags"
	Categories Taxonomy = "categories"
	Authors    Taxonomy = "authors"
	Series     Taxonomy = "series"
)

// taxonomies are all of them.
var taxonomies = []Taxonomy{Tags, Categories, Authors, Series}

// Taxonomies lists the taxonomies.
func Taxonomies() []Taxonomy { return slices.Clone(taxonomies) }

// Term is a tag, a category, an author or a series, and where its posts are
// listed.
type Term struct {
	Taxonomy Taxonomy
	Name     string // as first written
	Slug     string
	URL      string    // "/tags/slug", escaped
	Count    int       // of posts shown
	Newest   time.Time // when the newest of its posts was written or updated
	// Link and About are the page and the description of an author, as site.toml
	// gives them; both may be empty.
	Link, About string

	posts []*Post // newest first
	parts []*Post // of a series, in its order
}

// taxon is one taxonomy.
type taxon struct {
	terms  []*Term // by name
	bySlug map[string]*Term
	byName map[string]*Term // by any spelling; nil if it makes no slug
}

// Terms lists the terms of a taxonomy by name.
func (s *Site) Terms(t Taxonomy) []*Term {
	if x, ok := s.taxa[t]; ok {
		return x.terms
	}
	return nil
}

// Term finds a term by its slug (NFC, unescaped).
func (s *Site) Term(t Taxonomy, slug string) (*Term, bool) {
	x, ok := s.taxa[t]
	if !ok {
		return nil, false
	}
	term, ok := x.bySlug[slug]
	return term, ok
}

// classify finds the terms of the posts, and gives each post its own.
func (s *Site) classify(names *collate.Collator) {
	s.taxa = make(map[Taxonomy]*taxon, len(taxonomies))
	for _, t := range taxonomies {
		s.taxa[t] = &taxon{bySlug: map[string]*Term{}, byName: map[string]*Term{}}
	}
	for _, p := range slices.Backward(s.posts) { // the oldest post names a term
		p.Tags = s.enter(p, Tags, p.Post.Tags...)
		p.Categories = s.enter(p, Categories, p.Post.Categories...)
		p.By = s.enter(p, Authors, p.Authors...)
		p.Series = s.enter(p, Series, p.Post.Series)
	}
	for _, p := range s.pages {
		s.known(p)
	}
	for _, t := range taxonomies {
		s.taxa[t].finish(names)
	}
	for _, term := range s.taxa[Series].terms {
		term.parts = inOrder(term.posts)
	}
	s.introduce()
}

// enter enters a post under each of its names, once, and returns the terms in
// the post's order.
func (s *Site) enter(p *Post, t Taxonomy, names ...string) []*Term {
	var terms []*Term
	for _, name := range names {
		term := s.taxa[t].term(t, name)
		if term == nil || slices.Contains(terms, term) {
			continue
		}
		if terms == nil {
			terms = make([]*Term, 0, len(names))
		}
		term.posts = append(term.posts, p)
		terms = append(terms, term)
	}
	return terms
}

// term is the term that a name means; nil if it means none.
func (x *taxon) term(t Taxonomy, name string) *Term {
	if term, known := x.byName[name]; known {
		return term
	}
	slug := content.TermSlug(name)
	term := x.bySlug[slug]
	if term == nil && slug != "" {
		term = &Term{
			Taxonomy: t, Name: norm.NFC.String(strings.TrimSpace(name)), Slug: slug,
			URL: escapePath("/" + string(t) + "/" + slug),
		}
		x.bySlug[slug] = term
	}
	x.byName[name] = term
	return term
}

// finish counts the posts of the terms, and orders both.
func (x *taxon) finish(names *collate.Collator) {
	type named struct {
		*Term
		key []byte // a key is made once, where comparing would make it each time
	}
	var buf collate.Buffer
	all := make([]named, 0, len(x.bySlug))
	for _, term := range x.bySlug {
		slices.Reverse(term.posts)
		term.Count, term.Newest = len(term.posts), newest(term.posts)
		all = append(all, named{term, bytes.Clone(names.KeyFromString(&buf, term.Name))})
		buf.Reset()
	}
	slices.SortFunc(all, func(a, b named) int {
		return cmp.Or(bytes.Compare(a.key, b.key), cmp.Compare(a.Slug, b.Slug))
	})
	for _, n := range all {
		x.terms = append(x.terms, n.Term)
	}
}

// known gives a page, or a post that is in no list, the terms that there are.
func (s *Site) known(p *Post) {
	look := func(t Taxonomy, names ...string) (terms []*Term) {
		for _, name := range names {
			if term := s.taxa[t].bySlug[content.TermSlug(name)]; term != nil && !slices.Contains(terms, term) {
				terms = append(terms, term)
			}
		}
		return terms
	}
	p.Tags, p.Categories = look(Tags, p.Post.Tags...), look(Categories, p.Post.Categories...)
	p.By, p.Series = look(Authors, p.Authors...), look(Series, p.Post.Series)
}

// introduce tells of the authors what the blog says about them.
func (s *Site) introduce() {
	said := map[string]content.Author{}
	for name, a := range s.Meta.Authors {
		said[content.TermSlug(name)] = a
	}
	for _, term := range s.taxa[Authors].terms {
		a := said[term.Slug]
		term.Link, term.About = a.URL, a.About
	}
}
