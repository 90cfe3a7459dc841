package site

import (
	"cmp"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"hamlet/internal/content"
)

const (
	maxNearText = 120 // characters of a path's segment that are looked at
	shortlist   = 48  // posts that are compared in full
	nearEnough  = 0.4 // of 1, to be worth showing
	// parentWeight is what the segment before the last counts: it may be the post,
	// and the last what some other program had below it.
	parentWeight = 0.8
)

// signature is a small picture of the pairs of letters in a slug. Pairs that two
// slugs share are set in both.
type signature struct {
	bits [2]uint64
	post *Post
}

// signatures are those of all posts and pages.
func (s *Site) signatures() []signature {
	all := make([]signature, 0, len(s.posts)+len(s.pages))
	for _, posts := range [][]*Post{s.posts, s.pages} {
		for _, p := range posts {
			all = append(all, signature{sign(pairs(p.Slug)), p})
		}
	}
	return all
}

// Near are at most n posts and pages whose slugs are like the end of a path
// (unescaped) at which there is nothing, the likeliest first. It takes the same
// short time whatever the path.
func (s *Site) Near(path string, n int) []*Post {
	score := map[*Post]float64{}
	weight := 1.0
	for _, word := range ends(path) {
		asked := pairs(word)
		for _, p := range s.candidates(sign(asked)) {
			score[p] = max(score[p], weight*alike(asked, pairs(p.Slug)))
		}
		weight = parentWeight
	}
	var found []*Post
	for p, like := range score {
		if like >= nearEnough {
			found = append(found, p)
		}
	}
	slices.SortFunc(found, func(a, b *Post) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), newestFirst(a, b))
	})
	return found[:max(0, min(n, len(found)))]
}

// ends are the last two segments of a path that say something, the last first,
// as slugs are written.
func ends(p string) []string {
	var words []string
	for _, segment := range slices.Backward(strings.Split(p[max(0, len(p)-2000):], "/")) {
		word := []rune(content.TermSlug(extension.ReplaceAllString(segment, "")))
		word = word[:min(len(word), maxNearText)]
		if !saysNothing(string(word)) {
			words = append(words, string(word))
		}
		if len(words) == 2 {
			break
		}
	}
	return words
}

// extension is what other programs end the names of pages with.
var extension = regexp.MustCompile(`\.[a-zA-Z]{2,5}$`)

// saysNothing reports whether a segment is there on many blogs: a number, or the
// name of a list.
func saysNothing(word string) bool {
	switch word {
	case "index", "blog", "post", "feed", "amp", "comments", "category", "tag", "author":
		return true
	}
	return strings.Trim(word, "0123456789-") == "" || slices.Contains(content.ReservedSlugs, word)
}

// candidates are the posts whose signatures are most like one.
func (s *Site) candidates(asked [2]uint64) []*Post {
	type rated struct {
		like int
		post *Post
	}
	var best []rated
	size := bits.OnesCount64(asked[0]) + bits.OnesCount64(asked[1])
	for _, c := range s.likely() {
		both := bits.OnesCount64(asked[0]&c.bits[0]) + bits.OnesCount64(asked[1]&c.bits[1])
		if both == 0 {
			continue
		}
		like := 2000 * both / (size + bits.OnesCount64(c.bits[0]) + bits.OnesCount64(c.bits[1]))
		if len(best) == shortlist && like <= best[shortlist-1].like {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, like, func(r rated, like int) int {
			if r.like >= like {
				return -1
			}
			return 1
		})
		best = slices.Insert(best[:min(len(best), shortlist-1)], min(at, shortlist-1), rated{like, c.post})
	}
	posts := make([]*Post, len(best))
	for i, r := range best {
		posts[i] = r.post
	}
	return posts
}

// pairs are the pairs of neighbouring letters of a slug, its ends included.
func pairs(slug string) [][2]rune {
	all := make([][2]rune, 0, len(slug)+1)
	before := '^'
	for _, r := range slug {
		all = append(all, [2]rune{before, r})
		before = r
	}
	return append(all, [2]rune{before, '$'})
}

func sign(pairs [][2]rune) (b [2]uint64) {
	for _, p := range pairs {
		h := (uint64(p[0])*0x9E3779B97F4A7C15 + uint64(p[1])) * 0xC2B2AE3D27D4EB4F //nolint:gosec // letters are positive
		h >>= 57
		b[h>>6] |= 1 << (h & 63)
	}
	return b
}

// alike is how much of their pairs two slugs share, from 0 to 1.
func alike(a, b [][2]rune) float64 {
	left := make(map[[2]rune]int, len(a))
	for _, p := range a {
		left[p]++
	}
	both := 0
	for _, p := range b {
		if left[p] > 0 {
			left[p]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(a)+len(b))
}
