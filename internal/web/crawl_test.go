package web_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/net/html"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// nasty is content whose names, titles and links are as odd as they may be.
func nasty() fstest.MapFS {
	post := func(front, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\n" + front + "\n---\n" + body)}
	}
	fsys := fstest.MapFS{
		"site.toml": {Data: []byte("title = 'Salt & \"Sand\" <b>'\ndescription = \"Tom's <i>\"\ntime_zone = \"Asia/Kathmandu\"\n")},
		"posts/Fish & chips.md": post("title: '\"Fish\" & <b>chips</b> it''s'\ndate: 2026-11-01\nauthor: [\"O'Neil & <i>\"]\nsummary: 'A < b & \"c\"'\n"+
			"tags: [C++, 'C#', Größe, 港, a/b, 100%, \"it's\", '<b>']",
			"[Here](/posts/fish-chips#über-größe), [there](</posts/über-uns>) and [in the bundle](/posts/日本/bild%20eins.svg).\n\n"+
				"## Über Größe\n\n## Same\n\n## Same\n\n[Same again](#same-2)\n\n## Main\n\n## Respond\n\n## Comments\n\n## Comment 1\n\n## field-body\n\n## C++ & `x < y`\n\nNote.[^a] And again.[^a]\n\n[^a]: The note.\n"),
		"posts/Über uns.md":         post("title: Über uns\ndate: 2026-11-02\ntags: [größe]", "[Back](/posts/fish-chips) and [down](/posts/v1.0_notes#v1.0_notes-fn:1)\n"),
		"posts/2026/v1.md":          post("title: 'Notes: 1.0'\nslug: v1.0_notes\ndate: 2026-11-03", "A note.[^1]\n\n[^1]: With `<code>` &amp; entities, A&B, `a && b`.\n"),
		"posts/日本/index.md":         post("title: 日本\ndate: 2026-11-04", "![Ein Bild](<bild eins.svg>) [text](50%25.txt) [sub](sub/ünï.txt) [hash](a%23b.txt)\n\n<b title=\"a & b\">Raw</b> HTML &copy;\n"),
		"posts/日本/bild eins.svg":    {Data: []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")},
		"posts/日本/50%.txt":          {Data: []byte("half")},
		"posts/日本/a#b.txt":          {Data: []byte("hash")},
		"posts/日本/sub/ünï.txt":      {Data: []byte("sub")},
		"pages/Wer & was/index.md":  post("title: Wer & was", "[Datei](datei.txt), [Post](/posts/日本)\n"),
		"pages/Wer & was/datei.txt": {Data: []byte("x")},
	}
	for i := range 25 {
		fsys[fmt.Sprintf("posts/more/%d.md", i)] = post(fmt.Sprintf("title: More %d\ndate: 2026-10-%02d\ntags: [größe, 'C#']", i, i+1), "More.\n")
	}
	return fsys
}

// TestCrawl follows every link from the front page on.
func TestCrawl(t *testing.T) {
	t.Parallel()
	t.Run("the repository's content", func(t *testing.T) {
		t.Parallel()
		b := apptest.Open(t, apptest.Options{Content: os.DirFS("../../content"), Judge: apptest.Says(spam.Ham)})
		found := noFaults(t, b.Get, "/", "/robots.txt")
		for _, want := range []string{"/", "/feed.xml", "/sitemap.xml", "/robots.txt", "/privacy", "/about", "/tags", "/posts/writing-tour/village.svg"} {
			if !slices.Contains(found, want) {
				t.Errorf("the crawl did not come by %s", want)
			}
		}
	})
	t.Run("nasty content", func(t *testing.T) {
		t.Parallel()
		b := apptest.Open(t, apptest.Options{Content: nasty(), Judge: apptest.Says(spam.Ham)})
		for i, body := range []string{"# Main\n\n## Respond\n\nA [link](https://example.com/?a=1&b=2) & 1 < 2", "Note.[^1]\n\n[^1]: No note.", "<p id=main>&amp; &lt;b&gt;</p>"} {
			sub := comment.Submission{Post: "fish-chips", Author: `O'Neil & "<b>"`, URL: "https://example.com/?a=1&b=%22", Body: body}
			if i > 0 {
				sub.Parent = fmt.Sprint(i)
			}
			b.MustComment(sub)
		}
		found := noFaults(t, b.Get, "/", "/robots.txt")
		for _, want := range []string{"/page/3", "/tags/größe/page/2", "/posts/日本/50%.txt", "/posts/日本/sub/ünï.txt", "/wer-was/datei.txt"} {
			if !slices.Contains(found, want) {
				t.Errorf("the crawl did not come by %s; found\n%s", want, strings.Join(found, "\n"))
			}
		}
	})
}

// TestCrawlQueue follows every link of the moderators' pages.
func TestCrawlQueue(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: nasty(), Judge: apptest.Says(spam.Unsure)})
	wanda := b.Login("wanda", account.Moderator)
	sub := comment.Submission{Post: "fish-chips", Author: `O'Neil & "<b>"`, URL: "https://example.com/?a=1&b=%22", Body: "# Main\n\n1 < 2 & <p id=main>"}
	b.MustComment(sub)
	wanda.Post("/admin/comments/1/approve", nil)
	sub.Parent = "1"
	for range 30 {
		b.MustComment(sub)
	}
	wanda.Post("/admin/comments/2/spam", nil)
	wanda.Post("/admin/comments/3/trash", nil)
	found := noFaults(t, wanda.Get, "/admin")
	for _, want := range []string{"/admin/queue", "/posts/fish-chips", "/static/admin.css"} {
		if !slices.Contains(found, want) {
			t.Errorf("the crawl did not come by %s; found\n%s", want, strings.Join(found, "\n"))
		}
	}
}

// noFaults returns the paths that were found.
func noFaults(t *testing.T, get func(string) *apptest.Response, starts ...string) []string {
	t.Helper()
	found, faults := crawl(get, starts...)
	for _, f := range faults {
		t.Error(f)
	}
	return found
}

// TestCrawlFindsFaults: a crawl that finds nothing wrong anywhere proves nothing.
func TestCrawlFindsFaults(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: fstest.MapFS{"posts/a.md": {Data: []byte(
		"---\ntitle: A\ndate: 2026-11-01\n---\n[a](/posts/none), [b](#nowhere), [c](/tags#nowhere), ![d](none.png), &amp;amp;\n",
	)}}})
	_, faults := crawl(b.Get, "/")
	all := strings.Join(faults, "\n")
	for _, want := range []string{
		"links to /posts/none, which answers 404", "/posts/a links to /posts/a#nowhere", "links to /tags#nowhere",
		"none.png, which answers 404", "/posts/a: shows &amp;",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the crawl did not say %q, but:\n%s", want, all)
		}
	}
}

// crawler follows links. Everything is kept by its unescaped path and query.
type crawler struct {
	get     func(string) *apptest.Response
	from    map[string]string          // where a link to it was seen first
	ids     map[string]map[string]bool // of a page's elements
	anchors []anchor
	next    []string
	faults  []string
}

// anchor is a link to a place on a page.
type anchor struct{ from, to, id string }

// crawl returns the paths that were found, in order, and what is wrong there.
func crawl(get func(string) *apptest.Response, starts ...string) (found, faults []string) {
	c := &crawler{get: get, from: map[string]string{}, ids: map[string]map[string]bool{}}
	for _, start := range starts {
		c.link(&url.URL{Path: "/"}, start)
	}
	for len(c.next) > 0 {
		at := c.next[0]
		c.next = c.next[1:]
		c.visit(at)
		if u, err := url.Parse(at); err == nil {
			found = append(found, u.Path)
		}
	}
	for _, a := range c.anchors {
		if ids, ok := c.ids[a.to]; ok && !ids[a.id] {
			c.fault("%s links to %s#%s, and there is no such place", a.from, a.to, a.id)
		}
	}
	return found, c.faults
}

func (c *crawler) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// link notes a link for later. What leads to other sites is not followed.
func (c *crawler) link(base *url.URL, raw string) {
	u, err := base.Parse(raw)
	if err != nil {
		c.fault("%s: link %q: %v", base, raw, err)
		return
	}
	if home := apptest.BaseURL; u.IsAbs() && u.Scheme+"://"+u.Host != home {
		return
	}
	at := (&url.URL{Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery}).String()
	if u.Fragment != "" {
		c.anchors = append(c.anchors, anchor{base.String(), at, u.Fragment})
	}
	if _, seen := c.from[at]; !seen {
		c.from[at] = base.String()
		c.next = append(c.next, at)
	}
}

// visit asks for a page and looks at what comes back.
func (c *crawler) visit(at string) {
	base, err := url.Parse(at)
	if err != nil {
		c.fault("%s: %v", at, err)
		return
	}
	r := c.get(at)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case r.Code >= 300 && r.Code < 400:
		c.link(base, r.Header.Get("Location"))
		return
	case r.Code != http.StatusOK:
		c.fault("%s links to %s, which answers %d", c.from[at], at, r.Code)
		return
	}
	switch kind {
	case "text/html":
		c.html(base, r.Body)
	case "application/rss+xml", "application/xml", "text/xml", "image/svg+xml":
		c.xml(base, r.Body)
	case "text/css":
		for _, m := range regexp.MustCompile(`url\("?([^")]+)"?\)`).FindAllStringSubmatch(r.Body, -1) {
			c.link(base, m[1])
		}
	case "text/plain":
		for _, m := range regexp.MustCompile(`(?m)^Sitemap: (.+)$`).FindAllStringSubmatch(r.Body, -1) {
			c.link(base, m[1])
		}
	}
}

// html checks a page and follows its links.
func (c *crawler) html(base *url.URL, src string) {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		c.fault("%s: %v", base, err)
		return
	}
	for _, fault := range faults(src, doc) {
		c.fault("%s: %s", base, fault)
	}
	ids := map[string]bool{"top": true}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val] = true
			case slices.Contains([]string{"href", "src", "poster", "cite"}, a.Key):
				c.link(base, a.Val)
			}
		}
	}
	c.ids[base.String()] = ids
}

// xml checks a feed, a sitemap or a drawing, and follows its links: those in the
// texts of a feed must be complete.
func (c *crawler) xml(base *url.URL, src string) {
	d := xml.NewDecoder(strings.NewReader(src))
	var element string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			c.fault("%s: %v", base, err)
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			element = token.Name.Local
			for _, a := range token.Attr {
				if a.Name.Local == "href" {
					c.link(base, a.Value)
				}
			}
		case xml.EndElement:
			element = ""
		case xml.CharData:
			switch text := string(token); element {
			case "loc", "link", "guid":
				c.link(base, text)
			case "encoded":
				c.fragment(base, text)
			}
		}
	}
}

// fragment follows the links of a post as the feed has it.
func (c *crawler) fragment(base *url.URL, src string) {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		c.fault("%s: %v", base, err)
		return
	}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" {
				continue
			}
			if u, err := url.Parse(a.Val); err != nil || !u.IsAbs() {
				c.fault("%s: a feed reader cannot follow %q", base, a.Val)
				continue
			}
			c.link(base, a.Val)
		}
	}
}
