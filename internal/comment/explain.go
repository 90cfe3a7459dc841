package comment

import (
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Explainer is a [Judge] that can say why; [Learner] is one.
type Explainer interface {
	// Explain explains each of some messages, after one look for new labels.
	Explain(ctx context.Context, ms []*spam.Reading, depth Depth) ([]spam.Explanation, error)
}

// Depth is how much the filter of today is asked about a comment.
type Depth int

// The depths.
const (
	InShort Depth = iota // its verdict, judged once: for lists
	InFull               // with findings and counterfactuals, each of which is judged for itself
)

// Explained is why a comment was judged as it was.
type Explained struct {
	// Then tells the verdict the comment got when it came, without counterfactuals:
	// the filter of that time is gone.
	Then spam.Explanation
	// Now is what the blog's filter would say of it today, as deeply as it was asked; nil if
	// its judge cannot say why.
	Now *spam.Explanation
}

// explainedAtOnce is how many comments of a list are explained side by side.
const explainedAtOnce = 2

// Explain says why each of some comments was judged as it was, by its whole receipt if it
// has that (see [Service.Look]) and else by the reasons that were named.
func (s *Service) Explain(ctx context.Context, actor account.Actor, cs []Comment, depth Depth) ([]Explained, error) {
	for _, c := range cs {
		if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
			return nil, err
		}
	}
	out, ms := make([]Explained, len(cs)), make([]*spam.Reading, len(cs))
	var each errgroup.Group
	each.SetLimit(explainedAtOnce)
	for i, c := range cs {
		each.Go(func() (err error) {
			defer func() { // nobody else would catch it here
				if p := recover(); p != nil {
					err = fmt.Errorf("explain comment %d: panic: %v\n%s", c.ID, p, debug.Stack())
				}
			}()
			m := message(c, s.posts.About(c.Post))
			if m.Memory, err = s.store.Memory(ctx, c); err != nil {
				return err
			}
			ms[i] = spam.Read(m)
			out[i].Then = ms[i].Tell(c.Verdict)
			out[i].Then.NewLinks(m.Memory)
			return nil
		})
	}
	if err := each.Wait(); err != nil {
		return nil, err
	}
	judge, ok := s.judges.(Explainer)
	if !ok || len(cs) == 0 {
		return out, nil
	}
	now, err := judge.Explain(ctx, ms, depth)
	if err != nil {
		return nil, err
	}
	for i := range now {
		now[i].NewLinks(ms[i].Memory)
		out[i].Now = &now[i]
	}
	return out, nil
}

// Explain catches up with the labels, unless they are many, then asks the filter why.
func (l *Learner) Explain(ctx context.Context, ms []*spam.Reading, depth Depth) ([]spam.Explanation, error) {
	l.mu.Lock()
	err := l.keepUp(ctx, context.WithoutCancel(ctx))
	l.mu.Unlock()
	if err != nil {
		return nil, err
	}
	out := make([]spam.Explanation, len(ms))
	for i, m := range ms {
		if depth == InShort {
			out[i].Verdict = l.filter.JudgeRead(m)
		} else {
			out[i] = spam.Explain(l.filter, m.Message)
		}
	}
	return out, nil
}
