package web

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// page is an answer ready to be sent, with its headers, in each encoding. What
// changes later are only atomics, and what pageCache guards.
type page struct {
	where  address
	stamp  string
	until  time.Time      // when the stamp may be another one; zero: never
	thread *atomic.Uint64 // nil if no comments are in it
	epoch  uint64         // of thread, when the page was made
	right  atomic.Uint64  // generation of the site it was last found right for
	used   atomic.Bool    // asked for since the hand of the clock last passed

	hash     string // of the content
	kind     []string
	cache    []string
	link     []string  // Link; nil: none
	more     policies  // headers beside the usual ones
	modified []string  // Last-Modified; nil: not told
	since    time.Time // the same; zero: not told
	newest   time.Time // the newest Last-Modified that was ever told here
	bodies   atomic.Pointer[bodies]
	talk     threadView
	made     time.Time     // when
	took     time.Duration // to make

	// Guarded by pageCache.mu.
	size, place, looks int
}

// everlasting is the stamp of pages that are right for as long as the program
// runs, whatever becomes of the site.
const everlasting = ""

// The Cache-Control of pages: kept by browsers and by caches between, but asked
// for again each time, so that a change shows on the very next request. Of files
// with the hash of their content in their URL: kept for good.
const (
	revalidated = "public, max-age=0, must-revalidate"
	immutable   = "public, max-age=31536000, immutable"
)

var revalidatedValue = []string{revalidated}

// newPage makes a page of what it has to say; old is what was said there before.
func newPage(a answer, old *page, now time.Time) (*page, error) {
	p := &page{
		hash: hashOf(a.body, a.kind, contentPolicy), kind: []string{a.kind}, cache: revalidatedValue, talk: a.talk,
	}
	if a.link != "" {
		p.link = []string{a.link}
	}
	if old != nil && old.hash == p.hash {
		p.modified, p.since, p.newest = old.modified, old.since, old.newest
		p.bodies.Store(old.bodies.Load())
		return p, nil
	}
	p.date(a.modified, old, now)
	b, err := newBodies(a.body, p.hash, isText(a.kind))
	p.bodies.Store(b)
	return p, err
}

// date finds the Last-Modified. It must differ from what was told of the page's
// earlier content, else a client that asks by date alone would keep that; when
// both came within the same second, none is told.
func (p *page) date(modified time.Time, old *page, now time.Time) {
	now = now.UTC().Truncate(time.Second)
	at := modified.UTC().Truncate(time.Second)
	if modified.IsZero() || at.After(now) {
		at = now
	}
	if old != nil {
		p.newest = old.newest
		if !at.After(old.newest) {
			at = now
		}
		if !at.After(old.newest) {
			return
		}
	}
	p.since, p.newest, p.modified = at, at, []string{at.Format(http.TimeFormat)}
}

// unchanged reports whether the page's thread is still the one it was made of.
func (p *page) unchanged() bool { return p.thread == nil || p.thread.Load() == p.epoch }

// confirm notes that the page is right for a generation of the site. A page
// whose path is not plain is never found without the router.
func (p *page) confirm(number uint64, plain bool) {
	if plain && number != 0 {
		p.right.Store(number)
	}
}

// touch notes that the page was asked for. It writes only once, so that readers
// on several processors do not take the page's memory from each other.
func (p *page) touch() {
	if !p.used.Load() {
		p.used.Store(true)
	}
}

// overhead is roughly what the page takes in memory beside its bodies.
func (p *page) overhead() int {
	const each = 600
	return each + len(p.where.path) + len(p.stamp) + textSize(p.talk.Comments)
}

func textSize(thread []commentView) int {
	const each = 200
	n := 0
	for i := range thread {
		n += each + len(thread[i].Text) + textSize(thread[i].Replies)
	}
	return n
}

// bodies are the same content in each encoding. They are never changed, only
// replaced.
type bodies struct {
	plain  *variant // nil: is made of gzip when somebody asks for it
	gzip   *variant // nil: would not help
	brotli *variant // nil: would not help
	// wasGzip and wasBrotli are the tags of what was replaced by something smaller.
	wasGzip, wasBrotli []string
	settled            bool
}

// variant is a body ready to be sent.
type variant struct {
	bytes    []byte
	tag      []string // ETag; strong, so another one for each encoding
	length   []string
	encoding []string // nil: plain
}

var (
	gzipEncoding   = []string{"gzip"}
	brotliEncoding = []string{"br"}
)

func newVariant(b []byte, tag string, encoding []string) *variant {
	return &variant{
		bytes: b, tag: []string{`"` + tag + `"`}, length: []string{strconv.Itoa(len(b))}, encoding: encoding,
	}
}

func (b *bodies) size() int {
	n := 0
	for _, v := range []*variant{b.plain, b.gzip, b.brotli} {
		if v != nil {
			n += len(v.bytes)
		}
	}
	return n
}
