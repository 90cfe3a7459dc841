package site

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// absoluteLinks rewrites the links and images of a rendered body so that they
// lead to the blog from wherever the body is read. Only tags with such a link
// are written anew; all else stays byte for byte.
func absoluteLinks(body, baseURL, page string) string {
	base, err := url.Parse(baseURL + page)
	if err != nil {
		return body
	}
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		kind := z.Next()
		raw := string(z.Raw()) // before Token, which unescapes in place
		if kind == html.ErrorToken {
			return out.String() + raw
		}
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			if t := z.Token(); rewrite(&t, baseURL, base) {
				raw = t.String()
			}
		}
		out.WriteString(raw)
	}
}

// rewrite makes the links of a tag absolute and tells whether that changed it.
// Of an image in several sizes it leaves the one in src.
func rewrite(t *html.Token, baseURL string, page *url.URL) bool {
	before := len(t.Attr)
	t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "srcset" })
	changed := len(t.Attr) != before
	for i, a := range t.Attr {
		switch a.Key {
		case "href", "src", "poster", "cite":
			to := absolute(a.Val, baseURL, page)
			changed = changed || to != a.Val
			t.Attr[i].Val = to
		}
	}
	return changed
}

// absolute resolves a link found on a page. One that begins with a slash is
// below the blog's address, which need not be the root of its host.
func absolute(link, baseURL string, page *url.URL) string {
	link = strings.TrimSpace(link)
	u, err := url.Parse(link)
	switch {
	case err != nil || u.IsAbs():
		return link
	case u.Host == "" && strings.HasPrefix(link, "/"):
		return baseURL + link
	}
	return page.ResolveReference(u).String()
}
