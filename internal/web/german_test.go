package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/net/html"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// german is content in German with all that pages say something about.
func german() fstest.MapFS {
	post := func(front, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\n" + front + "\n---\n" + body)}
	}
	fsys := fstest.MapFS{
		"site.toml": {Data: []byte("title = 'Gartenblatt'\nlanguage = 'de'\n")},
		"posts/frost.md": post("title: Der erste Frost\ndate: 2026-11-20\nupdated: 2026-11-21\nauthor: [Ada, Bo]\ntags: [Garten]\n"+
			"categories: [Draußen]\nseries: Winter\npinned: true\ntoc: on", "Kalt.\n\n## Früh\n\nRaureif.\n\n## Spät\n\n> [!NOTE]\n> Zudecken.\n\n```go\nx := 1\n```\n\nMehr.[^1]\n\n[^1]: Viel mehr.\n"),
		"posts/schnee.md": post("title: Schnee\ndate: 2026-11-19\nseries: Winter\ntags: [Garten]", "Weiß.\n\n<!--more-->\n\nUnd tief."),
		"posts/fest.md":   post("title: Hoffest\ndate: 2026-11-18\nevent:\n  name: Hoffest\n  start: 2026-12-05 14:00\n  end: 2026-12-05 17:00\n  place: Hof", "Kommt alle."),
		"posts/zu.md":     post("title: Zu\ndate: 2026-11-17\ncomments: closed", "Still."),
		"posts/weg.md":    post("title: Weg\ndate: 2026-11-16\ngone: true", "Vorbei."),
		"pages/wer.md":    post("title: Wer wir sind", "Leute."),
	}
	for i := range 12 {
		fsys[fmt.Sprintf("posts/mehr/%d.md", i)] = post(fmt.Sprintf("title: Mehr %d\ndate: 2026-10-%02d\ntags: [Garten]", i, i+1), "Mehr.\n")
	}
	return fsys
}

// value matches a text of a language file.
var value = regexp.MustCompile(`= "((?:[^"\\]|\\.)*)"`)

// placeholders are what stands between the fixed parts of a text.
var placeholders = regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)

// englishTexts are the fixed parts of what English says and German does not.
func englishTexts(t *testing.T) map[string]bool {
	t.Helper()
	read := func(lang string) map[string]bool {
		file, err := os.ReadFile("../../templates/locales/" + lang + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]bool{}
		for _, m := range value.FindAllStringSubmatch(string(file), -1) {
			for _, part := range placeholders.Split(m[1], -1) {
				if strings.ContainsFunc(part, unicode.IsLetter) {
					parts[strings.TrimSpace(part)] = true
				}
			}
		}
		return parts
	}
	en, de := read("en"), read("de")
	for part := range de {
		delete(en, part)
	}
	return en
}

// english matches words that no German sentence has.
var english = regexp.MustCompile(`(?i)\b(the|this|and|of|with|your|you|is|are|from|for|by|not|no|page|posts?|reply|replies|comments?|ago)\b`)

// point matches numbers that German writes with a comma: weights and shares.
var point = regexp.MustCompile(`^[+−]?\d+\.\d+$|\d\.\d+\s?%`)

// said is what a page says: its texts and the attributes that are read out, but
// for code and what stands in the language file's example of Markdown.
func said(t *testing.T, page string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "code" && n.Parent.Data != "style" {
			out = append(out, strings.Join(strings.Fields(n.Data), " "))
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "aria-label", "title", "alt", "placeholder", "data-copy", "data-copied":
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// TestGermanBlogSaysNothingInEnglish looks at every page that a reader or a
// moderator can come by, those of mistakes too.
func TestGermanBlogSaysNothingInEnglish(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: german(), Config: func(c *apptest.Config) { c.Hold, c.CommentRate = "all", "1000/m" }})
	texts := englishTexts(t)
	look := func(name, page string, lang string) {
		if !strings.Contains(page, `<html lang="`+lang+`"`) {
			t.Errorf("%s: the page is not marked as %s", name, lang)
		}
		for _, s := range said(t, page) {
			if texts[s] || english.MatchString(s) || point.MatchString(s) {
				t.Errorf("%s says %q", name, s)
			}
		}
	}
	for _, sub := range []comment.Submission{
		{Post: "frost", Author: "Cy", Body: "Schön!"},
		{Post: "frost", Author: "BUY", URL: "http://a.b-c.example.com/?x=1", Body: "casino casino http://example.org/1 http://example.org/2 $$$!!!"},
	} {
		b.MustComment(sub)
	}

	door := b.Client()
	look("setup", door.Get("/admin/setup?token="+setupToken(t, b)).Body, "de")
	look("setup with mistakes", door.Post("/admin/setup", url.Values{"token": {setupToken(t, b)}, "name": {""}, "password": {"kurz"}, "again": {"lang"}}).Body, "de")
	look("closed setup", door.Get("/admin/setup?token=x").Body, "de")
	look("login without an account", door.Get("/admin/login").Body, "de")
	desk := b.Login("ada", account.Owner)
	look("closed setup later", door.Get("/admin/setup?token=x").Body, "de")
	look("login", door.Get("/admin/login?repeat=1").Body, "de")
	look("wrong login", door.Post("/admin/login", url.Values{"name": {"ada"}, "password": {"x"}}).Body, "de")
	look("queue", desk.Get("/admin/queue").Body, "de")
	for _, path := range []string{"/admin/filter", "/admin/filter/setting", "/admin/comments/1", "/admin/comments/2"} {
		look(path, desk.Get(path).Body, "de")
	}
	for _, do := range []string{"1/approve", "1/approve", "2/trash", "2/restore", "2/spam", "2/delete", "2/delete"} {
		look(do, desk.Post("/admin/comments/"+do, url.Values{"return": {"/admin/queue"}}).Body+desk.Get("/admin/queue").Body, "de")
	}
	for _, st := range comment.Statuses {
		look(string(st), desk.Get("/admin/queue?status="+string(st)).Body, "de")
	}

	for _, path := range []string{
		"/", "/page/2", "/posts/frost", "/posts/frost?reply=1", "/posts/schnee", "/posts/fest", "/posts/zu",
		"/posts/weg", "/wer", "/tags", "/tags/garten", "/categories", "/categories/draußen", "/authors", "/authors/ada", "/series", "/series/winter",
		"/archive", "/archive/2026", "/archive/2026/11", "/search", "/search?q=frost", "/search?q=gibtesnicht", "/privacy", "/nirgends", "/page/99",
	} {
		look(path, b.Get(path).Body, "de")
	}

	form := func(path string, v url.Values) string { return b.Post(path, v).Body }
	look("empty comment", form("/posts/frost/comments", url.Values{"email": {"x"}, "url": {"y"}, "parent": {"99"}}), "de")
	look("one mistake", form("/posts/frost/comments", url.Values{"author": {"Cy"}, "body": {strings.Repeat("ä", 10_001)}}), "de")
	look("addresses", form("/posts/frost/comments", url.Values{"author": {"c@example.org"}, "email": {"c@example.org"}, "url": {"https://example.org/c@example.org"}, "body": {"c@example.org"}}), "de")
	look("closed", form("/posts/zu/comments", url.Values{"author": {"Cy"}, "body": {"Ja"}}), "de")
	look("no post", form("/posts/nichts/comments", url.Values{"author": {"Cy"}, "body": {"Ja"}}), "de")
	look("no such method", form("/privacy", url.Values{}), "de")
	for name, change := range map[string]func(*http.Request){
		"other site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"no form":    func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"too large":  func(r *http.Request) { r.ContentLength = 1 << 20 },
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/posts/frost/comments", strings.NewReader("body=Ja"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		change(r)
		look(name, b.Client().Do(r).Body, "de")
	}
}

// TestLanguageWithoutFile has its own direction, and says what the pages say in
// English, marked as such.
func TestLanguageWithoutFile(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: fstest.MapFS{
		"site.toml":      {Data: []byte("title = 'حديقة'\nlanguage = 'ar'\n")},
		"posts/frost.md": {Data: []byte("---\ntitle: الصقيع\ndate: 2026-11-20\n---\nبرد.\n")},
	}})
	page := b.Get("/posts/frost").Body
	for _, want := range []string{`<html lang="ar" dir="rtl">`, "Leave a reply", "20 November 2026"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %q", want)
		}
	}
	if door := b.Get("/admin/login").Body; !strings.Contains(door, `<html lang="en" dir="ltr">`) {
		t.Error("the moderators' pages, all in English, are not marked as such")
	}
}
