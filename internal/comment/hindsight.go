package comment

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"hamlet/internal/spam"
)

// EarlierLabels is where labels are found as they were before some label; [Store] is one.
type EarlierLabels interface {
	LabelSource
	// LabelsTo reads the labels with a Seq above after and up to last, in order of Seq.
	LabelsTo(ctx context.Context, after, last int64) ([]Label, error)
	// RelabelledTo reports whether a label with a Seq above after and up to last is about a
	// comment that has one up to after.
	RelabelledTo(ctx context.Context, after, last int64) (bool, error)
}

// Hindsight teaches filters what they had learned by an earlier label, to the bit. It
// remembers what it came to, so that it has not to begin at the first label each time: moments
// at equal distances, and those that were asked for last.
type Hindsight struct {
	labels EarlierLabels
	posts  Posts
	stride int64 // from moment to moment

	mu       sync.Mutex // guards what follows
	removals int64      // as there were when the moments were true
	kept     []keptMoment
}

// keptMoment is a moment of a filter.
type keptMoment struct {
	Moment
	of    string
	asked bool // it is on the way to no other
}

const (
	hindsight = 4096 // labels, from moment to moment at least
	onTheWay  = 6    // moments at most lead to a label
	mostKept  = 8    // moments on the way are remembered
	mostAsked = 2    // moments that were asked for are
)

// NewHindsight makes a Hindsight.
func NewHindsight(labels EarlierLabels, posts Posts) *Hindsight {
	if posts == nil {
		posts = nowhere{}
	}
	return &Hindsight{labels: labels, posts: posts, stride: hindsight}
}

// Earlier is what a filter had learned that is asked for.
type Earlier struct {
	// Of tells filters apart that learn otherwise: their models, what they were told to forget.
	Of   string
	Last int64 // the last label that was learned
	// Says leaves a label of those that are learned, or lets it say nothing.
	Says func(Label) Label
	// Live follows the labels in the same way, up to now; nil: there is none.
	Live *Learner

	removals int64 // of labels, when it was asked for
}

// Learn teaches a filter, and returns how many labels up to the last said something.
func (h *Hindsight) Learn(ctx context.Context, f *spam.Filter, e Earlier) (said int, err error) {
	e.removals, err = h.labels.Removals(ctx) // before the labels are read: what is removed in between is found the next time
	if err != nil {
		return 0, fmt.Errorf("ask for labels that were removed: %w", err)
	}
	if err := h.forget(ctx, e.removals); err != nil {
		return 0, err
	}
	live := e.Live.moments(e.removals)
	stride := h.stride
	for stride*onTheWay < e.Last {
		stride *= 2
	}
	m, err := h.reach(ctx, f, e, live, stride)
	return m.said, err
}

// forget forgets the moments that labels were removed from since.
func (h *Hindsight) forget(ctx context.Context, removals int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if removals == h.removals {
		return nil
	}
	from, err := h.labels.RemovedFrom(ctx, h.removals)
	if err != nil {
		return fmt.Errorf("ask which labels were removed: %w", err)
	}
	h.kept = slices.DeleteFunc(h.kept, func(k keptMoment) bool { return k.seq >= from })
	h.removals = removals
	return nil
}

// moments are those that a Learner remembers, if labels were removed as often as it knows.
func (l *Learner) moments(removals int64) []Moment {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.removals != removals {
		return nil
	}
	return slices.Clone(l.marks)
}

// reach teaches a filter what was learned by the last label, by way of moments to remember.
func (h *Hindsight) reach(ctx context.Context, f *spam.Filter, e Earlier, live []Moment, stride int64) (Moment, error) {
	at, err := h.nearest(ctx, e, live)
	if err != nil {
		return Moment{}, err
	}
	if stage := (e.Last - 1) / stride * stride; stage > at.seq {
		earlier := e
		earlier.Last = stage
		if _, err = h.reach(ctx, f, earlier, live, stride); err == nil {
			at, err = h.nearest(ctx, e, live)
		}
		if err != nil {
			return Moment{}, err
		}
	}
	return h.goOn(ctx, f, e, at, stride)
}

// goOn teaches a filter what was learned by a moment, and from there on.
func (h *Hindsight) goOn(ctx context.Context, f *spam.Filter, e Earlier, at Moment, stride int64) (Moment, error) {
	labels, err := h.labels.LabelsTo(ctx, at.seq, e.Last)
	if err != nil {
		return Moment{}, fmt.Errorf("read labels from %d to %d: %w", at.seq, e.Last, err)
	}
	if e.Says != nil {
		for i, lb := range labels {
			labels[i] = e.Says(lb)
		}
	}
	lessons, err := (&Learner{labels: h.labels, posts: h.posts}).lessons(ctx, standing(labels))
	if err != nil {
		return Moment{}, err
	}
	seq, err := h.reached(ctx, labels, at.seq, e.Last)
	if err != nil {
		return Moment{}, err
	}
	gone := at.gone + f.Relearn(at.taught, lessons...)
	m := Moment{seq, gone, at.said + saying(labels), f.Taught()}
	h.keep(keptMoment{m, e.Of, e.Last%stride != 0}, e.removals)
	return m, nil
}

// reached is up to which label one got: numbers that no label has yet are still to be given.
func (h *Hindsight) reached(ctx context.Context, labels []Label, from, last int64) (int64, error) {
	if n := len(labels); n > 0 {
		if from = labels[n-1].Seq; from == last {
			return last, nil
		}
	}
	later, err := h.labels.CountAfter(ctx, last)
	if err != nil {
		return 0, fmt.Errorf("count labels after %d: %w", last, err)
	}
	if later > 0 {
		from = max(from, last)
	}
	return from, nil
}

// nearest is the last moment from which one gets to a label, be it the beginning.
func (h *Hindsight) nearest(ctx context.Context, e Earlier, live []Moment) (Moment, error) {
	all := slices.Clone(live)
	h.mu.Lock()
	for _, k := range h.kept {
		if k.of == e.Of {
			all = append(all, k.Moment)
		}
	}
	h.mu.Unlock()
	slices.SortFunc(all, func(a, b Moment) int { return int(b.seq - a.seq) })
	for _, m := range all {
		if m.seq > e.Last {
			continue
		}
		if again, err := h.labels.RelabelledTo(ctx, m.seq, e.Last); err != nil {
			return Moment{}, fmt.Errorf("ask for labels that changed from %d to %d: %w", m.seq, e.Last, err)
		} else if !again {
			return m, nil
		}
	}
	return Moment{}, nil
}

// keep remembers a moment, and forgets the oldest ones of its kind. If somebody else found out meanwhile
// that labels were removed, it may have some of those, and is forgotten already.
func (h *Hindsight) keep(k keptMoment, removals int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.removals != removals {
		return
	}
	room := mostKept
	if k.asked {
		room = mostAsked
	}
	h.kept = append(slices.DeleteFunc(h.kept, func(o keptMoment) bool { return o.of == k.of && o.seq == k.seq }), k)
	for i, v := range slices.Backward(h.kept) {
		if v.asked != k.asked {
			continue
		}
		if room--; room < 0 {
			h.kept = slices.Delete(h.kept, i, i+1)
		}
	}
}
