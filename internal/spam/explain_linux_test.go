package spam_test

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"hamlet/internal/spam"
)

// Explaining takes time in proportion to the length: eight times the text not much
// more than eight times as long, in what grows fastest if anything does. What counts is the
// processor time of this thread, which other work on the machine does not add to.
func TestExplainIsLinear(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f := spam.NewFilter(spam.Default())
	for _, piece := range []string{"a ", "buy now casino ", "谢", "http://a.example.com/b ", "&amp;", "<a ", "[url", "!", "e\u0301", "&#x41", "\xff", "](http://"} {
		took := func(n int) time.Duration {
			best := time.Hour
			for range 3 {
				from := threadTime(t)
				spam.Explain(f, spam.Message{Body: strings.Repeat(piece, n/len(piece))})
				best = min(best, threadTime(t)-from)
			}
			return best
		}
		short, long := took(3_000), took(24_000)
		if long > 50*short+100*time.Millisecond {
			t.Errorf("%q: %v of 3 KB, %v of 24 KB", piece, short, long)
		}
	}
}

// threadTime is the processor time that this thread has taken.
func threadTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(syscall.TimevalToNsec(u.Utime) + syscall.TimevalToNsec(u.Stime))
}
