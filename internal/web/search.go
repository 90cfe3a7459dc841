package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/search"
	"hamlet/internal/site"
)

const (
	// hitsPerPage is how many hits a page shows.
	hitsPerPage = 10
	// suggested is how many posts and tags are offered where there is no hit.
	suggested = 5
	// indexWait is when to ask again while the index is being made, in seconds.
	indexWait = "5"
)

// searchesPerClient is how often one client may search: a reader who types, and
// searches with every key, stays well below it.
var searchesPerClient = Rate{Events: 240, Per: time.Minute}

// searchView is the page of the search.
type searchView struct {
	frame
	Query   string // as typed, as much of it as was looked for
	Asked   bool   // there was something to look for
	Waiting bool   // the index is being made
	Cut     bool   // the query was longer than what was looked for
	Loose   bool   // no post has all of the words
	Total   int
	Page    int
	Pages   int
	Hits    []hitView
	// Recent and Tags are offered where there is no hit.
	Recent []*site.Post
	Tags   []*site.Term
}

// hitView is a post or a page that was found.
type hitView struct {
	*site.Post
	// Place leads to the heading that Extract stands below; the post's own URL at
	// its beginning.
	Place   string
	Title   []search.Piece
	Heading []search.Piece
	Extract []search.Piece
}

// search answers GET /search?q=QUERY&page=N. With part=results the answer is only
// what changes on the page from one query to the next, for the script that searches
// while one types.
//
// Nothing of it is kept anywhere, for a query is nobody else's business.
func (s *Server) search(c echo.Context) error {
	if err := s.searches.allow(c.Request().Context(), clientKey(c.RealIP())); err != nil {
		return err
	}
	page, err := searchPage(c.QueryParam("page"))
	if err != nil {
		return err
	}
	now := s.Site()
	v := searchView{frame: s.frameOf(now), Page: page}
	v.Query, v.Cut = clipQuery(c.QueryParam("q"))
	v.Asked, v.NoIndex, v.Here = strings.TrimSpace(v.Query) != "", true, "/search"
	v.Title = v.T("search.title")
	if v.Asked {
		v.Title = v.T("search.title_for", "Query", strings.TrimSpace(v.Query))
		if err := v.find(now); err != nil {
			return err
		}
	}
	if len(v.Hits) == 0 {
		v.suggest(now)
	}
	status := http.StatusOK
	if v.Waiting {
		status = http.StatusServiceUnavailable
		c.Response().Header().Set("Retry-After", indexWait)
	}
	if c.QueryParam("part") == "results" {
		return s.renderPart(c, status, "search", "results", v)
	}
	return s.render(c, status, "search", v)
}

// searchPage is the number of a page of hits; without one it is the first.
func searchPage(raw string) (int, error) {
	if raw == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || strconv.Itoa(n) != raw || n > maxSearchPage {
		return 0, errNotFound
	}
	return n, nil
}

// maxSearchPage keeps the number of hits to skip within bounds.
const maxSearchPage = 10_000

// clipQuery is what is looked for, and shown, of a query.
func clipQuery(q string) (clipped string, cut bool) {
	q = strings.ToValidUTF8(strings.ReplaceAll(q, "\x00", " "), "\uFFFD")
	if len(q) <= search.MaxQuery {
		return q, false
	}
	return strings.ToValidUTF8(q[:search.MaxQuery], ""), true
}

// find looks for the query.
func (v *searchView) find(now *site.Site) error {
	r, ready := now.Search(v.Query, (v.Page-1)*hitsPerPage, hitsPerPage)
	if !ready {
		v.Waiting = true
		return nil
	}
	v.Total, v.Loose, v.Cut = r.Total, r.Loose, v.Cut || r.Cut
	v.Pages = (r.Total + hitsPerPage - 1) / hitsPerPage
	if v.Page > max(v.Pages, 1) {
		return errNotFound
	}
	for _, h := range r.Hits {
		p, ok := now.ByID(h.ID)
		if !ok {
			continue
		}
		hit := hitView{Post: p, Place: p.URL, Title: h.Title, Heading: h.Heading, Extract: h.Extract}
		if h.Section != "" {
			hit.Place += "#" + url.PathEscape(h.Section)
		}
		v.Hits = append(v.Hits, hit)
	}
	if v.Page > 1 {
		v.Prev = v.pageURL(v.Page - 1)
	}
	if v.Page < v.Pages {
		v.Next = v.pageURL(v.Page + 1)
	}
	return nil
}

// pageURL is the address of another page of the hits.
func (v *searchView) pageURL(n int) string {
	q := url.Values{"q": {v.Query}}
	if n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	return "/search?" + q.Encode()
}

// suggest offers something to read where nothing was found.
func (v *searchView) suggest(now *site.Site) {
	if list, ok := now.Front(1); ok {
		v.Recent = list.Posts[:min(suggested, len(list.Posts))]
	}
	tags := now.Terms(site.Tags)
	v.Tags = tags[:min(2*suggested, len(tags))]
}

// renderPart answers with one of the templates that a page is made of.
func (s *Server) renderPart(c echo.Context, status int, page, part string, view any) error {
	b, err := s.executePart(page, part, view)
	if err != nil {
		return err
	}
	return c.HTMLBlob(status, b)
}

// executePart makes the HTML of one of the templates that a page is made of.
func (s *Server) executePart(page, part string, view any) ([]byte, error) {
	t, err := s.pages.template(page, view)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, part, view); err != nil {
		return nil, fmt.Errorf("render %s of %s: %w", part, page, err)
	}
	return b.Bytes(), nil
}
