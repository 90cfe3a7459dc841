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
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// connections are kept alive, each asked viewsEach times a round.
	connections = 8
	viewsEach   = 4000
	// comments are under the article.
	comments = 50
)

// server is one of those that are asked for the same page.
type server struct {
	name    string
	process *process
	addr    string
	path    string
	perView []float64 // CPU time for a request, in seconds, a value a round
}

// pageViews measures the view of an article with its comments, and the answer
// that it has not changed.
func (b *bench) pageViews(ctx context.Context) error {
	dir := filepath.Join(b.work, "views")
	if err := os.MkdirAll(filepath.Join(dir, "content/posts"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "content/posts/article.md"), article(), 0o644); err != nil {
		return err
	}
	ours, err := b.startBlog(ctx, dir)
	if err != nil {
		return err
	}
	defer ours.process.stop()
	ours.path = "/posts/article"
	if err := b.comment(ctx, dir, ours); err != nil {
		return err
	}
	page, etag, err := settled(ctx, ours)
	if err != nil {
		return err
	}
	peers, err := b.startPeers(ctx, page)
	defer func() {
		for _, p := range peers {
			p.process.stop()
		}
	}()
	if err != nil {
		return err
	}
	return b.compare(ctx, ours, peers, etag)
}

// startBlog starts hamlet in a folder with content in it.
func (b *bench) startBlog(ctx context.Context, dir string, args ...string) (*server, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, dir, b.program, append([]string{"serve", "--addr", addr, "--comment-rate", "0"}, args...)...)
	if err != nil {
		return nil, err
	}
	return &server{name: "hamlet", process: p, addr: addr}, nil
}

// comment leaves comments under the article, and lets all of them stand.
func (b *bench) comment(ctx context.Context, dir string, s *server) error {
	page := "http://" + s.addr + s.path
	if _, err := await(ctx, page, func(status int, _ string) bool { return status == http.StatusOK }); err != nil {
		return err
	}
	g, ids := newGenerator(3), []string{"moderate", "approve"}
	for i := range comments {
		form := url.Values{"author": {g.sentence(2)}, "body": {g.sentence(40) + "."}}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, page+"/comments", strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return fmt.Errorf("comment: %w", err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusSeeOther {
			return fmt.Errorf("comment: %s", res.Status)
		}
		ids = append(ids, strconv.Itoa(i+1))
	}
	approve := exec.CommandContext(ctx, b.program, ids...)
	approve.Dir = dir
	_ = approve.Run() // what stands already cannot be approved, and that is said by an exit code
	_, err := await(ctx, page, func(_ int, body string) bool { return strings.Count(body, `id="comment-`) >= comments })
	return err
}

// restTime is longer than a page has to be at rest before hamlet takes the time to
// make it as small as it gets.
const restTime = 15 * time.Second

// settled waits until the page is as small as it gets, and returns it as it is
// sent, with its ETag.
func settled(ctx context.Context, s *server) (body []byte, etag string, err error) {
	for range 8 {
		before := len(body)
		if body, etag, err = compressed(ctx, "http://"+s.addr+s.path); err != nil {
			return nil, "", err
		}
		if before > 0 && len(body) == before {
			break
		}
		select {
		case <-ctx.Done():
			return nil, "", ctx.Err()
		case <-time.After(restTime):
		}
	}
	return body, etag, nil
}

// compressed asks for a page in brotli.
func compressed(ctx context.Context, page string) (body []byte, etag string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Accept-Encoding", "br")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err = io.ReadAll(res.Body)
	return body, res.Header.Get("Etag"), err
}

// compare asks each server in turn, round after round.
func (b *bench) compare(ctx context.Context, ours *server, peers []*server, etag string) error {
	unchanged := &server{name: "304", process: ours.process, addr: ours.addr, path: ours.path}
	all := append([]*server{ours, unchanged}, peers...)
	for range b.rounds {
		for _, s := range all {
			header := ""
			if s == unchanged {
				header = "If-None-Match: " + etag + "\r\n"
			}
			if err := s.round(ctx, header); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	b.ratio("page view, CPU", ours, peers[0], "at most 1.15")
	b.ratio("page not changed (304), CPU", unchanged, peers[0], "less than a view")
	for _, p := range peers[1:] {
		b.ratio("page view, CPU", ours, p, "")
	}
	return nil
}

func (b *bench) ratio(what string, ours, other *server, aim string) {
	mine, its := median(ours.perView), median(other.perView)
	b.table.add(row{
		what, fmt.Sprintf("%.1f µs", mine*1e6), fmt.Sprintf("%s %.1f µs", other.name, its*1e6), fmt.Sprintf("%.2f", mine/its), aim,
	})
}

// round asks for the page many times over connections that are kept, and notes
// the CPU time that a request took the server.
func (s *server) round(ctx context.Context, header string) error {
	before, err := s.process.cpu()
	if err != nil {
		return err
	}
	request := []byte("GET " + s.path + " HTTP/1.1\r\nHost: " + s.addr + "\r\nAccept-Encoding: br\r\n" + header + "\r\n")
	g, ctx := errgroup.WithContext(ctx)
	for range connections {
		g.Go(func() error { return ask(ctx, s.addr, request) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	after, err := s.process.cpu()
	s.perView = append(s.perView, (after-before).Seconds()/(connections*viewsEach))
	return err
}

// ask sends one request again and again over one connection.
func ask(ctx context.Context, addr string, request []byte) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReaderSize(conn, 32<<10)
	for range viewsEach {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNotModified {
			return errors.New(res.Status)
		}
	}
	return nil
}
