package main

import (
	"runtime"
	"testing"
)

// TestStandIn is about requests that come while others wait for the disk: the owner's setting counts.
func TestStandIn(t *testing.T) {
	was := runtime.GOMAXPROCS(0)
	for set, want := range map[string]int{"": was + standIns, "1": was} {
		t.Setenv("GOMAXPROCS", set)
		leave := standIn()
		if got := runtime.GOMAXPROCS(0); got != want {
			t.Errorf("with GOMAXPROCS=%q: %d, want %d", set, got, want)
		}
		leave()
		if got := runtime.GOMAXPROCS(0); got != was {
			t.Errorf("with GOMAXPROCS=%q: %d afterwards, want %d", set, got, was)
		}
	}
}
