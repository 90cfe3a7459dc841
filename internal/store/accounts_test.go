package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

func user(name string) account.User {
	return account.User{Name: name, Role: account.Moderator, PasswordHash: "$argon2id$…", CreatedAt: start}
}

func (b *bench) addUser(u account.User) int64 {
	b.Helper()
	id, err := b.Accounts().AddUser(b.Context(), u, false, entry)
	if err != nil {
		b.Fatal(err)
	}
	return id
}

// everything is the scope of who moderates the whole blog.
var everything = comment.Scope{All: true}

func users(b *bench) {
	ada := account.User{
		Name: "Ada", Role: account.Owner, PasswordHash: "hash", Epoch: 3, CreatedAt: start.Add(time.Millisecond),
	}
	ada.ID = b.addUser(ada)
	for _, find := range []func() (account.User, error){
		func() (account.User, error) { return b.Accounts().UserByID(b.Context(), ada.ID) },
		func() (account.User, error) { return b.Accounts().UserByName(b.Context(), "aDA") },
	} {
		got, err := find()
		if diff := cmp.Diff(ada, got); diff != "" || err != nil {
			b.Errorf("user: %v, -want +got\n%s", err, diff)
		}
	}
	_, errName := b.Accounts().UserByName(b.Context(), "Bob")
	_, errID := b.Accounts().UserByID(b.Context(), ada.ID+1)
	if !errors.Is(errName, account.ErrNotFound) || !errors.Is(errID, account.ErrNotFound) {
		b.Errorf("missing users: %v, %v", errName, errID)
	}
	if diff := cmp.Diff([]account.Entry{entry}, b.audit()); diff != "" {
		b.Errorf("audit: -want +got\n%s", diff)
	}
	for _, name := range []string{"zoe", "bob", "Carol", "Örjan"} {
		b.addUser(user(name))
	}
	all, err := b.Accounts().Users(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, u := range all {
		names = append(names, u.Name)
	}
	if diff := cmp.Diff([]string{"Ada", "bob", "Carol", "zoe", "Örjan"}, names); diff != "" {
		b.Errorf("names: -want +got\n%s", diff)
	}
}

func namesTaken(b *bench) {
	for _, name := range []string{"Ada", "Åsa", "ΣΊΣΥΦΟΣ", "straße"} {
		b.addUser(user(name))
	}
	for _, name := range []string{"Ada", "ADA", "åsa", "A\u030Asa", "σίσυφος", "STRASSE"} {
		_, err := b.Accounts().AddUser(b.Context(), user(name), false, entry)
		if !errors.Is(err, account.ErrNameTaken) {
			b.Errorf("%q: %v", name, err)
		}
		if _, err := b.Accounts().UserByName(b.Context(), name); err != nil {
			b.Errorf("%q is not found: %v", name, err)
		}
	}
	if users, entries := b.count("users"), b.count("audit"); users != 4 || entries != 4 {
		b.Errorf("%d users, %d lines of audit", users, entries)
	}
}

func oneFirstUser(b *bench) {
	var made, closed atomic.Int32
	var wg sync.WaitGroup
	for _, name := range []string{"ada", "bob", "carol", "dan", "eve"} {
		wg.Go(func() {
			_, err := b.Accounts().AddUser(b.Context(), user(name), true, entry)
			switch {
			case err == nil:
				made.Add(1)
			case errors.Is(err, account.ErrSetupClosed):
				closed.Add(1)
			default:
				b.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 || closed.Load() != 4 || b.count("users") != 1 || b.count("audit") != 1 {
		b.Errorf("%d made, %d refused, %d users", made.Load(), closed.Load(), b.count("users"))
	}
}

func passwords(b *bench) {
	id, other := b.addUser(user("ada")), b.addUser(user("bob"))
	for range 2 {
		if err := b.Accounts().SetPassword(b.Context(), id, "new", entry); err != nil {
			b.Fatal(err)
		}
	}
	ada, err := b.Accounts().UserByID(b.Context(), id)
	if err != nil || ada.PasswordHash != "new" || ada.Epoch != 2 || ada.Name != "ada" {
		b.Errorf("user is %+v, %v", ada, err)
	}
	if bob, err := b.Accounts().UserByID(b.Context(), other); err != nil || bob.PasswordHash == "new" || bob.Epoch != 0 {
		b.Errorf("another user is %+v, %v", bob, err)
	}
	if err := b.Accounts().SetPassword(b.Context(), other+1, "new", entry); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("password of nobody: %v", err)
	}
	if n := b.count("audit"); n != 4 {
		b.Errorf("audit has %d lines", n)
	}
}

func strangeNames(b *bench) {
	b.addUser(user("ada"))
	for _, name := range []string{"", "ada\x00", "\xff\xfe", "ada' OR '1'='1", "%", "\u202eada"} {
		if _, err := b.Accounts().UserByName(b.Context(), name); !errors.Is(err, account.ErrNotFound) {
			b.Errorf("%q: %v", name, err)
		}
	}
}

// found is what FindCtx says, in one word.
func (b *bench) found(token string) string {
	b.Helper()
	data, found, err := b.Sessions().FindCtx(b.Context(), token)
	switch {
	case err != nil:
		b.Error(err)
		return "error"
	case !found:
		return "no"
	default:
		return string(data)
	}
}

func (b *bench) commit(token, data string, lives time.Duration) {
	b.Helper()
	of := account.Session{ID: "name of " + token, User: 1, Began: b.clock.now(), Until: b.clock.now().Add(lives), Browser: "Firefox, Linux"}
	if err := b.Sessions().BeginCtx(b.Context(), token, []byte(data), of); err != nil {
		b.Fatal(err)
	}
}

func sessions(b *bench) {
	if got := b.found("t"); got != "no" {
		b.Errorf("a session before any: %s", got)
	}
	b.commit("t", "one", time.Hour)
	b.commit("u", "\x00\xff", time.Hour)
	b.commit("t", "two", 2*time.Hour)
	if t, u := b.found("t"), b.found("u"); t != "two" || u != "\x00\xff" {
		b.Errorf("sessions are %q, %q", t, u)
	}
	b.commit("empty", "", time.Hour)
	if got := b.found("empty"); got != "" {
		b.Errorf("empty session: %q", got)
	}
	for range 2 {
		if err := b.Sessions().DeleteCtx(b.Context(), "t"); err != nil {
			b.Error(err)
		}
	}
	if t, u := b.found("t"), b.found("u"); t != "no" || u != "\x00\xff" {
		b.Errorf("after deleting t: %q, %q", t, u)
	}
	if got := b.found("\xff\x00' OR 1=1"); got != "no" {
		b.Errorf("a strange token: %s", got)
	}
}

func updatedSessions(b *bench) {
	update := func(data string) bool {
		b.Helper()
		found, err := b.Sessions().UpdateCtx(b.Context(), "t", []byte(data), b.clock.now().Add(time.Hour))
		if err != nil {
			b.Fatal(err)
		}
		return found
	}
	if update("none") || b.found("t") != "no" {
		b.Errorf("a session was begun by a change: %s", b.found("t"))
	}
	b.commit("t", "one", time.Minute)
	b.commit("u", "other", time.Hour)
	if !update("") || b.found("t") != "" {
		b.Errorf("changed to nothing: %q", b.found("t"))
	}
	b.clock.pass(time.Minute)
	if !update("two") || b.found("t") != "two" || b.found("u") != "other" {
		b.Errorf("after a change: %q, %q", b.found("t"), b.found("u"))
	}
	b.clock.pass(time.Hour)
	if update("late") || b.found("t") != "no" {
		b.Errorf("a session that has expired was changed: %s", b.found("t"))
	}
}

func expiredSessions(b *bench) {
	b.commit("short", "s", time.Minute)
	b.commit("long", "l", time.Hour)
	b.clock.pass(time.Minute)
	if s, l := b.found("short"), b.found("long"); s != "no" || l != "l" {
		b.Errorf("sessions are %q, %q", s, l)
	}
	b.commit("new", "n", time.Hour)
	if n := b.count("sessions"); n != 2 {
		b.Errorf("%d sessions are kept", n)
	}
	b.commit("short", "again", time.Minute)
	if got := b.found("short"); got != "again" {
		b.Errorf("renewed session: %q", got)
	}
}

// usersChange: what a user is on the blog changes with its entry, or not at all.
func usersChange(b *bench) {
	ada := user("Ada")
	ada.Role = account.Owner
	ada.ID = b.addUser(ada)
	ben := b.addUser(user("ben"))
	to := func(role account.Role, writes string, err error) func(account.User, int) (account.User, account.Entry, error) {
		return func(u account.User, owners int) (account.User, account.Entry, error) {
			if owners != 1 {
				b.Errorf("got %d owners, want 1", owners)
			}
			u.Role, u.Writes = role, writes
			return u, entry, err
		}
	}
	got, err := b.Accounts().ChangeUser(b.Context(), ben, to(account.Author, "Ben Reed", nil))
	if err != nil || got.Role != account.Author || got.Writes != "Ben Reed" {
		b.Errorf("got %+v, %v", got, err)
	}
	if _, err := b.Accounts().ChangeUser(b.Context(), ada.ID, to(account.Moderator, "", account.ErrLastOwner)); !errors.Is(err, account.ErrLastOwner) {
		b.Errorf("refused: got %v, want ErrLastOwner", err)
	}
	if _, err := b.Accounts().ChangeUser(b.Context(), 77, to(account.Owner, "", nil)); !errors.Is(err, account.ErrNotFound) {
		b.Errorf("nobody: got %v, want ErrNotFound", err)
	}
	kept, err := b.Accounts().Users(b.Context())
	if err != nil || len(kept) != 2 || kept[0].Role != account.Owner || kept[1] != got {
		b.Errorf("kept: %+v, %v", kept, err)
	}
	if n := b.count("audit"); n != 3 {
		b.Errorf("%d lines of audit, want 3", n)
	}
}
