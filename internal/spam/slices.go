package spam

import (
	"cmp"
	"math"
	"slices"
)

// Slice is how a part of the messages was judged.
type Slice struct {
	Name     string `json:"name"`
	Messages int    `json:"messages"`
	Spam     int    `json:"spam"`
	Ham      int    `json:"ham"`

	AUC    Figure `json:"roc_auc"`
	Recall Figure `json:"recall"` // share of spam not published

	// Ham that was not published.
	Held              int      `json:"ham_held"`
	FalsePositiveRate Figure   `json:"false_positive_rate"`
	Interval          Interval `json:"false_positive_rate_95"`
	// Ham that was called spam, which is part of it.
	CalledSpam            int      `json:"ham_called_spam"`
	SpamFalsePositiveRate Figure   `json:"spam_false_positive_rate"`
	SpamInterval          Interval `json:"spam_false_positive_rate_95"`

	// Ratio is the false positive rate as a multiple of that of all messages.
	Ratio Figure `json:"ratio_to_overall"`
	// OverTwice says that the rate is more than twice that of all messages, and not
	// by chance: at least three are held and the interval begins above twice the rate.
	OverTwice bool `json:"over_twice"`
	// TooFew says that the slice has less ham than [Report.HamNeeded], so that no
	// false positive at all would not yet tell that it has fewer than all messages;
	// unless it tells that it is OverTwice.
	TooFew bool `json:"too_few"`
}

// hamNeeded is how much ham a slice needs: where none of n is held, the rate is below 3/n
// in 95 of 100 cases (J. A. Hanley and A. Lippman-Hand, "If Nothing Goes Wrong, Is
// Everything All Right?", 1983). Where none was held at all, the rate is not known but
// to be below one in all.
func (r *Report) hamNeeded() int {
	wrong := max(1, r.Ham-r.Classes[0].Ham)
	return int(math.Ceil(3 * float64(r.Ham) / float64(wrong)))
}

// slicer divides what was judged.
type slicer struct {
	report     *Report // of all messages
	thresholds Thresholds
	judged     []Judged
}

// by makes a slice of the messages of each name, the biggest first.
func (s slicer) by(name func(i int) string) []Slice {
	members := map[string][]int{}
	for i := range s.judged {
		n := name(i)
		members[n] = append(members[n], i)
	}
	out := make([]Slice, 0, len(members))
	for n, indices := range members {
		out = append(out, s.slice(n, indices))
	}
	slices.SortFunc(out, func(a, b Slice) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// slice measures the messages at the indices.
func (s slicer) slice(name string, indices []int) Slice {
	out := Slice{Name: name, Messages: len(indices)}
	part := make([]Judged, 0, len(indices))
	caught := 0
	for _, i := range indices {
		j := s.judged[i]
		part = append(part, j)
		class := j.class(s.thresholds)
		switch {
		case j.Spam:
			out.Spam++
			if class != Ham {
				caught++
			}
		case class == Spam:
			out.CalledSpam++
			out.Held++
		case class == Unsure:
			out.Held++
		}
	}
	out.Ham = out.Messages - out.Spam
	out.AUC, out.Recall = newCurve(part).area(), ratio(caught, out.Spam)
	out.FalsePositiveRate, out.Interval = ratio(out.Held, out.Ham), wilson(out.Held, out.Ham)
	out.SpamFalsePositiveRate, out.SpamInterval = ratio(out.CalledSpam, out.Ham), wilson(out.CalledSpam, out.Ham)
	out.compare(s.report)
	return out
}

// compare sets the false positives beside those of all messages.
func (s *Slice) compare(all *Report) {
	s.Ratio = undefined
	if all.FalsePositiveRate > 0 {
		s.Ratio = s.FalsePositiveRate / all.FalsePositiveRate
	}
	s.OverTwice = s.Held >= 3 && s.Interval.Low > 2*all.FalsePositiveRate
	s.TooFew = s.Ham < all.HamNeeded && !s.OverTwice
}
