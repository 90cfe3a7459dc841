package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// mails switches mails on.
func (b *bench) mails() {
	b.Helper()
	if err := b.Outbox().Switch(b.Context(), true); err != nil {
		b.Fatal(err)
	}
}

// write adds a comment of an address that wants all mails.
func (b *bench) write(address string, status comment.Status, parent comment.ID) comment.ID {
	b.Helper()
	c := a(status)
	c.Parent, c.Tell, c.CreatedAt = parent, true, b.clock.now()
	return b.give(c, comment.Given{Email: address, Replies: true}).ID
}

// next takes the next mail that is due.
func (b *bench) next() (comment.Letter, bool) {
	b.Helper()
	l, ok, err := b.Outbox().Next(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return l, ok
}

// post sends all that is due, and says what it was, as in "ada:link 1".
func (b *bench) post() []string {
	b.Helper()
	var out []string
	for {
		l, ok := b.next()
		if !ok {
			return out
		}
		who, _, _ := strings.Cut(l.To, "@")
		said := fmt.Sprintf("%s:%s %d", who, l.Kind, l.Own.ID)
		if l.Kind == comment.MailReply {
			said += fmt.Sprintf(" x%d", len(l.Replies))
		}
		out = append(out, said)
		if err := b.Outbox().Sent(b.Context(), l); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *bench) wantPost(when string, want ...string) {
	b.Helper()
	if got := b.post(); !slices.Equal(got, want) {
		b.Errorf("%s: got %q, want %q", when, got, want)
	}
}

// confirm answers the mail about a comment.
func (b *bench) confirm(id comment.ID) {
	b.Helper()
	_, _, err := b.Comments().ConfirmAuthor(b.Context(), id, 0, comment.Confirmation{
		Proof: func(comment.PersonID) comment.Proof { return comment.Proof{byte(id)} },
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) become(id comment.ID, s comment.Status, reason string) {
	b.Helper()
	b.update(id, comment.Change{Status: s, Prior: b.get(id).Status, Entry: entry, Reason: reason})
}

// mailsOff: without a mail server nothing is kept to be sent.
func mailsOff(b *bench) {
	b.write("ada@example.org", comment.Approved, 0)
	if n := b.count("outbox"); n != 0 {
		b.Errorf("%d mails are kept, want none", n)
	}
	b.mails()
	b.write("ada@example.org", comment.Pending, 0)
	if err := b.Outbox().Switch(b.Context(), false); err != nil {
		b.Fatal(err)
	}
	if n := b.count("outbox"); n != 0 {
		b.Errorf("%d mails wait, want none", n)
	}
}

// mailsFollow goes from a comment to mails about replies to it.
func mailsFollow(b *bench) {
	b.mails()
	first := b.write("ada@example.org", comment.Pending, 0)
	b.wantPost("after sending", "ada:link 1")
	b.become(first, comment.Approved, "")
	b.wantPost("right after approval", "ada:confirm 1")
	b.clock.pass(comment.OutcomeAfter)
	b.wantPost("after approval", "ada:outcome 1")
	b.add(comment.Comment{Post: "hello", Author: "Bo", Body: "Yes.", Parent: first, Status: comment.Approved, CreatedAt: start}, "")
	b.wantPost("a reply before she confirmed")
	b.confirm(first)
	if got := b.get(first).Proof; got != (comment.Proof{byte(first)}) {
		b.Errorf("the proof is %v", got)
	}
	second := b.write("bo@example.org", comment.Pending, first)
	b.wantPost("a reply that is held", "bo:link 3")
	b.become(second, comment.Approved, "")
	b.clock.pass(comment.OutcomeAfter)
	b.wantPost("it is approved", "ada:reply 1 x1", "bo:outcome 3", "bo:confirm 3")
	b.confirm(second)
	third := b.write("cy@example.org", comment.Approved, second)
	b.wantPost("a reply to the reply", "ada:reply 1 x1", "bo:reply 3 x1", "cy:link 4", "cy:confirm 4")
	b.become(third, comment.Trash, "")
	b.become(third, comment.Approved, "")
	b.clock.pass(comment.OutcomeAfter)
	b.wantPost("the same reply again", "cy:outcome 4")
	b.write("ada@example.org", comment.Approved, third)
	b.wantPost("her own reply", "ada:link 5", "bo:reply 3 x1")
	if err := b.Comments().StopReplies(b.Context(), first, b.get(first).Person); err != nil {
		b.Fatal(err)
	}
	b.add(comment.Comment{Post: "hello", Author: "Di", Body: "Yes.", Parent: first, Status: comment.Approved, CreatedAt: start}, "")
	b.wantPost("after the stop")
}

// mailsUnsaid: what is not true any more when it would be sent is not sent.
func mailsUnsaid(b *bench) {
	b.mails()
	first := b.write("ada@example.org", comment.Approved, 0)
	b.post()
	b.confirm(first)
	reply := b.add(comment.Comment{Post: "hello", Author: "Bo", Body: "Spam.", Parent: first, Status: comment.Approved, CreatedAt: start}, "")
	b.become(reply, comment.Spam, "")
	b.wantPost("a reply that was spam")
	b.become(first, comment.Trash, "Off topic.")
	b.become(first, comment.Approved, "")
	b.become(first, comment.Trash, "Off topic after all.")
	if l, ok := b.next(); ok {
		b.Errorf("got %+v right after a decision", l)
	}
	b.clock.pass(comment.OutcomeAfter)
	if l, ok := b.next(); !ok || l.Note != "Off topic after all." || l.Own.Status != comment.Trash {
		b.Errorf("got %+v, want the last decision", l)
	}
	b.clock.pass(time.Hour)
	if err := b.Comments().StopMails(b.Context(), b.get(first).Person, true); err != nil {
		b.Fatal(err)
	}
	b.wantPost("after she stopped all mails")
	if n := b.count("outbox WHERE sent_at IS NULL"); n != 0 {
		b.Errorf("%d mails wait for nobody", n)
	}
	b.write("bo@example.org", comment.Pending, 0)
	if err := b.erase(2); err != nil {
		b.Fatal(err)
	}
	b.wantPost("after he was erased")
}

// outcomeOnce looks for mails whenever one may become due, while the clock goes on within a
// decision too: of two decisions the author gets the last only.
func outcomeOnce(b *bench) {
	b.mails()
	id := b.write("ada@example.org", comment.Pending, 0)
	b.post()
	b.clock.each(time.Millisecond)
	b.become(id, comment.Approved, "Fine.")
	b.become(id, comment.Trash, "Off topic after all.")
	b.clock.each(0)
	b.clock.pass(comment.OutcomeAfter - 100*time.Millisecond)
	var told []string
	for range 200 {
		for l, ok := b.next(); ok; l, ok = b.next() {
			told = append(told, l.Note)
			must(b, b.Outbox().Sent(b.Context(), l))
		}
		b.clock.pass(time.Millisecond)
	}
	if !slices.Equal(told, []string{"Off topic after all."}) {
		b.Errorf("told of %q, want the last decision only", told)
	}
}

// mailsCapped: ten a day for an address, eight about replies, which are told together
// later, and one to confirm.
func mailsCapped(b *bench) {
	b.mails()
	first := b.write("ada@example.org", comment.Approved, 0)
	second := b.write("ada@example.org", comment.Approved, 0)
	b.wantPost("two comments", "ada:link 1", "ada:link 2", "ada:confirm 2")
	b.become(second, comment.Trash, "")
	b.become(second, comment.Approved, "")
	b.clock.pass(comment.OutcomeAfter)
	b.wantPost("confirm once a day", "ada:outcome 2")
	b.confirm(first)
	reply := func() {
		b.clock.pass(time.Minute)
		b.add(comment.Comment{Post: "hello", Author: "Bo", Body: "Yes.", Parent: first, Status: comment.Approved, CreatedAt: start}, "")
	}
	sent := 0
	for range 9 {
		reply()
		sent += len(b.post())
	}
	if sent != mostReplies-4 {
		b.Errorf("%d mails about replies, want %d", sent, mostReplies-4)
	}
	b.clock.pass(25 * time.Hour)
	b.wantPost("a day later", "ada:reply 1 x5")
}

// mostReplies is how many mails an address gets in a day before those about replies wait.
const mostReplies = 8

// newAddressesCapped: the form is no relay. Sixty an hour get a link, and no more is
// written down.
func newAddressesCapped(b *bench) {
	b.mails()
	for i := range 70 {
		b.write(fmt.Sprintf("a%d@example.org", i), comment.Pending, 0)
	}
	if got := len(b.post()); got != 60 {
		b.Errorf("%d mails to new addresses in an hour, want 60", got)
	}
	b.become(1, comment.Approved, "")
	b.clock.pass(comment.OutcomeAfter)
	b.wantPost("approved in that hour", "a0:outcome 1")
	b.clock.pass(61 * time.Minute)
	b.wantPost("an hour later", "a0:confirm 1")
}

// mailsRetried: what fails is tried later and later, then given up.
func mailsRetried(b *bench) {
	b.mails()
	b.write("ada@example.org", comment.Pending, 0)
	waited := time.Duration(0)
	for _, pause := range []time.Duration{0, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour} {
		if pause > 0 {
			b.clock.pass(pause - time.Second)
			if l, ok := b.next(); ok {
				b.Fatalf("tried before %v have passed: %+v", pause, l)
			}
			b.clock.pass(time.Second)
		}
		waited += pause
		l, ok := b.next()
		if !ok {
			b.Fatalf("not tried after %v", waited)
		}
		if err := b.Outbox().Failed(b.Context(), l, comment.MailFailure{Text: "busy"}); err != nil {
			b.Fatal(err)
		}
	}
	b.clock.pass(48 * time.Hour)
	b.wantPost("given up")
	dead, err := b.Comments().DeadMails(b.Context(), 10)
	want := comment.DeadMail{ID: 1, Kind: comment.MailLink, Comment: 1, Made: start, Failed: start.Add(waited), Attempts: 7, Error: "busy"}
	if err != nil || len(dead) != 1 || dead[0] != want {
		b.Errorf("got %+v, %v; want %+v", dead, err, want)
	}
	if err := b.Comments().RetryMail(b.Context(), 1, account.Entry{Action: "retry mail"}); err != nil {
		b.Fatal(err)
	}
	b.wantPost("retried", "ada:link 1")
	if err := b.Outbox().Tidy(b.Context()); err != nil || b.count("outbox") != 1 {
		b.Errorf("%v, %d mails; want the one that was sent kept", err, b.count("outbox"))
	}
	b.clock.pass(8 * 24 * time.Hour)
	if err := b.Outbox().Tidy(b.Context()); err != nil || b.count("outbox") != 0 {
		b.Errorf("%v, %d mails; want none", err, b.count("outbox"))
	}
}

// refusingAddresses get nothing after two mails that they refused for good.
func refusingAddresses(b *bench) {
	b.mails()
	refuse := func() {
		l, ok := b.next()
		if !ok {
			b.Fatal("no mail")
		}
		if err := b.Outbox().Failed(b.Context(), l, comment.MailFailure{Text: "no", Permanent: true, Refused: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.write("ada@example.org", comment.Pending, 0)
	refuse()
	b.clock.pass(time.Minute)
	b.write("ada@example.org", comment.Pending, 0)
	b.wantPost("one refused", "ada:link 2")
	b.clock.pass(time.Minute)
	for range 2 {
		b.write("ada@example.org", comment.Pending, 0)
		refuse()
		b.clock.pass(time.Minute)
	}
	b.write("ada@example.org", comment.Pending, 0)
	b.wantPost("two refused, one after the other")
}

// claimedOnce: of many who send mails, each mail is one's; what one leaves behind is
// another's after a while.
func claimedOnce(b *bench) {
	b.mails()
	for i := range 20 {
		b.write(fmt.Sprintf("a%d@example.org", i), comment.Pending, 0)
	}
	var mu sync.Mutex
	var got []comment.MailID
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				l, ok, err := b.Outbox().Next(b.Context())
				if err != nil || !ok {
					if err != nil {
						b.Error(err)
					}
					return
				}
				mu.Lock()
				got = append(got, l.IDs...)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for { // on PostgreSQL one may pass over whom another is just looking at
		l, ok := b.next()
		if !ok {
			break
		}
		got = append(got, l.IDs...)
	}
	slices.Sort(got)
	if len(got) != 20 || len(slices.Compact(got)) != 20 {
		b.Errorf("got %d mails, want 20, each once", len(got))
	}
	b.clock.pass(6 * time.Minute)
	if got := len(b.post()); got != 20 {
		b.Errorf("after they were left behind: got %d mails, want 20", got)
	}
}

// nothingUnwanted: whatever happens in whatever order, no mail goes to who was erased,
// wants none, or, about replies, has not confirmed the address.
func nothingUnwanted(b *bench) {
	b.mails()
	r := rand.New(rand.NewPCG(1, 2)) // the same each time
	people := []string{"ada", "bo", "cy"}
	confirmed, muted := map[string]bool{}, map[string]bool{}
	of := map[comment.ID]string{}
	var ids []comment.ID
	for step := range 250 {
		b.clock.pass(time.Hour)
		if who := people[r.IntN(3)]; len(ids) == 0 || r.IntN(3) == 0 {
			var parent comment.ID
			if len(ids) > 0 {
				parent = ids[r.IntN(len(ids))]
			}
			id := b.write(who+"@example.org", []comment.Status{comment.Pending, comment.Approved, comment.Spam}[r.IntN(3)], parent)
			ids, of[id] = append(ids, id), who
		} else {
			id := ids[r.IntN(len(ids))]
			c, who := b.get(id), of[id]
			switch do := r.IntN(6); {
			case do < 3:
				b.become(id, []comment.Status{comment.Trash, comment.Approved, comment.Spam}[do], "")
			case do == 3:
				b.confirm(id)
				confirmed[who], muted[who] = true, false
			case do == 4 && r.IntN(3) == 0:
				muted[who] = true
				if err := b.Comments().StopMails(b.Context(), c.Person, true); err != nil {
					b.Fatal(err)
				}
			case do == 5 && r.IntN(4) == 0:
				delete(confirmed, who)
				delete(muted, who)
				if err := b.erase(c.Person); err != nil {
					b.Fatal(err)
				}
				ids = slices.DeleteFunc(ids, func(id comment.ID) bool { return of[id] == who })
			}
		}
		for _, said := range b.post() {
			who, what, _ := strings.Cut(said, ":")
			if muted[who] || (strings.HasPrefix(what, "reply") && !confirmed[who]) || (strings.HasPrefix(what, "confirm") && confirmed[who]) {
				b.Fatalf("step %d: %q, though muted %t, confirmed %t", step, said, muted[who], confirmed[who])
			}
		}
	}
	if n := b.count("outbox WHERE kind = 'reply' AND sent_at IS NOT NULL"); n == 0 {
		b.Error("no mail about a reply was sent at all, so this test sees nothing")
	}
}
