package desk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Language is a light guess at the language of a text, as a tag of BCP 47: by the script,
// and where many languages share one by letters and short words that only one of them
// has. It is empty where that is not sure.
func Language(text string) string {
	scripts, letters := count(text)
	if letters == 0 {
		return ""
	}
	if scripts["ja"] > 0 && 2*(scripts["ja"]+scripts["zh"]) > letters {
		return "ja" // kana stands among Chinese characters
	}
	best := ""
	for s, n := range scripts {
		if 2*n > letters {
			best = s
		}
	}
	switch best {
	case "latn":
		return byWords(text, inLatin)
	case "cyrl":
		return byWords(text, inCyrillic)
	case "arab":
		return byLetters(text, "fa", "پچژگک", "ar", "ةىكيأإ")
	default:
		return best
	}
}

// scripts are those that are told apart; by a tag if only one language is written in it
// as a rule.
var scripts = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"latn", unicode.Latin},
	{"cyrl", unicode.Cyrillic},
	{"zh", unicode.Han},
	{"ja", unicode.Hiragana},
	{"ja", unicode.Katakana},
	{"ko", unicode.Hangul},
	{"arab", unicode.Arabic},
	{"he", unicode.Hebrew},
	{"el", unicode.Greek},
	{"hi", unicode.Devanagari},
	{"bn", unicode.Bengali},
	{"ta", unicode.Tamil},
	{"te", unicode.Telugu},
	{"th", unicode.Thai},
	{"ka", unicode.Georgian},
	{"hy", unicode.Armenian},
	{"am", unicode.Ethiopic},
}

// count counts the letters of each script.
func count(text string) (by map[string]int, all int) {
	by = map[string]int{}
	plain := 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		all++
		if r < utf8.RuneSelf {
			plain++
			continue
		}
		for _, s := range scripts {
			if unicode.Is(s.table, r) {
				by[s.name]++
				break
			}
		}
	}
	by["latn"] += plain
	return by, all
}

// Words that are short and frequent in a language, and rare in the others of the list.
var (
	latin = map[string]string{
		"en": "the and is of that this was with for you have are not it but they what your from would",
		"de": "der die das und ist nicht ich ein eine mit auf für auch sich wie aber noch wenn dem den",
		"fr": "le les et est que pas une des pour dans qui sur avec mais vous nous très cette je c'est",
		"es": "el los las que es una por para con pero muy como este más lo y su esta está gracias",
		"it": "il che di è non una per con sono ma questo della anche più come gli molto grazie perché nel",
		"pt": "que não uma para com os as mas muito você isso por mais como obrigado são eu também do da",
		"nl": "het een van en ik niet dat is voor met op zijn maar ook wat heeft deze aan er je",
		"pl": "nie to się jest że na jak ale czy dla tak po mnie już tylko jestem przez oraz bardzo dziękuję",
		"cs": "je se na že to ale jak pro jsem tak jako když nebo jsou byl už není který díky jen",
		"sv": "och att det är som inte jag en på för med har men av till den så kan om ett",
		"da": "og at det er ikke jeg en på for med har men af til den så kan om et også",
		"fi": "ja on ei että se oli mutta niin kun minä myös ovat kuin tämä kiitos vain jos joka",
		"tr": "bir ve bu için çok ama gibi daha ne var değil mi ile olarak ben teşekkürler kadar sonra",
		"ro": "și nu este că un pe în cu pentru mai dar sau din care foarte mult sunt dacă",
		"hu": "és nem egy hogy az van ez csak is de már mint meg ha köszönöm nagyon volt vagy",
		"id": "yang dan ini itu tidak untuk dengan saya di dari ada akan bisa juga karena kami terima kasih",
		"vi": "và của là không có một được cho này những bạn tôi với rất các cảm ơn người",
	}
	cyrillic = map[string]string{
		"ru": "и не что это на как я но по для так он все очень был или если спасибо было уже",
		"uk": "і не що це на як я але для так він дуже був або якщо дякую було вже та є",
		"bg": "и не че това на как аз но за така той много беше или ако благодаря е са се от",
		"sr": "и не да је у на што ово како ја али за тако веома био или ако хвала су се",
	}
)

// The same the other way round: which languages have a word.
var inLatin, inCyrillic = having(latin), having(cyrillic)

func having(languages map[string]string) map[string][]string {
	out := map[string][]string{}
	for language, words := range languages {
		for w := range strings.FieldsSeq(words) {
			out[w] = append(out[w], language)
		}
	}
	return out
}

// enough is how many of its words a text needs for a guess, and lead by how many more
// than of any other language.
const (
	enough = 2
	lead   = 1.5
)

// byWords is the language whose words a text has the most of, by far.
func byWords(text string, having map[string][]string) string {
	said := map[string]int{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		for _, language := range having[w] {
			said[language]++
		}
	}
	best, most, second := "", 0, 0
	for language, n := range said {
		switch {
		case n > most:
			best, most, second = language, n, most
		case n > second:
			second = n
		}
	}
	if most < enough || float64(most) < lead*float64(second) {
		return ""
	}
	return best
}

// byLetters tells two languages apart by letters that the other one does not have.
func byLetters(text, one, ofOne, other, ofOther string) string {
	a, b := 0, 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(ofOne, r):
			a++
		case strings.ContainsRune(ofOther, r):
			b++
		}
	}
	switch {
	case a > b:
		return one
	case b > a:
		return other
	default:
		return ""
	}
}

// Languages are the tags that [Language] gives, sorted.
func Languages() []string {
	tags := []string{"ar", "fa"}
	for _, s := range scripts {
		if len(s.name) == 2 && !slices.Contains(tags, s.name) {
			tags = append(tags, s.name)
		}
	}
	for _, languages := range []map[string]string{latin, cyrillic} {
		for tag := range languages {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return tags
}
