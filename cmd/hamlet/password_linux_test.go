package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what a test types on it, and the end a
// program reads from.
func terminal(t *testing.T) (typed, seen *os.File) {
	t.Helper()
	typed, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = typed.Close() })
	fd := int(typed.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	seen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = seen.Close() })
	return typed, seen
}

// echoes reports whether the terminal shows what is typed.
func echoes(t *testing.T, f *os.File) bool {
	t.Helper()
	termios, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return termios.Lflag&unix.ECHO != 0
}

// TestPasswordPrompt types a password on a terminal: it is not shown while it is
// typed, and the terminal is as before afterwards, also when the person gives up.
func TestPasswordPrompt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		finish func(typed io.Writer, p *os.Process) error
		code   int
	}{
		{"typed twice", func(typed io.Writer, _ *os.Process) error {
			_, err := io.WriteString(typed, "correct horse battery\ncorrect horse battery\n")
			return err
		}, exitDone},
		{"given up", func(_ io.Writer, p *os.Process) error { return p.Signal(os.Interrupt) }, exitFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			typed, seen := terminal(t)
			cmd := program(t, t.TempDir(), nil, "user", "add", "ada")
			log := newLogWatch()
			cmd.Stdin, cmd.Stderr = seen, log
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			log.await(t, "Password: ")
			for deadline := time.Now().Add(patience); echoes(t, seen); time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the terminal shows the password while it is typed")
				}
			}
			if err := tt.finish(typed, cmd.Process); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != tt.code {
				t.Errorf("%s\nexit code %d, want %d", log, got, tt.code)
			}
			if !echoes(t, seen) {
				t.Error("the terminal stays without echo")
			}
			if strings.Contains(log.String(), "horse") {
				t.Errorf("%s\nthe password is in the messages", log)
			}
		})
	}
}
