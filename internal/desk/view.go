package desk

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/account"
)

// SavedView is a list that a user has given a name.
type SavedView struct {
	ID   int64
	Name string
	View View // from the beginning
}

// MaxViewName is how long the name of a view may be, in characters, and MostViews how many
// a user may have.
const (
	MaxViewName = 60
	MostViews   = 12
)

// Errors of saved views.
var (
	ErrViewName  = errors.New("the name of a view is empty or too long")
	ErrViewTaken = errors.New("another view has the name")
	ErrViews     = errors.New("the user has too many views")
	ErrNoView    = errors.New("there is no such view")
)

// ViewStore keeps the views of users, who are told by their names. Each method is one
// transaction.
type ViewStore interface {
	// Views reads those of a user, by name.
	Views(ctx context.Context, user string) ([]KeptView, error)
	// KeepView keeps a view, in place of the one of the user that has the name, if there is
	// one; one more than most is ErrViews.
	KeepView(ctx context.Context, user string, v KeptView, most int, e account.Entry) error
	// RenameView gives a view of the user another name; ErrNoView, and ErrViewTaken.
	RenameView(ctx context.Context, user string, id int64, name string, e account.Entry) error
	// RemoveView removes a view of the user, or ErrNoView.
	RemoveView(ctx context.Context, user string, id int64, e account.Entry) error
}

// KeptView is a view as it is kept: what it asks for as it stands in addresses.
type KeptView struct {
	ID          int64
	Name, Query string
}

// Views are the lists that users have given names. Each has their own.
type Views struct {
	store ViewStore
	now   func() time.Time
}

// NewViews makes Views.
func NewViews(s ViewStore, now func() time.Time) *Views { return &Views{store: s, now: now} }

// Of reads the views of the actor. What a view asks for that this version of the program
// cannot read is left out of it.
func (v *Views) Of(ctx context.Context, actor account.Actor) ([]SavedView, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return nil, err
	}
	kept, err := v.store.Views(ctx, actor.Name)
	var out []SavedView
	for _, k := range kept {
		out = append(out, SavedView{ID: k.ID, Name: k.Name, View: readView(k.Query)})
	}
	return out, err
}

// readView reads a view as it is kept.
func readView(query string) View {
	q, _ := url.ParseQuery(query) // what can be read of it
	for {
		f, err := ParseFilter(q)
		if wrong, ok := errors.AsType[*FieldError](err); ok {
			q.Del(wrong.Field)
			continue
		}
		sort, err := ParseSort(q.Get("sort"))
		if err != nil {
			sort = Newest
		}
		return View{Filter: f, Sort: sort}
	}
}

// Query is a view as it is kept, and as it stands in addresses: one of every status says so.
func (v View) Query() string {
	q := v.Filter.Values()
	if v.Filter.Status == "" {
		q.Set("status", AnyStatus)
	}
	if v.Sort != Newest {
		q.Set("sort", string(v.Sort))
	}
	return q.Encode()
}

// Save keeps a view under a name. The errors are [ErrViewName], [ErrViews] and
// account.ErrForbidden.
func (v *Views) Save(ctx context.Context, actor account.Actor, name string, view View) error {
	name, err := v.named(actor, name)
	if err != nil {
		return err
	}
	return v.store.KeepView(ctx, actor.Name, KeptView{Name: name, Query: view.Query()}, MostViews, v.entry(actor, "save view", name))
}

// Rename gives a view another name. The errors are [ErrViewName], [ErrViewTaken],
// [ErrNoView] and account.ErrForbidden.
func (v *Views) Rename(ctx context.Context, actor account.Actor, id int64, name string) error {
	name, err := v.named(actor, name)
	if err != nil {
		return err
	}
	return v.store.RenameView(ctx, actor.Name, id, name, v.entry(actor, "rename view", name))
}

// Remove removes a view. The errors are [ErrNoView] and account.ErrForbidden.
func (v *Views) Remove(ctx context.Context, actor account.Actor, id int64) error {
	if err := actor.May(account.UseDesk); err != nil {
		return err
	}
	return v.store.RemoveView(ctx, actor.Name, id, v.entry(actor, "remove view", ""))
}

// named is a name that a view may have.
func (*Views) named(actor account.Actor, name string) (string, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return "", err
	}
	name = strings.Join(strings.Fields(clean(name)), " ")
	if name == "" || utf8.RuneCountInString(name) > MaxViewName {
		return "", ErrViewName
	}
	return name, nil
}

func (v *Views) entry(actor account.Actor, action, name string) account.Entry {
	return account.Entry{At: v.now().UTC(), Actor: actor.Name, Action: action, Target: "user " + actor.Name, Detail: name}
}
