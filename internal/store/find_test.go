package store_test

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// judged gives a comment a verdict with a sign.
func judged(c comment.Comment, p float64, sign string) comment.Comment {
	odds := math.Log(p / (1 - p))
	c.Verdict = spam.Verdict{
		Model: "test", Probability: p, LogOdds: odds,
		Reasons: []spam.Reason{{Feature: spam.ReasonBias, Weight: 1}, {Feature: "calm", Weight: -2}, {Feature: sign, Weight: 0.5}},
	}
	return c
}

// deskComments are comments to find; their numbers are their places, from 1.
func deskComments(b *bench) {
	b.addUser(user("mo"))
	one := func(st comment.Status, author, body string, change func(*comment.Comment, *comment.Given)) {
		c := a(st)
		c.Author, c.Body, c.Verdict = author, body, spam.Verdict{}
		g := comment.Given{}
		c.CreatedAt = start.Add(time.Duration(b.count("comments")) * 24 * time.Hour)
		change(&c, &g)
		b.give(c, g)
	}
	one(comment.Pending, "Ada Quill", "I liked the harbour, and the boats in the morning.", func(c *comment.Comment, g *comment.Given) {
		*c = judged(*c, 0.5, "word:boats")
		g.Email, g.Network = "ada@example.org", netip.MustParsePrefix("192.0.2.7/32")
		c.Hold, c.Proof = comment.HoldUnsure, comment.Proof{1}
	})
	one(comment.Pending, "Bo", "Cheap e-mail lists at http://www.shop.example/buy", func(c *comment.Comment, g *comment.Given) {
		*c = judged(*c, 0.97, "word:cheap")
		g.Network = netip.MustParsePrefix("192.0.9.7/32")
		c.Hold, c.Post = comment.HoldSpam, "mill"
	})
	one(comment.Pending, "ada", "Das ist nicht der Hafen, aber ich mag ihn auch.", func(c *comment.Comment, g *comment.Given) {
		c.Hold, c.URL, c.Post = comment.HoldUnjudged, "https://blog.example/ada", "mill"
		g.Network = netip.MustParsePrefix("2001:db8:1:2::/64")
	})
	one(comment.Spam, "Ada Quill", "C++ in 東京都 for morning boats", func(c *comment.Comment, _ *comment.Given) {
		*c = judged(*c, 0.9, "word:cheap")
		c.Hold, c.Channel = comment.HoldSpam, comment.Webmention
	})
	one(comment.Approved, "100% Ada_", "boats boats", func(c *comment.Comment, _ *comment.Given) {
		*c = judged(*c, 0.04, "")
		c.Proof, c.EditedAt = comment.Proof{1}, start
	})
	one(comment.Approved, "Erased", "harbour boats morning", func(c *comment.Comment, _ *comment.Given) { c.ErasedAt = start })
	b.exec("UPDATE comments SET wave = 3 WHERE id IN (1, 3)")
	b.exec("UPDATE comments SET reported = 2 WHERE id = 5")
	b.exec("UPDATE comments SET assignee_id = 1 WHERE id = 2")
}

// commentsFound looks with every field of a filter.
func commentsFound(b *bench) {
	deskComments(b)
	for query, want := range map[string][]comment.ID{
		"":                                 {5, 4, 3, 2, 1},
		"status=pending":                   {3, 2, 1},
		"status=trash":                     nil,
		"q=boats":                          {5, 4, 1},
		"q=BOAT*":                          {5, 4, 1},
		"q=boat":                           nil,
		"q=harbour+boats":                  {1},
		"q=%22morning+boats%22":            {4},
		"q=%22boats+in+the+mor*%22":        nil,
		"q=-boats":                         {3, 2},
		"q=morning+-quill":                 nil,
		"q=quill":                          {4, 1},
		"q=%22quill+i+liked%22":            nil, // a name and a text are two
		"q=email":                          {2},
		"q=e-mail":                         {2},
		"q=%22e+mail+lists%22":             {2},
		"q=c%2B%2B":                        {4},
		"q=c":                              nil,
		"q=%E4%BA%AC":                      {4},
		"q=%E6%9D%B1%E4%BA%AC":             {4},
		"q=%E6%9D%B1%E9%83%BD":             nil,
		"q=%22%27%29+OR+1":                 nil,
		"q=%3F%21":                         nil,
		"q=docid%3A1":                      nil,
		"q=words%3Aboats":                  nil,
		"q=near":                           nil,
		"author=ada":                       {5, 4, 3, 1},
		"author=%22ADA%22":                 {3},
		"author=%22%D0%90da%22":            {3}, // with an A of another script, as names are compared
		"author=%D0%90da+Q":                {4, 1},
		"author=100%25":                    {5},
		"author=00+a":                      {5},
		"author=1%25a":                     nil,
		"author=a_a":                       nil,
		"like=1":                           {5, 1},
		"like=2":                           nil,
		"like=99":                          nil,
		"person=1":                         {1},
		"person=nobody":                    nil,
		"network=192.0.2.0/24":             {1},
		"network=192.0.0.0/16":             {2, 1},
		"network=2001:db8:1::/48":          {3},
		"network=2001:db8::/32":            {3},
		"network=198.51.100.1":             nil,
		"domain=shop.example":              {2},
		"domain=www.shop.example":          {2},
		"domain=blog.example":              {3},
		"domain=hop.example":               nil,
		"from=50":                          {4, 2, 1},
		"from=91&to=100":                   {2},
		"to=50":                            {5, 1},
		"to=100":                           {5, 4, 2, 1},
		"from=100":                         nil,
		"hold=spam":                        {4, 2},
		"hold=published":                   {5},
		"reason=word%3Acheap":              {4, 2},
		"reason=calm":                      nil,
		"post=mill":                        {3, 2},
		"lang=de":                          {3},
		"channel=webmention":               {4},
		"channel=form&status=approved":     {5},
		"wave=3":                           {3, 1},
		"reported=1":                       {5},
		"edited=1":                         {5},
		"assignee=Mo":                      {2},
		"assignee=ada":                     nil,
		"status=pending&from=60&q=cheap":   {2},
		"status=pending&domain=nowhere.io": nil,
	} {
		b.finds(query, comment.Scope{All: true}, want...)
	}
	b.finds("", comment.Scope{Posts: []string{"mill", "church"}}, 3, 2)
	b.finds("", comment.Scope{})
	days := url.Values{"since": {start.Add(24 * time.Hour).Format(desk.Day)}, "until": {start.Add(48 * time.Hour).Format(desk.Day)}}
	b.finds(days.Encode(), comment.Scope{All: true}, 3, 2)
}

// finds looks with a filter, counts, and reads the numbers.
func (b *bench) finds(query string, in comment.Scope, want ...comment.ID) {
	b.Helper()
	f := parsed(b, query)
	p, err := b.Desk().Find(b.Context(), in, desk.View{Filter: f}, 10)
	if got := ids(p.Comments); err != nil || !slices.Equal(got, want) {
		b.Errorf("%q finds %v, %v, want %v", query, got, err, want)
	}
	if n, err := b.Desk().Count(b.Context(), in, f); err != nil || n != len(want) {
		b.Errorf("%q counts %d, %v, want %d", query, n, err, len(want))
	}
	later := desk.Mark{Newest: 99, At: start.Add(time.Hour * 24 * 365)}
	got, err := b.Desk().IDs(b.Context(), in, f, later, 0, 10)
	if slices.Reverse(got); err != nil || !slices.Equal(got, want) {
		b.Errorf("%q has the numbers %v, %v, want %v", query, got, err, want)
	}
}

func parsed(b *bench, query string) desk.Filter {
	b.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		b.Fatal(err)
	}
	f, err := desk.ParseFilter(v)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// foundAmongMany finds the same where nothing is few, and lists are looked through in parts.
func foundAmongMany(b *bench) {
	store.Few(b.DB, 1)
	commentsFound(b)
	for range 30 {
		b.add(a(comment.Trash), "")
	}
	b.finds("q=boats", comment.Scope{All: true}, 5, 4, 1)
	b.finds("q=-boats&status=pending", comment.Scope{All: true}, 3, 2)
}

// foundScattered turns the pages of lists whose hits lie far apart, so that a page takes several
// parts of a walk.
func foundScattered(b *bench) {
	hit := map[comment.ID]bool{}
	for i := range 90 {
		c := judged(a(comment.Pending), 0.05+float64(i*7%90)/100, "")
		c.Post, c.CreatedAt = fmt.Sprint("post", i%4), start.Add(time.Duration(i*11%90)*time.Hour)
		if c.Body = "nothing"; i%7 == 3 {
			c.Body = "boats"
		}
		hit[b.add(c, "")] = c.Body == "boats"
	}
	store.Few(b.DB, 2)
	b.exec("UPDATE comments SET wave = 1 + id % 5")
	for _, order := range []desk.Sort{desk.Newest, desk.Oldest, desk.Doubt, desk.ByWave, desk.BySize, desk.ByPost} {
		want := slices.DeleteFunc(b.turned(desk.View{Sort: order}, 100), func(id comment.ID) bool { return !hit[id] })
		for _, query := range []string{"q=boats&status=pending", "q=boats+-nothing"} {
			v := desk.View{Filter: parsed(b, query), Sort: order}
			for _, size := range []int{1, 2, 3, 5} {
				if got := b.turned(v, size); len(want) != 13 || !slices.Equal(got, want) {
					b.Errorf("%q of %q in pages of %d: %v, want %v", order, query, size, got, want)
				}
			}
		}
	}
}

// TestListsAreWalkedInOrder asks SQLite how it finds a page: it looks at no comment that is not
// on it, and sorts only those that have the same place.
func TestListsAreWalkedInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, engines[0])
	deskComments(b)
	for order, query := range map[desk.Sort]string{
		desk.Newest: "lang=en&from=40", desk.Oldest: "", desk.Doubt: "status=spam", desk.ByPost: "status=approved", desk.ByWave: "status=pending",
	} {
		v := desk.View{Filter: parsed(b, query), Sort: order, From: desk.Cursor{Sort: order, Key: "7", ID: 7}}
		asked, err := store.Asked(b.DB, func() error {
			_, err := b.Desk().Find(t.Context(), comment.Scope{All: true}, v, 25)
			return err
		})
		if err != nil || len(asked) == 0 {
			t.Fatalf("%q: %q, %v", query, asked, err)
		}
		sorted := 0
		for _, step := range b.steps(asked[0]) {
			if strings.HasPrefix(step, "SCAN comments") {
				t.Errorf("%q of %q: %s", order, query, step)
			}
			if strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER BY") {
				sorted++
			}
		}
		if want := strings.Count(asked[0], "UNION ALL") / 3; sorted != want {
			t.Errorf("%q of %q sorts whole lists %d times, want %d", order, query, sorted, want)
		}
	}
}

// TestNoListReadsEveryComment asks SQLite how it finds, counts and numbers what each field of a filter
// means, alone and with a word that many comments have, in every order, where hits are few and where
// they are many: comments that are not meant are passed over in an index, and not read.
func TestNoListReadsEveryComment(t *testing.T) {
	t.Parallel()
	b := newBench(t, engines[0])
	deskComments(b)
	all := comment.Scope{All: true}
	seen := map[string]bool{}
	for _, few := range []int{1_000, 1} {
		store.Few(b.DB, few)
		for _, query := range []string{
			"", "status=spam", "q=boats", "q=-boats", "q=%22morning+boats%22", "q=b*", "author=ada", "author=%22ADA%22", "like=1", "person=1",
			"network=192.0.2.0/24", "network=2001:db8::/32", "domain=shop.example", "from=50", "from=20&to=80", "to=100", "hold=spam", "hold=published",
			"reason=word%3Acheap", "post=mill", "lang=de", "lang=de&from=20", "since=2026-01-01&until=2026-12-31", "channel=webmention",
			"channel=webmention&status=pending", "reported=1", "reported=1&status=approved", "wave=3", "edited=1", "assignee=Mo",
		} {
			for _, with := range []string{"", "&status=pending", "&q=boats", "&status=pending&q=boats"} {
				f := parsed(b, query+with)
				for _, order := range desk.Sorts {
					v := desk.View{Filter: f, Sort: order, From: desk.Cursor{Sort: order, Key: "7", ID: 3, Mark: desk.Mark{Newest: 4, At: start}}}
					asked, err := store.Asked(b.DB, func() error {
						p, err := b.Desk().Find(t.Context(), all, v, 25)
						if err == nil {
							_, err = p.Total(t.Context())
						}
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					b.readsNoTable(query+with+" by "+string(order), seen, asked)
				}
				asked, err := store.Asked(b.DB, func() error {
					_, err := b.Desk().IDs(t.Context(), all, f, desk.Mark{Newest: 9_999, At: start}, 0, 25)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				b.readsNoTable(query+with, seen, asked)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d questions were looked at", len(seen))
	}
}

// readsNoTable looks at the plans of what was asked.
func (b *bench) readsNoTable(what string, seen map[string]bool, asked []string) {
	b.Helper()
	for _, query := range asked {
		if seen[query] {
			continue
		}
		seen[query] = true
		for _, step := range b.steps(query) {
			if table, ok := strings.CutPrefix(step, "SCAN "); ok && !strings.Contains(step, " INDEX ") && readWhole.MatchString(table) {
				b.Errorf("%s: %s\n%s", what, step, query)
			}
		}
	}
}

// readWhole matches the tables of which no list may read every row.
var readWhole = regexp.MustCompile(`^(comments|late|mate|author|c|a|comment_hosts|networks|comment_words)( |$)`)

// steps are those of SQLite's plan; what stands for a value says nothing.
func (b *bench) steps(query string) (steps []string) {
	b.Helper()
	values := slices.Repeat([]any{""}, strings.Count(query, "?"))
	rows, err := store.RawReader(b.DB).QueryContext(b.Context(), "EXPLAIN QUERY PLAN "+query, values...)
	if err != nil {
		b.Fatalf("%v: %s", err, query)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			b.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return steps
}

// commentsSorted turns the pages of every order.
func commentsSorted(b *bench) {
	deskComments(b)
	b.exec("UPDATE comments SET wave = 9 WHERE id = 2") // alone in it
	b.clock.at = start.Add(5 * 24 * time.Hour)          // none of them is still to come
	for _, tt := range []struct {
		sort  desk.Sort
		query string
		want  []comment.ID
	}{
		{desk.Newest, "status=pending", []comment.ID{3, 2, 1}},
		{desk.Oldest, "status=pending", []comment.ID{1, 2, 3}},
		{desk.Doubt, "status=pending", []comment.ID{3, 1, 2}},
		{desk.ByWave, "status=pending", []comment.ID{2, 3, 1}},
		{desk.BySize, "status=pending", []comment.ID{3, 1, 2}},
		{desk.BySize, "author=ada", []comment.ID{3, 1, 5, 4}},
		{desk.BySize, "", []comment.ID{3, 1, 5, 4, 2}},
		{desk.ByPost, "status=pending", []comment.ID{1, 2, 3}},
		{desk.Doubt, "", []comment.ID{3, 1, 4, 5, 2}},
		{desk.ByPost, "from=1", []comment.ID{1, 4, 5, 2}},
		{desk.ByWave, "author=ada", []comment.ID{3, 1, 5, 4}},
		{desk.Oldest, "", []comment.ID{1, 2, 3, 4, 5}},
	} {
		for size := range 6 {
			if got := b.turned(desk.View{Filter: parsed(b, tt.query), Sort: tt.sort}, size+1); !slices.Equal(got, tt.want) {
				b.Errorf("%q of %q in pages of %d: %v, want %v", tt.sort, tt.query, size+1, got, tt.want)
			}
		}
	}
	broken := desk.View{Sort: desk.Doubt, From: desk.Cursor{Sort: desk.Doubt, Key: "x", ID: 1}}
	if _, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, broken, 3); err == nil {
		b.Error("a damaged place is none")
	}
}

// wavesSorted sorts by the size that waves have, whatever else is asked for, and whether what is
// found is few or many.
func wavesSorted(b *bench) {
	deskComments(b)
	bigger := []comment.ID{b.add(by("Zoë", comment.Pending), ""), b.add(by("Cy", comment.Pending), ""), b.add(by("Di", comment.Pending), "")}
	smaller := []comment.ID{b.add(by("Zoë", comment.Pending), ""), b.add(by("Zoë", comment.Pending), "")}
	for wave, of := range map[int64][]comment.ID{100: bigger, 200: smaller} {
		for _, id := range of {
			b.exec(fmt.Sprintf("UPDATE comments SET wave = %d WHERE id = %d", wave, id))
		}
	}
	want := []comment.ID{bigger[0], smaller[1], smaller[0]}
	for _, few := range []int{1_000, 1} {
		store.Few(b.DB, few)
		for _, query := range []string{`author="Zoë"`, `status=pending&author="Zoë"`, "status=pending&author=zo"} {
			for size := range 3 {
				if got := b.turned(desk.View{Filter: parsed(b, query), Sort: desk.BySize}, size+1); !slices.Equal(got, want) {
					b.Errorf("%q, %d are few, in pages of %d: got %v, want %v", query, few, size+1, got, want)
				}
			}
		}
	}
}

// sizesHold lets waves grow, and begin, while somebody turns the pages of a list by size.
func sizesHold(b *bench) {
	in := func(wave int64) comment.ID {
		id := b.add(a(comment.Pending), "")
		b.exec(fmt.Sprintf("UPDATE comments SET wave = %d WHERE id = %d", wave, id))
		return id
	}
	big := []comment.ID{in(100), in(100), in(100)}
	small := []comment.ID{in(200), in(200)}
	alone, moved := in(0), b.add(a(comment.Spam), "")
	v := desk.View{Filter: desk.Filter{Status: comment.Pending}, Sort: desk.BySize}
	var got []comment.ID
	for page := range 12 {
		p, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, v, 1)
		if err != nil || len(p.Comments) != 1 {
			b.Fatalf("page %d: %v, %v", page, p.Comments, err)
		}
		got = append(got, p.Comments[0].ID)
		if p.Next == nil {
			break
		}
		if v.From, err = desk.ParseCursor(p.Next.String(), v.Sort); err != nil {
			b.Fatal(err)
		}
		b.clock.at = b.clock.at.Add(time.Minute)
		switch page {
		case 0: // one more comes into the smaller wave, one is moved into it, and one begins a wave
			in(200)
			b.update(moved, comment.Change{Status: comment.Pending, Entry: entry})
			b.exec(fmt.Sprintf("UPDATE comments SET wave = 200 WHERE id = %d", moved))
			b.exec(fmt.Sprintf("UPDATE comments SET wave = id WHERE id = %d", alone))
			in(int64(alone))
		case 1: // one that was not shown yet is decided on
			b.update(big[0], comment.Change{Status: comment.Spam, Entry: entry})
		}
	}
	seen := map[comment.ID]bool{}
	got = slices.DeleteFunc(got, func(id comment.ID) bool { // what came meanwhile may be there, and what was shown may come again
		again := seen[id]
		seen[id] = true
		return again || id >= moved
	})
	if want := []comment.ID{big[2], big[1], small[1], small[0], alone}; !slices.Equal(got, want) {
		b.Errorf("got %v, want %v", got, want)
	}
}

// turned is what all pages of a list have.
func (b *bench) turned(v desk.View, size int) (all []comment.ID) {
	b.Helper()
	for range 20 {
		p, err := b.Desk().Find(b.Context(), comment.Scope{All: true}, v, size)
		if err != nil || len(p.Comments) > size {
			b.Fatalf("a page of %d, %v", len(p.Comments), err)
		}
		all = append(all, ids(p.Comments)...)
		if p.Next == nil {
			return all
		}
		if v.From, err = desk.ParseCursor(p.Next.String(), v.Sort); err != nil {
			b.Fatal(err)
		}
	}
	b.Fatal("the pages do not end")
	return nil
}

// markHolds lets comments come and go after a list was shown.
func markHolds(b *bench) {
	old, moved := b.add(a(comment.Pending), ""), b.add(a(comment.Spam), "")
	b.clock.at = start.Add(time.Minute)
	m, err := b.Desk().Mark(b.Context())
	if err != nil || m != (desk.Mark{Newest: moved, At: start.Add(time.Minute)}) {
		b.Errorf("the mark is %v, %v", m, err)
	}
	b.clock.at = start.Add(2 * time.Minute)
	b.update(moved, comment.Change{Status: comment.Pending, Entry: entry})
	b.add(a(comment.Pending), "")
	got, err := b.Desk().IDs(b.Context(), comment.Scope{All: true}, desk.Filter{Status: comment.Pending}, m, 0, 10)
	if err != nil || !slices.Equal(got, []comment.ID{old}) {
		b.Errorf("meant are %v, %v, want %v", got, err, old)
	}
	b.clock.at = start.Add(3 * time.Minute)
	b.update(old, comment.Change{Status: comment.Pending, Entry: entry}) // stays where it is
	got, err = b.Desk().IDs(b.Context(), comment.Scope{All: true}, desk.Filter{Status: comment.Pending}, m, 0, 10)
	if err != nil || !slices.Equal(got, []comment.ID{old}) {
		b.Errorf("after a decision that moved nothing: %v, %v", got, err)
	}
	b.clock.at = start.Add(4 * time.Minute)
	_, err = b.Comments().Revise(b.Context(), old, func(m comment.Mine) (comment.Revision, error) {
		m.Comment.Body = "A text that nobody was shown."
		return comment.Revision{Comment: m.Comment}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	got, err = b.Desk().IDs(b.Context(), comment.Scope{All: true}, desk.Filter{Status: comment.Pending}, m, 0, 10)
	if err != nil || len(got) != 0 {
		b.Errorf("with another text since: %v, %v", got, err)
	}
}

// foundAsChanged edits, hides, erases and deletes comments, and looks for them.
func foundAsChanged(b *bench) {
	all := comment.Scope{All: true}
	first := a(comment.Approved)
	first.Body = "the first words at http://first.example"
	id := b.add(first, "")
	_, err := b.Comments().Revise(b.Context(), id, func(m comment.Mine) (comment.Revision, error) {
		m.Comment.Body = "others at http://second.example"
		return comment.Revision{Comment: judgedMine(m)}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.finds("q=first", all)
	b.finds("domain=first.example", all)
	b.finds("q=others&domain=second.example&from=80", all, id)
	b.exec("UPDATE comments SET deleted_at = 1")
	b.finds("", all)
	b.exec("UPDATE comments SET deleted_at = NULL")
	reply := a(comment.Approved)
	reply.Parent, reply.Body = id, "a reply that has a place"
	second := b.add(reply, "")
	if _, err := b.Comments().Erase(b.Context(), id, 0, entry); err != nil {
		b.Fatal(err)
	}
	b.finds("", all, second)
	if n := b.count("comment_hosts") + b.count("comment_words WHERE docid = 1") + b.count("comments WHERE score IS NOT NULL AND id = 1"); n != 0 {
		b.Errorf("%d traces are left of what was erased", n)
	}
	b.update(second, comment.Change{Delete: true, Entry: entry})
	if n := b.count("comment_words"); n != 0 {
		b.Errorf("%d words are left of what was deleted", n)
	}
}

func judgedMine(m comment.Mine) comment.Comment { return judged(m.Comment, 0.9, "word:others") }

// TestFindingsMadeAnew takes away what comments are found by, as if they were from before.
// What is in memory only is not opened a second time.
func TestFindingsMadeAnew(t *testing.T) {
	t.Parallel()
	onEach(t, onDisk, func(t *testing.T, e engine) {
		t.Helper()
		findingsMadeAnew(newBench(t, e))
	})
}

func findingsMadeAnew(b *bench) {
	deskComments(b)
	mention := mentionOf(comment.Trash)
	mention.Body = "Somebody answers elsewhere."
	answer := b.add(mention, "")
	led := a(comment.Trash)
	led.Body = "Look at https://leads.example/url?q=https%3A%2F%2Fbehind.example%2Fbuy soon."
	behind := b.add(led, "")
	for range 449 {
		b.add(a(comment.Trash), "")
	}
	if err := b.Close(); err != nil {
		b.Fatal(err)
	}
	o := kept(b, b.url)
	o.Keys, o.KeepNetwork = b.file, 7*24*time.Hour
	db := mustOpen(b, o)
	again := &bench{TB: b.TB, DB: db, url: b.url, file: b.file, clock: b.clock, log: &bytes.Buffer{}}
	for _, sql := range []string{
		"DELETE FROM meta WHERE name = 'finding'", "DELETE FROM comment_words", "DELETE FROM comment_hosts",
		"UPDATE comments SET score = NULL, doubt = 0, sign = '', lang = ''",
	} {
		again.exec(sql)
	}
	all := comment.Scope{All: true}
	again.finds("q=boats", all)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	again.DB = mustOpen(b, o)
	again.finds("q=boats", all, 5, 4, 1)
	again.finds("domain=shop.example&reason=word%3Acheap&from=97", all, 2)
	again.finds("network=192.0.0.0/16", all, 2, 1)
	again.finds("lang=de&status=pending", all, 3)
	if n := again.count("comment_words"); n != 456 {
		b.Errorf("%d comments have words", n)
	}
	for _, sql := range []string{"DELETE FROM meta WHERE name = 'finding of mentions'", "DELETE FROM comment_words", "DELETE FROM comment_hosts"} {
		again.exec(sql)
	}
	if err := again.Close(); err != nil {
		b.Fatal(err)
	}
	again.DB = mustOpen(b, o)
	again.finds("q=answers&domain=other.example.org", all, answer)
	if n := again.count("comment_words"); n != 2 {
		b.Errorf("%d comments have words, want the two webmentions alone", n)
	}
	again.finds("domain=behind.example", all)
	again.exec("DELETE FROM meta WHERE name = 'finding behind redirectors'")
	if err := again.Close(); err != nil {
		b.Fatal(err)
	}
	again.DB = mustOpen(b, o)
	again.finds("domain=behind.example", all, behind)
	again.finds("domain=leads.example", all, behind)
	if n := again.count("comment_words"); n != 3 {
		b.Errorf("%d comments have words, want those that lead on besides", n)
	}
}

// TestWordsAreMergedWhenSomeWent: merging writes the whole index anew, while nothing else can be
// written; where nothing was deleted since it was last done, it is not done.
func TestWordsAreMergedWhenSomeWent(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	parts := func(when string, want int) { // of words; those of their beginnings stand at higher levels
		t.Helper()
		if err := b.Comments().Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.count("comment_words_segdir WHERE level < 1024"); got != want {
			t.Errorf("%s: the index has %d parts, want %d", when, got, want)
		}
	}
	id := b.add(a(comment.Approved), "")
	b.add(a(comment.Approved), "")
	parts("at first, when nothing is known of it", 1)
	b.add(a(comment.Approved), "")
	parts("after a comment", 2)
	if _, err := b.Comments().Erase(t.Context(), id, 0, account.Entry{At: start, Actor: "reader", Action: "erase", Target: "x"}); err != nil {
		t.Fatal(err)
	}
	parts("after an erasure", 1)
	b.add(a(comment.Approved), "")
	parts("after another", 2)
}

// TestWordsAreGone looks into the files after an erasure: of the words that comments are
// found by nothing is left, as they are not in the comments any more.
func TestWordsAreGone(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	for range 40 { // so that there are parts to be merged
		b.add(a(comment.Approved), "")
	}
	c := a(comment.Approved)
	c.Author, c.Body, c.URL = "Xanthippe", "quixotic zymurgy", "https://syzygy.example.org"
	id := b.add(c, "")
	for range 5 {
		b.add(a(comment.Approved), "")
	}
	needles := []string{"anthippe", "quixotic", "zymurgy", "syzygy"}
	all := slices.Concat(readAll(t, b.path()), readAll(t, b.path()+"-wal"))
	for _, n := range needles {
		if !bytes.Contains(all, []byte(n)) {
			t.Fatalf("%s is not there before", n)
		}
	}
	if _, err := b.Comments().Erase(t.Context(), id, 0, account.Entry{At: start, Actor: "reader", Action: "erase", Target: "x"}); err != nil {
		t.Fatal(err)
	}
	all = slices.Concat(readAll(t, b.path()), readAll(t, b.path()+"-wal"))
	for _, n := range needles {
		if bytes.Contains(all, []byte(n)) {
			t.Errorf("%s is still in the files", n)
		}
	}
}
