package spam_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"hamlet/internal/spam"
)

var update = flag.Bool("update", false, "write testdata/evasion.jsonl anew")

// record is a labelled comment of ours. A disguised one names the plain one it was
// made of, so that what is caught can be told before and after.
type record struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Base      string `json:"base,omitempty"`
	Source    string `json:"source"`
	Author    string `json:"author"`
	AuthorURL string `json:"author_url"`
	Body      string `json:"body"`
	Permalink string `json:"permalink"`
	Lang      string `json:"lang"`
	Label     string `json:"label"`

	Date time.Time `json:"date,omitzero"`
}

// offer is a line of testdata/evasion.txt: what a spammer wants to say.
type offer struct{ kind, lang, author, url, text string }

// endings are reserved for examples (RFC 2606 and 6761); many of them, that
// nothing rests on one.
var endings = []string{".example", ".example.net", ".test", ".example.org", ".shop.example", ".example.com", ".invalid"}

// readOffers reads testdata/evasion.txt.
func readOffers(tb testing.TB) []offer {
	tb.Helper()
	data, err := os.ReadFile("testdata/evasion.txt")
	if err != nil {
		tb.Fatal(err)
	}
	var all []offer
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(parts) != 5 {
			tb.Fatalf("not five fields: %q", line)
		}
		o := offer{kind: parts[0], lang: parts[1], author: parts[2], text: strings.ReplaceAll(parts[4], `\n`, "\n")}
		if parts[3] != "" {
			o.url = "https://" + parts[3] + endings[len(all)%len(endings)] + []string{"/", "", "/buy-now"}[len(all)%3]
		}
		all = append(all, o)
	}
	return all
}

// disguises are the ways to say the same so that a filter does not notice. They
// change the words of an offer; {url} stays.
var disguises = []struct {
	kind string
	hide func(r *rand.Rand, o offer, n int) string
}{
	{"homoglyphs", inWords(homoglyphs)},
	{"styled letters", inWords(styled)},
	{"spaced letters", inWords(spaced)},
	{"invisible characters", inWords(invisible)},
	{"leet", inWords(leet)},
	{"marks on letters", inWords(marked)},
	{"turned words", inWords(turned)},
	{"words cut by markup", inWords(cut)},
	{"character references", inWords(references)},
	{"written-out address", writtenOut},
	{"image as a link", imageLink},
	{"link farm", linkFarm},
	{"diluted", diluted},
}

// evasions makes the whole set.
func evasions(tb testing.TB) []record {
	tb.Helper()
	var all []record
	offers := readOffers(tb)
	count := map[string]int{}
	add := func(kind string, o offer, body, base string, site bool) {
		count[kind]++
		r := record{
			ID: fmt.Sprintf("%s-%02d", strings.ReplaceAll(kind, " ", "-"), count[kind]), Kind: kind, Base: base, Source: "evasion/" + kind,
			Author: o.author, Body: strings.ReplaceAll(body, "{url}", o.url), Lang: o.lang, Label: "spam",
			Permalink: posts[len(all)%len(posts)],
		}
		if site {
			r.AuthorURL = o.url
		}
		all = append(all, r)
	}
	for i, o := range offers {
		site := i%2 == 0 || !strings.Contains(o.text, "{url}")
		if o.kind == "copied" {
			o.text += "\n\n{url}"
		}
		add(o.kind, o, o.text, "", site)
		if o.kind != "plain" {
			continue
		}
		for n, d := range disguises {
			r := rand.New(rand.NewPCG(uint64(i), uint64(n)))
			add(d.kind, o, d.hide(r, o, i), fmt.Sprintf("plain-%02d", count["plain"]), site)
		}
	}
	for i := range 20 {
		r := rand.New(rand.NewPCG(uint64(i), 99))
		o := offer{author: randomWord(r, 6+r.IntN(10)), lang: "und"}
		var body strings.Builder
		body.WriteString(randomWord(r, 8+r.IntN(12)))
		for range r.IntN(3) {
			body.WriteString(" " + randomWord(r, 6+r.IntN(12)))
		}
		add("random letters", o, body.String(), "", false)
	}
	slices.SortStableFunc(all, func(a, b record) int { return strings.Compare(a.Kind, b.Kind) })
	return all
}

// posts are what is commented on.
var posts = []string{
	"2025/11/a-garden-in-november", "2024/03/repairing-an-old-radio", "2023/reading-list", "2026/02/sourdough-at-last",
	"2022/07/three-days-in-the-hills", "notes/sorting-large-files", "2025/the-mill-by-the-river",
}

// inWords disguises the words of four letters or more.
func inWords(hide func(r *rand.Rand, word string, n int) string) func(*rand.Rand, offer, int) string {
	return func(r *rand.Rand, o offer, n int) string {
		words := strings.Split(o.text, " ")
		for i, w := range words {
			if !strings.Contains(w, "{url}") && utf8.RuneCountInString(strings.TrimFunc(w, notLetter)) >= 4 {
				words[i] = hide(r, w, n)
			}
		}
		return strings.Join(words, " ")
	}
}

func notLetter(x rune) bool { return !unicode.IsLetter(x) }

// replace puts for one in every of a word's letters what stands in pairs ("aа" reads: for a an а).
func replace(r *rand.Rand, word string, every int, pairs string) string {
	with := map[rune]rune{}
	runes := []rune(pairs)
	for i := 0; i < len(runes); i += 2 {
		with[runes[i]] = runes[i+1]
	}
	changed := false
	return strings.Map(func(x rune) rune {
		to, ok := with[x]
		if !ok || changed && r.IntN(every) > 0 {
			return x
		}
		changed = true
		return to
	}, word)
}

func homoglyphs(r *rand.Rand, word string, n int) string {
	pairs := []string{
		"aаcсeеoоpрxхyуiіjјsѕdԁhһkкmмtтAАBВCСEЕHНKКMМOОPРTТXХ",
		"aαeεiιkκoοpρuυvνxχAΑBΒEΕHΗIΙKΚMΜNΝOΟPΡTΤXΧ",
		"aɑgɡiıoօuսnոhհlⅼ",
	}
	return replace(r, word, 2, pairs[n%len(pairs)])
}

func leet(r *rand.Rand, word string, n int) string {
	pairs := []string{"a4e3i1o0s5t7A4E3I1O0S5T7", "a@e3i!o0s$A@E3I!O0S$", "o0i1l1e3O0I1"}
	return replace(r, word, 1, pairs[n%len(pairs)])
}

// styled writes a word in letters that are none: mathematical, wide, circled.
func styled(_ *rand.Rand, word string, n int) string {
	starts := []struct{ upper, lower rune }{
		{0x1D400, 0x1D41A}, // bold
		{0xFF21, 0xFF41},   // full width
		{0x24B6, 0x24D0},   // circled
		{0x1D5A0, 0x1D5BA}, // without serifs
		{0x1D670, 0x1D68A}, // typewriter
		{0x1F130, 0x1F130}, // squared
	}
	s := starts[n%len(starts)]
	return strings.Map(func(x rune) rune {
		switch {
		case x >= 'a' && x <= 'z':
			return s.lower + x - 'a'
		case x >= 'A' && x <= 'Z':
			return s.upper + x - 'A'
		}
		return x
	}, word)
}

// between puts something between the letters of a word.
func between(word, sep string) string {
	var b strings.Builder
	prev := ' '
	for _, x := range word {
		if unicode.IsLetter(prev) && unicode.IsLetter(x) {
			b.WriteString(sep)
		}
		b.WriteRune(x)
		prev = x
	}
	return b.String()
}

func spaced(_ *rand.Rand, word string, n int) string {
	if utf8.RuneCountInString(word) < 6 {
		return word
	}
	return between(word, []string{" ", ".", "-", "_", "*", "  "}[n%6])
}

func invisible(_ *rand.Rand, word string, n int) string {
	return between(word, []string{"\u200b", "\u00ad", "\u200d", "\u2060", "\u200c", "\ufeff", "\u034f"}[n%7])
}

func marked(r *rand.Rand, word string, n int) string {
	marks := []string{"\u0336", "\u0332", "\u0301", "\u0338"}
	var b strings.Builder
	for _, x := range word {
		b.WriteRune(x)
		for range 1 + n%3*r.IntN(4) {
			b.WriteString(marks[n%len(marks)])
		}
	}
	return b.String()
}

// turned writes a word backwards between marks that show it forwards.
func turned(_ *rand.Rand, word string, _ int) string {
	if len(word) < 6 {
		return word
	}
	letters := []rune(word)
	slices.Reverse(letters)
	return "\u202e" + string(letters) + "\u202c"
}

func cut(r *rand.Rand, word string, n int) string {
	at := 1 + r.IntN(len(word)-2)
	if !utf8.RuneStart(word[at]) {
		return word
	}
	return word[:at] + []string{"<b></b>", "[i][/i]", "<!-- -->", "<wbr>", "****", "<span></span>"}[n%6] + word[at:]
}

func references(_ *rand.Rand, word string, n int) string {
	var b strings.Builder
	for _, x := range word {
		_, _ = fmt.Fprintf(&b, []string{"&#%d;", "&#x%X;", "&#%07d;"}[n%3], x)
	}
	return b.String()
}

func writtenOut(_ *rand.Rand, o offer, n int) string {
	bare := strings.TrimSuffix(strings.TrimPrefix(o.url, "https://"), "/")
	addresses := []string{
		"hxxps://" + bare, strings.ReplaceAll(bare, ".", " dot "), strings.ReplaceAll(bare, ".", " (.) "),
		strings.ReplaceAll(bare, ".", " . "), bare, "google " + strings.ReplaceAll(bare, "-", " "), strings.ReplaceAll(bare, ".", "。"),
	}
	return strings.ReplaceAll(o.text, "{url}", addresses[n%len(addresses)])
}

func imageLink(_ *rand.Rand, o offer, n int) string {
	return []string{
		`<a href="{url}"><img src="{url}?banner.png"></a>`,
		"[url={url}][img]{url}?ad.jpg[/img][/url]",
		"[![]({url}?1.png)]({url})",
		`Nice post! <a href="{url}"><img alt="" src="https://pictures.example/p/8812.gif" width="468" height="60"></a>`,
		"https://pictures.example/s/k2Jq8.png",
	}[n%5]
}

func linkFarm(_ *rand.Rand, o offer, n int) string {
	words := strings.Fields(strings.ReplaceAll(o.text, "{url}", ""))
	form := []string{`<a href="%[1]s">%[2]s</a>`, "[url=%[1]s]%[2]s[/url]", "[%[2]s](%[1]s)", "%[2]s - %[1]s\n", "[link=%[1]s]%[2]s[/link]"}[n%5]
	var b strings.Builder
	for i := 0; i+1 < len(words) && i < 16; i += 2 {
		page := fmt.Sprintf("%s?p=%d", o.url, i)
		if n%2 == 0 {
			page = fmt.Sprintf("http://%s%d%s/", strings.ToLower(strings.TrimFunc(words[i], notLetter)), i, endings[(n+i)%len(endings)])
		}
		_, _ = fmt.Fprintf(&b, form+" ", html.EscapeString(page), words[i]+" "+words[i+1])
	}
	return b.String()
}

// honest is what spam is hidden in.
const honest = "When we moved into the house the old stove still stood in the kitchen, and for two winters we cooked on it. My brother " +
	"said it would never draw properly with that chimney, and he was right in a way: on windy days the smoke came back into the room. " +
	"So I read what you wrote about the flue and measured ours, and it is a good deal too wide at the top. "

func diluted(_ *rand.Rand, o offer, _ int) string {
	return honest + o.text + " We will have a mason look at it in spring, and until then we keep the window open a little. " +
		"How did you seal the joint between the pipe and the wall?"
}

func randomWord(r *rand.Rand, n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// The file is what is made of evasion.txt here; go test -run EvasionFile -update writes it.
func TestEvasionFile(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	count := map[string]int{}
	for _, r := range evasions(t) {
		count[r.Kind]++
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	const name = "testdata/evasion.jsonl"
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what is made of evasion.txt (%v): run this test with -update", name, err)
	}
	for kind, n := range count {
		if n < 15 {
			t.Errorf("%s: got %d, want 15 or more", kind, n)
		}
	}
}

// evasionFloors is how many in a hundred of each kind must be caught, held or
// called spam: a little under what the model in the program reaches.
var evasionFloors = map[string]int{
	"character references": 95,
	"copied":               0, // the model alone cannot know: the memory of the site does
	"diluted":              50,
	"homoglyphs":           95,
	"image as a link":      76,
	"invisible characters": 95,
	"leet":                 90,
	"link farm":            96,
	"marks on letters":     95,
	"plain":                95,
	"praise":               94,
	"probe":                0, // the same: honest questions are set as they are
	"promo":                75,
	"random letters":       90,
	"spaced letters":       95,
	"splog":                94,
	"styled letters":       95,
	"turned words":         95,
	"words cut by markup":  95,
	"written-out address":  90,
}

// What is caught of the plain offers, and of the same offers in each disguise.
// What is copied without a link is honest, and must pass.
func TestEvasion(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	plain := map[string]spam.Class{}
	before, after := tallies{}, tallies{}
	evading := map[string][]string{}
	records := readRecords(t, "evasion.jsonl")
	for _, r := range records {
		if r.Kind == "plain" {
			plain[r.ID] = f.Judge(r.message()).Class
		}
	}
	for _, r := range records {
		m := r.message()
		v := f.Judge(m)
		after.add(r.Kind, v.Class)
		if r.Base != "" {
			before.add(r.Kind, plain[r.Base])
		}
		if r.Kind == "copied" {
			m.Body, _, _ = strings.Cut(m.Body, "\n")
			m.AuthorURL = ""
			before.add(r.Kind, f.Judge(m).Class)
		}
		if v.Class == spam.Ham {
			evading[r.Kind] = append(evading[r.Kind],
				fmt.Sprintf("%s %q (%s): %.3f %v", r.ID, r.Body, r.AuthorURL, v.Probability, v.Reasons[:min(7, len(v.Reasons))]))
		}
	}
	t.Logf("the plain offers of the disguised ones, and the copied comments without the link:\n%s\nas they are sent:\n%s", before, after)
	for kind, c := range after {
		floor, ok := evasionFloors[kind]
		if got := 100 * c.held / c.all; !ok || got < floor {
			t.Errorf("%s: %d of %d caught, want %d %%; these get past:\n%s", kind, c.held, c.all, floor, strings.Join(evading[kind], "\n"))
		}
	}
	if c := before["copied"]; c.held > 0 {
		t.Errorf("%d of %d honest comments held that were copied", c.held, c.all)
	}
}
