package web_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/bits"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/spam"
)

// mills is a blog with two posts that asks for work at some times.
func mills(t *testing.T, when string, judge spam.Class) *apptest.Blog {
	t.Helper()
	return apptest.Open(t, apptest.Options{
		Judge: apptest.Says(judge), Config: func(c *apptest.Config) { c.ProofOfWork = when },
		Content: fstest.MapFS{
			"posts/mill.md":  {Data: []byte("---\ntitle: The mill\ndate: 2026-11-01\n---\nIt turns.\n")},
			"posts/other.md": {Data: []byte("---\ntitle: Another\ndate: 2026-11-01\n---\nIt does not.\n")},
		},
	})
}

type workAsked struct {
	Asked     bool
	Challenge string
	Bits      int
	Seconds   int
}

func askWork(t *testing.T, b *apptest.Blog, post string) workAsked {
	t.Helper()
	r := b.Get("/api/v1/posts/" + post + "/work")
	var w workAsked
	if err := json.Unmarshal([]byte(r.Body), &w); err != nil || r.Code != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("work for %s: got %d, %q, %v: %s", post, r.Code, r.Header.Get("Cache-Control"), err, r.Body)
	}
	return w
}

// works does the work, with so many bits at least and at most.
func works(challenge string, least, most int) string {
	for n := 0; ; n++ {
		answer := fmt.Sprintf("%s%08x", challenge, n)
		sum := sha256.Sum256([]byte(answer))
		if zeros := bits.LeadingZeros32(binary.BigEndian.Uint32(sum[:])); zeros >= least && zeros <= most {
			return answer
		}
	}
}

// sendMill sends a comment by the form, and tells how its own page says that it fared.
func sendMill(t *testing.T, b *apptest.Blog, body, work string) string {
	t.Helper()
	r := b.Post("/posts/mill/comments", fill("Ada", body, "form_id", strings.Repeat("m", 22), "work", work))
	if r.Code != http.StatusSeeOther {
		t.Fatalf("send: got %d, want 303\n%s", r.Code, b.Log)
	}
	return b.Get(r.Header.Get("Location")).Body
}

const (
	fateWork      = "Yours did not send a result that counts"
	fatePublished = `class="fate fate-published"`
	fateAttack    = "This site gets much spam just now, so a person looks at every comment."
)

func TestWork(t *testing.T) {
	t.Parallel()
	b := mills(t, "always", spam.Ham)
	w := askWork(t, b, "mill")
	if !w.Asked || w.Bits != 17 || w.Seconds != 7200 || len(w.Challenge) != 32 {
		t.Fatalf("got %+v", w)
	}
	if again := askWork(t, b, "mill"); again.Challenge == w.Challenge {
		t.Error("two readers get the same challenge")
	}
	answer := works(w.Challenge, 17, 32)
	digits := answer[32:]
	forged := []byte(w.Challenge)
	forged[20] ^= 1
	for i, tt := range []struct{ name, work, want string }{
		{"nothing, as without scripts", "", fateWork},
		{"too little", works(w.Challenge, 12, 16), fateWork},
		{"a challenge of one's own", works(strings.Repeat("A", 32), 17, 32), fateWork},
		{"a challenge that was changed", works(string(forged), 17, 32), fateWork},
		{"a challenge with line ends", works("\n\n\n\n"+w.Challenge[4:], 17, 32), fateWork},
		{"line ends alone", works(strings.Repeat("\n", 32), 17, 32), fateWork},
		{"of another post", works(askWork(t, b, "other").Challenge, 17, 32), fateWork},
		{"other digits", w.Challenge + "zzzzzzzz", fateWork},
		{"a sign too many", answer + "0", fateWork},
		{"done", answer, fatePublished},
		{"used", answer, fateWork},
		{"used, in capitals", w.Challenge + strings.ToUpper(digits), fateWork},
	} {
		if page := sendMill(t, b, fmt.Sprintf("The mill turns, %d.", i), tt.work); !strings.Contains(page, tt.want) {
			t.Errorf("%s: the page does not say %q:\n%s", tt.name, tt.want, page)
		}
	}
	again := sendMill(t, b, "The mill turns, 9.", answer)
	has(t, again, fatePublished)
	page := b.Login("ada", account.Moderator).Get("/admin/queue").Body
	has(t, page, "Proof of work was asked for, and there was none.")
}

// TestWorkOfOldPage sends the form of a page that was opened before an attack began, and so
// has no script that works: nothing of it is lost, and work is offered where the form comes
// back.
func TestWorkOfOldPage(t *testing.T) {
	t.Parallel()
	b := mills(t, "attack", spam.Ham)
	old := b.Get("/posts/mill").Body
	hasNot(t, old, "data-work", "work.js")
	c := b.Login("ada", account.Moderator)
	if r := c.Post("/admin/attack", url.Values{"lasting": {"hour"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("switch: got %d\n%s", r.Code, r.Body)
	}
	back := b.Post("/posts/mill/comments", fill("", "The mill turned slowly.", "form_id", strings.Repeat("m", 22)))
	if back.Code != http.StatusUnprocessableEntity {
		t.Fatalf("without a name: got %d, want 422", back.Code)
	}
	has(t, back.Body, "The mill turned slowly.</textarea>", "data-work", "work.js")
	page := sendMill(t, b, "The mill turned slowly.", "")
	has(t, page, "The mill turned slowly.", `class="fate fate-`)
	hasNot(t, page, fatePublished)
	queue := c.Get("/admin/queue").Body
	has(t, queue, "The mill turned slowly.")
	hasNot(t, b.Get("/posts/mill").Body, "The mill turned slowly.")
}

// An answer that came in time is good as long as the challenge said, and no longer.
func TestWorkExpires(t *testing.T) {
	t.Parallel()
	b := mills(t, "always", spam.Ham)
	first, second := works(askWork(t, b, "mill").Challenge, 17, 32), works(askWork(t, b, "mill").Challenge, 17, 32)
	b.Clock.Advance(2*time.Hour - time.Second)
	has(t, sendMill(t, b, "In time.", first), fatePublished)
	b.Clock.Advance(time.Second)
	has(t, sendMill(t, b, "Too late.", second), fateWork)
}

// What is wrong with a comment does not use the answer up; without work a comment is
// neither lost nor taken for spam, and work makes no ham of spam.
func TestWorkIsNoVerdict(t *testing.T) {
	t.Parallel()
	b := mills(t, "always", spam.Ham)
	answer := works(askWork(t, b, "mill").Challenge, 17, 32)
	r := b.Post("/posts/mill/comments", fill("", "Without a name.", "work", answer))
	if r.Code != http.StatusUnprocessableEntity {
		t.Fatalf("got %d, want 422", r.Code)
	}
	has(t, r.Body, `data-work="/api/v1/posts/mill/work"`)
	has(t, sendMill(t, b, "With a name.", answer), fatePublished)

	b = mills(t, "always", spam.Spam)
	answer = works(askWork(t, b, "mill").Challenge, 17, 32)
	sendMill(t, b, "Spam at work.", answer)
	page := b.Login("ada", account.Moderator).Get("/admin/queue?status=spam").Body
	has(t, page, "Spam at work.")
}

func TestWorkUnderAttack(t *testing.T) {
	t.Parallel()
	b := mills(t, "", spam.Ham) // by default
	const said = "asks each browser for a small calculation"
	page := func() string { return b.Get("/posts/mill").Body }
	if askWork(t, b, "mill").Asked || strings.Contains(page(), "work.js") || strings.Contains(page(), said) {
		t.Error("work is asked for in peace")
	}
	has(t, sendMill(t, b, "In peace.", ""), fatePublished)
	desk := b.Login("ada", account.Moderator)
	desk.Post("/admin/attack", url.Values{"lasting": {"hour"}})
	has(t, page(), `data-work="/api/v1/posts/mill/work"`, "/static/work.js?v=", said)
	if first := page(); first != page() || strings.Contains(first, askWork(t, b, "mill").Challenge[:6]) {
		t.Error("the page is not the same for everybody")
	}
	has(t, sendMill(t, b, "Idle.", ""), fateWork)
	has(t, sendMill(t, b, "At work.", works(askWork(t, b, "mill").Challenge, 17, 32)), fateAttack)
	own := desk.Post("/posts/mill/comments", fill("Ada", "Of the house.", "form_id", strings.Repeat("o", 22)))
	has(t, b.Get(own.Header.Get("Location")).Body, fateAttack)
	b.Clock.Advance(time.Hour)
	if askWork(t, b, "mill").Asked || strings.Contains(page(), "work.js") {
		t.Error("work is asked for after the attack")
	}

	b = mills(t, "off", spam.Ham)
	b.Login("ada", account.Moderator).Post("/admin/attack", url.Values{"lasting": {"hour"}})
	if askWork(t, b, "mill").Asked || strings.Contains(page(), "work.js") {
		t.Error("work is asked for, which is off")
	}
	has(t, sendMill(t, b, "No work.", ""), fateAttack)
}

func TestWorkByTheAPI(t *testing.T) {
	t.Parallel()
	b := mills(t, "always", spam.Ham)
	send := func(work string) string {
		in := fmt.Sprintf(`{"author":"Ada","body":"By a program.","work":%q}`, work)
		q := httptest.NewRequest(http.MethodPost, apptest.BaseURL+"/api/v1/posts/mill/comments", strings.NewReader(in))
		q.Header.Set("Content-Type", "application/json")
		r := b.Client().Do(q)
		if r.Code != http.StatusCreated {
			t.Fatalf("got %d: %s", r.Code, r.Body)
		}
		return r.Body
	}
	has(t, send(""), `"status":"held"`)
	has(t, send(works(askWork(t, b, "mill").Challenge, 17, 32)), `"status":"published"`)
	if got := b.Get("/api/v1/posts/none/work").Code; got != http.StatusNotFound {
		t.Errorf("work for no post: got %d, want 404", got)
	}
	has(t, b.Get("/embed/posts/mill").Body, `data-work="/api/v1/posts/mill/work"`)
	if got := b.Get("/embed/work.js"); got.Code != http.StatusOK {
		t.Errorf("the script for pages elsewhere: got %d", got.Code)
	}
}
