package search

// Terms are the words of a text for an index elsewhere, as this room reads it: folded, in
// scripts without spaces every two characters that follow each other.
type Terms struct {
	// InOrder are those that phrases are made of, one after the other.
	InOrder []string
	// Beside are those that a text has besides, at no place: the one word that the
	// parts of a compound are together, a name without its signs, a last character.
	Beside []string
}

// TermsOf takes a text apart.
func TermsOf(text string) Terms {
	var t Terms
	newScanner(func(x token) {
		if x.kind == plain {
			t.InOrder = append(t.InOrder, string(x.term))
		} else {
			t.Beside = append(t.Beside, string(x.term))
		}
	}).scan(text)
	return t
}

// Wanted is a part of a query for an index elsewhere.
type Wanted struct {
	// Phrase are terms that follow one another in order.
	Phrase []WantedTerm
	// Or is one term beside, which will do as well; empty for none.
	Or string
	// Exclude means that a text must not have it; it must have all others.
	Exclude bool
}

// WantedTerm is a term, or, with Begin, any that begins so.
type WantedTerm struct {
	Text  string
	Begin bool
}

// Wants takes a query apart: words, words with * at their end, "phrases", and any of them
// with - before it. A word that is none stands for itself: nothing is left out to find
// more, and the last word is taken for whole.
func Wants(query string) []Wanted {
	var out []Wanted
	for _, u := range parse(query + " ").units { // the space ends the last word
		w := Wanted{Or: u.compound, Exclude: u.exclude}
		for i, t := range u.terms {
			w.Phrase = append(w.Phrase, WantedTerm{Text: t.text, Begin: t.begin || u.ending && i == len(u.terms)-1})
		}
		out = append(out, w)
	}
	return out
}
