package opinion_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/opinion"
)

// heap is a store of questions in memory, which notes what becomes of them.
type heap struct {
	opinion.Store
	due   []opinion.Question
	again map[comment.ID]time.Time // not answered
	back  []comment.ID             // not asked
}

func (h *heap) Due(context.Context, time.Duration, int) ([]opinion.Question, error) {
	return h.due, nil
}

func (*heap) Decided(context.Context, int) ([]opinion.Decided, error) { return nil, nil }

func (h *heap) Unanswered(_ context.Context, q opinion.Question, _ string, again time.Time) error {
	h.again[q.Comment] = again
	return nil
}

func (h *heap) Unasked(_ context.Context, qs []opinion.Question) error {
	for _, q := range qs {
		h.back = append(h.back, q.Comment)
	}
	return nil
}

func (*heap) Standing(context.Context) (opinion.Standing, error) { return opinion.Standing{}, nil }

func (*heap) KeepStanding(context.Context, opinion.Standing) error { return nil }

var errFull = errors.New("the disk is full")

type fullDisk struct{}

func (fullDisk) Hear(context.Context, comment.ID, comment.Opinion) (bool, error) {
	return false, errFull
}

// TestUncounted: one whose answer cannot be counted waits, and is not asked about again at once;
// those after it are given back.
func TestUncounted(t *testing.T) {
	t.Parallel()
	o := answers(t, "false")
	h := &heap{due: []opinion.Question{{Comment: 1}, {Comment: 2}}, again: map[comment.ID]time.Time{}}
	s := opinion.New(opinion.Options{
		Client: opinion.NewClient(opinion.ClientOptions{
			URL: o.URL, Key: "0123456789ab",
			Blog:      func() (base, lang string) { return apptest.BaseURL, "en" },
			Permalink: func(slug string) string { return slug },
			Patience:  time.Hour,
		}),
		Store: h, Hearer: fullDisk{}, Mode: opinion.ModeSignal, Host: "filter.example.org",
		Warn: func(context.Context, string) {}, Now: func() time.Time { return apptest.Noon }, Log: slog.New(slog.DiscardHandler),
	})
	if _, err := s.Ask(t.Context()); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
	if at := h.again[1]; !at.After(apptest.Noon) || len(h.back) != 1 || h.back[0] != 2 {
		t.Errorf("the one that was asked waits until %v, given back are %v", at, h.back)
	}
}
