package account

import (
	"context"
	"fmt"
)

// Sessions lists the sessions of a user that have not ended, the newest first: the actor's
// own, or anybody's if the actor may [ManageUsers].
func (s *Service) Sessions(ctx context.Context, by Actor, u User) ([]Session, error) {
	if err := s.mayChange(by, u); err != nil {
		return nil, err
	}
	return s.o.Store.Sessions(ctx, u.ID)
}

// EndSession ends one session of a user, like [Service.Sessions]; one that has ended is
// [ErrNotFound].
func (s *Service) EndSession(ctx context.Context, by Actor, u User, id string) error {
	n, err := s.endSessions(ctx, by, u, func(one Session) bool { return one.ID == id && id != "" })
	if err == nil && n == 0 {
		err = fmt.Errorf("end session: %w", ErrNotFound)
	}
	return err
}

// EndSessions ends all sessions of a user but one, or with an empty id all, and tells how
// many there were.
func (s *Service) EndSessions(ctx context.Context, by Actor, u User, but string) (int, error) {
	return s.endSessions(ctx, by, u, func(one Session) bool { return one.ID != but || but == "" })
}

func (s *Service) endSessions(ctx context.Context, by Actor, u User, drop func(Session) bool) (int, error) {
	if err := s.mayChange(by, u); err != nil {
		return 0, err
	}
	return s.o.Store.EndSessions(ctx, u.ID, drop, s.entry(by, "sessions end", u, ""))
}
