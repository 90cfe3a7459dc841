package app

import (
	"context"
	"fmt"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/web"
)

// As is a user of the blog as an actor, with the posts of their own as the content folder is
// now, or an error that wraps account.ErrNotFound. Whoever is at the shell may act as
// anybody, and needs no password for it.
func (d *Data) As(ctx context.Context, name string) (account.Actor, error) {
	u, err := d.db.Accounts().UserByName(ctx, name)
	if err != nil {
		return account.Actor{}, err
	}
	if !u.DisabledAt.IsZero() {
		return account.Actor{}, fmt.Errorf("the account %s is disabled: %w", name, account.ErrForbidden)
	}
	return web.ActorOf(u, d.shelf.Site()), nil
}

// RoleUnder is what a user is to readers under a post: its author, or a moderator.
func (d *Data) RoleUnder(ctx context.Context, name, post string) (comment.Role, error) {
	u, err := d.db.Accounts().UserByName(ctx, name)
	if err != nil {
		return comment.Reader, err
	}
	p, ok := d.shelf.Site().Post(post)
	if !ok {
		return comment.Moderator, nil
	}
	return web.RoleUnder(u, p), nil
}

// PostTitles are the titles of the posts of the content folder by their slugs.
func (d *Data) PostTitles() map[string]string {
	titles := map[string]string{}
	for _, p := range d.shelf.Site().Posts() {
		titles[p.Slug] = p.Title
	}
	return titles
}
