package store_test

import (
	"errors"
	"slices"
	"strings"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// reportsKept keeps what readers report.
func reportsKept(b *bench) {
	reports, ctx := b.Reports(), b.Context()
	shown, held := b.add(a(comment.Approved), ""), b.add(a(comment.Pending), "")
	say := func(id comment.ID, who string) error {
		return reports.AddReport(ctx, id, desk.Report{At: start, Why: desk.ReportedSpam, Words: "Look, " + who}, who, 3)
	}
	for _, id := range []comment.ID{held, 99} {
		if err := say(id, "ada"); !errors.Is(err, comment.ErrNotFound) {
			b.Errorf("comment %d, which nobody sees, is reported: %v", id, err)
		}
	}
	for _, who := range []string{"ada", "ada", "bo", "cy", "dee"} { // one twice, and one more than the most
		if err := say(shown, who); err != nil {
			b.Fatal(err)
		}
	}
	all, err := reports.Reported(ctx, []comment.ID{shown, held})
	if err != nil || len(all) != 1 || len(all[shown].Open) != 3 || all[shown].Open[1].Words != "Look, bo" || !all[shown].Open[0].At.Equal(start) {
		b.Fatalf("reported: %+v, %v", all, err)
	}
	filter := desk.Filter{Status: comment.Approved, Reported: true}
	found := func() int {
		n, err := b.Desk().Count(ctx, comment.Scope{All: true}, filter)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	if found() != 1 {
		b.Error("the reported comment is not found")
	}
	lines := b.count("audit")
	for _, want := range []error{nil, desk.ErrSettled} { // the second time there is nothing to see to
		if _, err := reports.DismissReports(ctx, shown, all[shown].Open[1].ID, start, entry); !errors.Is(err, want) {
			b.Fatalf("dismissed: %v, want %v", err, want)
		}
	}
	if got := b.count("audit") - lines; got != 1 {
		b.Errorf("dismissed once, and recorded %d times", got)
	}
	if found() != 1 {
		b.Error("a report that was not shown is dismissed with the others")
	}
	if _, err := reports.DismissReports(ctx, shown, 1<<40, start, entry); err != nil || found() != 0 {
		b.Errorf("all are dismissed: %v, %d", err, found())
	}
	if err := say(shown, "ada"); err != nil || found() != 0 {
		b.Errorf("whose report was dismissed reports again: %v, %d", err, found())
	}
	for _, want := range []error{nil, desk.ErrSettled} {
		if _, err := reports.ReopenReports(ctx, shown, entry); !errors.Is(err, want) || found() != 1 {
			b.Errorf("they are there again: %v, %d, want %v", err, found(), want)
		}
	}
	if _, err := b.Comments().Erase(ctx, shown, 0, entry); err != nil || found() != 0 || b.count("reports") != 0 {
		b.Errorf("they are erased with the comment: %v, %d found, %d kept", err, found(), b.count("reports"))
	}
}

// reportsRenewed keeps one report of a reader, with the newest words: it waits again, unless
// it says no more than what a moderator dismissed of the same text.
func reportsRenewed(b *bench) {
	reports, ctx := b.Reports(), b.Context()
	id := b.add(a(comment.Approved), "")
	say := func(who, words string) {
		b.Helper()
		r := desk.Report{At: b.clock.now(), Why: desk.ReportedAbuse, Words: words}
		if err := reports.AddReport(ctx, id, r, who, 2); err != nil {
			b.Fatal(err)
		}
	}
	wait := func(when string, dismissed int, want ...string) int64 {
		b.Helper()
		all, err := reports.Reported(ctx, []comment.ID{id})
		var got []string
		var last int64
		for _, r := range all[id].Open {
			got, last = append(got, r.Words), r.ID
		}
		if err != nil || !slices.Equal(got, want) || all[id].Dismissed != dismissed {
			b.Fatalf("%s: got %q and %d dismissed, %v, want %q and %d", when, got, all[id].Dismissed, err, want, dismissed)
		}
		return last
	}
	edit := func() {
		b.Helper()
		if _, err := b.Comments().Revise(ctx, id, func(m comment.Mine) (comment.Revision, error) {
			m.Comment.Body, m.Comment.EditedAt = m.Comment.Body+" And more.", b.clock.now()
			return comment.Revision{Comment: m.Comment}, nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	say("ada", "Rude.")
	say("bo", "Rude!")
	seen := wait("two readers", 0, "Rude.", "Rude!")
	b.clock.pass(time.Minute)
	say("bo", "Rude!")
	if got := wait("one says the same again", 0, "Rude.", "Rude!"); got != seen {
		b.Errorf("what was shown and is said again has the number %d, want %d still", got, seen)
	}
	say("ada", "He means my neighbour.")
	wait("one writes more, where no more of others are taken", 0, "Rude!", "He means my neighbour.")
	dismiss := func() {
		b.Helper()
		if _, err := reports.DismissReports(ctx, id, seen, b.clock.now(), entry); err != nil {
			b.Fatal(err)
		}
	}
	dismiss()
	seen = wait("what was not seen is not dismissed", 1, "He means my neighbour.")
	dismiss()
	b.clock.pass(time.Minute)
	say("ada", "He means my neighbour.")
	wait("the same again", 2)
	say("bo", "He means my sister.")
	seen = wait("something else", 1, "He means my sister.")
	dismiss()
	b.clock.pass(time.Minute)
	edit()
	b.clock.pass(time.Minute)
	say("ada", "He means my neighbour.")
	seen = wait("the same of another text", 1, "He means my neighbour.")
	b.clock.pass(time.Minute)
	edit()
	b.clock.pass(time.Minute)
	say("ada", "He means my neighbour.")
	if got := wait("the same of yet another text", 1, "He means my neighbour."); got == seen {
		b.Error("who was shown the report of another text has seen this one")
	}
}

// reportsExpire forgets who reported after a while, and what was dismissed.
func reportsExpire(b *bench) {
	reports, ctx := b.Reports(), b.Context()
	one, two := b.add(a(comment.Approved), ""), b.add(a(comment.Approved), "")
	for _, id := range []comment.ID{one, two} {
		if err := reports.AddReport(ctx, id, desk.Report{At: b.clock.now(), Why: desk.ReportedOther}, "ada", 9); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := reports.DismissReports(ctx, one, 1<<40, b.clock.now(), entry); err != nil {
		b.Fatal(err)
	}
	b.clock.pass(31 * 24 * time.Hour)
	b.expire()
	all, err := reports.Reported(ctx, []comment.ID{one, two})
	if err != nil || len(all) != 1 || len(all[two].Open) != 1 {
		b.Errorf("got %+v, %v; want the open report alone", all, err)
	}
	if n := b.count("reports WHERE reporter IS NOT NULL"); n != 0 {
		b.Errorf("%d reporters are still known", n)
	}
}

// viewsKept keeps the lists that users have named.
func viewsKept(b *bench) {
	b.addUser(user("ada"))
	b.addUser(user("bo"))
	views, ctx := b.Views(), b.Context()
	keep := func(user, name, query string) error {
		return views.KeepView(ctx, user, desk.KeptView{Name: name, Query: query}, 2, entry)
	}
	for _, v := range [][3]string{{"ada", "Mills", "post=mill"}, {"ada", "Links", "domain=a.example"}, {"ada", "Mills", "post=old-mill"}, {"bo", "Mills", "q=mill"}} {
		if err := keep(v[0], v[1], v[2]); err != nil {
			b.Fatal(err)
		}
	}
	if err := keep("ada", "A third", "q=x"); !errors.Is(err, desk.ErrViews) {
		b.Errorf("one more than the most: %v", err)
	}
	got, err := views.Views(ctx, "ada")
	if err != nil || len(got) != 2 || got[0].Name != "Links" || got[1].Query != "post=old-mill" {
		b.Fatalf("of ada: %+v, %v", got, err)
	}
	theirs, err := views.Views(ctx, "bo")
	if err != nil || len(theirs) != 1 {
		b.Fatalf("of bo: %+v, %v", theirs, err)
	}
	if err := views.RenameView(ctx, "ada", got[0].ID, "Mills", entry); !errors.Is(err, desk.ErrViewTaken) {
		b.Errorf("two of one name: %v", err)
	}
	if err := views.RenameView(ctx, "ada", got[0].ID, "Hosts", entry); err != nil {
		b.Error(err)
	}
	for what, err := range map[string]error{
		"renamed": views.RenameView(ctx, "ada", theirs[0].ID, "Mine", entry),
		"removed": views.RemoveView(ctx, "ada", theirs[0].ID, entry),
	} {
		if !errors.Is(err, desk.ErrNoView) {
			b.Errorf("somebody else's view is %s: %v", what, err)
		}
	}
	if err := views.RemoveView(ctx, "ada", got[0].ID, entry); err != nil {
		b.Error(err)
	}
	if got, err := views.Views(ctx, "ada"); err != nil || len(got) != 1 {
		b.Errorf("one is left, and there are %+v, %v", got, err)
	}
}

// pastTold tells what else there is of an author: by proof, and only by name.
func pastTold(b *bench) {
	one := func(st comment.Status, name string, proof byte) comment.ID {
		c := a(st)
		c.Author, c.Body = name, strings.Repeat("é", 300)
		if proof != 0 {
			c.Proof = comment.Proof{proof}
		}
		return b.add(c, "")
	}
	first := one(comment.Approved, "Ada", 1)
	one(comment.Spam, "Adeline", 1)
	one(comment.Approved, "ada", 0)
	one(comment.Spam, "ADA", 2)
	one(comment.Spam, "ADA", 2)
	alone := one(comment.Pending, "Bo", 0)
	all, err := b.Desk().Past(b.Context(), comment.Scope{All: true}, []comment.ID{first, alone}, 2, 1)
	if err != nil || len(all) != 1 {
		b.Fatalf("got %+v, %v", all, err)
	}
	p := all[first]
	if p.Proved.Total() != 1 || p.Proved.Counts[comment.Spam] != 1 || p.Proved.More || len(p.Proved.Latest) != 1 {
		b.Errorf("by proof: %+v", p.Proved)
	}
	if p.Named.Total() != 2 || p.Named.Counts[comment.Spam] != 2 || !p.Named.More || len(p.Named.Latest) != 1 {
		b.Errorf("by name: %+v", p.Named)
	}
	if g := p.Named.Latest[0]; g.ID != 5 || g.Status != comment.Spam || g.Post == "" || g.At.IsZero() || len([]rune(g.Body)) != 200 {
		b.Errorf("the latest: %+v", g)
	}
	if all, err := b.Desk().Past(b.Context(), comment.Scope{Posts: []string{"elsewhere"}}, []comment.ID{first}, 2, 1); err != nil || len(all) != 0 {
		b.Errorf("to whom the posts are not open is told %+v, %v", all, err)
	}
}
