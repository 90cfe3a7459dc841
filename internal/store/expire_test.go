package store_test

import (
	"net/netip"
	"strings"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

const day = 24 * time.Hour

func (b *bench) network(id comment.ID) string {
	b.Helper()
	all, err := b.Comments().Networks(b.Context(), []comment.ID{id})
	if err != nil {
		b.Fatal(err)
	}
	return all[id].String()
}

func (b *bench) expire() {
	b.Helper()
	if err := b.Comments().Expire(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func networksKept(b *bench) {
	from := func(ip, email string) comment.ID {
		at := netip.MustParseAddr(ip)
		return b.give(a(comment.Pending), comment.Given{Email: email, Network: netip.PrefixFrom(at, at.BitLen())}).ID
	}
	four, six := from("192.0.2.77", ""), from("2001:db8:1:2::3", "ada@example.org")
	mapped, zone := from("::ffff:192.0.2.78", ""), from("fe80::1%eth0", "")
	none := b.add(a(comment.Pending), "ada@example.org")
	for id, want := range map[comment.ID]string{
		four: "192.0.2.0/24", six: "2001:db8:1::/48", mapped: "192.0.2.0/24", zone: "fe80::/48", none: "invalid Prefix",
	} {
		if got := b.network(id); got != want {
			b.Errorf("comment %d came from %s, want %s", id, got, want)
		}
	}
	if n := b.keys(); n != 5 {
		b.Errorf("%d keys, want one for ada and four for networks alone", n)
	}
	b.clock.pass(6 * day)
	b.expire()
	if got := b.network(four); got != "192.0.2.0/24" || b.count("networks") != 4 {
		b.Errorf("after six days it came from %s", got)
	}
	b.clock.pass(day)
	if got := b.network(four); got != "invalid Prefix" {
		b.Errorf("after a week it came from %s", got)
	}
	b.expire()
	if n := b.count("networks"); n != 0 || b.keys() != 1 || b.address(six) != "ada@example.org" {
		b.Errorf("%d networks and %d keys are kept", n, b.keys())
	}
	id := from("192.0.2.77", "ada@example.org")
	if err := b.erase(b.get(id).Person); err != nil {
		b.Fatal(err)
	}
	if got := b.network(id); got != "invalid Prefix" {
		b.Errorf("after an erasure it came from %s", got)
	}
}

// networksNotKept opens the database again with a shorter time, and with none.
func networksNotKept(b *bench) {
	if b.url == ":memory:" {
		return // it is gone with its first DB
	}
	at := netip.MustParsePrefix("192.0.2.77/32")
	b.give(a(comment.Pending), comment.Given{Network: at})
	o := options(b.url)
	o.Keys, o.Now = b.file, b.clock.now
	none := &bench{TB: b, DB: mustOpen(b, o), url: b.url, file: b.file, clock: b.clock}
	none.give(a(comment.Pending), comment.Given{Network: at})
	if n := b.count("networks"); n != 1 || b.keys() != 1 {
		b.Errorf("%d networks are kept, want the first alone", n)
	}
	b.clock.pass(2 * time.Hour)
	none.expire()
	if n := b.count("networks"); n != 0 || b.keys() != 0 {
		b.Errorf("%d networks are kept after that was turned off, and %d keys", n, b.keys())
	}
}

func purposesServed(b *bench) {
	key := comment.FormKey("one form")
	stays := b.give(a(comment.Approved), comment.Given{Email: "ada@example.org", FormKey: key}).ID
	goes := b.add(a(comment.Trash), "bo@example.org")
	mute := b.add(a(comment.Trash), "cleo@example.org")
	told := b.add(a(comment.Trash), "dora@example.org")
	b.exec("UPDATE people SET muted_at = 1 WHERE id = $1", b.get(mute).Person)
	b.exec("INSERT INTO outbox (kind, person_id, created_at, run_at) VALUES ('outcome', $1, 0, 0)", b.get(told).Person)
	b.expire()
	if b.keys() != 4 || b.address(goes) != "bo@example.org" {
		b.Errorf("somebody went whose comment is there; %d keys", b.keys())
	}
	for _, id := range []comment.ID{goes, mute, told} {
		b.update(id, comment.Change{Delete: true, Entry: entry})
	}
	// A key of nobody is left where the power failed at the wrong time.
	if _, err := store.RawKeys(b.DB).ExecContext(b.Context(),
		"INSERT INTO keys SELECT CAST('0123456789abcdef' AS BLOB), NULL, wrapped, created_at FROM keys LIMIT 1"); err != nil {
		b.Fatal(err)
	}
	b.expire()
	if n := b.count("people"); n != 3 || b.keys() != 4 {
		b.Errorf("%d people and %d keys; want ada, and who wants no mail, and who is to get one", n, b.keys())
	}
	b.clock.pass(time.Hour)
	b.expire()
	if b.keys() != 3 || b.address(stays) != "ada@example.org" {
		b.Errorf("%d keys, want 3", b.keys())
	}
	if sent, err := b.Comments().Sent(b.Context(), key); err != nil || sent.ID != stays {
		b.Errorf("after an hour the form is %+v, %v", sent, err)
	}
	b.clock.pass(2 * day)
	b.expire()
	if again := b.give(a(comment.Approved), comment.Given{FormKey: key}); again.Again {
		b.Error("after two days the form is known still")
	}
	if strings.Contains(b.log.String(), "example.org") {
		b.Error("an address is logged")
	}
}
