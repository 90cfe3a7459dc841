package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/akismet"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

const shopKey = akismet.Key("0123456789ab")

// letIn makes a key for a site.
func (b *bench) letIn(name string, key akismet.Key, to akismet.Settings) akismet.Site {
	b.Helper()
	is := akismet.Site{Name: name, Hint: string(key[8:]), CreatedAt: start, Settings: to}
	if _, err := b.Sites().AddSite(b.Context(), is, key, did("site key add")); err != nil {
		b.Fatalf("add site %s: %v", name, err)
	}
	all := b.sites()
	return all[len(all)-1]
}

func (b *bench) sites() []akismet.Site {
	b.Helper()
	all, err := b.Sites().Sites(b.Context())
	if err != nil {
		b.Fatalf("list sites: %v", err)
	}
	return all
}

func (b *bench) keep(k akismet.Kept) {
	b.Helper()
	if err := b.Sites().Keep(b.Context(), k); err != nil {
		b.Fatalf("keep: %v", err)
	}
}

// asked is a check of a comment, with its count.
func (b *bench) asked(s akismet.Site, id, text string, at time.Time, isSpam bool) akismet.Check {
	b.Helper()
	c := akismet.Check{
		ID: id, Site: s.ID, Blog: "shop.example.org", At: at, Pair: b.Sites().Pair(s.ID, text), Spam: isSpam, LogOdds: 1.5, Model: "m",
		Comment: akismet.Excerpt{Author: "Zorbel", Body: text}, Why: "for a reason",
	}
	n := akismet.Counts{Ham: 1}
	if isSpam {
		n = akismet.Counts{Spam: 1}
	}
	b.keep(akismet.Kept{Checks: []akismet.Check{c}, Tallies: []akismet.Tally{{Site: s.ID, Blog: c.Blog, Day: at.Truncate(24 * time.Hour), Counts: n}}})
	return c
}

func (b *bench) reported(s akismet.Site, check, text string, at time.Time, isSpam bool) {
	b.Helper()
	b.keep(akismet.Kept{Reports: []akismet.Report{{
		Site: s.ID, Check: check, Blog: "shop.example.org", At: at, Pair: b.Sites().Pair(s.ID, text),
		Lesson: spam.NewLesson(spam.Message{Body: text}, isSpam, ""),
	}}})
}

func (b *bench) counted(s akismet.Site) akismet.Counts {
	b.Helper()
	tallies, err := b.Sites().Tallies(b.Context(), s.ID, "", time.Time{})
	if err != nil || len(tallies) > 1 {
		b.Fatalf("tallies: %v, %v, want one at most", tallies, err)
	}
	if len(tallies) == 0 {
		return akismet.Counts{}
	}
	return tallies[0].Counts
}

// reportsFind: a report that names no check is of the latest of the same comment, on its own blog
// if there is one.
func reportsFind(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	b.asked(shop, "here", "zorbelkraut", start, false)
	pair := b.Sites().Pair(shop.ID, "zorbelkraut")
	b.keep(akismet.Kept{Checks: []akismet.Check{{ID: "there", Site: shop.ID, Blog: "garden.example.org", At: start.Add(time.Minute), Pair: pair}}})
	b.reported(shop, "", "zorbelkraut", start.Add(time.Hour), true)
	for id, want := range map[string]spam.Class{"here": spam.Spam, "there": ""} {
		if got, err := b.Sites().Check(b.Context(), shop.ID, id); err != nil || got.Said != want {
			b.Errorf("%s: said %q, %v, want %q", id, got.Said, err, want)
		}
	}
}

func sitesKept(b *bench) {
	if got := b.Sites().Index(shopKey); got != "" {
		b.Errorf("index before there is a site: got %q, want none", got)
	}
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	if shop.Index == "" || shop.Index != b.Sites().Index(shopKey) || strings.Contains(shop.Index, string(shopKey)) {
		b.Errorf("index %q, want that of the key and not the key", shop.Index)
	}
	_, err := b.Sites().AddSite(b.Context(), akismet.Site{Name: "Shop", CreatedAt: start, Settings: akismet.DefaultSettings}, "ba9876543210", noted)
	if !errors.Is(err, akismet.ErrTaken) {
		b.Errorf("a name that is taken: got %v, want ErrTaken", err)
	}
	shop.Settings = akismet.Settings{Cost: 2.5, Discard: true, Shares: true, PerMinute: 7}
	shop.RevokedAt = start.Add(time.Hour)
	if err := b.Sites().ChangeSite(b.Context(), shop, noted); err != nil {
		b.Fatal(err)
	}
	if got := b.sites(); len(got) != 1 || got[0] != shop {
		b.Errorf("got %+v, want %+v alone", got, shop)
	}
	again := b.letIn("Shop", "ba9876543210", akismet.DefaultSettings) // the name of a key that was revoked
	if got := b.sites(); len(got) != 2 || got[1] != again || got[0].Name == "Shop" || got[0].Index != shop.Index {
		b.Errorf("got %+v, want a second Shop, and the first under another name", got)
	}
	if err := b.Sites().ChangeSite(b.Context(), akismet.Site{ID: 99, Settings: akismet.DefaultSettings}, noted); !errors.Is(err, akismet.ErrNotFound) {
		b.Errorf("change what is not there: got %v, want ErrNotFound", err)
	}
}

func checksKept(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	first := b.asked(shop, "first", "a good word", start, true)
	second := b.asked(shop, "second", "zorbelkraut", start.Add(time.Minute), false)
	recent := func() []akismet.Check {
		b.Helper()
		got, err := b.Sites().Recent(b.Context(), shop.ID, akismet.Mark{}, 10)
		if err != nil {
			b.Fatal(err)
		}
		return got
	}
	if got := recent(); len(got) != 2 || got[0] != second || got[1] != first {
		b.Errorf("got %+v, want both as they were, newest first", got)
	}
	if got, err := b.Sites().Recent(b.Context(), shop.ID, second.Mark(), 10); err != nil || len(got) != 1 || got[0] != first {
		b.Errorf("from the second on: got %+v, %v, want the first", got, err)
	}
	if got, err := b.Sites().Check(b.Context(), shop.ID, "first"); err != nil || got != first {
		b.Errorf("got %+v, %v, want the first", got, err)
	}
	if _, err := b.Sites().Check(b.Context(), shop.ID+1, "first"); !errors.Is(err, akismet.ErrNotFound) {
		b.Errorf("of another site: got %v, want ErrNotFound", err)
	}
	if got := textIn(b, "site_checks"); strings.Contains(got, "zorbelkraut") || strings.Contains(got, "Zorbel") {
		b.Error("a text lies open in the database")
	}
	b.reported(shop, "", "a good word", start.Add(time.Hour), false)
	b.reported(shop, "second", "zorbelkraut, edited", start.Add(time.Hour), true)
	if got, want := b.counted(shop), (akismet.Counts{Spam: 1, Ham: 1, MissedSpam: 1, FalsePositives: 1}); got != want {
		b.Errorf("after both were corrected: got %+v, want %+v", got, want)
	}
	b.reported(shop, "", "a good word", start.Add(2*time.Hour), true) // it has changed its mind
	b.reported(shop, "", "a good word", start.Add(2*time.Hour), true)
	b.reported(shop, "", "never asked about", start.Add(2*time.Hour), true)
	if got, want := b.counted(shop), (akismet.Counts{Spam: 1, Ham: 1, MissedSpam: 1}); got != want {
		b.Errorf("after a change of mind: got %+v, want %+v", got, want)
	}
	if got := recent(); got[1].Said != spam.Spam || got[0].Said != spam.Spam {
		b.Errorf("said %q and %q, want spam of both", got[1].Said, got[0].Said)
	}
	labels, err := b.Sites().Labels(shop.ID).Labels(b.Context(), 0)
	if err != nil || len(labels) != 5 {
		b.Fatalf("labels: got %v, %v, want one a report", labels, err)
	}
	if labels[0].Comment != labels[2].Comment || labels[0].Comment == labels[1].Comment {
		b.Error("labels of a comment do not say so")
	}
}

// textIn is all that stands in a table, as text.
func textIn(b *bench, table string) string {
	b.Helper()
	rows, err := store.Raw(b.DB).QueryContext(b.Context(), "SELECT * FROM "+table)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new([]byte)
		}
		if err := rows.Scan(values...); err != nil {
			b.Fatal(err)
		}
		for _, v := range values {
			all.Write(*v.(*[]byte))
		}
	}
	if err := rows.Err(); err != nil || all.Len() == 0 {
		b.Fatalf("read %s: %v, %d bytes", table, err, all.Len())
	}
	return all.String()
}

func checksForgotten(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	b.asked(shop, "old", "old", start, true)
	b.asked(shop, "new", "new", start.Add(14*24*time.Hour), true)
	keys := func() (n int) {
		b.Helper()
		if err := store.RawKeys(b.DB).QueryRowContext(b.Context(), "SELECT COUNT(*) FROM keys").Scan(&n); err != nil {
			b.Fatal(err)
		}
		return n
	}
	b.clock.at = start.Add(16 * 24 * time.Hour)
	if err := b.Comments().Expire(b.Context()); err != nil {
		b.Fatal(err)
	}
	if got := keys(); got != 3 {
		b.Errorf("keys of two days and of the sites: got %d after upkeep, want 3", got)
	}
	if n, err := b.Sites().Forget(b.Context(), b.clock.at.Add(-akismet.Retention)); err != nil || n != 1 {
		b.Fatalf("forget: got %d, %v, want the old one", n, err)
	}
	if got := keys(); got != 2 {
		b.Errorf("keys after a day is over: got %d, want 2", got)
	}
	got, err := b.Sites().Recent(b.Context(), shop.ID, akismet.Mark{}, 10)
	if err != nil || len(got) != 1 || got[0].ID != "new" || got[0].Comment.Body != "new" {
		b.Errorf("got %+v, %v, want the new one alone", got, err)
	}
	if got, want := b.Sites().Index(shopKey), shop.Index; got != want {
		b.Error("the key of the site is not known any more")
	}
}

// checksAfterLoss takes the key store away in the middle of a day: what comes is kept, what
// was sealed before cannot be read.
func checksAfterLoss(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	b.asked(shop, "before", "before", start, true)
	if _, err := store.RawKeys(b.DB).ExecContext(b.Context(), "DELETE FROM keys"); err != nil {
		b.Fatal(err)
	}
	b.asked(shop, "after", "after", start.Add(time.Minute), true)
	b.asked(shop, "later", "later", start.Add(2*time.Minute), true)
	got, err := b.Sites().Recent(b.Context(), shop.ID, akismet.Mark{}, 10)
	if err != nil || len(got) != 3 {
		b.Fatalf("got %+v, %v, want all three", got, err)
	}
	for i, want := range []string{"later", "after", ""} {
		if got[i].Comment.Body != want {
			b.Errorf("%s: got %q, want %q", got[i].ID, got[i].Comment.Body, want)
		}
	}
}

// reportsBounded keeps of what a site reported the last word on each comment, and of those
// the newest; whoever learns from it begins anew then.
func reportsBounded(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	forum := b.letIn("Forum", "ba9876543210", akismet.DefaultSettings)
	say := func(s akismet.Site, text string, isSpam bool) { b.reported(s, "", text, start, isSpam) }
	texts := []string{"one", "two", "one", "three", "four"}
	for i, text := range texts {
		say(shop, text, i != 0)
	}
	say(forum, "one", true)
	if is, err := b.Sites().Labels(forum.ID).Relabelled(b.Context(), 1); err != nil || is {
		b.Errorf("the forum is to learn anew for what the shop said: %t, %v", is, err)
	}
	if is, err := b.Sites().Labels(shop.ID).Relabelled(b.Context(), 1); err != nil || !is {
		b.Errorf("the shop is not to learn anew for what it said: %t, %v", is, err)
	}
	for id, want := range map[akismet.SiteID]int{forum.ID: 1, shop.ID: 3} {
		if n, err := b.Sites().Labels(id).CountAfter(b.Context(), 2); err != nil || n != want {
			b.Errorf("site %d is to learn %d, %v, want %d", id, n, err, want)
		}
	}
	before, err := b.Sites().Labels(shop.ID).Removals(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if n, err := b.Sites().Compact(b.Context(), 3); err != nil || n != 2 {
		b.Fatalf("compact: got %d, %v, want two that go: the first on one, and the oldest", n, err)
	}
	words, _, err := b.Sites().Words(b.Context(), shop.ID, 0, 0)
	if err != nil || len(words) != 3 || words[0].Seq != 3 || !words[0].Spam {
		b.Errorf("words: got %+v, %v, want those from the third on", words, err)
	}
	if words, _, err := b.Sites().Words(b.Context(), forum.ID, 0, 0); err != nil || len(words) != 1 {
		b.Errorf("words of the forum: got %+v, %v", words, err)
	}
	after, err := b.Sites().Labels(shop.ID).Removals(b.Context())
	if err != nil || after == before {
		b.Errorf("nobody is told to learn anew: %d, %v", after, err)
	}
	if n, err := b.Sites().Compact(b.Context(), 3); err != nil || n != 0 {
		b.Errorf("a second time: got %d, %v, want none that goes", n, err)
	}
	if again, err := b.Sites().Labels(shop.ID).Removals(b.Context()); err != nil || again != after {
		b.Errorf("they learn anew for nothing: %d, %v", again, err)
	}
}

// TestNothingToCompact sees that nobody is kept from writing, nor waited for, when nothing goes.
func TestNothingToCompact(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	b.reported(b.letIn("Shop", shopKey, akismet.DefaultSettings), "", "one", start, true)
	writer, err := store.Raw(b.DB).Conn(t.Context())
	must(t, err)
	done := make(chan error, 1)
	go func() {
		_, err := b.Sites().Compact(t.Context(), 3)
		done <- err
	}()
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(time.Minute):
		t.Error("it waits for somebody who writes")
	}
	must(t, writer.Close())
}

func lessonsShared(b *bench) {
	shares := akismet.DefaultSettings
	shares.Shares = true
	shop := b.letIn("Shop", shopKey, shares)
	forum := b.letIn("Forum", "ba9876543210", akismet.DefaultSettings)
	wiki := b.letIn("Wiki", "aaaaaaaaaaaa", shares)
	b.reported(shop, "", "by the shop", start, true)
	b.reported(forum, "", "by the forum", start, true)
	seqs := func(s akismet.Site) (got []int64) {
		b.Helper()
		labels, err := b.Sites().Labels(s.ID).Labels(b.Context(), 0)
		if err != nil {
			b.Fatal(err)
		}
		for _, l := range labels {
			got = append(got, l.Seq)
		}
		return got
	}
	for _, tt := range []struct {
		site akismet.Site
		want []int64
	}{{shop, []int64{1}}, {forum, []int64{2}}, {wiki, []int64{1}}} {
		if got := seqs(tt.site); !slices.Equal(got, tt.want) {
			b.Errorf("%s learns %v, want %v", tt.site.Name, got, tt.want)
		}
	}
	before, err := b.Sites().Labels(wiki.ID).Removals(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	shop.Shares = false
	if err := b.Sites().ChangeSite(b.Context(), shop, noted); err != nil {
		b.Fatal(err)
	}
	if after, err := b.Sites().Labels(wiki.ID).Removals(b.Context()); err != nil || after == before {
		b.Errorf("removals: got %d, %v after a site shares no more, want another number", after, err)
	}
	if got := seqs(wiki); len(got) != 0 {
		b.Errorf("the wiki still learns %v", got)
	}
}

func sitesByMonth(b *bench) {
	shop := b.letIn("Shop", shopKey, akismet.DefaultSettings)
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	tally := func(blog string, day time.Time, n akismet.Counts) akismet.Tally {
		return akismet.Tally{Site: shop.ID, Blog: blog, Day: day, Counts: n}
	}
	b.keep(akismet.Kept{Tallies: []akismet.Tally{
		tally("a.example.org", month, akismet.Counts{Spam: 1, Ham: 2}),
		tally("a.example.org", month.AddDate(0, 0, 29), akismet.Counts{Spam: 1}),
		tally("b.example.org", month, akismet.Counts{Ham: 9}),
		tally("b.example.org", month.AddDate(0, 1, 0), akismet.Counts{Ham: 100}),
	}})
	left := func(blog string, at time.Time) akismet.Leaving {
		return akismet.Leaving{Site: shop.ID, Blog: blog, At: at}
	}
	b.keep(akismet.Kept{Leaving: []akismet.Leaving{left("b.example.org", start), left("invented.example.org", start)}})
	if b.count("site_left") != 1 {
		b.Error("one that never asked is noted too")
	}
	for _, tt := range []struct {
		name  string
		q     akismet.MonthQuery
		want  []string
		total int
	}{
		{"by all", akismet.MonthQuery{Order: "total", Limit: 10}, []string{"b.example.org", "a.example.org"}, 2},
		{"by spam", akismet.MonthQuery{Order: "spam", Limit: 10}, []string{"a.example.org", "b.example.org"}, 2},
		{"a page", akismet.MonthQuery{Order: "spam", Limit: 1, Offset: 1}, []string{"b.example.org"}, 2},
		{"some", akismet.MonthQuery{Order: "ham", Limit: 10, Filter: "A.EX"}, []string{"a.example.org"}, 1},
		{"no wildcard", akismet.MonthQuery{Order: "ham", Limit: 10, Filter: "_.ex"}, nil, 0},
	} {
		tt.q.Month = month
		rows, total, err := b.Sites().Month(b.Context(), shop.ID, tt.q)
		if err != nil {
			b.Fatalf("%s: %v", tt.name, err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, r.Site)
			if r.Revoked != (r.Site == "b.example.org") {
				b.Errorf("%s: %s left: %t", tt.name, r.Site, r.Revoked)
			}
		}
		if !slices.Equal(got, tt.want) || total != tt.total {
			b.Errorf("%s: got %v of %d, want %v of %d", tt.name, got, total, tt.want, tt.total)
		}
	}
	rows, _, err := b.Sites().Month(b.Context(), shop.ID, akismet.MonthQuery{Month: month, Order: "spam", Limit: 1})
	if want := (akismet.Counts{Spam: 2, Ham: 2}); err != nil || rows[0].Counts != want || rows[0].Calls != 4 {
		b.Errorf("got %+v, %v, want %+v of 4 calls", rows, err, want)
	}
	// It may have asked again before it was kept that it left.
	c := b.asked(shop, "later", "a text", start.Add(time.Second), false)
	if b.keep(akismet.Kept{Leaving: []akismet.Leaving{left(c.Blog, start)}}); b.count("site_left") != 1 {
		b.Error("one that asked again is noted as leaving")
	}
	if b.keep(akismet.Kept{Leaving: []akismet.Leaving{left(c.Blog, c.At)}}); b.count("site_left") != 2 {
		b.Error("one that left is not noted")
	}
}
