package opinion

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Times of a queue.
const (
	lease      = 2 * time.Minute // longer than atOnce questions with their second tries take
	atOnce     = 10
	afterFault = 20 * time.Minute
	afterKey   = 6 * time.Hour
	settled    = 10 * time.Minute // before a decision is reported, for it may be undone
	learnFrom  = 2000             // of the newest decisions
)

// Hearer lets an answer count; [comment.Service] is one.
type Hearer interface {
	Hear(ctx context.Context, id comment.ID, o comment.Opinion) (moved bool, err error)
}

// Options is what a Service is made of; all fields are required.
type Options struct {
	Client *Client
	Store  Store
	Hearer Hearer
	Mode   Mode
	Host   string // of the server, by which it is called
	// Warn tells the owners, once each time it begins, that the key is refused or what the
	// server has to say to them.
	Warn func(ctx context.Context, problem string)
	Now  func() time.Time
	Log  *slog.Logger
}

// Service asks and reports.
type Service struct {
	Options
	mu       sync.Mutex
	standing Standing
	recalled bool      // what was kept of that is read
	pause    time.Time // until then nothing is asked: the key is refused
	weights  map[spam.Said]float64
	learned  time.Time // when the weights were
}

// Trouble is what keeps the other filter from answering; zero: nothing.
type Trouble struct {
	Problem string
	Since   time.Time
	Key     bool // the key is refused
}

// Alert is what its server has to say to the owner; zero: nothing.
type Alert struct {
	Code  string // of the server, which stays while the words may change; empty for none
	Text  string // with the code
	Since time.Time
}

// New makes a Service.
func New(o Options) *Service { return &Service{Options: o} }

// Ask asks about those comments that are due, and returns how many there were. It ends at
// the first that is not answered.
func (s *Service) Ask(ctx context.Context) (int, error) {
	if s.Now().Before(s.paused()) {
		return 0, nil
	}
	due, err := s.Store.Due(ctx, lease, atOnce)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	weights, err := s.weigh(ctx)
	if err != nil {
		return 0, errors.Join(err, s.Store.Unasked(context.WithoutCancel(ctx), due))
	}
	for i, q := range due {
		goOn, err := s.ask(ctx, q, weights)
		if err != nil || !goOn || ctx.Err() != nil {
			return 0, errors.Join(err, s.Store.Unasked(context.WithoutCancel(ctx), due[i+1:]))
		}
	}
	return len(due), nil
}

// ask asks one question, and keeps what became of it. It does not go on if the next would not be
// answered either.
func (s *Service) ask(ctx context.Context, q Question, weights map[spam.Said]float64) (goOn bool, err error) {
	a, failed := s.Client.Check(ctx, q)
	if ctx.Err() != nil { // the blog ends
		return false, s.Store.Unasked(context.WithoutCancel(ctx), []Question{q})
	}
	s.alerted(ctx, a.Alert, failed)
	if failed != nil {
		again, goOn := s.failed(ctx, failed)
		return goOn, s.Store.Unanswered(ctx, q, failed.Error(), again)
	}
	s.answered(ctx)
	var again time.Time
	if a.Again > 0 && !q.Rechecks {
		again = s.Now().Add(a.Again)
	}
	if s.Mode != ModeShadow { // first, for it can be done twice
		_, err := s.Hearer.Hear(ctx, q.Comment, comment.Opinion{By: s.Host, Body: q.Sent.Body, Said: a.Said, Weight: weights[a.Said]})
		if err != nil && !errors.Is(err, comment.ErrNotFound) {
			return false, errors.Join(err, s.Store.Unanswered(ctx, q, uncounted, s.Now().Add(afterFault)))
		}
	}
	return true, s.Store.Answered(ctx, q, a, again)
}

// uncounted is why there is no answer when the blog itself could not place the comment by it.
const uncounted = "the blog could not count the answer"

// Tell reports decisions of people, and returns how many.
func (s *Service) Tell(ctx context.Context) (int, error) {
	if s.Now().Before(s.paused()) {
		return 0, nil
	}
	due, err := s.Store.Reports(ctx, s.Now().Add(-settled), lease, atOnce)
	for i, r := range due {
		failed := s.Client.Submit(ctx, r)
		if ctx.Err() != nil {
			return 0, s.untold(context.WithoutCancel(ctx), due[i:])
		}
		goOn := true
		if failed == nil {
			s.answered(ctx)
			err = s.Store.Reported(ctx, r)
		} else {
			var again time.Time
			again, goOn = s.failed(ctx, failed)
			err = s.Store.Unreported(ctx, r, again)
		}
		if err != nil || !goOn {
			return 0, errors.Join(err, s.untold(ctx, due[i+1:]))
		}
	}
	return len(due), err
}

// untold gives back reports that were taken and not told.
func (s *Service) untold(ctx context.Context, rest []Report) error {
	for _, r := range rest {
		if err := s.Store.Unreported(ctx, r, s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// learnEvery is how often it is learned at most what the answers weigh.
const learnEvery = 10 * time.Minute

// weigh is what the answers weigh by now.
func (s *Service) weigh(ctx context.Context) (map[spam.Said]float64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	if s.weights != nil && now.Sub(s.learned) < learnEvery {
		return s.weights, nil
	}
	decided, err := s.Store.Decided(ctx, learnFrom)
	if err != nil {
		return nil, err
	}
	s.weights, s.learned = Weights(decided), now
	return s.weights, nil
}

// Verify looks at the start whether the key is good.
func (s *Service) Verify(ctx context.Context) {
	if err := s.verify(ctx); err != nil && ctx.Err() == nil {
		s.failed(ctx, err)
	}
}

func (s *Service) verify(ctx context.Context) error {
	alert, err := s.Client.Verify(ctx)
	if ctx.Err() == nil {
		s.alerted(ctx, alert, err)
	}
	return err
}

func (s *Service) paused() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pause
}

// failed notes that there was no answer, says so the first time, and returns when to ask
// again, and whether to go on with others. If something was refused, it looks whether that
// was for the key.
func (s *Service) failed(ctx context.Context, problem error) (again time.Time, goOn bool) {
	now := s.Now()
	if errors.Is(problem, ErrInvalid) {
		if problem = s.verify(ctx); problem == nil {
			return now.Add(afterKey), true
		}
	}
	key := errors.Is(problem, ErrKey)
	if s.troubled(ctx, problem, key) && key {
		s.Warn(ctx, problem.Error())
	}
	if key {
		return now.Add(afterKey), false
	}
	return now.Add(afterFault), false
}

// troubled notes what keeps the server from answering, and reports whether that is new.
func (s *Service) troubled(ctx context.Context, problem error, key bool) (begins bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recall(ctx)
	now := s.Now()
	if key {
		s.pause = now.Add(afterKey)
	}
	is := &s.standing.Trouble
	begins = is.Since.IsZero() || is.Key != key
	is.Problem, is.Key = problem.Error(), key
	if begins {
		s.Log.WarnContext(ctx, "the other filter does not answer; the blog's own verdicts stand", "server", s.Host, "error", problem.Error())
		is.Since = now
		s.keep(ctx)
	}
	return begins
}

// answered notes that there was an answer.
func (s *Service) answered(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recall(ctx)
	if s.standing.Trouble.Since.IsZero() {
		return
	}
	s.Log.InfoContext(ctx, "the other filter answers again", "server", s.Host)
	s.standing.Trouble = Trouble{}
	s.keep(ctx)
}

// recall reads how it stood before the program began, the first time. What cannot be read is
// told again.
func (s *Service) recall(ctx context.Context) {
	if s.recalled {
		return
	}
	is, err := s.Store.Standing(ctx)
	if err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "it cannot be read what was said of the other filter", "error", err)
	}
	s.standing, s.recalled = is, ctx.Err() == nil
}

// keep keeps how it stands.
func (s *Service) keep(ctx context.Context) {
	if err := s.Store.KeepStanding(ctx, s.standing); err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "it cannot be kept what was said of the other filter", "error", err)
	}
}

// alerted notes what the server has to say to the owner, nothing too: it says it as long as it
// holds. Where there was no answer, nothing said means nothing. It begins anew with another code,
// or, if it has none, with other words.
func (s *Service) alerted(ctx context.Context, is Alert, failed error) {
	if failed != nil && is.Text == "" {
		return
	}
	s.mu.Lock()
	s.recall(ctx)
	was := s.standing.Alert
	begins := is.Text != "" && (was.Text == "" || is.Code != was.Code || is.Code == "" && is.Text != was.Text)
	if is.Text != "" {
		is.Since = was.Since
	}
	if begins {
		is.Since = s.Now()
	}
	if s.standing.Alert = is; begins || was.Text != "" && is.Text == "" {
		s.keep(ctx)
	}
	s.mu.Unlock()
	if begins {
		s.Log.WarnContext(ctx, "the other filter has something to say", "server", s.Host, "alert", is.Text)
		s.Warn(ctx, is.Text)
	}
}

// State is what the owner's page shows.
type State struct {
	Figures
	Host    string
	Mode    Mode
	Trouble Trouble
	Alert   Alert
	// Weights are what the answers weigh by now, in log-odds.
	Weights map[spam.Said]float64
}

// State tells an owner how it stands.
func (s *Service) State(ctx context.Context, actor account.Actor) (State, error) {
	if err := actor.May(account.ManageBlog); err != nil {
		return State{}, err
	}
	figures, err := s.Store.Figures(ctx)
	if err != nil {
		return State{}, fmt.Errorf("the other filter: %w", err)
	}
	weights, err := s.weigh(ctx)
	if err != nil {
		return State{}, fmt.Errorf("the other filter: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recall(ctx)
	return State{Figures: figures, Host: s.Host, Mode: s.Mode, Trouble: s.standing.Trouble, Alert: s.standing.Alert, Weights: weights}, nil
}

// AskAgain lets an owner ask at once, whatever failed before.
func (s *Service) AskAgain(ctx context.Context, actor account.Actor) error {
	if err := actor.May(account.ManageBlog); err != nil {
		return err
	}
	s.mu.Lock()
	s.pause = time.Time{}
	s.mu.Unlock()
	return s.Store.AskAll(ctx)
}

// Heard tells a moderator what was said of some comments.
func (s *Service) Heard(ctx context.Context, actor account.Actor, ids []comment.ID) (map[comment.ID]Heard, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return nil, err
	}
	return s.Store.Heard(ctx, ids)
}
