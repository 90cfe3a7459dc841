package webmention

import (
	"maps"
	"mime"
	"net/http"
	"net/url"
)

// Linked reads Link headers, for tests.
func Linked(h http.Header) (address string, ok bool) { return linked(h, relation) }

// EntryOf reads a page as if it had been fetched, for tests.
func EntryOf(kind, body, at, target string) (Entry, error) {
	t, err := parseURL(target)
	if err != nil {
		return Entry{}, err
	}
	return pageOf(kind, body, at).entry(t)
}

// EndpointOf finds the endpoint of a page as if it had been fetched, for tests.
func EndpointOf(h http.Header, body, at string) (string, error) {
	p := pageOf("text/html", body, at)
	maps.Copy(p.header, h)
	return p.endpoint()
}

func pageOf(kind, body, at string) *page {
	u, err := url.Parse(at)
	if err != nil {
		u = &url.URL{Scheme: "https", Host: "source.example.org"}
	}
	media, _, _ := mime.ParseMediaType(kind)
	return &page{url: u, kind: media, body: []byte(body), header: http.Header{"Content-Type": {kind}}}
}

// LinksOf are the links of a post, for tests.
func LinksOf(text, at string) []string {
	u, _ := url.Parse(at)
	return links(text, u)
}
