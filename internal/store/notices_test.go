package store_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/store"
)

// tells is a target that is told of held comments.
func tells(user int64, pace away.Pace, p away.Private) away.Target {
	return away.Target{User: user, Pace: pace, Held: true, Private: p}
}

// gathers writes down what is due; users see what is in their scope.
func (b *bench) gathers(of map[int64]comment.Scope) {
	b.Helper()
	b.fine(b.Notices().Gather(b.Context(), func(_ context.Context, t away.Target) (comment.Scope, error) {
		if in, ok := of[t.User]; ok {
			return in, nil
		}
		return comment.Scope{All: true}, nil
	}))
}

// nextNotice takes the next notice.
func (b *bench) nextNotice() (away.Notice, bool) {
	b.Helper()
	n, ok, err := b.Notices().Next(b.Context(), func(context.Context, away.Target) (comment.Scope, error) { return comment.Scope{All: true}, nil })
	if err != nil {
		b.Fatal(err)
	}
	return n, ok
}

// noticesTold: what is held is told once, to each within a scope, when the window of the target
// is over, and with what was kept sealed.
func noticesTold(b *bench) {
	ada := b.addUser(account.User{Name: "ada", Role: account.Author})
	b.add(a(comment.Pending), "") // before anybody wanted to know
	hook := away.Private{Hook: &away.Hook{Name: "chat", URL: "https://chat.example.org/in", Format: away.JSON, Secret: "s3cret"}}
	b.fine(b.Notices().Put(b.Context(), tells(0, away.Soon, hook), entry))
	b.fine(b.Notices().Put(b.Context(), tells(ada, away.Hourly, away.Private{Address: "ada@example.org"}), entry))
	scopes := map[int64]comment.Scope{ada: {Posts: []string{"hers"}}}
	first := b.add(a(comment.Pending), "")
	b.clock.pass(4 * time.Minute)
	b.gathers(scopes)
	if n, ok := b.nextNotice(); ok {
		b.Errorf("told before the window is over: %+v", n)
	}
	other := a(comment.Pending)
	other.Post, other.CreatedAt = "hers", b.clock.now()
	second := b.add(other, "")
	b.add(a(comment.Approved), "")
	b.clock.pass(2 * time.Minute)
	b.gathers(scopes)
	n, ok := b.nextNotice()
	if !ok || n.Held != 2 || !slices.Equal(n.Comments, []comment.ID{second, first}) {
		b.Fatalf("got %+v", n)
	}
	if h := n.Target.Private.Hook; h == nil || *h != *hook.Hook {
		b.Errorf("the webhook: %+v", h)
	}
	if again, ok := b.nextNotice(); ok {
		b.Errorf("taken twice: %+v", again)
	}
	b.fine(b.Notices().Done(b.Context(), n.ID))
	b.clock.pass(time.Hour)
	b.gathers(scopes)
	n, ok = b.nextNotice()
	if !ok || n.Target.User != ada || n.Target.Private.Address != "ada@example.org" || !slices.Equal(n.Comments, []comment.ID{second}) {
		b.Errorf("to the author: %+v", n)
	}
	b.fine(b.Notices().Done(b.Context(), n.ID))
	b.gathers(scopes)
	if n, ok := b.nextNotice(); ok {
		b.Errorf("told twice: %+v", n)
	}
	if n := b.count("notices"); n != 0 {
		b.Errorf("%d notices are kept", n)
	}
}

// noticesTried: what cannot be told is tried later and later, is given up, and may be sent once
// more or forgotten; a webhook that is removed takes its notices with it.
func noticesTried(b *bench) {
	hook := away.Private{Hook: &away.Hook{Name: "chat", URL: "https://chat.example.org/in", Format: away.JSON}}
	b.fine(b.Notices().Put(b.Context(), tells(0, away.Soon, hook), entry))
	b.add(a(comment.Pending), "")
	b.clock.pass(time.Hour)
	b.gathers(nil)
	var n away.Notice
	for tries := range 7 {
		var ok bool
		if n, ok = b.nextNotice(); !ok {
			b.Fatalf("after %d tries it is not tried again", tries)
		}
		b.fine(b.Notices().Failed(b.Context(), n.ID, away.Failure{Text: "no answer"}))
		if _, ok := b.nextNotice(); ok {
			b.Fatalf("after %d tries it is tried again at once", tries+1)
		}
		b.clock.pass(25 * time.Hour)
	}
	if _, ok := b.nextNotice(); ok {
		b.Error("it is not given up")
	}
	dead, all, err := b.Notices().DeadNotices(b.Context(), 5)
	if err != nil || all != 1 || dead[0].ID != n.ID || dead[0].Hook != "chat" || dead[0].Attempts != 7 || dead[0].Error != "no answer" {
		b.Errorf("given up: %+v, %d, %v", dead, all, err)
	}
	b.fine(b.Notices().RetryNotice(b.Context(), n.ID, entry))
	if err := b.Notices().RetryNotice(b.Context(), n.ID, entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("once more again: %v", err)
	}
	if again, ok := b.nextNotice(); !ok || again.ID != n.ID {
		b.Errorf("once more: %+v", again)
	}
	b.fine(b.Notices().Failed(b.Context(), n.ID, away.Failure{Text: "no such place", Permanent: true}))
	hooks, err := b.Notices().Hooks(b.Context())
	if err != nil || len(hooks) != 1 {
		b.Fatalf("%+v, %v", hooks, err)
	}
	b.fine(b.Notices().Remove(b.Context(), hooks[0].ID, entry))
	if err := b.Notices().Remove(b.Context(), hooks[0].ID, entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("removed twice: %v", err)
	}
	if n := b.count("notices"); n != 0 {
		b.Errorf("%d notices are left of a webhook that is gone", n)
	}
}

// reportsRecounted: what readers report is told once, and not when somebody has seen to it before
// the notice is sent.
func reportsRecounted(b *bench) {
	t := tells(0, away.Soon, away.Private{Hook: &away.Hook{Name: "chat", URL: "https://chat.example.org/in", Format: away.JSON}})
	t.Held, t.Reports = false, true
	b.fine(b.Notices().Put(b.Context(), t, entry))
	report := func() comment.ID {
		id := b.add(a(comment.Approved), "")
		b.fine(b.Reports().AddReport(b.Context(), id, desk.Report{At: b.clock.now(), Why: desk.ReportedSpam}, "eve", 3))
		return id
	}
	told := func(when string, want int) int64 {
		b.Helper()
		n, ok := b.nextNotice()
		if !ok || n.Reports != want {
			b.Fatalf("%s: %d reports are told (%v), want %d", when, n.Reports, ok, want)
		}
		return n.ID
	}
	report()
	b.clock.pass(6 * time.Minute)
	b.gathers(nil)
	b.fine(b.Notices().Done(b.Context(), told("a report", 1)))

	dismissed, decided := report(), report()
	b.clock.pass(6 * time.Minute)
	b.gathers(nil)
	b.clock.pass(time.Second)
	report()
	b.fine(b.Notices().Failed(b.Context(), told("two more, and a later one", 2), away.Failure{Text: "no answer"}))
	_, err := b.Reports().DismissReports(b.Context(), dismissed, 1<<40, b.clock.now(), entry)
	b.fine(err)
	b.clock.pass(time.Hour)
	b.fine(b.Notices().Failed(b.Context(), told("one was dismissed", 1), away.Failure{Text: "no answer"}))
	b.update(decided, comment.Change{Status: comment.Spam, Entry: entry})
	b.clock.pass(3 * time.Hour)
	told("one was decided on", 0)
}

// TestReportsAreLookedForInTurn asks each minute, for each target, what was reported since the last
// time, and reads these reports, not all that is published to see whether it was reported.
func TestReportsAreLookedForInTurn(t *testing.T) {
	t.Parallel()
	b := newBench(t, engines[0])
	target := tells(0, away.Soon, away.Private{Hook: &away.Hook{Name: "chat", URL: "https://chat.example.org/in", Format: away.JSON}})
	target.Reports = true
	b.fine(b.Notices().Put(b.Context(), target, entry))
	asked, err := store.Asked(b.DB, func() error {
		return b.Notices().Gather(b.Context(), func(context.Context, away.Target) (comment.Scope, error) { return comment.Scope{All: true}, nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	about := 0
	for _, query := range asked {
		if !strings.Contains(query, "reports.id") {
			continue
		}
		about++
		if steps := b.steps(query); steps[0] != "SEARCH reports USING INTEGER PRIMARY KEY (rowid>?)" {
			t.Errorf("%q\n%s", steps, query)
		}
	}
	if about != 1 {
		t.Errorf("reports were asked for %d times", about)
	}
}

// linksOnce: a link of a notice is used once, until it has expired.
func linksOnce(b *bench) {
	use := func() bool {
		fresh, err := b.Notices().UseLink(b.Context(), bytes.Repeat([]byte{7}, 32), b.clock.now().Add(time.Hour))
		if err != nil {
			b.Fatal(err)
		}
		return fresh
	}
	if first, second := use(), use(); !first || second {
		b.Errorf("used: %v, %v", first, second)
	}
	b.fine(b.Notices().UnuseLink(b.Context(), bytes.Repeat([]byte{7}, 32)))
	if !use() {
		b.Error("what did nothing cannot be used again")
	}
}
