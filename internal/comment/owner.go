package comment

import (
	"context"
	"fmt"

	"hamlet/internal/account"
)

// Holding is everything that is kept under an address.
type Holding struct {
	Person   PersonKept
	Comments []Personal // oldest first
}

// Holding reads everything that is kept under an address, which only an owner may, and
// notes that it was read; the note does not have the address. If nobody gave it, the
// error is ErrNotFound.
func (s *Service) Holding(ctx context.Context, actor account.Actor, address string) (Holding, error) {
	who, err := s.person(ctx, actor, address)
	if err != nil {
		return Holding{}, err
	}
	h, err := s.store.Holding(ctx, who, s.entryOn(actor, "export", who, 0))
	if err != nil {
		return Holding{}, fmt.Errorf("read everything of person %d: %w", who, err)
	}
	return h, nil
}

// CountUnder counts the comments under an address; ErrNotFound if nobody gave it.
func (s *Service) CountUnder(ctx context.Context, actor account.Actor, address string) (int, error) {
	who, err := s.person(ctx, actor, address)
	if err != nil {
		return 0, err
	}
	return s.store.CountBy(ctx, who)
}

// EraseAddress erases all comments under an address, and the address, as its owner can by
// mail. It returns the number that the person had, which the note of it has.
func (s *Service) EraseAddress(ctx context.Context, actor account.Actor, address string) (PersonID, []Erased, error) {
	who, err := s.person(ctx, actor, address)
	if err != nil {
		return 0, nil, err
	}
	all, err := s.store.EraseAll(ctx, who, func(id ID) account.Entry { return s.entryOn(actor, "erase", who, id) })
	if err != nil {
		return who, nil, fmt.Errorf("erase everything of person %d: %w", who, err)
	}
	for _, e := range all {
		if e.Shown {
			s.changed(e.Post)
		}
	}
	return who, all, nil
}

// person is whoever gave an address, for an actor who may ask.
func (s *Service) person(ctx context.Context, actor account.Actor, address string) (PersonID, error) {
	if err := actor.May(account.ManageUsers); err != nil {
		return 0, err
	}
	return s.store.Person(ctx, address)
}

// entryOn is what the audit log says of what somebody did to a person's comment, or with
// 0 to the person.
func (s *Service) entryOn(actor account.Actor, action string, who PersonID, id ID) account.Entry {
	e := account.Entry{At: s.now().UTC(), Actor: actor.Name, Action: action, Target: fmt.Sprintf("person %d", who), Detail: "everything"}
	if id != 0 {
		e.Target = fmt.Sprintf("comment %d", id)
	}
	return e
}
