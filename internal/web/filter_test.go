package web_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// filtered is a blog with its own filter, on which something was decided: two that somebody called
// spam, one that the filter held and somebody let pass, one that nobody objected to.
func filtered(t *testing.T, o apptest.Options) (b *apptest.Blog, owner *apptest.Client) {
	t.Helper()
	if o.Content == nil {
		o.Content = harbour()
	}
	b = apptest.Open(t, o)
	owner = b.Login("ada", account.Owner)
	for _, one := range []struct {
		author, url, body string
		do                comment.Action
	}{
		{"Cheap Pills", "https://pills.example.com", "Buy cheap viagra and cialis online now! https://pills.example.com/buy https://pills.example.com/now", comment.MarkSpam},
		{"Bo", "", "Casino is what my grandmother called her kitchen; thank you for the story about the harbour.", comment.MarkSpam},
		{"Cleo", "", "The ferry was late again, and we waited on the pier with soup.", ""},
		{"Best Loans", "https://loans.example.com", "Get a loan today, low interest, apply now https://loans.example.com/apply?ref=1 https://loans.example.com/", comment.Approve},
	} {
		r := b.MustComment(comment.Submission{Post: "harbour", Author: one.author, URL: one.url, Body: one.body})
		b.Clock.Advance(2 * time.Hour)
		if one.do == "" {
			continue
		}
		if one.do == comment.MarkSpam && r.Status == comment.Spam {
			owner.Post(fmt.Sprintf("/admin/comments/%d/approve", r.ID), url.Values{})
		}
		if got := owner.Post(fmt.Sprintf("/admin/comments/%d/%s", r.ID, one.do), url.Values{}).Code; got != http.StatusSeeOther {
			t.Fatalf("%s comment %d (%s): got %d", one.do, r.ID, r.Status, got)
		}
	}
	return b, owner
}

// sendFile sends a form with a file.
func sendFile(c *apptest.Client, path, name string, data []byte) *apptest.Response {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w, _ := form.CreateFormFile("file", name)
	_, _ = w.Write(data)
	_ = form.Close()
	r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.Do(r)
}

// says fails unless a page says everything.
func pageSays(t *testing.T, r *apptest.Response, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(r.Body, want) {
			t.Errorf("the page does not say %q\n%s", want, r.Body)
		}
	}
}

// Every page of the filter's desk is there for moderators, and for nobody else.
func TestFilterPages(t *testing.T) {
	t.Parallel()
	b, owner := filtered(t, apptest.Options{})
	moderator := b.Login("mo", account.Moderator)
	for path, want := range map[string]string{
		"":                                    "4 comments: 2 called spam, 0 put with the spam by the filter and left there, 1 called honest, 1 published",
		"?days=365":                           "By week, the last 365 days",
		"/replay":                             "4 comments, the newest",
		"/setting":                            "At this setting expect",
		"/setting?by=cost&cost=10&days=30":    "And now, as it is",
		"/try":                                "Nothing is changed and nothing is kept",
		"/try?kind=word&value=casino&days=30": "it would have caught 1 of 2 spam, and 0 of 2 honest comments",
		"/try?kind=links&value=1":             "it would have caught 1 of 2 spam, and 1 of 2 honest comments",
		"/try?kind=threshold&value=1":         "honest comments",
		"/sweep":                              "what of it is published",
		"/sweep?kind=domain&value=loans.example.com": "1 published comment has it",
		"/models":  "judges",
		"/labels":  "The newest 4 decided comments",
		"/learned": "The filter learns from 4 labels",
	} {
		for _, c := range []*apptest.Client{owner, moderator} {
			r := c.Get("/admin/filter" + path)
			if r.Code != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: got %d, %s", path, r.Code, r.Header.Get("Cache-Control"))
			}
			pageSays(t, r, want)
		}
		if r := b.Client().Get("/admin/filter" + path); r.Code != http.StatusSeeOther {
			t.Errorf("%s as nobody: got %d", path, r.Code)
		}
	}
}

// Looking changes nothing: the same figures, the same audit log, no other choice.
// TestListsAskInShort: what would be otherwise is told of one comment, and not of each of a list.
func TestListsAskInShort(t *testing.T) {
	t.Parallel()
	_, owner := filtered(t, apptest.Options{})
	const without = `<ul class="without">`
	if page := owner.Get("/admin/comments/1").Body; !strings.Contains(page, without) {
		t.Errorf("the page of the one does not tell it:\n%s", page)
	}
	list := owner.Get("/admin/queue?status=any").Body
	if strings.Contains(list, without) {
		t.Error("each of the list is judged many times")
	}
	if !strings.Contains(list, "learned since, it would say") {
		t.Errorf("the list does not tell what the filter would say today:\n%s", list)
	}
}

func TestFilterTryOdd(t *testing.T) {
	t.Parallel()
	_, owner := filtered(t, apptest.Options{})
	for _, query := range []string{
		"kind=word&value=", "kind=word&value=%21%21", "kind=links&value=many", "kind=threshold&value=200", "kind=threshold&value=NaN",
		"kind=network&value=", "kind=nothing&value=x", "value=x",
	} {
		if r := owner.Get("/admin/filter/try?" + query); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", query, r.Code)
		}
	}
	r := owner.Get("/admin/filter/sweep?kind=domain&value=not+a+host")
	if r.Code != http.StatusUnprocessableEntity {
		t.Errorf("second thoughts on no domain: got %d, want 422", r.Code)
	}
	pageSays(t, r, `id="wrong-value"`, `value="not a host"`)
	pageSays(t, owner.Get("/admin/filter/try?kind=network&value=10.0.0.0%2F8"), `id="wrong-value"`, "cannot be looked for")
	pageSays(t, owner.Get("/admin/filter/try?kind=links&value=many&days=30"), `id="wrong-value"`, `value="many"`, `<option value="links" selected>`, `<option value="30" selected>`)
}

// TestFilterTryRule: the form of a rule leads to a dry run, and that back to the form, with everything
// that was typed; nothing is saved by it.
func TestFilterTryRule(t *testing.T) {
	t.Parallel()
	b, owner := filtered(t, apptest.Options{Config: func(c *apptest.Config) { c.KeepNetwork = "7" }})
	const dry = `formmethod="get" formaction="/admin/filter/try"`
	pageSays(t, owner.Get("/admin/rules"), dry)
	pageSays(t, owner.Get("/admin/comments/1"), dry)
	r := owner.Get("/admin/filter/try?kind=word&value=casino&effect=spam&lasting=week&note=Since+May")
	pageSays(t, r, "it would have caught 1 of 2 spam", `href="/admin/rules?effect=spam&amp;kind=word&amp;lasting=week&amp;note=Since&#43;May&amp;value=casino"`)
	pageSays(t, owner.Get("/admin/rules?effect=spam&kind=word&lasting=week&note=Since+May&value=casino"),
		`<option value="spam" selected>`, `<option value="week" selected>`, `value="Since May"`, `value="casino"`)
	pageSays(t, owner.Get("/admin/filter/try?pick=network%3A192.0.2.0%2F24&effect=hold&lasting=week"),
		"it would have caught 0 of 2 spam", "these are all those from 192.0.2.0/24")
	if rules, err := b.Rules.List(t.Context(), account.Shell); err != nil || len(rules) != 0 {
		t.Errorf("a dry run left %v, %v", rules, err)
	}
}

// TestFilterStayed: what the filter puts with the spam by itself counts as caught while nobody takes
// it out, and is told apart from what somebody called spam.
func TestFilterStayed(t *testing.T) {
	t.Parallel()
	b, owner := filtered(t, apptest.Options{})
	r := b.MustComment(comment.Submission{Post: "harbour", Author: "Cheap Pills", URL: "https://pills2.example.com", Body: "Buy cheap viagra and cialis online now! https://pills2.example.com/buy https://pills2.example.com/now"})
	if r.Status != comment.Spam {
		t.Fatalf("it is %s", r.Status)
	}
	pageSays(t, owner.Get("/admin/filter"), "5 comments: 2 called spam, 1 put with the spam by the filter and left there, 1 called honest", "2 of 3: too few to tell")
	pageSays(t, owner.Get("/admin/filter/try?kind=word&value=viagra"), "it would have caught 2 of 3 spam", "put with the spam and left there; the filter said")
	pageSays(t, owner.Get("/admin/filter/labels"), "The newest 4 decided comments")
	when := b.Clock.Now()
	pageSays(t, owner.Get("/admin/filter/try?kind=word&value=viagra"), `">`+when.Format("2 January 2006")+`</time>`)
	pageSays(t, owner.Get("/admin/filter"), `<th scope="row">`+when.Format("2 January 2006")+`</th>`, `<th scope="row">`+when.Format("January 2006")+`</th>`)
	owner.Post(fmt.Sprintf("/admin/comments/%d/approve", r.ID), url.Values{})
	pageSays(t, owner.Get("/admin/filter"), "5 comments: 2 called spam, 0 put with the spam by the filter and left there, 2 called honest")
}

// TestNoticeOfSpam: who calls something spam is led to what else is published that links there, once.
func TestNoticeOfSpam(t *testing.T) {
	t.Parallel()
	_, owner := filtered(t, apptest.Options{})
	const sweep = `<a href="/admin/filter/sweep?kind=domain&amp;value=loans.example.com">`
	owner.Post("/admin/comments/4/spam", url.Values{})
	pageSays(t, owner.Get("/admin/queue"), `id="notice"`, sweep)
	if page := owner.Get("/admin/queue").Body; strings.Contains(page, sweep) {
		t.Error("it is told again")
	}
	owner.Post("/admin/comments/4/approve", url.Values{})
	if page := owner.Get("/admin/queue").Body; strings.Contains(page, sweep) || !strings.Contains(page, `id="notice"`) {
		t.Error("it is told of what is no spam")
	}
}

// TestFilterCount: what the desk shows can be counted anew, and the page comes back.
func TestFilterCount(t *testing.T) {
	t.Parallel()
	_, owner := filtered(t, apptest.Options{})
	r := owner.Post("/admin/filter/count", url.Values{"return": {"/admin/filter/try?kind=word&value=casino"}})
	if r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/admin/filter/try?kind=word&value=casino" {
		t.Errorf("got %d to %s", r.Code, r.Header.Get("Location"))
	}
}

// TestFilterSettingOdd: what cannot be is refused at its field, and everything typed comes back.
func TestFilterSettingOdd(t *testing.T) {
	t.Parallel()
	_, owner := filtered(t, apptest.Options{})
	for query, field := range map[string]string{
		"by=cost&cost=0": "cost", "by=cost&cost=11&hold=42": "cost", "by=cost&cost=x": "cost", "by=cost&cost=NaN": "cost", "by=cost&cost=-1": "cost",
		"by=thresholds&hold=90&spam=80&cost=3": "spam", "by=thresholds&hold=0&spam=0": "hold", "by=thresholds&hold=x&spam=80&days=30": "hold",
		"by=thresholds&hold=80&spam=": "spam", "by=thresholds&hold=80&spam=100": "spam", "by=thresholds&hold=Inf&spam=99": "hold",
	} {
		form, _ := url.ParseQuery(query)
		for what, r := range map[string]*apptest.Response{"look at": owner.Get("/admin/filter/setting?" + query), "set": owner.Post("/admin/filter/setting", form)} {
			if r.Code != http.StatusUnprocessableEntity || strings.Count(r.Body, `class="wrong"`) != 1 {
				t.Errorf("%s %s: got %d with %d faults, want 422 with one", what, query, r.Code, strings.Count(r.Body, `class="wrong"`))
			}
			pageSays(t, r, `id="wrong-`+field+`"`, `id="by-`+form.Get("by")+`" name="by" value="`+form.Get("by")+`" checked`)
			for name := range form {
				switch name {
				case "by":
				case "days":
					pageSays(t, r, `<option value="`+form.Get(name)+`" selected>`)
				default:
					pageSays(t, r, `name="`+name+`" value="`+form.Get(name)+`"`)
				}
			}
		}
	}
}

// What is set on the page is in force for the next comment, in this program and in another
// on the same database, and can be taken back.
func TestFilterSetting(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	b, owner := filtered(t, apptest.Options{Data: data})
	held := "Get a loan today, low interest, apply now https://other.example.com/apply?ref=2 https://other.example.com/"
	send := func(b *apptest.Blog) comment.Comment {
		t.Helper()
		r := b.MustComment(comment.Submission{Post: "harbour", Author: "Best Loans", URL: "https://other.example.com", Body: held})
		cm, err := b.Comments.Get(context.Background(), account.Shell, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		return cm
	}
	usual := send(b).Verdict.Thresholds
	r := owner.Post("/admin/filter/setting", url.Values{"by": {"thresholds"}, "hold": {"97"}, "spam": {"99"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("set: got %d\n%s", r.Code, r.Body)
	}
	pageSays(t, owner.Get("/admin/filter/setting"), "The new thresholds are in force", "97.0", "saved here", "Go by the setting")
	want := spam.Thresholds{Unsure: 0.97, Spam: 0.99}
	if got := send(b).Verdict.Thresholds; got != want {
		t.Errorf("thresholds of the next comment: got %v, want %v", got, want)
	}
	if got := send(apptest.Open(t, apptest.Options{Data: data, Content: harbour()})).Verdict.Thresholds; got != want {
		t.Errorf("thresholds in another program: got %v, want %v", got, want)
	}
	owner.Post("/admin/filter/setting", url.Values{"reset": {"1"}})
	if got := send(b).Verdict.Thresholds; got != usual {
		t.Errorf("thresholds when it was taken back: got %v, want %v", got, usual)
	}
}

// A model that is brought judges beside the one in force, says what it thinks on the page
// alone, is promoted, and rolled back; verdicts are computed again under the model that gave
// them.
func TestFilterModels(t *testing.T) {
	t.Parallel()
	b, owner := filtered(t, apptest.Options{Config: func(c *apptest.Config) { c.Hold = "all" }})
	if r := sendFile(owner, "/admin/filter/models", "notes.txt", []byte("no model")); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no model: got %d", r.Code)
	}
	m, data := otherModel(t)
	if r := sendFile(owner, "/admin/filter/models", "other.bin", data); r.Code != http.StatusSeeOther {
		t.Fatalf("bring a model: got %d\n%s", r.Code, r.Body)
	}
	pageSays(t, owner.Get("/admin/filter/models"), "judges beside it", m, "So far they agree")
	offer := comment.Submission{Post: "harbour", Author: "Bo", Body: "The ferry was late again seven times, and we waited with soup."}
	first := b.MustComment(offer).ID
	pageSays(t, owner.Get("/admin/filter/models"), "both judged 1 comment, 1 of them otherwise", fmt.Sprintf("/admin/comments/%d", first))
	pageSays(t, owner.Get("/admin/filter/replay"), "Beside it: "+m)

	if r := proved(t, owner, owner.Post("/admin/filter/models/promote", url.Values{"model": {m}}), apptest.Password); r.Code != http.StatusSeeOther {
		t.Fatalf("promote: got %d\n%s", r.Code, r.Body)
	}
	for model, want := range map[string]int{"": http.StatusUnprocessableEntity, m: http.StatusConflict} {
		if r := owner.Post("/admin/filter/models/promote", url.Values{"model": {model}}); r.Code != want {
			t.Errorf("promote %q, which is none or in force already: got %d, want %d", model, r.Code, want)
		}
	}
	if r := owner.Post("/admin/filter/models/beside", url.Values{"model": {""}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("let none judge beside: got %d", r.Code)
	}
	offer.Body += " Today!"
	second := b.MustComment(offer).ID
	pageSays(t, owner.Get("/admin/filter/models"), "Roll back to "+spam.Default().Version())
	owner.Post("/admin/filter/models/back", url.Values{})
	offer.Body += " Tomorrow!"
	third := b.MustComment(offer).ID
	for id, want := range map[comment.ID]string{first: spam.Default().Version(), second: m, third: spam.Default().Version()} {
		cm, err := b.Comments.Get(context.Background(), account.Shell, id)
		if err != nil || cm.Verdict.Model != want {
			t.Errorf("comment %d was judged by %s, want %s (%v)", id, cm.Verdict.Model, want, err)
		}
		pageSays(t, owner.Get(fmt.Sprintf("/admin/comments/%d", id)), "With the model "+want, "the same to the last digit")
	}
	if r := owner.Post("/admin/filter/models/promote", url.Values{"model": {"2-nothing"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("promote what is not there: got %d", r.Code)
	}
	for n := range 5 { // one in five decisions is held back to prove models on
		offer := comment.Submission{Post: "harbour", Author: "Bo", Body: fmt.Sprintf("The ferry was late again %d times, and we waited with soup", 100+n)}
		b.Clock.Advance(time.Hour)
		owner.Post(fmt.Sprintf("/admin/comments/%d/approve", b.MustComment(offer).ID), url.Values{})
	}
	if r := proved(t, owner, owner.Post("/admin/filter/models/promote", url.Values{"model": {m}}), apptest.Password); r.Code != http.StatusConflict || !strings.Contains(r.Body, "gets 1 wrong, the one in force 0") {
		t.Errorf("promote a model that is worse: got %d\n%s", r.Code, r.Body)
	}
}

// otherModel makes a small model that thinks otherwise of ferries and shoes.
func otherModel(t *testing.T) (version string, data []byte) {
	t.Helper()
	var examples []spam.Example
	for i := range 60 {
		examples = append(examples,
			spam.Example{Source: fmt.Sprintf("blog %d", i%6), Message: spam.Message{Author: "Shop", Body: fmt.Sprintf("Cheap shoes and bags, buy now at https://shop%d.example.com today", i)}},
			spam.Example{Source: fmt.Sprintf("blog %d", i%6), Spam: true, Message: spam.Message{Author: "Bo", Body: fmt.Sprintf("The ferry was late again %d times, and we waited with soup", i)}})
	}
	m, _, err := spam.Train(spam.TrainOptions{}, examples)
	if err != nil {
		t.Fatal(err)
	}
	if data, err = m.Encode(); err != nil {
		t.Fatal(err)
	}
	return m.Version(), data
}

// The filter forgets and remembers; labels go out and come in; only owners do that.
func TestFilterLearned(t *testing.T) {
	t.Parallel()
	b, owner := filtered(t, apptest.Options{})
	var judged []comment.ID
	judge := func() string {
		t.Helper()
		b.Clock.Advance(time.Minute)
		defer b.Clock.Advance(time.Minute)
		r := b.MustComment(by("Dee", "Casino is what my grandmother called her kitchen, once upon a time in the harbour."))
		cm, err := b.Comments.Look(context.Background(), account.Shell, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		judged = append(judged, r.ID)
		return fmt.Sprint(cm.Verdict.Receipt.Taught() != 0)
	}
	if judge() != "true" {
		t.Fatal("nothing was taught to begin with")
	}
	owner.Post("/admin/prove", url.Values{"proof_password": {apptest.Password}}) // logged in long ago
	file := owner.Get("/admin/filter/learned.jsonl")
	if got := strings.Count(file.Body, "\n"); file.Code != http.StatusOK || got < 3 {
		t.Errorf("export: got %d with %d lines", file.Code, got)
	}
	owner.Post("/admin/filter/learned/forget", url.Values{})
	pageSays(t, owner.Get("/admin/filter/learned"), "It was told to forget", "The filter learns from 0 labels")
	if judge() != "false" {
		t.Error("it goes by what it was to forget")
	}
	owner.Post("/admin/filter/learned/remember", url.Values{})
	if judge() != "true" {
		t.Error("it does not remember")
	}
	for range 2 {
		owner.Post("/admin/prove", url.Values{"proof_password": {apptest.Password}})
		owner.Post("/admin/filter/learned/forget", url.Values{})
		judge()
		owner.Post(fmt.Sprintf("/admin/comments/%d/approve", judged[len(judged)-1]), url.Values{})
		judge()
	}
	owner.Post("/admin/filter/learned/remember", url.Values{})
	judge()
	for _, id := range judged { // whatever it was to forget then
		pageSays(t, owner.Get(fmt.Sprintf("/admin/comments/%d", id)), "the same to the last digit")
		if page := owner.Get(fmt.Sprintf("/admin/comments/%d", id)).Body; strings.Contains(page, "these contributions differ") {
			t.Errorf("the verdict on comment %d is another now", id)
		}
	}
	other := apptest.Open(t, apptest.Options{Content: harbour()})
	there := other.Login("ada", account.Owner)
	if r := sendFile(there, "/admin/filter/learned", "labels.jsonl", []byte(file.Body)); r.Code != http.StatusSeeOther {
		t.Errorf("import: got %d\n%s", r.Code, r.Body)
	}
	if r := sendFile(there, "/admin/filter/learned", "labels.jsonl", []byte("{}\n")); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("import of what is none: got %d", r.Code)
	}
	moderator := b.Login("mo", account.Moderator)
	for _, path := range []string{"/admin/filter/learned/forget", "/admin/filter/learned/remember"} {
		if r := moderator.Post(path, url.Values{}); r.Code != http.StatusForbidden {
			t.Errorf("%s as a moderator: got %d, want 403", path, r.Code)
		}
	}
	if r := moderator.Get("/admin/filter/learned.jsonl"); r.Code != http.StatusForbidden {
		t.Errorf("export as a moderator: got %d, want 403", r.Code)
	}
	if r := sendFile(moderator, "/admin/filter/learned", "l", []byte(file.Body)); r.Code != http.StatusForbidden {
		t.Errorf("import as a moderator: got %d, want 403", r.Code)
	}
}
