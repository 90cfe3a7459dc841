package comment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hamlet/internal/account"
)

// ActID numbers what moderators did on a blog, from 1.
type ActID = account.ActID

// Act is something that a moderator did: decisions on one comment or on many at once, or
// something beside them.
type Act struct {
	ID     ActID
	At     time.Time
	Actor  string
	Action Action
	Total  int // how many comments it changed
	// Target and Detail are what the audit log says of an act beside decisions, of which Target
	// is never empty: a rule, a note, a switch.
	Target, Detail string
	// Comment is one of them; 0 if all are gone for good.
	Comment  ID
	Author   string // of that comment
	Post     string
	UndoneAt time.Time
	UndoneBy string
	// Gone means that there is no such comment now; it is found out for lists of acts.
	Gone bool
}

// Acted is a comment as a decision left it, and the act by which it can be undone.
type Acted struct {
	Comment
	Act ActID
}

// Undone is what an undo did.
type Undone struct {
	Act  Act
	Back []Comment // as they are now, those only that the act did not make
	// Changed are those that were changed after the act; they stay as they are.
	Changed []ID
	// Shown are the posts whose threads changed.
	Shown []string
	// Since is what was done since to what an act beside decisions set, the newest first; the act
	// stays then.
	Since []account.Entry
}

// UndoFor is how long an act can be undone. What was deleted for good is gone after
// [HiddenFor].
const UndoFor = 24 * time.Hour

// HiddenFor is how long a comment that was deleted for good is only hidden from
// everybody, so that it can be brought back.
const HiddenFor = 15 * time.Minute

// MostAtOnce is how many comments an act may have that is undone in one step. Acts on more
// are undone by a job.
const MostAtOnce = 200

// The errors of an undo; each is an ErrConflict.
var (
	ErrUndone  = fmt.Errorf("it was undone already: %w", ErrConflict)
	ErrTooLate = fmt.Errorf("it is too late to undo it: %w", ErrConflict)
	ErrMany    = fmt.Errorf("these are too many comments for one step: %w", ErrConflict)
)

// Undoing is an undo, as the store is asked for it.
type Undoing struct {
	By string
	At time.Time
	// May is asked about the act, and about each of its comments.
	May   func(Act) error
	MayOn func(Comment) error
	// Entry is what the audit log says of it.
	Entry func(Undone) account.Entry
}

// takes is what it takes to take back an act beside decisions, on the post of its comment, or
// else on that it is about. What is not here nobody takes back.
var takes = map[Action]account.Permission{
	Action(Pin): account.ModerateComments, Action(Unpin): account.ModerateComments,
	Action(Lock): account.ModerateComments, Action(Unlock): account.ModerateComments,
	"note": account.ModerateComments, "remove note": account.ModerateComments, "assign": account.ModerateComments,
	"dismiss reports": account.ModerateComments, "reopen reports": account.ModerateComments,
	"close comments": account.ModerateComments, "open comments": account.ModerateComments,
	"rule add": account.ManageRules, "rule change": account.ManageRules, "rule remove": account.ManageRules,
	"attack on": account.SwitchAttack, "attack off": account.SwitchAttack,
	"filter set": account.ManageRules, "model beside": account.ManageRules, "model promote": account.ManageRules,
	"model roll back": account.ManageRules, "filter forget": account.ManageUsers, "filter remember": account.ManageUsers,
	"import": account.ManageUsers, "import undone": account.ManageUsers,
	"save view": account.UseDesk, "rename view": account.UseDesk, "remove view": account.UseDesk,
	"notices": account.UseDesk, "webhook": account.ManageBlog, "remove webhook": account.ManageBlog,
	"retry mail": account.ModerateComments, "discard mail": account.ModerateComments,
	"retry notice": account.ModerateComments, "discard notice": account.ModerateComments,
	"role": account.ManageUsers, "user disable": account.ManageUsers, "user enable": account.ManageUsers, "user remove": account.ManageUsers,
	"invite": account.ManageUsers, "invitation revoke": account.ManageUsers,
	"site key add": account.ManageUsers, "site change": account.ManageUsers, "site key revoke": account.ManageUsers,
	"site correct": account.ManageUsers,
}

// personal are the acts that only who did them takes back.
var personal = map[Action]bool{
	"note": true, "remove note": true, "save view": true, "rename view": true, "remove view": true, "notices": true,
}

// careful are the acts that make, or unmake, who may do what.
var careful = map[Action]bool{
	"role": true, "user disable": true, "user enable": true, "user remove": true, "invite": true, "invitation revoke": true,
	"site key add": true, "site key revoke": true,
}

// Careful reports whether who takes an act back has to prove who they are, as they had for it.
func (a Act) Careful() bool { return a.Beside() && careful[a.Action] }

// Beside reports whether an act is none on what comments say and are.
func (a Act) Beside() bool { return a.Target != "" }

// MayUndo says whether an actor may take an act back, as far as the act tells: of decisions
// each comment is asked about, too.
func (a Act) MayUndo(actor account.Actor) error {
	if !a.Beside() {
		return nil
	}
	p, ok := takes[a.Action]
	if !ok || personal[a.Action] && a.Actor != actor.Name {
		return fmt.Errorf("take back what %s did: %w", a.Actor, account.ErrForbidden)
	}
	if a.Post != "" {
		return actor.MayOn(p, a.Post)
	}
	return actor.May(p)
}

// Acts is what is kept of what moderators did, for a day.
type Acts interface {
	// Act reads one act, or [ErrNotFound].
	Act(ctx context.Context, id ActID) (Act, error)
	// Acts reads the acts below a number (0: from the newest), newest first, of one actor or,
	// with none, of all.
	Acts(ctx context.Context, by string, before ActID, limit int) ([]Act, error)
	// UndoAct takes back what an act did to comments that nobody has changed since: they are as
	// they were, with their labels, and what the filter remembers of them. If there are none of
	// those, the error is [ErrChanged]. It is one transaction.
	UndoAct(ctx context.Context, id ActID, u Undoing) (Undone, error)
	// Deeds reads what the audit log has of a comment, newest first, also of acts on many
	// comments of the last day.
	Deeds(ctx context.Context, id ID, limit int) ([]account.Entry, error)
}

// Undo takes an act back. Of decisions every comment is what it was before, the label that was given is
// removed, and the filter judges as if it had never been given. Comments that were changed
// after the act stay as they are, and are named. What else was set is as it was before, unless
// somebody set it anew since: then it stays, which is [ErrChanged]. The errors are [account.ErrForbidden],
// [ErrNotFound], [ErrUndone], [ErrTooLate], [ErrMany] and [ErrChanged].
func (s *Service) Undo(ctx context.Context, actor account.Actor, id ActID) (Undone, error) {
	u, err := s.store.UndoAct(ctx, id, s.Undoing(actor, MostAtOnce))
	for _, post := range u.Shown {
		s.changed(post) // after an error too: it may come from a commit that was done
	}
	if err != nil {
		return u, fmt.Errorf("undo act %d: %w", id, err)
	}
	return u, nil
}

// Undoing is the undo of an act on at most so many comments.
func (s *Service) Undoing(actor account.Actor, most int) Undoing {
	now := s.moment()
	return Undoing{
		By: actor.Name, At: now,
		May: func(a Act) error {
			if err := a.MayUndo(actor); err != nil {
				return err
			}
			switch {
			case !a.UndoneAt.IsZero():
				return ErrUndone
			case now.Sub(a.At) >= UndoFor:
				return ErrTooLate
			case a.Total > most:
				return ErrMany
			}
			return nil
		},
		MayOn: func(c Comment) error { return actor.MayOn(account.ModerateComments, c.Post) },
		Entry: func(u Undone) account.Entry { return undoEntry(actor, now, u) },
	}
}

// undoEntry is what the audit log says of an undo.
func undoEntry(actor account.Actor, at time.Time, u Undone) account.Entry {
	if a := u.Act; a.Beside() {
		return account.Entry{At: at, Actor: actor.Name, Action: "undo", Target: a.Target, Detail: strings.TrimSpace(fmt.Sprintf("%s by %s %s", a.Action, a.Actor, a.Detail))}
	}
	e := account.Entry{
		At: at, Actor: actor.Name, Action: "undo", Target: fmt.Sprintf("act %d", u.Act.ID),
		Detail: fmt.Sprintf("%s of %d comments by %s", u.Act.Action, len(u.Back), u.Act.Actor),
	}
	if u.Act.Total == 1 && u.Act.Comment != 0 {
		e.Target = fmt.Sprintf("comment %d", u.Act.Comment)
		e.Detail = fmt.Sprintf("%s by %s", u.Act.Action, u.Act.Actor)
		if len(u.Back) == 1 {
			e.Detail += fmt.Sprintf(" → %s", u.Back[0].Status)
		}
	}
	if n := len(u.Changed); n > 0 {
		e.Detail += fmt.Sprintf("; %d were changed since", n)
	}
	return e
}

// RecentActs lists what moderators did, newest first, those acts below a number (0: from
// the newest). Authors, who may not moderate everything, are told of their own.
func (s *Service) RecentActs(ctx context.Context, actor account.Actor, before ActID, limit int) ([]Act, error) {
	by := ""
	switch posts, all := actor.Scope(); {
	case all:
	case len(posts) > 0:
		by = actor.Name
	default:
		return nil, actor.May(account.ModerateComments)
	}
	acts, err := s.store.Acts(ctx, by, before, limit)
	if err != nil {
		return nil, err
	}
	for i, a := range acts {
		if a.Total != 1 && !a.Beside() || a.Comment == 0 {
			continue
		}
		if _, err := s.store.Get(ctx, a.Comment); errors.Is(err, ErrNotFound) {
			acts[i].Gone = true
		} else if err != nil {
			return nil, err
		}
	}
	return acts, nil
}

// Kept reads one act of the last day, or [ErrNotFound]; the actor must be permitted to
// take it back, as far as it tells.
func (s *Service) Kept(ctx context.Context, actor account.Actor, id ActID) (Act, error) {
	a, err := s.store.Act(ctx, id)
	if err != nil {
		return Act{}, err
	}
	return a, a.MayUndo(actor)
}

// Deeds tells a moderator what was done to a comment, newest first.
func (s *Service) Deeds(ctx context.Context, actor account.Actor, id ID, limit int) ([]account.Entry, error) {
	if _, err := s.Get(ctx, actor, id); err != nil {
		return nil, err
	}
	return s.store.Deeds(ctx, id, limit)
}
