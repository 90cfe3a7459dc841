package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// eachListedOnce turns the pages of lists in every order while comments come, some of which begin
// waves with those that are there and others make waves bigger, and while what was shown is
// decided: whatever was there and stays as it is stands on one page.
func eachListedOnce(b *bench) {
	for seed := range uint64(1) {
		for _, order := range desk.Sorts {
			for _, query := range []string{"status=pending", "q=town&status=pending", "to=90"} {
				b.listedOnce(rand.New(rand.NewPCG(seed, 1)), desk.View{Filter: parsed(b, query), Sort: order})
				b.exec("UPDATE comments SET deleted_at = 1") // the next list is another
			}
		}
	}
}

func (b *bench) listedOnce(chance *rand.Rand, v desk.View) {
	b.Helper()
	for range 24 {
		b.arrives(chance)
	}
	owed := b.allOf(v)
	shown := map[comment.ID]int{}
	for range 200 {
		p, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, v, 3)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range p.Comments {
			shown[c.ID]++
		}
		if p.Next == nil {
			break
		}
		if v.From, err = desk.ParseCursor(p.Next.String(), v.Sort); err != nil {
			b.Fatal(err)
		}
		b.clock.at = b.clock.at.Add(time.Minute)
		b.arrives(chance)
		// What is decided makes its wave smaller, which goes on to a later page then, and what was
		// shown of it comes again.
		if last := p.Comments[0]; v.Sort != desk.BySize && last.Status == comment.Pending {
			b.update(last.ID, comment.Change{Status: comment.Spam, Entry: entry})
		}
	}
	for _, id := range owed {
		if shown[id] != 1 {
			b.Errorf("%q of %q: comment %d was shown %d times", v.Sort, v.Filter.Values().Encode(), id, shown[id])
		}
	}
}

// allOf are the comments of a list, without its pages.
func (b *bench) allOf(v desk.View) []comment.ID {
	b.Helper()
	p, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, v, 100)
	if err != nil || len(p.Comments) < 20 {
		b.Fatalf("%d comments, %v", len(p.Comments), err)
	}
	return ids(p.Comments)
}

// goods are what waves are about.
var goods = []string{
	"the finest copper kettles and pans in the whole valley", "nine old brass clocks that strike the hour like a bell",
	"warm woollen stockings knitted by hand on long dark evenings", "seeds of every garden flower that grows beside a river",
	"fresh white bread and rolls from an oven fired with beech", "letters written for you by a clerk who never makes blots",
	"small painted boats that really sail across any pond", "a cure for every cough that troubles horses in winter",
}

// arrives adds a comment, which may be like one that is there.
func (b *bench) arrives(chance *rand.Rand) {
	n, i := chance.IntN(len(goods)), b.count("comments")
	c := judged(a(comment.Pending), 0.05+0.8*chance.Float64(), "")
	c.Author, c.Post, c.CreatedAt = fmt.Sprint("Buyer ", i), fmt.Sprint("post", chance.IntN(3)), start.Add(time.Duration(i)*time.Minute)
	c.Body = fmt.Sprintf("Hello from town %d. We sell %s, and we send it to your door within %d days: https://shop%d.example/p/%d", i, goods[n], i%9, n, i)
	b.add(c, "")
}

// begun are the waves there are.
func (b *bench) begun() int { return b.count("comments WHERE wave = id") }

// wavesBegin lets comments begin waves after the beginning of a list by wave was shown.
func wavesBegin(b *bench) {
	alone := func(i int) comment.ID {
		c := spun(i)
		c.Body = fmt.Sprintf("We sell %s, and we send it to your door: https://shop%d.example/", goods[i], i)
		c.CreatedAt = start.Add(time.Duration(b.count("comments")) * time.Minute)
		return b.add(c, "")
	}
	first, old := []comment.ID{alone(0), alone(0)}, alone(1)
	high := []comment.ID{alone(2), alone(3), alone(3)}
	want := []comment.ID{high[2], high[1], first[1], first[0], high[0], old}
	for size := 1; size <= 4; size++ {
		v := desk.View{Filter: desk.Filter{Status: comment.Pending}, Sort: desk.ByWave}
		var got []comment.ID
		begun := b.begun()
		for {
			p, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, v, size)
			if err != nil {
				b.Fatal(err)
			}
			got = append(got, ids(p.Comments)...)
			if p.Next == nil {
				break
			}
			if v.From, err = desk.ParseCursor(p.Next.String(), v.Sort); err != nil {
				b.Fatal(err)
			}
			b.clock.at = b.clock.at.Add(time.Minute)
			if b.begun() == begun {
				alone(2)
				alone(1)
			}
		}
		if b.begun() != begun+2 {
			b.Fatalf("%d waves began", b.begun()-begun)
		}
		got = slices.DeleteFunc(got, func(id comment.ID) bool { return id > high[2] })
		if !slices.Equal(got, want) {
			b.Errorf("in pages of %d: got %v, want %v", size, got, want)
		}
		b.exec(fmt.Sprintf("UPDATE comments SET deleted_at = 1 WHERE id > %d", high[2]))
		b.exec(fmt.Sprintf("UPDATE comments SET wave = 0 WHERE id IN (%d, %d)", old, high[0]))
	}
}
