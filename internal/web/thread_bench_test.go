package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// openCrowded is a blog with 5 000 comments under the boat, in conversations of all
// sizes, 50 under note-01, and so many more elsewhere, which came between them.
func openCrowded(b *testing.B, elsewhere int) *apptest.Blog {
	b.Helper()
	o := apptest.Options{Content: notes(), Judge: apptest.Says(spam.Ham), Data: b.TempDir()}
	if err := apptest.Open(b, o).Close(); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite3", filepath.Join(o.Data, "hamlet.db"))
	if err != nil {
		b.Fatal(err)
	}
	all := 5050 + elsewhere
	// The words differ from comment to comment, so that they are no easier to compress
	// than what people write.
	_, err = db.ExecContext(b.Context(), `
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1),
			placed AS (SELECT i, CASE WHEN i % (?1 / 5050) <> 0 THEN 'note-' || (i % 1000) WHEN i / (?1 / 5050) % 101 = 0 THEN 'note-01' ELSE 'boat' END AS post FROM n)
		INSERT INTO comments (id, post, parent_id, author, url, body, status, prior, hold, verdict, created_at, revision, uid)
		SELECT i, post, CASE WHEN post = 'boat' AND i % 5 <> 0 AND i > 200 * (?1 / 5050) THEN i - (?1 / 5050) * (i % 7 + 1) ELSE 0 END, 'Reader ' || i, '',
			CASE WHEN post = 'boat' OR post = 'note-01' THEN 'The *boat* came in at ' || i || ', and ' || hex(randomblob(120)) || ' was what they said on the quay about it, as far as I could hear. '
				|| 'It rained, and [the ferry](https://example.org/' || i || ') did not go; so we waited for number ' || (i * 7919 % 10007) || ' with the others.' ELSE 'Short.' END,
			'approved', '', '', '{}', 1795000000000 + i, 0, randomblob(16) FROM placed`, all)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
	return apptest.Open(b, o)
}

// cold makes a page with nothing at hand, and returns it and how long that took.
func cold(b *testing.B, blog *apptest.Blog, target string) (body string, took time.Duration) {
	b.Helper()
	blog.Web().Forget()
	start := time.Now()
	r := request(blog, "GET", target, "Accept-Encoding", "br")
	took = time.Since(start)
	if r.Code != 200 {
		b.Fatalf("%s: got %d", target, r.Code)
	}
	return r.Body, took
}

// BenchmarkLongThread makes pages of a thread of 5 000 comments from the database, with
// nothing at hand, rendered and compressed: ms each. x-short is that over a thread of 50,
// x-million the same page with a million comments in all over one with few, kB what goes
// over the wire.
func BenchmarkLongThread(b *testing.B) {
	few, million := openCrowded(b, 0), openCrowded(b, 1_000_000-5050)
	for _, bm := range []struct{ name, target string }{
		{"first", "/posts/boat"}, {"middle", "/posts/boat/comments/40"}, {"newest", "/posts/boat/comments/newest"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			var took, short, crowded time.Duration
			size, n := 0, 0
			for b.Loop() {
				body, t := cold(b, few, bm.target)
				_, u := cold(b, few, "/posts/note-01")
				_, v := cold(b, million, bm.target)
				took, short, crowded = took+t, short+u, crowded+v
				size, n = len(body), n+1
			}
			b.ReportMetric(took.Seconds()*1000/float64(n), "ms")
			b.ReportMetric(float64(took)/float64(short), "x-short")
			b.ReportMetric(float64(crowded)/float64(took), "x-million")
			b.ReportMetric(float64(size)/1000, "kB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkBusyPost measures what another page costs while a hundred comments a second
// are published under one post of 5 000: x-other is the time of a page that is made
// anew, with 400 readers a second on the busy post, over the same with as many readers
// and nothing published.
func BenchmarkBusyPost(b *testing.B) {
	blog := openCrowded(b, 0)
	s := blog.Web()
	read := func() { request(blog, "GET", "/posts/boat", "Accept-Encoding", "br") }
	var published atomic.Int64
	say := func() {
		n := published.Add(1)
		blog.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: fmt.Sprint("Number ", n)})
	}
	measure := func() (sum time.Duration) {
		for range 200 {
			start := time.Now()
			s.CommentsChanged("note-01")
			if r := blog.Get("/posts/note-01"); r.Code != 200 {
				b.Fatalf("got %d", r.Code)
			}
			sum += time.Since(start)
			time.Sleep(5 * time.Millisecond)
		}
		return sum
	}
	// during measures while some things are done every so often.
	during := func(every map[time.Duration]func()) time.Duration {
		ctx, stop := context.WithCancel(b.Context())
		var doing sync.WaitGroup
		for pause, do := range every {
			doing.Go(func() {
				for tick := time.NewTicker(pause); ctx.Err() == nil; <-tick.C {
					doing.Go(do)
				}
			})
		}
		defer doing.Wait()
		defer stop()
		return measure()
	}
	const reading, saying = 2500 * time.Microsecond, 10 * time.Millisecond
	during(map[time.Duration]func(){reading: read})
	var quiet, busy, whole time.Duration
	rounds := 0
	for b.Loop() {
		quiet += during(map[time.Duration]func(){reading: read})
		start := time.Now()
		busy += during(map[time.Duration]func(){reading: read, saying: say})
		whole += time.Since(start)
		rounds++
	}
	b.ReportMetric(float64(busy)/float64(quiet), "x-other")
	b.ReportMetric(quiet.Seconds()*1000/float64(200*rounds), "ms-quiet")
	b.ReportMetric(float64(published.Load())/whole.Seconds(), "published/s")
	b.ReportMetric(0, "ns/op")
}
