package site

import (
	"slices"
	"strings"

	"hamlet/internal/content"
	"hamlet/internal/search"
)

// ID is the name of a post or a page in the search index.
func ID(p *content.Post) string { return string(p.Kind) + "/" + p.Slug }

// Doc is what the search knows of a post or a page. It renders the text.
func Doc(p *content.Post) search.Doc {
	body := p.Body()
	d := search.Doc{ID: ID(p), Title: p.Title, Date: p.Date, Sections: make([]search.Section, len(body.Sections))}
	d.Tags = slices.Concat(p.Tags, p.Categories, p.Authors)
	if p.Series != "" {
		d.Tags = append(d.Tags, p.Series)
	}
	for i, section := range body.Sections {
		d.Sections[i] = search.Section(section)
	}
	return d
}

// ByID finds a shown post or page by its name in the index.
func (s *Site) ByID(id string) (*Post, bool) {
	kind, slug, _ := strings.Cut(id, "/")
	return s.find(content.Kind(kind), slug)
}

// Search finds shown posts and pages by their words; [Site.ByID] is what a hit
// means. It is false as long as there is no index.
func (s *Site) Search(query string, offset, limit int) (search.Result, bool) {
	if s.index == nil {
		return search.Result{}, false
	}
	return s.index.Search(query, search.Options{
		Offset: offset, Limit: limit,
		Keep: func(id string) bool {
			_, ok := s.ByID(id)
			return ok
		},
		Doc: func(id string) (search.Doc, bool) {
			p, ok := s.ByID(id)
			if !ok {
				return search.Doc{}, false
			}
			return Doc(p.Post), true
		},
	}), true
}
