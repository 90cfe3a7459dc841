package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/locale"
	"hamlet/internal/rule"
)

// rulesPath is the page of what the owner has laid down.
const rulesPath = "/admin/rules"

// rulesLength is how many rules a page shows.
const rulesLength = 100

// rulesPage shows the attack switch, the closed posts and the rules.
type rulesPage struct {
	adminFrame
	Form    ruleForm
	Rules   []ruleView
	Count   int
	Newer   string // URL; empty for none
	Older   string
	Closing closingsPart
}

// closingsPart is which posts somebody closed or opened here, and which could be closed.
type closingsPart struct {
	*locale.Printer
	Closings []closingView
	Posts    []option
	Back     string
}

// rulePage is the page of one rule.
type rulePage struct {
	adminFrame
	Form ruleForm
	Rule ruleView
}

// ruleForm is a rule as it is typed.
type ruleForm struct {
	*locale.Printer
	Draft  rule.Draft
	Action string
	// Errors are what is wrong, by field.
	Errors map[string]string
	Try    bool // it can be tried on what was decided
}

// ruleView is a rule as moderators see it.
type ruleView struct {
	*locale.Printer
	ID                        rule.ID
	Kind, Value, Effect, Note string
	By                        string
	At, Expires, LastHit      time.Time // zero: never
	Expired                   bool
	Hits                      int64
}

// closingView is a post that somebody closed or opened here.
type closingView struct {
	Slug, Title, URL string
	Closed           bool
	By               string
	At               time.Time
}

// ruleFaults are the texts that say what is wrong with a rule.
var ruleFaults = map[rule.Fault]string{
	rule.KindOdd: "rules.kind_odd", rule.EffectOdd: "rules.effect_odd", rule.ValueMissing: "rules.value_missing",
	rule.ValueLong: "rules.value_long", rule.ProofOdd: "rules.proof_odd", rule.DomainOdd: "rules.domain_odd",
	rule.NetworkOdd: "rules.network_odd", rule.NetworkWide: "rules.network_wide", rule.WordOdd: "rules.word_odd",
	rule.LinksOdd: "rules.links_odd", rule.NoteLong: "rules.note_long", rule.LastingOdd: "rules.lasting_odd",
}

// ruleDraft reads the fields of a form into a rule. From a card, pick is kind and value in
// one.
func ruleDraft(form url.Values) rule.Draft {
	d := rule.Draft{
		Kind: form.Get("kind"), Value: form.Get("value"), Effect: form.Get("effect"), Note: form.Get("note"), Lasting: form.Get("lasting"),
	}
	if kind, value, ok := strings.Cut(form.Get("pick"), ":"); ok {
		d.Kind, d.Value = kind, value
	}
	return d
}

func (s *Server) ruleView(say *locale.Printer, zone *time.Location, r rule.Rule) ruleView {
	v := ruleView{
		Printer: say, ID: r.ID, Kind: say.T("rules.is_" + string(r.Kind)), Value: r.Value, Effect: say.T("rules.does_" + string(r.Effect)),
		Note: r.Note, By: r.By, At: r.At.In(zone), Expired: r.Expired(s.Now()), Hits: r.Hits,
	}
	if r.Kind == rule.Proof {
		v.Value = ""
	}
	if !r.Expires.IsZero() {
		v.Expires = r.Expires.In(zone)
	}
	if !r.LastHit.IsZero() {
		v.LastHit = r.LastHit // a day has no zone
	}
	return v
}

// rules answers GET /admin/rules. The query may fill the form.
func (s *Server) rules(c echo.Context) error {
	return s.showRules(c, http.StatusOK, ruleForm{Draft: ruleDraft(c.QueryParams())})
}

func (s *Server) showRules(c echo.Context, status int, f ruleForm) error {
	all, err := s.Rules.List(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	var p rulesPage
	if p.adminFrame, err = s.deskFrame(c, "rules.title"); err != nil {
		return err
	}
	f.Printer, f.Action = p.Printer, rulesPath
	d := &f.Draft
	d.Kind, d.Effect, d.Lasting = cmp.Or(d.Kind, string(rule.Word)), cmp.Or(d.Effect, string(rule.Hold)), cmp.Or(d.Lasting, "month")
	f.Try = s.Insight != nil
	p.Form, p.Count = f, len(all)
	from, _ := strconv.Atoi(c.QueryParam("from")) // what is no number is the beginning
	from = max(0, min(from, len(all)))
	at := func(n int) string { return rulesPath + "?from=" + strconv.Itoa(n) }
	if from > 0 {
		p.Newer = at(max(0, from-rulesLength))
	}
	if from+rulesLength < len(all) {
		p.Older = at(from + rulesLength)
	}
	for _, r := range all[from:min(len(all), from+rulesLength)] {
		p.Rules = append(p.Rules, s.ruleView(p.Printer, p.zone, r))
	}
	p.Closing = s.closings(actor(c), p.adminFrame, rulesPath)
	return s.render(c, status, "admin_rules", p)
}

// closings are those posts of which somebody may say whether they take comments.
func (s *Server) closings(who account.Actor, f adminFrame, back string) closingsPart {
	p, now := closingsPart{Printer: f.Printer, Back: back}, s.Site()
	may := func(slug string) bool { return who.MayOn(account.ModerateComments, slug) == nil }
	for _, cl := range s.Rules.Closings() {
		if !may(cl.Post) {
			continue
		}
		v := closingView{Slug: cl.Post, Title: cl.Post, Closed: cl.Closed, By: cl.By, At: cl.At.In(f.zone)}
		if post, ok := now.Post(cl.Post); ok {
			v.Title, v.URL = post.Title, post.URL
		}
		p.Closings = append(p.Closings, v)
	}
	for _, post := range now.Posts() {
		if s.takesComments(post) && may(post.Slug) {
			p.Posts = append(p.Posts, option{post.Slug, post.Title})
		}
	}
	return p
}

// addRule answers POST /admin/rules: a rule from the page of rules, or from a card.
func (s *Server) addRule(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	d := ruleDraft(form)
	r, act, err := s.Rules.Add(c.Request().Context(), actor(c), d)
	if invalid, ok := errors.AsType[*rule.InvalidError](err); ok {
		return s.showRules(c, http.StatusUnprocessableEntity, ruleForm{Draft: d, Errors: s.ruleErrors(invalid)})
	}
	if err != nil {
		return err
	}
	to := rulesPath
	if back := form.Get("return"); back != "" {
		to = adminPath(back)
	}
	return s.saidRule(c, "rules.added", r, act, to)
}

func (s *Server) ruleErrors(e *rule.InvalidError) map[string]string {
	out := map[string]string{}
	for field, fault := range e.Fields {
		out[field] = s.printer().T(ruleFaults[fault])
	}
	return out
}

// saidRule leads to a page that says what was done to a rule.
func (s *Server) saidRule(c echo.Context, text string, r rule.Rule, act account.ActID, to string) error {
	say := s.printer()
	n := notice{Text: say.T(text, "Kind", say.T("rules.is_"+string(r.Kind)), "Value", r.Value), URL: rulesPath, Link: say.T("rules.see"), Undo: act}
	if r.Kind == rule.Proof {
		n.Text = say.T(text, "Kind", say.T("rules.is_proof"), "Value", "")
	}
	if to == rulesPath {
		n.URL, n.Link = "", ""
	}
	return s.saidAndGo(c, n, to)
}

// saidAndGo leads to a page that has a word about what was done, and, if it can be undone, the button
// for that.
func (s *Server) saidAndGo(c echo.Context, n notice, to string) error {
	if n.Undo == 0 {
		n.Undo = acted(c)
	}
	s.putNotice(c, n)
	if err := s.saveSession(c); err != nil {
		return err
	}
	return seeOther(c, to)
}

// ruleID reads the number of a rule from the path.
func ruleID(c echo.Context) (rule.ID, error) {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, errNotFound
	}
	return rule.ID(n), nil
}

// rule answers GET /admin/rules/:id with the form to change it, and to remove it.
func (s *Server) rule(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	r, err := s.Rules.Get(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	d := rule.Draft{Kind: string(r.Kind), Value: r.Value, Effect: string(r.Effect), Note: r.Note, Lasting: "never"}
	if !r.Expires.IsZero() {
		d.Lasting = "month"
	}
	return s.showRule(c, http.StatusOK, r, ruleForm{Draft: d})
}

func (s *Server) showRule(c echo.Context, status int, r rule.Rule, f ruleForm) error {
	var p rulePage
	var err error
	if p.adminFrame, err = s.deskFrame(c, "rules.single"); err != nil {
		return err
	}
	f.Printer, f.Action = p.Printer, rulesPath+"/"+strconv.FormatInt(int64(r.ID), 10)
	f.Try = s.Insight != nil
	p.Form, p.Rule = f, s.ruleView(p.Printer, p.zone, r)
	return s.render(c, status, "admin_rule", p)
}

// changeRule answers POST /admin/rules/:id.
func (s *Server) changeRule(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	d := ruleDraft(c.Request().PostForm)
	r, act, err := s.Rules.Change(c.Request().Context(), actor(c), id, d)
	if invalid, ok := errors.AsType[*rule.InvalidError](err); ok {
		was, err := s.Rules.Get(c.Request().Context(), actor(c), id)
		if err != nil {
			return err
		}
		return s.showRule(c, http.StatusUnprocessableEntity, was, ruleForm{Draft: d, Errors: s.ruleErrors(invalid)})
	}
	if err != nil {
		return err
	}
	return s.saidRule(c, "rules.changed", r, act, rulesPath)
}

// removeRule answers POST /admin/rules/:id/remove.
func (s *Server) removeRule(c echo.Context) error {
	id, err := ruleID(c)
	if err != nil {
		return err
	}
	r, act, err := s.Rules.Remove(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	return s.saidRule(c, "rules.removed", r, act, rulesPath)
}

// option is something that may be chosen, as it is sent and as it is shown.
type option struct{ Value, Name string }

// Kinds, Effects and Lastings are what may be chosen, with its name.
func (f ruleForm) Kinds() []option    { return choices(f.Printer, "rules.is_", rule.Kinds) }
func (f ruleForm) Effects() []option  { return choices(f.Printer, "rules.does_", rule.Effects) }
func (f ruleForm) Lastings() []option { return choices(f.Printer, "rules.for_", rule.Lastings) }

func choices[T ~string](say *locale.Printer, prefix string, values []T) []option {
	out := make([]option, len(values))
	for i, v := range values {
		out[i] = option{string(v), say.T(prefix + string(v))}
	}
	return out
}
