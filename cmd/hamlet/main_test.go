package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes hamlet a program that tests can start by its name: this test
// binary, told to be hamlet.
func TestMain(m *testing.M) {
	// A program with the race detector waits a second before it ends, and these
	// tests start many.
	if os.Getenv(raceVar) == "" {
		_ = os.Setenv(raceVar, "atexit_sleep_ms=10")
	}
	testscript.Main(m, map[string]func(){"hamlet": main})
}

const raceVar = "GORACE"

// TestScript runs testdata/script: what a person types, and what comes of it.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv(raceVar, os.Getenv(raceVar))
			env.Values[serving{}] = new(*server)
			return nil
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   scriptServe,
			"end":     scriptEnd,
			"comment": scriptComment,
			"report":  scriptReport,
			"status":  scriptStatus,
		},
	})
}

// result is what became of a command.
type result struct {
	out, err string
	code     int
}

// hamlet runs the program in a folder, with these variables as its only HAMLET_
// environment.
func hamlet(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	cmd := program(t, dir, env, args...)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	var exit *exec.ExitError
	if e := cmd.Run(); e != nil && !errors.As(e, &exit) {
		t.Fatal(e)
	}
	return result{out.String(), err.String(), cmd.ProcessState.ExitCode()}
}

func program(t *testing.T, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "hamlet", args...)
	cmd.Dir = dir
	cmd.Env = env
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "HAMLET_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	return cmd
}

// write writes a file into a folder.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
