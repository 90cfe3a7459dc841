package apptest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// deskOfFive is the queue of a moderator in a browser, with five comments that wait.
func deskOfFive(t *testing.T) (*apptest.Blog, *tab) {
	t.Helper()
	o := harbourOptions()
	o.Judge = apptest.Says(spam.Unsure)
	b := serve(t, o)
	for i := range 5 {
		b.MustComment(comment.Submission{Post: "night-ferry", Author: fmt.Sprintf("Reader %d", i+1), Body: fmt.Sprintf("Word number %d of the ferry.", i+1)})
	}
	b.MustUser("wanda", account.Moderator)
	tb := openTab(t, b)
	tb.open("/admin")
	tb.fill([2]string{"name", "wanda"}, [2]string{"password", apptest.Password})
	tb.follow("Log in")
	tb.soon("document.querySelectorAll('ol.cards > li').length === 5 && document.querySelector('.toast')")
	return b, tb
}

// key presses a key that leads to no page.
func (tb *tab) key(key string) {
	tb.t.Helper()
	must(tb, "press "+key, chromedp.KeyEvent(key))
}

// at waits until a comment has the focus.
func (tb *tab) at(id int) {
	tb.t.Helper()
	tb.soon(fmt.Sprintf("document.activeElement.id === 'comment-%d'", id))
}

// says waits until it is told, where what is told is read out.
func (tb *tab) says(words string) {
	tb.t.Helper()
	tb.soon(fmt.Sprintf("document.querySelector('#notice[role=status]')?.textContent.includes(%q)", words))
}

func wantStatus(t *testing.T, b *apptest.Blog, id comment.ID, want comment.Status) {
	t.Helper()
	c, err := b.Comments.Get(t.Context(), account.Shell, id)
	if err != nil || c.Status != want {
		t.Errorf("comment %d: got %s, %v, want %s", id, c.Status, err, want)
	}
}

// TestDeskKeys decides by keys alone: each decision is in the blog when its words are told,
// the focus goes on to the next comment, and u brings back the last.
func TestDeskKeys(t *testing.T) {
	t.Parallel()
	b, tb := deskOfFive(t)
	tb.key("j")
	tb.at(5)
	tb.key("j")
	tb.at(4)
	tb.key("k")
	tb.at(5)
	tb.key("a")
	tb.at(4)
	tb.says("Comment 5 approved.")
	wantStatus(t, b, 5, comment.Approved)
	tb.key("s")
	tb.at(3)
	tb.says("Comment 4 marked as spam.")
	wantStatus(t, b, 4, comment.Spam)
	tb.key("t")
	tb.at(2)
	tb.says("Comment 3 moved to the trash.")
	wantStatus(t, b, 3, comment.Trash)
	tb.key("u")
	tb.at(3)
	wantStatus(t, b, 3, comment.Pending)
	tb.key("u")
	tb.at(4)
	wantStatus(t, b, 4, comment.Pending)
	tb.key("x")
	tb.soon("document.querySelector('#comment-4 input[name=select]').checked")
	tb.key("x")
	tb.soon("!document.querySelector('#comment-4 input[name=select]').checked")
	tb.key("x")
	tb.key("j")
	tb.at(3)
	tb.key("x")
	tb.press("s") // is for both
	tb.soon("document.querySelectorAll('ol.cards > li').length === 2 && document.querySelector('#notice button.undo')")
	wantStatus(t, b, 4, comment.Spam)
	wantStatus(t, b, 3, comment.Spam)
	wantStatus(t, b, 2, comment.Pending)
	tb.press("u")
	tb.soon("document.querySelectorAll('ol.cards > li').length === 4")
	wantStatus(t, b, 4, comment.Pending)
	tb.key("j")
	tb.key("?")
	tb.soon("document.querySelector('#keys').open")
	tb.key("a") // is for the help, which has no such key
	tb.key("?")
	tb.soon("!document.querySelector('#keys').open")
	wantStatus(t, b, 4, comment.Pending)
	tb.key("/")
	tb.soon("document.activeElement.name === 'q'")
	tb.key("a") // is a letter there
	tb.soon("document.activeElement.value.endsWith('a')")
	wantStatus(t, b, 4, comment.Pending)
	tb.key(kb.Escape) // back to the comment that it was pressed on
	tb.at(4)
	eval[any](tb, "document.querySelector('#comment-4').focus()")
	tb.press("\r")
	if got := tb.url(); got != "/admin/comments/4" {
		t.Errorf("Enter leads to %s", got)
	}
	tb.noFaults()
}

// TestDeskButtons decides by the buttons: in place, with a way back; a second click of the
// same hand is not for the comment that comes next; and what the server refuses is told by its
// own page.
func TestDeskButtons(t *testing.T) {
	t.Parallel()
	b, tb := deskOfFive(t)
	place := eval[float64](tb, "document.querySelector('ol.cards').getBoundingClientRect().top + scrollY")
	tb.push("#comment-5 .do-approve")
	tb.at(4)
	tb.says("Comment 5 approved.")
	wantStatus(t, b, 5, comment.Approved)
	if got := eval[float64](tb, "document.querySelector('ol.cards').getBoundingClientRect().top + scrollY"); got != place {
		t.Errorf("the list moved from %v to %v", place, got)
	}
	tb.push("#comment-4 .do-spam")
	must(tb, "click again", tb.hit(css("#comment-3 .do-spam"), 2)) // the second click of two
	tb.says("Comment 4 marked as spam.")
	wantStatus(t, b, 4, comment.Spam)
	wantStatus(t, b, 3, comment.Pending)
	tb.push("#notice button.undo")
	tb.at(4)
	wantStatus(t, b, 4, comment.Pending)
	tb.countsOn("pending", 4)

	// Meanwhile another moderator decides.
	if _, err := b.Comments.Decide(t.Context(), account.Shell, 3, comment.Decision{Action: comment.ToTrash}); err != nil {
		t.Fatal(err)
	}
	tb.click("#comment-3 .do-approve")
	tb.shows("main", "shell")
	tb.newFaults() // the browser notes that it was refused
	wantStatus(t, b, 3, comment.Trash)
}

// hurry holds back what the page sends until the gate is open, as a slow connection does.
const hurry = `{
	const sent = fetch, gate = new Promise((open) => { globalThis.openGate = open; });
	globalThis.fetch = async (...of) => {
		if (await gate) return sent(...of);
		throw new TypeError("no connection");
	};
}`

// TestDeskInAHurry decides faster than the server answers: what was decided after a decision that
// is refused is carried out all the same, before the page that says why, or where several are
// refused they are back in the list, and told by their numbers.
func TestDeskInAHurry(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		meddled []comment.ID // decided by another meanwhile
		open    string       // how the gate opens
		told    string
		left    int // in the list
	}{
		{"one is refused", []comment.ID{4}, "openGate(true)", "shell", 0},
		{"two are refused", []comment.ID{4, 2}, "openGate(true)", "Not done: comment no. 4, comment no. 2", 3},
		{"no connection", nil, "openGate(false)", "Not done: comment no. 5, comment no. 4, comment no. 3, comment no. 2", 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b, tb := deskOfFive(t)
			eval[any](tb, hurry)
			for _, id := range test.meddled {
				if _, err := b.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: comment.ToTrash}); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 4 {
				tb.key("a")
				tb.at(4 - i)
			}
			if test.left == 0 {
				tb.leave("open the gate", chromedp.Evaluate[chromedp.Void](test.open))
				tb.shows("main", test.told)
			} else {
				eval[any](tb, test.open)
				tb.says(test.told)
				tb.soon(fmt.Sprintf("document.querySelectorAll('ol.cards > li:not([hidden])').length === %d", test.left))
				if got := eval[bool](tb, "!!document.querySelector('#notice button.undo')"); got != (test.left < 5) {
					t.Errorf("what was done can be undone: %t", got)
				}
			}
			tb.newFaults() // the browser notes what was refused
			for id, was := range map[comment.ID]comment.Status{5: comment.Approved, 4: comment.Trash, 3: comment.Approved} {
				if test.meddled == nil {
					was = comment.Pending
				}
				wantStatus(t, b, id, was)
			}
		})
	}
}

// TestUndoInAHurry presses u faster than the server answers: it undoes what was decided last when
// it was pressed, once, and nothing where that is refused.
func TestUndoInAHurry(t *testing.T) {
	t.Parallel()
	const open = "openGate(true)"
	for _, test := range []struct {
		name    string
		done    string // keys before the gate closes
		hurried string // keys while it is closed
		meddled comment.ID
		left    string // the comments in the list, in the end; empty: another page tells why
		want    map[comment.ID]comment.Status
	}{
		{"of what is refused", "a", "au", 4, "", map[comment.ID]comment.Status{5: comment.Approved, 4: comment.Trash}},
		{"once each", "a", "suu", 0, "5 4 3 2 1", map[comment.ID]comment.Status{5: comment.Pending, 4: comment.Pending}},
		{"more often than there is", "", "auuu", 0, "5 4 3 2 1", map[comment.ID]comment.Status{5: comment.Pending}},
		{"and on", "", "auta", 0, "5 2 1", map[comment.ID]comment.Status{5: comment.Pending, 4: comment.Trash, 3: comment.Approved}},
		{"of the last card", "aaa", "aau", 0, "1", map[comment.ID]comment.Status{2: comment.Approved, 1: comment.Pending}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b, tb := deskOfFive(t)
			for i := range test.done {
				tb.key(test.done[i : i+1])
				tb.says(fmt.Sprintf("Comment %d approved.", 5-i))
			}
			eval[any](tb, hurry)
			if test.meddled != 0 {
				if _, err := b.Comments.Decide(t.Context(), account.Shell, test.meddled, comment.Decision{Action: comment.ToTrash}); err != nil {
					t.Fatal(err)
				}
			}
			for i := range test.hurried {
				tb.key(test.hurried[i : i+1])
			}
			if test.left == "" {
				tb.leave("open the gate", chromedp.Evaluate[chromedp.Void](open))
				tb.shows("main", "shell")
				tb.newFaults() // the browser notes what was refused
			} else {
				eval[any](tb, open)
				// until nothing holds the page back any more
				tb.soon(fmt.Sprintf("[...document.querySelectorAll('ol.cards > li:not([hidden]) > article')].map((c) => c.id.slice(8)).join(' ') === %q && dispatchEvent(new Event('beforeunload', {cancelable: true}))", test.left))
			}
			for id, want := range test.want {
				wantStatus(t, b, id, want)
			}
		})
	}
}

// TestRefusedOnce decides on after a decision that was refused, having come back from the page
// that says why: it is not sent again.
func TestRefusedOnce(t *testing.T) {
	t.Parallel()
	b, tb := deskOfFive(t)
	eval[any](tb, "globalThis.left = 0; HTMLFormElement.prototype.submit = () => { left++; }")
	if _, err := b.Comments.Decide(t.Context(), account.Shell, 5, comment.Decision{Action: comment.ToTrash}); err != nil {
		t.Fatal(err)
	}
	tb.key("a")
	tb.soon("left === 1")
	tb.newFaults() // the browser notes that it was refused
	eval[any](tb, "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
	tb.at(4)
	tb.key("a")
	tb.says("Comment 4 approved.")
	tb.key("u")
	tb.at(4)
	wantStatus(t, b, 4, comment.Pending)
	if got := eval[int](tb, "left"); got != 1 {
		t.Errorf("what was refused led to another page %d times", got)
	}
}

// TestLastCardOnce presses a key again and again while the page after the last card is on its way:
// the decision is sent once, or its own answer would be told that somebody else was quicker.
func TestLastCardOnce(t *testing.T) {
	t.Parallel()
	_, tb := deskOfFive(t)
	for i := range 4 {
		tb.key("a")
		tb.says(fmt.Sprintf("Comment %d approved.", 5-i))
	}
	eval[any](tb, "globalThis.left = 0; HTMLFormElement.prototype.submit = () => { left++; }")
	for _, key := range []string{"a", "a", "s", "t"} {
		tb.key(key)
	}
	tb.push("#comment-1 .do-spam")
	if got := eval[int](tb, "left"); got != 1 {
		t.Errorf("the last decision was sent %d times", got)
	}
}

// TestNothingAfterLeaving takes back what the page itself told, which is a page of its own, and
// presses on while that comes: what is still seen was read before, and is not decided on any more.
func TestNothingAfterLeaving(t *testing.T) {
	t.Parallel()
	_, tb := deskOfFive(t)
	tb.key("j")
	tb.key("x")
	tb.press("s") // a page that tells
	tb.soon("document.querySelectorAll('ol.cards > li').length === 4 && document.querySelector('#notice button.undo') && document.querySelector('.toast')")
	eval[any](tb, "globalThis.left = globalThis.sent = 0; addEventListener('submit', (e) => { if (!e.defaultPrevented) left++; e.preventDefault(); }); globalThis.fetch = async () => { sent++; }")
	for _, key := range []string{"u", "u", "a", "s"} {
		tb.key(key)
	}
	if left, sent := eval[int](tb, "left"), eval[int](tb, "sent"); left != 1 || sent != 0 {
		t.Errorf("left %d times, and %d decisions were sent", left, sent)
	}
}

// TestManyInAHurry decides on a selection while a decision before it has no answer yet: the selection
// goes when that is there, and nothing that was pressed meanwhile keeps the page or is done first.
func TestManyInAHurry(t *testing.T) {
	t.Parallel()
	b, tb := deskOfFive(t)
	eval[any](tb, hurry)
	for _, key := range []string{"a", "x", "s", "t", "u", "a"} {
		tb.key(key)
	}
	tb.leave("open the gate", chromedp.Evaluate[chromedp.Void]("openGate(true)"))
	tb.soon("document.querySelectorAll('ol.cards > li').length === 3 && document.querySelector('#notice button.undo')")
	wantStatus(t, b, 5, comment.Approved)
	wantStatus(t, b, 4, comment.Spam)
	wantStatus(t, b, 3, comment.Pending)
}

// TestTwoModerators lets two moderators in two browsers decide on the same comments: who is
// slower is told who did what and when, keeps what was typed, and can go on from there.
func TestTwoModerators(t *testing.T) {
	t.Parallel()
	b, wanda := deskOfFive(t)
	b.MustUser("bo", account.Moderator)
	bo := openTab(t, b)
	bo.open("/admin")
	bo.fill([2]string{"name", "bo"}, [2]string{"password", apptest.Password})
	bo.follow("Log in")
	bo.soon("document.querySelector('.toast')")

	wanda.key("a") // the newest, of which bo still has the card
	wanda.says("Comment 5 approved.")
	if got := refused(func(tb *tab) int { return tb.click("#comment-5 .do-spam") })(bo); got != 409 {
		t.Errorf("bo, who was slower: got %d, want 409", got)
	}
	bo.shows("main", "wanda: approved a comment, 22 November 2026")
	wantStatus(t, b, 5, comment.Approved)
	bo.follow("Spam comment 5") // having seen that
	bo.shows("#notice", "Comment 5 marked as spam.")
	wantStatus(t, b, 5, comment.Spam)

	const text = "Thank you for the word on the ferry."
	bo.open("/admin/comments/4/reply")
	bo.fill([2]string{"body", text})
	wanda.key("t")
	wanda.says("Comment 4 moved to the trash.")
	if got := bo.follow("Approve and answer"); got != 409 {
		t.Errorf("bo, who answers: got %d, want 409", got)
	}
	bo.shows("main", "wanda: moved a comment to the trash")
	if got := eval[string](bo, "document.querySelector('#body').value"); got != text {
		t.Errorf("of the answer is left %q, want %q", got, text)
	}
	wantStatus(t, b, 4, comment.Trash)
	bo.follow("Approve and answer") // after all
	bo.shows("#notice", "Comment 4 was answered.")
	wantStatus(t, b, 4, comment.Approved)
}

// TestDeskTab goes through the desk by the Tab key: the menu unfolds and leads on, everything
// that has the focus shows it, in the order in which it stands, and nothing keeps it.
func TestDeskTab(t *testing.T) {
	t.Parallel()
	_, tb := deskOfFive(t)
	eval[any](tb, "document.activeElement.blur()")
	var way []string
	for len(way) < 7 {
		way = append(way, tb.tabOn())
	}
	const want = "Skip to content, Harbour Notes, Logged in as wanda – your account, Log out, Comments, Edits, More"
	if got := strings.Join(way, ", "); got != want {
		t.Fatalf("Tab goes through the head as %q, want %q", got, want)
	}
	const place = "document.querySelector('.menu summary').getBoundingClientRect().top"
	closed := eval[float64](tb, place)
	tb.key(kb.Enter)
	tb.soon("document.querySelector('.menu details').open")
	if open := eval[float64](tb, place); open != closed {
		t.Errorf("what unfolds the menu moves from %v to %v", closed, open)
	}
	if got := tb.tabOn(); got != "Rules" {
		t.Errorf("from the open menu Tab leads to %q, want Rules", got)
	}
	way = nil
	for len(way) < 40 && !slices.Contains(way, "Change the text comment 5") {
		way = append(way, tb.tabOn())
	}
	order := []string{"Done lately", "Audit log", "Pending 5", "Filter and search", "Newest", "action", "What the filter saw in comment 5", "Approve comment 5", "select", "Change the text comment 5"}
	at := -1
	for _, o := range order {
		next := slices.IndexFunc(way, func(w string) bool { return strings.EqualFold(w, o) })
		if next <= at {
			t.Errorf("%q is not next on the way, which is %q", o, way)
		}
		at = max(at, next)
	}
}

// TestSecondThoughtsByKeyboard: what is called spam by a key tells where to look for more of it,
// and on every other page the key takes back what the page tells.
func TestSecondThoughtsByKeyboard(t *testing.T) {
	t.Parallel()
	o := harbourOptions()
	o.Judge = nil // the filter has a desk
	o.Config = func(c *apptest.Config) { c.Hold = string(comment.HoldAll) }
	b := serve(t, o)
	for i := range 2 {
		b.MustComment(comment.Submission{Post: "night-ferry", Author: fmt.Sprintf("Reader %d", i+1), Body: "Cheap pills at https://pills.example/now"})
	}
	b.MustUser("wanda", account.Moderator)
	tb := openTab(t, b)
	tb.open("/admin")
	tb.fill([2]string{"name", "wanda"}, [2]string{"password", apptest.Password})
	tb.follow("Log in")
	tb.soon("document.querySelectorAll('ol.cards > li').length === 2 && document.querySelector('.toast')")
	tb.key("s")
	tb.soon(`document.querySelector("#notice a[href='/admin/filter/sweep?kind=domain&value=pills.example']")`)
	tb.open("/admin/rules")
	tb.follow("On for one hour") // the attack switch
	tb.says("attack switch is on")
	tb.press("u")
	tb.says("Undone: turned the attack switch on")
}
