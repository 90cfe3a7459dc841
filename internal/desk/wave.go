package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// WaveWindow is how far apart two comments of a wave come at most.
const WaveWindow = 7 * 24 * time.Hour

// When two comments are of one wave. Texts of fewer than wordy shingles have to be the same
// but for links and digits, and lead to one host, or be the same letter by letter.
const (
	alike     = 0.5  // share that texts have in common
	alikeSite = 0.25 // that is enough of two that lead to one host
	sameShort = 0.8  // of short texts that lead to one host
	wordy     = 8
	minWhole  = 16 // letters of a text that is more than "thank you"
)

// Text is a comment as it is compared with others.
type Text struct {
	words spam.Shingles
	hosts []string
	whole string // its letters and digits
	many  bool   // it has some words besides a link
}

// TextOf takes a comment apart.
func TextOf(c comment.Comment) Text {
	whole := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, c.Body)
	return Text{words: spam.ShinglesOf(c.Body), hosts: Hosts(c.URL, c.Body), whole: whole, many: len(strings.Fields(c.Body)) > 3}
}

// Likeness is how much two comments are of one wave, from 0 to 1; 0 if they are not.
func (t Text) Likeness(u Text) float64 {
	if len(t.whole) >= minWhole && t.whole == u.whole {
		return 1
	}
	share, site := t.words.Share(u.words), slices.ContainsFunc(t.hosts, func(h string) bool { return slices.Contains(u.hosts, h) })
	enough := alike
	switch short := len(t.words) < wordy || len(u.words) < wordy; {
	case short && (!site || !t.many || !u.many):
		return 0
	case short:
		enough = sameShort
	case site:
		enough = alikeSite
	}
	if share < enough {
		return 0
	}
	return share
}

// Difference is how a comment differs from the others of its wave.
type Difference struct {
	Words bool // its text is another
	Links bool // it leads elsewhere, or nowhere
}

// Any reports whether it differs.
func (d Difference) Any() bool { return d.Words || d.Links }

// apart is how much less than the middle one of its wave a comment has in common with what most
// of them have, if its text is another.
const apart = 0.2

// Differences says of each of a wave how it differs from the others. What most have is
// compared with, so it does not matter in which order they stand.
func Differences(wave []Text) []Difference {
	out := make([]Difference, len(wave))
	core := coreOf(wave)
	shares := make([]float64, len(wave))
	for i, t := range wave {
		shares[i] = t.words.Share(core)
	}
	sorted := slices.Sorted(slices.Values(shares))
	hosts, linked := commonHosts(wave)
	for i, t := range wave {
		out[i].Words = shares[i] < sorted[len(sorted)/2]-apart
		out[i].Links = leadsElsewhere(t, hosts, linked)
	}
	return out
}

// coreOf is what more than half of a wave have in their texts.
func coreOf(wave []Text) spam.Shingles {
	counts := map[uint64]int{}
	for _, t := range wave {
		for _, h := range t.words {
			counts[h]++
		}
	}
	return spam.Shingles(most(counts, len(wave)))
}

// commonHosts are the hosts that more than half of a wave lead to, and whether more than
// half lead anywhere.
func commonHosts(wave []Text) (hosts []string, linked bool) {
	counts, links := map[string]int{}, 0
	for _, t := range wave {
		for _, h := range t.hosts {
			counts[h]++
		}
		if len(t.hosts) > 0 {
			links++
		}
	}
	return most(counts, len(wave)), 2*links > len(wave)
}

// most is what more than half have, in order.
func most[K string | uint64](counts map[K]int, of int) []K {
	var out []K
	for k, n := range counts {
		if 2*n > of {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// leadsElsewhere compares the links of one with those of most: if they lead to common hosts, one
// that leads to none of them differs; if each leads to another host, one without links;
// if they have no links, one with some.
func leadsElsewhere(t Text, common []string, linked bool) bool {
	if len(common) == 0 {
		return linked != (len(t.hosts) > 0)
	}
	return !slices.ContainsFunc(common, func(h string) bool { return slices.Contains(t.hosts, h) })
}

// Piece is a part of a text; Own is a word that most of the wave do not have.
type Piece struct {
	Text string
	Own  bool
}

// wordsOf gives the words of a text with what stands between them.
func wordsOf(text string, give func(part string, word bool)) {
	for text != "" {
		first, _ := utf8.DecodeRuneInString(text)
		word := isWord(first)
		end := strings.IndexFunc(text, func(r rune) bool { return isWord(r) != word })
		if end < 0 {
			end = len(text)
		}
		give(text[:end], word)
		text = text[end:]
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

// Marked takes the texts of a wave apart, those words marked that only half of them or fewer have.
func Marked(bodies []string) [][]Piece {
	counts := map[string]int{}
	for _, b := range bodies {
		has := map[string]bool{}
		wordsOf(b, func(part string, word bool) { has[strings.ToLower(part)] = word })
		for w, word := range has {
			if word {
				counts[w]++
			}
		}
	}
	out := make([][]Piece, len(bodies))
	for i, b := range bodies {
		wordsOf(b, func(part string, word bool) {
			own := word && 2*counts[strings.ToLower(part)] <= len(bodies)
			if n := len(out[i]); n > 0 && out[i][n-1].Own == own {
				out[i][n-1].Text += part
				return
			}
			out[i] = append(out[i], Piece{part, own})
		})
	}
	return out
}

// Found is a wave as it is found: how many there are, and the newest of them.
type Found struct {
	Wave     int64
	Total    int
	Comments []comment.Comment
}

// WaveFinder finds waves; comments that are deleted for good or erased are in none.
type WaveFinder interface {
	// WavesOf tells the waves of comments that are in one.
	WavesOf(ctx context.Context, ids []comment.ID) (map[comment.ID]int64, error)
	// Waves reads waves, of each the newest comments, the newest first, as a scope has them.
	Waves(ctx context.Context, s Scope, waves []int64, each int) ([]Found, error)
	// WaveTexts reads the same, of each comment no more than TextOf takes.
	WaveTexts(ctx context.Context, s Scope, waves []int64, each int) ([]Found, error)
}

// Wave is a wave that is looked at.
type Wave struct {
	ID      int64
	Total   int
	Members []Member // the newest first
}

// Member is a comment of a wave.
type Member struct {
	comment.Comment
	Difference Difference
	Pieces     []Piece
}

// Differing is how many differ.
func (w Wave) Differing() int {
	n := 0
	for _, m := range w.Members {
		if m.Difference.Any() {
			n++
		}
	}
	return n
}

// Waves shows comments that are nearly the same. What is done to those of a wave is done by
// a moderator: to be in one says nothing about whether it is spam.
type Waves struct{ Finder WaveFinder }

// Limits of what is read of a wave.
const (
	waveShown   = 200 // on its page
	waveCounted = 16  // beside a card
)

// Get reads a wave, or comment.ErrNotFound.
func (w *Waves) Get(ctx context.Context, who account.Actor, id int64) (Wave, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return Wave{}, err
	}
	found, err := w.Finder.Waves(ctx, scope, []int64{id}, waveShown)
	if err != nil {
		return Wave{}, err
	}
	if len(found) == 0 {
		return Wave{}, comment.ErrNotFound
	}
	bodies := make([]string, len(found[0].Comments))
	for i, c := range found[0].Comments {
		bodies[i] = c.Body
	}
	wave := compared(found[0])
	for i, p := range Marked(bodies) {
		wave.Members[i].Pieces = p
	}
	return wave, nil
}

// Of reads the waves of comments, of those that are in one with others.
func (w *Waves) Of(ctx context.Context, who account.Actor, ids []comment.ID) (map[comment.ID]Wave, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return nil, err
	}
	of, err := w.Finder.WavesOf(ctx, ids)
	if err != nil || len(of) == 0 {
		return nil, err
	}
	var waves []int64
	for _, id := range of {
		waves = append(waves, id)
	}
	slices.Sort(waves)
	found, err := w.Finder.WaveTexts(ctx, scope, slices.Compact(waves), waveCounted)
	if err != nil {
		return nil, err
	}
	byID := map[int64]Wave{}
	for _, f := range found {
		byID[f.Wave] = compared(f)
	}
	out := map[comment.ID]Wave{}
	for id, wave := range of {
		if v, ok := byID[wave]; ok && v.Total > 1 {
			out[id] = v
		}
	}
	return out, nil
}

// compared compares those of a wave.
func compared(f Found) Wave {
	w := Wave{ID: f.Wave, Total: f.Total}
	texts := make([]Text, len(f.Comments))
	for i, c := range f.Comments {
		texts[i] = TextOf(c)
	}
	for i, d := range Differences(texts) {
		w.Members = append(w.Members, Member{Comment: f.Comments[i], Difference: d})
	}
	return w
}
