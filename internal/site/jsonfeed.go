package site

import (
	"bytes"
	"encoding/json"
	"time"
)

// jsonFeed is a JSON Feed (https://www.jsonfeed.org/version/1.1/).
type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Home        string       `json:"home_page_url"`
	Self        string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty"`
	Authors     []jsonPerson `json:"authors"`
	Items       []jsonItem   `json:"items"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html"`
	Summary   string       `json:"summary,omitempty"`
	Image     string       `json:"image,omitempty"`
	Published string       `json:"date_published,omitempty"`
	Modified  string       `json:"date_modified,omitempty"`
	Authors   []jsonPerson `json:"authors,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
}

func (s *Site) jsonFeed(in feed) []byte {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: in.title, Home: in.home, Self: in.self,
		Description: in.description, Language: s.Meta.Language,
		Authors: []jsonPerson{{Name: s.name(), URL: s.BaseURL + "/"}},
		Items:   []jsonItem{}, // must be there
	}
	for _, p := range in.posts {
		f.Items = append(f.Items, s.jsonItem(p))
	}
	return writeJSON(f)
}

func (s *Site) jsonItem(p *Post) jsonItem {
	address := s.BaseURL + p.URL
	it := jsonItem{
		ID: address, URL: address, Title: p.Title, HTML: s.feedHTML(p), Summary: p.Teaser(),
		Published: s.date(p.Date, time.RFC3339), Modified: s.date(p.updated(), time.RFC3339),
		Tags: names(p.Categories, p.Tags),
	}
	it.Image, _ = s.image(p)
	for _, a := range p.By {
		it.Authors = append(it.Authors, jsonPerson{Name: a.Name, URL: s.authorURL(a)})
	}
	return it
}

// writeJSON writes JSON for a file of its own, where < needs no escape. It panics
// if v is of a type that JSON cannot write, which is for the programmer to see.
func writeJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic("site: write JSON: " + err.Error())
	}
	return b.Bytes()
}
