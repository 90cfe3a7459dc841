package web_test

import (
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/desk"
	"hamlet/internal/picture"
	"hamlet/internal/site"
	"hamlet/internal/store"
	"hamlet/internal/web"
)

func TestNewNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		drop func(*web.Options)
	}{
		{"Site", func(o *web.Options) { o.Site = nil }},
		{"Problems", func(o *web.Options) { o.Problems = nil }},
		{"Files", func(o *web.Options) { o.Files = nil }},
		{"Pictures", func(o *web.Options) { o.Pictures = nil }},
		{"BuiltIn", func(o *web.Options) { o.BuiltIn = nil }},
		{"Comments", func(o *web.Options) { o.Comments = nil }},
		{"Accounts", func(o *web.Options) { o.Accounts = nil }},
		{"Audit", func(o *web.Options) { o.Audit = nil }},
		{"Notes", func(o *web.Options) { o.Notes = nil }},
		{"Jobs", func(o *web.Options) { o.Jobs = nil }},
		{"Sessions", func(o *web.Options) { o.Sessions = nil }},
		{"Outcomes", func(o *web.Options) { o.Outcomes = nil }},
		{"PreviewKey", func(o *web.Options) { o.PreviewKey = nil }},
		{"FormKey", func(o *web.Options) { o.FormKey = nil }},
		{"Now", func(o *web.Options) { o.Now = nil }},
		{"Log", func(o *web.Options) { o.Log = nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := web.Options{
				Site: func() *site.Site { return &site.Site{} }, Problems: func() content.Problems { return nil },
				Files: fs.FS(fstest.MapFS{}), Pictures: picture.New(picture.Options{}), BuiltIn: web.MustBuiltIn(t),
				Comments: &comment.Service{}, Accounts: &account.Service{}, Sessions: &store.Sessions{}, Audit: &desk.Audit{}, Notes: &desk.Notes{}, Reports: &desk.Reports{}, Views: &desk.Views{}, Pasts: &desk.Pasts{}, Jobs: &desk.Jobs{}, Away: &away.Service{}, Queue: &desk.Queue{}, Outcomes: &store.Mentions{},
				PreviewKey: make([]byte, 32), FormKey: make([]byte, 32), Now: time.Now, Log: slog.New(slog.DiscardHandler),
			}
			if _, err := web.New(o); err != nil {
				t.Fatalf("with everything: %v", err)
			}
			tt.drop(&o)
			if _, err := web.New(o); err == nil || !strings.Contains(err.Error(), tt.name) {
				t.Errorf("got %v, want an error about %s", err, tt.name)
			}
		})
	}
}
