package comment_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// grow publishes n comments; parent says by index what each replies to, -1 for nothing.
func grow(t *testing.T, s *comment.Service, n int, parent func(i int) int) []comment.ID {
	t.Helper()
	var ids []comment.ID
	for i := range n {
		sub := hello()
		if p := parent(i); p >= 0 {
			sub.Parent = itoa(ids[p])
		}
		ids = append(ids, mustSubmit(t, s, sub).ID)
	}
	return ids
}

// idsIn are the ids of a tree, in the order they are shown.
func idsIn(thread []comment.Public) (ids []comment.ID) {
	for _, c := range thread {
		ids = append(ids, c.ID)
		ids = append(ids, idsIn(c.Replies)...)
	}
	return ids
}

func none(int) int { return -1 }

// Whatever the shape of a thread: each page is bounded, every comment is on just one
// of them, which Locate names, and the pages from the newest have the same comments.
func TestEveryCommentIsOnOnePage(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for name, parent := range map[string]func(int) int{
		"no replies":        none,
		"all to one":        func(i int) int { return min(i, 1) - 1 },
		"each to the last":  func(i int) int { return i - 1 },
		"some, to anything": func(i int) int { return max(-1, random.IntN(i+1)-1-random.IntN(5)*40) },
		"a large one between small ones": func(i int) int {
			if i < 20 || i > 200 {
				return -1
			}
			return 19
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t, says(spam.Ham), "")
			all := grow(t, s, 300, parent)
			first, err := s.Thread(t.Context(), "hello", comment.View{})
			if err != nil || first.Count != len(all) || first.Pages < 5 || len(first.Latest) != 50 || first.Latest[0] != all[299] {
				t.Fatalf("got %d comments on %d pages, the latest %v; %v", first.Count, first.Pages, first.Latest, err)
			}
			var seen []comment.ID
			for n := 1; n <= first.Pages; n++ {
				page, err := s.Thread(t.Context(), "hello", comment.View{Page: n})
				if err != nil {
					t.Fatal(err)
				}
				ids := idsIn(page.Comments)
				if len(ids) == 0 || len(ids) > comment.PageSize {
					t.Errorf("page %d has %d comments", n, len(ids))
				}
				reversed, err := s.Thread(t.Context(), "hello", comment.View{Newest: true, Page: n})
				if err != nil || reversed.Comments[0].ID != page.Comments[len(page.Comments)-1].ID {
					t.Errorf("page %d from the newest begins with %+v, %v", n, reversed.Comments, err)
				}
				for _, id := range ids {
					if spot, err := s.Locate(t.Context(), id); err != nil || spot != (comment.Spot{Post: "hello", Page: n}) {
						t.Errorf("comment %d of page %d: located at %+v, %v", id, n, spot, err)
					}
				}
				seen = append(seen, ids...)
			}
			slices.Sort(seen)
			if !slices.Equal(seen, all) {
				t.Errorf("%d comments are on the pages, want %d, each once", len(seen), len(all))
			}
		})
	}
}

// A page that is not there is not found, and an empty thread has one.
func TestPagesThatAreNotThere(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	for v, want := range map[comment.View]error{
		{}: nil, {Page: 1}: nil, {Newest: true}: nil, {Newest: true, Page: 1}: nil,
		{Page: 2}: comment.ErrNotFound, {Page: -1}: comment.ErrNotFound, {Newest: true, Page: 2}: comment.ErrNotFound,
	} {
		if got, err := s.Thread(t.Context(), "hello", v); !errors.Is(err, want) || len(got.Comments) != 0 {
			t.Errorf("%+v of an empty thread: got %+v, %v, want %v", v, got, err, want)
		}
	}
}

// The view from the newest begins with what there was last, and never with next to
// nothing.
func TestNewestBegins(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	all := grow(t, s, comment.PageSize/2+3, none)
	got, err := s.Thread(t.Context(), "hello", comment.View{Newest: true})
	if err != nil || got.Begin != 1 || got.View.Page != 1 || got.Pages != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	slices.Reverse(all)
	if ids := idsIn(got.Comments); !slices.Equal(ids, all) {
		t.Errorf("got %v, want %v", ids, all)
	}
}

// A reply moves no other comment to another page, but where its conversation outgrows
// a power of two.
func TestRepliesMoveNothing(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	all := grow(t, s, 3*comment.PageSize, func(i int) int {
		if i%3 == 0 {
			return -1
		}
		return i - i%3
	})
	before := map[comment.ID]int{}
	for _, id := range all {
		spot, err := s.Locate(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		before[id] = spot.Page
	}
	sub := hello()
	sub.Parent = itoa(all[0])
	reply := mustSubmit(t, s, sub).ID
	for _, id := range all {
		if spot, err := s.Locate(t.Context(), id); err != nil || spot.Page != before[id] {
			t.Errorf("comment %d was on page %d and is on %d, %v", id, before[id], spot.Page, err)
		}
	}
	if spot, err := s.Locate(t.Context(), reply); err != nil || spot.Page != 1 {
		t.Errorf("the reply is on page %d, %v", spot.Page, err)
	}
}

// On the later pages of a conversation each reply says whom it answers.
func TestRepliesApartSayWhomTheyAnswer(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	all := grow(t, s, 2*comment.PageSize, func(i int) int { return min(i, 1) - 1 })
	got, err := s.Thread(t.Context(), "hello", comment.View{Page: 2})
	if err != nil || len(got.Comments) != comment.PageSize {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, c := range got.Comments {
		if !c.Apart || c.Orphan || c.To != "Ada" || c.Parent != all[0] {
			t.Fatalf("got %+v, want a reply to Ada's comment %d, apart from it", c, all[0])
		}
	}
}

func TestLocateWhatIsNotShown(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Ham), "")
	deleted, trashed, shown := mustSubmit(t, s, hello()).ID, mustSubmit(t, s, hello()).ID, mustSubmit(t, s, hello()).ID
	mustDecide(t, s, deleted, comment.ToTrash, comment.Delete)
	mustDecide(t, s, trashed, comment.ToTrash)
	held := mustSubmit(t, serve(t, db, says(spam.Unsure), ""), hello()).ID
	for _, tt := range []struct {
		name string
		id   comment.ID
		want error
	}{
		{"deleted", deleted, comment.ErrGone},
		{"taken away", trashed, comment.ErrGone},
		{"shown", shown, nil},
		{"held", held, comment.ErrNotFound},
		{"never there", held + 1, comment.ErrNotFound},
	} {
		if got, err := s.Locate(t.Context(), tt.id); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %+v, %v, want %v", tt.name, got, err, tt.want)
		}
	}
	if _, err := s.Shown(t.Context(), "other", shown); !errors.Is(err, comment.ErrNotFound) {
		t.Errorf("shown on another post: %v", err)
	}
	if latest, err := s.Latest(t.Context(), "hello", 5); err != nil || !slices.Equal(idsIn(latest), []comment.ID{shown}) {
		t.Errorf("the latest are %v, %v", latest, err)
	}
}
