package web_test

import (
	"net/http"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestScripts reads the HTTP surface aloud: see testdata, and package apptest
// for how to read it.
func TestScripts(t *testing.T) {
	t.Parallel()
	apptest.RunScripts(t, "testdata/*.txt", func(t *testing.T) http.Handler {
		t.Helper()
		b := apptest.Open(t, apptest.Options{Content: notes(), Judge: moody{}})
		b.MustUser("wanda", account.Moderator)
		return b.Handler()
	})
}
