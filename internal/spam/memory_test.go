package spam_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

var monday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// long is a text with enough words to have near-duplicates.
const long = "Last spring I moved the roses to the south wall, where they get sun from ten in the morning on, " +
	"and cut them back to three buds each; by June all of them were in flower again."

// at is a message to a post, some hours after monday noon.
func at(hours int, post, site, body string) spam.Message {
	return spam.Message{
		Author: "Ada Example", AuthorURL: site, Body: body, Permalink: post,
		Date: monday.Add(time.Duration(hours) * time.Hour),
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	const shop = "https://shop.example.org/shoes"
	type came struct {
		m     spam.Message
		state spam.TraceState
	}
	none, published, called := spam.TraceUndecided, spam.TracePublished, spam.TraceSpam
	tests := []struct {
		name   string
		before []came
		now    spam.Message
		want   spam.Memory
	}{
		{"nothing before", nil, at(1, "a", shop, long), spam.Memory{}},
		{
			"what only the filter decided says nothing about a domain",
			[]came{{at(0, "a", shop, "one short text, see www.example.net"), none}},
			at(1, "b", shop, "another, see www.example.net"),
			spam.Memory{},
		},
		{
			"the author's site, and name and site together",
			[]came{{at(0, "a", shop, "x"), published}, {at(0, "a", "http://example.org", "y"), published}},
			at(1, "b", "https://www.example.org/", "z"),
			spam.Memory{Site: spam.Past{Published: 2}, Author: spam.Past{Published: 2}},
		},
		{
			"a site that was linked",
			[]came{{at(0, "a", "", "see https://deep.example.org/page, or not"), called}},
			at(1, "b", shop, "z"),
			spam.Memory{Site: spam.Past{Spam: 1}},
		},
		{
			"a host that is named without a link",
			[]came{{at(0, "a", "", "see www.example.org"), called}},
			at(1, "b", "", "go to Shop.Example.ORG."),
			spam.Memory{Link: spam.Past{Spam: 1}},
		},
		{
			"the link that speaks for spam most counts",
			[]came{
				{at(0, "a", "", "https://example.org"), published},
				{at(0, "a", "", "https://example.org"), published},
				{at(0, "a", "", "https://example.net"), called},
			},
			at(1, "b", "", "https://example.org and https://example.net"),
			spam.Memory{Link: spam.Past{Spam: 1}},
		},
		{
			"an unknown link beside a known one is unknown",
			[]came{{at(0, "a", "", "https://example.org"), published}},
			at(1, "b", "", "https://example.org and https://example.net"),
			spam.Memory{},
		},
		{
			"an unknown link beside one called spam",
			[]came{{at(0, "a", "", "https://example.org"), called}},
			at(1, "b", "", "https://example.net and https://example.org"),
			spam.Memory{Link: spam.Past{Spam: 1}},
		},
		{
			"another name under the same site is another author",
			[]came{{spam.Message{Author: "Grace", AuthorURL: shop, Body: "x", Date: monday}, published}},
			at(1, "b", shop, "z"),
			spam.Memory{Site: spam.Past{Published: 1}},
		},
		{
			"a name without a site is nobody",
			[]came{{at(0, "a", "", "x"), published}},
			at(1, "b", "", "z"),
			spam.Memory{},
		},
		{
			"the same text elsewhere and here",
			[]came{{at(0, "a", "", long), none}, {at(1, "b", "", strings.ToUpper(long)), none}, {at(1, "b", "", long+"!!"), called}, {at(2, "c", "", long), none}},
			at(3, "c", "", strings.ReplaceAll(long, " ", "  ")),
			spam.Memory{Text: spam.Past{Spam: 1}, Elsewhere: 2, Again: 1},
		},
		{
			"nearly the same text",
			[]came{{at(0, "a", "", long), published}},
			at(1, "b", "", strings.Replace(long, "Last", "Dear all! Last", 1)),
			spam.Memory{Text: spam.Past{Published: 1}, Elsewhere: 1},
		},
		{
			"another text",
			[]came{{at(0, "a", "", long), published}},
			at(1, "b", "", "My roses stand on the north side of the house and still flower twice a year, if I do not forget to water them in August."),
			spam.Memory{},
		},
		{
			"a short text may come from many",
			[]came{{at(0, "a", "", "Thank you!"), none}},
			at(1, "b", "", "Thank you!"),
			spam.Memory{},
		},
		{
			"text without spaces",
			[]came{{at(0, "a", "", "去年春天我把玫瑰移到了南墙边,早上十点开始有阳光。"), called}},
			at(1, "b", "", "你好!去年春天我把玫瑰移到了南墙边,早上十点开始有阳光。"),
			spam.Memory{Text: spam.Past{Spam: 1}, Elsewhere: 1},
		},
		{
			"a day later it is no repeat, but what a person said still holds",
			[]came{{at(0, "a", "", long), called}, {at(0, "a", "", long), none}},
			at(24, "b", "", long),
			spam.Memory{Text: spam.Past{Spam: 1}},
		},
		{
			"texts are forgotten after 90 days, domains not",
			[]came{{at(0, "a", shop, long), called}},
			at(24*90, "b", shop, long),
			spam.Memory{Site: spam.Past{Spam: 1}, Author: spam.Past{Spam: 1}},
		},
		{
			"domains are forgotten after 400 days",
			[]came{{at(0, "a", shop, long), called}},
			at(24*400, "b", shop, long),
			spam.Memory{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r spam.Recall
			for i, c := range tt.before {
				r.Note(int64(i+1), c.m, c.state)
			}
			if diff := cmp.Diff(tt.want, r.Look(tt.now)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestMemoryIsWeighed finds the features of a memory in a verdict, and not in what
// is learned from.
func TestMemoryIsWeighed(t *testing.T) {
	t.Parallel()
	plain := at(0, "a", "https://example.org", long)
	known := plain
	known.Memory = spam.Memory{Link: spam.Past{Spam: 3}, Elsewhere: 2}
	if diff := cmp.Diff(spam.Extract(plain), spam.Extract(known)); diff != "" {
		t.Errorf("a lesson holds the memory: -without +with\n%s", diff)
	}
	for _, name := range []string{"memory:link called spam=2-4", "memory:same text under other posts=2"} {
		if !slices.Contains(spam.MemoryFeatures(), name) {
			t.Errorf("%s is none of %q", name, spam.MemoryFeatures())
		}
	}
}

// TestNearDuplicates takes words of a text away, and asks how often it is found.
func TestNearDuplicates(t *testing.T) {
	t.Parallel()
	found := func(changes int) int {
		n := 0
		for seed := range 200 {
			words := make([]string, 60)
			for i := range words {
				words[i] = fmt.Sprintf("w%dx%d", seed, i)
			}
			var r spam.Recall
			r.Note(1, at(0, "a", "", strings.Join(words, " ")), spam.TraceSpam)
			for i := range changes {
				words[(i*60/changes+seed)%60] = "other"
			}
			n += r.Look(at(1, "a", "", strings.Join(words, " "))).Text.Spam
		}
		return n
	}
	for _, tt := range []struct{ changes, least, most int }{{0, 200, 200}, {1, 185, 200}, {2, 160, 200}, {12, 0, 25}, {20, 0, 4}} {
		if got := found(tt.changes); got < tt.least || got > tt.most {
			t.Errorf("%d of 60 words changed: %d of 200 found, want %d to %d", tt.changes, got, tt.least, tt.most)
		}
	}
}

// TestMemoryIsBounded sends what would leave many traces.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	var links strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&links, "https://host%d.example%d.org/ ", i, i)
	}
	for name, body := range map[string]string{
		"links": links.String(), "hosts": strings.Repeat("a.example.org ", 900),
		"one word": strings.Repeat("a", 1<<20), "any bytes": strings.Repeat("\xff\x80h\x00w", 3000), "dots": strings.Repeat("a.", 9000),
	} {
		m := at(0, "a", strings.Repeat("x.", 900)+"org", body)
		if n := len(spam.Traces(m)); n > 29 {
			t.Errorf("%s: %d traces", name, n)
		}
	}
	var r spam.Recall
	for i := range 100 {
		r.Note(int64(i), at(0, fmt.Sprint(i), "https://example.org", long), spam.TraceSpam)
	}
	all := spam.Past{Spam: spam.MemoryLimit}
	want := spam.Memory{Site: all, Author: all, Text: all, Elsewhere: spam.MemoryLimit}
	if diff := cmp.Diff(want, r.Look(at(1, "a", "https://example.org", long))); diff != "" {
		t.Errorf("after a wave: -want +got\n%s", diff)
	}
}

// TestRecallIsUndone lets comments come and be decided on in any order, and
// compares with a Recall that was told only the end.
func TestRecallIsUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bodies := []string{long, long + " Yes.", "see https://example.org/x and example.net", "no"}
		message := rapid.Custom(func(t *rapid.T) spam.Message {
			return at(rapid.IntRange(0, 30).Draw(t, "hour"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "post"),
				rapid.SampledFrom([]string{"", "https://example.org", "https://example.net"}).Draw(t, "site"), rapid.SampledFrom(bodies).Draw(t, "body"))
		})
		var stepwise, atOnce spam.Recall
		messages := rapid.SliceOfN(message, 1, 12).Draw(t, "messages")
		states := map[int64]spam.TraceState{}
		for i, m := range messages {
			stepwise.Note(int64(i), m, spam.TraceUndecided)
			states[int64(i)] = spam.TraceUndecided
		}
		for range rapid.IntRange(0, 30).Draw(t, "decisions") {
			id := int64(rapid.IntRange(0, len(messages)-1).Draw(t, "id"))
			if rapid.IntRange(0, 9).Draw(t, "what") == 0 {
				stepwise.Forget(id)
				delete(states, id)
				continue
			}
			s := rapid.SampledFrom(spam.TraceStates).Draw(t, "state")
			stepwise.Decide(id, s)
			if _, ok := states[id]; ok {
				states[id] = s
			}
		}
		for i, m := range messages {
			if s, ok := states[int64(i)]; ok {
				atOnce.Note(int64(i), m, s)
			}
		}
		now := message.Draw(t, "now")
		now.Date = monday.Add(40 * time.Hour)
		if diff := cmp.Diff(atOnce.Look(now), stepwise.Look(now)); diff != "" {
			t.Fatalf("-at once +step by step\n%s", diff)
		}
	})
}

func FuzzTraces(f *testing.F) {
	f.Add("Ada", "https://example.org", long)
	f.Add("", "//", "www.\xff http:// h.h@w.w ...")
	f.Fuzz(func(t *testing.T, author, site, body string) {
		m := spam.Message{Author: author, AuthorURL: site, Body: body, Date: monday}
		if diff := cmp.Diff(spam.Traces(m), spam.Traces(m)); diff != "" || len(spam.Traces(m)) > 29 {
			t.Errorf("%d traces; %s", len(spam.Traces(m)), diff)
		}
	})
}

func BenchmarkTraces(b *testing.B) {
	m := at(0, "a", "https://example.org", long+" See https://example.net/roses")
	b.ReportAllocs()
	for b.Loop() {
		spam.Traces(m)
	}
}
