package app

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"

	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// checkAkismetPath reads the path under which other sites ask.
func (c Config) checkAkismetPath(s *settings) error {
	s.sitesPath = strings.TrimSuffix(c.AkismetPath, "/")
	if s.sitesPath == "" {
		return nil
	}
	u, err := url.Parse(s.sitesPath)
	if err != nil || !strings.HasPrefix(s.sitesPath, "/") || u.Path != s.sitesPath || path.Clean(u.Path) != u.Path {
		return &SettingError{"akismet-path", c.AkismetPath, "it must be a path such as /akismet"}
	}
	return nil
}

// openSites opens what answers other sites. Their filters have the model in common with
// the blog's own, and nothing else.
func (d *Data) openSites(ctx context.Context, s settings, w World, changed hooks) (err error) {
	d.Sites, err = akismet.NewService(ctx, akismet.ServiceOptions{
		Store: d.db.Sites(), Now: w.Now, Log: w.Log, Words: inOneLine, Patience: w.Patience,
		Caller: akismet.NewCaller("hamlet (+"+s.baseURL+")", s.noticeHosts, w.Reach, w.Patience), Changed: changed.rules,
		Learn: func(id akismet.SiteID, f *spam.Filter) akismet.Learner {
			return comment.NewLearner(f, d.db.Sites().Labels(id), nil).Within(&d.beside)
		},
	})
	return err
}

// CallSites tells other sites what is found in comments of theirs by now.
func (a *App) CallSites(ctx context.Context) error { return untilNone(ctx, a.Sites.CallBack) }

// mostWords is how many reasons a line has.
const mostWords = 6

// inOneLine says a verdict and its heaviest reasons, in the language that headers are in.
func inOneLine(m spam.Message, v spam.Verdict) string {
	texts, err := languages()
	if err != nil {
		return ""
	}
	say := texts.Printer("en")
	parts := []string{reason.Percent(say, v.Probability) + " spam (" + v.Model + ")"}
	told := spam.Tell(m, v)
	for _, f := range told.Findings[:min(len(told.Findings), mostWords)] {
		parts = append(parts, reason.Finding(say, f)+" "+reason.Weight(say, f.Weight))
	}
	return strings.Join(parts, "; ")
}

// answering puts the calls of other sites before the blog. They need no page, no cookie and
// no browser, so nothing of what the blog does for those stands in their way.
func answering(sites *akismet.Server, blog http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sites.Wants(r) {
			sites.ServeHTTP(w, r)
			return
		}
		blog.ServeHTTP(w, r)
	})
}
