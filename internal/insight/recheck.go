package insight

import (
	"context"
	"errors"
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
	labels := after{until{l.o.Labels, v.Labels, at}, c.forgotten(at)}
	f := spam.New(spam.Options{Model: model, Thresholds: usual(model, v.Thresholds, spam.OneLink(m.Body))})
	l.mu.Lock()
	posts := l.posts
	l.mu.Unlock()
	if posts != nil {
		f.SetPosts(posts(model))
	}
	source := &counted{LabelSource: labels}
	if _, err := comment.NewLearner(f, source, l.o.About).CatchUp(ctx); err != nil {
		return r, err
	}
	r.Labels = source.n
	r.Check = spam.Recompute(f, m, v)
	r.Without = spam.Explain(f, m).Without
	return r, nil
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
