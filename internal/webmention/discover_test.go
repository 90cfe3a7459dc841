package webmention_test

import (
	"errors"
	"net/http"
	"testing"

	"hamlet/internal/webmention"
)

// TestEndpoint: the ways in which pages name their endpoint, as the test suite
// webmention.rocks has them, in pages of our own.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	const at = "https://target.example.org/posts/7?view=all"
	header := func(lines ...string) http.Header { return http.Header{"Link": lines} }
	for _, tt := range []struct {
		name   string
		header http.Header
		body   string
		want   string // empty: none
	}{
		{"header, relative", header(`</wm>; rel=webmention`), "", "https://target.example.org/wm"},
		{"header, absolute", header(`<https://wm.example.com/wm?u=1>; rel=webmention`), "", "https://wm.example.com/wm?u=1"},
		{"header, quoted", header(`</wm>; rel="webmention"`), "", "https://target.example.org/wm"},
		{"header, several relations", header(`</wm>; rel="webmention somethingelse"`), "", "https://target.example.org/wm"},
		{"header, in another case", header(`</wm>; REL="Other  WebMention"`), "", "https://target.example.org/wm"},
		{"headers, several", header(`</a>; rel=other`, `</wm>; rel=webmention`), "", "https://target.example.org/wm"},
		{"header with several links", header(`</a>; rel="other", </wm>; rel="webmention", </b>; rel=webmention`), "", "https://target.example.org/wm"},
		{"header with marks in addresses and quotes", header(`</a,b;c>; title="x, \"y\"; rel=webmention"; rel=other, </w,m>; rel=webmention`), "", "https://target.example.org/w,m"},
		{"header, the first rel counts", header(`</a>; rel=other; rel=webmention, </wm>; rel=webmention`), "", "https://target.example.org/wm"},
		{"header about another page", header(`</a>; rel=webmention; anchor="/other", </wm>; rel=webmention`), "", "https://target.example.org/wm"},
		{"header, empty", header(`<>; rel=webmention`), "", "https://target.example.org/posts/7?view=all"},
		{"header, nearly", header(`</a>; rel=not-webmention`), "", ""},
		{"header, broken", header(`/a; rel=webmention, <; rel=webmention`), "", ""},
		{"the header comes first", header(`</wm>; rel=webmention`), `<link rel="webmention" href="/no">`, "https://target.example.org/wm"},
		{"link", nil, `<head><link rel="webmention" href="/wm"></head>`, "https://target.example.org/wm"},
		{"link, several relations", nil, `<link rel="a webmention b" href="/wm">`, "https://target.example.org/wm"},
		{"link without quotes, in capitals", nil, `<LINK HREF=/wm REL=Webmention>`, "https://target.example.org/wm"},
		{"a", nil, `<p>Tell me <a href="wm?post=7" rel="webmention">here</a>`, "https://target.example.org/posts/wm?post=7"},
		{"the first of both", nil, `<a rel="webmention" href="/first"></a><link rel="webmention" href="/second">`, "https://target.example.org/first"},
		{"not in a comment", nil, `<!-- <link rel="webmention" href="/no"> --><a rel="webmention" href="/wm"></a>`, "https://target.example.org/wm"},
		{"not escaped", nil, `<code>&lt;link rel="webmention" href="/no"&gt;</code><a rel="webmention" href="/wm"></a>`, "https://target.example.org/wm"},
		{"not in a script", nil, `<script>"<link rel='webmention' href='/no'>"</script><a rel="webmention" href="/wm"></a>`, "https://target.example.org/wm"},
		{"not in a template", nil, `<template><link rel="webmention" href="/no"></template><a rel="webmention" href="/wm"></a>`, "https://target.example.org/wm"},
		{"not in a text field", nil, `<textarea><link rel="webmention" href="/no"></textarea><a rel="webmention" href="/wm"></a>`, "https://target.example.org/wm"},
		{"empty is the page itself", nil, `<link rel="webmention" href="">`, "https://target.example.org/posts/7?view=all"},
		{"without an address it is none", nil, `<link rel="webmention"><a href="/wm" rel="webmention">x</a>`, "https://target.example.org/wm"},
		{"nearly", nil, `<link rel="not-webmention" href="/no"><form rel="webmention" action="/no">`, ""},
		{"the query stays", nil, `<link rel="webmention" href="/wm?a=1&amp;b=2#end">`, "https://target.example.org/wm?a=1&b=2"},
		{"the base counts", nil, `<base href="https://cdn.example.com/x/"><base href="/no"><link rel="webmention" href="wm">`, "https://cdn.example.com/x/wm"},
		{"no script", nil, `<link rel="webmention" href="javascript:alert(1)">`, ""},
		{"no file", header(`<file:///etc/passwd>; rel=webmention`), "", ""},
		{"none", nil, `<p>Hello`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := webmention.EndpointOf(tt.header, tt.body, at)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
			if err != nil && !webmention.Final(err) {
				t.Errorf("%v is not final", err)
			}
		})
	}
}

func TestLinksOfAPost(t *testing.T) {
	t.Parallel()
	got := webmention.LinksOf(`<a href="https://a.example.org/x#y">1</a><a href="/own">2</a><a href="https://a.example.org/x#y">again</a>
		<a href="mailto:x@example.org">3</a><a href="https://BLOG.example.org/other">4</a><img src="https://i.example.org/i.png">
		<a href="//b.example.org">5</a><!-- <a href="https://no.example.org">6</a> -->`, "https://blog.example.org/posts/7")
	want := []string{"https://a.example.org/x#y", "https://b.example.org"}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzLinkHeader(f *testing.F) {
	for _, s := range []string{`</wm>; rel="webmention"`, `<a>,<b>;rel=webmention`, `<a>;rel="\"`, `;;,,"`, `<a>; x="`, "\"\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := webmention.Linked(http.Header{"Link": {s}})
		if !ok && got != "" {
			t.Errorf("got %q without a link", got)
		}
		if after, ok := webmention.Linked(http.Header{"Link": {s, `</wm>; rel=webmention`}}); !ok || after == "" && got != "" {
			t.Errorf("%q hides the header after it: %q", s, after)
		}
	})
}

func FuzzEndpoint(f *testing.F) {
	f.Add(`<base href="http://["><a rel=webmention href="wm">`)
	f.Add("<link rel=\"webmention\" href=\"\thttps://e xample\n\">")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := webmention.EndpointOf(nil, s, "https://target.example.org/")
		if err == nil && !isWeb(got) {
			t.Errorf("endpoint %q", got)
		}
		if err != nil && !errors.Is(err, webmention.ErrNoEndpoint) && !errors.Is(err, webmention.ErrForbidden) {
			t.Errorf("error %v", err)
		}
	})
}
