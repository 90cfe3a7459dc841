// Command hamlet is a blog server: a folder of Markdown files in, a blog with
// moderated comments out.
//
//	hamlet                      serve the blog (the same as hamlet serve)
//	hamlet init DIR             write a small starter blog
//	hamlet check                find what is wrong with the content folder
//	hamlet new TITLE            begin a post
//	hamlet why FILE             say where a file is shown, or why it is not
//	hamlet user add NAME        make an account for a moderator
//	hamlet moderate list        list the comments that wait
//	hamlet moderate approve ID  decide on one
//	hamlet moderate undo ACT    take that back
//	hamlet audit verify         look whether the record of who did what is as it was written
//	hamlet privacy export ADDR  print everything that is kept under an address
//	hamlet privacy erase ADDR   erase it
//	hamlet key rotate           give the blog another key
//	hamlet spam judge           ask the filter about messages on stdin
//	hamlet spam replay          show how fast it learned from the decisions here
//	hamlet spam explain         say why the filter judges so
//	hamlet version              say which build this is
//
// Every command has --help.
//
// # Settings
//
// A setting comes from the first of these that has it: a flag, the environment
// (HAMLET_ADDR for --addr), the config file, the default. The config file is
// hamlet.toml in the current folder, or what --config or HAMLET_CONFIG names;
// its keys are the names of the flags:
//
//	addr = "127.0.0.1:8080"
//	base-url = "https://blog.example.org"
//	trusted-proxies = ["10.0.0.0/8"]
//
// # Exit codes
//
//	0  done
//	1  it went wrong, or check found problems
//	2  a wrong command line or a wrong setting; nothing was done
//
// # Layout
//
// main.go runs a command, cli.go declares the commands and the help, config.go
// reads the config file and knows where a setting came from. Each other file is
// a command. A command is a struct with its flags and
// Run(ctx, std[, app.Config]) error; what it knows comes from the rooms below.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"hamlet/internal/app"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// stdio is where a command reads and writes; tests hand it buffers.
type stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}

// run parses the command line and runs the command until it ends or a signal
// asks it to.
func run(args []string, std stdio) int {
	ctx := untilSignal()
	cmd, err := parse(args, std)
	if err != nil {
		cmd.explain(err)
		return exitUsage
	}
	if err = cmd.Run(ctx); err == nil {
		return exitDone
	}
	cmd.explain(err)
	if _, ok := errors.AsType[*app.SettingError](err); ok {
		return exitUsage
	}
	return exitFailed
}

// untilSignal is a context that ends with the first SIGINT or SIGTERM. It stops
// listening before it ends, so that a second signal ends the process at once.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}

// errSilent ends a command with exit code 1 when it has said all there is to say.
var errSilent = errors.New("failed")

// explain prints why a command ended; of a wrong setting also where it came from.
func (c command) explain(err error) {
	var setting *app.SettingError
	switch {
	case errors.Is(err, errSilent):
	case errors.As(err, &setting):
		_, _ = fmt.Fprintf(c.std.Err, "hamlet: %v (%s)\n", setting, c.origin(setting.Setting))
	default:
		_, _ = fmt.Fprintln(c.std.Err, "hamlet:", err)
	}
}
