package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"hamlet/internal/comment"
)

// TestKill kills the program, as the kernel kills it when memory runs out, while readers send
// comments and a moderator decides on the shell. Every comment that was answered
// with 303 must be there afterwards, once, and every decision that was reported
// must stand.
func TestKill(t *testing.T) {
	t.Parallel()
	dir, env := blog(t), cleanEnv(t)
	sent := &acknowledged{bodies: map[string]bool{}}
	approved := map[comment.ID]bool{}
	const rounds, perRound = 3, 40
	for round := range rounds {
		s, err := startServer(t.Context(), dir, env, "--comment-rate=0", "--hold=all")
		if err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		sent.streams = 4
		for reader := range sent.streams {
			readers.Go(func() { sent.stream(t, s.URL, fmt.Sprintf("round %d, reader %d", round, reader)) })
		}
		sent.await(t, perRound*(round+1))
		for id := range approveSome(t, dir) {
			approved[id] = true
		}
		sent.await(t, perRound*(round+1)+perRound/2)
		if err := s.stop(syscall.SIGKILL); err == nil {
			t.Fatal("the program ended in order, and was to be killed")
		}
		readers.Wait()
	}
	s, err := startServer(t.Context(), dir, env)
	if err != nil {
		t.Fatalf("it does not start after it was killed: %v", err)
	}
	kept := map[string]int{}
	status := map[comment.ID]comment.Status{}
	for _, c := range listAll(t, dir) {
		kept[c.Body]++
		status[c.ID] = c.Status
	}
	for body := range sent.bodies {
		if kept[body] != 1 {
			t.Errorf("the comment %q was answered with 303 and is kept %d times", body, kept[body])
		}
	}
	for id := range approved {
		if status[id] != comment.Approved {
			t.Errorf("comment %d was approved and is %q now", id, status[id])
		}
	}
	if len(approved) == 0 {
		t.Error("nothing was approved beside the running server")
	}
	if err := s.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// acknowledged are the comments that were answered with 303.
type acknowledged struct {
	mu      sync.Mutex
	bodies  map[string]bool
	streams int // how many still send
	wake    sync.Cond
}

// stream sends comments until nobody answers any more.
func (a *acknowledged) stream(t *testing.T, blogURL, who string) {
	t.Helper()
	defer a.ended()
	for i := 0; ; i++ {
		body := fmt.Sprintf("%s: thank you for this post. This is reading number %d.", who, i)
		status, err := submit(t.Context(), blogURL, submission("Ada", body))
		if err != nil {
			return
		}
		if status != http.StatusSeeOther {
			t.Errorf("%s: got status %d, want 303", who, status)
			return
		}
		a.mu.Lock()
		a.bodies[body] = true
		a.mu.Unlock()
		a.wake.Broadcast()
	}
}

// ended says that a stream sends no more.
func (a *acknowledged) ended() {
	a.mu.Lock()
	a.streams--
	a.mu.Unlock()
	a.wake.Broadcast()
}

// await waits until this many comments were answered, as long as any are sent.
func (a *acknowledged) await(t *testing.T, n int) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wake.L = &a.mu
	for len(a.bodies) < n {
		if a.streams == 0 {
			t.Fatalf("%d comments were answered, want %d, and nobody sends any more", len(a.bodies), n)
		}
		a.wake.Wait()
	}
}

// approveSome approves the newest of what is pending, with one command for all,
// and returns what the command reports as done.
func approveSome(t *testing.T, dir string) map[comment.ID]bool {
	t.Helper()
	args := []string{"moderate", "approve"}
	const most = 30
	pending := list(t, dir, comment.Pending)
	for _, c := range pending[:min(most, len(pending))] {
		args = append(args, strconv.FormatInt(int64(c.ID), 10))
	}
	got := hamlet(t, dir, nil, args...)
	if got.code != exitDone {
		t.Errorf("hamlet %s: %d %s", strings.Join(args, " "), got.code, got.err)
	}
	done := map[comment.ID]bool{}
	for line := range strings.Lines(got.out) {
		var id comment.ID
		if _, err := fmt.Sscanf(line, "comment %d: now approved (act", &id); err != nil {
			t.Errorf("hamlet said %q", line)
		}
		done[id] = true
	}
	return done
}

func listAll(t *testing.T, dir string) []listed {
	t.Helper()
	var all []listed
	for _, s := range comment.Statuses {
		all = append(all, list(t, dir, s)...)
	}
	return all
}

// list reads the comments of one status from the shell.
func list(t *testing.T, dir string, status comment.Status) []listed {
	t.Helper()
	got := hamlet(t, dir, nil, "moderate", "list", "--json", "--status", string(status))
	if got.code != exitDone {
		t.Fatalf("hamlet moderate list: %d %s", got.code, got.err)
	}
	var all []listed
	for lines := bufio.NewScanner(strings.NewReader(got.out)); lines.Scan(); {
		var c listed
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}
