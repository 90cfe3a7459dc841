package comment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hamlet/internal/spam"
)

// CatchUp learns from the labels given since the last time, however many they are, and
// returns how many of all labels it had to pass over.
func (l *Learner) CatchUp(ctx context.Context) (passed int, err error) {
	learn := func() error { return l.keepUp(ctx, ctx) }
	for {
		var ahead chan struct{}
		l.mu.Lock()
		if l.ahead == nil {
			err = learn()
		}
		ahead, passed = l.ahead, l.gone
		l.mu.Unlock()
		if err != nil || ahead == nil {
			return passed, err
		}
		select {
		case <-ahead:
		case <-ctx.Done():
			return passed, ctx.Err()
		}
		learn = func() error { return l.finish(ctx) }
	}
}

// finish learns what was given while something was learned beside.
func (l *Learner) finish(ctx context.Context) error {
	if err := l.failure(); err != nil {
		return err
	}
	if l.beside.over() {
		return errOver
	}
	return l.catchUp(ctx)
}

// keepUp learns from a few labels, and begins to learn from many: beside, until a context ends.
func (l *Learner) keepUp(ctx, beside context.Context) error {
	if l.ahead != nil {
		return nil
	}
	if err := l.failure(); err != nil {
		return err
	}
	n, due, err := l.due(ctx)
	switch {
	case err != nil || !due:
		return err
	case n <= few*l.every:
		return l.catchUp(ctx)
	}
	next := l.taughtTo(spam.NewFilter(l.filter.Model()))
	l.ahead = make(chan struct{})
	if !l.beside.start(beside, func(ctx context.Context) { l.become(next, next.catchUp(ctx)) }) {
		l.ahead = nil
		return errOver
	}
	return nil
}

// For is a Learner of another filter with the same model, which knows what this one learned.
func (l *Learner) For(f *spam.Filter) *Learner {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taughtTo(f)
}

// taughtTo teaches a filter of the same model what this one was taught.
func (l *Learner) taughtTo(f *spam.Filter) *Learner {
	next := &Learner{filter: f, labels: l.labels, posts: l.posts, every: l.every, beside: l.beside, learned: l.learned}
	next.marks = slices.Clone(l.marks)
	f.Relearn(l.filter.Taught())
	return next
}

// become takes over what another Learner learned beside it, unless that failed.
func (l *Learner) become(next *Learner, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.ahead)
	l.ahead = nil
	if err == nil {
		l.filter.Relearn(next.filter.Taught())
		l.learned = next.learned
	} else if !errors.Is(err, context.Canceled) { // whoever waited for it knows that it stopped
		l.failed = err
	}
}

// failure is why it could not learn beside, once.
func (l *Learner) failure() error {
	err := l.failed
	l.failed = nil
	return err
}

// due is how many labels there are to learn, and whether there is anything to be done.
func (l *Learner) due(ctx context.Context) (n int, is bool, err error) {
	removals, err := l.removed(ctx)
	if err != nil {
		return 0, false, err
	}
	if n, err = l.count(ctx, l.last); err != nil {
		return 0, false, err
	}
	anew := removals != l.removals
	if !anew && n > 0 && l.last > 0 {
		if anew, err = l.relabelled(ctx, l.last); err != nil {
			return 0, false, err
		}
	}
	if !anew {
		return n, n > 0, nil
	}
	if err = l.dropMarks(ctx, removals); err != nil {
		return 0, false, err
	}
	n, err = l.count(ctx, l.marked().seq)
	return n, true, err
}

func (l *Learner) count(ctx context.Context, after int64) (int, error) {
	n, err := l.labels.CountAfter(ctx, after)
	if err != nil {
		return 0, fmt.Errorf("count labels after %d: %w", after, err)
	}
	return n, nil
}
