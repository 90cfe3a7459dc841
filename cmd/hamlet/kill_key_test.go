package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
)

// commenters is how many addresses are kept when the key is changed: so many that it takes
// a moment.
const commenters = 150

// TestKillKeyRotation kills the program while it gives a blog another key: when the next one
// lies beside the other, and when the key store has changed. The blog does not open then, the
// same command goes on, and every address is there afterwards.
func TestKillKeyRotation(t *testing.T) {
	t.Parallel()
	dir := blog(t)
	giveAddresses(t, dir)
	data := filepath.Join(dir, "data")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(data, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return b
	}
	key, wrapped := read("hamlet.key"), read("people.keys")
	for _, half := range []func() bool{
		func() bool { return read("hamlet.key.next") != nil },
		func() bool { return !bytes.Equal(read("people.keys"), wrapped) },
	} {
		for tries := 0; ; tries++ {
			killWhen(t, dir, half)
			if bytes.Equal(read("hamlet.key"), key) {
				break
			}
			// It was done before it could be killed.
			if key, wrapped = read("hamlet.key"), read("people.keys"); tries == 5 {
				t.Fatal("it was never killed in the middle")
			}
		}
		if read("hamlet.key.next") == nil {
			t.Fatal("no key was to be changed")
		}
		if a, err := app.Open(t.Context(), settingsIn(dir), app.World{Offline: true}); err == nil || !strings.Contains(err.Error(), "key rotate") {
			t.Errorf("half way the blog opens: %v, %v", a, err)
		}
	}
	if got := hamlet(t, dir, nil, "key", "rotate", "--yes"); got.code != exitDone {
		t.Fatalf("again: %+v", got)
	}
	if bytes.Equal(read("hamlet.key"), key) || read("hamlet.key.next") != nil {
		t.Error("the blog has the key of before, or two")
	}
	beside(t, dir, func(ctx context.Context, d *app.Data) (any, error) {
		for i := range commenters {
			address := addressOf(i)
			if text, err := d.Holding(ctx, account.Shell, address); err != nil || !bytes.Contains(text, []byte(address)) {
				t.Errorf("%s is lost: %v", address, err)
			}
		}
		return nil, nil
	})
}

func addressOf(i int) string { return fmt.Sprintf("reader%d@example.org", i) }

// giveAddresses lets a comment come from each address.
func giveAddresses(t *testing.T, dir string) {
	t.Helper()
	a, err := app.Open(t.Context(), settingsIn(dir), app.World{Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range commenters {
		if _, err := a.Comments.Submit(t.Context(), comment.Submission{Post: "hello", Author: "Ada", Body: "By the mill.", Email: addressOf(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// killWhen begins to change the key, and kills the program as soon as that is seen half done;
// it may be done before.
func killWhen(t *testing.T, dir string, half func() bool) {
	t.Helper()
	command := program(t, dir, nil, "key", "rotate", "--yes")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	deadline := time.After(patience)
	for look := time.NewTicker(100 * time.Microsecond); !half(); <-look.C {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("it failed: %v", err)
			}
			return
		case <-deadline:
			_ = command.Process.Kill()
			t.Fatal("it never came half way")
		default:
		}
	}
	_ = command.Process.Kill() // it may be at its end already
	t.Logf("it ended: %v", <-ended)
}
