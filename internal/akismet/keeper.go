package akismet

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// What waits to be kept at most, while the database cannot take it.
const (
	mostChecks  = 5_000
	mostReports = 20_000
	mostLeaving = 1_000
)

// mostAtOnce is how many checks or reports are kept in one transaction. What a database does not
// take is tried again and again, and sealed each time.
const mostAtOnce = 250

// mostBlogs is how many blogs of a key are counted apart on a day; all others are counted
// under otherBlogs. A blog is whatever a client calls itself.
const (
	mostBlogs  = 1_000
	otherBlogs = "other"
)

// keeper holds what is to be kept until the database takes it, so that nobody who asks
// waits for that. If it takes nothing for long, the oldest checks are dropped first, which only
// shows in the list of recent ones: counts are added up, and reports come last.
type keeper struct {
	store Store
	log   *slog.Logger
	woken chan struct{}

	writing chan struct{} // full while somebody writes

	mu      sync.Mutex // guards what follows
	checks  []Check
	reports []Report
	leaving []Leaving
	tallies map[tallied]Counts
	blogs   map[SiteID]blogs
	failing bool
}

// blogs are those of a key that are counted apart on a day.
type blogs struct {
	day   time.Time
	named map[string]bool
}

// tallied is what is counted apart.
type tallied struct {
	site SiteID
	blog string
	day  time.Time
}

func newKeeper(store Store, log *slog.Logger) *keeper {
	return &keeper{store: store, log: log, woken: make(chan struct{}, 1), writing: make(chan struct{}, 1), tallies: map[tallied]Counts{}, blogs: map[SiteID]blogs{}}
}

// check takes a check.
func (k *keeper) check(c Check) {
	k.mu.Lock()
	defer k.mu.Unlock()
	day := c.At.Truncate(24 * time.Hour)
	c.Blog = k.counted(c.Site, c.Blog, day)
	k.checks = lastOf(append(k.checks, c), mostChecks)
	of := tallied{c.Site, c.Blog, day}
	n := k.tallies[of]
	if c.Spam {
		n.Spam++
	} else {
		n.Ham++
	}
	k.tallies[of] = n
	k.wake()
}

// counted is the name under which a blog is counted on a day. It is for who holds mu, or is the
// only one yet.
func (k *keeper) counted(site SiteID, blog string, day time.Time) string {
	at := k.blogs[site]
	if !at.day.Equal(day) {
		at = blogs{day, map[string]bool{}}
		k.blogs[site] = at
	}
	if blog == otherBlogs || !at.named[blog] && len(at.named) >= mostBlogs {
		return otherBlogs
	}
	at.named[blog] = true
	return blog
}

// report takes a report.
func (k *keeper) report(r Report) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reports = lastOf(append(k.reports, r), mostReports)
	k.wake()
}

// leave takes note that a blog does not ask any more.
func (k *keeper) leave(l Leaving) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.leaving = lastOf(append(k.leaving, l), mostLeaving)
	k.wake()
}

// wake lets what waits be kept at once. While the database takes nothing, it is tried no more
// often than [Service.Run] looks by itself: the more is asked, the more would fail.
func (k *keeper) wake() {
	if k.failing {
		return
	}
	select {
	case k.woken <- struct{}{}:
	default:
	}
}

// lastOf is the last n of all, which are not copied: with a full queue that would be done at
// every check.
func lastOf[T any](all []T, n int) []T {
	over := max(0, len(all)-n)
	clear(all[:over]) // what they hold is not kept alive
	return all[over:]
}

// flush keeps what waits, and reports whether something was learned by it. What the database
// does not take waits on.
func (k *keeper) flush(ctx context.Context) (learned bool) {
	select {
	case k.writing <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-k.writing }()
	rest := k.take()
	for !rest.empty() {
		piece, after := rest.split(mostAtOnce)
		if err := k.store.Keep(ctx, piece); err != nil {
			k.failed(ctx, err, rest)
			return learned
		}
		rest, learned = after, learned || len(piece.Reports) > 0
		k.recovered()
	}
	return learned
}

// failed takes back what could not be kept, and says so when that begins.
func (k *keeper) failed(ctx context.Context, err error, rest Kept) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.failing && ctx.Err() == nil { // cut off, it says nothing of the database
		k.failing = true
		k.log.ErrorContext(ctx, "what sites asked and reported cannot be kept; it waits", "error", err)
	}
	k.putBack(rest)
}

func (k *keeper) recovered() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failing = false
}

// end says what is lost when the last flush has not kept it.
func (k *keeper) end(ctx context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.checks)+len(k.reports)+len(k.tallies)+len(k.leaving) > 0 {
		k.log.ErrorContext(ctx, "what sites asked and reported last is lost", "checks", len(k.checks), "reports", len(k.reports))
	}
}

func (k *keeper) take() Kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	out := Kept{Checks: k.checks, Reports: k.reports, Leaving: k.leaving}
	for of, n := range k.tallies {
		out.Tallies = append(out.Tallies, Tally{of.site, of.blog, of.day, n})
	}
	k.checks, k.reports, k.leaving, k.tallies = nil, nil, nil, map[tallied]Counts{}
	return out
}

func (k *keeper) putBack(taken Kept) {
	k.checks = lastOf(append(taken.Checks, k.checks...), mostChecks)
	k.reports = lastOf(append(taken.Reports, k.reports...), mostReports)
	k.leaving = lastOf(append(taken.Leaving, k.leaving...), mostLeaving)
	for _, t := range taken.Tallies {
		of := tallied{t.Site, t.Blog, t.Day}
		k.tallies[of] = k.tallies[of].plus(t.Counts)
	}
}
