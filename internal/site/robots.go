package site

import (
	"cmp"
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"
)

// Robots is robots.txt (RFC 9309). It lets crawlers read everything but the
// moderators' rooms and the search ("/admin" alone would also forbid a page named
// "admin-notes").
func (s *Site) Robots() Document {
	body := "User-agent: *\nDisallow: /admin$\nDisallow: /admin/\nDisallow: /search$\nDisallow: /search?\n" +
		"\nSitemap: " + s.BaseURL + "/sitemap.xml\n"
	return Document{Body: []byte(body), Type: "text/plain; charset=utf-8"}
}

// openSearch tells a browser how to search the blog
// (https://github.com/dewitt/opensearch).
type openSearch struct {
	XMLName     xml.Name      `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string        `xml:"ShortName"`
	Description string        `xml:"Description"`
	URL         openSearchURL `xml:"Url"`
	Language    string        `xml:"Language,omitempty"`
	Input       string        `xml:"InputEncoding"`
	Output      string        `xml:"OutputEncoding"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Template string `xml:"template,attr"`
}

// OpenSearch is the OpenSearch description of /search.
func (s *Site) OpenSearch() Document {
	return Document{Type: "application/opensearchdescription+xml; charset=utf-8", Body: document(openSearch{
		ShortName: short(s.name(), 16), Description: short(cmp.Or(s.Meta.Description, s.name()), 1024),
		URL:      openSearchURL{Type: "text/html", Template: s.BaseURL + "/search?q={searchTerms}"},
		Language: s.Meta.Language, Input: "UTF-8", Output: "UTF-8",
	})}
}

// short cuts a text at a number of characters.
func short(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:limit-1])) + "…"
}

// SecurityTxt is security.txt (RFC 9116); there is none without a contact. It
// expires within a year of the snapshot, on the first of a month, so that its
// bytes are the same for a while.
func (s *Site) SecurityTxt() (Document, bool) {
	contact := strings.Join(strings.Fields(s.Meta.SecurityContact), "")
	if contact == "" {
		return Document{}, false
	}
	if !strings.Contains(contact, ":") {
		contact = "mailto:" + contact
	}
	year, month, _ := s.now.UTC().Date()
	body := "Contact: " + contact +
		"\nExpires: " + time.Date(year+1, month, 1, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	if s.Meta.Language != "" {
		body += "\nPreferred-Languages: " + s.Meta.Language
	}
	body += "\nCanonical: " + s.BaseURL + "/.well-known/security.txt\n"
	return Document{Body: []byte(body), Type: "text/plain; charset=utf-8"}, true
}
