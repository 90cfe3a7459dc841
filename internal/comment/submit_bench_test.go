package comment_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// BenchmarkSubmit takes comments from 32 readers at once into a file, with what comes
// with them: nothing, a form, an address that is known, and a new one each time.
func BenchmarkSubmit(b *testing.B) {
	for name, give := range map[string]func(*comment.Submission, int64){
		"plain":       func(*comment.Submission, int64) {},
		"form":        func(s *comment.Submission, n int64) { s.FormID = fmt.Sprint("form ", n) },
		"address":     func(s *comment.Submission, _ int64) { s.Email = "ada@example.org" },
		"new address": func(s *comment.Submission, n int64) { s.Email = fmt.Sprintf("ada%d@example.org", n) },
	} {
		b.Run(name, func(b *testing.B) { benchmarkSubmit(b, give) })
	}
}

func benchmarkSubmit(b *testing.B, give func(*comment.Submission, int64)) {
	b.Helper()
	dir := b.TempDir()
	db, err := store.Open(b.Context(), store.Options{
		URL: filepath.Join(dir, "hamlet.db"), Keys: filepath.Join(dir, "people.keys"), Key: make([]byte, 32), Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s, err := comment.New(comment.Options{
		Store: db.Comments(), Judge: says(spam.Ham), Threads: threads{"hello": comment.ThreadOpen}, Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	var sent atomic.Int64
	b.SetParallelism(16)
	began := cpuTime(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			sub := hello()
			give(&sub, sent.Add(1))
			if _, err := s.Submit(b.Context(), sub); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64((cpuTime(b)-began).Microseconds())/float64(b.N), "cpu-us/op")
}

// cpuTime is the time of a processor that this program took so far.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
