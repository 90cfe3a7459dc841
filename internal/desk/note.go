package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Note is what a moderator tells the others about a comment. Readers never see it.
type Note struct {
	ID     int64
	At     time.Time
	Author string // the name of a user
	Body   string // plain text
}

// Aside is what moderators have beside a comment.
type Aside struct {
	Assignee string // who is to look at it; empty for nobody
	Notes    []Note // the oldest first
}

// MaxNote is how long a note may be, in characters, and mostNotes how many a comment may
// have.
const (
	MaxNote   = 2000
	mostNotes = 200
)

// Errors of notes.
var (
	ErrNote     = errors.New("a note is empty or too long")
	ErrNotes    = errors.New("the comment has too many notes")
	ErrAssignee = errors.New("nobody of this name can look at the comment")
)

// NoteStore is what is kept beside comments. Each method is one transaction, and what
// writes is an act, which can be undone.
type NoteStore interface {
	// Asides reads what there is beside comments; those with nothing may be missing.
	Asides(ctx context.Context, ids []comment.ID) (map[comment.ID]Aside, error)
	// AddNote keeps a note, unless the comment has most of them already: then it is
	// ErrNotes. Without the comment it is comment.ErrNotFound.
	AddNote(ctx context.Context, id comment.ID, n Note, most int, e account.Entry) (account.ActID, error)
	// RemoveNote takes a note of a comment away, if it is by an author, empty for any; else
	// it is comment.ErrNotFound.
	RemoveNote(ctx context.Context, id comment.ID, note int64, author string, e account.Entry) (account.ActID, error)
	// Assign keeps who is to look at a comment, 0 for nobody. Without the comment it is
	// comment.ErrNotFound. If that is so already, nothing is recorded.
	Assign(ctx context.Context, id comment.ID, user int64, e account.Entry) (account.ActID, error)
}

// Comments reads comments for who may see them; it is the comment.Service.
type Comments interface {
	Get(ctx context.Context, actor account.Actor, id comment.ID) (comment.Comment, error)
}

// Team knows who there is.
type Team interface {
	Users(ctx context.Context) ([]account.User, error)
}

// Notes is the one door to what moderators have beside comments.
type Notes struct {
	store    NoteStore
	comments Comments
	team     Team
	now      func() time.Time
}

// NewNotes makes Notes.
func NewNotes(s NoteStore, c Comments, t Team, now func() time.Time) *Notes {
	return &Notes{store: s, comments: c, team: t, now: now}
}

// Beside reads what there is beside comments that the actor was shown.
func (n *Notes) Beside(ctx context.Context, actor account.Actor, ids []comment.ID) (map[comment.ID]Aside, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return n.store.Asides(ctx, ids)
}

// Add notes something about a comment. The errors are [ErrNote], [ErrNotes],
// comment.ErrNotFound and account.ErrForbidden.
func (n *Notes) Add(ctx context.Context, actor account.Actor, id comment.ID, body string) (account.ActID, error) {
	if _, err := n.comments.Get(ctx, actor, id); err != nil {
		return 0, err
	}
	body = clean(body)
	if body == "" || utf8.RuneCountInString(body) > MaxNote {
		return 0, ErrNote
	}
	now := n.now().UTC()
	return n.store.AddNote(ctx, id, Note{At: now, Author: actor.Name, Body: body}, mostNotes, n.entry(actor, "note", id, ""))
}

// clean is a text without what cannot be seen, and with plain ends of lines.
func clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
}

// Remove takes a note away: its author may, and owners.
func (n *Notes) Remove(ctx context.Context, actor account.Actor, id comment.ID, note int64) (account.ActID, error) {
	if _, err := n.comments.Get(ctx, actor, id); err != nil {
		return 0, err
	}
	author := actor.Name
	if actor.Role == account.Owner {
		author = ""
	}
	return n.store.RemoveNote(ctx, id, note, author, n.entry(actor, "remove note", id, ""))
}

// Assign says who is to look at a comment; an empty name says nobody. The errors are
// [ErrAssignee], comment.ErrNotFound and account.ErrForbidden.
func (n *Notes) Assign(ctx context.Context, actor account.Actor, id comment.ID, name string) (account.ActID, error) {
	c, err := n.comments.Get(ctx, actor, id)
	if err != nil {
		return 0, err
	}
	if name == "" {
		return n.store.Assign(ctx, id, 0, n.entry(actor, "assign", id, "to nobody"))
	}
	users, err := n.team.Users(ctx)
	if err != nil {
		return 0, err
	}
	for _, u := range users {
		if account.Fold(u.Name) == account.Fold(name) && (u.Name == actor.Name || u.Actor().MayOn(account.ModerateComments, c.Post) == nil) {
			return n.store.Assign(ctx, id, u.ID, n.entry(actor, "assign", id, "to "+u.Name))
		}
	}
	return 0, ErrAssignee
}

// Assignees are the names of those whom the actor can give a comment to: whoever
// moderates all posts, and the actor.
func (n *Notes) Assignees(ctx context.Context, actor account.Actor) ([]string, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return nil, err
	}
	users, err := n.team.Users(ctx)
	var names []string
	for _, u := range users {
		if _, all := u.Actor().Scope(); all || u.Name == actor.Name {
			names = append(names, u.Name)
		}
	}
	return names, err
}

func (n *Notes) entry(actor account.Actor, action string, id comment.ID, detail string) account.Entry {
	return account.Entry{At: n.now().UTC(), Actor: actor.Name, Action: action, Target: fmt.Sprintf("comment %d", id), Detail: detail}
}
