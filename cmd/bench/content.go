package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// renderedLog is what hamlet logs when every post has been rendered.
const renderedLog = "all posts are rendered"

// content measures how a folder of many posts is started with, edited and
// searched.
func (b *bench) content(ctx context.Context) error {
	dir := filepath.Join(b.work, "content-of-many")
	posts := filepath.Join(dir, "content", "posts")
	if err := writePosts(posts, b.posts); err != nil {
		return err
	}
	hugo, err := b.hugo(ctx, dir)
	if err != nil {
		return err
	}
	var first, complete []float64
	for range b.rounds {
		s, err := b.startBlog(ctx, dir)
		if err != nil {
			return err
		}
		f, c, err := s.begin(ctx, b.posts)
		if err != nil {
			s.process.stop()
			return err
		}
		first, complete = append(first, f), append(complete, c)
		if len(first) == b.rounds {
			err = b.running(ctx, s, posts)
		}
		s.process.stop()
		if err != nil {
			return err
		}
	}
	b.beside(fmt.Sprintf("%d posts, start to first answer", b.posts), median(first), hugo, "at most 0.05")
	b.beside(fmt.Sprintf("%d posts, start to all rendered", b.posts), median(complete), hugo, "at most 0.60")
	return nil
}

func (b *bench) beside(what string, seconds, hugo float64, aim string) {
	r := row{what: what, got: fmt.Sprintf("%.2f s", seconds), aim: aim}
	if hugo > 0 {
		r.against, r.ratio = fmt.Sprintf("Hugo's build %.2f s", hugo), fmt.Sprintf("%.3f", seconds/hugo)
	}
	b.table.add(r)
}

// begin waits for the first right answer of a server that was just started, and
// until it has rendered everything. In seconds.
func (s *server) begin(ctx context.Context, n int) (first, complete float64, err error) {
	slug := slugOf(n / 3)
	right := func(status int, body string) bool {
		return status == http.StatusOK && strings.Contains(body, "<article")
	}
	at, err := await(ctx, "http://"+s.addr+"/posts/"+slug, right)
	if err != nil {
		return 0, 0, err
	}
	first = at.Sub(s.process.started).Seconds()
	for !s.process.logged(renderedLog) {
		if time.Since(at) > patience || ctx.Err() != nil {
			return 0, 0, fmt.Errorf("not all posts were rendered in %s", patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return first, time.Since(s.process.started).Seconds(), nil
}

// running measures what is measured on a server that has rendered everything.
func (b *bench) running(ctx context.Context, s *server, posts string) error {
	memory, err := peak(s.process.cmd.Process.Pid)
	if err != nil {
		return err
	}
	b.table.add(row{
		what: fmt.Sprintf("%d posts, peak memory", b.posts), got: fmt.Sprintf("%d MB", memory>>20), aim: "less than 250 MB",
	})
	if err := b.search(ctx, s); err != nil {
		return err
	}
	return b.edits(ctx, s, posts)
}

// search measures how long a search takes, over words that are rare and words
// that are in every post.
func (b *bench) search(ctx context.Context, s *server) error {
	g := newGenerator(1)
	var took []time.Duration
	for i := range 500 {
		query := g.word() + " " + g.word()
		switch i % 4 {
		case 1:
			query = g.word()
		case 2:
			query = `"` + query + `"`
		case 3:
			query = g.word()[:1] + "*"
		}
		begin := time.Now()
		status, _, err := fetch(ctx, "http://"+s.addr+"/search?q="+url.QueryEscape(query))
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if status == http.StatusOK { // a limit may say no
			took = append(took, time.Since(begin))
		}
	}
	if len(took) == 0 {
		return errors.New("search: no query was answered")
	}
	slices.Sort(took)
	b.table.add(row{
		what: fmt.Sprintf("%d posts, search, p50 and p99 of %d", b.posts, len(took)),
		got:  fmt.Sprintf("%.1f, %.1f ms", took[len(took)/2].Seconds()*1e3, took[len(took)*99/100].Seconds()*1e3), aim: "p99 under 10 ms",
	})
	return nil
}

// edits measures how long an edited post takes to be served.
func (b *bench) edits(ctx context.Context, s *server, posts string) error {
	var took []float64
	for i := range max(b.rounds, 5) {
		file, mark := postFile(posts, i*7), fmt.Sprintf("edited-%d", i)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		saved := time.Now()
		if err := os.WriteFile(file, append(text, mark...), 0o644); err != nil {
			return err
		}
		at, err := await(ctx, "http://"+s.addr+"/posts/"+slugOf(i*7), func(_ int, body string) bool { return strings.Contains(body, mark) })
		if err != nil {
			return err
		}
		took = append(took, at.Sub(saved).Seconds())
	}
	b.table.add(row{
		what: fmt.Sprintf("%d posts, save to served", b.posts), got: fmt.Sprintf("%.0f ms", median(took)*1e3), aim: "within 150 ms",
	})
	return nil
}

// hugoFiles are a site whose pages hold about what hamlet's do.
var hugoFiles = map[string]string{
	"hugo.toml": "baseURL = \"https://blog.example.org/\"\ntitle = \"Many posts\"\n[markup.highlight]\nnoClasses = false\n" +
		"[permalinks]\nposts = \"/posts/:contentbasename/\"\n",
	"layouts/_default/baseof.html": `<!DOCTYPE html><html lang="en"><head><title>{{.Title}}</title>` +
		`<link rel="canonical" href="{{.Permalink}}"></head><body>{{block "main" .}}{{end}}</body></html>`,
	"layouts/_default/single.html": `{{define "main"}}<article><h1>{{.Title}}</h1><time>{{.Date}}</time>{{.Content}}` +
		`{{range .Params.tags}}<a href="/tags/{{urlize .}}">{{.}}</a>{{end}}</article>` +
		`{{with .PrevInSection}}<a href="{{.Permalink}}">{{.Title}}</a>{{end}}{{with .NextInSection}}<a href="{{.Permalink}}">{{.Title}}</a>{{end}}{{end}}`,
	"layouts/_default/list.html": `{{define "main"}}{{range (.Paginate .Pages).Pages}}<article><h2><a href="{{.Permalink}}">{{.Title}}</a></h2>` +
		`<p>{{.Summary}}</p></article>{{end}}{{end}}`,
}

// hugo measures Hugo's build of the same posts into memory, in seconds; 0 if it
// is not installed.
func (b *bench) hugo(ctx context.Context, dir string) (float64, error) {
	program, err := exec.LookPath("hugo")
	if err != nil {
		b.table.note("hugo is not installed: not measured")
		return 0, nil //nolint:nilerr // it need not be there
	}
	for name, text := range hugoFiles {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return 0, err
		}
	}
	var took []float64
	for range min(b.rounds, 3) {
		cmd := exec.CommandContext(ctx, program, "--renderToMemory", "--source", dir)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		begin := time.Now()
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("hugo: %w\n%s", err, out.String())
		}
		took = append(took, time.Since(begin).Seconds())
	}
	return median(took), nil
}
