package web_test

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// pillSeller is spam that the filter finds by its words and links.
var pillSeller = comment.Submission{
	Post: "harbour", Author: "Cheap <b>Pills</b>", URL: "https://pills.example.com/buy",
	Body: "Buy ch&#101;ap vi\u200bagra <script>alert(1)</script> at https://cheap-viagra-casino.example/viagra and https://cheap-viagra-casino.example/now!",
}

// TestWhyIsTold reads on the page of a comment why it was held: the text as typed with
// its weighty words marked, the signs in words, and what would have been otherwise.
func TestWhyIsTold(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour()}) // the blog's own filter
	ada := b.Login("ada", account.Moderator)
	r := b.MustComment(pillSeller)
	id := r.ID
	page := ada.Get(fmt.Sprintf("/admin/comments/%d", id)).Body
	for _, want := range []string{
		"2 links to cheap-viagra-casino.example, which this blog never linked", "<mark class=\"for-spam\">", "The receipt: all ", spam.Default().Version(),
		"shape:links=2", "The weights sum to the verdict",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the comment has no %q", want)
		}
	}
	typed := dd.FindAllStringSubmatch(page, -1)
	if len(typed) != 3 {
		t.Fatalf("%d fields are shown", len(typed))
	}
	for i, want := range []string{pillSeller.Author, pillSeller.URL, pillSeller.Body} {
		if got := html.UnescapeString(tag.ReplaceAllString(typed[i][1], "")); got != want {
			t.Errorf("shown as typed is %q, want %q", got, want)
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<b>Pills") {
		t.Error("what was typed is not escaped")
	}
	if !strings.Contains(typed[2][1], `<mark class="for-spam">`) {
		t.Errorf("nothing is marked for spam in %s", typed[2][1])
	}
	queue := ada.Get("/admin/queue?status=" + string(r.Status)).Body
	if !strings.Contains(queue, fmt.Sprintf(`<a href="/admin/comments/%d">Everything it saw`, id)) || strings.Contains(queue, "The receipt:") {
		t.Error("the queue does not lead to the receipt, or shows it")
	}
}

var (
	dd  = regexp.MustCompile(`(?s)<dd dir="auto">(.*?)</dd>`)
	tag = regexp.MustCompile(`</?mark[^>]*>`)
	// weights are those of the receipt's table, which names features.
	weights = regexp.MustCompile(`</code></td><td class="weight">([^<]+)<`)
)

// TestReceiptOnThePageSums adds up what is shown.
func TestReceiptOnThePageSums(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour()})
	ada := b.Login("ada", account.Moderator)
	id := b.MustComment(pillSeller).ID
	cm, err := b.Comments.Look(t.Context(), account.Shell, id)
	if err != nil {
		t.Fatal(err)
	}
	found := weights.FindAllStringSubmatch(ada.Get(fmt.Sprintf("/admin/comments/%d", id)).Body, -1)
	if len(found) != len(cm.Verdict.Receipt) || len(found) < 20 {
		t.Fatalf("%d contributions are shown of %d", len(found), len(cm.Verdict.Receipt))
	}
	sum := 0.0
	for _, m := range found {
		w, err := strconv.ParseFloat(strings.Replace(html.UnescapeString(m[1]), "\u2212", "-", 1), 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += w
	}
	if off := sum - cm.Verdict.LogOdds; off > 0.01*float64(len(found)) || off < -0.01*float64(len(found)) {
		t.Errorf("the weights shown sum to %v, the verdict is %v", sum, cm.Verdict.LogOdds)
	}
}

// TestTodayIsTold decides on a comment, after which the filter would judge it otherwise.
func TestTodayIsTold(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour()})
	ada := b.Login("ada", account.Moderator)
	sub := comment.Submission{
		Post: "harbour", Author: "Grimbald", URL: "https://zwiebelkuchen.example.org",
		Body: "Grombli frandel https://zwiebelkuchen.example.org snorfu wibbelkraut.",
	}
	id := b.MustComment(sub).ID
	const today = "With what the filter has learned since"
	path := fmt.Sprintf("/admin/comments/%d", id)
	if strings.Contains(ada.Get(path).Body, today) {
		t.Error("nothing was learned, and it says otherwise")
	}
	if _, err := b.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	page := ada.Get(path).Body
	if !strings.Contains(page, today) || !strings.Contains(page, "without what you taught the filter") {
		t.Error("after a decision, the page does not say what the filter would say now")
	}
	other := b.MustComment(sub).ID
	if page = ada.Get(fmt.Sprintf("/admin/comments/%d", other)).Body; !strings.Contains(page, "from your decisions") {
		t.Error("what was taught is not told as such")
	}
}

// TestAnOtherJudgeIsTold shows a comment that was judged by what gives no receipts
// and cannot say why.
func TestAnOtherJudgeIsTold(t *testing.T) {
	t.Parallel()
	b, ada := moderated(t, classes{"Cy": spam.Spam})
	page := ada.Get(fmt.Sprintf("/admin/comments/%d", b.MustComment(by("Cy", "A test.")).ID)).Body
	for want, is := range map[string]bool{
		"This comment came before receipts were kept": true, "the word “test”": true, "The receipt:": false, `class="without"`: false,
	} {
		if got := strings.Contains(page, want); got != is {
			t.Errorf("%q: got %v", want, got)
		}
	}
}

func TestWhyIsToldInGerman(t *testing.T) {
	t.Parallel()
	content := harbour()
	content["site.toml"] = &fstest.MapFile{Data: []byte("title = 'Hafenblatt'\nlanguage = 'de'\n")}
	b := apptest.Open(t, apptest.Options{Content: content})
	ada := b.Login("ada", account.Moderator)
	page := ada.Get(fmt.Sprintf("/admin/comments/%d", b.MustComment(pillSeller).ID)).Body
	for _, want := range []string{"2 Links zu cheap-viagra-casino.example", "Was eingegeben wurde", "Der Beleg: alle "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
}
