package insight

import (
	"context"
	"math"
	"time"

	"hamlet/internal/comment"
)

// after are the labels that a filter learns from that was told to forget: those that it
// was told to forget are not among them.
type after struct {
	comment.LabelSource
	forgotten Forgotten
}

// Labels reads the labels with a Seq above a number; those that are forgotten say nothing.
func (a after) Labels(ctx context.Context, above int64) ([]comment.Label, error) {
	labels, err := a.LabelSource.Labels(ctx, above)
	if err != nil || a.forgotten.Last == 0 {
		return labels, err
	}
	for i, l := range labels {
		if a.forgotten.forgets(l) {
			labels[i].Lesson = nil
		}
	}
	return labels, nil
}

// forgets reports whether a label is not to be learned from. Numbers may be given anew, so
// the time tells, too; one that was imported since has an earlier time and a higher number.
func (f Forgotten) forgets(l comment.Label) bool {
	return l.Seq <= f.Last && !l.At.After(f.ForgottenAt)
}

// until are the labels as they were when a verdict was given, and never change.
type until struct {
	comment.LabelSource
	last int64     // the number of the last; 0: by the time alone
	at   time.Time // when the verdict was given
}

// Labels reads those with a Seq above a number.
func (u until) Labels(ctx context.Context, above int64) ([]comment.Label, error) {
	labels, err := u.LabelSource.Labels(ctx, above)
	if err != nil {
		return nil, err
	}
	last := u.last
	if last == 0 {
		last = math.MaxInt64
	}
	kept := labels[:0]
	for _, l := range labels {
		if l.Seq <= last && (u.last != 0 || l.At.Before(u.at)) {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

// Relabelled is never so.
func (until) Relabelled(context.Context, int64) (bool, error) { return false, nil }

// Removals is always none.
func (until) Removals(context.Context) (int64, error) { return 0, nil }
