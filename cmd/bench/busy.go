package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// approvalPause and readPause are for 100 approvals a second under one post, by some
	// moderators, and 200 readers a second of each of the two posts.
	approvalPause = 10 * time.Millisecond
	moderators    = 8
	readPause     = 5 * time.Millisecond
	// busyTime is how long each is measured in a round.
	busyTime = 4 * time.Second
	// moderatorsPassword is a password of nobody else.
	moderatorsPassword = "bench bench bench 42"
)

// busy measures how long readers of one post wait while comments are published under another that
// is read as well, beside the same readers with nothing published.
func (b *bench) busy(ctx context.Context) error {
	dir := filepath.Join(b.work, "busy")
	if err := os.MkdirAll(filepath.Join(dir, "content/posts"), 0o755); err != nil {
		return err
	}
	for _, name := range []string{"article", "other"} {
		if err := os.WriteFile(filepath.Join(dir, "content/posts", name+".md"), article(), 0o644); err != nil {
			return err
		}
	}
	s, err := b.startArticle(ctx, dir, "--hold", "all")
	if err != nil {
		return err
	}
	defer s.process.stop()
	approvals := (b.rounds+1)*int(busyTime/approvalPause) + (b.rounds+1)*moderators // and some that are begun as the time ends
	load := &talk{gen: newGenerator(11)}
	if err := s.take(ctx, connections, load.next(approvals), false); err != nil {
		return err
	}
	moderator, err := b.moderator(ctx, dir, s)
	if err != nil {
		return err
	}
	m := &moderating{client: moderator, root: "http://" + s.addr}
	var quiet, busy waits
	for round := range b.rounds + 1 {
		for _, w := range []struct {
			to   *waits
			with *moderating
		}{{&quiet, nil}, {&busy, m}} {
			found, err := s.readers(ctx, w.with)
			if err != nil {
				return err
			}
			if round > 0 {
				w.to.add(found)
			}
		}
	}
	b.table.add(row{
		"another post, 100 approvals a second, p50", fmt.Sprintf("%.2f ms", median(busy.p50)*1e3),
		fmt.Sprintf("without %.2f ms", median(quiet.p50)*1e3), fmt.Sprintf("%.2f", pairs(busy.p50, quiet.p50, 0)), "",
	})
	b.table.add(row{
		"  p99", fmt.Sprintf("%.2f ms", median(busy.p99)*1e3),
		fmt.Sprintf("without %.2f ms", median(quiet.p99)*1e3), fmt.Sprintf("%.2f", pairs(busy.p99, quiet.p99, 0)), "",
	})
	b.table.add(row{
		"  approved a second", fmt.Sprintf("%.0f", float64(m.done.Load())/(busyTime.Seconds()*float64(b.rounds+1))),
		fmt.Sprintf("next reader got the page as it was %d times", m.stale.Load()), "", "100, never",
	})
	return nil
}

// waits are how long answers took, a value a round.
type waits struct{ p50, p99 []float64 }

func (w *waits) add(all []float64) {
	slices.Sort(all)
	w.p50, w.p99 = append(w.p50, all[len(all)/2]), append(w.p99, all[len(all)*99/100])
}

// readers reads both posts for a while, and returns how long each answer of the other took.
func (s *taker) readers(ctx context.Context, m *moderating) (waits []float64, err error) {
	ctx, stop := context.WithTimeout(ctx, busyTime)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	root := "http://" + s.addr + "/posts/"
	g.Go(func() error {
		return every(ctx, readPause, func() error {
			_, err := timed(ctx, root+"article")
			return err
		})
	})
	g.Go(func() error {
		return every(ctx, readPause, func() error {
			took, err := timed(ctx, root+"other")
			waits = append(waits, took.Seconds())
			return err
		})
	})
	for range moderators {
		if m == nil {
			break
		}
		etag := "" // of the page as this moderator saw it last
		g.Go(func() error {
			return every(ctx, moderators*approvalPause, func() (err error) {
				etag, err = m.approve(ctx, etag)
				return err
			})
		})
	}
	return waits, g.Wait()
}

// every does something every so often until the time is over. What is late is made up for.
func every(ctx context.Context, pause time.Duration, do func() error) error {
	for next := time.Now(); ctx.Err() == nil; next = next.Add(pause) {
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(next)):
			if err := do(); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
	return nil
}

// timed reads a page as browsers ask for it.
func timed(ctx context.Context, page string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept-Encoding", "br, gzip")
	begin := time.Now()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return time.Since(begin), errors.Join(err, res.Body.Close())
}

// moderating approves one comment after the other.
type moderating struct {
	client *http.Client
	root   string
	begun  atomic.Int64 // comments were to be approved
	done   atomic.Int64 // and were
	stale  atomic.Int64 // times the next reader got the page as it was
}

// approve approves a comment, and reads its post, which was another before.
func (m *moderating) approve(ctx context.Context, before string) (etag string, err error) {
	if err := m.post(ctx, fmt.Sprintf("/admin/comments/%d/approve", m.begun.Add(1)), url.Values{}); err != nil {
		return before, err
	}
	m.done.Add(1)
	_, etag, err = compressed(ctx, m.root+"/posts/article")
	if err == nil && etag == before {
		m.stale.Add(1)
	}
	return etag, err
}

func (m *moderating) post(ctx context.Context, path string, form url.Values) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.root+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := m.client.Do(req)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return errors.Join(err, res.Body.Close())
}

// moderator makes an account, and logs in with it.
func (b *bench) moderator(ctx context.Context, dir string, s *taker) (*http.Client, error) {
	add := exec.CommandContext(ctx, b.program, "user", "add", "mo", "--password-stdin")
	add.Dir, add.Stdin = dir, strings.NewReader(moderatorsPassword+"\n")
	if out, err := add.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make an account: %w: %s", err, out)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	m := moderating{client: client, root: "http://" + s.addr}
	return client, m.post(ctx, "/admin/login", url.Values{"name": {"mo"}, "password": {moderatorsPassword}})
}
