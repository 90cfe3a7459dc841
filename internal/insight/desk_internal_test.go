package insight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// shelf is an archive in memory, which counts how often it is read.
type shelf struct {
	all    []Decided // in the order of ids
	mark   string
	labels int64
	reads  int
}

func (s *shelf) Mark(context.Context) (Mark, error) { return Mark{s.labels, s.mark}, nil }

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

func (s *shelf) Named(_ context.Context, ids []comment.ID) ([]Decided, error) {
	var out []Decided
	for _, d := range s.all {
		if slices.Contains(ids, d.Comment.ID) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *shelf) Latest(ctx context.Context, since time.Time, limit int, stayed bool) ([]Decided, error) {
	all, err := s.Decided(ctx, since, 0, len(s.all))
	if !stayed {
		all = slices.DeleteFunc(all, func(d Decided) bool { return d.Truth == Stayed })
	}
	return all[max(0, len(all)-limit):], err
}

func (*shelf) From(_ context.Context, n netip.Prefix) (map[comment.ID]bool, netip.Prefix, error) {
	return map[comment.ID]bool{2: true, 3: true}, netip.PrefixFrom(n.Addr(), 24).Masked(), nil
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
		Subject: func(c comment.Comment, _ rule.Kind) rule.Subject { return rule.Subject{Author: c.Author, Text: c.Body} },
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
	near, err := rule.Draft{Kind: string(rule.Network), Value: "192.0.2.7", Effect: string(rule.Hold), Lasting: "never"}.Rule("ada", noon)
	if err != nil {
		t.Fatal(err)
	}
	got, err = d.TryRule(t.Context(), owner, near, 30)
	if err != nil || got.SpamHit != 1 || got.HamHit != 1 || got.From.String() != "192.0.2.0/24" {
		t.Errorf("a network: %+v, %v", got, err)
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

// ticking is a desk whose archive takes two seconds to read; the time is that of the bubble.
func ticking(t *testing.T, s *shelf) *Desk {
	t.Helper()
	d := openDesk(t, s)
	d.Archive, d.Now, d.waits = slowShelf{s}, time.Now, patient
	t.Cleanup(d.Close)
	return d
}

// slowShelf is an archive that takes a while to read.
type slowShelf struct{ *shelf }

func (s slowShelf) Decided(ctx context.Context, since time.Time, above comment.ID, limit int) ([]Decided, error) {
	time.Sleep(2 * time.Second)
	return s.shelf.Decided(ctx, since, above, limit)
}

// TestOverviewDoesNotWait: where reading takes long, who asks is told what was counted before, when
// that was, and how many decisions there were since; it is counted again after a while, or when
// somebody asks for that, and is forgotten when nobody asks any more.
func TestOverviewDoesNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		d := ticking(t, s)
		look := func(what string, spam int, want Counted) {
			t.Helper()
			began := time.Now()
			o, err := d.Overview(t.Context(), owner, 30)
			if err != nil || o.Total.Spam != spam || o.Counted != want || time.Since(began) > patience {
				t.Errorf("%s: %d spam, %+v, %v after %v, want %d, %+v", what, o.Total.Spam, o.Counted, err, time.Since(began), spam, want)
			}
		}
		decide := func() {
			one := decided(comment.ID(len(s.all)+1), 1, "casino", spam.Ham, Spam)
			one.Comment.CreatedAt = time.Now().Add(-time.Hour)
			s.all, s.labels = append(s.all, one), s.labels+1
		}
		decide()
		if _, err := d.Overview(t.Context(), owner, 30); !errors.As(err, new(*WorkingError)) {
			t.Errorf("while nothing is known: %v", err)
		}
		synctest.Wait()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		look("first", 1, Counted{})
		first := time.Now().Add(-patient) // when that was done
		decide()
		decide()
		look("after two decisions", 1, Counted{At: first, Since: 2})
		if synctest.Wait(); s.reads != 1 {
			t.Errorf("read %d times, want once", s.reads)
		}
		if err := d.CountAnew(author); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("an author: %v", err)
		}
		if err := d.CountAnew(owner); err != nil {
			t.Error(err)
		}
		for range 2 { // it is counted once, however many ask
			look("while it is counted", 1, Counted{At: first, Since: 2, Behind: true})
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		look("counted anew", 3, Counted{})
		decide()
		time.Sleep(standing)
		synctest.Wait()
		if o, err := d.Overview(t.Context(), owner, 30); err != nil || !o.Counted.Behind {
			t.Errorf("after a while: %+v, %v", o.Counted, err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if look("then", 4, Counted{}); s.reads != 3 {
			t.Errorf("read %d times, want 3", s.reads)
		}
		time.Sleep(quiet)
		synctest.Wait()
		if n := len(d.heavy.kept); n != 0 {
			t.Errorf("%d results are kept for nobody", n)
		}
	})
}

// TestWorking: who asks for what takes long is told so, and gets it when it is done, also when
// something was decided meanwhile; it is computed once, however many ask. What it found is told as
// it is by then.
func TestWorking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{all: []Decided{decided(1, 5, "casino bonus", spam.Spam, Spam), decided(2, 4, "a walk", spam.Ham, Ham), decided(3, 4, "the casino", spam.Ham, Left)}}
		for i := range s.all {
			s.all[i].Comment.CreatedAt = time.Now().Add(-time.Hour)
		}
		d := ticking(t, s)
		for range 2 {
			if _, err := d.TryRule(t.Context(), owner, casinos(t), 30); !errors.As(err, new(*WorkingError)) {
				t.Errorf("while it is computed: %v", err)
			}
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.labels++
		s.all[2].Truth, s.all[0].Comment.Body = Spam, "erased"
		got, err := d.TryRule(t.Context(), owner, casinos(t), 30)
		if err != nil || got.Spam != 1 || got.SpamHit != 1 || got.HamHit != 1 || s.reads != 1 || got.Counted.Since != 1 {
			t.Errorf("afterwards: %+v, %v, read %d times", got, err, s.reads)
		}
		if len(got.Hams) != 0 || len(got.Spams) != 1 || got.Spams[0].Comment.Body != "erased" {
			t.Errorf("it lists what is no more: %+v and %+v", got.Hams, got.Spams)
		}
	})
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
