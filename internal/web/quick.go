package web

import (
	"bytes"
	"net/http"
)

// Quick answers plain requests of one connection without net/http: those of a
// form it knows completely, for pages that are ready. The answer is what
// [Server.ServeHTTP] would give. Every other request it leaves alone, to be read
// again by net/http, which then has the connection for good; so it never has to
// guess where a request ends.
//
// A Quick is for one connection, and one goroutine.
type Quick struct {
	server *Server
	path   []byte // unescaped
	head   []byte // of the answer
	accept []byte // Accept-Encoding of the last request, and what it means
	likes  acceptable
	second int64 // of date
	date   []byte
}

// Quick is for a new connection; nil if each request is to be logged.
func (s *Server) Quick() *Quick {
	if s.AccessLog {
		return nil
	}
	return &Quick{server: s}
}

// Answer answers the request that in begins with. n is how many bytes that took;
// 0: it is not a plain request for a page that is ready, or not complete. The
// answer is head and then body; head is valid until Answer is called again.
func (q *Quick) Answer(in []byte) (n int, head, body []byte) {
	r, n := q.parse(in)
	if n == 0 {
		return 0, nil, nil
	}
	s := q.server
	p := s.cache.at(address{string(q.path), string(r.query)})
	if p == nil || !s.cache.right(p, s.Site()) {
		return 0, nil, nil
	}
	b := p.bodies.Load()
	v, old := b.pick(q.acceptable(r.accept))
	if v == nil {
		return 0, nil, nil // is still to be made
	}
	p.touch()
	if tag := p.known(line(r.match), line(r.since), v.tag, old); tag != nil {
		return n, q.unchanged(p, tag), nil
	}
	head = q.changed(p, v)
	if r.headOnly {
		return n, head, nil
	}
	return n, head, v.bytes
}

// line is a header as net/http would have it.
func line(value []byte) []string {
	if value == nil {
		return nil
	}
	return []string{string(value)}
}

// acceptable is accepted, remembered: a client says the same each time.
func (q *Quick) acceptable(header []byte) acceptable {
	if header == nil {
		return weigh(nil)
	}
	if !bytes.Equal(header, q.accept) {
		q.accept = append(q.accept[:0], header...)
		q.likes = accepted([]string{string(header)})
	}
	return q.likes
}

// unchanged is the answer 304.
func (q *Quick) unchanged(p *page, tag []string) []byte {
	q.head = append(q.head[:0], "HTTP/1.1 304 Not Modified\r\n"...)
	q.common(p)
	q.put("Etag", tag[0])
	return q.finish()
}

// changed is the header of a page.
func (q *Quick) changed(p *page, v *variant) []byte {
	q.head = append(q.head[:0], "HTTP/1.1 200 OK\r\n"...)
	q.common(p)
	q.put("Etag", v.tag[0])
	q.put("Content-Type", p.kind[0])
	q.put("Content-Length", v.length[0])
	if p.link != nil {
		q.put("Link", p.link[0])
	}
	if v.encoding != nil {
		q.put("Content-Encoding", v.encoding[0])
	}
	for i := range q.server.policies {
		q.put(q.server.policies[i].name, q.server.policies[i].value[0])
	}
	return q.finish()
}

func (q *Quick) common(p *page) {
	q.put("Cache-Control", p.cache[0])
	q.put("Vary", vary[0])
	if p.modified != nil {
		q.put("Last-Modified", p.modified[0])
	}
}

func (q *Quick) put(name, value string) {
	q.head = append(q.head, name...)
	q.head = append(q.head, ": "...)
	q.head = append(q.head, value...)
	q.head = append(q.head, "\r\n"...)
}

// finish adds the date, which is made once a second, and the empty line.
func (q *Quick) finish() []byte {
	if now := q.server.Now().UTC(); now.Unix() != q.second || q.date == nil {
		q.second = now.Unix()
		q.date = append(now.AppendFormat(append(q.date[:0], "Date: "...), http.TimeFormat), "\r\n\r\n"...)
	}
	q.head = append(q.head, q.date...)
	return q.head
}

// plainRequest is what matters of a request; the slices are parts of it, nil where
// the header is missing.
type plainRequest struct {
	headOnly                   bool
	query                      []byte
	host, accept, match, since []byte
}

// What may stand in a request that is answered here. Whatever is not in these
// tables net/http has to judge: it may be meant well.
var (
	pathBytes  = bytesOf("/-._~")
	queryBytes = bytesOf("-_=")
	nameBytes  = bytesOf("-_")
	hostBytes  = bytesOf("-._:[]")
)

// bytesOf is a table of letters, digits and some more.
func bytesOf(more string) (table [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" + more) {
		table[c] = true
	}
	return table
}

// all reports whether a text is not empty and made of the bytes of a table only.
func all(text []byte, table *[256]bool) bool {
	for _, c := range text {
		if !table[c] {
			return false
		}
	}
	return len(text) > 0
}

// parse reads a request; n is 0 if it is not a plain one, or not all there.
func (q *Quick) parse(in []byte) (r plainRequest, n int) {
	first, rest, ok := bytes.Cut(in, crlf)
	if !ok {
		return r, 0
	}
	switch {
	case bytes.HasPrefix(first, []byte("GET ")):
		first = first[4:]
	case bytes.HasPrefix(first, []byte("HEAD ")):
		first, r.headOnly = first[5:], true
	default:
		return r, 0
	}
	target, ok := bytes.CutSuffix(first, []byte(" HTTP/1.1"))
	if !ok || !q.target(target, &r) {
		return r, 0
	}
	for {
		header, more, ok := bytes.Cut(rest, crlf)
		if !ok {
			return r, 0
		}
		if rest = more; len(header) == 0 {
			break
		}
		if !r.header(header) {
			return r, 0
		}
	}
	if r.host == nil {
		return r, 0
	}
	return r, len(in) - len(rest)
}

var crlf = []byte("\r\n")

// target reads a path, and a query if there is one. Of escapes it knows those
// that must be: bytes that are not ASCII, in capital letters.
func (q *Quick) target(target []byte, r *plainRequest) bool {
	path, query, asked := bytes.Cut(target, []byte("?"))
	if asked && !all(query, &queryBytes) || len(path) == 0 || path[0] != '/' {
		return false
	}
	r.query = query
	q.path = q.path[:0]
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' {
			if i+2 >= len(path) {
				return false
			}
			high, low := capitalHex(path[i+1]), capitalHex(path[i+2])
			if high < 8 || low < 0 { // below 8: ASCII, or no digit
				return false
			}
			c, i = byte(high<<4|low), i+2 //nolint:gosec // two digits
		} else if !pathBytes[c] {
			return false
		}
		q.path = append(q.path, c)
	}
	return true
}

// capitalHex is the value of a digit; -1 if it is none.
func capitalHex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// header reads a header, and reports whether a plain request may have it.
func (r *plainRequest) header(text []byte) bool {
	name, value, ok := bytes.Cut(text, []byte(":"))
	if !ok || !all(name, &nameBytes) {
		return false
	}
	value = bytes.Trim(value, " \t")
	for _, c := range value {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	switch len(name) {
	case len("host"):
		if bytes.EqualFold(name, []byte("host")) {
			return all(value, &hostBytes) && once(&r.host, value)
		}
	case len("accept-encoding"):
		if bytes.EqualFold(name, []byte("accept-encoding")) {
			return once(&r.accept, value)
		}
	case len("connection"):
		if bytes.EqualFold(name, []byte("connection")) {
			return bytes.EqualFold(value, []byte("keep-alive"))
		}
	case len("if-none-match"):
		if bytes.EqualFold(name, []byte("if-none-match")) {
			return once(&r.match, value)
		}
	case len("if-modified-since"):
		if bytes.EqualFold(name, []byte("if-modified-since")) {
			return once(&r.since, value)
		}
	}
	return !notPlain(name)
}

// once sets a value that must not be empty, nor be set before.
func once(to *[]byte, value []byte) bool {
	if *to != nil || len(value) == 0 {
		return false
	}
	*to = value
	return true
}

// notPlain reports whether a header says that there is more to a request than its
// header, or that the connection is to become something else.
func notPlain(name []byte) bool {
	for _, other := range [...]string{
		"content-length", "transfer-encoding", "expect", "upgrade", "trailer", "http2-settings", "range", "if-match",
		"if-range", "if-unmodified-since", "keep-alive", "proxy-connection",
	} {
		if len(name) == len(other) && bytes.EqualFold(name, []byte(other)) {
			return true
		}
	}
	return false
}
