package comment

import "fmt"

// Action is what a moderator does to a comment.
type Action string

// The actions.
const (
	Approve  Action = "approve"
	MarkSpam Action = "spam"
	ToTrash  Action = "trash"
	Restore  Action = "restore" // undo the last move to spam or trash
	Delete   Action = "delete"  // for good
)

// What moderators do besides, which leads from any status to the same, or is no button on a
// comment: only the acts and the audit log have names for it.
const (
	Correct     Action = "edit"  // change the text
	ReplyTo     Action = "reply" // and approve what is answered
	ApproveEdit Action = "approve edit"
	DeclineEdit Action = "decline edit"
	SpamEdit    Action = "edit is spam" // and with it the comment
)

// Actions lists every action that is a button on a comment.
var Actions = []Action{Approve, MarkSpam, ToTrash, Restore, Delete}

// deleted is where Delete leads: no status at all.
const deleted Status = ""

// prior stands in the table for "where the comment was before".
const prior Status = "prior"

// transitions is the whole table: from which status which action leads where.
// What is not in it cannot be done. Only what is in spam or trash can be
// deleted for good, so that no comment is two clicks away from being lost.
var transitions = map[Status]map[Action]Status{
	Pending:  {Approve: Approved, MarkSpam: Spam, ToTrash: Trash},
	Approved: {MarkSpam: Spam, ToTrash: Trash},
	Spam:     {Approve: Approved, ToTrash: Trash, Restore: prior, Delete: deleted},
	Trash:    {Approve: Approved, MarkSpam: Spam, Restore: prior, Delete: deleted},
}

// Allows reports whether the action can be done to a comment of this status.
func (s Status) Allows(a Action) bool {
	_, ok := transitions[s][a]
	return ok
}

// Allows reports whether the action can be done to this comment. What its author has
// withdrawn or erased is not a moderator's to bring back, nor to call spam; it can
// only be taken away.
func (c Comment) Allows(a Action) bool {
	if (!c.WithdrawnAt.IsZero() || !c.ErasedAt.IsZero()) && a != Delete && a != ToTrash {
		return false
	}
	return c.Status.Allows(a)
}

// label is what an action says about spam or ham.
type label int

const (
	keepLabel label = iota // the action says nothing: an earlier label stays
	takeBack               // the comment is undecided again
	isHam
	isSpam
)

// step is what an action does to a comment of this status and prior status.
type step struct {
	to    Status
	prior Status
	label label
}

// next looks the action up in the table. Approve and MarkSpam say ham and spam;
// ToTrash says nothing about either. Restore goes back to the status before the
// last move to spam or trash, and to pending when the filter itself put the
// comment where it is; what the undone move taught is corrected with it.
func next(from, was Status, a Action) (step, error) {
	to, ok := transitions[from][a]
	if !ok {
		return step{}, &TransitionError{From: from, Action: a}
	}
	switch a {
	case Approve:
		return step{to: to, label: isHam}, nil
	case MarkSpam:
		return step{to: to, prior: from, label: isSpam}, nil
	case ToTrash:
		return step{to: to, prior: from, label: keepLabel}, nil
	case Restore:
		return restore(from, was), nil
	case Delete:
		return step{to: to, label: keepLabel}, nil
	default:
		return step{}, &TransitionError{From: from, Action: a}
	}
}

func restore(from, was Status) step {
	switch {
	case was == Approved && from == Spam:
		return step{to: Approved, label: isHam}
	case was == Approved || was == Spam:
		return step{to: was, label: keepLabel}
	case from == Spam || was == "":
		return step{to: Pending, label: takeBack}
	default:
		return step{to: Pending, label: keepLabel}
	}
}

// TransitionError says that an action makes no sense in a status. It wraps
// [ErrConflict].
type TransitionError struct {
	From   Status
	Action Action
}

func (e *TransitionError) Error() string {
	if e.From == transitions[Pending][e.Action] {
		return fmt.Sprintf("the comment is already %s", e.From.InWords())
	}
	return fmt.Sprintf("a comment that is %s cannot be %s", e.From.InWords(), e.Action.Done())
}

// Unwrap makes errors.Is(err, ErrConflict) true.
func (e *TransitionError) Unwrap() error { return ErrConflict }

var inWords = map[Status]string{
	Pending: "pending", Approved: "approved", Spam: "in spam", Trash: "in the trash",
}

// InWords says where a comment of this status is: "a comment that is in spam".
func (s Status) InWords() string { return inWords[s] }

var done = map[Action]string{
	Approve: "approved", MarkSpam: "marked as spam", ToTrash: "moved to the trash",
	Restore: "restored", Delete: "deleted for good",
}

// Done says what the action does to a comment: "it was moved to the trash".
func (a Action) Done() string { return done[a] }
