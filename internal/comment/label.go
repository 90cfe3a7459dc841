package comment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Label is what a moderator's decision says about a comment. Lesson is nil when
// the decision takes an earlier label back.
//
// An imported label was given on another site. Its Comment is a number below zero,
// the same for all labels of one comment there, so that a change of mind there is
// one here; no decision on a comment of this blog has to do with it.
type Label struct {
	Seq     int64 // numbers the labels of a blog in the order they came
	Comment ID
	Lesson  *spam.Lesson
	At      time.Time // when it was given

	// Origin is where it was given; filled where it is asked for.
	Origin Origin
}

// Origin is the site on which a label was given, with its numbers there. Every
// database is a site of its own, whose name is random.
type Origin struct {
	Site    string
	Seq     int64
	Comment ID
}

// Imported is how many labels are kept that were given on another site.
type Imported struct {
	Site   string
	Labels int
}

// Labelled is a comment that is still there, with the label that stands, if any.
type Labelled struct {
	Comment Comment
	Label   Label
	about   About
}

// Message is the comment as the filter sees it.
func (l Labelled) Message() spam.Message { return message(l.Comment, l.about) }

// ExportLabels gives the owner all labels in the order they came, each with where
// it was given.
func (s *Service) ExportLabels(ctx context.Context, actor account.Actor) ([]Label, error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return nil, err
	}
	return s.store.LabelsByOrigin(ctx)
}

// ImportLabels takes over labels that were given on another site, or here before;
// those that are kept already are passed over, so that the same labels twice are the
// same as once. The labels of each site must be in the order they were given. It
// is all of them or none; [ErrContradiction] says that they are not those that are kept.
func (s *Service) ImportLabels(ctx context.Context, actor account.Actor, labels []Label) (added int, err error) {
	if err := actor.May(account.ManageUsers); err != nil { // owners only: it may turn the filter
		return 0, err
	}
	if err := checkOrigins(labels); err != nil {
		return 0, err
	}
	return s.store.ImportLabels(ctx, labels, func(added int) account.Entry {
		return account.Entry{
			At: s.now().UTC(), Actor: actor.Name, Action: "import", Target: "labels",
			Detail: fmt.Sprintf("%d new of %d", added, len(labels)),
		}
	})
}

// UndoImport removes all labels that were imported of a site, whatever they were
// imported with, as if they had never been: the filter forgets what they taught, and they
// can be imported again. What is not there any more is no error.
func (s *Service) UndoImport(ctx context.Context, actor account.Actor, site string) (removed int, err error) {
	if err := actor.May(account.ManageUsers); err != nil {
		return 0, err
	}
	return s.store.RemoveImported(ctx, site, func(removed int) account.Entry {
		return account.Entry{
			At: s.now().UTC(), Actor: actor.Name, Action: "import undone", Target: "labels",
			Detail: fmt.Sprintf("%d of %s", removed, site),
		}
	})
}

// Imported tells the owner of which sites labels were imported, and how many are kept.
func (s *Service) Imported(ctx context.Context, actor account.Actor) ([]Imported, error) {
	if err := actor.May(account.ManageUsers); err != nil {
		return nil, err
	}
	return s.store.Imported(ctx)
}

// checkOrigins finds labels that no site can have given, or not in this order.
func checkOrigins(labels []Label) error {
	last := map[string]int64{}
	for _, l := range labels {
		o := l.Origin
		switch {
		case o.Site == "" || o.Seq < 1 || o.Comment < 1:
			return fmt.Errorf("label %d of %q on comment %d: %w", o.Seq, o.Site, o.Comment, errNumbers)
		case o.Seq <= last[o.Site]:
			return fmt.Errorf("label %d of %q comes after %d: %w", o.Seq, o.Site, last[o.Site], errNumbers)
		}
		last[o.Site] = o.Seq
	}
	return nil
}

// ErrContradiction means that labels to import are others than those kept.
var ErrContradiction = errors.New("the labels contradict those that are kept")

var errNumbers = errors.New("the numbers of labels and comments are above zero, and those of labels rise")

// Labelled gives a moderator the comments that have a label and are still there,
// the oldest first.
func (s *Service) Labelled(ctx context.Context, actor account.Actor) ([]Labelled, error) {
	all, err := s.History(ctx, actor)
	return slices.DeleteFunc(all, func(l Labelled) bool { return l.Label.Lesson == nil }), err
}

// History gives a moderator the comments of which is known what became of them, the
// oldest first: those that have a label, and those that are published without one, whose
// label is empty.
func (s *Service) History(ctx context.Context, actor account.Actor) ([]Labelled, error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return nil, err
	}
	labels, err := s.store.Labels(ctx, 0)
	if err != nil {
		return nil, err
	}
	of := map[ID]Label{}
	for _, l := range standing(labels) {
		of[l.Comment] = l
	}
	var out []Labelled
	for _, st := range Statuses {
		err := s.each(ctx, st, func(c Comment) {
			l, labelled := of[c.ID]
			if labelled || st == Approved {
				out = append(out, Labelled{c, l, s.posts.About(c.Post)})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Labelled) int { return cmp.Compare(a.Comment.ID, b.Comment.ID) })
	// A comment that is moved meanwhile counts once.
	return slices.CompactFunc(out, func(a, b Labelled) bool { return a.Comment.ID == b.Comment.ID }), nil
}

// each goes through the comments of a status, some at a time.
func (s *Service) each(ctx context.Context, st Status, do func(Comment)) error {
	const batch = 500
	for before := ID(0); ; {
		page, err := s.store.List(ctx, Scope{All: true}, st, before, batch)
		if err != nil {
			return err
		}
		for _, c := range page {
			do(c)
		}
		if len(page) < batch {
			return nil
		}
		before = page[len(page)-1].ID
	}
}
