package comment

import (
	"context"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Explainer is a [Judge] that can say why; [Learner] is one.
type Explainer interface {
	Explain(ctx context.Context, m spam.Message, depth Depth) (spam.Explanation, error)
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

// Explain says why a comment was judged as it was, by its whole receipt if the
// comment has it (see [Service.Look]) and else by the reasons that were named.
func (s *Service) Explain(ctx context.Context, actor account.Actor, c Comment, depth Depth) (Explained, error) {
	if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
		return Explained{}, err
	}
	m := message(c, s.posts.About(c.Post))
	var err error
	if m.Memory, err = s.store.Memory(ctx, c); err != nil {
		return Explained{}, err
	}
	e := Explained{Then: spam.Tell(m, c.Verdict)}
	e.Then.NewLinks(m.Memory)
	judge, ok := s.judges.(Explainer)
	if !ok {
		return e, nil
	}
	now, err := judge.Explain(ctx, m, depth)
	if err != nil {
		return Explained{}, err
	}
	now.NewLinks(m.Memory)
	e.Now = &now
	return e, nil
}

// Explain catches up with the labels, then asks the filter why.
func (l *Learner) Explain(ctx context.Context, m spam.Message, depth Depth) (spam.Explanation, error) {
	if _, err := l.CatchUp(ctx); err != nil {
		return spam.Explanation{}, err
	}
	if depth == InShort {
		return spam.Explanation{Verdict: l.filter.Judge(m)}, nil
	}
	return spam.Explain(l.filter, m), nil
}
