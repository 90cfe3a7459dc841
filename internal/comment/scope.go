package comment

import "hamlet/internal/account"

// Scope is of which posts comments are listed. The zero Scope is of none.
type Scope struct {
	All   bool
	Posts []string // slugs, if not of all
}

// scope is what an actor may list, if they may list anything.
func scope(actor account.Actor) (Scope, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return Scope{}, err
	}
	posts, all := actor.Scope()
	return Scope{All: all, Posts: posts}, nil
}
