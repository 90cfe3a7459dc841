package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestModerateBesideServer decides on the shell while a server runs that has the
// page ready: whoever asks after the command has ended sees what it did.
func TestModerateBesideServer(t *testing.T) {
	t.Parallel()
	dir := blog(t)
	s, err := startServer(t.Context(), dir, cleanEnv(t), "--hold", "all")
	if err != nil {
		t.Fatal(err)
	}
	const said = "The mill still sells cider."
	if status, err := submit(t.Context(), s.URL, submission("Ada", said)); err != nil || status != 303 {
		t.Fatalf("comment: got %d, %v", status, err)
	}
	for i, action := range []string{"approve", "trash", "restore", "spam", "delete"} {
		want := action == "approve" || action == "restore"
		for range 2 { // so that the page is ready
			get(t, s.URL+"/posts/hello")
		}
		if got := hamlet(t, dir, nil, "moderate", action, "1"); got.code != exitDone {
			t.Fatalf("%s: %+v", action, got)
		}
		if _, page := get(t, s.URL+"/posts/hello"); strings.Contains(page, said) != want {
			t.Errorf("step %d, %s: the comment shows: %v, want %v", i, action, !want, want)
		}
	}
	if err := s.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}
