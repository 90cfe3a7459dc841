package web

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Rate
		ok   bool
	}{
		{"10/m", Rate{10, time.Minute}, true},
		{"1/s", Rate{1, time.Second}, true},
		{"3/h", Rate{3, time.Hour}, true},
		{"500/d", Rate{500, 24 * time.Hour}, true},
		{"1000000/s", Rate{1_000_000, time.Second}, true},
		{"0", Rate{}, true},
		{"", Rate{}, false},
		{"10", Rate{}, false},
		{"0/m", Rate{}, false},
		{"-1/m", Rate{}, false},
		{"10/", Rate{}, false},
		{"10/w", Rate{}, false},
		{"10/m/m", Rate{}, false},
		{"1.5/m", Rate{}, false},
		{" 10/m", Rate{}, false},
		{"1000001/s", Rate{}, false},
		{"99999999999999999999/s", Rate{}, false},
	}
	for _, tt := range tests {
		got, err := ParseRate(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("ParseRate(%q): got %v, %v, want %v", tt.in, got, err, tt.want)
		}
		if err != nil && !strings.Contains(err.Error(), strconv.Quote(tt.in)) {
			t.Errorf("ParseRate(%q): the message does not name the value: %v", tt.in, err)
		}
		if err == nil && got.String() != tt.in {
			t.Errorf("ParseRate(%q).String(): got %q", tt.in, got.String())
		}
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, err := newLimiter(Rate{3, time.Minute}, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := l.allow(t.Context(), "a"); err != nil {
			t.Fatalf("event %d: got %v, want it allowed", i+1, err)
		}
	}
	var tooMany *tooManyError
	if err := l.allow(t.Context(), "a"); !errors.As(err, &tooMany) || tooMany.seconds() != 20 {
		t.Errorf("fourth event: got %v, want too many, again in 20 s", err)
	}
	if err := l.allow(t.Context(), "b"); err != nil {
		t.Errorf("other key: got %v, want it allowed", err)
	}
	clock = clock.Add(20 * time.Second)
	if err := l.allow(t.Context(), "a"); err != nil {
		t.Errorf("after the wait: got %v, want it allowed", err)
	}
	if err := l.allow(t.Context(), "a"); err == nil {
		t.Error("right after that: got it allowed, want too many")
	}
}

func TestNoLimit(t *testing.T) {
	t.Parallel()
	l, err := newLimiter(Rate{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if err := l.allow(t.Context(), "a"); err != nil {
			t.Fatalf("got %v, want no limit", err)
		}
	}
}

func TestLoginLimits(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, err := newLoginLimits(func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	for i := range loginsPerClient.Events {
		if err := l.allow(t.Context(), "2001:db8::"+strconv.Itoa(i), "owner"+strconv.Itoa(i), ""); err != nil {
			t.Fatalf("attempt %d: got %v, want it allowed", i+1, err)
		}
	}
	if err := l.allow(t.Context(), "2001:db8::ffff", "somebody", ""); err == nil {
		t.Error("another address of the same /64: got it allowed, want too many")
	}
	for i := range loginsPerName.Events {
		if err := l.allow(t.Context(), fmt.Sprintf("198.51.%d.%d", i/200, i%200), " Ada", ""); err != nil {
			t.Fatalf("attempt %d for one name: got %v, want it allowed", i+1, err)
		}
	}
	if err := l.allow(t.Context(), "203.0.113.1", "ada", ""); err == nil {
		t.Error("one name from everywhere: got it allowed, want too many")
	}
	for range loginsPerDevice.Events {
		if err := l.allow(t.Context(), "203.0.113.1", "ada", "known"); err != nil {
			t.Fatalf("a browser that is known: got %v, want it allowed", err)
		}
	}
	if err := l.allow(t.Context(), "203.0.113.1", "ada", "known"); err == nil {
		t.Error("a browser that is known, once more: got it allowed, want too many")
	}
}

func TestWaitInWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		seconds int
		want    string
	}{
		{1, "a second"},
		{2, "2 seconds"},
		{119, "119 seconds"},
		{120, "2 minutes"},
		{121, "3 minutes"},
		{7199, "120 minutes"},
		{7200, "2 hours"},
		{7201, "3 hours"},
	}
	for _, tt := range tests {
		if got := waitInWords(say(t, "en"), tt.seconds); got != tt.want {
			t.Errorf("%d: got %q, want %q", tt.seconds, got, tt.want)
		}
	}
}
