package spam_test

import (
	"testing"

	"hamlet/internal/spam"
)

// While training, all that is made of a text is hidden a quarter of the time, never
// together with what is made of its author or its links; the shape is always seen. It is
// the same each time.
func TestBlinkers(t *testing.T) {
	t.Parallel()
	const looks = 10_000
	words, authors, links, shapes := spam.Seen(1, looks)
	for name, got := range map[string]struct{ seen, want int }{
		"words": {words, 7500}, "authors": {authors, 8500}, "links": {links, 9500}, "shapes": {shapes, looks},
	} {
		if got.seen < got.want-200 || got.seen > got.want+200 {
			t.Errorf("%s were seen %d times of %d, want %d", name, got.seen, looks, got.want)
		}
	}
	if again, _, _, _ := spam.Seen(1, looks); again != words {
		t.Errorf("words were seen %d times, then %d", words, again)
	}
	if other, _, _, _ := spam.Seen(2, looks); other == words {
		t.Error("another order hides at the same times")
	}
}
