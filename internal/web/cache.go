package web

import (
	"context"
	"hash/maphash"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"hamlet/internal/site"
)

// source says what a page is made of, and how it is made.
type source struct {
	// key is the page's own URL on this server, escaped as links have it.
	key string
	// stamp names what of the site is in the page. While it stays the same, and the
	// thread too, the page is not made again.
	stamp string
	// thread is the post whose comments are in the page; allThreads if those of
	// several posts are; empty if none are.
	thread string
	// until is when the stamp may be another one by itself; zero: never.
	until time.Time
	// cache is the Cache-Control; empty: revalidated.
	cache string
	// more are headers beside the usual ones. Such a page has a key that is no path,
	// for what sends pages that are ready does not know them.
	more policies
	// make makes the page. It may run for many readers at once, and after the first
	// of them has gone. old is the page it takes the place of; nil if there is none.
	make func(ctx context.Context, old *page) (answer, error)
}

// allThreads is the thread of a page with the comments of several posts.
const allThreads = "*"

// answer is what a page has to say.
type answer struct {
	kind string // media type
	body []byte
	// modified is when it last changed, if that is known better than by noticing.
	modified time.Time
	talk     threadView
	link     string // the Link header; empty for none
}

// pageCache keeps pages that are ready to be sent. A page that is right is found
// without a lock: [pageCache.ready] reads an immutable map, one number that says
// whether the site is still the one the page was found right for, and one that
// says whether its thread has changed since.
//
// When the pages outgrow max bytes together, those go that were not asked for
// since the hand of the clock last passed them.
type pageCache struct {
	max     int
	time    func() time.Time // asked for pages that are good until some time
	seed    maphash.Seed
	shards  [256]atomic.Pointer[map[address]*page]
	now     atomic.Pointer[generation]
	threads threads
	making  singleflight.Group

	mu    sync.Mutex // held to change what is kept; never to read
	bytes int
	clock []*page
	hand  int
}

// address is what a request has to ask for to get a page: an unescaped path and
// a query.
type address struct{ path, query string }

// generation numbers the snapshots of the site in the order they were served.
type generation struct {
	site   *site.Site
	number uint64
}

func newPageCache(maxBytes int, now func() time.Time) *pageCache {
	pc := &pageCache{max: maxBytes, time: now, seed: maphash.MakeSeed()}
	for i := range pc.shards {
		pc.shards[i].Store(&map[address]*page{})
	}
	pc.now.Store(&generation{})
	return pc
}

// ready finds the page that answers a request as it is, if it is known to be
// right now; else nil, and the request goes through the router.
func (pc *pageCache) ready(r *http.Request, now *site.Site) *page {
	if r.URL.RawPath != "" || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
		return nil
	}
	p := pc.at(address{r.URL.Path, r.URL.RawQuery})
	if p == nil || !pc.right(p, now) {
		return nil
	}
	p.touch()
	return p
}

// right reports whether a page is known to be what should be sent now.
func (pc *pageCache) right(p *page, now *site.Site) bool {
	if !p.unchanged() || !p.until.IsZero() && !pc.time().Before(p.until) {
		return false
	}
	if p.stamp == everlasting {
		return true
	}
	g := pc.now.Load()
	return g.site == now && p.right.Load() == g.number
}

func (pc *pageCache) shard(a address) *atomic.Pointer[map[address]*page] {
	return &pc.shards[maphash.String(pc.seed, a.path)%uint64(len(pc.shards))]
}

func (pc *pageCache) at(a address) *page { return (*pc.shard(a).Load())[a] }

// page finds a page, or makes it. now is the snapshot of the site that the source
// speaks of. Several requests for a page that is missing wait for one making; one that
// began before a change that a request came after is not for that request.
func (pc *pageCache) page(ctx context.Context, now *site.Site, src source, clock func() time.Time) (*page, error) {
	addr, plain := addressOf(src.key)
	number := pc.generation(now)
	_, epoch := pc.threads.read(src.thread)
	if p := pc.at(addr); p != nil && p.stamp == src.stamp && p.epoch == epoch {
		p.touch()
		p.confirm(number, plain)
		return p, nil
	}
	for {
		made, err, _ := pc.making.Do(src.key+"\x00"+src.stamp, func() (any, error) {
			return pc.make(context.WithoutCancel(ctx), addr, src, clock)
		})
		if err != nil {
			return nil, err
		}
		if p := made.(*page); p.epoch >= epoch {
			p.confirm(number, plain)
			return p, nil
		}
	}
}

// make makes a page, if it has not been made since somebody looked. There is never more
// than one making of a page.
func (pc *pageCache) make(ctx context.Context, addr address, src source, clock func() time.Time) (*page, error) {
	old := pc.at(addr)
	if old != nil && old.stamp == src.stamp {
		if old.unchanged() {
			return old, nil
		}
		old.rest(clock())
	}
	thread, epoch := pc.threads.read(src.thread)
	start := clock()
	a, err := src.make(ctx, old)
	if err != nil {
		return nil, err
	}
	p, err := newPage(a, old, clock())
	if err != nil {
		return nil, err
	}
	p.where, p.stamp, p.until, p.thread, p.epoch = addr, src.stamp, src.until, thread, epoch
	p.made, p.took = clock(), clock().Sub(start)
	p.more = src.more
	if src.cache != "" {
		p.cache = []string{src.cache}
	}
	pc.keep(p)
	return p, nil
}

// A page under which much is said is made anew with rests that are so many times as long
// as the making, so that all other pages have most of the time; but its readers never wait
// longer for that than restLimit.
const (
	makeRest  = 4
	restLimit = 200 * time.Millisecond
)

// rest waits until it is time to make a page again.
func (p *page) rest(now time.Time) {
	if d := makeRest*p.took - now.Sub(p.made); d > 0 {
		time.Sleep(min(d, restLimit))
	}
}

// addressOf is where a page with this URL is asked for. It is plain unless the
// same path could be meant for another URL too.
func addressOf(key string) (a address, plain bool) {
	u, err := url.ParseRequestURI(key)
	if err != nil {
		return address{path: key}, false
	}
	return address{u.Path, u.RawQuery}, u.RawPath == ""
}

// generation is the number of a snapshot of the site; 0 if it is not the one
// that is served now.
func (pc *pageCache) generation(now *site.Site) uint64 {
	if g := pc.now.Load(); g.site == now {
		return g.number
	}
	return 0
}

// serve makes a snapshot of the site the one that is served.
func (pc *pageCache) serve(now *site.Site) {
	if pc.now.Load().site == now {
		return
	}
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if g := pc.now.Load(); g.site != now {
		pc.now.Store(&generation{now, g.number + 1})
	}
}

// unsure makes every page be looked at again before it is sent, but what is everlasting.
func (pc *pageCache) unsure() {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	g := pc.now.Load()
	pc.now.Store(&generation{g.site, g.number + 1})
}

// keep puts a page in place of an older one at its address.
func (pc *pageCache) keep(p *page) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if old := pc.at(p.where); old != nil {
		if old.thread == p.thread && old.epoch > p.epoch {
			return // made of an older thread, but finished later
		}
		pc.drop(old)
	}
	p.size = p.bodies.Load().size() + p.overhead()
	if p.size > pc.max {
		return
	}
	pc.bytes += p.size
	pc.shrink() // before the page is among those that may go
	pc.change(p.where, func(m map[address]*page) { m[p.where] = p })
	p.place = len(pc.clock)
	pc.clock = append(pc.clock, p)
}

// change replaces the map an address is in by a changed copy.
func (pc *pageCache) change(a address, how func(map[address]*page)) {
	shard := pc.shard(a)
	m := maps.Clone(*shard.Load())
	how(m)
	shard.Store(&m)
}

// shrink lets pages go until the rest fits.
func (pc *pageCache) shrink() {
	for pc.bytes > pc.max {
		pc.hand %= len(pc.clock)
		if p := pc.clock[pc.hand]; !p.used.Swap(false) {
			pc.drop(p)
			continue
		}
		pc.hand++
	}
}

// drop lets a kept page go; another takes its place on the clock.
func (pc *pageCache) drop(p *page) {
	last := len(pc.clock) - 1
	pc.clock[p.place] = pc.clock[last]
	pc.clock[p.place].place = p.place
	pc.clock[last] = nil
	pc.clock = pc.clock[:last]
	pc.bytes -= p.size
	pc.change(p.where, func(m map[address]*page) { delete(m, p.where) })
}

// swap gives a page other bodies that say the same.
func (pc *pageCache) swap(p *page, from, to *bodies) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if !p.bodies.CompareAndSwap(from, to) || pc.at(p.where) != p {
		return
	}
	pc.bytes += to.size() - from.size()
	p.size += to.size() - from.size()
	pc.shrink()
}

// threads numbers the states of each post's thread. A number is read before the
// thread is; a page made of it is right as long as the number has not moved.
type threads struct{ epochs sync.Map } // post → *atomic.Uint64

// read is the number of a thread, and where it stands.
func (t *threads) read(post string) (*atomic.Uint64, uint64) {
	if post == "" {
		return nil, 0
	}
	n, ok := t.epochs.Load(post)
	if !ok {
		n, _ = t.epochs.LoadOrStore(post, new(atomic.Uint64))
	}
	epoch := n.(*atomic.Uint64)
	return epoch, epoch.Load()
}

// changed moves the number of a thread, and that of all threads.
func (t *threads) changed(post string) {
	for _, name := range []string{post, allThreads} {
		if n, ok := t.epochs.Load(name); ok { // else no page has asked for it
			n.(*atomic.Uint64).Add(1)
		}
	}
}
