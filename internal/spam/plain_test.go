package spam_test

import (
	"slices"
	"testing"

	"hamlet/internal/spam"
)

// plain are offers that hide nothing: well set, with one link to a name that is reserved for
// examples, by somebody with a name and without a site.
var plain = []struct{ author, body string }{
	{"Robert", "Buy cheap viagra and cialis, no prescription, at https://example.com/pharmacy."},
	{"Robert", "Buy cheap viagra and cialis, no prescription, at https://pills.example/."},
	{"Laura", "Play the best online casino games and win a welcome bonus of 500 euros: https://casino.example.net/bonus"},
	{"Daniel", "Get a personal loan today, even with bad credit. Apply here: https://example.org/loans"},
	{"Emma", "Cheap Rolex replica watches with free worldwide shipping, only at https://watches.example.com."},
	{"Mark", "I earn 5,000 dollars a week with Bitcoin trading. Register at https://crypto.example/ and start today."},
	{"Olivia", "Need an essay? Our professional writers deliver original papers before your deadline: https://essays.example.org/order"},
	{"Paul", "We offer SEO services and high-quality backlinks that bring your website to the first page of Google. Visit https://seo.example.com/."},
	{"Nina", "Hot single girls in your area are waiting for you. Join for free at https://dating.example.net."},
	{"Jack", "Lose 10 kg in two weeks with our natural slimming pills. Order now: https://diet.example/"},
	{"Sabine", "Kredit ohne Schufa, sofort und ohne Bonitätsprüfung: Jetzt beantragen auf https://kredit.example/."},
	{"Luc", "Jouez au meilleur casino en ligne et recevez un bonus de 200 euros sans dépôt : https://casino.example/fr"},
	{"Marta", "Compra viagra y cialis baratos sin receta, con envío rápido, en https://farmacia.example/."},
	{"Ирина", "Онлайн-казино с бонусом за регистрацию. Играйте и выигрывайте: https://kazino.example/"},
	{"Paulo", "Ganhe dinheiro em casa com apostas online. Cadastre-se e receba um bônus: https://apostas.example/"},
	{"Agus", "Daftar situs slot gacor terpercaya dan dapatkan bonus 100% di https://slot.example/."},
}

// pointing are honest comments with one link.
var pointing = []struct{ author, body string }{
	{"Anna", "Thanks for the explanation. I had the same problem last year and wrote down how I solved it: https://example.org/notes/solved"},
	{"Tom", "The spec says otherwise, see https://www.rfc-editor.org/rfc/rfc2606."},
	{"Miguel", "Is this related to https://github.com/golang/go/issues/12345? I get the same panic on ARM."},
	{"Ruth", "There is a nice article about this on Wikipedia: https://en.wikipedia.org/wiki/Sourdough"},
	{"Jonas", "I wrote a small script that does this: https://example.com/jonas/script. Feel free to use it."},
	{"Ines", "The link to the recipe in the third paragraph is broken. I think it should be https://example.net/recipes/rye."},
	{"Piotr", "It works with version 2 too, but you have to set the flag as described at https://docs.example.org/flags."},
	{"Ada", "You might like the map at https://www.openstreetmap.org/ for planning the second day of the hike."},
	{"Henrik", "I disagree. The numbers in https://example.org/report.pdf say that rents fell in 2019."},
	{"Claire", "Merci pour ce billet ! J'ai trouvé une autre explication ici : https://fr.wikipedia.org/wiki/Levain"},
	{"Jürgen", "Danke für die Anleitung. Bei mir lag es am Treiber, siehe https://example.org/forum/treiber."},
	{"Lucía", "Gracias por el artículo. Hay una traducción en https://example.org/es/articulo por si a alguien le sirve."},
	{"Ольга", "Спасибо за статью. Похожий случай описан здесь: https://ru.wikipedia.org/wiki/Хлеб"},
	{"Sam", "Does anybody know whether https://github.com/example/parser is still maintained? The last commit is from March."},
	{"Kenji", "https://go.dev/play/p/abc123 shows the behaviour you describe, and it does not happen with a pointer receiver."},
	{"Mary", "My grandmother made it with buttermilk. I put a photo of her handwritten card at https://example.com/card.jpg."},
	{"Ali", "I think you mean https://stackoverflow.com/questions/11227809, which explains the branch prediction."},
	{"Eva", "We walked the same route in May. Here are our pictures: https://example.org/photos/ridge"},
	{"Bram", "Leuk stuk! De dienstregeling van de nachttrein staat op https://example.org/dienstregeling."},
	{"Nora", "A correction: the poem is by Emily Dickinson, see https://www.poetryfoundation.org/poems/42889."},
}

// What is plainly an offer is held however well its commas are set, and who points at
// something is not.
func TestPlainOffers(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	for _, c := range plain {
		if v := f.Judge(spam.Message{Author: c.author, Body: c.body}); v.Class == spam.Ham {
			t.Errorf("%q: got %s at %.3f (%v), want it held: %v", c.body, v.Class, v.Probability, v.Thresholds, v.Reasons)
		}
	}
	for _, c := range pointing {
		if v := f.Judge(spam.Message{Author: c.author, Body: c.body}); v.Class != spam.Ham {
			t.Errorf("%q: got %s at %.3f, want it published: %v", c.body, v.Class, v.Probability, v.Reasons)
		}
	}
}

// Names that are reserved for examples are no sign: neither of them says more than another,
// whatever honest comments in corpora link to. What is before them is read as ever, and
// moderators may teach what they say on their blog.
func TestReservedNamesAreNoSign(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	link := func(host string) spam.Message {
		return spam.Message{Author: "Ada", Body: "I put the notes of the evening on https://" + host + "/notes for you."}
	}
	site := func(host string) spam.Message {
		return spam.Message{Author: "Ada", AuthorURL: "https://" + host + "/", Body: "Thank you for the notes."}
	}
	for _, alike := range [][]spam.Message{
		{link("example.com"), link("example.net"), link("www.example.org")},
		{link("example"), link("test"), link("localhost")},
		{link("tea.example.com"), link("tea.example.org"), link("tea.example"), link("tea.test"), link("tea.invalid"), link("tea.localhost")},
		{site("example.com"), site("example.net"), site("example.org")},
		{site("tea.example"), site("tea.test"), site("tea.invalid")},
	} {
		want := f.Judge(alike[0]).LogOdds
		for _, m := range alike {
			if got := f.Judge(m).LogOdds; got != want {
				t.Errorf("%s %q: got log-odds of %v, want %v", m.AuthorURL, m.Body, got, want)
			}
		}
	}
	names := spam.FeatureNames(link("tea.example.com"))
	for name, want := range map[string]bool{"link.host:example.com": true, "link.word:tea": true, "link.word:example": false, "link.tld:com": false, "link.shape:subdomain": false} {
		if got := slices.Contains(names, name); got != want {
			t.Errorf("feature %s: got %v, want %v", name, got, want)
		}
	}
}
