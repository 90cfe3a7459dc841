package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
	"hamlet/internal/store"
	"hamlet/internal/webmention"
)

// note is a page elsewhere that links to the post.
const note = "https://other.example.org/note"

var linkedHere = webmention.Received{Source: note, Post: "hello", Target: "https://blog.example.org/posts/hello"}

// receive receives a webmention and takes it to be looked at.
func (b *bench) receive() webmention.Received {
	b.Helper()
	if err := b.Mentions().Receive(b.Context(), linkedHere); err != nil {
		b.Fatal(err)
	}
	due := b.due(10)
	if len(due) != 1 {
		b.Fatalf("got %d that are due, want 1", len(due))
	}
	return due[0]
}

func (b *bench) due(limit int) []webmention.Received {
	b.Helper()
	due, err := b.Mentions().Due(b.Context(), time.Minute, limit)
	if err != nil {
		b.Fatal(err)
	}
	return due
}

// mentionOf is the comment of a mention.
func mentionOf(status comment.Status) comment.Comment {
	c := a(status)
	c.URL, c.Channel, c.Mention = note, comment.Webmention, comment.Liked
	c.Verdict.Receipt = nil
	return c
}

func mentionsQueued(b *bench) {
	got := b.receive()
	want := linkedHere
	want.Attempts = 1
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("-want +got\n%s", diff)
	}
	if due := b.due(10); len(due) != 0 {
		b.Errorf("taken twice: %v", due)
	}
	b.clock.pass(time.Minute)
	got = b.due(10)[0]
	if got.Attempts != 2 {
		b.Errorf("after the lease: got attempt %d, want 2", got.Attempts)
	}
	must(b, b.Mentions().Retry(b.Context(), got, "no answer", b.clock.now().Add(time.Hour)))
	b.clock.pass(59 * time.Minute)
	if due := b.due(10); len(due) != 0 {
		b.Errorf("too early: %v", due)
	}
	b.clock.pass(time.Minute)
	got = b.due(10)[0]
	must(b, b.Mentions().Retry(b.Context(), got, "no link", time.Time{}))
	b.clock.pass(24 * time.Hour)
	if due := b.due(10); len(due) != 0 || b.count("mentions WHERE error = 'no link'") != 1 {
		b.Errorf("given up, and still due: %v", due)
	}
	if got := b.receive(); got.Attempts != 1 {
		b.Errorf("received again: attempt %d, want 1", got.Attempts)
	}
}

// mentionsOverlap: what is received while it is looked at is looked at again.
func mentionsOverlap(b *bench) {
	first := b.receive()
	must(b, b.Mentions().Receive(b.Context(), linkedHere))
	must(b, b.Mentions().Retry(b.Context(), first, "no link", time.Time{}))
	must(b, b.Mentions().Drop(b.Context(), first))
	if due := b.due(10); len(due) != 1 {
		b.Errorf("got %d that are due, want 1", len(due))
	}
}

func mentionsBounded(b *bench) {
	for i := range store.MaxMentions {
		r := linkedHere
		r.Source = fmt.Sprintf("%s/%d", note, i)
		must(b, b.Mentions().Receive(b.Context(), r))
	}
	if err := b.Mentions().Receive(b.Context(), linkedHere); !errors.Is(err, webmention.ErrBusy) {
		b.Errorf("got %v, want ErrBusy", err)
	}
	for _, r := range b.due(3) {
		must(b, b.Mentions().Retry(b.Context(), r, "no link", time.Time{}))
	}
	must(b, b.Mentions().Receive(b.Context(), linkedHere))
	b.clock.pass(31 * 24 * time.Hour)
	must(b, b.Mentions().Forget(b.Context()))
	if got, want := b.count("mentions"), store.MaxMentions-2; got != want {
		b.Errorf("got %d after forgetting, want %d", got, want)
	}
}

func mentionBecomesComment(b *bench) {
	r := b.receive()
	id, err := b.Comments().AddMention(b.Context(), mentionOf(comment.Pending), nil)
	must(b, err)
	want := mentionOf(comment.Pending)
	want.ID = id
	if diff := cmp.Diff(want, b.get(id)); diff != "" {
		b.Errorf("-want +got\n%s", diff)
	}
	if _, err := b.Comments().AddMention(b.Context(), mentionOf(comment.Pending), nil); !errors.Is(err, comment.ErrConflict) {
		b.Errorf("added twice: %v", err)
	}
	b.clock.pass(time.Hour)
	if due := b.due(10); len(due) != 0 {
		b.Errorf("still due: %v", due)
	}
	if r = b.receive(); r.Comment != int64(id) {
		b.Errorf("got comment %d, want %d", r.Comment, id)
	}
	b.update(id, comment.Change{Delete: true, Entry: entry})
	if n := b.count("mentions"); n != 0 {
		b.Errorf("%d rows outlive the comment", n)
	}
	if _, err := b.Comments().AddMention(b.Context(), mentionOf(comment.Pending), nil); !errors.Is(err, comment.ErrConflict) {
		b.Errorf("added without being waited for: %v", err)
	}
}

func mentionChanges(b *bench) {
	b.receive()
	id, err := b.Comments().AddMention(b.Context(), mentionOf(comment.Approved), nil)
	must(b, err)
	revision := b.revision("hello")
	b.receive()
	keep := func(c comment.Comment) (comment.Comment, bool) { return c, false }
	must(b, b.Comments().ChangeMention(b.Context(), id, keep))
	b.clock.pass(time.Hour)
	if got := b.get(id); got.Revision != 0 || b.revision("hello") != revision || len(b.due(10)) != 0 {
		b.Errorf("changed without a change: %+v", got)
	}
	b.receive()
	var want comment.Comment
	must(b, b.Comments().ChangeMention(b.Context(), id, func(c comment.Comment) (comment.Comment, bool) {
		c.Author, c.Body, c.Mention, c.Status, c.Hold = "Bo", roses, comment.Replied, comment.Pending, comment.HoldUnsure
		c.EditedAt, c.Verdict = start.Add(time.Hour), spam.Verdict{Class: spam.Unsure, Probability: 0.6, Model: "test"}
		want = c
		return c, true
	}))
	want.Revision = 1
	if diff := cmp.Diff(want, b.get(id)); diff != "" {
		b.Errorf("-want +got\n%s", diff)
	}
	if b.revision("hello") != revision+1 {
		b.Error("the thread is told to be the same")
	}
	b.remembers("the new text, undecided", wrote("", "elsewhere", "", roses), spam.Memory{Text: spam.Past{}, Elsewhere: 1})
	if err := b.Comments().ChangeMention(b.Context(), id+1, keep); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("a missing comment: %v", err)
	}
}

// mentionFound looks for a mention by what its page says, before and after that changes.
func mentionFound(b *bench) {
	all := comment.Scope{All: true}
	b.receive()
	c := judged(mentionOf(comment.Pending), 0.3, "word:first")
	c.Body = "the first words at http://first.example"
	id, err := b.Comments().AddMention(b.Context(), c, nil)
	must(b, err)
	b.finds("q=first", all, id)
	b.finds("domain=first.example", all, id)
	b.clock.pass(time.Minute)
	shown, err := b.Desk().Mark(b.Context())
	must(b, err)
	b.clock.pass(time.Minute)
	change := func(change func(comment.Comment) comment.Comment) {
		b.Helper()
		b.receive()
		must(b, b.Comments().ChangeMention(b.Context(), id, func(c comment.Comment) (comment.Comment, bool) { return change(c), true }))
	}
	meant := func(when string, want ...comment.ID) {
		b.Helper()
		got, err := b.Desk().IDs(b.Context(), all, desk.Filter{Status: comment.Pending}, shown, 0, 10)
		if err != nil || !slices.Equal(got, want) {
			b.Errorf("%s: meant are %v, %v, want %v", when, got, err, want)
		}
	}
	change(func(c comment.Comment) comment.Comment { c.Author = "Bo"; return c })
	b.finds("q=bo+first", all, id)
	meant("with the text that was shown", id)
	change(func(c comment.Comment) comment.Comment {
		c.Body = "andere Worte, die nicht von ihm sind, bei http://second.example"
		return judged(c, 0.9, "word:andere")
	})
	meant("with another text since")
	b.finds("q=first", all)
	b.finds("domain=first.example", all)
	b.finds("q=andere&domain=second.example&from=80&lang=de&reason=word%3Aandere", all, id)
}

// setLinks keeps what the post links to and expects so many to be told.
func (b *bench) setLinks(want int, targets ...string) {
	b.Helper()
	n, err := b.Mentions().SetLinks(b.Context(), "hello", "https://blog.example.org/hello", targets, b.clock.now())
	if err != nil || n != want {
		b.Errorf("links %v: got %d, %v, want %d", targets, n, err, want)
	}
}

// tell tells all that is due, and returns it; those with an endpoint by ends.
func (b *bench) tell(ends ...string) (told []string) {
	b.Helper()
	due, err := b.Mentions().DueSent(b.Context(), time.Minute, 10)
	must(b, err)
	for _, one := range due {
		endpoint := ""
		for _, e := range ends {
			if e == one.Target {
				endpoint = e + "/wm"
			}
		}
		must(b, b.Mentions().Told(b.Context(), one, endpoint))
		told = append(told, fmt.Sprintf("%s %t", one.Target, one.Removed))
	}
	slices.Sort(told)
	return told
}

func linksTold(b *bench) {
	const x, y, z = "https://x.example", "https://y.example", "https://z.example"
	b.setLinks(0)
	b.setLinks(2, x, y)
	b.setLinks(0, y, x)
	if diff := cmp.Diff([]string{x + " false", y + " false"}, b.tell(x)); diff != "" {
		b.Errorf("first: -want +got\n%s", diff)
	}
	b.setLinks(0, x, y)
	if got := b.tell(); got != nil {
		b.Errorf("told again: %v", got)
	}
	b.setLinks(2, z) // and x, which is gone; y never wanted to know
	if diff := cmp.Diff([]string{x + " true", z + " false"}, b.tell(x, z)); diff != "" {
		b.Errorf("changed: -want +got\n%s", diff)
	}
	b.setLinks(0, z)
	b.setLinks(1)
	b.setLinks(1, z) // it came back before its end was told
	if diff := cmp.Diff([]string{z + " false"}, b.tell(z)); diff != "" {
		b.Errorf("came back: -want +got\n%s", diff)
	}
	if n := b.count("mentions_sent"); n != 1 {
		b.Errorf("%d rows are left, want 1", n)
	}
}

func linksTriedAgain(b *bench) {
	const x = "https://x.example"
	b.setLinks(1, x)
	due, err := b.Mentions().DueSent(b.Context(), time.Minute, 10)
	must(b, err)
	must(b, b.Mentions().RetrySent(b.Context(), due[0], "no answer", b.clock.now().Add(time.Hour)))
	b.clock.pass(time.Hour)
	due, err = b.Mentions().DueSent(b.Context(), time.Minute, 10)
	must(b, err)
	if len(due) != 1 || due[0].Attempts != 2 || due[0].Source != "https://blog.example.org/hello" {
		b.Fatalf("got %+v", due)
	}
	b.setLinks(2, x, x+"/2") // changed while it is told
	must(b, b.Mentions().Told(b.Context(), due[0], x+"/wm"))
	if got := b.tell(); len(got) != 2 {
		b.Errorf("got %v, want both told", got)
	}
}

// linkOutcomes has a link in each state, an hour apart.
func linkOutcomes(b *bench) {
	const site = "https://x.example/"
	add := func(post string, tell func(webmention.Sent) error) {
		_, err := b.Mentions().SetLinks(b.Context(), post, "https://blog.example.org/"+post, []string{site + post}, b.clock.now())
		must(b, err)
		due, err := b.Mentions().DueSent(b.Context(), time.Minute, 10)
		must(b, err)
		for _, one := range due {
			if tell != nil && one.Post == post {
				must(b, tell(one))
			}
		}
		b.clock.pass(time.Second)
	}
	add("taken", func(s webmention.Sent) error { return b.Mentions().Told(b.Context(), s, site+"wm") })
	add("deaf", func(s webmention.Sent) error { return b.Mentions().Told(b.Context(), s, "") })
	add("failed", func(s webmention.Sent) error {
		return b.Mentions().RetrySent(b.Context(), s, "it answered 404", time.Time{})
	})
	add("trying", func(s webmention.Sent) error {
		return b.Mentions().RetrySent(b.Context(), s, "it answered 503", b.clock.now().Add(time.Hour))
	})
	add("waiting", nil)
	list := func(q webmention.Search) (got []string) {
		for {
			found, err := b.Mentions().Outcomes(b.Context(), q)
			must(b, err)
			if len(found) > q.Length {
				b.Fatalf("got %d outcomes, want %d at most", len(found), q.Length)
			}
			for _, o := range found {
				got = append(got, fmt.Sprintf("%s %s %q %t %d", o.Post, o.State, o.Problem, o.Next.IsZero(), o.Attempts))
				mark, ok := webmention.ParseMark(o.Mark().String())
				if q.After = mark; !ok || mark != o.Mark() {
					b.Fatalf("the mark of %+v is read as %+v", o, mark)
				}
			}
			if len(found) < q.Length {
				return got
			}
		}
	}
	all := []string{
		`waiting waiting "" false 1`, `trying trying "it answered 503" false 1`, `failed failed "it answered 404" true 1`,
		`deaf deaf "" true 1`, `taken taken "" true 1`,
	}
	for _, tt := range []struct {
		name string
		q    webmention.Search
		want []string
	}{
		{"all", webmention.Search{All: true, Length: 2}, all},
		{"a post of one's own", webmention.Search{Posts: []string{"deaf", "gone"}, Length: 2}, all[3:4]},
		{"no post of one's own", webmention.Search{Length: 2}, nil},
		{"amiss", webmention.Search{All: true, Amiss: true, Length: 1}, all[1:3]},
	} {
		if diff := cmp.Diff(tt.want, list(tt.q)); diff != "" {
			b.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
