package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/spam"
)

// submitsEach is how many comments each server takes in a round.
const submitsEach = 2048

// crowds are how many connections send at once.
var crowds = []int{32, 256}

// taker is a server that takes comments.
type taker struct {
	server

	db    string // its database file
	found map[int]*taken
	wal   int64 // the largest that its log was
}

// taken is what was measured at one number of connections, a value a round.
type taken struct{ cpu, p99, rate []float64 }

// submits measures what a comment costs that is taken over HTTP and is on the disk before
// the answer: hamlet beside a bare server of Echo and GORM that keeps it and does nothing
// else, in turns.
func (b *bench) submits(ctx context.Context) error {
	ours, err := b.startTaking(ctx, 0)
	if err != nil {
		return err
	}
	defer ours.process.stop()
	takers := []*taker{ours}
	if b.crowd > 0 {
		crowded, err := b.startTaking(ctx, b.crowd)
		if err != nil {
			return err
		}
		defer crowded.process.stop()
		takers = append(takers, crowded)
	}
	bare, err := b.startBareTaking(ctx)
	if err != nil {
		return err
	}
	defer bare.process.stop()
	load := &talk{gen: newGenerator(9)}
	for round := range b.rounds + 1 {
		for _, n := range crowds {
			for _, t := range append(takers, bare) {
				if err := t.take(ctx, n, load.next(submitsEach), round > 0); err != nil {
					return fmt.Errorf("%s with %d connections: %w", t.name, n, err)
				}
			}
		}
	}
	judge, err := judging(load.next(1024))
	if err != nil {
		return err
	}
	for _, n := range crowds {
		b.submitted(ours.found[n], bare.found[n], judge, n)
		for _, crowded := range takers[1:] {
			b.crowded(crowded.found[n], ours.found[n])
		}
	}
	b.table.add(row{"write-ahead log, largest", fmt.Sprintf("%.1f MB", float64(ours.wal)/1e6), fmt.Sprintf("bare %.1f MB", float64(bare.wal)/1e6), "", "bounded"})
	return nil
}

func (b *bench) submitted(ours, bare *taken, judge float64, n int) {
	mine, its := median(ours.cpu), median(bare.cpu)
	b.table.add(row{
		fmt.Sprintf("submit, %d connections, CPU", n), fmt.Sprintf("%.0f µs", mine*1e6), fmt.Sprintf("bare %.0f µs", its*1e6),
		fmt.Sprintf("%.2f", pairs(ours.cpu, bare.cpu, 0)), "",
	})
	b.table.add(row{
		"  less the judge's own time", fmt.Sprintf("%.0f µs", (mine-judge)*1e6), fmt.Sprintf("judge %.0f µs", judge*1e6),
		fmt.Sprintf("%.2f", pairs(ours.cpu, bare.cpu, judge)), "at most 2",
	})
	b.table.add(row{
		"  p99", fmt.Sprintf("%.1f ms", median(ours.p99)*1e3), fmt.Sprintf("bare %.1f ms", median(bare.p99)*1e3),
		fmt.Sprintf("%.2f", pairs(ours.p99, bare.p99, 0)), "",
	})
	b.table.add(row{
		"  comments a second", fmt.Sprintf("%.0f", median(ours.rate)), fmt.Sprintf("bare %.0f", median(bare.rate)),
		fmt.Sprintf("%.2f", pairs(ours.rate, bare.rate, 0)), "",
	})
}

// crowded tells what is another in a database with many comments.
func (b *bench) crowded(many, few *taken) {
	b.table.add(row{
		fmt.Sprintf("  with %d comments, CPU", b.crowd), fmt.Sprintf("%.0f µs", median(many.cpu)*1e6),
		fmt.Sprintf("with few %.0f µs", median(few.cpu)*1e6), fmt.Sprintf("%.2f", pairs(many.cpu, few.cpu, 0)), "",
	})
	b.table.add(row{
		"    p99", fmt.Sprintf("%.1f ms", median(many.p99)*1e3), fmt.Sprintf("with few %.1f ms", median(few.p99)*1e3),
		fmt.Sprintf("%.2f", pairs(many.p99, few.p99, 0)), "",
	})
}

// pairs is the median of the ratios of rounds, less something that is taken off ours.
func pairs(ours, other []float64, less float64) float64 {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = (ours[i] - less) / other[i]
	}
	return median(ratios)
}

// startTaking starts hamlet with one post, and so many comments elsewhere.
func (b *bench) startTaking(ctx context.Context, others int) (*taker, error) {
	dir := filepath.Join(b.work, fmt.Sprintf("submits-%d", others))
	if err := os.MkdirAll(filepath.Join(dir, "content/posts"), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "content/posts/article.md"), article(), 0o644); err != nil {
		return nil, err
	}
	t, err := b.startArticle(ctx, dir)
	if err != nil {
		return nil, err
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.db"))
	if len(files) == 0 {
		files, _ = filepath.Glob(filepath.Join(dir, "*.db"))
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("found %d databases in %s", len(files), dir)
	}
	if others > 0 {
		t.process.stop()
		if err := crowd(ctx, files[0], others); err != nil {
			return nil, err
		}
		if t, err = b.startArticle(ctx, dir); err != nil {
			return nil, err
		}
	}
	t.db = files[0]
	return t, nil
}

// startArticle starts hamlet in a folder with an article.
func (b *bench) startArticle(ctx context.Context, dir string, args ...string) (*taker, error) {
	s, err := b.startBlog(ctx, dir, args...)
	if err != nil {
		return nil, err
	}
	t := &taker{server: *s, found: map[int]*taken{}}
	t.path = "/posts/article/comments"
	ok := func(status int, _ string) bool { return status == http.StatusOK }
	_, err = await(ctx, "http://"+t.addr+"/posts/article", ok)
	return t, err
}

func (b *bench) startBareTaking(ctx context.Context) (*taker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(b.work, "bare.db")
	p, err := start(ctx, b.work, self, bareSubmitCommand, addr, file)
	if err != nil {
		return nil, err
	}
	t := &taker{server: server{name: "bare Echo + GORM", process: p, addr: addr, path: "/posts/article/comments"}, db: file, found: map[int]*taken{}}
	_, err = await(ctx, "http://"+addr+"/", func(status int, _ string) bool { return status == http.StatusOK })
	return t, err
}

// talk makes comments, no two the same.
type talk struct{ gen *generator }

type said struct{ author, body string }

func (l *talk) next(n int) []said {
	all := make([]said, n)
	for i := range all {
		all[i] = said{l.gen.sentence(2), l.gen.sentence(40) + "."}
	}
	return all
}

// take sends comments over some connections; a round that only warms up is not counted.
func (t *taker) take(ctx context.Context, connections int, all []said, counts bool) error {
	before, err := t.process.cpu()
	if err != nil {
		return err
	}
	var next atomic.Int64
	var mu sync.Mutex
	var waits []float64
	begin := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	for range connections {
		g.Go(func() error {
			mine, err := t.send(ctx, func() (said, bool) {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return said{}, false
				}
				return all[i], true
			})
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, mine...)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	took := time.Since(begin).Seconds()
	after, err := t.process.cpu()
	if info, _ := os.Stat(t.db + "-wal"); info != nil {
		t.wal = max(t.wal, info.Size())
	}
	if err != nil || !counts {
		return err
	}
	slices.Sort(waits)
	f := t.found[connections]
	if f == nil {
		f = &taken{}
		t.found[connections] = f
	}
	n := float64(len(all))
	f.cpu = append(f.cpu, (after-before).Seconds()/n)
	f.p99 = append(f.p99, waits[len(waits)*99/100])
	f.rate = append(f.rate, n/took)
	return nil
}

// send sends comments over one connection, and returns how long each answer took.
func (t *taker) send(ctx context.Context, next func() (said, bool)) ([]float64, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", t.addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	var waits []float64
	for s, more := next(); more; s, more = next() {
		form := url.Values{"author": {s.author}, "body": {s.body}}.Encode()
		begin := time.Now()
		_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", t.path, t.addr, len(form), form)
		if err != nil {
			return nil, err
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusSeeOther {
			return nil, errors.New(res.Status)
		}
		waits = append(waits, time.Since(begin).Seconds())
	}
	return waits, nil
}

// judging is the CPU time that the filter takes for a comment, by itself.
func judging(all []said) (float64, error) {
	f := spam.NewFilter(spam.Default())
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return 0, err
	}
	for _, s := range all {
		f.Judge(spam.Message{Author: s.author, Body: s.body})
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return 0, err
	}
	spent := func(r syscall.Rusage) time.Duration { return time.Duration(r.Utime.Nano() + r.Stime.Nano()) }
	return (spent(after) - spent(before)).Seconds() / float64(len(all)), nil
}
