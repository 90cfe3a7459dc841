package account

import (
	"fmt"
	"slices"
)

// Role is what a user is on this blog.
type Role string

// The roles, from most to least powerful.
const (
	Owner     Role = "owner"
	Moderator Role = "moderator"
	// Author is who writes some of the posts, and moderates these.
	Author Role = "author"
)

// Roles lists every role, for messages and tests.
var Roles = []Role{Owner, Moderator, Author}

// Permission is something an actor may or may not do.
type Permission string

// The permissions.
const (
	// UseDesk is to enter the moderators' part of the blog, and to list there what
	// is in one's scope.
	UseDesk Permission = "use the desk"
	// ModerateComments is to see the comments that are held, and to decide on comments.
	ModerateComments Permission = "moderate comments"
	// ManageRules is to change by what rules comments are held, and how the filter goes
	// about it.
	ManageRules Permission = "manage rules"
	// SeeAudit is to read who did what.
	SeeAudit Permission = "see the audit log"
	// SwitchAttack is to turn the attack switch.
	SwitchAttack Permission = "turn the attack switch"
	// ManageUsers is to add users, and to change what they may do.
	ManageUsers Permission = "manage users"
	// ManageBlog is to change what concerns the whole blog: where notices go, when
	// comments close.
	ManageBlog Permission = "manage the blog"
)

// Permissions lists every permission, for tests.
var Permissions = []Permission{UseDesk, ModerateComments, ManageRules, SeeAudit, SwitchAttack, ManageUsers, ManageBlog}

// permits is the whole table of who may do what on the whole blog, and permitsOwn of what
// else somebody may do on posts of their own.
var (
	permits = map[Role]map[Permission]bool{
		Owner: {
			UseDesk: true, ModerateComments: true, ManageRules: true, SeeAudit: true,
			SwitchAttack: true, ManageUsers: true, ManageBlog: true,
		},
		Moderator: {UseDesk: true, ModerateComments: true, ManageRules: true, SeeAudit: true, SwitchAttack: true},
		Author:    {UseDesk: true},
	}
	permitsOwn = map[Role]map[Permission]bool{
		Author: {ModerateComments: true},
	}
)

// Actor is whoever acts. The zero Actor may do nothing.
type Actor struct {
	Name string
	Role Role
	// Posts are the slugs of the actor's own posts, as the blog is when they act.
	Posts []string
}

// Shell is the actor of a command typed on the machine the blog runs on: who
// can read the data folder is its owner.
var Shell = Actor{Name: "shell", Role: Owner}

// May returns nil when the actor has the permission for the whole blog, else an error
// that wraps [ErrForbidden] and names both.
func (a Actor) May(p Permission) error {
	if permits[a.Role][p] {
		return nil
	}
	return fmt.Errorf("%s (%s) may not %s: %w", a.Name, a.Role, p, ErrForbidden)
}

// MayOn returns nil when the actor has the permission for a post, else an error like
// that of [Actor.May].
func (a Actor) MayOn(p Permission, post string) error {
	if permitsOwn[a.Role][p] && slices.Contains(a.Posts, post) {
		return nil
	}
	return a.May(p)
}

// Scope tells of which posts the actor may moderate the comments: all, or those.
func (a Actor) Scope() (posts []string, all bool) {
	switch {
	case a.May(ModerateComments) == nil:
		return nil, true
	case permitsOwn[a.Role][ModerateComments]:
		return a.Posts, false
	}
	return nil, false
}
