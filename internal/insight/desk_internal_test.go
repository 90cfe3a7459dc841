package insight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// shelf is an archive in memory, which counts how often it is read.
type shelf struct {
	all   []Decided // in the order of ids
	mark  string
	reads int
}

func (s *shelf) Mark(context.Context) (string, error) { return s.mark, nil }

func (s *shelf) Decided(_ context.Context, since time.Time, above comment.ID, limit int) ([]Decided, error) {
	s.reads++
	var out []Decided
	for _, d := range s.all {
		if d.Comment.ID > above && !d.Comment.CreatedAt.Before(since) && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *shelf) Latest(ctx context.Context, since time.Time, limit int) ([]Decided, error) {
	all, err := s.Decided(ctx, since, 0, len(s.all))
	return all[max(0, len(all)-limit):], err
}

func (*shelf) Deciders(context.Context) ([]string, error) { return []string{"ada"}, nil }

func (*shelf) CountLabels(context.Context, int64, time.Time) (LabelCount, error) {
	return LabelCount{}, nil
}

// catalogue and others are the parts of a desk that these tests do without.
type catalogue interface{ Models }

type others struct {
	catalogue
	comment.LabelSource
}

var (
	owner  = account.Actor{Name: "ada", Role: account.Owner}
	author = account.Actor{Name: "ben", Role: account.Author, Posts: []string{"mill"}}
)

// openDesk is a desk on an archive, whose rules look at the words and the links of the text.
func openDesk(t *testing.T, s *shelf) *Desk {
	t.Helper()
	d, err := NewDesk(Options{
		Archive: s, Models: others{}, Labels: others{}, Live: &Live{}, Now: func() time.Time { return noon },
		Subject: func(c comment.Comment) rule.Subject { return rule.Subject{Author: c.Author, Text: c.Body} },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.waits = time.Minute // however slow the machine is
	return d
}

// decided is a comment that came some days ago, with what the filter said and what it was.
func decided(id comment.ID, days int, body string, said spam.Class, truth Truth) Decided {
	c := comment.Comment{
		ID: id, Post: "mill", Author: "Bo", Body: body, CreatedAt: noon.AddDate(0, 0, -days), Status: comment.Approved,
		Verdict: spam.Verdict{Class: said, Probability: map[spam.Class]float64{spam.Ham: 0.1, spam.Unsure: 0.7, spam.Spam: 0.99}[said]},
	}
	if said != spam.Ham {
		c.Hold = comment.HoldUnsure
	}
	if truth == Spam {
		c.Status = comment.Spam
	}
	return Decided{Comment: c, Truth: truth, At: c.CreatedAt.Add(time.Hour)}
}

// casinos is a rule on the word casino.
func casinos(t *testing.T) rule.Rule {
	t.Helper()
	r, err := rule.Draft{Kind: string(rule.Word), Value: "casino", Effect: string(rule.Hold), Lasting: "never"}.Rule("ada", noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hitIDs(hits []Hit) []comment.ID {
	var ids []comment.ID
	for _, h := range hits {
		ids = append(ids, h.Comment.ID)
	}
	return ids
}

// TestTryRule: a dry run lists exactly what a rule would have hit, the newest first, ham and spam
// by themselves, of the days that were asked for.
func TestTryRule(t *testing.T) {
	t.Parallel()
	s := &shelf{all: []Decided{
		decided(1, 40, "Old casino news", spam.Spam, Spam),
		decided(2, 20, "The casino by the pier burned down", spam.Ham, Left),
		decided(3, 10, "CASINO bonus", spam.Ham, Spam), // which the filter missed
		decided(4, 9, "casinos are not the word", spam.Spam, Spam),
		decided(5, 3, "Best casino", spam.Spam, Spam),
		decided(6, 2, "I worked in a casino", spam.Unsure, Ham),
		decided(7, 1, "Nothing of it", spam.Ham, Left),
	}}
	d := openDesk(t, s)
	got, err := d.TryRule(t.Context(), owner, casinos(t), 30)
	if err != nil {
		t.Fatal(err)
	}
	if got.Spam != 3 || got.SpamHit != 2 || got.New != 1 || got.Ham != 3 || got.HamHit != 2 {
		t.Errorf("counted %+v", got)
	}
	if spams, hams := hitIDs(got.Spams), hitIDs(got.Hams); !slices.Equal(spams, []comment.ID{5, 3}) || !slices.Equal(hams, []comment.ID{6, 2}) {
		t.Errorf("hits %v and %v", spams, hams)
	}
	if missed := []bool{got.Spams[0].Missed, got.Spams[1].Missed}; !slices.Equal(missed, []bool{false, true}) {
		t.Errorf("missed by the filter: %v", missed)
	}
	ended := casinos(t)
	ended.Expires = noon.Add(-time.Hour)
	if again, err := d.TryRule(t.Context(), owner, ended, 30); err != nil || again.SpamHit != 2 {
		t.Errorf("a rule that has ended: %+v, %v", again, err)
	}
	if _, err := d.TryRule(t.Context(), author, casinos(t), 30); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an author: %v", err)
	}
}

// TestTryRuleLists: of very many hits the newest are listed, and all are counted.
func TestTryRuleLists(t *testing.T) {
	t.Parallel()
	s := &shelf{}
	const all = 2*batch + 7
	for i := range all {
		s.all = append(s.all, decided(comment.ID(i+1), 1, "casino", spam.Spam, Spam))
	}
	got, err := openDesk(t, s).TryRule(t.Context(), owner, casinos(t), 30)
	if err != nil || got.SpamHit != all || len(got.Spams) != maxHits {
		t.Fatalf("%d hits, %d listed, %v", got.SpamHit, len(got.Spams), err)
	}
	for i, h := range got.Spams {
		if want := comment.ID(all - i); h.Comment.ID != want {
			t.Fatalf("hit %d is comment %d, want %d", i, h.Comment.ID, want)
		}
	}
}

// TestSweep: second thoughts are on what is published, however old, and on nothing else.
func TestSweep(t *testing.T) {
	t.Parallel()
	s := &shelf{all: []Decided{
		decided(1, 900, "A casino at the pier", spam.Ham, Left),
		decided(2, 5, "casino bonus", spam.Spam, Spam),
		decided(3, 4, "a walk", spam.Ham, Ham),
		decided(4, 3, "More of that casino", spam.Ham, Ham),
	}}
	swept, err := openDesk(t, s).Sweep(t.Context(), owner, casinos(t))
	if err != nil || swept.All != 2 || !slices.Equal(hitIDs(swept.Found), []comment.ID{4, 1}) {
		t.Errorf("found %v of %d, %v", hitIDs(swept.Found), swept.All, err)
	}
	if _, err := openDesk(t, s).Sweep(t.Context(), author, casinos(t)); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an author: %v", err)
	}
}

// TestOverviewReadsOnce: what was read is read again only when something was decided since, or a
// day has passed.
func TestOverviewReadsOnce(t *testing.T) {
	t.Parallel()
	s := &shelf{all: []Decided{decided(1, 2, "casino", spam.Spam, Spam), decided(2, 1, "a walk", spam.Unsure, Ham)}}
	d := openDesk(t, s)
	look := func() Overview {
		t.Helper()
		o, err := d.Overview(t.Context(), owner, 30)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := look()
	if f := first.Total; f.Spam != 1 || f.Ham != 1 || f.Caught != 1 || f.Wrong != 1 || f.Waited != 1 || f.Wait != time.Hour {
		t.Errorf("counted %+v", f)
	}
	if len(first.Steps) != 30 || first.Steps[27].Caught != 1 || first.Steps[28].Wrong != 1 || first.Steps[29].Spam != 0 {
		t.Errorf("by day: %+v", first.Steps[26:])
	}
	if look(); s.reads != 1 {
		t.Errorf("read %d times, want once", s.reads)
	}
	s.mark, s.all = "another", append(s.all, decided(3, 1, "casino", spam.Ham, Spam))
	if o := look(); s.reads != 2 || o.Total.Missed != 1 {
		t.Errorf("read %d times, %+v", s.reads, o.Total)
	}
	if _, err := d.Overview(t.Context(), author, 30); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an author: %v", err)
	}
}

// TestOverviewDoesNotWait: where reading takes long, who asks is shown what was read before, and
// told so, while it is read anew.
func TestOverviewDoesNotWait(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := noon
	s := &shelf{all: []Decided{decided(1, 2, "casino", spam.Spam, Spam)}}
	slow := &slowShelf{shelf: s, may: make(chan struct{}, 1), took: func() {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
	}}
	d := openDesk(t, s)
	d.Archive = slow
	d.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	look := func() Overview {
		t.Helper()
		o, err := d.Overview(t.Context(), owner, 30)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	slow.may <- struct{}{}
	if o := look(); o.Behind || o.Total.Spam != 1 {
		t.Fatalf("first: %+v", o.Total)
	}
	s.mark, s.all = "another", append(s.all, decided(2, 1, "casino", spam.Ham, Spam))
	for range 2 { // it is read once, however many ask
		if o := look(); !o.Behind || o.Total.Spam != 1 {
			t.Errorf("while it is read: %+v", o.Total)
		}
	}
	slow.may <- struct{}{}
	for deadline := time.Now().Add(10 * time.Second); ; {
		o := look()
		if !o.Behind {
			if o.Total.Spam != 2 || s.reads != 2 {
				t.Errorf("afterwards: %+v, read %d times", o.Total, s.reads)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is never read")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestWorking: who asks for what takes long is told so, and gets it when it is done, also when
// something was decided meanwhile; it is computed once, however many ask.
func TestWorking(t *testing.T) {
	t.Parallel()
	s := &shelf{all: []Decided{decided(1, 5, "casino bonus", spam.Spam, Spam), decided(2, 4, "a walk", spam.Ham, Ham)}}
	slow := &slowShelf{shelf: s, may: make(chan struct{}, 1), took: func() {}}
	d := openDesk(t, s)
	d.Archive, d.waits = slow, 0
	var g sync.WaitGroup
	for range 2 {
		g.Go(func() {
			_, err := d.TryRule(t.Context(), owner, casinos(t), 30)
			if w, ok := errors.AsType[*WorkingError](err); !ok || w.Looked != 0 {
				t.Errorf("while it is computed: %v", err)
			}
		})
	}
	g.Wait()
	d.waits, s.mark = time.Minute, "another"
	slow.may <- struct{}{}
	got, err := d.TryRule(t.Context(), owner, casinos(t), 30)
	if err != nil || got.Spam != 1 || got.SpamHit != 1 || s.reads != 1 {
		t.Errorf("afterwards: %+v, %v, read %d times", got, err, s.reads)
	}
	slow.may <- struct{}{}
	if _, err := d.TryRule(t.Context(), owner, casinos(t), 30); err != nil || s.reads != 2 {
		t.Errorf("of what was decided since: %v, read %d times", err, s.reads)
	}
}

// slowShelf is an archive that takes a second to read, and waits until it may.
type slowShelf struct {
	*shelf
	may  chan struct{}
	took func()
}

func (s *slowShelf) Decided(ctx context.Context, since time.Time, above comment.ID, limit int) ([]Decided, error) {
	<-s.may
	s.took()
	return s.shelf.Decided(ctx, since, above, limit)
}

// TestIntervals compares intervals with Wilson's formula as it stands in E. B. Wilson, "Probable
// inference, the law of succession, and statistical inference", JASA 22 (1927): the roots p of
// (p - x)² = z² p (1 - p) / n, of which the interval is made here without the formula, by halving.
func TestIntervals(t *testing.T) {
	t.Parallel()
	const z = 1.959963984540054 // of 95 %
	outside := func(p, x, n float64) bool { return (p-x)*(p-x) > z*z*p*(1-p)/n }
	halve := func(in, out, x, n float64) float64 {
		for range 200 {
			if mid := (in + out) / 2; outside(mid, x, n) {
				out = mid
			} else {
				in = mid
			}
		}
		return in
	}
	for _, tt := range [][2]int{{0, 20}, {1, 20}, {10, 20}, {19, 20}, {20, 20}, {3, 1000}, {9999, 10_000}} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()
			r := rate(tt[0], tt[1])
			n := float64(tt[1])
			x := float64(tt[0]) / n
			low, high := halve(x, 0, x, n), halve(x, 1, x, n)
			if math.Abs(float64(r.Interval.Low)-low) > 1e-9 || math.Abs(float64(r.Interval.High)-high) > 1e-9 || float64(r.Share) != x {
				t.Errorf("got %v in %v, want %v from %v to %v", r.Share, r.Interval, x, low, high)
			}
		})
	}
}
