package web_test

import (
	"fmt"
	"testing"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/spam"
)

// TestPrivacyNamesWhatIsRemembered: the page says for how long the traces of comments
// are kept, in days, as the filter has it.
func TestPrivacyNamesWhatIsRemembered(t *testing.T) {
	t.Parallel()
	days := func(k spam.TraceKind) string {
		return fmt.Sprint(int(k.Lasting(spam.TracePublished) / (24 * time.Hour)))
	}
	page := apptest.Open(t, apptest.Options{Content: harbour()}).Get("/privacy").Body
	has(t, page, "for "+days(spam.TraceLink)+" days at most", "those of a text for "+days(spam.TraceText),
		"hashes of the name with the website, of the text, and of who decided")
}
