package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// serving is the key of a script's server.
type serving struct{}

// scriptServe is the command "serve [FLAG…]" of the scripts: it starts a server
// in the current folder. The script says "end" when it is done with it.
func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: serve [FLAG…]")
	}
	var env []string
	for _, name := range []string{"PATH", "HOME", raceVar} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	s, err := startServer(context.Background(), ts.MkAbs("."), env, args...)
	ts.Check(err)
	ts.Setenv("URL", s.URL)
	*ts.Value(serving{}).(**server) = s
	ts.Defer(func() { _ = s.cmd.Process.Kill() }) // for a script that failed
}

// scriptEnd is "end": it ends the server and checks that it ended in order.
func scriptEnd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: end")
	}
	s := *ts.Value(serving{}).(**server)
	if err := s.stop(syscall.SIGTERM); err != nil {
		ts.Fatalf("%s\nthe server ended with %v", s.log, err)
	}
}

// scriptComment is "comment AUTHOR BODY": it sends a comment on the post hello.
func scriptComment(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: comment AUTHOR BODY")
	}
	body, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	author, err := strconv.Unquote(`"` + args[0] + `"`)
	ts.Check(err)
	status, err := submit(context.Background(), ts.Getenv("URL"), url.Values{
		"author": {author}, "email": {"secret.reader@example.org"}, "body": {body},
	})
	ts.Check(err)
	if status != http.StatusSeeOther {
		ts.Fatalf("comment: got status %d, want 303", status)
	}
}

// scriptReport is "report ID WHY WORDS": it reports a comment, as a reader.
func scriptReport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: report ID WHY WORDS")
	}
	status, err := post(context.Background(), ts.Getenv("URL")+"/comment/"+args[0]+"/report", url.Values{"why": {args[1]}, "words": {args[2]}})
	ts.Check(err)
	if status != http.StatusSeeOther {
		ts.Fatalf("report: got status %d, want 303", status)
	}
}

// scriptStatus is "status CODE COMMAND…": it runs hamlet and checks the exit
// code, which exec cannot.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE hamlet ARGUMENT…")
	}
	err := ts.Exec(args[1], args[2:]...)
	want, _ := strconv.Atoi(args[0])
	got := 0
	if err != nil {
		exit, ok := err.(interface{ ExitCode() int })
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
