package store

import "testing"

// TestNothingBeginsAfterTheEnd: what is asked for while the database is closed is not begun.
func TestNothingBeginsAfterTheEnd(t *testing.T) {
	t.Parallel()
	b, did := newBackground(), 0
	b.begin(func() { did++ })
	b.end()
	b.begin(func() { did++ })
	b.done.Wait()
	if did != 1 {
		t.Errorf("%d were done, want the one that was begun before", did)
	}
}
