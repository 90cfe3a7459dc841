package store_test

import (
	"net/netip"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/opinion"
	"hamlet/internal/spam"
)

// sentAs is a comment as another filter is told of it, as long as it can be.
var sentAs = comment.AsSent{
	Server: "filter.example.org",
	Post:   "hello", Author: "Ada", Email: "ada@example.org", URL: "https://ada.example.org/", Body: strings.Repeat("\u2028\"\\\n", comment.MaxBody/4),
	Addr: netip.MustParseAddr("192.0.2.7"), Agent: "Browser/1", Referrer: "https://example.org/", At: start,
}

func (b *bench) question(email string) comment.ID {
	b.Helper()
	c := a(comment.Pending)
	c.Body = sentAs.Body
	return b.give(c, comment.Given{Email: email, Asked: &sentAs}).ID
}

func (b *bench) questions() []opinion.Question {
	b.Helper()
	due, err := b.Opinions(sentAs.Server).Due(b.Context(), time.Minute, 10)
	if err != nil {
		b.Fatal(err)
	}
	return due
}

// toldGoes lets the time pass, and erases.
func toldGoes(b *bench) {
	mine, nobodys := b.question("ada@example.org"), b.question("")
	if n := b.keys(); n != 3 {
		b.Errorf("%d keys, want one for ada and one for each of the copies", n)
	}
	b.clock.pass(15*day - 1)
	b.expire()
	if p, err := b.Comments().Personal(b.Context(), nobodys); err != nil || p.Sent == nil || p.Sent.Addr != sentAs.Addr {
		b.Errorf("its author is not told of it: %+v, %v", p.Sent, err)
	}
	b.clock.pass(1)
	b.expire()
	if due := b.questions(); len(due) != 0 {
		b.Errorf("to be asked after 15 days: %v", due)
	}
	if n := b.count("opinions WHERE sealed IS NOT NULL OR uid IS NOT NULL OR guid <> ''"); n != 0 || b.keys() != 1 {
		b.Errorf("%d copies and %d keys are kept", n, b.keys())
	}
	third := b.question("")
	if _, err := b.Comments().Erase(b.Context(), third, b.get(third).Link, account.Entry{At: start, Actor: "ada", Action: "erase"}); err != nil {
		b.Fatal(err)
	}
	if n := b.count("opinions"); n != 2 || b.keys() != 1 {
		b.Errorf("after an erasure %d rows and %d keys are kept", n, b.keys())
	}
	fourth := b.question("ada@example.org")
	if _, err := b.Comments().EraseAll(b.Context(), b.get(fourth).Person, func(comment.ID) account.Entry {
		return account.Entry{At: start, Actor: "ada", Action: "erase"}
	}); err != nil {
		b.Fatal(err)
	}
	if n := b.count("opinions"); n != 1 || b.keys() != 0 {
		b.Errorf("after all was erased %d rows and %d keys are kept; the first was comment %d", n, b.keys(), mine)
	}
}

// askedAndTold goes through the life of a question.
func askedAndTold(b *bench) {
	ctx, s := b.Context(), b.Opinions(sentAs.Server)
	id := b.question("")
	due := b.questions()
	if len(due) != 1 || due[0].Comment != id || due[0].Attempts != 1 || due[0].Rechecks {
		b.Fatalf("got %+v", due)
	}
	if diff := cmp.Diff(sentAs, due[0].Sent, cmpopts.EquateComparable(netip.Addr{}), cmpopts.IgnoreFields(sentAs, "Server")); diff != "" {
		b.Errorf("what was sent, -want +got\n%s", diff)
	}
	if again := b.questions(); len(again) != 0 {
		b.Error("somebody else gets it before the lease is over")
	}
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	must(s.Unasked(ctx, due))
	if due = b.questions(); len(due) != 1 || due[0].Retried || due[0].Rechecks {
		b.Errorf("given back: got %+v, want it as if it had not been taken", due)
	}
	must(s.Unanswered(ctx, due[0], "no answer", b.clock.now().Add(time.Hour)))
	if again := b.questions(); len(again) != 0 {
		b.Error("it is asked again at once")
	}
	must(s.AskAll(ctx))
	due = b.questions()
	if len(due) != 1 || !due[0].Retried {
		b.Fatalf("asked at once: got %+v", due)
	}
	must(s.Answered(ctx, due[0], opinion.Answer{Said: spam.SaidHam}, b.clock.now()))
	if due = b.questions(); len(due) != 1 || !due[0].Rechecks || due[0].Retried {
		b.Fatalf("after an answer that is not final: got %+v", due)
	}
	due[0].Local = -2.5
	must(s.Answered(ctx, due[0], opinion.Answer{Said: spam.SaidHam, GUID: "g1"}, time.Time{}))
	b.label(id, true)
	if got, err := s.Decided(ctx, 10); err != nil || len(got) != 1 || got[0] != (opinion.Decided{Said: spam.SaidHam, Local: -2.5, Spam: true}) {
		b.Errorf("decided: %+v, %v", got, err)
	}
	reports, err := s.Reports(ctx, b.clock.now(), time.Minute, 10)
	must(err)
	if len(reports) != 1 || !reports[0].Spam || reports[0].GUID != "g1" || reports[0].Sent.Body != sentAs.Body {
		b.Fatalf("to be reported: %+v", reports)
	}
	if again, err := s.Reports(ctx, b.clock.now(), time.Minute, 10); err != nil || len(again) != 0 {
		b.Errorf("somebody else reports it too: %v, %v", again, err)
	}
	must(s.Reported(ctx, reports[0]))
	b.clock.pass(day)
	if again, err := s.Reports(ctx, b.clock.now(), time.Minute, 10); err != nil || len(again) != 0 {
		b.Errorf("reported twice: %v, %v", again, err)
	}
	f, err := s.Figures(ctx)
	if err != nil || f.Asked != 1 || f.Waiting != 0 || f.Told != 1 || f.Spam[spam.SaidHam] != 1 || len(f.Ham) != 0 {
		b.Errorf("figures: %+v, %v", f, err)
	}
	heard, err := s.Heard(ctx, []comment.ID{id, id + 1})
	if err != nil || len(heard) != 1 || heard[id].Said != spam.SaidHam || heard[id].Told != spam.Spam {
		b.Errorf("heard: %+v, %v", heard, err)
	}
}

// editedWhileAsked changes a text while the question about the one before is out: whatever becomes
// of that, the new text is asked about.
func editedWhileAsked(b *bench) {
	ctx, s := b.Context(), b.Opinions(sentAs.Server)
	id := b.question("")
	for name, end := range map[string]func(opinion.Question) error{
		"answered": func(q opinion.Question) error {
			return s.Answered(ctx, q, opinion.Answer{Said: spam.SaidHam}, time.Time{})
		},
		"not answered": func(q opinion.Question) error { return s.Unanswered(ctx, q, "late", b.clock.now().Add(time.Hour)) },
		"given back":   func(q opinion.Question) error { return s.Unasked(ctx, []opinion.Question{q}) },
	} {
		text := "Another text, " + name
		b.askedAnew(id, "A text before")
		old := b.questions()
		if len(old) != 1 {
			b.Fatalf("%s: to be asked before: %+v", name, old)
		}
		b.askedAnew(id, text)
		if err := end(old[0]); err != nil {
			b.Fatal(err)
		}
		due := b.questions() // which is out when the one before ends once more
		if len(due) != 1 || due[0].Sent.Body != text || due[0].Retried || due[0].Rechecks {
			b.Fatalf("%s: to be asked: %+v", name, due)
		}
		if err := end(old[0]); err != nil {
			b.Fatal(err)
		}
		b.clock.pass(time.Hour)
		if due = b.questions(); len(due) != 1 || due[0].Retried {
			b.Errorf("%s while the next is out: to be asked: %+v", name, due)
		}
	}
}

// askedAnew gives a comment another text, as its author, so that it is asked about.
func (b *bench) askedAnew(id comment.ID, text string) {
	b.Helper()
	b.clock.pass(time.Second)
	_, err := b.Comments().Revise(b.Context(), id, func(m comment.Mine) (comment.Revision, error) {
		r, err := edited(text, comment.EditApplied)(m)
		r.Judged = true
		return r, err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) label(id comment.ID, isSpam bool) {
	b.Helper()
	lesson := spam.NewLesson(spam.Message{Body: "A fine post."}, isSpam, "mo")
	b.update(id, comment.Change{
		Status: comment.Spam, Relabel: true, Lesson: &lesson, Entry: account.Entry{At: start, Actor: "mo", Action: "spam", Target: "comment 1"},
	})
}

// sentAsKept edits a comment that was sent: its author is told of the text that is kept as sent,
// and the other filter is asked about the new one.
func sentAsKept(b *bench) {
	id := b.question("")
	_, err := b.Comments().Revise(b.Context(), id, func(m comment.Mine) (comment.Revision, error) {
		m.Comment.Body, m.Comment.EditedAt = "Another text.", b.clock.now()
		return comment.Revision{Comment: m.Comment}, nil
	})
	must(b, err)
	p, err := b.Comments().Personal(b.Context(), id)
	if err != nil || p.Sent == nil || p.Sent.Body != sentAs.Body {
		b.Errorf("its author is told that another text was sent: %+v, %v", p.Sent, err)
	}
	if due := b.questions(); len(due) != 1 || !due[0].Edited || due[0].Sent.Body != "Another text." {
		b.Errorf("to be asked: %+v, want the new text", due)
	}
}

// otherServer sees that a server is told nothing that was kept for another, nor learned about
// it.
func otherServer(b *bench) {
	ctx, elsewhere := b.Context(), b.Opinions("other.example.org")
	first, second := b.question(""), b.question("")
	due := b.questions()
	for _, q := range due {
		if err := b.Opinions(sentAs.Server).Answered(ctx, q, opinion.Answer{Said: spam.SaidHam}, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
	b.label(first, true)
	if got, err := elsewhere.Decided(ctx, 10); err != nil || len(got) != 0 {
		b.Errorf("it is judged by what another said: %v, %v", got, err)
	}
	if got, err := elsewhere.Reports(ctx, b.clock.now(), time.Minute, 10); err != nil || len(got) != 0 {
		b.Errorf("it is told what another should be: %v, %v", got, err)
	}
	if f, err := elsewhere.Figures(ctx); err != nil || f.Asked != 0 || len(f.Spam) != 0 {
		b.Errorf("figures: %+v, %v", f, err)
	}
	if heard, err := elsewhere.Heard(ctx, []comment.ID{first, second}); err != nil || len(heard) != 0 {
		b.Errorf("heard: %v, %v", heard, err)
	}
	b.question("")
	if got, err := elsewhere.Due(ctx, time.Minute, 10); err != nil || len(got) != 0 {
		b.Errorf("it is asked what another was to be: %v, %v", got, err)
	}
	if due = b.questions(); len(due) != 0 {
		b.Errorf("what was passed over is kept: %v", due)
	}
}
