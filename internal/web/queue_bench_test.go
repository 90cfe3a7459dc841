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
func (varied) Explain(_ context.Context, ms []*spam.Reading, _ comment.Depth) ([]spam.Explanation, error) {
	out := make([]spam.Explanation, len(ms))
	for i, m := range ms {
		out[i].Verdict = plain.JudgeRead(m)
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

// queueViews are lists of the queue: each is a whole page. One that finds nothing may do so in the
// blog of HAMLET_BENCH_DATA, where nobody left an address, and in that which is made here.
var queueViews = []struct{ name, query string }{
	{"pending", "status=pending"},
	{"spam", "status=spam"},
	{"approved", "status=approved"},
	{"trash", "status=trash"},
	{"all", "status=any"},
	{"mentions", "status=pending&channel=webmention"},
	{"reports", "status=approved&reported=1"},
	{"oldest", "status=pending&sort=oldest"},
	{"oldest of all", "status=any&sort=oldest"},
	{"doubt", "status=pending&sort=doubt"},
	{"doubt of all", "status=any&sort=doubt"},
	{"wave", "status=spam&sort=wave"},
	{"wave of all", "status=any&sort=wave"},
	{"biggest wave", "status=spam&sort=size"},
	{"biggest wave of all", "status=any&sort=size"},
	{"post", "status=approved&sort=post"},
	{"word in each", "status=any&q=the"},
	{"word in each, pending", "status=pending&q=the"},
	{"word in each, approved", "status=approved&q=the"},
	{"word in each, by doubt", "status=pending&q=the&sort=doubt"},
	{"word in each, by wave", "status=spam&q=the&sort=wave"},
	{"word in each, by size", "status=spam&q=the&sort=size"},
	{"word in each, by post", "status=any&q=the&sort=post"},
	{"word in each, language", "status=any&q=the&lang=en"},
	{"word in each, days", "status=any&q=the&since=2026-01-01&until=2026-12-31"},
	{"word in each, score", "status=any&q=the&from=90"},
	{"word in each, one post", "status=any&q=the&post=note-07"},
	{"word in each, domain", "status=any&q=the&domain=shop7.example"},
	{"word in each, reason", "status=any&q=the&reason=word%3Aharbour"},
	{"word in each, part of a name", "status=any&q=the&author=a"},
	{"phrase", "status=any&q=%22the+harbour%22"},
	{"phrase, pending", "status=pending&q=%22the+harbour%22"},
	{"rare word", "status=any&q=word7"},
	{"rare word, pending", "status=pending&q=word7"},
	{"two words", "status=any&q=the+word7"},
	{"without a word", "status=any&q=-the"},
	{"without a word, pending", "status=pending&q=-the"},
	{"one word without another", "status=any&q=the+-word7"},
	{"beginning", "status=any&q=t*"},
	{"beginning, pending", "status=pending&q=t*"},
	{"beginning, language", "status=any&q=t*&lang=en"},
	{"domain", "status=any&domain=shop7.example"},
	{"domain, pending", "status=pending&domain=shop7.example"},
	{"part of a name", "status=any&author=eade"},
	{"part of a name, pending", "status=pending&author=eade"},
	{"letter of a name", "status=any&author=a"},
	{"whole name", "status=any&author=%22Reader+7%22"},
	{"proof", "status=any&like=1"},
	{"nobody's address", "status=any&person=nobody"},
	{"address", "status=any&person=1"},
	{"network", "status=any&network=192.0.2.0/24"},
	{"wide network", "status=pending&network=192.0.0.0/16"},
	{"score", "status=any&from=40&to=60"},
	{"score, many", "status=any&from=1&to=99"},
	{"score, pending", "status=pending&from=40&to=60"},
	{"score, by post", "status=any&from=40&to=60&sort=post"},
	{"score and language", "status=any&from=40&to=60&lang=en"},
	{"score and days", "status=any&from=40&to=60&since=2026-01-01"},
	{"score and word by doubt", "status=pending&from=20&to=80&q=the&sort=doubt"},
	{"reason", "status=any&reason=word%3Aharbour"},
	{"reason, pending", "status=pending&reason=word%3Aharbour"},
	{"why held", "status=any&hold=unsure"},
	{"published at once", "status=any&hold=published"},
	{"how it came", "status=any&channel=form"},
	{"one post", "status=any&post=note-07"},
	{"one post, by wave", "status=any&post=note-07&sort=wave"},
	{"days", "status=any&since=2026-01-01&until=2026-12-31"},
	{"days, pending", "status=pending&since=2026-01-01&until=2026-12-31"},
	{"one day of none", "status=any&since=2020-01-01&until=2020-01-01"},
	{"language", "status=any&lang=en"},
	{"language, pending", "status=pending&lang=en"},
	{"language, by doubt", "status=any&lang=en&sort=doubt"},
	{"rare language", "status=any&lang=da"},
	{"language and days", "status=any&lang=en&since=2026-01-01"},
	{"one wave", "status=any&wave=1"},
	{"edited", "status=any&edited=1"},
	{"given to somebody", "status=any&assignee=wanda"},
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
	page := func(b *testing.B, path string) string {
		b.Helper()
		r := wanda.Get(path)
		if r.Code != 200 {
			b.Fatalf("%s: %d", path, r.Code)
		}
		if cards, empty := strings.Contains(r.Body, `class="cards"`), strings.Contains(r.Body, `class="empty"`); cards == empty {
			b.Fatalf("%s: neither cards nor a word that there are none, or both", path)
		}
		return r.Body
	}
	for _, v := range queueViews {
		b.Run(v.name, func(b *testing.B) {
			at := "/admin/queue?" + v.query
			body := page(b, at)
			wanted(b, blog, v.query, body)
			for n := 1; n <= 10; n++ {
				if n == 1 || n == 2 || n == 10 {
					b.Run(fmt.Sprintf("page %d", n), func(b *testing.B) { turned(b, func() { page(b, at) }) })
				}
				m := older.FindStringSubmatch(body)
				if m == nil {
					break
				}
				at = strings.ReplaceAll(m[1], "&amp;", "&")
				body = page(b, at)
			}
			if !strings.Contains(v.name, " ") { // a list without more
				last := lastPage(b, blog, v.query)
				b.Run("last page", func(b *testing.B) { turned(b, func() { page(b, last) }) })
			}
		})
	}
}

// listOf is a list as an address has it.
func listOf(b *testing.B, query string) desk.View {
	b.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		b.Fatal(err)
	}
	v := desk.View{Sort: desk.Sort(q.Get("sort"))}
	if v.Filter, err = desk.ParseFilter(q); err != nil {
		b.Fatal(err)
	}
	return v
}

// wanted looks whether a page has as many cards as there are comments for it, told in another way.
func wanted(b *testing.B, blog *apptest.Blog, query, body string) {
	b.Helper()
	n, err := blog.Queue.Count(b.Context(), account.Shell, listOf(b, query).Filter)
	if err != nil {
		b.Fatal(err)
	}
	if got := strings.Count(body, `<article class="card"`); got != min(n, 25) {
		b.Fatalf("%s: %d cards of %d comments", query, got, n)
	}
}

// lastPage is the address of a page at the end of a list.
func lastPage(b *testing.B, blog *apptest.Blog, query string) string {
	b.Helper()
	v := listOf(b, query)
	for {
		p, err := blog.Queue.Find(b.Context(), account.Shell, v, 5_000)
		if err != nil {
			b.Fatal(err)
		}
		if p.Next == nil {
			return "/admin/queue?after=" + url.QueryEscape(v.From.String()) + "&" + query
		}
		v.From = *p.Next
	}
}

// BenchmarkBulk measures what an act on many comments takes for each of them, and its undo.
func BenchmarkBulk(b *testing.B) {
	blog := queueBlog(b)
	ctx := b.Context()
	finish := func(j desk.Job, err error) desk.Job {
		b.Helper()
		if err == nil {
			j, err = blog.Jobs.Finish(ctx, j.ID, func(desk.Job) {})
		}
		if err != nil || j.Done == 0 || j.Done != j.Total {
			b.Fatalf("%+v, %v", j, err)
		}
		return j
	}
	for _, a := range []comment.Action{comment.MarkSpam, comment.ToTrash} {
		for range 2 { // what was done and undone leaves the same for the next
			blog.Clock.Advance(time.Minute)
			mark, err := blog.Queue.Mark(ctx, account.Shell)
			if err != nil {
				b.Fatal(err)
			}
			var done desk.Job
			took := func(name string, do func() (desk.Job, error)) {
				b.Run(string(a)+name, func(b *testing.B) {
					start := processorTime(b)
					b.ResetTimer()
					done = finish(do())
					b.ReportMetric((processorTime(b)-start).Seconds()*1000/float64(done.Total), "cpu-ms/comment")
					b.ReportMetric(float64(done.Total), "comments")
				})
			}
			took("", func() (desk.Job, error) {
				return blog.Jobs.GiveAll(ctx, account.Shell, a, desk.Filter{Status: comment.Pending, ScoreFrom: 50}, mark)
			})
			took(", undone", func() (desk.Job, error) { return blog.Jobs.GiveUndo(ctx, account.Shell, done.Act) })
		}
	}
}
