package akismet

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"sync"
	"time"

	"hamlet/internal/spam"
)

// CallsBack reports whether there is a site in force that may be told of another word.
func (s *Service) CallsBack() bool {
	for _, at := range *s.known.Load() {
		if at.CallBack {
			return true
		}
	}
	return false
}

// CallBack tells sites what is to be told by now, and returns how much was tried. All hosts are
// told at once, so that none waits for one that is slow or away.
func (s *Service) CallBack(ctx context.Context) (int, error) {
	if s.o.Caller == nil {
		return 0, nil
	}
	due, err := s.o.Store.Callings(ctx, callLease, callAtOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	s.silent.endBefore(s.o.Now())
	hosts := map[string][]Calling{}
	for _, one := range due {
		if one.Verdict == "" {
			one.Verdict = s.verdict(one.Check)
		}
		hosts[one.host()] = append(hosts[one.host()], one)
	}
	ends := make(chan error, len(hosts))
	for host, all := range hosts {
		go func() { ends <- s.tell(ctx, host, all) }()
	}
	for range hosts {
		err = errors.Join(err, <-ends)
	}
	if err != nil || ctx.Err() != nil { // the blog ends; what was not told goes out the next time
		return 0, err
	}
	return len(due), nil
}

// host is where a site is told.
func (c Calling) host() string {
	to, err := url.Parse(c.URL)
	if err != nil { // it was read before it was kept
		return ""
	}
	return to.Host
}

// tell tells what is of one host, each address by itself, as long as its patience lasts. A host
// that could not be reached a moment ago is left alone: so much can wait for it that all others
// would wait too.
func (s *Service) tell(ctx context.Context, host string, due []Calling) error {
	within, cancel := context.WithTimeout(ctx, s.o.Caller.patience)
	defer cancel()
	for _, all := range byAddress(due) {
		failed := s.silent.failed(host, all)
		if failed == nil {
			failed = s.o.Caller.Tell(within, all)
		}
		if ctx.Err() != nil {
			return nil // the blog ends; the lease does too
		}
		s.silent.note(host, failed, s.o.Now().Add(silence))
		if err := s.o.Store.Called(ctx, s.called(all, failed)); err != nil {
			return err
		}
	}
	return nil
}

// byAddress are callings that are told together, in the order they came.
func byAddress(due []Calling) [][]Calling {
	place := map[Callback]int{}
	var out [][]Calling
	for _, one := range due {
		to := Callback{URL: one.URL, Key: one.Key}
		i, there := place[to]
		if !there {
			i, place[to] = len(out), len(out)
			out = append(out, nil)
		}
		out[i] = append(out[i], one)
	}
	return out
}

// silence is how long a host is left alone that could not be reached: no longer than what was
// tried waits before it is tried again.
const silence = 50 * time.Second

// silences are the hosts that are left alone, with what was wrong.
type silences struct {
	mu sync.Mutex
	of map[string]silent
}

type silent struct {
	why   *unreachedError
	until time.Time
}

func (s *silences) endBefore(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.of, func(_ string, one silent) bool { return !now.Before(one.until) })
}

// failed is what became of telling a host that is left alone; nil if it is not.
func (s *silences) failed(host string, all []Calling) map[string]error {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, is := s.of[host]
	if !is {
		return nil
	}
	out := make(map[string]error, len(all))
	for _, c := range all {
		out[c.ID] = one.why
	}
	return out
}

// note leaves a host alone that could not be reached.
func (s *silences) note(host string, failed map[string]error, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, is := s.of[host]; is {
		return
	}
	if s.of == nil {
		s.of = map[string]silent{}
	}
	for _, err := range failed {
		if why, away := errors.AsType[*unreachedError](err); away {
			s.of[host] = silent{why, until}
			return
		}
	}
}

// verdict is what the site's filter finds by now in a check.
func (s *Service) verdict(c Check) spam.Class {
	for _, at := range *s.known.Load() {
		if at.ID == c.Site {
			return classOf(at.filter.Judge(c.Comment.message()).Class != spam.Ham)
		}
	}
	return classOf(c.Spam)
}

// called is what became of telling a site of some comments. What it says is wrong with one
// stays wrong.
func (s *Service) called(all []Calling, failed map[string]error) []Called {
	now := s.o.Now().UTC()
	out := make([]Called, len(all))
	for i, one := range all {
		out[i] = Called{Check: one.ID, Attempts: one.Attempts, Verdict: one.Verdict, At: now}
		err := failed[one.ID]
		if err == nil {
			continue
		}
		out[i].Problem = err.Error()
		if _, final := errors.AsType[refusalError](err); !final && one.Attempts <= len(callPauses) {
			out[i].Again = now.Add(callPauses[one.Attempts-1])
		}
	}
	return out
}
