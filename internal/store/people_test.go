package store_test

import (
	"errors"
	"sync"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// exec changes what is kept, below the store.
func (b *bench) exec(sql string, args ...any) {
	b.Helper()
	if _, err := store.Raw(b.DB).ExecContext(b.Context(), sql, args...); err != nil {
		b.Fatal(err)
	}
}

// address is the address that was given with a comment.
func (b *bench) address(id comment.ID) string {
	b.Helper()
	address, err := b.Comments().Address(b.Context(), b.get(id).Person)
	if err != nil {
		b.Fatal(err)
	}
	return address
}

// keys counts the keys of the key store.
func (b *bench) keys() int {
	b.Helper()
	var n int
	if err := store.RawKeys(b.DB).QueryRowContext(b.Context(), "SELECT count(*) FROM keys").Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

func peopleFound(b *bench) {
	one := b.get(b.add(a(comment.Pending), " Ada.Löve@Example.org ")).Person
	two := b.get(b.add(a(comment.Approved), "bo@example.org")).Person
	if again := b.get(b.add(by("Eve", comment.Spam), "ADA.LÖVE@EXAMPLE.ORG")).Person; one == 0 || two == one || again != one {
		b.Errorf("people are %d, %d and %d", one, two, again)
	}
	three := b.get(b.add(by("Cleo", comment.Approved), "cleo@Bücher.example")).Person
	if nobody := b.get(b.add(a(comment.Approved), "  ")).Person; nobody != 0 {
		b.Errorf("without an address it is person %d", nobody)
	}
	for email, want := range map[string]comment.PersonID{
		"ada.löve@example.org": one, "\tAda.Löve@example.org\n": one, "ada.lo\u0308ve@example.org": one, "bo@example.org": two,
		"cleo@xn--bcher-kva.example": three, "Cleo@BÜCHER.example": three,
		"ada.love@example.org": 0, "ada@example.org": 0, "": 0, "%": 0, "' OR 1=1 --": 0,
	} {
		got, err := b.Comments().Person(b.Context(), email)
		if got != want || (want == 0) != errors.Is(err, comment.ErrNotFound) {
			b.Errorf("%q is %d, %v; want %d", email, got, err, want)
		}
	}
	if got := b.address(1); got != "Ada.Löve@Example.org" {
		b.Errorf("the address came back as %q", got)
	}
	if n := b.keys(); n != 3 {
		b.Errorf("%d keys", n)
	}
}

// peopleOfBefore sees that an address which was kept before the two ways to write a domain were
// one is found by either, is nobody new with another comment, and is gone with an erasure.
func peopleOfBefore(b *bench) {
	for i, asked := range []string{"cleo@bücher.example", "Cleo@xn--bcher-kva.example", "cleo@BÜCHER.example "} {
		one := b.get(b.add(a(comment.Approved), "Cleo@Bücher.example")).Person
		if err := store.KeepAsBefore(b.Context(), b.DB, "Cleo@Bücher.example"); err != nil {
			b.Fatal(err)
		}
		if i > 0 {
			if again := b.get(b.add(a(comment.Approved), asked)).Person; again != one {
				b.Errorf("with another comment, %q is %d, want %d", asked, again, one)
			}
		}
		if got, err := b.Comments().Person(b.Context(), asked); got != one || err != nil {
			b.Errorf("%q is %d, %v; want %d", asked, got, err, one)
		}
		if err := b.erase(one); err != nil {
			b.Fatal(err)
		}
		if n := b.keys(); n != 0 {
			b.Errorf("after the erasure of %q there are %d keys", asked, n)
		}
	}
}

// erase erases all of a person, as the link of a mail does.
func (b *bench) erase(who comment.PersonID) error {
	_, err := b.Comments().EraseAll(b.Context(), who, func(comment.ID) account.Entry { return account.Entry{Action: "erase"} })
	return err
}

// peopleErased sees that an address is gone for good, and that the same address is
// somebody new afterwards.
func peopleErased(b *bench) {
	id := b.give(a(comment.Approved), comment.Given{Email: "ada@example.org", Replies: true}).ID
	other := b.add(a(comment.Approved), "bo@example.org")
	person := b.get(id).Person
	if err := b.erase(person); err != nil {
		b.Fatal(err)
	}
	if _, err := b.Comments().Address(b.Context(), person); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("the address of nobody: %v", err)
	}
	if _, err := b.Comments().Person(b.Context(), "ada@example.org"); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("found after all: %v", err)
	}
	if err := b.erase(person); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("erased twice: %v", err)
	}
	if n := b.count("comments"); n != 1 {
		b.Errorf("%d comments are left", n)
	}
	if n := b.count("subscriptions"); n != 0 || b.keys() != 1 || b.address(other) != "bo@example.org" {
		b.Errorf("%d subscriptions and %d keys are left", n, b.keys())
	}
	if again := b.get(b.add(a(comment.Approved), "ada@example.org")).Person; again == 0 || again == person {
		b.Errorf("the same address is person %d, which was %d", again, person)
	}
}

func peopleConfirmed(b *bench) {
	person := b.get(b.add(a(comment.Pending), "ada@example.org")).Person
	for _, at := range []time.Time{start.Add(time.Hour), start.Add(2 * time.Hour)} {
		if err := b.Comments().Confirm(b.Context(), person, at); err != nil {
			b.Fatal(err)
		}
	}
	var at int64
	if err := store.Raw(b.DB).QueryRowContext(b.Context(), "SELECT confirmed_at FROM people").Scan(&at); err != nil {
		b.Fatal(err)
	}
	if want := start.Add(time.Hour).UnixMilli(); at != want {
		b.Errorf("confirmed at %d, want the first time, %d", at, want)
	}
	if err := b.Comments().Confirm(b.Context(), person+1, start); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("nobody was confirmed: %v", err)
	}
}

// erasedWhileAdding erases people while comments of theirs are being added: each
// comment's address can be opened, or it was erased with its person.
func erasedWhileAdding(b *bench) {
	var wg sync.WaitGroup
	added := make(chan comment.ID, 60)
	for range 3 {
		wg.Go(func() {
			for range 20 {
				one, err := b.Comments().Add(b.Context(), a(comment.Pending), comment.Given{Email: "ada@example.org"})
				if err != nil {
					b.Error(err)
					return
				}
				added <- one.ID
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			person, err := b.Comments().Person(b.Context(), "ada@example.org")
			if err == nil {
				err = b.erase(person)
			}
			if err != nil && !errors.Is(err, comment.ErrNotFound) {
				b.Error(err)
			}
		}
	})
	wg.Wait()
	close(added)
	for id := range added {
		c, err := b.Comments().Get(b.Context(), id)
		if err == nil && c.Person != 0 {
			if got, err := b.Comments().Address(b.Context(), c.Person); err != nil || got != "ada@example.org" {
				b.Errorf("comment %d has address %q, %v", id, got, err)
			}
		} else if err != nil && !errors.Is(err, comment.ErrNotFound) {
			b.Error(err)
		}
	}
	if n := b.count("people"); n > 1 || b.keys() > 1 {
		b.Errorf("%d people have one address, and there are %d keys", n, b.keys())
	}
}

func formsOnce(b *bench) {
	key := comment.FormKey("0123456789abcdef0123456789abcdef")
	held := a(comment.Pending)
	held.Hold, held.Link = comment.HoldUnsure, 7
	first := b.give(held, comment.Given{FormKey: key, Email: "ada@example.org", Replies: true})
	if first != (comment.Added{ID: first.ID, Status: comment.Pending, Hold: comment.HoldUnsure, Link: 7}) {
		b.Errorf("added %+v", first)
	}
	again := first
	again.Again = true
	if got := b.give(a(comment.Approved), comment.Given{FormKey: key, Email: "ada@example.org"}); got != again {
		b.Errorf("the same form again is %+v, want %+v", got, again)
	}
	if got, err := b.Comments().Sent(b.Context(), key); err != nil || got != again {
		b.Errorf("it was sent as %+v, %v", got, err)
	}
	other := comment.FormKey("another form, with another thirty")
	if _, err := b.Comments().Sent(b.Context(), other); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("a form that was not sent: %v", err)
	}
	if got := b.give(held, comment.Given{FormKey: other}); got.Again || got.ID == first.ID {
		b.Errorf("another form is %+v", got)
	}
	if n := b.count("comments"); n != 2 || b.count("subscriptions") != 1 || b.revision("hello") != 0 {
		b.Errorf("%d comments, %d subscriptions", n, b.count("subscriptions"))
	}
}

func formsOnceFromMany(b *bench) {
	var wg sync.WaitGroup
	ids := make(chan comment.ID, 16)
	for range cap(ids) {
		wg.Go(func() {
			added, err := b.Comments().Add(b.Context(), a(comment.Approved), comment.Given{FormKey: comment.FormKey("one form"), Email: "ada@example.org"})
			if err != nil {
				b.Error(err)
			}
			ids <- added.ID
		})
	}
	wg.Wait()
	close(ids)
	for id := range ids {
		if id != 1 && b.count("comments") != 1 {
			b.Errorf("added as %d", id)
		}
	}
	if n := b.count("comments"); n != 1 || b.revision("hello") != 1 {
		b.Errorf("%d comments, revision %d", n, b.revision("hello"))
	}
}

func proofsKnown(b *bench) {
	proof := comment.Proof{15: 1}
	known := func(p comment.Proof, want bool) {
		b.Helper()
		if got, err := b.Comments().Proven(b.Context(), p); err != nil || got != want {
			b.Errorf("known: %v, %v; want %v", got, err, want)
		}
	}
	c := a(comment.Pending)
	c.Proof = proof
	id := b.add(c, "")
	b.add(a(comment.Approved), "")
	known(proof, false) // not approved yet
	b.update(id, comment.Change{Status: comment.Approved})
	known(proof, true)
	known(comment.Proof{0: 1}, false)
	known(comment.Proof{}, false)
	b.update(id, comment.Change{Status: comment.Trash})
	known(proof, false)
}

func namesHeld(b *bench) {
	one, two := comment.Proof{0: 1}, comment.Proof{0: 2}
	proven := func(name string, st comment.Status, p comment.Proof) comment.ID {
		c := by(name, st)
		c.Proof = p
		return b.add(c, "")
	}
	b.add(by("Zoë", comment.Approved), "")
	proven("Zoë", comment.Pending, two)
	first := proven(" zoë", comment.Approved, one)
	proven("ZOE\u0308", comment.Approved, two)
	b.addUser(user("Grace"))
	got, err := b.Comments().Holders(b.Context(), []string{"zoe", "grace", "nobody", "", "' OR 1=1 --"})
	if err != nil {
		b.Fatal(err)
	}
	if want := (comment.Holder{First: first, Proof: one, Standing: comment.ByCookie}); len(got) != 2 || got["zoe"] != want || got["grace"] != (comment.Holder{User: true}) {
		b.Errorf("held by %+v", got)
	}
	confirmed := by("Zoë", comment.Approved)
	confirmed.Proof = comment.Proof{0: 3}
	added, err := b.Comments().Add(b.Context(), confirmed, comment.Given{Confirmed: true})
	if err != nil {
		b.Fatal(err)
	}
	b.holds("zoe", comment.Holder{First: added.ID, Proof: confirmed.Proof, Standing: comment.ByAddress})
	proven("Zoë", comment.Approved, two)
	b.holds("zoe", comment.Holder{First: added.ID, Proof: confirmed.Proof, Standing: comment.ByAddress})
	hers := by("zoë", comment.Approved)
	hers.Role = comment.Author
	b.holds("zoe", comment.Holder{First: b.add(hers, ""), Standing: comment.ByRole})
	if none, err := b.Comments().Holders(b.Context(), nil); err != nil || len(none) != 0 {
		b.Errorf("no names are held by %v, %v", none, err)
	}
}

// holds checks who holds a name.
func (b *bench) holds(name string, want comment.Holder) {
	b.Helper()
	got, err := b.Comments().Holders(b.Context(), []string{name})
	if err != nil || got[name] != want {
		b.Errorf("%s is held by %+v, want %+v, %v", name, got[name], want, err)
	}
}

func cookiesTied(b *bench) {
	cookie, other, hers := comment.Proof{0: 1}, comment.Proof{0: 2}, comment.Proof{0: 9}
	with := func(p comment.Proof, address string) comment.ID {
		c := by("Ada", comment.Approved)
		c.Proof = p
		return b.add(c, address)
	}
	before, asked, others := with(cookie, ""), with(comment.Proof{}, "ada@example.org"), with(other, "")
	tied := func(p comment.Proof, want comment.PersonID) {
		b.Helper()
		if got, err := b.Comments().Tied(b.Context(), p); err != nil || got != want {
			b.Errorf("a cookie is tied to %d, %v, want %d", got, err, want)
		}
	}
	confirm := func(cookie comment.Proof) []string {
		b.Helper()
		_, posts, err := b.Comments().ConfirmAuthor(b.Context(), asked, 0,
			comment.Confirmation{Cookie: cookie, Proof: func(comment.PersonID) comment.Proof { return hers }})
		if err != nil {
			b.Fatal(err)
		}
		return posts
	}
	proves := func(id comment.ID, want comment.Proof) {
		b.Helper()
		if c, err := b.Comments().Get(b.Context(), id); err != nil || c.Proof != want {
			b.Errorf("comment %d proves %v, %v, want %v", id, c.Proof, err, want)
		}
	}
	if posts := confirm(comment.Proof{}); len(posts) != 1 {
		b.Errorf("changed are %q", posts)
	}
	proves(asked, hers)
	proves(before, cookie)
	tied(cookie, 0)
	b.holds("ada", comment.Holder{First: asked, Proof: hers, Standing: comment.ByAddress})
	if posts := confirm(comment.Proof{}); len(posts) != 0 {
		b.Errorf("changed again are %q", posts)
	}
	if posts := confirm(cookie); len(posts) != 1 {
		b.Errorf("with a cookie, changed are %q", posts)
	}
	who, err := b.Comments().Person(b.Context(), "ada@example.org")
	if err != nil {
		b.Fatal(err)
	}
	proves(before, hers)
	proves(others, other)
	tied(cookie, who)
	tied(other, 0)
	b.holds("ada", comment.Holder{First: before, Proof: hers, Standing: comment.ByAddress})
	if _, err := b.Comments().EraseAll(b.Context(), who, func(comment.ID) account.Entry { return entry }); err != nil {
		b.Fatal(err)
	}
	tied(cookie, 0)
}

// namesComparedAnew opens a database whose names are compared as they were before.
func namesComparedAnew(b *bench) {
	c := by("\u0410da", comment.Approved)
	c.Proof = comment.Proof{0: 1}
	id := b.add(c, "")
	b.addUser(user("Gr\u0430ce"))
	for _, sql := range []string{"UPDATE comments SET folded = 'old'", "UPDATE users SET looks = ''", "DELETE FROM meta WHERE name = 'names'"} {
		if _, err := store.Raw(b.DB).ExecContext(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	b.holds("ada", comment.Holder{})
	if err := store.CompareNames(b.Context(), b.DB); err != nil {
		b.Fatal(err)
	}
	b.holds("ada", comment.Holder{First: id, Proof: c.Proof, Standing: comment.ByCookie})
	b.holds("grace", comment.Holder{User: true})
}
