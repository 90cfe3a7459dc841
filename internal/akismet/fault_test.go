package akismet_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/apptest"
	"hamlet/internal/spam"
)

// faulty is a store that knows a site, and keeps nothing while the disk is full.
type faulty struct {
	akismet.Store

	full atomic.Bool
	hang chan struct{} // not nil: the database is locked until it is closed
	kept []akismet.Kept

	counted []akismet.Tally // before the program began
}

func (f *faulty) Tallies(_ context.Context, _ akismet.SiteID, _ string, from time.Time) (since []akismet.Tally, err error) {
	for _, t := range f.counted {
		if !t.Day.Before(from) {
			since = append(since, t)
		}
	}
	return since, nil
}

func (*faulty) Index(k akismet.Key) string { return "of " + string(k) }

func (*faulty) Pair(_ akismet.SiteID, text string) akismet.Pair {
	sum := sha256.Sum256([]byte(text))
	return akismet.Pair(sum[:len(akismet.Pair{})])
}

func (*faulty) Sites(context.Context) ([]akismet.Site, error) {
	return []akismet.Site{{ID: 1, Name: "Shop", Index: "of 0123456789ab", Settings: akismet.DefaultSettings}}, nil
}

func (*faulty) Words(context.Context, akismet.SiteID, int64, uint64) ([]akismet.Word, uint64, error) {
	return nil, 0, nil
}

func (f *faulty) Keep(ctx context.Context, k akismet.Kept) error {
	if f.hang != nil {
		select {
		case <-f.hang:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if f.full.Load() {
		return errors.New("the disk is full")
	}
	f.kept = append(f.kept, k)
	return nil
}

// all is what was kept.
func (f *faulty) all() (all akismet.Kept) {
	for _, k := range f.kept {
		all.Checks, all.Reports = append(all.Checks, k.Checks...), append(all.Reports, k.Reports...)
		all.Tallies, all.Leaving = append(all.Tallies, k.Tallies...), append(all.Leaving, k.Leaving...)
	}
	return all
}

func (*faulty) AddSite(context.Context, akismet.Site, akismet.Key, account.Entry) (akismet.SiteID, error) {
	return 0, errors.New("the disk is full")
}

// deaf learns nothing.
type deaf struct{}

func (deaf) CatchUp(context.Context) (int, error) { return 0, nil }

func faultyServer(t *testing.T, store akismet.Store) (*akismet.Service, http.Handler) {
	t.Helper()
	return loggingServer(t, store, slog.New(slog.DiscardHandler))
}

func loggingServer(t *testing.T, store akismet.Store, log *slog.Logger) (*akismet.Service, http.Handler) {
	t.Helper()
	s, err := akismet.NewService(t.Context(), akismet.ServiceOptions{
		Store: store, Now: func() time.Time { return apptest.Noon }, Log: log,
		Learn: func(akismet.SiteID, *spam.Filter) akismet.Learner { return deaf{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, akismet.NewServer(akismet.Options{Sites: s, Now: func() time.Time { return apptest.Noon }, Log: slog.New(slog.DiscardHandler)})
}

func ask(t *testing.T, h http.Handler, path, author string) string {
	t.Helper()
	v := form("api_key", "0123456789ab", "blog", "http://shop.example", "user_ip", "", "comment_author", author, "comment_content", hamText)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://x.example"+path, strings.NewReader(v.Encode()))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String()
}

// With a full disk verdicts are as ever, and what was asked is kept when there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	store := &faulty{}
	store.full.Store(true)
	s, h := faultyServer(t, store)
	for range 3 {
		if got := ask(t, h, "/1.1/comment-check", "Zorbel"); got != "false" {
			t.Fatalf("got %q, want false", got)
		}
		if got := ask(t, h, "/1.1/comment-check", "viagra-test-123"); got != "true" {
			t.Fatalf("got %q, want true", got)
		}
		if got := ask(t, h, "/1.1/submit-spam", "Quint"); got != thanks {
			t.Fatalf("a report: got %q, want thanks", got)
		}
		if got := ask(t, h, "/1.1/deactivate", ""); got != "deactivated" {
			t.Fatalf("a site that leaves: got %q, want deactivated", got)
		}
	}
	if len(store.kept) != 0 {
		t.Fatalf("kept %v on a full disk", store.kept)
	}
	if got := ask(t, h, "/1.1/comment-check", "Quint"); got != "true" {
		t.Errorf("what it called spam itself: got %q, want true", got)
	}
	store.full.Store(false)
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(store.kept) != 1 || len(store.kept[0].Checks) != 7 || len(store.kept[0].Reports) != 3 || len(store.kept[0].Leaving) != 3 ||
		len(store.kept[0].Tallies) != 1 || store.kept[0].Tallies[0].Counts != (akismet.Counts{Spam: 4, Ham: 3}) {
		t.Errorf("kept %+v, want all of it", store.kept)
	}
}

// While the database is locked nobody waits for it: a check not at all, a report a moment.
func TestLockedDatabase(t *testing.T) {
	t.Parallel()
	store := &faulty{hang: make(chan struct{})}
	s, h := faultyServer(t, store)
	ctx, cancel := context.WithCancel(t.Context())
	// Before anybody runs what keeps, it is not waited for either.
	if got := ask(t, h, "/1.1/submit-spam", "Quint"); got != thanks {
		t.Errorf("a report before it runs: got %q, want thanks", got)
	}
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	for range 50 {
		if got := ask(t, h, "/1.1/comment-check", "Zorbel"); got != "false" {
			t.Fatalf("got %q, want false", got)
		}
	}
	if got := ask(t, h, "/1.1/submit-ham", "Quint"); got != thanks {
		t.Errorf("a report: got %q, want thanks", got)
	}
	if got := ask(t, h, "/1.1/deactivate", ""); got != "deactivated" {
		t.Errorf("a site that leaves: got %q, want deactivated", got)
	}
	close(store.hang)
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	// What is asked while the last requests are finished is kept too.
	if got := ask(t, h, "/1.1/comment-check", "Zorbel"); got != "false" {
		t.Errorf("at the end: got %q, want false", got)
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := store.all()
	if len(all.Checks) != 51 || len(all.Reports) != 2 || len(all.Leaving) != 1 || all.Leaving[0].Blog != "shop.example" {
		t.Errorf("kept %d checks, %d reports and the leaving of %v, want 51, 2 and one", len(all.Checks), len(all.Reports), all.Leaving)
	}
}

// Keeping that is cut off by the end is no failure of the database, and what cannot be kept at the
// very end is in the log as lost.
func TestCutOff(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	store := &faulty{hang: make(chan struct{})}
	s, _ := loggingServer(t, store, slog.New(slog.NewTextHandler(&log, nil)))
	s.Check("0123456789ab", "1", akismet.Comment{Administrator: true})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Settle(ctx); err != nil || log.Len() != 0 {
		t.Errorf("cut off: %v, logged\n%s", err, &log)
	}
	close(store.hang)
	store.full.Store(true)
	if err := s.End(t.Context()); err != nil || !strings.Contains(log.String(), "last is lost\" checks=1") {
		t.Errorf("at the end of what is not kept: %v, logged\n%s", err, &log)
	}
	log.Reset()
	store.full.Store(false)
	if err := s.End(t.Context()); err != nil || log.Len() != 0 || len(store.kept) != 1 {
		t.Errorf("at the end of what is kept: %v, %d kept, logged\n%s", err, len(store.kept), &log)
	}
}

// forgetful keeps a new site, and then cannot list the sites.
type forgetful struct {
	faulty
	added atomic.Bool
}

func (f *forgetful) AddSite(context.Context, akismet.Site, akismet.Key, account.Entry) (akismet.SiteID, error) {
	f.added.Store(true)
	return 1, nil
}

func (f *forgetful) Sites(ctx context.Context) ([]akismet.Site, error) {
	if f.added.Load() {
		return nil, errors.New("the database is locked")
	}
	return f.faulty.Sites(ctx)
}

// A key that is kept is told, whatever goes wrong after that: it is told this once.
func TestNewKeyIsTold(t *testing.T) {
	t.Parallel()
	s, _ := faultyServer(t, &forgetful{})
	is, key, err := s.AddSite(t.Context(), account.Shell, "Shop")
	if _, ok := akismet.ParseKey(string(key)); err != nil || !ok || is.ID != 1 {
		t.Errorf("got %q of %+v, %v, want the key", key, is, err)
	}
}

// Who invents blogs gets no rows for them beyond some; all are counted.
func TestInventedBlogs(t *testing.T) {
	t.Parallel()
	store := &faulty{}
	s, _ := faultyServer(t, store)
	const asked = 1_500
	for i := range asked {
		s.Check("0123456789ab", strconv.Itoa(i), akismet.Comment{Blog: fmt.Sprintf("https://b%d.example/", i), Administrator: true})
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	others, all := 0, 0
	counted := store.all().Tallies
	for _, n := range counted {
		if all += n.Ham; n.Blog == "other" {
			others += n.Ham
		}
	}
	store.counted, store.kept = counted, nil // the program begins anew
	s, _ = faultyServer(t, store)
	s.Check("0123456789ab", "another", akismet.Comment{Blog: "https://one-more.example/", Administrator: true})
	if err := s.Settle(t.Context()); err != nil || len(store.all().Tallies) != 1 || store.all().Tallies[0].Blog != "other" {
		t.Errorf("after beginning anew: %v, counted %+v, want it under other", err, store.kept)
	}
	if rows := len(counted); rows != 1_001 || others != 500 || all != asked {
		t.Errorf("got %d of %d checks under other in %d rows, want 500 in 1001", others, all, rows)
	}
}
