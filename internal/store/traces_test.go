package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// roses is a text with enough words to have near-duplicates.
const roses = "Last spring I moved the roses to the south wall, where they get sun from ten in the morning on, " +
	"and cut them back to three buds each; by June all of them were in flower again."

// wrote is a comment with a site and a link.
func wrote(status comment.Status, post, site, body string) comment.Comment {
	c := a(status)
	c.Post, c.URL, c.Body = post, site, body
	return c
}

// memory is what is remembered about a comment that comes now.
func (b *bench) memory(c comment.Comment) spam.Memory {
	b.Helper()
	c.CreatedAt = b.clock.now()
	m, err := b.Comments().Memory(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func (b *bench) remembers(what string, c comment.Comment, want spam.Memory) {
	b.Helper()
	if diff := cmp.Diff(want, b.memory(c)); diff != "" {
		b.Errorf("%s: -want +got\n%s", what, diff)
	}
}

// said is a change with a label.
func said(s comment.Status, spams bool) comment.Change {
	return comment.Change{Status: s, Relabel: true, Lesson: &spam.Lesson{Spam: spams}, Entry: entry}
}

func remembered(b *bench) {
	const site = "https://shop.example.org/"
	b.remembers("an empty blog", wrote("", "b", site, roses), spam.Memory{})
	b.add(wrote(comment.Approved, "a", site, roses), "")
	b.add(wrote(comment.Spam, "a", "", "see https://example.net/x"), "")
	called := b.add(wrote(comment.Pending, "a", "", "see https://www.example.net/y and this"), "")
	b.update(called, said(comment.Spam, true))
	b.remembers("site and text", wrote("", "b", "http://example.org", "Dear all! "+roses), spam.Memory{
		Site: spam.Past{Published: 1}, Author: spam.Past{Published: 1}, Text: spam.Past{Published: 1}, Elsewhere: 1,
	})
	first := wrote("", "a", site, roses)
	first.ID = 1
	b.remembers("the one that was kept, of itself", first, spam.Memory{})
	b.remembers("the same post", wrote("", "a", "", roses), spam.Memory{Text: spam.Past{Published: 1}, Again: 1})
	b.remembers("a link", wrote("", "b", "", "at example.net"), spam.Memory{Link: spam.Past{Spam: 1}})
	b.remembers("nothing in common", wrote("", "b", "https://example.com", "Hm."), spam.Memory{})
	for i := range spam.MemoryLimit + 5 {
		b.add(wrote(comment.Approved, fmt.Sprint(i), "", "at example.com"), "")
	}
	b.remembers("many", wrote("", "b", "https://example.com", "Hm."), spam.Memory{Site: spam.Past{Published: spam.MemoryLimit}})
}

// rememberedBefore asks what a comment that is kept had in common with those before it,
// after more than are counted came later: they must not crowd out the ones before.
func rememberedBefore(b *bench) {
	const site = "https://example.org"
	b.add(wrote(comment.Approved, "a", site, "one"), "")
	c := wrote(comment.Approved, "b", site, "two")
	c.ID = b.add(c, "")
	for range spam.MemoryLimit + 3 {
		b.add(wrote(comment.Approved, "a", site, "three"), "")
	}
	once := spam.Past{Published: 1}
	b.remembers("of those before", c, spam.Memory{Site: once, Author: once})
}

func memoryFollows(b *bench) {
	id := b.add(wrote(comment.Spam, "a", "https://example.org", "x"), "")
	site := func() spam.Past {
		b.Helper()
		return b.memory(wrote("", "b", "https://www.example.org", "y")).Site
	}
	for i, step := range []struct {
		change comment.Change
		want   spam.Past
	}{
		{comment.Change{Status: comment.Trash, Entry: entry}, spam.Past{}},
		{said(comment.Spam, true), spam.Past{Spam: 1}},
		{comment.Change{Status: comment.Trash, Entry: entry}, spam.Past{Spam: 1}},
		{comment.Change{Status: comment.Pending, Relabel: true, Entry: entry}, spam.Past{}},
		{said(comment.Approved, false), spam.Past{Published: 1}},
		{comment.Change{Status: comment.Trash, Entry: entry}, spam.Past{}},
		{comment.Change{Status: comment.Approved, Entry: entry}, spam.Past{Published: 1}},
		{said(comment.Spam, true), spam.Past{Spam: 1}},
		{comment.Change{Delete: true, Entry: entry}, spam.Past{}},
	} {
		b.update(id, step.change)
		if got := site(); got != step.want {
			b.Errorf("after step %d: got %+v, want %+v", i, got, step.want)
		}
	}
	if n := b.count("traces"); n != 0 {
		b.Errorf("%d traces outlive their comment", n)
	}
}

// memoryMadeAnew lets comments come and be decided on in any order, and finds what
// the memory of the filter finds, and the same rows when they are made anew.
func memoryMadeAnew(b *bench) {
	var ids []comment.ID
	states := map[comment.ID]spam.TraceState{}
	var recall spam.Recall
	rng := rapid.Custom(func(t *rapid.T) []int { return rapid.SliceOfN(rapid.IntRange(0, 1<<20), 160, 160).Draw(t, "chance") })
	for i, n := range rng.Example(1) {
		posts, sites := []string{"a", "b", "c"}, []string{"", "https://example.org", "https://example.net"}
		bodies := []string{roses, "Dear all! " + roses, "see https://example.org/x and example.com", "no"}
		if n%2 == 0 || len(ids) == 0 {
			status := []comment.Status{comment.Pending, comment.Approved, comment.Spam}[n/2%3]
			c := wrote(status, posts[n/8%3], sites[n/32%3], bodies[n/128%4])
			c.CreatedAt = b.clock.now()
			id := b.add(c, "")
			ids = append(ids, id)
			states[id] = spam.TraceUndecided
			if status == comment.Approved {
				states[id] = spam.TracePublished
			}
			recall.Note(int64(id), filtered(c), states[id])
			b.clock.pass(time.Duration(n/512%9) * time.Hour)
			continue
		}
		id := ids[n/2%len(ids)]
		switch at := n / 512 % 4; at {
		case 0:
			b.update(id, said(comment.Approved, false))
			recall.Decide(int64(id), spam.TracePublished)
		case 1:
			b.update(id, said(comment.Spam, true))
			recall.Decide(int64(id), spam.TraceSpam)
		case 2:
			b.update(id, comment.Change{Status: comment.Pending, Relabel: true, Entry: entry})
			recall.Decide(int64(id), spam.TraceUndecided)
		case 3:
			b.update(id, comment.Change{Delete: true, Entry: entry})
			recall.Forget(int64(id))
			ids[n/2%len(ids)] = ids[len(ids)-1]
			ids = ids[:len(ids)-1]
		}
		now := wrote("", posts[i%3], sites[n/32%3], bodies[n/128%4])
		now.CreatedAt = b.clock.now()
		if diff := cmp.Diff(recall.Look(filtered(now)), b.memory(now)); diff != "" {
			b.Fatalf("after step %d: -recall +store\n%s", i, diff)
		}
	}
	before := b.traces()
	if len(before) < 20 {
		b.Fatalf("only %d traces", len(before))
	}
	if err := store.RememberAnew(b.Context(), b.DB); err != nil {
		b.Fatal(err)
	}
	if diff := cmp.Diff(before, b.traces()); diff != "" {
		b.Errorf("-kept in step +made anew\n%s", diff)
	}
}

// filtered is a comment as the filter remembers it.
func filtered(c comment.Comment) spam.Message {
	return spam.Message{Author: c.Author, AuthorURL: c.URL, Body: c.Body, Permalink: c.Post, Date: c.CreatedAt}
}

// traces are the rows that have not expired.
func (b *bench) traces() []string {
	b.Helper()
	rows, err := store.Raw(b.DB).QueryContext(b.Context(),
		"SELECT hash, state, at, comment_id, post, expires_at FROM traces WHERE expires_at > $1 ORDER BY 1, 2, 3, 4", b.clock.now().UnixMilli())
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var hash, state, at, id, expires int64
		var post string
		if err := rows.Scan(&hash, &state, &at, &id, &post, &expires); err != nil {
			b.Fatal(err)
		}
		out = append(out, fmt.Sprint(hash, state, at, id, post, expires))
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return out
}

func memoryExpires(b *bench) {
	const site = "https://example.org"
	forget := func() int {
		b.Helper()
		if err := b.Comments().Forget(b.Context()); err != nil {
			b.Fatal(err)
		}
		return b.count("traces")
	}
	undecided := b.add(wrote(comment.Pending, "a", site, roses), "")
	b.add(wrote(comment.Approved, "a", site, roses), "")
	fresh := forget()
	b.clock.pass(spam.RepeatWindow - time.Millisecond)
	if n := forget(); n != fresh {
		b.Errorf("within a day: %d of %d traces", n, fresh)
	}
	b.clock.pass(time.Millisecond)
	if n := forget(); n >= fresh || n == 0 {
		b.Errorf("after a day: %d of %d traces", n, fresh)
	}
	b.update(undecided, said(comment.Spam, true))
	both := spam.Past{Published: 1, Spam: 1}
	b.remembers("decided late", wrote("", "b", site, roses), spam.Memory{
		Site: both, Author: both, Text: both,
	})
	b.clock.pass(89 * 24 * time.Hour)
	if n := forget(); n != 4 {
		b.Errorf("after 90 days: %d traces, want site and author of two comments", n)
	}
	b.clock.pass(310*24*time.Hour - time.Millisecond)
	b.remembers("before 400 days are over", wrote("", "b", site, roses), spam.Memory{Site: both, Author: both})
	b.clock.pass(time.Millisecond)
	b.remembers("after 400 days, still kept", wrote("", "b", site, roses), spam.Memory{})
	if n := forget(); n != 0 {
		b.Errorf("after 400 days: %d traces", n)
	}
	b.update(undecided, said(comment.Approved, false))
	if n := b.count("traces"); n != 0 {
		b.Errorf("decided after 400 days: %d traces", n)
	}
}

func honestOnes(b *bench) {
	for i, status := range []comment.Status{comment.Approved, comment.Spam, comment.Approved, comment.Pending, comment.Approved, comment.Approved} {
		c := a(status)
		c.Verdict.Probability = float64(i) / 8
		if i == 2 {
			c.Body = "See https://example.org/ for more."
		}
		if i == 4 {
			c.Verdict = spam.Verdict{} // it could not be judged
		}
		b.add(c, "")
	}
	all := []spam.Passed{{Probability: 5.0 / 8}, {Probability: 2.0 / 8, OneLink: true}, {}}
	for limit, want := range map[int][]spam.Passed{9: all, 3: all[:2]} {
		got, err := b.Comments().Honest(b.Context(), limit)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			b.Errorf("the newest %d: %v, -want +got\n%s", limit, err, diff)
		}
	}
}

func memoryBounded(b *bench) {
	const site = "https://example.org"
	b.add(wrote(comment.Approved, "a", site, "short"), "")
	for i := range 20 {
		c := wrote(comment.Pending, fmt.Sprint(i), "https://example.net", roses)
		c.CreatedAt = b.clock.now()
		b.add(c, "")
		b.clock.pass(time.Minute)
	}
	all := b.count("traces")
	for _, most := range []int{all, 30, 0} {
		if err := store.ForgetDownTo(b.Context(), b.DB, int64(most)); err != nil {
			b.Fatal(err)
		}
		// The seven traces of a text expire together.
		if n := b.count("traces"); n > most || n < most-7 {
			b.Errorf("%d traces with room for %d", n, most)
		}
		if most == 30 {
			b.remembers("what a person decided stays longest", wrote("", "b", site, "x"), spam.Memory{
				Site: spam.Past{Published: 1}, Author: spam.Past{Published: 1},
			})
		}
	}
}

func memoryKeyed(b *bench) {
	c := wrote(comment.Approved, "a", "https://example.org", roses)
	b.add(c, "")
	tried := func() (n int) {
		b.Helper()
		for _, t := range spam.Traces(filtered(c)) {
			n += b.count(fmt.Sprintf("traces WHERE hash = %d", int64(t.Hash)))
		}
		return n
	}
	if n := tried(); n != 0 {
		b.Errorf("%d traces are found without the key", n)
	}
	store.HashOnly(b.DB)
	b.add(c, "")
	if tried() == 0 {
		b.Error("without a key none is found either, so this test sees nothing")
	}
}

// BenchmarkMemory asks about a comment with a site and two links, among 2,000 that
// have all of it in common and 2,000 that have nothing, about one of these, and about one that is new.
func BenchmarkMemory(b *testing.B) {
	onEachBench(b, func(b *testing.B, s *bench) {
		b.Helper()
		c := wrote(comment.Approved, "a", "https://example.org", roses+" See https://example.net/a and https://example.com/b")
		rare := func(i int) comment.Comment {
			text := fmt.Sprintf("number %d and its %d friends say https://host%d.example to each of us, and will say so tomorrow", i, i, i)
			return wrote(comment.Approved, "b", fmt.Sprintf("https://site%d.example/", i), text)
		}
		for i := range 2000 {
			s.add(c, "")
			s.add(rare(i), "")
		}
		for name, asked := range map[string]comment.Comment{"common": c, "rare": rare(7), "new": loner(1)} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					s.memory(asked)
				}
			})
		}
	})
}
