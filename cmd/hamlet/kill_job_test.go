package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// bulk is how many comments a job of the test is on: so many that it takes a while.
const bulk = 2_000

// TestKillJob kills the program in the middle of a job on many comments: first the command that
// gave it, then the server that went on with it. Afterwards each comment is done once, and all
// of it is one act with one entry; and its undo leads back to the same statuses, and the
// filter to the same verdicts, to the last digit.
func TestKillJob(t *testing.T) {
	t.Parallel()
	dir := blog(t)
	held := holdMany(t, dir)
	was, verdicts := statuses(t, dir), judgements(t, dir, held)

	command := program(t, dir, nil, "moderate", "spam", "--where", "status=pending", "--yes")
	killOnce(t, dir, 0, func() func() error {
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		return command.Process.Kill
	})
	if err := command.Wait(); err == nil {
		t.Fatal("the command ended in order, and was to be killed")
	}
	first := jobNow(t, dir, 1)
	if first.Ended() || first.Done == 0 {
		t.Fatalf("the command was not killed in the middle: %+v", first)
	}

	var s *server
	killOnce(t, dir, first.Done, func() func() error {
		s = start(t, dir)
		return s.cmd.Process.Kill
	})
	if err := <-s.done; err == nil {
		t.Fatal("the program ended in order, and was to be killed")
	}
	if j := jobNow(t, dir, 1); j.Ended() {
		t.Fatalf("the server was not killed in the middle: %+v", j)
	}

	s = start(t, dir)
	awaitJob(t, dir, 1, desk.Job.Ended)
	checkOnce(t, dir)
	if slices.Equal(judgements(t, dir, held), verdicts) {
		t.Error("the filter has learned nothing, so its verdicts say nothing below")
	}
	if got := hamlet(t, dir, nil, "moderate", "undo", "1"); got.code != exitDone || got.out != fmt.Sprintf("undo: %d comments (act 1)\n", bulk) {
		t.Errorf("undo: %+v", got)
	}
	if err := s.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if got := statuses(t, dir); !slices.Equal(got, was) {
		t.Error("the undo does not lead back to the statuses that were")
	}
	if got := judgements(t, dir, held); !slices.Equal(got, verdicts) {
		t.Errorf("the filter says now\n%s\nand said\n%s", strings.Join(got, "\n"), strings.Join(verdicts, "\n"))
	}
}

func start(t *testing.T, dir string) *server {
	t.Helper()
	s, err := startServer(t.Context(), dir, cleanEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// settingsIn are the settings of the blog in a folder, as the program has them there.
func settingsIn(dir string) app.Config {
	return app.Config{
		Addr: "127.0.0.1:0", Content: filepath.Join(dir, "content"), Data: filepath.Join(dir, "data"), BaseURL: "http://blog.example.org",
		Hold: string(comment.HoldAll), CommentRate: "0",
	}
}

// holdMany lets so many comments come that wait, and tells of some of them.
func holdMany(t *testing.T, dir string) []comment.ID {
	t.Helper()
	a, err := app.Open(t.Context(), settingsIn(dir), app.World{Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	places := []string{"mill", "bridge", "harbour", "orchard", "chapel", "market", "quarry"}
	for i := range bulk {
		_, err := a.Comments.Submit(t.Context(), comment.Submission{
			Post: "hello", Author: fmt.Sprintf("Reader %d", i), FormID: fmt.Sprint("form ", i),
			Body: fmt.Sprintf("Reading number %d, by the %s and then the %s.", i, places[i%7], places[i/7%7]),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return []comment.ID{1, bulk}
}

// beside looks at what a blog keeps, beside the program that may be running.
func beside[T any](t *testing.T, dir string, look func(context.Context, *app.Data) (T, error)) T {
	t.Helper()
	d, err := app.OpenData(t.Context(), settingsIn(dir), app.World{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	v, err := look(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func jobNow(t *testing.T, dir string, id desk.JobID) desk.Job {
	t.Helper()
	return beside(t, dir, func(ctx context.Context, d *app.Data) (desk.Job, error) { return d.Jobs.Job(ctx, account.Shell, id) })
}

// killOnce begins something and kills it at once when more of the job is done than that. The
// one who watches is there before.
func killOnce(t *testing.T, dir string, done int, begin func() (kill func() error)) {
	t.Helper()
	beside(t, dir, func(ctx context.Context, d *app.Data) (desk.Job, error) {
		kill := begin()
		j, err := await(ctx, d, 1, func(j desk.Job) bool { return j.Done > done })
		if err != nil {
			return j, err
		}
		return j, kill()
	})
}

// awaitJob waits until there is a job that is as it should be.
func awaitJob(t *testing.T, dir string, id desk.JobID, is func(desk.Job) bool) {
	t.Helper()
	beside(t, dir, func(ctx context.Context, d *app.Data) (desk.Job, error) { return await(ctx, d, id, is) })
}

func await(ctx context.Context, d *app.Data, id desk.JobID, is func(desk.Job) bool) (desk.Job, error) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if j, err := d.Jobs.Job(ctx, account.Shell, id); err == nil && is(j) {
			return j, nil
		}
	}
	j, err := d.Jobs.Job(ctx, account.Shell, id)
	return j, fmt.Errorf("it stays %+v, %w", j, err)
}

// checkOnce looks whether the job did everything once, as one act with one entry.
func checkOnce(t *testing.T, dir string) {
	t.Helper()
	if j := jobNow(t, dir, 1); j.Done != bulk || j.Skipped != 0 || j.Failed != 0 || j.Cancelled {
		t.Errorf("the job: %+v", j)
	}
	for _, c := range list(t, dir, comment.Spam) {
		if c.Revision != 1 {
			t.Errorf("comment %d was decided on %d times", c.ID, c.Revision)
		}
	}
	if got := len(list(t, dir, comment.Spam)); got != bulk {
		t.Errorf("%d comments are spam, want %d", got, bulk)
	}
	if got := hamlet(t, dir, nil, "moderate", "acts"); strings.Count(got.out, "\n") != 1 || !strings.Contains(got.out, fmt.Sprintf("\tspam\t%d comments\t", bulk)) {
		t.Errorf("the acts: %+v", got)
	}
	if got := hamlet(t, dir, nil, "audit", "list", "--action", "spam"); strings.Count(got.out, "\n") != 1 {
		t.Errorf("the audit log: %+v", got)
	}
	if got := hamlet(t, dir, nil, "spam", "export"); strings.Count(got.out, "\n") < bulk {
		t.Errorf("%d labels, want %d", strings.Count(got.out, "\n"), bulk)
	}
}

// statuses are all comments with where they are.
func statuses(t *testing.T, dir string) []string {
	t.Helper()
	got := hamlet(t, dir, nil, "moderate", "list", "--where", "status=any")
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if got.code != exitDone || len(lines) != bulk {
		t.Fatalf("%d comments, %s", len(lines), got.err)
	}
	return lines
}

// judgements are what the filter says today of some comments, with every digit.
func judgements(t *testing.T, dir string, ids []comment.ID) []string {
	t.Helper()
	var said []string
	for _, id := range ids {
		got := hamlet(t, dir, nil, "spam", "explain", "--json", "--comment", fmt.Sprint(id))
		if got.code != exitDone || !strings.Contains(got.out, `"now":`) {
			t.Fatalf("explain comment %d: %+v", id, got)
		}
		said = append(said, got.out)
	}
	return said
}
