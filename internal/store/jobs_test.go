package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
)

var errCut = errors.New("cut off")

// marksSpam is what a job decides: to mark as spam, with a lesson.
func marksSpam(c comment.Comment, seen int64) (comment.Change, error) {
	if c.Revision != seen {
		return comment.Change{}, comment.ErrChanged
	}
	lesson := spam.NewLesson(spam.Message{Body: c.Body}, true, "ada")
	return comment.Change{Status: comment.Spam, Prior: c.Status, Relabel: true, Lesson: &lesson}, nil
}

func (b *bench) giveJob(items []desk.Seen) desk.Job {
	b.Helper()
	j, err := b.Jobs().GiveJob(b.Context(), desk.Given{
		Job:   desk.Job{At: b.clock.now(), Actor: account.Actor{Name: "ada", Role: account.Moderator, Posts: []string{"hello"}}, Action: comment.MarkSpam},
		Items: items, Status: comment.Pending, Seen: b.clock.now(),
		Entry: func(j desk.Job) account.Entry {
			return account.Entry{At: start, Actor: "ada", Action: "spam", Target: fmt.Sprintf("act %d", j.Act), Detail: fmt.Sprint(j.Total)}
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	return j
}

func (b *bench) step(limit int) desk.Step {
	return desk.Step{Limit: limit, Decide: marksSpam, Undo: comment.Undoing{
		By: "ada", At: b.clock.now(), MayOn: func(comment.Comment) error { return nil },
	}}
}

func (b *bench) doSome(id desk.JobID, limit int) desk.Job {
	b.Helper()
	j, _, err := b.Jobs().DoSome(b.Context(), id, b.step(limit))
	if err != nil {
		b.Fatal(err)
	}
	return j
}

// pending adds comments, as a job takes them.
func (b *bench) pending(n int) []desk.Seen {
	var items []desk.Seen
	for i := range n {
		c := a(comment.Pending)
		c.Body = fmt.Sprintf("Comment %d about the mill by the river.", i)
		items = append(items, desk.Seen{ID: b.add(c, ""), Revision: desk.AsItIs})
	}
	return items
}

// jobOnce interrupts a job in the middle of its second step, while somebody else decides on
// one of its comments, and goes on with the database opened anew.
func jobOnce(b *bench) {
	items := b.pending(25)
	b.update(items[3].ID, comment.Change{Status: comment.Approved}) // not where it was seen
	j := b.giveJob(items)
	if j.Total != 25 {
		b.Errorf("%d comments, want 25", j.Total)
	}
	b.doSome(j.ID, 10)
	b.update(items[20].ID, comment.Change{Status: comment.Trash, Entry: entry}) // somebody else was quicker
	torn, n := b.step(10), 0
	torn.Decide = func(c comment.Comment, seen int64) (comment.Change, error) {
		if n++; n == 7 {
			return comment.Change{}, errCut
		}
		return marksSpam(c, seen)
	}
	if _, _, err := b.Jobs().DoSome(b.Context(), j.ID, torn); !errors.Is(err, errCut) {
		b.Errorf("torn: %v", err)
	}
	if open, err := b.Jobs().OpenJobs(b.Context()); err != nil || !slices.Equal(open, []desk.JobID{j.ID}) {
		b.Errorf("open jobs: %v, %v", open, err)
	}
	for range 5 { // more often than needed
		j = b.doSome(j.ID, 10)
	}
	if !j.Ended() || j.Done != 23 || j.Skipped != 2 || j.Failed != 0 {
		b.Errorf("in the end: %+v", j)
	}
	if got, err := b.Jobs().LeftOut(b.Context(), j.ID, 10); err != nil || !slices.Equal(got, []comment.ID{items[3].ID, items[20].ID}) {
		b.Errorf("left out: %v, %v", got, err)
	}
	if len(b.labels(0)) != 23 || b.get(items[20].ID).Status != comment.Trash || b.get(items[24].ID).Revision != 1 {
		b.Errorf("%d labels, %+v", len(b.labels(0)), b.get(items[24].ID))
	}
	b.undoJob(j, 23)
	if b.get(items[20].ID).Status != comment.Trash || b.get(items[3].ID).Status != comment.Approved {
		b.Error("the undo touched what the job had not")
	}
	deeds, err := b.Comments().Deeds(b.Context(), items[1].ID, 5)
	if err != nil || len(deeds) != 2 || deeds[1].Detail != "25" {
		b.Errorf("one entry for the act, one for its undo: %+v, %v", deeds, err)
	}
}

// jobLeavesUnseen gives a job whose comments were looked up, and then one got another text and
// one was decided on, before the job was there.
func jobLeavesUnseen(b *bench) {
	items := b.pending(4)
	seen := b.clock.now()
	b.clock.at = b.clock.at.Add(time.Second)
	edited, decided := int64(items[1].ID), items[2].ID
	b.exec(fmt.Sprintf("UPDATE comments SET body = 'Cheap pills', revision = revision + 1, placed_at = %d WHERE id = %d", b.clock.at.UnixMilli(), edited))
	b.update(decided, comment.Change{Status: comment.Trash, Entry: entry})
	j, err := b.Jobs().GiveJob(b.Context(), desk.Given{
		Job:   desk.Job{At: b.clock.now(), Actor: account.Actor{Name: "ada", Role: account.Moderator}, Action: comment.MarkSpam},
		Items: items, Status: comment.Pending, Seen: seen, Entry: func(desk.Job) account.Entry { return entry },
	})
	if err != nil {
		b.Fatal(err)
	}
	if j = b.doSome(j.ID, 10); j.Total != 4 || j.Done != 2 || j.Skipped != 2 {
		b.Errorf("got %+v, want two done and two left", j)
	}
	if left, err := b.Jobs().LeftOut(b.Context(), j.ID, 10); err != nil || !slices.Equal(left, []comment.ID{items[1].ID, decided}) {
		b.Errorf("left out: %v, %v, want those that were changed", left, err)
	}
	if c := b.get(items[1].ID); c.Status != comment.Pending {
		b.Errorf("a text that nobody saw is %s", c.Status)
	}
}

// undoJob takes back a job, step by step.
func (b *bench) undoJob(j desk.Job, want int) {
	b.Helper()
	u, err := b.Jobs().GiveUndo(b.Context(), j.Act, desk.Job{At: b.clock.now(), Actor: j.Actor, Action: desk.Undo},
		func(comment.Act) error { return nil }, func(a comment.Act) account.Entry {
			return account.Entry{At: start, Actor: "ada", Action: "undo", Target: fmt.Sprintf("act %d", a.ID)}
		})
	if err != nil {
		b.Fatal(err)
	}
	for !u.Ended() {
		u = b.doSome(u.ID, 10)
	}
	act, err := b.Comments().Act(b.Context(), j.Act)
	if err != nil || u.Done != want || len(b.labels(0)) != 0 || act.UndoneAt.IsZero() || act.Total != want {
		b.Errorf("undone: %+v, %+v, %v, %d labels", u, act, err, len(b.labels(0)))
	}
	if n := b.count("comments WHERE status = 'spam'"); n != 0 {
		b.Errorf("%d are still spam", n)
	}
}

func jobUndoneMidway(b *bench) {
	j := b.giveJob(b.pending(25))
	j = b.doSome(j.ID, 10)
	b.undoJob(j, 10)
	if j = b.doSome(j.ID, 10); !j.Ended() || !j.Cancelled || j.Done != 10 {
		b.Errorf("it goes on: %+v", j)
	}
}

func jobPassesOver(b *bench) {
	j := b.giveJob(b.pending(3))
	j, err := b.Jobs().FailNext(b.Context(), j.ID, "a broken one")
	if err != nil || j.Failed != 1 || j.Error != "a broken one" {
		b.Errorf("%+v, %v", j, err)
	}
	if j = b.doSome(j.ID, 10); !j.Ended() || j.Done != 2 {
		b.Errorf("%+v", j)
	}
	other := b.giveJob(b.pending(3))
	other = b.doSome(other.ID, 1)
	for range 2 { // the second time there is nothing to stop, and nothing to say
		other, err = b.Jobs().EndJob(b.Context(), other.ID, func(j desk.Job) account.Entry {
			return account.Entry{At: b.clock.now(), Actor: "bob", Action: "cancel", Target: fmt.Sprint("act ", j.Act), Detail: fmt.Sprintf("after %d of %d", j.Done, j.Total)}
		})
		if err != nil || !other.Cancelled || other.Done != 1 {
			b.Errorf("%+v, %v", other, err)
		}
	}
	var said []string
	for _, e := range b.audit() {
		if e.Action == "cancel" {
			said = append(said, e.Target+" "+e.Detail)
		}
	}
	if want := []string{fmt.Sprintf("act %d after 1 of 3", other.Act)}; !slices.Equal(said, want) {
		b.Errorf("the audit log says %q, want %q", said, want)
	}
	_, err = b.Jobs().GiveJob(b.Context(), desk.Given{Items: []desk.Seen{{ID: 999, Revision: 0}}})
	if !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("a job of nothing: %v", err)
	}
}

// BenchmarkJob is what a job takes for a comment, and its undo.
func BenchmarkJob(b *testing.B) {
	w := newBench(b, engines[1])
	items := w.pending(1000)
	for b.Loop() {
		j := w.giveJob(items)
		for !j.Ended() {
			j = w.doSome(j.ID, 100)
		}
		w.undoJob(j, len(items))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(items)), "µs/comment")
}
