package webmention_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/webmention"
)

const (
	here   = "https://blog.example.org/posts/7"
	source = "https://source.example.com/notes/1"
)

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func TestLinkIsVerified(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, kind, body string
		want             bool
	}{
		{"a link", "text/html", `<a href="https://blog.example.org/posts/7">x</a>`, true},
		{"host in another case, port that goes without saying", "text/html", `<a href="HTTPS://Blog.Example.org:443/posts/7">x</a>`, true},
		{"a picture", "text/html", `<img src="https://blog.example.org/posts/7">`, true},
		{"a reference without a scheme", "text/html", `<a href="//blog.example.org/posts/7">x</a>`, true},
		{"escaped as HTML has it", "text/html", `<a href="https&#58;//blog.example.org/posts/7">x</a>`, true},
		{"by its base", "text/html", `<base href="https://blog.example.org/posts/"><a href="7">x</a>`, true},
		{"data", "text/html", `<data class="u-in-reply-to" value="https://blog.example.org/posts/7"></data>`, true},
		{"a fragment more", "text/html", `<a href="https://blog.example.org/posts/7#comments">x</a>`, false},
		{"a query more", "text/html", `<a href="https://blog.example.org/posts/7?x">x</a>`, false},
		{"the beginning only", "text/html", `<a href="https://blog.example.org/posts/77">x</a>`, false},
		{"another scheme", "text/html", `<a href="http://blog.example.org/posts/7">x</a>`, false},
		{"in a comment", "text/html", `<!-- <a href="https://blog.example.org/posts/7">x</a> -->`, false},
		{"in a script", "text/html", `<script>'<a href="https://blog.example.org/posts/7">'</script>`, false},
		{"in the text", "text/html", `<p>https://blog.example.org/posts/7</p>`, false},
		{"in another attribute", "text/html", `<a title="https://blog.example.org/posts/7" href="/">x</a>`, false},
		{"in a field", "text/html", `<input value="https://blog.example.org/posts/7">`, false},
		{"in a template", "text/html", `<template><a href="https://blog.example.org/posts/7">x</a></template>`, false},
		{"in a query", "text/html", `<a href="https://evil.example.com/?https://blog.example.org/posts/7">x</a>`, false},
		{"XHTML", "application/xhtml+xml", `<html><body><a href="https://blog.example.org/posts/7"/></body></html>`, true},
		{"JSON", "application/json", `{"a": [1, {"b": "https://blog.example.org/posts/7"}]}`, true},
		{"JSON of a kind", "application/feed+json", `["https://blog.example.org/posts/7"]`, true},
		{"JSON within a text", "application/json", `["see https://blog.example.org/posts/7"]`, false},
		{"JSON as a key", "application/json", `{"https://blog.example.org/posts/7": 1}`, false},
		{"no JSON", "application/json", `["https://blog.example.org/posts/7"`, false},
		{"text", "text/plain", "Read this:\nhttps://blog.example.org/posts/7.\n", true},
		{"text, in brackets", "text/markdown", "[x](https://blog.example.org/posts/7)", true},
		{"text, longer first", "text/plain", "https://blog.example.org/posts/77 https://blog.example.org/posts/7", true},
		{"text, the beginning only", "text/plain", "https://blog.example.org/posts/7.html", false},
		{"text, a part of another", "text/plain", "xhttps://blog.example.org/posts/7", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := webmention.EntryOf(tt.kind, tt.body, source, here)
			if (err == nil) != tt.want {
				t.Errorf("got %v, want linked %t", err, tt.want)
			}
			if err != nil && !webmention.Final(err) {
				t.Errorf("%v is not final", err)
			}
		})
	}
	withFragment := `<a href="https://blog.example.org/posts/7#comments">x</a>`
	if _, err := webmention.EntryOf("text/html", withFragment, source, here+"#comments"); err != nil {
		t.Errorf("a target with a fragment: %v", err)
	}
	if _, err := webmention.EntryOf("text/html", withFragment, source, here+"#other"); !errors.Is(err, webmention.ErrNoLink) {
		t.Errorf("a target with another fragment: %v", err)
	}
}

func TestEntry(t *testing.T) {
	t.Parallel()
	const link = `<a href="https://blog.example.org/posts/7">the post</a>`
	for _, tt := range []struct {
		name, body string
		want       webmention.Entry
	}{
		{
			"a reply", `<title>Note</title><div class="h-entry">
			<p class="p-author h-card"><a class="u-url p-name" href="/about"> Ada
			Byron</a><img class="u-photo" src="/a.png" alt="no"></p>
			In reply to <a class="u-in-reply-to" href="https://blog.example.org/posts/7">this</a>
			<div class="e-content"><p>I <b>dis</b>agree.</p><p>Really.</p><script>no()</script></div>
			<time class="dt-published" datetime="2026-11-20T10:00:00+01:00">Friday</time></div>`,
			webmention.Entry{Kind: webmention.Replies, Author: "Ada Byron", AuthorURL: "https://source.example.com/about", Title: "Note", Text: "I disagree. Really.", Published: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)},
		},
		{
			"a reply to a quoted page", `<div class="h-entry"><div class="u-in-reply-to h-cite"><p class="p-author h-card">Not me</p><p class="p-name">Not this</p>` + link + `</div><p class="p-name e-content">Yes</p><span class="p-author">Bo</span></div>`,
			webmention.Entry{Kind: webmention.Replies, Author: "Bo", Title: "Yes", Text: "Yes"},
		},
		{
			"a like", `<div class="h-entry"><a class="p-author h-card" href="https://cy.example.net">Cy</a> likes <a class="u-like-of" href="https://blog.example.org/posts/7">this</a></div>`,
			webmention.Entry{Kind: webmention.Likes, Author: "Cy", AuthorURL: "https://cy.example.net"},
		},
		{
			"a repost", `<div class="h-entry"><a class="u-repost-of" href="https://blog.example.org/posts/7">this</a><p class="p-summary">Good</p></div>`,
			webmention.Entry{Kind: webmention.Reposts, Text: "Good"},
		},
		{
			"a like of something else", `<div class="h-entry"><a class="u-like-of" href="https://other.example.org">x</a><p class="e-content">And ` + link + `</p></div>`,
			webmention.Entry{Text: "And the post"},
		},
		{
			"one entry of several", `<div class="h-feed"><div class="h-entry"><p class="e-content">First</p></div><div class="h-entry"><h2 class="p-name">Two</h2><p class="e-content">Second: ` + link + `</p></div></div>`,
			webmention.Entry{Title: "Two", Text: "Second: the post"},
		},
		{
			"a page without an entry", `<head><title> My
			page </title><meta name="author" content="Di"></head><body><p>Before</p><p>I read <em>` + link + `</em> today.</p><p>After</p>`,
			webmention.Entry{Author: "Di", Title: "My page", Text: "I read the post today."},
		},
		{"only in the head", `<title>T</title><link rel="prefetch" href="https://blog.example.org/posts/7">`, webmention.Entry{Title: "T"}},
		{
			"a name that is a picture", `<div class="h-entry"><a class="p-author h-card" href="/"><img src="x" alt="Eve"></a>` + link + `<p class="p-name">N</p></div>`,
			webmention.Entry{Author: "Eve", AuthorURL: "https://source.example.com/", Title: "N", Text: "N"},
		},
		{
			"an author with no web address", `<div class="h-entry"><a class="p-author h-card" href="javascript:alert(1)">Eve</a>` + link + `<p class="p-name">N</p></div>`,
			webmention.Entry{Author: "Eve", Title: "N", Text: "N"},
		},
		{
			"what is not seen goes", "<div class=\"h-entry\"><p class=\"p-author\">A\u202Ed\u0000a\uFEFF</p>" + link + "<p class=\"p-name\">N\x07</p></div>",
			webmention.Entry{Author: "Ada", Title: "N", Text: "N"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := webmention.EntryOf("text/html; charset=utf-8", tt.body, source, here)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestEntryOfOldEncoding(t *testing.T) {
	t.Parallel()
	body := "<div class=h-entry><a class=u-like-of href=\"" + here + "\"></a><p class=p-author>Zo\xEB</p></div>"
	got, err := webmention.EntryOf("text/html; charset=iso-8859-1", body, source, here)
	if err != nil || got.Author != "Zo\u00EB" {
		t.Errorf("got %q, %v", got.Author, err)
	}
}

func TestEntryIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("w\u00F6rd ", 10_000)
	body := `<title>` + long + `</title><div class="h-entry"><p class="p-author">` + long + `</p><p class="e-content">` + long + `<a href="` + here + `"></a></p></div>`
	got, err := webmention.EntryOf("text/html", body, source, here)
	if err != nil {
		t.Fatal(err)
	}
	sizes := []int{utf8.RuneCountInString(got.Author), utf8.RuneCountInString(got.Title), utf8.RuneCountInString(got.Text)}
	for i, most := range []int{webmention.MaxName, webmention.MaxText, webmention.MaxText} {
		if sizes[i] > most || sizes[i] < most-10 {
			t.Errorf("field %d has %d characters, want nearly %d", i, sizes[i], most)
		}
	}
	if !strings.HasSuffix(got.Text, "w\u00F6rd…") {
		t.Errorf("the text ends %q, want a whole word", got.Text[len(got.Text)-20:])
	}
}

// TestHostileHTMLIsQuick: pages made to be slow to read, each as large as one may be.
func TestHostileHTMLIsQuick(t *testing.T) {
	t.Parallel()
	link := `<a href="` + here + `">x</a>`
	for name, piece := range map[string]string{
		"deep": "<div>", "tables": "<table><td>", "formatting": "<b><i><a>", "attributes": "<p a=1 b=2 a=1>", "entries": `<p class="h-entry u-like-of p-author e-content">`,
		"comments": "<!--", "entities": "&amp;&#x41;", "templates": "<template>", "selects": "<select><option>", "foreign": "<svg><math>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := webmention.MaxBody/len(piece) - len(link)
			start := time.Now()
			_, _ = webmention.EntryOf("text/html", link+strings.Repeat(piece, n), source, here)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func FuzzEntry(f *testing.F) {
	f.Add("text/html", `<div class="h-entry"><a class="u-like-of p-author h-card" href="`+here+`">x</a></div>`)
	f.Add("text/html", `<title>x</title><base href="//["><p><a href="`+here+`">`)
	f.Add("text/plain", here)
	f.Add("application/json", `{"a":"`+here+`","author":{"name":"x"}}`)
	f.Add("application/json", `[[[[[`)
	f.Fuzz(func(t *testing.T, kind, body string) {
		for _, text := range []string{body, `<p class="h-entry"><a href="` + here + `">` + body} {
			e, err := webmention.EntryOf(kind, text, source, here)
			if err != nil && !webmention.Final(err) {
				t.Fatalf("error %v", err)
			}
			for _, s := range []string{e.Author, e.Title, e.Text} {
				if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) || utf8.RuneCountInString(s) > webmention.MaxText {
					t.Errorf("field %q", s)
				}
			}
			if e.AuthorURL != "" && !isWeb(e.AuthorURL) {
				t.Errorf("author's address %q", e.AuthorURL)
			}
		}
	})
}
