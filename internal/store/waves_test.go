package store_test

import (
	"fmt"
	"slices"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// spun is the comment of a wave with this number.
func spun(i int) comment.Comment {
	c := a(comment.Pending)
	c.Author, c.Verdict = fmt.Sprint("Buyer ", i), spam.Verdict{}
	c.Body = fmt.Sprintf("Hello from town %d. We sell the finest copper kettles and pans in the whole valley, and we send them "+
		"to your door within %d days: https://kettles.example/p/%d", i, i%9, i)
	return c
}

func wavesJoined(b *bench) {
	b.Helper()
	ctx := b.Context()
	put := func(body string, at time.Duration) comment.ID {
		c := spun(0)
		c.Body, c.CreatedAt = body, start.Add(at)
		return b.add(c, "")
	}
	alone := put("The harbour was quiet this morning, and I liked the boats a lot.", 0)
	var wave []comment.ID
	for i := range 15 {
		c := spun(i)
		c.CreatedAt = start.Add(time.Duration(i) * time.Minute)
		wave = append(wave, b.add(c, ""))
	}
	quote := put("We sell the finest copper kettles and pans in the whole valley, and we send them to your door, says "+
		"https://kettles.example/p/1, and really, does anybody need that?", time.Hour)
	late := spun(99)
	late.CreatedAt = start.Add(desk.WaveWindow + 2*time.Hour)
	lateID := b.add(late, "")
	thanks := put("Thank you!", time.Hour)
	put("Thank you!", time.Hour)

	finder := b.Desk()
	of, err := finder.WavesOf(ctx, append([]comment.ID{alone, quote, lateID, thanks}, wave...))
	if err != nil {
		b.Fatal(err)
	}
	first := int64(wave[0])
	for _, id := range append(wave, quote) {
		if of[id] != first {
			b.Errorf("comment %d: got wave %d, want %d", id, of[id], first)
		}
	}
	for _, id := range []comment.ID{alone, lateID, thanks} {
		if of[id] != 0 {
			b.Errorf("comment %d: got wave %d, want none", id, of[id])
		}
	}
	all := comment.Scope{All: true}
	found, err := finder.Waves(ctx, all, []int64{first}, 4)
	if err != nil || len(found) != 1 || found[0].Total != 16 || len(found[0].Comments) != 4 || found[0].Comments[0].ID != quote {
		b.Errorf("got %d waves, %+v, %v", len(found), found, err)
	}
	if found, err := finder.Waves(ctx, comment.Scope{Posts: []string{"elsewhere"}}, []int64{first, 0}, 4); err != nil || len(found) != 0 {
		b.Errorf("somebody else's posts: got %+v, %v", found, err)
	}
	if n, err := finder.Count(ctx, all, desk.Filter{Wave: first}); err != nil || n != 16 {
		b.Errorf("the filter: got %d, %v", n, err)
	}
}

// wavesOfOld forgets the waves, as if comments were from before there were any, and finds them again.
func wavesOfOld(b *bench) {
	b.Helper()
	wavesJoined(b)
	waves := func() (all []int64) {
		b.Helper()
		rows, err := store.Raw(b.DB).QueryContext(b.Context(), "SELECT wave FROM comments ORDER BY id")
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var wave int64
			if err := rows.Scan(&wave); err != nil {
				b.Fatal(err)
			}
			all = append(all, wave)
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		return all
	}
	want := waves()
	b.exec("UPDATE comments SET wave = 0")
	for range 2 {
		if err := b.Comments().FindWaves(b.Context()); err != nil {
			b.Fatal(err)
		}
		if got := waves(); !slices.Equal(got, want) {
			b.Errorf("found %v, want %v", got, want)
		}
	}
	b.exec("UPDATE comments SET wave = 0")
	if err := b.Comments().FindWaves(b.Context()); err != nil || slices.Max(waves()) != 0 {
		b.Errorf("looked a second time, %v", err)
	}
}
