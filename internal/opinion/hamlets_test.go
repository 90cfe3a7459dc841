package opinion_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// TestTwoHamlets lets one hamlet ask another, both as they are: what spammers send is
// called spam there, a kind comment is not, and a decision that differs is counted.
func TestTwoHamlets(t *testing.T) {
	t.Parallel()
	olga := account.Actor{Name: "olga", Role: account.Owner}
	asked := apptest.Open(t, apptest.Options{})
	_, key, err := asked.Sites.AddSite(t.Context(), olga, "the other blog")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(asked.Handler())
	t.Cleanup(server.Close)
	b := apptest.Open(t, apptest.Options{
		Content: boats(), Config: func(c *apptest.Config) { c.AkismetKey, c.AkismetURL = string(key), server.URL },
	})
	heard := func(id comment.ID) string {
		t.Helper()
		b.Clock.Advance(time.Minute)
		asked.Clock.Advance(time.Minute)
		ask(t, b)
		for _, r := range look(t, b, id).Verdict.Receipt {
			if said, ok := strings.CutPrefix(r.Feature, "opinion:"); ok {
				return said
			}
		}
		return "nothing"
	}
	first := b.MustComment(sent(vile)).ID
	if got := heard(first); !strings.HasSuffix(got, "spam") {
		t.Errorf("of spam it is said: %s", got)
	}
	good := b.MustComment(sent(kind)).ID
	if got := heard(good); got != "ham" {
		t.Errorf("of a kind comment it is said: %s", got)
	}
	if _, err := b.Comments.Decide(t.Context(), mo, first, comment.Decision{Action: comment.Approve}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(11 * time.Minute)
	ask(t, b)
	if err := asked.Sites.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	sites, err := asked.Sites.List(t.Context(), olga)
	if err != nil || len(sites) != 1 {
		t.Fatalf("%v, %v", sites, err)
	}
	month, err := asked.Sites.ThisMonth(t.Context(), olga, sites[0].ID)
	if err != nil || month.FalsePositives != 1 || month.Spam+month.Ham != 2 {
		t.Errorf("the other hamlet counts %+v, %v", month, err)
	}
}
