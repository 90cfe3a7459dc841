package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"

	"hamlet/internal/app"
	"hamlet/internal/content"
)

// serveCmd is hamlet serve.
type serveCmd struct {
	Dev bool `help:"For writing: show drafts and scheduled posts too, and reload pages in the browser when the content or the theme changes."`
}

// Run serves the blog until the context ends, then lets the requests under way
// finish.
func (c serveCmd) Run(ctx context.Context, std stdio, cfg app.Config) (err error) {
	cfg.Dev = c.Dev
	wake := restCollector()
	blog, err := app.Open(ctx, cfg, world(std))
	defer runtime.KeepAlive(wake())
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return nil // asked to end before it had begun
	case err != nil:
		return tellProblems(err, std)
	}
	defer func() { err = errors.Join(err, blog.Close()) }()
	defer standIn()()
	return blog.Run(ctx)
}

// startMemory is how much memory a start may take before garbage is collected, in
// bytes.
const startMemory = 150 << 20

// ballast is how much memory counts as in use that nobody ever touches, and that so takes none, in
// bytes. Garbage is looked for when there is as much of it as is in use: without ballast a
// small blog would look for it ten times as often as a large one for the same work.
const ballast = 64 << 20

// restCollector lets the garbage collector rest until wake is called, which returns what has to
// be kept from then on, unless the owner has settings of their own for it. What a start
// leaves behind is little beside what it keeps: looking for it time and again takes a sixth
// of a start with 10 000 posts.
func restCollector() (wake func() []byte) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() []byte { return nil }
	}
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(startMemory)
	return func() []byte {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
		return make([]byte, ballast)
	}
}

// standIns are how many goroutines run beside as many as there are processors.
const standIns = 2

// standIn lets others run in place of those who wait for the disk within SQLite, unless the owner has a
// setting for it. Go cannot see that they wait, and takes them for busy up to ten milliseconds: with
// one processor so, and another with a page to make, nobody looked for requests meanwhile.
func standIn() (leave func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	was := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(was + standIns)
	return func() { runtime.GOMAXPROCS(was) }
}

// world is the real world with a log on standard error.
func world(std stdio) app.World {
	return app.World{Log: slog.New(slog.NewTextHandler(std.Err, nil))}
}

// tellProblems prints the problems of a content folder that stop the start, a
// line each, and says that they do; any other error goes on as it is.
func tellProblems(err error, std stdio) error {
	var problems content.Problems
	if !errors.As(err, &problems) {
		return err
	}
	printProblems(std.Err, problems)
	return fmt.Errorf("the blog was not started, for its content has %s", count(len(problems), "problem"))
}
