package web

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"
)

//go:embed dev.js
var devScript []byte

// The addresses that only a Workshop answers.
const (
	devScriptPath = "/dev/reload.js"
	devEventsPath = "/dev/events"
)

// Workshop is a blog while its author writes or works on the theme: pages reload
// themselves when something changed, say what is wrong, and say that a draft is
// one; nothing is to be kept by the browser. The Server within is the one that readers would
// get, and knows nothing of this: what is added to its pages is added here, so that a theme
// cannot lose it.
type Workshop struct {
	name string // of this run: pages of an earlier one reload

	mu      sync.Mutex
	server  *Server
	fault   error         // what is wrong with the theme since the server was made
	version int           // counts the changes
	changed chan struct{} // closed at the next change
	closed  chan struct{}
}

// NewWorkshop is a workshop around a server.
func NewWorkshop(s *Server) *Workshop {
	return &Workshop{name: rand.Text(), server: s, changed: make(chan struct{}), closed: make(chan struct{})}
}

// Server is the server within.
func (w *Workshop) Server() *Server {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.server
}

// Restyle puts another server within, one with the theme as it is now. If it could
// not be made, the last one goes on, and pages say why.
func (w *Workshop) Restyle(s *Server, fault error) {
	w.mu.Lock()
	if w.fault = fault; fault == nil {
		w.server.Close()
		w.server = s
	}
	w.mu.Unlock()
	w.Changed()
}

// Changed tells open pages to load again.
func (w *Workshop) Changed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.version++
	close(w.changed)
	w.changed = make(chan struct{})
}

// Close ends the streams to open pages, which a server that is to stop would wait
// for. It is to be called once.
func (w *Workshop) Close() {
	close(w.closed)
	w.Server().Close()
}

// state is what is served now, and a channel that is closed at the next change.
func (w *Workshop) state() (version string, changed <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.name + "-" + strconv.Itoa(w.version), w.changed
}

// ServeHTTP answers as the server does, with what helps an author added.
func (w *Workshop) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case devScriptPath:
		rw.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		rw.Header().Set("Cache-Control", "no-store")
		_, _ = rw.Write(devScript) // a browser that went away wants no answer
		return
	case devEventsPath:
		w.stream(rw, r)
		return
	}
	version, _ := w.state() // before the page is made: what changes meanwhile is news
	for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
		r.Header.Del(name)
	}
	page := &devWriter{ResponseWriter: rw}
	w.Server().ServeHTTP(page, r)
	if page.isPage {
		page.finish(w.add(page.body.Bytes(), version, r))
	}
}

// stream tells a page the version at once and whenever there is another.
func (w *Workshop) stream(rw http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(rw)
	// Where no deadline can be set, there is none.
	err := errors.Join(rc.SetReadDeadline(time.Time{}), rc.SetWriteDeadline(time.Time{}))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		http.Error(rw, "this connection cannot stay open", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	for {
		version, changed := w.state()
		_, err := fmt.Fprintf(rw, "retry: 500\ndata: %s\n\n", version)
		if err == nil {
			err = rc.Flush()
		}
		if err != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-w.closed:
			return
		}
	}
}

// add puts the script and the notes into a page: the notes at the beginning of
// what it says, the script at its end.
func (w *Workshop) add(page []byte, version string, r *http.Request) []byte {
	var notes strings.Builder
	for _, text := range w.notes(r) {
		fmt.Fprintf(&notes, "\n<p class=\"notice\">%s</p>", html.EscapeString(text))
	}
	page = insert(page, notes.String(), "<main", "<body")
	script := `<script src="` + devScriptPath + `" data-version="` + version + "\" defer></script>\n"
	if at := bytes.LastIndex(page, []byte("</body>")); at >= 0 {
		return bytes.Join([][]byte{page[:at], page[at:]}, []byte(script))
	}
	return append(page, script...)
}

// insert puts a text behind the first of some tags that the page has.
func insert(page []byte, text string, tags ...string) []byte {
	for _, tag := range tags {
		at := bytes.Index(page, []byte(tag))
		if at < 0 {
			continue
		}
		if end := bytes.IndexByte(page[at:], '>'); end >= 0 {
			at += end + 1
			return bytes.Join([][]byte{page[:at], page[at:]}, []byte(text))
		}
	}
	return append([]byte(text), page...)
}

// notes are what the author should know about a page.
func (w *Workshop) notes(r *http.Request) []string {
	w.mu.Lock()
	s, fault := w.server, w.fault
	w.mu.Unlock()
	say, now := s.printer(), s.Site()
	var notes []string
	if fault != nil {
		notes = append(notes, say.T("dev.theme", "Problem", fault.Error()))
	}
	if !strings.HasPrefix(r.URL.Path, "/admin") {
		for _, p := range s.Problems() {
			notes = append(notes, say.T("dev.content", "Problem", p.String()))
		}
	}
	found, ok := now.Find(norm.NFC.String(r.URL.Path))
	switch {
	case !ok || found.Post == nil:
	case found.Post.Draft:
		notes = append(notes, say.T("dev.draft"))
	case found.Post.Date.After(s.Now()):
		notes = append(notes, say.T("dev.scheduled", "When", s.frameOf(now).Moment(found.Post.Date)))
	}
	return notes
}

// devWriter holds pages back, to add to them, and lets all else through. Nothing is
// to be kept.
type devWriter struct {
	http.ResponseWriter
	begun  bool
	isPage bool
	status int
	body   bytes.Buffer
}

// WriteHeader looks whether this is a page.
func (w *devWriter) WriteHeader(status int) {
	if w.begun {
		return
	}
	h := w.Header()
	w.begun, w.status = true, status
	w.isPage = strings.HasPrefix(h.Get("Content-Type"), "text/html")
	h.Set("Cache-Control", "no-store")
	h.Del("Etag")
	h.Del("Last-Modified")
	if !w.isPage {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write writes, or holds back.
func (w *devWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.isPage {
		return w.body.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *devWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// finish sends the page that was held back.
func (w *devWriter) finish(page []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(page) // a browser that went away wants no answer
}
