package store

import (
	"math/rand/v2"
	"testing"
)

// What was put into a sieve is held, most else is not, and it says when it does not know.
func TestSieve(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	some := func(n int) (values []uint64) {
		for range n {
			values = append(values, chance.Uint64())
		}
		return values
	}
	var s sieve
	before, late, after, others := some(sieveLeast), some(100), some(sieveLeast), some(100_000)
	if _, known := s.held(1, others); known || !s.begin() || s.begin() {
		t.Fatal("an empty sieve knows, or is not made, or twice")
	}
	s.add(late...) // while it is made
	s.end(1, before, true)
	s.add(after[:len(after)-len(late)]...)
	for _, in := range [][]uint64{before, late, after[:len(after)-len(late)]} {
		if held, known := s.held(1, in); !known || len(held) != len(in) {
			t.Fatalf("of %d values %d are held, known: %t", len(in), len(held), known)
		}
	}
	if held, known := s.held(1, others); !known || len(held) > len(others)/100 {
		t.Errorf("of %d values that are not in it %d are held", len(others), len(held))
	}
	if _, known := s.held(2, others); known {
		t.Error("it knows what another program wrote")
	}
	s.add(others[0])
	if _, known := s.held(1, others); known {
		t.Error("it holds more than there is room for")
	}
	for range sievePatience {
		if s.held(1, others); s.begin() {
			s.end(0, nil, false)
		}
	}
	if !s.begin() {
		t.Fatal("it is not made anew")
	}
	s.giveUp()
	for range 2 * sievePatience {
		if _, known := s.held(3, others); known || s.begin() {
			t.Fatal("it knows though it gave up, or tries again")
		}
	}
}
