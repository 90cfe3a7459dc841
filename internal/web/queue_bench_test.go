package web_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
)

// queued is how many comments BenchmarkQueue makes itself.
const queued = 5_000

// varied gives one comment after the other another verdict.
type varied struct{}

func (varied) Judge(_ context.Context, m spam.Message) (spam.Verdict, error) {
	var n int
	_, _ = fmt.Sscanf(m.Body, "Number %d", &n)
	p := float64(n%100)/101 + 0.005
	class := spam.Ham
	switch {
	case p > 0.9:
		class = spam.Spam
	case p > 0.3:
		class = spam.Unsure
	}
	return spam.Verdict{Probability: p, LogOdds: p*8 - 4, Class: class, Model: "test", Reasons: []spam.Reason{{Feature: "word:harbour", Weight: p}}}, nil
}

// plain is the filter that explains for varied.
var plain = spam.NewFilter(spam.Default())

// Explain asks a filter that has learned nothing, which takes the time that filters take.
func (varied) Explain(_ context.Context, ms []spam.Message, _ comment.Depth) ([]spam.Explanation, error) {
	out := make([]spam.Explanation, len(ms))
	for i, m := range ms {
		out[i].Verdict = plain.Judge(m)
	}
	return out, nil
}

// queueBlog is a blog with a long queue: that of the data folder that HAMLET_BENCH_DATA
// names, which cmd/bench -load fills, or a smaller one that is made here.
func queueBlog(b *testing.B) *apptest.Blog {
	b.Helper()
	if data := os.Getenv("HAMLET_BENCH_DATA"); data != "" {
		blog := apptest.Open(b, apptest.Options{Content: os.DirFS(filepath.Join(data, "content")), Data: data})
		if err := blog.Prepare(b.Context()); err != nil { // what is learned after a start is no part of a page
			b.Fatal(err)
		}
		return blog
	}
	blog := apptest.Open(b, apptest.Options{Content: notes(), Judge: varied{}})
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < queued; i += 16 {
				blog.Clock.Advance(time.Second)
				r := blog.MustComment(comment.Submission{
					Post: fmt.Sprintf("note-%02d", i%12+1), Author: fmt.Sprintf("Reader %d", i%700), URL: fmt.Sprintf("https://site%d.example/", i%90),
					Body: fmt.Sprintf("Number %d: the harbour, and word%d at https://shop%d.example/buy", i, i%1000, i%300),
				})
				if r.Status == comment.Approved && i%50 == 0 {
					_ = blog.Reports.Report(context.Background(), r.ID, desk.ReportedSpam, "Look", "somebody")
				}
				if i%9 == 0 {
					_, _ = blog.Comments.Decide(context.Background(), account.Shell, r.ID, comment.Decision{Action: comment.ToTrash})
				}
			}
		})
	}
	wg.Wait()
	return blog
}

// queueViews are lists of the queue: each is a whole page.
var queueViews = []struct{ name, query string }{
	{"pending", "status=pending"},
	{"spam", "status=spam"},
	{"approved", "status=approved"},
	{"trash", "status=trash"},
	{"all", "status=any"},
	{"mentions", "status=pending&channel=webmention"},
	{"reports", "status=approved&reported=1"},
	{"oldest", "status=pending&sort=oldest"},
	{"doubt", "status=pending&sort=doubt"},
	{"wave", "status=spam&sort=wave"},
	{"biggest wave", "status=spam&sort=size"},
	{"post", "status=approved&sort=post"},
	{"word in each", "status=any&q=the"},
	{"word in each, pending", "status=pending&q=the"},
	{"phrase", "status=any&q=%22the+harbour%22"},
	{"rare word", "status=any&q=word7"},
	{"without a word", "status=any&q=-the"},
	{"beginning", "status=any&q=t*"},
	{"domain", "status=any&domain=shop7.example"},
	{"part of a name", "status=any&author=eade"},
	{"whole name", "status=any&author=%22Reader+7%22"},
	{"score", "status=any&from=40&to=60"},
	{"score and word by doubt", "status=pending&from=20&to=80&q=the&sort=doubt"},
	{"reason", "status=any&reason=word%3Aharbour"},
	{"one post", "status=any&post=note-07"},
	{"days", "status=any&since=2026-01-01&until=2026-12-31"},
	{"language", "status=any&lang=en"},
}

// turned measures the processor's time for a page beside that of the clock: machines have
// other things to do.
func turned(b *testing.B, page func()) {
	b.Helper()
	start, n := processorTime(b), 0
	for b.Loop() {
		page()
		n++
	}
	b.ReportMetric((processorTime(b)-start).Seconds()*1000/float64(n), "cpu-ms/op")
}

// BenchmarkQueue measures whole pages of the moderators' lists, through the router, and
// what it takes to turn one.
func BenchmarkQueue(b *testing.B) {
	blog := queueBlog(b)
	wanda := blog.Login(fmt.Sprintf("wanda %d", time.Now().UnixNano()), account.Owner)
	for i := range 4 {
		wanda.Post("/admin/views", url.Values{"name": {fmt.Sprintf("View %d", i)}, "return": {fmt.Sprintf("/admin/queue?status=any&from=%d&lang=en", 10*i+10)}})
	}
	older := regexp.MustCompile(`href="(/admin/queue\?after=[^"]*)"`)
	for _, v := range queueViews {
		path := "/admin/queue?" + v.query
		page := func(b *testing.B, path string) string {
			b.Helper()
			r := wanda.Get(path)
			if r.Code != 200 {
				b.Fatalf("%s: %d", path, r.Code)
			}
			return r.Body
		}
		b.Run(v.name, func(b *testing.B) {
			turned(b, func() { page(b, path) })
		})
		if m := older.FindStringSubmatch(page(b, path)); m != nil {
			b.Run(v.name+", next page", func(b *testing.B) {
				turned(b, func() { page(b, strings.ReplaceAll(m[1], "&amp;", "&")) })
			})
		}
	}
}
