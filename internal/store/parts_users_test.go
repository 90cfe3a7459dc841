package store_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/store"
)

// lastAct is the newest act.
func (b *bench) lastAct() comment.Act {
	b.Helper()
	acts, err := b.Comments().Acts(b.Context(), "", 0, 1)
	if err != nil || len(acts) != 1 {
		b.Fatalf("the newest act: %v, %v", acts, err)
	}
	return acts[0]
}

// taken undoes the newest act.
func (b *bench) taken() {
	b.Helper()
	if _, err := b.undo(b.lastAct().ID); err != nil {
		b.Errorf("undo: %v", err)
	}
}

// kept leaves nothing to undo, and says why.
func (b *bench) kept(want error) {
	b.Helper()
	if _, err := b.undo(b.lastAct().ID); !errors.Is(err, want) {
		b.Errorf("undo: got %v, want %v", err, want)
	}
}

func did(action string) account.Entry {
	return account.Entry{At: start, Actor: "ada", Action: action, Target: "something", Detail: "else"}
}

// viewsBack: saved views are as they were.
func viewsBack(b *bench) {
	b.addUser(user("ada"))
	ctx, v := b.Context(), b.Views()
	of := func() []desk.KeptView {
		b.Helper()
		all, err := v.Views(ctx, "ada")
		b.fine(err)
		return all
	}
	b.fine(v.KeepView(ctx, "ada", desk.KeptView{Name: "mine", Query: "status=spam"}, 9, did("save view")))
	b.taken()
	if all := of(); len(all) != 0 {
		b.Errorf("a new one: %v", all)
	}
	b.fine(v.KeepView(ctx, "ada", desk.KeptView{Name: "mine", Query: "status=spam"}, 9, did("save view")))
	was := of()
	for _, do := range []func() error{
		func() error {
			return v.KeepView(ctx, "ada", desk.KeptView{Name: "mine", Query: "status=trash"}, 9, did("save view"))
		},
		func() error { return v.RenameView(ctx, "ada", was[0].ID, "yours", did("rename view")) },
		func() error { return v.RemoveView(ctx, "ada", was[0].ID, did("remove view")) },
	} {
		b.fine(do())
		b.taken()
		if diff := cmp.Diff(was, of()); diff != "" {
			b.Errorf("-was +is\n%s", diff)
		}
	}
	b.fine(v.RemoveView(ctx, "ada", was[0].ID, did("remove view")))
	gone := b.lastAct()
	b.fine(v.KeepView(ctx, "ada", desk.KeptView{Name: "mine", Query: "status=trash"}, 9, did("save view")))
	if _, err := b.undo(gone.ID); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("another has its name: got %v", err)
	}
}

// hooksBack: where notices go is as it was, with what is sealed, also after the keys of what
// nothing is sealed with were destroyed.
func hooksBack(b *bench) {
	ctx, n := b.Context(), b.Notices()
	hook := away.Private{Hook: &away.Hook{Name: "chat", URL: "https://chat.example.org/in", Format: away.JSON, Secret: "s3cret"}}
	of := func() []away.Target {
		b.Helper()
		all, err := n.Hooks(ctx)
		b.fine(err)
		return all
	}
	b.fine(n.Put(ctx, tells(0, away.Soon, hook), did("webhook")))
	b.taken()
	if all := of(); len(all) != 0 {
		b.Errorf("a new one: %v", all)
	}
	b.fine(n.Put(ctx, tells(0, away.Soon, hook), did("webhook")))
	was := of()
	change := was[0]
	change.Pace, change.Private = away.Daily, away.Private{Hook: &away.Hook{Name: "chat", URL: "https://evil.example.net/", Format: away.JSON}}
	for _, do := range []func() error{
		func() error { return n.Put(ctx, change, did("webhook")) },
		func() error { return n.Remove(ctx, was[0].ID, did("remove webhook")) },
	} {
		b.fine(do())
		b.clock.pass(2 * time.Hour)
		b.expire()
		b.add(a(comment.Pending), "")
		b.gathers(nil)
		b.taken()
		if diff := cmp.Diff(was, of()); diff != "" {
			b.Errorf("-was +is\n%s", diff)
		}
	}
	b.clock.pass(25 * time.Hour)
	b.fine(b.Comments().ForgetActs(ctx))
	b.expire()
	if got := b.keys(); got != 1 {
		b.Errorf("%d keys are left, want that of the webhook", got)
	}
}

// mailsBack: what was given up and discarded is there again, and what was tried again is given up
// again, unless it was sent.
func mailsBack(b *bench) {
	b.mails()
	b.write("ada@example.org", comment.Pending, 0)
	fail := func() {
		b.Helper()
		l, ok := b.next()
		if !ok {
			b.Fatal("no mail")
		}
		b.fine(b.Outbox().Failed(b.Context(), l, comment.MailFailure{Text: "no", Permanent: true}))
	}
	dead := func() []comment.DeadMail {
		b.Helper()
		all, err := b.Comments().DeadMails(b.Context(), 9)
		b.fine(err)
		if _, n, err := b.Comments().CountMails(b.Context()); err != nil || n != len(all) {
			b.Errorf("%d are counted, %v, and %d listed", n, err, len(all))
		}
		return all
	}
	fail()
	was := dead()
	b.fine(b.Comments().DiscardMail(b.Context(), 1, did("discard mail")))
	if left := dead(); len(left) != 0 {
		b.Errorf("discarded: %v", left)
	}
	if err := b.Comments().RetryMail(b.Context(), 1, did("retry mail")); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("a discarded one is tried again: %v", err)
	}
	b.fine(b.Outbox().Tidy(b.Context()))
	b.taken()
	if diff := cmp.Diff(was, dead()); diff != "" {
		b.Errorf("discarded: -was +is\n%s", diff)
	}
	b.fine(b.Comments().RetryMail(b.Context(), 1, did("retry mail")))
	b.taken()
	if diff := cmp.Diff(was, dead()); diff != "" {
		b.Errorf("tried again: -was +is\n%s", diff)
	}
	b.wantPost("taken back")
	b.fine(b.Comments().RetryMail(b.Context(), 1, did("retry mail")))
	l, _ := b.next() // it may be on its way
	b.kept(comment.ErrChanged)
	b.fine(b.Outbox().Failed(b.Context(), l, comment.MailFailure{Text: "not now"}))
	b.taken() // it was tried in vain, and waits
	if left := dead(); len(left) != 1 || left[0].Attempts != was[0].Attempts || !left[0].Failed.Equal(was[0].Failed) {
		b.Errorf("tried in vain: %+v, want %+v", left, was)
	}
	b.fine(b.Comments().RetryMail(b.Context(), 1, did("retry mail")))
	b.wantPost("tried again", "ada:link 1")
	b.kept(comment.ErrChanged)
	b.fine(b.Outbox().Tidy(b.Context()))
}

// discardedGo: what was discarded is gone when that cannot be undone any more, and with who is erased.
func discardedGo(b *bench) {
	b.mails()
	b.write("ada@example.org", comment.Pending, 0)
	l, _ := b.next()
	b.fine(b.Outbox().Failed(b.Context(), l, comment.MailFailure{Text: "no", Permanent: true}))
	b.fine(b.Comments().DiscardMail(b.Context(), 1, did("discard mail")))
	b.clock.pass(comment.UndoFor + time.Minute)
	b.fine(b.Outbox().Tidy(b.Context()))
	if n := b.count("outbox"); n != 0 {
		b.Errorf("%d mails are kept", n)
	}
}

// usersBack: accounts and invitations are as they were, with all that hangs on them but the
// sessions; and no blog is left without an owner.
func usersBack(b *bench) {
	ctx, s := b.Context(), b.Accounts()
	owner := user("ada")
	owner.Role = account.Owner
	ada, id := b.addUser(owner), b.addUser(user("bo"))
	b.fine(s.SetOTP(ctx, id, "otp", 1, entry))
	b.fine(s.SetRecovery(ctx, id, [][32]byte{{1}, {2}}, entry))
	b.fine(s.AddPasskey(ctx, aPasskey(id, "key"), entry))
	b.fine(b.Views().KeepView(ctx, "bo", desk.KeptView{Name: "mine", Query: "status=spam"}, 9, entry))
	b.fine(b.Notices().Put(ctx, tells(id, away.Hourly, away.Private{Address: "bo@example.org"}), entry))
	c := b.add(a(comment.Pending), "")
	_, err := b.Notes().Assign(ctx, c, id, did("assign"))
	b.fine(err)
	all := func() (out []any) {
		b.Helper()
		u, err := s.UserByName(ctx, "bo")
		b.fine(err)
		keys, err := s.Passkeys(ctx, id)
		b.fine(err)
		otp, err := s.OTP(ctx, id)
		b.fine(err)
		views, err := b.Views().Views(ctx, "bo")
		b.fine(err)
		own, err := b.Notices().Own(ctx, id)
		b.fine(err)
		asides, err := b.Notes().Asides(ctx, []comment.ID{c})
		b.fine(err)
		return append(out, u, keys, otp, b.count("recovery_codes"), views, own, asides)
	}
	was := all()
	same := func(what string) {
		b.Helper()
		if diff := cmp.Diff(was, all(), cmpopts.EquateEmpty()); diff != "" {
			b.Errorf("%s: -was +is\n%s", what, diff)
		}
	}
	change := func(id int64, what string, to func(*account.User)) {
		b.Helper()
		_, err := s.ChangeUser(ctx, id, func(u account.User, _ int) (account.User, account.Entry, error) {
			to(&u)
			return u, did(what), nil
		})
		b.fine(err)
	}
	change(id, "role", func(u *account.User) { u.Role = account.Owner })
	b.taken()
	same("role")
	change(id, "user disable", func(u *account.User) { u.DisabledAt = b.clock.now() })
	b.taken()
	same("disabled")
	b.fine(s.RemoveUser(ctx, id, func(account.User, int) (account.Entry, error) { return did("user remove"), nil }))
	if n := b.count("passkeys"); n != 0 {
		b.Errorf("%d passkeys of nobody", n)
	}
	b.clock.pass(2 * time.Hour)
	b.expire()
	b.taken()
	same("removed")
	b.fine(s.RemoveUser(ctx, id, func(account.User, int) (account.Entry, error) { return did("user remove"), nil }))
	b.addUser(user("Bo"))
	b.kept(comment.ErrChanged)

	// Bo is owner by ada, and takes it from her; what ada did cannot be undone then.
	now, err := s.UserByName(ctx, "bo")
	b.fine(err)
	change(now.ID, "role", func(u *account.User) { u.Role = account.Moderator })
	change(now.ID, "role", func(u *account.User) { u.Role = account.Owner })
	made := b.lastAct()
	change(ada, "role", func(u *account.User) { u.Role = account.Moderator })
	if _, err := b.undo(made.ID); !errors.Is(err, account.ErrLastOwner) {
		b.Errorf("no owner left: got %v", err)
	}
	if u, err := s.UserByName(ctx, "bo"); err != nil || u.Role != account.Owner {
		b.Errorf("the last owner: %+v, %v", u, err)
	}
}

func invitationsBack(b *bench) {
	ctx, s := b.Context(), b.Accounts()
	hash := sha256.Sum256([]byte("secret"))
	inv := account.Invitation{Role: account.Moderator, By: "ada", CreatedAt: start, ExpiresAt: start.Add(time.Hour)}
	open := func() int {
		b.Helper()
		all, err := s.Invitations(ctx, start)
		b.fine(err)
		return len(all)
	}
	b.fine(s.Invite(ctx, inv, hash, did("invite")))
	b.taken()
	if n := open(); n != 0 {
		b.Errorf("%d invitations", n)
	}
	b.fine(s.Invite(ctx, inv, hash, did("invite")))
	made, err := s.Invitation(ctx, hash, start)
	b.fine(err)
	b.fine(s.Revoke(ctx, made.ID, did("invitation revoke")))
	b.taken()
	if again, err := s.Invitation(ctx, hash, start); err != nil || again != made {
		b.Errorf("revoked: %+v, %v", again, err)
	}
	b.fine(s.Revoke(ctx, made.ID, did("invitation revoke")))
	b.fine(s.Invite(ctx, inv, sha256.Sum256([]byte("other")), did("invite")))
	act := b.lastAct()
	_, err = s.Accept(ctx, sha256.Sum256([]byte("other")), user("ines"), nil, entry)
	b.fine(err)
	if _, err := b.undo(act.ID); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("accepted: got %v", err)
	}
}

// importsBack: what was imported or removed of other sites is as it was, to the bit, and whoever
// learned of it hears that it changed.
func importsBack(b *bench) {
	id := b.add(a(comment.Pending), "")
	b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: learned})
	b.imports(from("elsewhere", 9, 1, learned))
	before := b.exported()
	there := []comment.Label{from("there", 1, 7, learned), from("there", 2, 8, learned), from("there", 5, 7, nil)}
	removals := func() int64 {
		b.Helper()
		n, err := b.Comments().Removals(b.Context())
		b.fine(err)
		return n
	}
	b.imports(there...)
	b.taken()
	if diff := cmp.Diff(before, b.exported()); diff != "" || removals() != 1 {
		b.Errorf("imported: %d removals, -was +is\n%s", removals(), diff)
	}
	b.imports(there...)
	b.update(id, comment.Change{Status: comment.Approved, Relabel: true, Lesson: learned})
	both := b.exported()
	n, err := b.Comments().RemoveImported(b.Context(), "there", importEntry)
	if err != nil || n != 3 {
		b.Fatalf("%d, %v", n, err)
	}
	gone := b.lastAct()
	b.taken()
	if diff := cmp.Diff(both, b.exported()); diff != "" || removals() != 3 {
		b.Errorf("removed: %d removals, -was +is\n%s", removals(), diff)
	}
	lowest, err := b.Comments().RemovedFrom(b.Context(), 2)
	if want := both[slices.IndexFunc(both, func(l comment.Label) bool { return l.Origin.Site == "there" })].Seq; err != nil || lowest != want {
		b.Errorf("to be learned anew from %d, %v; want %d", lowest, err, want)
	}
	if _, err := b.Comments().RemoveImported(b.Context(), "there", importEntry); err != nil {
		b.Fatal(err)
	}
	b.imports(there...)
	if _, err := b.undo(gone.ID + 1); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("imported since: got %v", err)
	}
}

// TestRekeyForgetsRemovedAccounts: a copy of a removed account has a secret sealed with the key of
// before, and goes when the key does.
func TestRekeyForgetsRemovedAccounts(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		o := filled(t, e)
		db := mustOpen(t, o)
		b := &bench{TB: t, DB: db}
		b.fine(db.Accounts().RemoveUser(t.Context(), 1, func(account.User, int) (account.Entry, error) { return did("user remove"), nil }))
		if n := b.count("acts"); n != 1 {
			t.Fatalf("%d acts", n)
		}
		b.fine(db.Close())
		b.fine(store.Rekey(t.Context(), o, nextKey, rekeyed))
		b = &bench{TB: t, DB: mustOpen(t, withKey(o, nextKey))}
		if n := b.count("acts"); n != 0 {
			t.Errorf("%d acts are kept", n)
		}
	})
}

// waitingListed: the mails that wait are listed as they are tried, page by page, each with why.
func waitingListed(b *bench) {
	b.mails()
	for _, who := range []string{"ada", "bo", "cy", "di", "ed"} {
		b.write(who+"@example.org", comment.Pending, 0)
	}
	fail := func(f comment.MailFailure) {
		b.Helper()
		l, ok := b.next()
		if !ok {
			b.Fatal("no mail")
		}
		b.fine(b.Outbox().Failed(b.Context(), l, f))
	}
	fail(comment.MailFailure{Text: "too busy"})
	fail(comment.MailFailure{Text: "nobody", Permanent: true})
	_, _ = b.next() // is on its way
	var got []comment.WaitingMail
	for after, n := (comment.MailMark{}), 2; n == 2; after = got[len(got)-1].Mark() {
		page, err := b.Comments().WaitingMails(b.Context(), after, 2)
		b.fine(err)
		got, n = append(got, page...), len(page)
	}
	mail := func(id comment.MailID) comment.WaitingMail {
		return comment.WaitingMail{ID: id, Kind: comment.MailLink, Comment: comment.ID(id), Made: start, Next: start}
	}
	sending, tried := mail(3), mail(1)
	sending.Sending = true
	tried.Attempts, tried.Error, tried.Next = 1, "too busy", start.Add(time.Minute)
	if diff := cmp.Diff([]comment.WaitingMail{sending, mail(4), mail(5), tried}, got); diff != "" {
		b.Errorf("-want +got\n%s", diff)
	}
}
