package insight

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Noise is what of the labels may be wrong.
type Noise struct {
	// Looked is how many decided comments were looked at, the newest, and Labels how many
	// of them have a label.
	Looked, Labels int
	// Contradictions are comments that are nearly the same and were decided otherwise, the
	// newest first.
	Contradictions []Contradiction
	// Doubts are the labels that a filter finds the least likely that did not learn from
	// them, the least likely first.
	Doubts []Doubt
	// Drifts say how much of what they decided on each moderator calls spam, by month.
	Drifts  []Drift
	Counted Counted
}

// Contradiction is comments that are nearly the same, the first few of each sort.
type Contradiction struct{ Spam, Ham []Hit }

// Doubt is a label, and what the filter makes of the comment that knows only the others.
type Doubt struct {
	Hit
	Probability float64
}

// Drift is a moderator's share of spam over time.
type Drift struct {
	Moderator string // empty: somebody who is not known by name
	Months    []DriftMonth
	// Moved says that the intervals of the first and the last month that have enough comments
	// do not meet.
	Moved bool
}

// DriftMonth is how much of what was decided in a month was called spam.
type DriftMonth struct {
	From time.Time
	Spam Rate
}

const (
	noiseLooked = 5000 // comments that are looked at
	noiseFolds  = 5    // parts that are judged in turn by what the others taught
	noiseShown  = 50
	noiseFew    = 5   // of each sort in a contradiction
	alike       = 0.7 // share of words that comments have in common that are nearly the same
)

// Noise looks for labels that may be wrong.
func (d *Desk) Noise(ctx context.Context, actor account.Actor) (Noise, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Noise{}, err
	}
	n, counted, err := remembered(ctx, d, "noise", d.noise)
	if err != nil {
		return Noise{}, err
	}
	n.Counted = counted
	lists := [][]comment.ID{}
	for _, c := range n.contradictions {
		lists = append(lists, c.spam, c.ham)
	}
	for _, x := range n.doubts {
		lists = append(lists, []comment.ID{x.id})
	}
	now, err := d.named(ctx, lists...)
	return n.told(now), err
}

// noise is what of the labels may be wrong, as it is remembered.
type noise struct {
	Noise
	contradictions []contradiction
	doubts         []doubtful
}

type contradiction struct{ spam, ham []comment.ID }

type doubtful struct {
	id    comment.ID
	truth Truth
	p     float64
}

// told is what of it still is so, with the comments as they are now.
func (n noise) told(now byID) Noise {
	for _, c := range n.contradictions {
		found := Contradiction{
			now.hits(c.spam, func(one Decided) bool { return one.Truth == Spam }),
			now.hits(c.ham, func(one Decided) bool { return !one.Truth.bad() }),
		}
		if len(found.Spam) > 0 && len(found.Ham) > 0 {
			n.Contradictions = append(n.Contradictions, found)
		}
	}
	for _, x := range n.doubts {
		for _, h := range now.hits([]comment.ID{x.id}, func(one Decided) bool { return one.Truth == x.truth }) {
			n.Doubts = append(n.Doubts, Doubt{h, x.p})
		}
	}
	return n.Noise
}

func (d *Desk) noise(ctx context.Context) (noise, error) {
	all, err := d.latest(ctx, noiseLooked, false)
	if err != nil {
		return noise{}, err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return noise{}, err
	}
	names, err := d.Archive.Deciders(ctx)
	if err != nil {
		return noise{}, err
	}
	n := noise{Noise: Noise{Looked: len(all)}}
	lessons := make([]spam.Lesson, len(all))
	for i, one := range all {
		lessons[i] = spam.NewLesson(d.message(one), one.Truth == Spam, "")
		lessons[i].Moderator = one.Moderator
		if one.Truth != Left {
			n.Labels++
		}
	}
	n.contradictions = contradictions(all, lessons)
	n.doubts = d.doubts(r.filter.Model(), all, lessons)
	n.Drifts = drifts(all, names, months(d.Now(), d.Now().Add(-Longest)))
	return n, nil
}

// message is the comment as the filter sees it, without what the site remembers.
func (d *Desk) message(one Decided) spam.Message {
	var about comment.About
	if d.About != nil {
		about = d.About.About(one.Comment.Post)
	}
	return one.Comment.Message(about)
}

// contradictions finds near-duplicates of which somebody called one spam, while another
// was let pass.
func contradictions(all []Decided, lessons []spam.Lesson) []contradiction {
	waves := map[uint64][]Decided{}
	var order []uint64
	for i, one := range all {
		w := lessons[i].Wave
		if w == 0 {
			continue
		}
		if waves[w] == nil {
			order = append(order, w)
		}
		waves[w] = append(waves[w], one)
	}
	var out []contradiction
	for _, w := range slices.Backward(order) {
		var c contradiction
		first := wordSet(waves[w][0].Comment.Body)
		for _, one := range waves[w] {
			switch {
			case common(first, wordSet(one.Comment.Body)) < alike:
			case one.Truth == Spam && len(c.spam) < noiseFew:
				c.spam = append(c.spam, one.Comment.ID)
			case one.Truth != Spam && len(c.ham) < noiseFew:
				c.ham = append(c.ham, one.Comment.ID)
			}
		}
		if len(c.spam) > 0 && len(c.ham) > 0 && len(out) < noiseShown {
			out = append(out, c)
		}
	}
	return out
}

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		set[w] = true
	}
	return set
}

// common is the share of words that two texts have in common (P. Jaccard, 1901).
func common(a, b map[string]bool) float64 {
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	return float64(both) / float64(max(1, len(a)+len(b)-both))
}

// doubts judges the labelled comments in parts, each by a filter that learned the labels of the
// other parts. What is of one wave is in one part.
func (d *Desk) doubts(m *spam.Model, all []Decided, lessons []spam.Lesson) []doubtful {
	var out []doubtful
	for part := range noiseFolds {
		f := spam.NewFilter(m)
		var mine []int
		for i, one := range all {
			switch {
			case one.Truth == Left:
			case partOf(one, lessons[i]) == part:
				mine = append(mine, i)
			default:
				f.Learn(lessons[i])
			}
		}
		for _, i := range mine {
			p := f.Judge(d.message(all[i])).Probability
			if doubt(all[i].Truth, p) > 0.5 {
				out = append(out, doubtful{all[i].Comment.ID, all[i].Truth, p})
			}
		}
	}
	slices.SortFunc(out, func(a, b doubtful) int {
		return cmp.Or(cmp.Compare(doubt(b.truth, b.p), doubt(a.truth, a.p)), cmp.Compare(b.id, a.id))
	})
	return out[:min(len(out), noiseShown)]
}

// doubt is the probability that is given to the other label.
func doubt(t Truth, p float64) float64 {
	if t == Spam {
		return 1 - p
	}
	return p
}

func partOf(one Decided, l spam.Lesson) int {
	if l.Wave != 0 {
		return int(l.Wave % noiseFolds)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(one.Comment.Body))
	return int(h.Sum32() % noiseFolds)
}

// drifts counts what each moderator decided, by the month in which they did.
func drifts(all []Decided, names []string, at []time.Time) []Drift {
	known := map[uint64]string{0: ""}
	for _, n := range names {
		known[spam.NewLesson(spam.Message{}, true, n).Moderator] = n
	}
	counts := map[string][][2]int{} // spam and all, by month
	for _, one := range all {
		month := -1
		for i := range at[1:] {
			if !one.At.Before(at[i]) && one.At.Before(at[i+1]) {
				month = i
			}
		}
		if one.Truth == Left || month < 0 {
			continue
		}
		name := known[one.Moderator]
		if counts[name] == nil {
			counts[name] = make([][2]int, len(at)-1)
		}
		if counts[name][month][1]++; one.Truth == Spam {
			counts[name][month][0]++
		}
	}
	var out []Drift
	for name, months := range counts {
		out = append(out, drift(name, months, at))
	}
	slices.SortFunc(out, func(a, b Drift) int { return strings.Compare(a.Moderator, b.Moderator) })
	return out
}

func drift(name string, months [][2]int, at []time.Time) Drift {
	d := Drift{Moderator: name}
	var telling []Rate
	for i, n := range months {
		if n[1] == 0 {
			continue
		}
		r := rate(n[0], n[1])
		d.Months = append(d.Months, DriftMonth{at[i], r})
		if !r.TooFew {
			telling = append(telling, r)
		}
	}
	if n := len(telling); n > 1 {
		a, b := telling[0].Interval, telling[n-1].Interval
		d.Moved = a.High < b.Low || b.High < a.Low
	}
	return d
}
