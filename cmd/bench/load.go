package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// sample is a line of a file of comments that somebody has labelled, each a JSON object.
type sample struct {
	Author string `json:"author"`
	URL    string `json:"author_url"`
	Body   string `json:"body"`
	Label  string `json:"label"` // "spam" or "ham"
}

// loaded is how long it takes the comments that are loaded to come, up to now.
const loaded = 300 * 24 * time.Hour

// part is how many comments are sent at most; the others are copies of them.
const part = 5_000

// loader fills a data folder with comments, as if they had been sent to the blog over the
// better part of a year: the first of them are judged, placed and kept by what judges, places
// and keeps them in the server, and a moderator decides on most that are held; the others are
// copies of those.
type loader struct {
	app     *app.App
	samples []sample
	total   int // that are sent
	start   time.Time
	took    time.Duration // to send them

	mu   sync.Mutex // guards sent
	sent int
}

// load is bench -load.
func load(ctx context.Context, o options, data string) error {
	times := max(1, (o.load+part/2)/part)
	l := &loader{total: o.load / times, start: time.Now().Add(-loaded), took: loaded / time.Duration(times)}
	var err error
	if l.samples, err = readSamples(o.from); err != nil {
		return err
	}
	folder := filepath.Join(data, "content")
	if err := writePosts(filepath.Join(folder, "posts"), postsLoaded); err != nil {
		return err
	}
	cfg := app.Config{Content: folder, Data: data, Database: filepath.Join(data, "hamlet.db"), Addr: "127.0.0.1:0", CommentRate: "0", Hold: string(comment.HoldAll), KeepNetwork: "90"}
	l.app, err = app.Open(ctx, cfg, app.World{Now: l.now, Offline: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("open %s: %w", data, err)
	}
	g, sending := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i := range l.total {
		g.Go(func() error { return l.one(sending, i) })
	}
	if err := errors.Join(g.Wait(), l.app.Close()); err != nil {
		return err
	}
	return copied(ctx, cfg.Database, times, l.took)
}

// postsLoaded is how many posts there are to comment on.
const postsLoaded = 100

// workers is how many comments are on their way at once: they share what is written.
const workers = 64

// readSamples reads a file of labelled comments.
func readSamples(name string) ([]sample, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	defer func() { _ = f.Close() }()
	var all []sample
	in := json.NewDecoder(bufio.NewReader(f))
	for {
		var s sample
		err := in.Decode(&s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read comments of %s: %w", name, err)
		}
		if strings.TrimSpace(s.Body) != "" {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no comments", name)
	}
	return all, nil
}

// now is the clock of the blog: it has gone on with each comment.
func (l *loader) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.start.Add(l.took / time.Duration(l.total) * time.Duration(l.sent))
}

// one sends a comment, and has somebody decide on it. What cannot be a comment is passed
// over.
func (l *loader) one(ctx context.Context, i int) error {
	l.mu.Lock()
	l.sent++
	l.mu.Unlock()
	s := l.samples[i%len(l.samples)]
	chance := rand.New(rand.NewPCG(1, uint64(i)))
	sent := comment.Submission{
		Post: slugOf(chance.IntN(postsLoaded)), Author: named(s.Author, i), URL: s.URL, Body: varied(s.Body, i/len(l.samples), chance),
		Network: netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18, byte(chance.IntN(250)), 0}), 24),
	}
	if chance.IntN(3) == 0 { // one of those who have a cookie
		binary.BigEndian.PutUint64(sent.Proof[:], 1+chance.Uint64N(500))
	}
	r, err := l.app.Comments.Submit(ctx, sent)
	if _, wrong := errors.AsType[*comment.InvalidError](err); wrong || errors.Is(err, comment.ErrClosed) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("comment %d: %w", i, err)
	}
	return l.meanwhile(ctx, r, s.Label == "spam", chance)
}

// meanwhile is what happens to a comment: everything is held, and a third still waits; the
// others are decided on as they are labelled, or thrown away, and a few are reported.
func (l *loader) meanwhile(ctx context.Context, r comment.Receipt, spam bool, chance *rand.Rand) error {
	var do comment.Action
	switch n := chance.IntN(100); {
	case n < 10:
		do = comment.ToTrash
	case r.Status == comment.Pending && n < 70 && spam:
		do = comment.MarkSpam
	case r.Status == comment.Pending && n < 70:
		do = comment.Approve
	default:
		return nil
	}
	c, err := l.app.Comments.Decide(ctx, account.Shell, r.ID, comment.Decision{Action: do})
	if err != nil || c.Status != comment.Approved || chance.IntN(50) > 0 {
		return err
	}
	return l.app.Reports.Report(ctx, r.ID, desk.ReportedSpam, "This is no comment.", "somebody")
}

// named is the name of who sent a comment: whoever has none has one of few.
func named(author string, i int) string {
	if author = strings.TrimSpace(author); author == "" || strings.Contains(author, "@") {
		return fmt.Sprintf("Reader %d", i%500)
	}
	return author
}

// varied is a text as it is sent for the nth time: a few of its words are others of its own,
// and a number stands at its end.
func varied(body string, nth int, chance *rand.Rand) string {
	const longest = 9_000
	if r := []rune(body); len(r) > longest {
		body = string(r[:longest])
	}
	if nth == 0 {
		return body
	}
	words := strings.Split(body, " ")
	for range 1 + len(words)/10 {
		words[chance.IntN(len(words))] = words[chance.IntN(len(words))]
	}
	return fmt.Sprintf("%s %d", strings.Join(words, " "), nth)
}
