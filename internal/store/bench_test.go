package store_test

import (
	"fmt"
	"testing"

	"hamlet/internal/comment"
)

// onEachBench measures on files and on PostgreSQL.
func onEachBench(b *testing.B, measure func(*testing.B, *bench)) {
	b.Helper()
	for _, e := range onDisk {
		b.Run(e.name, func(b *testing.B) { measure(b, newBench(b, e)) })
	}
}

func BenchmarkAdd(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		for b.Loop() {
			s.add(a(comment.Approved), "ada@example.org")
		}
	})
}

// BenchmarkAddManyReaders adds from 32 goroutines, as a busy server does.
func BenchmarkAddManyReaders(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				s.add(a(comment.Approved), "ada@example.org")
			}
		})
	})
}

// BenchmarkApproved reads a thread of 50 comments among 100 others.
func BenchmarkApproved(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		for post := range 100 {
			for range 50 {
				c := a(comment.Approved)
				c.Post = fmt.Sprintf("post-%d", post)
				s.add(c, "")
			}
		}
		for b.Loop() {
			cs, err := s.Comments().Approved(b.Context(), "post-50")
			if err != nil || len(cs) != 50 {
				b.Fatalf("%d comments, %v", len(cs), err)
			}
		}
	})
}

// BenchmarkNoChanges is what a server asks again and again.
func BenchmarkNoChanges(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		for post := range 10_000 {
			c := a(comment.Approved)
			c.Post = fmt.Sprintf("post-%d", post)
			s.add(c, "")
		}
		changes := s.Changes()
		if posts, err := changes.Next(b.Context()); err != nil || len(posts) != 10_000 {
			b.Fatalf("%d changes at first, %v", len(posts), err)
		}
		for b.Loop() {
			if posts, err := changes.Next(b.Context()); err != nil || len(posts) != 0 {
				b.Fatalf("changes: %d, %v", len(posts), err)
			}
		}
	})
}
