package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// Where pages of other sites may ask, if the owner lists them.
const (
	apiPrefix   = "/api/"
	embedPrefix = "/embed/"
)

// Headers of answers to pages of other sites.
const (
	headerOrigin = "Origin"
	headerVary   = "Vary"
	headerCORP   = "Cross-Origin-Resource-Policy"

	allowOrigin   = "Access-Control-Allow-Origin"
	allowMethods  = "Access-Control-Allow-Methods"
	allowHeaders  = "Access-Control-Allow-Headers"
	allowFor      = "Access-Control-Max-Age"
	exposeHeaders = "Access-Control-Expose-Headers"
)

// Pages of listed origins may read what is under apiPrefix and embedPrefix, and send
// comments to the API. They are never let to send cookies along
// (Access-Control-Allow-Credentials), and the API looks at none.

// isAPI reports whether a request is to the API, whatever it finds there.
func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, apiPrefix) }

// isShared reports whether pages elsewhere may have the answer.
func isShared(r *http.Request) bool {
	return isAPI(r) || strings.HasPrefix(r.URL.Path, embedPrefix) || r.URL.Path == embedScript || r.URL.Path == embedStyle
}

// lists reports whether a request comes from a page of a listed origin.
func (s *Server) lists(r *http.Request) bool {
	origin := r.Header[headerOrigin]
	return len(origin) == 1 && slices.Contains(s.EmbedOrigins, origin[0])
}

// crossOrigin lets pages of listed origins have the answer, be it an error.
func (s *Server) crossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !isShared(r) {
			return next(c)
		}
		h := c.Response().Header()
		h.Add(headerVary, headerOrigin)
		if s.lists(r) {
			h.Set(allowOrigin, r.Header.Get(headerOrigin))
			h.Set(exposeHeaders, "ETag, Location, Retry-After")
		}
		return next(c)
	}
}

// preflight answers OPTIONS, by which a browser asks before a page of another origin may
// send JSON. Without the origin's name in the answer it may not.
func (s *Server) preflight(methods string) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Allow", "OPTIONS, "+methods)
		h.Add(headerVary, "Access-Control-Request-Method, Access-Control-Request-Headers")
		if s.lists(c.Request()) {
			h.Set(allowMethods, methods)
			h.Set(allowHeaders, "Content-Type, "+headerIdempotency)
			h.Set(allowFor, "600")
		}
		return c.NoContent(http.StatusNoContent)
	}
}

// shared are the headers of pages that others may have: caches must keep an answer for
// each origin, and search engines find the thread below its post.
var shared = policies{{headerVary, []string{"Accept-Encoding, " + headerOrigin}}, {"X-Robots-Tag", []string{"noindex"}}}

// sharedFile are those of the files that a page elsewhere names in its HTML.
var sharedFile = append(slices.Clone(shared), policy{headerCORP, []string{"cross-origin"}})
