package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hamlet/internal/search"
)

// someWords are words that random documents are made of: few, so that they meet.
var someWords = []string{
	"sea", "seas", "salt", "salty", "boat", "Boot", "straße", "strasse", "café", "don't", "Ada's", "l'eau", "e-mail", "email",
	"C++", "c#", "state-of-the-art", "node.js", "東京", "東京タワー", "京都", "の", "서울", "한국어를", "ไทย", "อาหาร", "море", "Ёлка", "المدينة", "🎉", "42", "4.2",
}

var (
	aWord = rapid.SampledFrom(someWords)
	aText = rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(aWord, 0, 8).Draw(t, "words"), rapid.SampledFrom([]string{" ", ", ", "\n"}).Draw(t, "between"))
	})
	aDoc = rapid.Custom(func(t *rapid.T) search.Doc {
		d := search.Doc{
			ID: fmt.Sprint("d", rapid.IntRange(0, 12).Draw(t, "id")), Title: aText.Draw(t, "title"),
			Tags: rapid.SliceOfN(aWord, 0, 2).Draw(t, "tags"), Date: time.Unix(int64(rapid.IntRange(0, 3).Draw(t, "date")), 0),
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "sections") {
			d.Sections = append(d.Sections, search.Section{ID: fmt.Sprint("s", i), Heading: aText.Draw(t, "heading"), Text: aText.Draw(t, "text")})
		}
		return d
	})
	aQuery = rapid.Custom(func(t *rapid.T) string {
		form := rapid.SampledFrom([]string{"%s", "%s %s", `"%s %s"`, "%s -%s", "%s* %s", `"%s %s" %s`, "%s %s %s "}).Draw(t, "form")
		var words []any
		for range strings.Count(form, "%s") {
			words = append(words, aWord.Draw(t, "word"))
		}
		return fmt.Sprintf(form, words...)
	})
)

// TestWithIsBuild changes an index bit by bit, and compares what it finds with what
// one made at once finds.
func TestWithIsBuild(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOfN(aDoc, 0, 8).Draw(t, "first")
		ix, now := search.Build(slices.Values(first)), map[string]search.Doc{}
		for _, d := range first {
			now[d.ID] = d
		}
		for range rapid.IntRange(0, 12).Draw(t, "changes") {
			put := rapid.SliceOfN(aDoc, 0, 3).Draw(t, "put")
			drop := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
				return fmt.Sprint("d", rapid.IntRange(0, 12).Draw(t, "n"))
			}), 0, 2).Draw(t, "drop")
			ix = ix.With(put, drop)
			for _, id := range drop {
				delete(now, id)
			}
			for _, d := range put {
				now[d.ID] = d
			}
		}
		docs := make([]search.Doc, 0, len(now))
		for _, d := range now {
			docs = append(docs, d)
		}
		o := search.Options{Limit: 100, Doc: docOf(docs)}
		whole := search.Build(slices.Values(docs))
		for range 5 {
			q := aQuery.Draw(t, "query")
			if got, want := fmt.Sprint(ix.Search(q, o)), fmt.Sprint(whole.Search(q, o)); got != want {
				t.Fatalf("%q finds\n%s\nwant\n%s", q, got, want)
			}
		}
	})
}

// TestEveryWordFinds looks for each word of each document.
func TestEveryWordFinds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfNDistinct(aDoc, 1, 8, func(d search.Doc) string { return d.ID }).Draw(t, "docs")
		ix := search.Build(slices.Values(docs))
		for _, d := range docs {
			texts := append([]string{d.Title}, d.Tags...)
			for _, s := range d.Sections {
				texts = append(texts, s.Heading, s.Text)
			}
			for word := range strings.FieldsSeq(strings.Join(texts, " ")) {
				word = strings.Trim(word, ",")
				for _, q := range []string{word, strings.ToUpper(word), word + " ", `"` + word + `"`} {
					r := ix.Search(q, search.Options{Limit: 100, Doc: docOf(docs)})
					i := slices.IndexFunc(r.Hits, func(h search.Hit) bool { return h.ID == d.ID })
					if i < 0 {
						t.Fatalf("%q does not find %+v", q, d)
					}
					if h := r.Hits[i]; !marked(h, d) {
						t.Fatalf("%q: nothing is marked in %q %q %q", q, show(h.Title), show(h.Heading), show(h.Extract))
					}
				}
			}
		}
	})
}

// marked reports whether something of the hit is marked; a hit by a tag alone need
// not be.
func marked(h search.Hit, d search.Doc) bool {
	return strings.Contains(show(h.Title)+show(h.Heading)+show(h.Extract), "[") || len(d.Tags) > 0
}

// TestPhraseIsNarrower compares a phrase with its words, and both with the query
// turned round.
func TestPhraseIsNarrower(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(aDoc, 0, 12).Draw(t, "docs")
		ix := search.Build(slices.Values(docs))
		words := rapid.SliceOfN(aWord, 2, 3).Draw(t, "words")
		find := func(q string) []string { return strings.Fields(ids(ix.Search(q, search.Options{Limit: 100}))) }
		phrase, all := find(`"`+strings.Join(words, " ")+`"`), find(strings.Join(words, " "))
		for _, id := range phrase {
			if !slices.Contains(all, id) {
				t.Fatalf("the phrase %q finds %s, its words do not", words, id)
			}
		}
		for _, id := range find(words[0] + " -" + words[1]) {
			if slices.Contains(find(`"`+words[1]+`"`), id) {
				t.Fatalf("%q without %q finds %s, which has it", words[0], words[1], id)
			}
		}
	})
}

// TestPagesOfHits puts pages together, and compares them with all hits at once.
func TestPagesOfHits(t *testing.T) {
	t.Parallel()
	docs := corpus()[:1500]
	ix := search.Build(slices.Values(docs))
	r := rand.New(rand.NewPCG(5, 6))
	for name, query := range queries() {
		q := query(r)
		all := ix.Search(q, search.Options{Limit: 2000})
		var paged []search.Hit
		for offset := 0; offset < all.Total; offset += 70 {
			paged = append(paged, ix.Search(q, search.Options{Offset: offset, Limit: 70}).Hits...)
		}
		if len(all.Hits) != all.Total || fmt.Sprint(paged) != fmt.Sprint(all.Hits) {
			t.Errorf("%s %q: %d hits on pages, %d at once, Total %d", name, q, len(paged), len(all.Hits), all.Total)
		}
	}
}

// TestKeep counts only what is kept.
func TestKeep(t *testing.T) {
	t.Parallel()
	ix := search.Build(slices.Values(library()))
	r := ix.Search("water", search.Options{Keep: func(id string) bool { return id != "bread" }})
	if ids(r) != "tomatoes" || r.Total != 1 {
		t.Errorf("got %q of %d, want tomatoes of 1", ids(r), r.Total)
	}
	r = ix.Search("dough water", search.Options{Keep: func(id string) bool { return id != "bread" }})
	if ids(r) != "tomatoes" || !r.Loose {
		t.Errorf("got %q, loose %v; what is not kept should not hide the others", ids(r), r.Loose)
	}
}

// TestOldIndexStays changes an index and asks the one it came from.
func TestOldIndexStays(t *testing.T) {
	t.Parallel()
	docs := library()
	old := search.Build(slices.Values(docs))
	changed := docs[0]
	changed.Title = "Rolls"
	next := old.With([]search.Doc{changed}, []string{"tomatoes"})
	if got := ids(old.Search("tomatoes", search.Options{})); got != "tomatoes" {
		t.Errorf("the old index finds %q", got)
	}
	if got := ids(next.Search("tomatoes", search.Options{})) + ids(next.Search("kneading", search.Options{})); got != "" {
		t.Errorf("the new index finds %q", got)
	}
	if got := ids(next.Search("rolls", search.Options{})); got != "bread" {
		t.Errorf("the new index finds %q, want bread", got)
	}
}

func TestNilIsEmpty(t *testing.T) {
	t.Parallel()
	var none *search.Index
	if r := none.Search("water", search.Options{}); r.Total != 0 || none.Similar("bread", 3) != nil {
		t.Error("a nil index finds something")
	}
	if got := ids(none.With(library(), nil).Search("dough", search.Options{})); got != "bread" {
		t.Errorf("with documents it finds %q, want bread", got)
	}
}

// FuzzSearch checks that nothing makes a search fail, and that what it shows is
// made of the document.
func FuzzSearch(f *testing.F) {
	for _, q := range []string{
		`"`, `""`, `-`, `-"`, `*`, `a*`, `-*`, `"a`, "\x00", "\xff", "東", "東京 -の", `“”„`, "e-", "-e-mail", "c++++", "l'", "'s", "한", "\u1112\u1161", "\u0301",
		strings.Repeat("a ", 1000), strings.Repeat("\x80", 600), strings.Repeat("\xe6\x9d", 600), strings.Repeat("東", 4000), strings.Repeat(`"`, 99), "🏳️‍🌈", "ｶﾞ", "กิ",
	} {
		f.Add(q, "The sea. 東京タワーへ行きました。 e-mail กิน a\u0301 👩‍👩‍👧 "+q)
	}
	f.Fuzz(func(t *testing.T, q, text string) {
		docs := append(library(), search.Doc{ID: "x", Title: q, Tags: []string{text}, Sections: []search.Section{{ID: "s", Heading: q, Text: text}, {Text: text + q}}})
		r := search.Build(slices.Values(docs)).Search(q, search.Options{Doc: docOf(docs)})
		for _, h := range r.Hits {
			d, _ := docOf(docs)(h.ID)
			if got, want := squeeze(plain(h.Title)), squeeze(d.Title); got != want {
				t.Errorf("title: got %q, want %q", got, want)
			}
			for part := range strings.SplitSeq(plain(h.Extract), "…") {
				if !within(d, squeeze(part)) {
					t.Errorf("%q shows %q, which is not in %+v", q, part, d)
				}
			}
			if size := len(plain(h.Extract)); size > 1000+len(q) {
				t.Errorf("%q shows %d bytes", q, size)
			}
			for _, p := range slices.Concat(h.Title, h.Heading, h.Extract) {
				if p.Text == "" || !utf8.ValidString(p.Text) {
					t.Errorf("%q shows the piece %q", q, p.Text)
				}
			}
		}
	})
}

func plain(ps []search.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Text)
	}
	return b.String()
}

// squeeze leaves out what extracts leave out or add.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == '…' || r == utf8.RuneError || 0x7f <= r && r <= 0xa0 || r == '\u1680' || 0x2000 <= r && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000 {
			return -1
		}
		return r
	}, s)
}

func within(d search.Doc, part string) bool {
	return slices.ContainsFunc(d.Sections, func(s search.Section) bool { return strings.Contains(squeeze(s.Text), part) })
}
