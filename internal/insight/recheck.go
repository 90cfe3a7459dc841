package insight

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Recheck is a verdict that was computed once more, by the model that gave it and the
// labels that there were.
type Recheck struct {
	Model string
	// Gone says that the model is not there any more, so that only the receipt was summed.
	Gone bool
	// Sum is what the receipt sums to, and Adds whether that is the verdict to the digit.
	Sum  float64
	Adds bool
	// Check is the computation; nothing if Gone.
	Check spam.Check
	// Labels is how many labels there were, that were learned for it.
	Labels int
	// Without is what that filter says if things were otherwise.
	Without []spam.Without
}

// Recheck computes the verdict on a message once more; at is when it was given.
func (l *Live) Recheck(ctx context.Context, m spam.Message, v spam.Verdict, at time.Time) (Recheck, error) {
	r := Recheck{Model: v.Model, Sum: v.Receipt.LogOdds()}
	r.Adds = len(v.Receipt) > 0 && r.Sum == v.LogOdds
	model, err := l.model(ctx, v.Model)
	if errors.Is(err, ErrNoModel) || err == nil && model == nil {
		r.Gone = true
		return r, nil
	}
	if err != nil {
		return r, err
	}
	c, err := l.o.Choices.Choice(ctx)
	if err != nil {
		return r, err
	}
	f := spam.New(spam.Options{Model: model, Thresholds: usual(model, v.Thresholds, spam.OneLink(m.Body))})
	l.mu.Lock()
	posts := l.posts
	l.mu.Unlock()
	if posts != nil {
		f.SetPosts(posts(model))
	}
	if r.Labels, err = l.learnUntil(ctx, f, v.Labels, at, c); err != nil {
		return r, err
	}
	r.Check = spam.Recompute(f, m, v)
	r.Without = spam.Explain(f, m).Without
	return r, nil
}

// learnUntil teaches a filter the labels that there were for a verdict up to the last of them, and
// returns how many.
func (l *Live) learnUntil(ctx context.Context, f *spam.Filter, last int64, at time.Time, c Choice) (int, error) {
	forgotten := c.forgotten(at)
	earlier, ok := l.o.Labels.(comment.EarlierLabels)
	if !ok || last == 0 { // by the time alone
		source := &counted{LabelSource: after{until{l.o.Labels, last, at}, forgotten}}
		_, err := comment.NewLearner(f, source, l.o.About).Within(l.o.Beside).CatchUp(ctx)
		return source.n, err
	}
	l.mu.Lock()
	if l.back == nil {
		l.back = comment.NewHindsight(earlier, l.o.About)
	}
	var live *comment.Learner
	if n := l.now; n != nil && n.filter.Model().Version() == f.Model().Version() && n.choice.Forgotten == forgotten {
		live = n.judge
	}
	back := l.back
	l.mu.Unlock()
	return back.Learn(ctx, f, comment.Earlier{
		Of: fmt.Sprintf("%s %d %d", f.Model().Version(), forgotten.Last, forgotten.ForgottenAt.UnixNano()), Last: last, Live: live,
		Says: func(lb comment.Label) comment.Label {
			if forgotten.Last != 0 && forgotten.forgets(lb) {
				lb.Lesson = nil
			}
			return lb
		},
	})
}

// counted counts the labels that are read and say something.
type counted struct {
	comment.LabelSource
	n int
}

// Labels reads labels.
func (c *counted) Labels(ctx context.Context, above int64) ([]comment.Label, error) {
	labels, err := c.LabelSource.Labels(ctx, above)
	for _, l := range labels {
		if l.Lesson != nil {
			c.n++
		}
	}
	return labels, err
}

// usual are the thresholds of other comments, of those that were in force for one.
func usual(m *spam.Model, t spam.Thresholds, oneLink bool) spam.Thresholds {
	return spam.Thresholds{
		Unsure: m.Usual(spam.Passed{Probability: t.Unsure, OneLink: oneLink}),
		Spam:   m.Usual(spam.Passed{Probability: t.Spam, OneLink: oneLink}),
	}
}
