package akismet

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Answer is what is said about a comment.
type Answer struct {
	Spam bool
	// Discard means that it is so plainly spam that a site may throw it away unseen.
	Discard bool
	// AskAgain is after how long the answer may be another; zero for never. It is said of ham only.
	AskAgain time.Duration
	// Why is the answer in a line of words.
	Why string
}

// Counts are how many comments were what.
type Counts struct {
	Spam, Ham      int
	MissedSpam     int // ham that the site called spam
	FalsePositives int // spam that the site called ham
}

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Spam + d.Spam, c.Ham + d.Ham, c.MissedSpam + d.MissedSpam, c.FalsePositives + d.FalsePositives}
}

// Period is what was counted in a while.
type Period struct {
	From time.Time
	Counts
	Blogs int // that asked then
}

// Span is of which time figures are asked for, and what they are broken down by.
type Span string

// The spans.
const (
	Days   Span = "60-days"
	Months Span = "6-months"
	Year   Span = "year"
	All    Span = "all" // by year
)

// SiteMonth is what one site of a key asked in a month.
type SiteMonth struct {
	Site    string
	Calls   int
	Revoked bool
	Counts
}

// Sites knows the keys and what was learned for each. Known, Name and Check never wait for
// anything but the processor.
type Sites interface {
	// Known reports whether a key is one and in force, and what it is called.
	Known(k Key) (name string, ok bool)
	// Allow reports whether a key may ask now, and if not, when again.
	Allow(k Key) (wait time.Duration, ok bool)
	// Check judges a comment and remembers it under the id for a report to come.
	Check(k Key, id string, c Comment) Answer
	// Report takes a site's word for what a comment is.
	Report(ctx context.Context, k Key, c Comment, spam bool) error
	// Leave takes note that a site does not ask any more.
	Leave(ctx context.Context, k Key, blog string) error
	// Figures are the counts of one site of a key, of all of them if blog is empty.
	Figures(ctx context.Context, k Key, blog string, s Span) ([]Period, error)
	// Usage is how many checks a key asked for this month.
	Usage(ctx context.Context, k Key) (used int, err error)
	// Month lists the sites of a key, and how many there are.
	Month(ctx context.Context, k Key, q MonthQuery) (sites []SiteMonth, total int, err error)
}

// MonthQuery is which sites of a key are asked for.
type MonthQuery struct {
	Month         time.Time // its first day
	Filter        string    // a part of the address
	Order         string    // a name of [Orders]
	Limit, Offset int
}

// Orders are the counts that sites may be ordered by, most first.
var Orders = []string{"total", "spam", "ham", "missed_spam", "false_positives"}

// Options is what a Server is made of.
type Options struct {
	Sites  Sites  // required
	Prefix string // also before /1.1 and /1.2, as in "/akismet"; empty for none
	Now    func() time.Time
	Log    *slog.Logger
}

// Server answers sites. It is an [http.Handler] for the requests that are its own.
type Server struct{ Options }

// NewServer makes a Server.
func NewServer(o Options) *Server { return &Server{o} }

// Wants reports whether a request is for this server: it names a call, by itself or below the
// prefix.
func (s *Server) Wants(r *http.Request) bool {
	_, found := s.path(r)
	return found
}

func (s *Server) path(r *http.Request) (name string, found bool) {
	if name, found = named(r.URL.Path); found || s.Prefix == "" {
		return name, found
	}
	rest, below := strings.CutPrefix(r.URL.Path, s.Prefix)
	if !below {
		return "", false
	}
	return named(rest)
}

// ServeHTTP answers a call. Whatever is wrong, it is said as clients understand it: by the
// word invalid, with status 200, for many look at nothing but the body. Only what could not be
// answered at all has another status.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, found := s.path(r)
	if !found {
		http.NotFound(w, r)
		return
	}
	e := endpoints[name]
	if !e.takes(r.Method) {
		w.Header().Set("Allow", http.MethodPost)
		s.say(w, http.StatusMethodNotAllowed, invalid)
		return
	}
	f, tooLarge := readForm(r)
	if tooLarge {
		help(w, "The request is larger than 1 MiB")
		s.say(w, http.StatusOK, invalid)
		return
	}
	c := call{name: name, key: keyOf(e, f, r.Host), fields: f}
	if !e.open && !s.admitted(w, c) {
		return
	}
	e.answer(s, w, r, c)
}

// admitted reports whether the key of a call is known and may ask, and says so if not.
func (s *Server) admitted(w http.ResponseWriter, c call) bool {
	if _, ok := s.Sites.Known(c.key); !ok {
		// Of a key that is asked about it is an answer and no trouble; clients throw at a help.
		if c.name != "verify-key" {
			help(w, "We do not know this key")
		}
		s.say(w, http.StatusOK, invalid)
		return false
	}
	if c.name == "verify-key" { // which a client that was told to wait may ask to know why
		return true
	}
	if wait, ok := s.Sites.Allow(c.key); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(wait.Round(time.Second)/time.Second))))
		w.Header().Set("X-Akismet-Error", "too many requests")
		help(w, "Too many requests")
		s.say(w, http.StatusTooManyRequests, invalid)
		return false
	}
	return true
}

// invalid is the answer to what cannot be answered.
const invalid = "invalid"

// help says what a client did wrong.
func help(w http.ResponseWriter, text string) { w.Header().Set("X-Akismet-Debug-Help", text) }

// say answers with exactly these bytes.
func (s *Server) say(w http.ResponseWriter, status int, body string) {
	s.send(w, status, "text/plain; charset=utf-8", []byte(body))
}

func (s *Server) send(w http.ResponseWriter, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body) // who is gone is not answered
}

func (s *Server) json(w http.ResponseWriter, r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.send(w, http.StatusOK, "application/json; charset=utf-8", body)
}

// fail answers a call that failed here. The status is one that clients which look at it
// take for an error, and the body is none of the known ones: it is asked again.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.ErrorContext(r.Context(), "a call of a site failed", "error", err)
	w.Header().Set("X-Akismet-Error", "the server could not answer")
	s.say(w, http.StatusInternalServerError, "error")
}

// blogged reports whether a call names its site as it should, and says so if not.
func (s *Server) blogged(w http.ResponseWriter, c call) bool {
	blog := strings.TrimSpace(c.fields.get("blog"))
	u, err := url.Parse(blog)
	switch {
	case blog == "":
		help(w, `Empty "blog" value`)
	case err != nil || u.Host == "" && !strings.Contains(u.Path, "."):
		help(w, "We were unable to parse your blog URI")
	default:
		return true
	}
	s.say(w, http.StatusOK, invalid)
	return false
}

func (s *Server) verifyKey(w http.ResponseWriter, _ *http.Request, _ call) {
	s.say(w, http.StatusOK, "valid")
}

// check answers comment-check.
func (s *Server) check(w http.ResponseWriter, r *http.Request, c call) {
	if !s.blogged(w, c) {
		return
	}
	// Its value may be anything, for clients send anything; who does not send it at all has
	// made a mistake.
	if _, sent := c.fields["user_ip"]; !sent {
		help(w, `Empty "user_ip" value`)
		s.say(w, http.StatusOK, invalid)
		return
	}
	id := strings.ToLower(rand.Text())
	a := s.Sites.Check(c.key, id, newComment(c.fields))
	h := w.Header()
	h.Set("X-Akismet-Guid", id)
	switch {
	case a.Spam && a.Discard:
		h.Set("X-Akismet-Pro-Tip", "discard")
	case !a.Spam && a.AskAgain > 0:
		h.Set("X-Akismet-Recheck-After", strconv.Itoa(int(a.AskAgain/time.Second)))
	}
	if wanted := r.Header.Get("X-Hamlet-Explain"); truth(wanted) {
		h.Set("X-Hamlet-Explain", headerText(a.Why))
	}
	s.say(w, http.StatusOK, strconv.FormatBool(a.Spam))
}

// plainSpelling spells the marks of texts as ASCII does.
var plainSpelling = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "−", "-", "–", "-", "…", "...", "\u00a0", " ", "\u202f", " ")

// headerText is text as a header can carry it: in ASCII, with other letters as the bytes of
// UTF-8, %E2%82%AC.
func headerText(s string) string {
	var b strings.Builder
	for _, c := range []byte(plainSpelling.Replace(s)) {
		switch {
		case c >= utf8.RuneSelf:
			fmt.Fprintf(&b, "%%%02X", c)
		case c < ' ' || c == 0x7f:
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// thanks is the answer to a report.
const thanks = "Thanks for making the web a better place."

func (s *Server) submitSpam(w http.ResponseWriter, r *http.Request, c call) { s.report(w, r, c, true) }

func (s *Server) submitHam(w http.ResponseWriter, r *http.Request, c call) { s.report(w, r, c, false) }

func (s *Server) report(w http.ResponseWriter, r *http.Request, c call, isSpam bool) {
	if !s.blogged(w, c) {
		return
	}
	if err := s.Sites.Report(r.Context(), c.key, newComment(c.fields), isSpam); err != nil {
		s.fail(w, r, err)
		return
	}
	s.say(w, http.StatusOK, thanks)
}

func (s *Server) deactivate(w http.ResponseWriter, r *http.Request, c call) {
	if err := s.Sites.Leave(r.Context(), c.key, strings.TrimSpace(c.fields.get("blog"))); err != nil {
		s.fail(w, r, err)
		return
	}
	s.say(w, http.StatusOK, "deactivated")
}

// token answers with something that is good for nothing here: it is for pages elsewhere.
func (s *Server) token(w http.ResponseWriter, _ *http.Request, _ call) {
	s.say(w, http.StatusOK, strings.ToLower(rand.Text()))
}

func (s *Server) test(w http.ResponseWriter, _ *http.Request, _ call) {
	s.say(w, http.StatusOK, "connected")
}

func (s *Server) compatiblePlugins(w http.ResponseWriter, r *http.Request, _ call) {
	s.json(w, r, []struct{}{})
}

func (s *Server) subscription(w http.ResponseWriter, r *http.Request, c call) {
	name, _ := s.Sites.Known(c.key)
	s.json(w, r, struct {
		ID      int    `json:"account_id"`
		Type    string `json:"account_type"`
		Name    string `json:"account_name"`
		Status  string `json:"status"`
		Next    bool   `json:"next_billing_date"`
		Limited bool   `json:"limit_reached"`
	}{1, "self-hosted", name, "active", false, false})
}

func (s *Server) usageLimit(w http.ResponseWriter, r *http.Request, c call) {
	used, err := s.Sites.Usage(r.Context(), c.key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	out := map[string]any{"limit": "none", "usage": used, "percentage": "0", "throttled": false} // nobody pays here
	if truth(c.fields.get("extended")) {
		out["notice_level"], out["upgrade"] = 0, false // Automattic's own client throws at a notice_level of false
	}
	s.json(w, r, out)
}

// keySites lists the sites of a key in a month, as JSON or CSV.
func (s *Server) keySites(w http.ResponseWriter, r *http.Request, c call) {
	q := monthQuery(c.fields, s.Now())
	sites, total, err := s.Sites.Month(r.Context(), c.key, q)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if strings.EqualFold(c.fields.get("format"), "csv") {
		s.send(w, http.StatusOK, "text/csv; charset=utf-8", sitesCSV(q, sites))
		return
	}
	rows := make([]map[string]any, len(sites))
	for i, m := range sites {
		rows[i] = map[string]any{
			"site": m.Site, "api_calls": m.Calls, "spam": m.Spam, "ham": m.Ham,
			"missed_spam": m.MissedSpam, "false_positives": m.FalsePositives, "is_revoked": m.Revoked,
		}
	}
	s.json(w, r, map[string]any{
		q.Month.Format(monthForm): rows, "limit": q.Limit, "offset": q.Offset, "total": total,
	})
}

// monthForm is how a month is written.
const monthForm = "2006-01"

// mostSites is how many sites are listed at once.
const mostSites = 500

// monthQuery reads what is asked for; what cannot be read is as if it was not there.
func monthQuery(f fields, now time.Time) MonthQuery {
	q := MonthQuery{Filter: f.get("filter"), Order: Orders[0], Limit: mostSites}
	month, err := time.Parse(monthForm, f.get("month"))
	if err != nil {
		y, m, _ := now.UTC().Date()
		month = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	}
	q.Month = month
	for _, o := range Orders {
		if f.get("order") == o {
			q.Order = o
		}
	}
	if n, err := strconv.Atoi(f.get("limit")); err == nil && n > 0 {
		q.Limit = min(n, mostSites)
	}
	if n, err := strconv.Atoi(f.get("offset")); err == nil && n > 0 {
		q.Offset = n
	}
	return q
}

func sitesCSV(q MonthQuery, sites []SiteMonth) []byte {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"Active sites for " + q.Month.Format(monthForm)}) // a builder takes everything
	_ = w.Write([]string{"Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked"})
	for _, m := range sites {
		row := []string{formula(m.Site)}
		for _, n := range []int{m.Calls, m.Spam, m.Ham, m.MissedSpam, m.FalsePositives} {
			row = append(row, strconv.Itoa(n))
		}
		_ = w.Write(append(row, strconv.FormatBool(m.Revoked)))
	}
	w.Flush()
	return []byte(b.String())
}

// formula is text that no spreadsheet takes for a formula.
func formula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
