package web

import (
	"net/http"
	"slices"
	"strings"
)

// vary is the one header that the choice of a body depends on.
var vary = []string{"Accept-Encoding"}

// send answers with a page: with its body in the encoding that the client likes
// best, or with 304 if the client has it. Nothing is made for it: the headers
// are values made ahead, put into the map under their canonical names.
func (s *Server) send(w http.ResponseWriter, r *http.Request, p *page) error {
	b := p.bodies.Load()
	v, old := b.pick(accepted(r.Header["Accept-Encoding"]))
	if v == nil {
		var err error
		if v, err = s.cache.plain(p, b); err != nil {
			return err
		}
	}
	h := w.Header()
	h["Cache-Control"] = p.cache
	h["Vary"] = vary
	p.more.put(h)
	if p.modified != nil {
		h["Last-Modified"] = p.modified
	}
	if tag := p.known(r.Header["If-None-Match"], r.Header["If-Modified-Since"], v.tag, old); tag != nil {
		h["Etag"] = tag
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h["Etag"] = v.tag
	h["Content-Type"] = p.kind
	h["Content-Length"] = v.length
	if p.link != nil {
		h["Link"] = p.link
	}
	if v.encoding != nil {
		h["Content-Encoding"] = v.encoding
	}
	s.policies.put(h)
	p.more.put(h)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(v.bytes) // an error means that the client has gone
	}
	return nil
}

// pick chooses the body a client gets, the smallest of those it likes best, and
// the tag that body had before it was compressed better. A body of nil is the
// plain one, which is still to be made.
func (b *bodies) pick(a acceptable) (v *variant, old []string) {
	br, gz := 0, 0
	if b.brotli != nil {
		br = a[useBrotli]
	}
	if b.gzip != nil {
		gz = a[useGzip]
	}
	switch {
	case br > 0 && br >= gz && br >= a[identity]:
		return b.brotli, b.wasBrotli
	case gz > 0 && gz >= a[identity]:
		return b.gzip, b.wasGzip
	}
	return b.plain, nil
}

// plain is the plain body of a page, unpacked when the first client asks for it.
func (pc *pageCache) plain(p *page, b *bodies) (*variant, error) {
	text, err := b.text()
	if err != nil {
		return nil, err
	}
	more := *b
	more.plain = newVariant(text, p.hash, nil)
	pc.swap(p, b, &more)
	return more.plain, nil
}

// known is the tag by which the client knows what it would get; nil if it does
// not have that. A client that sends no tags is asked for its date.
func (p *page) known(tags, date, now, old []string) []string {
	if len(tags) == 0 {
		if p.notSince(date) {
			return now
		}
		return nil
	}
	for _, line := range tags {
		switch {
		case line == now[0], matches(line, now[0]):
			return now
		case old != nil && matches(line, old[0]):
			return old
		}
	}
	return nil
}

// notSince reports whether the page has not changed since a date, as old feed
// readers ask.
func (p *page) notSince(date []string) bool {
	if p.modified == nil || len(date) != 1 {
		return false
	}
	if date[0] == p.modified[0] {
		return true
	}
	at, err := http.ParseTime(date[0])
	return err == nil && !p.since.After(at)
}

// matches reports whether If-None-Match names a tag, by the weak comparison of
// RFC 9110, 8.8.3.2: a proxy that compresses makes tags weak.
func matches(header, tag string) bool {
	for known := range strings.SplitSeq(header, ",") {
		known = strings.TrimSpace(known)
		if known == "*" || strings.TrimPrefix(known, "W/") == tag {
			return true
		}
	}
	return false
}

// policies are the headers that keep what is in a page from doing harm.
type policies []policy

type policy struct {
	name  string // canonical
	value []string
}

// contentPolicy lets a page load and run only what comes from this server as a
// file of its own: nothing that stands in the page itself.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"media-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// newPolicies are the headers of every answer. Over https browsers are told to
// come back by https only.
//
// The Referrer-Policy must not be no-referrer: browsers would then send
// "Origin: null" with forms, which sameOrigin has to refuse.
func newPolicies(https bool) policies {
	ps := policies{
		{"Content-Security-Policy", []string{contentPolicy}},
		{"X-Content-Type-Options", []string{"nosniff"}},
		{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
		{"Permissions-Policy", []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=()"}},
		{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
		{"Cross-Origin-Resource-Policy", []string{"same-origin"}},
	}
	if https {
		ps = append(ps, policy{"Strict-Transport-Security", []string{"max-age=31536000"}})
	}
	return ps
}

func (ps policies) put(h http.Header) {
	for i := range ps {
		h[ps[i].name] = ps[i].value
	}
}

// isText reports whether compressing a media type is worth it.
func isText(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") || strings.HasSuffix(kind, "json") ||
		slices.Contains([]string{"application/javascript", "image/x-icon"}, kind)
}
