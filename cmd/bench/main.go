// Command bench measures a running hamlet beside its peers: a bare net/http
// handler always, nginx and Hugo when they are installed. It is for those who
// work on hamlet; make bench runs it.
//
//	go run ./cmd/bench [-posts 10000] [-rounds 5] [-only views]
//
// With -load it fills a data folder instead, for the benchmarks of long queues: comments
// made of a file of labelled ones (a JSON object a line, with author, author_url, body and
// label), varied, judged and partly decided on. Of these there are some 5,000, and the others
// are copies of them, so that it takes a minute or two.
//
//	go run ./cmd/bench -load 100000 -from comments.jsonl DATA
//	HAMLET_BENCH_DATA=DATA go test ./internal/web -run - -bench Queue
//
// It builds hamlet, writes a folder of generated posts, and starts each program
// as a process of its own on this machine. What it prints are ratios of one run,
// measured in turns, since absolute figures say more about the machine than about
// the program:
//
//	page view  CPU time of the server's process for a request, from /proc, over
//	           keep-alive connections; the page is an article with 50 comments
//	submit     CPU time of the server's process for a comment that is on the disk
//	           (synchronous=FULL) before the answer, with 32 and 256 connections,
//	           beside a bare server of Echo and GORM that does nothing else; how long
//	           99 of 100 answers took at most, and how large the write-ahead log grew;
//	           with -crowd N the same again where N comments are already
//	busy       how long readers of a post wait, 200 of them a second, while 100 comments a
//	           second are approved over HTTP under another that is read as well, beside the
//	           same readers without; and how often the next reader of that got it as it was
//	start      from exec to the first right answer on a post's URL, and to the
//	           moment when every post has been rendered
//	edit       from the save of one file to the first answer that has it
//	search     the time of an answer, as a reader waits for it
//
// Hugo is asked to build the same posts into memory, with templates that do no
// more than hamlet's page of a post. It runs on Linux only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options is the command line.
type options struct {
	posts  int
	rounds int
	only   string // a measurement, or empty for all of them
	work   string // folder for all that is written
	hamlet string // the program, if it is built already

	crowd int // how many comments there are already where submissions are measured again

	load int    // how many comments to put into a data folder, instead of measuring
	from string // file of labelled comments
}

// fewestPosts is how many posts are needed for some to be rendered in the
// background.
const fewestPosts = 100

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 3 && args[0] == bareCommand {
		return serveBare(ctx, args[1], args[2])
	}
	if len(args) == 3 && args[0] == bareSubmitCommand {
		return serveBareSubmit(ctx, args[1], args[2])
	}
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.posts, "posts", 10_000, "how many posts to generate")
	flags.IntVar(&o.rounds, "rounds", 5, "how often each measurement is taken")
	flags.StringVar(&o.only, "only", "", "measure only views, content, submits or busy")
	flags.StringVar(&o.hamlet, "program", "", "the hamlet to measure, instead of building it")
	flags.IntVar(&o.crowd, "crowd", 0, "measure submissions also in a database of so many comments")
	flags.IntVar(&o.load, "load", 0, "put so many comments into a data folder, and measure nothing")
	flags.StringVar(&o.from, "from", "", "with -load: the file of labelled comments to vary, a JSON object a line")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.load > 0 {
		if flags.NArg() != 1 || o.from == "" {
			return errors.New("-load takes -from FILE and a data folder")
		}
		return load(ctx, o, flags.Arg(0))
	}
	if o.posts < fewestPosts {
		return fmt.Errorf("-posts %d: at least %d are needed, for fewer are rendered before the first answer", o.posts, fewestPosts)
	}
	work, err := os.MkdirTemp("", "hamlet-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	o.work = work
	if o.hamlet != "" {
		if o.hamlet, err = filepath.Abs(o.hamlet); err != nil {
			return err
		}
	}
	b := bench{options: o, program: filepath.Join(work, "hamlet")}
	return errors.Join(b.all(ctx), b.table.print(os.Stdout))
}

// bench is one run of everything.
type bench struct {
	options

	program string // hamlet, as built for the run
	table   table
}

func (b *bench) all(ctx context.Context) error {
	if b.hamlet != "" {
		b.program = b.hamlet
	} else if err := build(ctx, b.program); err != nil {
		return err
	}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{{"views", b.pageViews}, {"content", b.content}, {"submits", b.submits}, {"busy", b.busy}} {
		if b.only != "" && b.only != step.name {
			continue
		}
		begin := time.Now()
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(os.Stderr, "bench: measured %s in %s\n", step.name, time.Since(begin).Round(time.Second))
	}
	return nil
}
