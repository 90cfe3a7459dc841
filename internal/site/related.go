package site

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"hamlet/internal/content"
)

const (
	// relatedLength is how many related posts there are at most.
	relatedLength = 4
	// relatedWindow is how many posts of a term are looked at: those next to the
	// post. A term with more says little.
	relatedWindow = 100
	// similarLength is how many posts with like words are looked at; the likest
	// weighs as much as a term of one post in twenty, the last next to nothing.
	similarLength = 12
	similarWeight = 3.0
)

// Related are the posts that have most in common with a post, the closest first:
// tags and categories, of which rare ones weigh more, and if there is an index,
// words. The parts of its series are not among them, for they have their own list.
// There may be none. They are looked for when they are first asked for.
func (s *Site) Related(p *Post) []*Post {
	if known := p.related.Load(); known != nil {
		return *known
	}
	found := s.relatives(p)
	p.related.Store(&found)
	return found
}

func (s *Site) relatives(p *Post) []*Post {
	score := map[*Post]float64{}
	for _, terms := range [][]*Term{p.Tags, p.Categories} {
		for _, t := range terms {
			weight := math.Log1p(float64(len(s.posts)) / float64(max(1, t.Count)))
			for _, q := range around(t.posts, p) {
				score[q] += weight
			}
		}
	}
	for i, id := range s.index.Similar(ID(p.Post), similarLength) {
		if q, ok := s.ByID(id); ok && q.Kind == content.KindPost {
			score[q] += similarWeight * (1 - float64(i)/similarLength)
		}
	}
	delete(score, p)
	var best []*Post
	for q, points := range score {
		if sameSeries(p, q) {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, q, func(b, q *Post) int {
			return cmp.Or(cmp.Compare(points, score[b]), newestFirst(b, q))
		})
		if at < relatedLength {
			best = slices.Insert(best[:min(len(best), relatedLength-1)], min(at, relatedLength-1), q)
		}
	}
	return best
}

// around are the posts next to a post in a list, newest first.
func around(posts []*Post, p *Post) []*Post {
	if len(posts) <= relatedWindow {
		return posts
	}
	at := sort.Search(len(posts), func(i int) bool { return newestFirst(posts[i], p) >= 0 })
	from := max(0, min(at-relatedWindow/2, len(posts)-relatedWindow))
	return posts[from : from+relatedWindow]
}

func sameSeries(p, q *Post) bool {
	return len(p.Series) > 0 && len(q.Series) > 0 && p.Series[0] == q.Series[0]
}
