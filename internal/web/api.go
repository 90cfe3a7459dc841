package web

import (
	"context"
	_ "embed" // the OpenAPI document
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// The API for comments. openapi.json is its manual, and api_document_internal_test.go
// holds both to each other.
const (
	apiDocument = "/api/openapi.json"
	apiComments = "/api/v1/posts/:slug/comments"
	apiPreview  = apiComments + "/preview"
	apiWork     = "/api/v1/posts/:slug/work"
	apiComment  = "/api/v1/comments/:id"
)

//go:embed openapi.json
var openAPI []byte

// threadJSON is a page of a thread, in the API's words.
type threadJSON struct {
	Post     postJSON      `json:"post"`
	Count    int           `json:"count"`
	Order    string        `json:"order"`
	Page     int           `json:"page"`
	Pages    int           `json:"pages"`
	Comments []commentJSON `json:"comments"`
	Links    linksJSON     `json:"links"`
}

// oneJSON is a comment by itself.
type oneJSON struct {
	Post    postJSON    `json:"post"`
	Comment commentJSON `json:"comment"`
	Links   linksJSON   `json:"links"`
}

type postJSON struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	URL   string `json:"url"`
	Open  bool   `json:"open"`
}

type linksJSON struct {
	Self   string `json:"self"`
	Prev   string `json:"prev,omitempty"`
	Next   string `json:"next,omitempty"`
	Thread string `json:"thread,omitempty"`
}

// commentJSON is made of a comment.Public, which has nothing private in it.
type commentJSON struct {
	ID       comment.ID    `json:"id"`
	Parent   comment.ID    `json:"parent,omitempty"`
	URL      string        `json:"url"`
	Author   authorJSON    `json:"author"`
	HTML     template.HTML `json:"html"`
	Markdown string        `json:"markdown,omitempty"`
	Created  time.Time     `json:"created_at"`
	Edited   time.Time     `json:"edited_at,omitzero"`
	Channel  string        `json:"channel"`
	Mention  string        `json:"mention,omitempty"`
	Erased   bool          `json:"erased"`
	Orphan   bool          `json:"orphan"`
	To       string        `json:"to,omitempty"`
	Count    int           `json:"reply_count"`
	Replies  []commentJSON `json:"replies"`
}

type authorJSON struct {
	Name     string `json:"name"`
	URL      string `json:"url,omitempty"`
	Role     string `json:"role"`
	Imitates bool   `json:"imitates"`
}

func (s *Server) postOf(now *site.Site, p *site.Post) postJSON {
	return postJSON{Slug: p.Slug, Title: p.Title, URL: now.BaseURL + p.URL, Open: s.takesComments(p)}
}

// apiURL is where a page of a thread is in the API.
func apiURL(now *site.Site, p *site.Post, v comment.View) string {
	query := url.Values{}
	if v.Newest {
		query.Set("order", "newest")
	}
	if v.Page > 1 || v.Newest && v.Page > 0 {
		query.Set("page", strconv.Itoa(v.Page))
	}
	to := url.URL{Path: "/api/v1/posts/" + p.Slug + "/comments", RawQuery: query.Encode()}
	return now.BaseURL + to.String()
}

// apiCommentURL is where a comment is in the API.
func apiCommentURL(now *site.Site, id comment.ID) string {
	return now.BaseURL + "/api/v1/comments/" + strconv.FormatInt(int64(id), 10)
}

// names are what the API calls what has no name of its own.
var (
	roleNames    = map[comment.Role]string{comment.Reader: "reader"}
	channelNames = map[comment.Channel]string{comment.Form: "form"}
	mentionNames = map[comment.MentionKind]string{comment.Mentioned: "mention"}
)

// nameOf is the name of a value, which is the value itself if it has no other.
func nameOf[T ~string](names map[T]string, value T) string {
	if name, ok := names[value]; ok {
		return name
	}
	return string(value)
}

func commentOf(now *site.Site, c *comment.Public) commentJSON {
	out := commentJSON{
		ID: c.ID, Parent: c.Parent, URL: now.BaseURL + permalink(c.ID),
		Author:  authorJSON{c.Author, c.URL, nameOf(roleNames, c.Role), c.Imitates},
		HTML:    textOf(c.Channel, c.Body),
		Created: c.CreatedAt.UTC(), Edited: c.EditedAt.UTC(), Channel: nameOf(channelNames, c.Channel),
		Erased: c.Erased, Orphan: c.Orphan, To: c.To, Replies: commentsOf(now, c.Replies),
	}
	if c.Channel == comment.Webmention {
		out.Mention = nameOf(mentionNames, c.Mention)
	} else {
		out.Markdown = c.Body
	}
	for i := range out.Replies {
		if out.Count += out.Replies[i].Count; !out.Replies[i].Erased {
			out.Count++
		}
	}
	return out
}

func commentsOf(now *site.Site, thread []comment.Public) []commentJSON {
	out := make([]commentJSON, len(thread))
	for i := range thread {
		out[i] = commentOf(now, &thread[i])
	}
	return out
}

// askedPost is the post in the path, if it has a thread.
func (s *Server) askedPost(c echo.Context, now *site.Site) (*site.Post, error) {
	slug, err := param(c, "slug")
	if err != nil {
		return nil, err
	}
	p, ok := now.Renamed(slug)
	if !ok || p.Comments == content.CommentsOff {
		return nil, fmt.Errorf("API: %w", comment.ErrNoThread)
	}
	return p, nil
}

// askedView reads which page of a thread the query asks for.
func askedView(c echo.Context) (v comment.View, err error) {
	switch c.QueryParam("order") {
	case "", "oldest":
	case "newest":
		v.Newest = true
	default:
		return v, misread("order", "order", "api.order")
	}
	if raw := c.QueryParam("page"); raw != "" {
		if v.Page, err = strconv.Atoi(raw); err != nil || v.Page < 1 {
			return v, misread("page", "page", "api.page")
		}
	}
	return v, nil
}

// showThreadJSON answers GET apiComments.
func (s *Server) showThreadJSON(c echo.Context) error {
	now := s.Site()
	p, err := s.askedPost(c, now)
	if err != nil {
		return err
	}
	v, err := askedView(c)
	if err != nil {
		return err
	}
	return s.answerJSON(c, now, p, apiURL(now, p, v), func(ctx context.Context) (any, error) {
		t, err := s.Comments.Thread(ctx, p.Slug, v)
		if err != nil {
			return nil, err
		}
		out := threadJSON{
			Post: s.postOf(now, p), Count: t.Count, Order: "oldest", Page: t.View.Page, Pages: t.Pages,
			Comments: commentsOf(now, t.Comments), Links: linksJSON{Self: apiURL(now, p, v)},
		}
		if v.Newest {
			out.Order = "newest"
		}
		out.Links.Prev, out.Links.Next = beside(v, t, func(v comment.View) string { return apiURL(now, p, v) })
		return out, nil
	})
}

// showCommentJSON answers GET apiComment.
func (s *Server) showCommentJSON(c echo.Context) error {
	now := s.Site()
	id, p, spot, err := s.located(c, now)
	if err != nil {
		return err
	}
	self := apiCommentURL(now, id)
	return s.answerJSON(c, now, p, self, func(ctx context.Context) (any, error) {
		one, err := s.Comments.Shown(ctx, p.Slug, id)
		if err != nil {
			return nil, err
		}
		links := linksJSON{Self: self, Thread: apiURL(now, p, comment.View{Page: spot.Page})}
		return oneJSON{s.postOf(now, p), commentOf(now, &one), links}, nil
	})
}

// answerJSON answers with what is made of a post's thread, from the cache if it can. No
// path is its key, so that every request comes here and gets the headers of its origin.
func (s *Server) answerJSON(c echo.Context, now *site.Site, p *site.Post, self string, made func(context.Context) (any, error)) error {
	src := source{
		key: "json " + self, stamp: p.Stamp(), thread: p.Slug, more: shared,
		make: func(ctx context.Context, _ *page) (answer, error) {
			v, err := made(ctx)
			if err != nil {
				return answer{}, err
			}
			b, err := json.Marshal(v)
			if err != nil {
				return answer{}, fmt.Errorf("write JSON: %w", err)
			}
			return answer{kind: echo.MIMEApplicationJSON, body: append(b, '\n')}, nil
		},
	}
	s.stand(&src, p)
	return s.answer(c, now, src)
}

// showOpenAPI answers GET apiDocument.
func (s *Server) showOpenAPI(c echo.Context) error {
	return s.answer(c, s.Site(), source{
		key: "json " + apiDocument, stamp: everlasting, more: shared,
		make: func(context.Context, *page) (answer, error) {
			return answer{kind: echo.MIMEApplicationJSON, body: openAPI}, nil
		},
	})
}
