package akismet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"hamlet/internal/spam"
)

// Errors of this room.
var (
	ErrNotFound = errors.New("no such site")
	ErrTaken    = errors.New("there is a site of this name already")
	ErrName     = errors.New("a site needs a name of 1 to 100 characters")
)

// Learner lets a filter follow the reports of a site.
type Learner interface {
	CatchUp(ctx context.Context) (passed int, err error)
}

// ServiceOptions is what a Service is made of. All are required but Model, Caller,
// Changed, Words and Patience.
type ServiceOptions struct {
	Store Store
	// Model is what all sites have in common; nil: the built-in one.
	Model *spam.Model
	// Learn makes what teaches the filter of a site.
	Learn func(s SiteID, f *spam.Filter) Learner
	// Caller tells sites of another word; nil: nobody does.
	Caller *Caller
	// Changed is called when it is another thing than before that CallsBack says; nil: nobody
	// wants to know.
	Changed func()
	// Words says in a line why a message got a verdict; nil: it is not said.
	Words func(m spam.Message, v spam.Verdict) string
	// Patience is how long a call that is about what was said before waits for that to be kept;
	// zero: a quarter of a second.
	Patience time.Duration
	Now      func() time.Time
	Log      *slog.Logger
}

// Service knows the sites, judges for them and learns from them. It is safe for
// concurrent use. Whatever [Sites] promises to be quick is answered out of memory;
// [Service.Run] keeps what is to be kept, and brings in what others have changed.
type Service struct {
	o     ServiceOptions
	known atomic.Pointer[map[string]*site] // by what their keys are known by
	keep  *keeper

	silent silences

	loading sync.Mutex // held while sites are read

	running atomic.Bool
	wanted  chan chan struct{} // closed each when what waits is kept and learned
	woken   chan struct{}      // has something to read when the owner said another word
}

var _ Sites = (*Service)(nil)

// site is a Site at work.
type site struct {
	Site
	filter  *spam.Filter
	learner Learner
	limit   *rate.Limiter // nil: no limit
	said    *sayings
}

// NewService makes a Service of the sites there are.
func NewService(ctx context.Context, o ServiceOptions) (*Service, error) {
	if o.Words == nil {
		o.Words = func(spam.Message, spam.Verdict) string { return "" }
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	s := &Service{o: o, keep: newKeeper(o.Store, o.Log), wanted: make(chan chan struct{}), woken: make(chan struct{}, 1)}
	s.known.Store(&map[string]*site{})
	if err := s.Load(ctx); err != nil {
		return s, err
	}
	return s, s.recount(ctx)
}

// recount takes up which blogs are counted apart today, so that there are no more of them for
// the program's beginning anew.
func (s *Service) recount(ctx context.Context) error {
	today := s.o.Now().UTC().Truncate(24 * time.Hour)
	for _, at := range *s.known.Load() {
		tallies, err := s.o.Store.Tallies(ctx, at.ID, "", today)
		if err != nil {
			return fmt.Errorf("read what %s asked today: %w", at.Name, err)
		}
		for _, t := range tallies {
			s.keep.counted(at.ID, t.Blog, today)
		}
	}
	return nil
}

// Load brings in what was changed about the sites, by another process too, and what they
// reported. A site whose settings are as they were keeps its filter.
func (s *Service) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	sites, err := s.o.Store.Sites(ctx)
	if err != nil {
		return fmt.Errorf("read the sites with a key: %w", err)
	}
	before, now := *s.known.Load(), make(map[string]*site, len(sites))
	called := s.CallsBack()
	for _, is := range sites {
		if !is.RevokedAt.IsZero() {
			continue
		}
		if was := before[is.Index]; was != nil && was.Site == is {
			now[is.Index] = was
			continue
		}
		now[is.Index] = s.open(is)
	}
	s.known.Store(&now)
	if s.o.Changed != nil && s.CallsBack() != called {
		s.o.Changed()
	}
	return s.learn(ctx, now)
}

// open sets a site to work.
func (s *Service) open(is Site) *site {
	f := spam.New(spam.Options{Model: s.o.Model, Cost: is.Cost})
	at := &site{Site: is, filter: f, learner: s.o.Learn(is.ID, f), said: newSayings()}
	if is.PerMinute > 0 {
		at.limit = rate.NewLimiter(rate.Limit(float64(is.PerMinute)/60), max(1, is.PerMinute))
	}
	return at
}

func (s *Service) learn(ctx context.Context, sites map[string]*site) error {
	var errs []error
	for _, at := range sites {
		if _, err := at.learner.CatchUp(ctx); err != nil {
			errs = append(errs, fmt.Errorf("learn what %s reported: %w", at.Name, err))
		}
		errs = append(errs, at.said.hear(ctx, s.o.Store, at.ID))
	}
	return errors.Join(errs...)
}

// reloadEvery is how late a key that was made or revoked elsewhere is noticed.
const reloadEvery = 2 * time.Second

// Run keeps and learns until the context ends. What comes after that waits for [Service.End].
func (s *Service) Run(ctx context.Context) error {
	s.running.Store(true)
	defer s.running.Store(false)
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.keep.woken:
			s.caughtUp(ctx, s.Settle(ctx))
		case done := <-s.wanted:
			s.caughtUp(ctx, s.Settle(ctx))
			close(done)
		case <-ticker.C:
			s.keep.flush(ctx)
			s.caughtUp(ctx, s.Load(ctx))
		}
	}
}

// Settle keeps what waits to be, and learns from what was reported.
func (s *Service) Settle(ctx context.Context) error {
	if !s.keep.flush(ctx) {
		return nil
	}
	return s.learn(ctx, *s.known.Load())
}

// End is the last [Service.Settle]. What cannot be kept is lost then, and the log says so.
func (s *Service) End(ctx context.Context) error {
	err := s.Settle(ctx)
	s.keep.end(ctx)
	return err
}

// patience is how long a call waits for what was said before to be kept: less than any client does.
const patience = 250 * time.Millisecond

// settled waits until what was said before is kept and learned, but never for long.
func (s *Service) settled(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	if !s.running.Load() {
		s.caughtUp(ctx, s.Settle(ctx))
		return
	}
	done := make(chan struct{})
	select {
	case s.wanted <- done:
	case <-ctx.Done():
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (s *Service) caughtUp(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		s.o.Log.WarnContext(ctx, "the sites with a key are judged for with what was learned before", "error", err)
	}
}

func (s *Service) of(k Key) *site {
	if k == "" {
		return nil
	}
	return (*s.known.Load())[s.o.Store.Index(k)]
}

// Known is part of [Sites].
func (s *Service) Known(k Key) (name string, ok bool) {
	at := s.of(k)
	if at == nil {
		return "", false
	}
	return at.Name, true
}

// Allow is part of [Sites].
func (s *Service) Allow(k Key) (wait time.Duration, ok bool) {
	at := s.of(k)
	if at == nil || at.limit == nil {
		return 0, true
	}
	now := s.o.Now()
	turn := at.limit.ReserveN(now, 1)
	if wait = turn.DelayFrom(now); wait > 0 {
		turn.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// plainly is how sure the filter is of what may be thrown away unseen.
const plainly = 0.9999

// nearly is how little below the threshold, in log-odds, a comment is asked for again.
const (
	nearly     = 0.5
	againAfter = 2 * time.Minute
)

// Check is part of [Sites]. The test values come first, and who is an administrator of the site
// writes ham; what the site itself called this comment before comes next, and whoever fills in
// what people do not see is a robot. Everything else the filter judges. Whatever it would hold is
// called spam: a client knows of no third.
func (s *Service) Check(k Key, id string, c Comment) Answer {
	at := s.of(k)
	if at == nil {
		return Answer{}
	}
	m := c.message()
	v := at.filter.Receipt(m)
	pair := s.pair(at, c)
	a, laidDown := c.laidDown()
	if !laidDown {
		a = at.answer(c, pair, v)
	}
	if a.Why == "" {
		a.Why = s.o.Words(m, v)
	}
	if !c.Test {
		kept := s.checked(at, id, c, pair, v, a)
		at.callBack(&kept, k, c, a)
		s.keep.check(kept)
	}
	return a
}

// pair is what a check and a report of a site about the same comment have in common.
func (s *Service) pair(at *site, c Comment) Pair {
	p := s.o.Store.Pair(at.ID, c.identity())
	if c.Trap {
		return p.Other()
	}
	return p
}

// laidDown is the answer that the protocol lays down for a comment, if it does.
func (c Comment) laidDown() (a Answer, is bool) {
	switch {
	case c.Administrator:
		return Answer{Why: "written by an administrator of the site"}, true
	case c.Test && c.Discard:
		return Answer{Spam: true, Discard: true, Why: "a test of the answer to blatant spam"}, true
	case c.Guaranteed:
		return Answer{Spam: true, Why: "a test value that is always spam"}, true
	}
	return Answer{}, false
}

// answer is what the site itself said of the comment, or what the verdict means to it.
func (at *site) answer(c Comment, p Pair, v spam.Verdict) Answer {
	if isSpam, said := at.said.about(c, p); said && c.Body != "" {
		return Answer{Spam: isSpam, Why: "the site said so of the same comment"}
	}
	a := Answer{Spam: c.Trap || v.Class != spam.Ham}
	if c.Trap {
		a.Why = "a field was filled in that people do not see"
	}
	a.Discard = a.Spam && at.Discard && v.Probability >= plainly
	if !a.Spam && !c.Again && v.Probability < v.Thresholds.Unsure && v.LogOdds+nearly >= logOdds(v.Thresholds.Unsure) {
		a.AskAgain = againAfter
	}
	return a
}

func (s *Service) checked(at *site, id string, c Comment, pair Pair, v spam.Verdict, a Answer) Check {
	return Check{
		ID: id, Site: at.ID, Blog: blogName(c.Blog), At: s.o.Now().UTC(), Pair: pair,
		Comment: c.excerpt(), Spam: a.Spam, Discard: a.Discard, LogOdds: v.LogOdds, Model: v.Model, Why: a.Why,
	}
}

// Report is part of [Sites]. The comment itself is what it was called from now on; it returns when the report is kept and learned, or has waited a moment for that.
func (s *Service) Report(ctx context.Context, k Key, c Comment, isSpam bool) error {
	at := s.of(k)
	if at == nil {
		return ErrNotFound
	}
	if c.Test || c.Guaranteed {
		return nil
	}
	pair := s.pair(at, c)
	at.said.note(pair, isSpam)
	s.keep.report(Report{
		Site: at.ID, Check: c.ID, Blog: blogName(c.Blog), At: s.o.Now().UTC(), Pair: pair,
		Lesson: spam.NewLesson(c.message(), isSpam, ""),
	})
	s.settled(ctx)
	return nil
}

// Leave is part of [Sites]. It waits as Report does.
func (s *Service) Leave(ctx context.Context, k Key, blog string) error {
	at := s.of(k)
	if at == nil {
		return ErrNotFound
	}
	s.keep.leave(Leaving{at.ID, blogName(blog), s.o.Now().UTC()})
	s.settled(ctx)
	return nil
}

// Figures is part of [Sites].
func (s *Service) Figures(ctx context.Context, k Key, blog string, span Span) ([]Period, error) {
	at := s.of(k)
	if at == nil {
		return nil, ErrNotFound
	}
	s.settled(ctx)
	if blog != "" {
		blog = blogName(blog)
	}
	tallies, err := s.o.Store.Tallies(ctx, at.ID, blog, begin(span, s.o.Now().UTC()))
	if err != nil {
		return nil, fmt.Errorf("read what %s asked: %w", at.Name, err)
	}
	return periods(tallies, span), nil
}

// begin is since when a span reaches.
func begin(span Span, now time.Time) time.Time {
	switch span {
	case Days:
		return now.Truncate(24*time.Hour).AddDate(0, 0, -59)
	case All:
		return time.Time{}
	case Year:
		return firstOf(now).AddDate(0, -11, 0)
	default:
		return firstOf(now).AddDate(0, -5, 0)
	}
}

// firstOf is the first day of a month.
func firstOf(t time.Time) time.Time {
	y, m, _ := t.Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}

// periods adds the counts of days up to those of a span's periods, in their order.
func periods(tallies []Tally, span Span) []Period {
	sums, blogs := map[time.Time]Counts{}, map[time.Time]map[string]bool{}
	for _, t := range tallies {
		from := t.Day
		switch span {
		case Days:
		case All:
			from = time.Date(t.Day.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		default:
			from = firstOf(t.Day)
		}
		sums[from] = sums[from].plus(t.Counts)
		if blogs[from] == nil {
			blogs[from] = map[string]bool{}
		}
		blogs[from][t.Blog] = true
	}
	out := make([]Period, 0, len(sums))
	for _, from := range slices.SortedFunc(maps.Keys(sums), time.Time.Compare) {
		out = append(out, Period{from, sums[from], len(blogs[from])})
	}
	return out
}

// Usage is part of [Sites].
func (s *Service) Usage(ctx context.Context, k Key) (used int, err error) {
	at := s.of(k)
	if at == nil {
		return 0, ErrNotFound
	}
	s.settled(ctx)
	tallies, err := s.o.Store.Tallies(ctx, at.ID, "", firstOf(s.o.Now().UTC()))
	for _, t := range tallies {
		used += t.Spam + t.Ham
	}
	return used, err
}

// Month is part of [Sites].
func (s *Service) Month(ctx context.Context, k Key, q MonthQuery) ([]SiteMonth, int, error) {
	at := s.of(k)
	if at == nil {
		return nil, 0, ErrNotFound
	}
	s.settled(ctx)
	q.Filter = blogName(q.Filter) // as a blog is listed, if all of its address is typed
	return s.o.Store.Month(ctx, at.ID, q)
}
