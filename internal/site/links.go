package site

import (
	"net/url"
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
			if t := z.Token(); rewrite(t.Attr, baseURL, base) {
				raw = t.String()
			}
		}
		out.WriteString(raw)
	}
}

// rewrite makes the links among the attributes absolute and tells whether that
// changed any.
func rewrite(attrs []html.Attribute, baseURL string, page *url.URL) bool {
	changed := false
	for i, a := range attrs {
		switch a.Key {
		case "href", "src", "poster", "cite":
			to := absolute(a.Val, baseURL, page)
			changed = changed || to != a.Val
			attrs[i].Val = to
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
