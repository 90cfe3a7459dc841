package markup

import (
	"bytes"
	stdhtml "html"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/idna"

	east "github.com/yuin/goldmark/extension/ast"
)

// strangerDepth is how deep quotations, lists and emphasis of strangers nest.
const strangerDepth = 20

// Stranger renders a comment.
func Stranger(src string) template.HTML {
	var out bytes.Buffer
	if err := strangers.Convert(visible([]byte(src)), &out); err != nil {
		// A buffer takes everything, so this cannot be; if it is, the words matter.
		return template.HTML("<p>" + template.HTMLEscapeString(src) + "</p>") //nolint:gosec // escaped
	}
	return template.HTML(policy.SanitizeBytes(out.Bytes())) //nolint:gosec // sanitised
}

// tags are the tags in what a sanitiser wrote.
var tags = regexp.MustCompile(`<[^>]*>`)

// Seen is what readers see of a comment: its text without the markup.
func Seen(src string) string {
	return stdhtml.UnescapeString(tags.ReplaceAllString(string(Stranger(src)), ""))
}

// links are the links in what a sanitiser wrote.
var links = regexp.MustCompile(`<a [^>]*?href="([^"]*)"`)

// Leads are the hosts that a comment leads its readers to, in the order they first stand
// there, and how many links it has. Before the host of a redirector stands the one that it leads on
// to, as far as the link names it.
func Leads(src string) (hosts []string, count int) {
	for _, m := range links.FindAllStringSubmatch(string(Stranger(src)), -1) {
		count++
		link := stdhtml.UnescapeString(m[1])
		u, err := url.Parse(link)
		if err != nil || u.Host == "" {
			continue
		}
		on, _ := carried(link)
		for _, host := range []string{on, u.Hostname()} {
			if host != "" && !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
		}
	}
	return hosts, count
}

// strangers knows no raw HTML, so that this is text, and no more of Markdown than
// the subset.
var strangers = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(limited{parser.NewListParser(), strangerDepth}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(limited{parser.NewBlockquoteParser(), strangerDepth}, 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(few{parser.NewCodeSpanParser(), codeKey, codeLimit}, 100),
			util.Prioritized(few{parser.NewLinkParser(), bracketKey, bracketLimit}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(few{parser.NewEmphasisParser(), emphasisKey, emphasisLimit}, 500),
			util.Prioritized(few{extension.NewStrikethroughParser(), emphasisKey, emphasisLimit}, 500),
			util.Prioritized(extension.NewLinkifyParser(
				extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"}),
				extension.WithLinkifyURLRegexp(bareURL),
				extension.WithLinkifyWWWRegexp(nothing),
				extension.WithLinkifyEmailRegexp(nothing),
			), 999),
		),
	)),
	goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(html.NewRenderer(html.WithHardWraps()), 1000),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(strangerRenderer{}, 100),
	))),
)

// bareURL is an address in running text. Hosts and paths may be in any script,
// as browsers show and copy them.
var bareURL = regexp.MustCompile(`^https?://(?:[\p{L}\p{M}\p{N}_-]+\.)+[\p{L}\p{M}\p{N}-]+(?::\d{1,5})?` +
	`(?:[/?#](?:[\p{L}\p{M}\p{N}._~%!$&'()*+,;=:@/?#\[\]-]*[\p{L}\p{M}\p{N}._~%!$&()*+,;=:@/?#\[\]-])?)?`)

// nothing matches nothing, and knows it at the first character.
var nothing = regexp.MustCompile(`^[^\s\S]`)

// policy is the second wall: it lets through what strangerRenderer writes, and
// nothing else.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "del", "code", "blockquote", "ul", "ol", "li")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("pre")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^nofollow ugc noopener$`)).OnElements("a")
	p.AllowURLSchemes("http", "https")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	return p
}()

// strangerRenderer writes the nodes that strangers may only use in part.
type strangerRenderer struct{}

func (strangerRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, boldParagraph)
	reg.Register(ast.KindCodeBlock, plainCode)
	reg.Register(ast.KindFencedCodeBlock, plainCode)
	reg.Register(ast.KindEmphasis, emphasis)
	reg.Register(east.KindStrikethrough, strikethrough)
	reg.Register(ast.KindLink, strangersLink)
	reg.Register(ast.KindAutoLink, strangersAutoLink)
	reg.Register(ast.KindImage, imageText)
}

func boldParagraph(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<p><strong>")
	} else {
		_, _ = w.WriteString("</strong></p>\n")
	}
	return ast.WalkContinue, nil
}

func plainCode(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<pre tabindex="0"><code>`)
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		_, _ = w.Write(util.EscapeHTML(line.Value(src)))
	}
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

func emphasis(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if n.(*ast.Emphasis).Level == 2 {
		return inline(w, n, "strong", entering)
	}
	return inline(w, n, "em", entering)
}

func strikethrough(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	return inline(w, n, "del", entering)
}

// inline writes an element, unless it is nested so deeply that nobody would see
// it.
func inline(w util.BufWriter, n ast.Node, tag string, entering bool) (ast.WalkStatus, error) {
	switch {
	case deeper(n, 2*strangerDepth):
	case entering:
		_, _ = w.WriteString("<" + tag + ">")
	default:
		_, _ = w.WriteString("</" + tag + ">")
	}
	return ast.WalkContinue, nil
}

func strangersLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	address, ok := webAddress(util.URLEscape(n.(*ast.Link).Destination, true))
	switch {
	case !ok:
	case entering:
		openLink(w, address)
	default:
		_, _ = w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func strangersAutoLink(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	label := util.EscapeHTML(n.Label(src))
	address, ok := webAddress(util.URLEscape(n.URL(src), false))
	if ok && n.AutoLinkType == ast.AutoLinkURL {
		openLink(w, address)
		_, _ = w.Write(label)
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	_, _ = w.Write(label)
	return ast.WalkContinue, nil
}

// imageText writes an image as its alternative text, or as its address if it has
// none.
func imageText(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	alt := plain(n, src)
	if alt == "" {
		alt = string(util.URLEscape(n.(*ast.Image).Destination, true))
	}
	_, _ = w.Write(util.EscapeHTML([]byte(alt)))
	return ast.WalkSkipChildren, nil
}

func openLink(w util.BufWriter, address string) {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML([]byte(address)))
	_, _ = w.WriteString(`" rel="nofollow ugc noopener">`)
}

// webAddress is an address that a stranger may link to, with its host in ASCII:
// http or https, with a host, and without a name before it that would pass for
// the host ("https://bank.example@evil.example").
func webAddress(raw []byte) (string, bool) {
	u, err := url.Parse(string(raw))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	if !strings.Contains(u.Host, "[") {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil && !isASCII(u.Hostname()) {
			return "", false
		}
		if err == nil {
			u.Host = strings.Replace(u.Host, u.Hostname(), host, 1)
		}
	}
	return u.String(), true
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
