package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestEraseBesideServer erases an address on the shell while a server runs that has the
// page ready: whoever asks after the command has ended finds nothing of it.
func TestEraseBesideServer(t *testing.T) {
	t.Parallel()
	dir := blog(t)
	s, err := startServer(t.Context(), dir, cleanEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	const said = "The mill still sells cider."
	form := submission("Grace", said)
	form.Set("email", "ada@example.org")
	if status, err := submit(t.Context(), s.URL, form); err != nil || status != 303 {
		t.Fatalf("comment: got %d, %v", status, err)
	}
	for range 2 { // so that the page is ready
		if _, page := get(t, s.URL+"/posts/hello"); !strings.Contains(page, said) {
			t.Fatal("the comment is not shown, so this test sees nothing")
		}
	}
	if got := hamlet(t, dir, nil, "privacy", "erase", "ada@example.org", "--yes"); got.code != exitDone {
		t.Fatalf("%+v", got)
	}
	for _, path := range []string{"/posts/hello", "/posts/hello/comments.xml", "/comments.xml"} {
		if _, page := get(t, s.URL+path); strings.Contains(page, said) {
			t.Errorf("%s still has the comment", path)
		}
	}
	if err := s.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if strings.Contains(s.log.String(), "ada@example.org") {
		t.Error("the log has the address")
	}
}
