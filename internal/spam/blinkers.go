package spam

import "math/rand/v2"

// group is features that are hidden together.
type group uint8

const (
	groupShape group = iota // is always seen
	groupText
	groupAuthor // and the author's site
	groupLinks
)

// groups are the groups of the kinds.
var groups = [kinds]group{
	kindWord: groupText, kindWords: groupText, kindChars: groupText, kindStem: groupText, kindAnchor: groupText,
	kindAuthor: groupAuthor, kindAuthorShape: groupAuthor, kindAuthorSite: groupAuthor, kindSited: groupAuthor,
	kindSiteHost: groupAuthor, kindSiteTLD: groupAuthor, kindSiteWord: groupAuthor, kindSiteShape: groupAuthor,
	kindLinkHost: groupLinks, kindLinkTLD: groupLinks, kindLinkWord: groupLinks, kindLinkChars: groupLinks, kindLinkShape: groupLinks,
}

// How often of a hundred times what is hidden. They were chosen on blogs left out.
const (
	hideText   = 25
	hideAuthor = 15
	hideLinks  = 5
)

// blinkers hide a part of a sample each time that it is seen: all of its text, or of its
// author and site, or of its links. Otherwise words that tell all of the spam of these
// blogs would leave nothing to learn from the rest, which tells that of others (C. Sutton,
// M. Sindelar and A. McCallum, "Reducing Weight Undertraining in Structured Discriminative
// Learning", 2006).
type blinkers struct {
	kinds []kind // by the number of the feature
	rng   *rand.PCG
	seen  sample // what is left; good until the next look
}

func (t *trainer) blinkers(seed uint64) *blinkers {
	return &blinkers{kinds: t.kinds, rng: rand.NewPCG(77, seed)}
}

// look is what is seen of a sample this time.
func (b *blinkers) look(s *sample) *sample {
	hidden := b.hide()
	if hidden == groupShape {
		return s
	}
	features, values := b.seen.features[:0], b.seen.values[:0]
	for j, n := range s.features {
		if groups[b.kinds[n]] != hidden {
			features, values = append(features, n), append(values, s.values[j])
		}
	}
	b.seen = sample{Example: Example{Spam: s.Spam}, primer: s.primer, features: features, values: values}
	return &b.seen
}

// hide is what is hidden this time; groupShape is nothing.
func (b *blinkers) hide() group {
	switch n := b.rng.Uint64() % 100; {
	case n < hideText:
		return groupText
	case n < hideText+hideAuthor:
		return groupAuthor
	case n < hideText+hideAuthor+hideLinks:
		return groupLinks
	default:
		return groupShape
	}
}
