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

// BenchmarkThread reads the outline and a page of a thread of 5 000 comments, which came
// between those of another.
func BenchmarkThread(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		for i := range 10_000 {
			c := a(comment.Approved)
			c.Post = fmt.Sprintf("post-%d", i%2)
			s.add(c, "")
		}
		for b.Loop() {
			all, err := s.Comments().Outline(b.Context(), "post-1")
			if err != nil || len(all) != 5000 {
				b.Fatalf("%d comments, %v", len(all), err)
			}
			var page []comment.ID
			for _, one := range all[:comment.PageSize] {
				page = append(page, one.ID)
			}
			if cs, err := s.Comments().Approved(b.Context(), page); err != nil || len(cs) != len(page) {
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
