package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/rule"
)

// actsPath is where is listed what moderators did.
const actsPath = "/admin/acts"

// actsLength is how many acts a page shows.
const actsLength = 50

// actsPage is what moderators did in the last day, newest first.
type actsPage struct {
	adminFrame
	Acts   []actView
	Newest string // the first page; empty there
	Older  string // the next page; empty on the last
	Here   string
}

// actView is an act as it is listed.
type actView struct {
	ID      comment.ActID
	Who     string
	What    string
	When    time.Time
	Comment comment.ID // 0: there are several, or it is gone
	// Undoable: it can still be undone.
	Undoable bool
	Undone   string // by whom; empty: it is not
}

// undoButton is the button that undoes what was done just now, and leads back.
type undoButton struct {
	*locale.Printer
	Act  comment.ActID
	Here string
}

// Undoing is such a button.
func (f adminFrame) Undoing(act comment.ActID, here string) undoButton {
	return undoButton{f.Printer, act, here}
}

// actTexts say what an act did to so many comments.
var actTexts = map[comment.Action]string{
	comment.Approve: "acts.approve", comment.MarkSpam: "acts.spam", comment.ToTrash: "acts.trash", comment.Restore: "acts.restore",
	comment.Delete: "acts.delete", comment.Correct: "acts.edit", comment.ReplyTo: "acts.reply",
	comment.ApproveEdit: "acts.approve_edit", comment.DeclineEdit: "acts.decline_edit", comment.SpamEdit: "acts.spam_edit",
}

// what is what an act did to so many comments, in words.
func what(say *locale.Printer, a comment.Action, n int) string {
	if text, ok := actTexts[a]; ok {
		return say.T(text, n)
	}
	return string(a)
}

// besideTexts say what an act beside decisions did.
var besideTexts = map[comment.Action]string{
	comment.Action(comment.Pin): "acts.pin", comment.Action(comment.Unpin): "acts.unpin",
	comment.Action(comment.Lock): "acts.lock", comment.Action(comment.Unlock): "acts.unlock",
	"note": "acts.note", "remove note": "acts.remove_note", "assign": "acts.assign",
	"dismiss reports": "acts.dismiss_reports", "reopen reports": "acts.reopen_reports",
	"close comments": "acts.close_comments", "open comments": "acts.open_comments",
	"rule add": "acts.rule_add", "rule change": "acts.rule_change", "rule remove": "acts.rule_remove",
	"attack on": "acts.attack_on", "attack off": "acts.attack_off", "filter set": "acts.filter_set",
	"model beside": "acts.models", "model promote": "acts.models", "model roll back": "acts.models",
	"filter forget": "acts.filter_forget", "filter remember": "acts.filter_remember",
	"import": "acts.import", "import undone": "acts.import_undone",
	"save view": "acts.save_view", "rename view": "acts.rename_view", "remove view": "acts.remove_view",
	"notices": "acts.notices", "queue feed": "acts.queue_feed", "webhook": "acts.webhook", "remove webhook": "acts.remove_webhook",
	"retry mail": "acts.retry_mail", "discard mail": "acts.discard_mail",
	"retry notice": "acts.retry_notice", "discard notice": "acts.discard_notice",
	"role": "acts.role", "user disable": "acts.user_disable", "user enable": "acts.user_enable", "user remove": "acts.user_remove",
	"invite": "acts.invite", "invitation revoke": "acts.invitation_revoke",
	"site key add": "acts.site_add", "site change": "acts.site_change", "site key revoke": "acts.site_revoke", "site correct": "acts.site_correct",
}

// byDetail are the acts that the detail of an entry tells of, and not the target.
var byDetail = []string{"save view", "rename view", "remove view", "import", "import undone", "invite", "invitation revoke"}

// whatBeside is what an act beside decisions did, in words, with what of the entry says the same
// in every language.
func (s *Server) whatBeside(e account.Entry) string {
	say := s.printer()
	text, ok := besideTexts[comment.Action(e.Action)]
	if !ok {
		return strings.TrimSpace(e.Action + " " + e.Target + ": " + e.Detail)
	}
	of := ""
	switch kind, rest, _ := strings.Cut(e.Target, " "); {
	case e.Action == "assign":
		if of = strings.TrimPrefix(e.Detail, "to "); of == "nobody" {
			of = say.T("notes.nobody")
		}
	case slices.Contains(byDetail, e.Action) || strings.HasPrefix(e.Action, "model "):
		of = e.Detail
	case kind == "mail" && e.Detail != "":
		of = s.mailOf(e.Detail)
	case kind == "user" || kind == "webhook" || kind == "mail" || kind == "notice" || kind == "site":
		of = rest
	case strings.HasPrefix(e.Action, "rule "):
		of = e.Target
		if slices.Contains(rule.Kinds, rule.Kind(kind)) && kind != string(rule.Proof) {
			value, err := strconv.Unquote(rest)
			if err == nil {
				of = say.T("rules.is_"+kind) + " “" + value + "”"
			}
		}
	case kind == "post":
		of = s.titleOf(rest)
	}
	if of == "" {
		return say.T(text)
	}
	return say.T(text) + ": " + of
}

// whatDid is what an act did, in words, and to whose comment, if it is one.
func (s *Server) whatDid(a comment.Act) string {
	say := s.printer()
	text := what(say, a.Action, a.Total)
	if a.Beside() {
		text = s.whatBeside(account.Entry{Action: string(a.Action), Target: a.Target, Detail: a.Detail})
	}
	if a.Comment == 0 || a.Author == "" || a.Total > 1 && a.Action != comment.ReplyTo {
		return text
	}
	return say.T("acts.whose", "What", text, "Who", a.Author, "Post", s.titleOf(a.Post))
}

// titleOf is the title of a post, or what names it if it is gone.
func (s *Server) titleOf(slug string) string {
	if post, ok := s.Site().Post(slug); ok {
		return post.Title
	}
	return slug
}

// acts lists what moderators did.
func (s *Server) acts(c echo.Context) error {
	before := comment.ActID(0)
	if b := c.QueryParam("before"); b != "" {
		id, err := comment.ParseID(b)
		if err != nil {
			return err
		}
		before = comment.ActID(id)
	}
	found, err := s.Comments.RecentActs(c.Request().Context(), actor(c), before, actsLength+1)
	if err != nil {
		return err
	}
	p := actsPage{Here: c.Request().URL.RequestURI()}
	if before != 0 {
		p.Newest = actsPath
	}
	if len(found) > actsLength {
		found = found[:actsLength]
		p.Older = actsPath + "?before=" + strconv.FormatInt(int64(found[actsLength-1].ID), 10)
	}
	if p.adminFrame, err = s.deskFrame(c, "acts.title"); err != nil {
		return err
	}
	for _, a := range found {
		p.Acts = append(p.Acts, s.actView(actor(c), a, p.zone))
	}
	return s.render(c, http.StatusOK, "admin_acts", p)
}

func (s *Server) actView(who account.Actor, a comment.Act, zone *time.Location) actView {
	v := actView{ID: a.ID, Who: a.Actor, What: s.whatDid(a), When: a.At.In(zone), Undone: a.UndoneBy}
	if (a.Total == 1 || a.Beside()) && !a.Gone {
		v.Comment = a.Comment
	}
	there := a.Total > 0 && a.Comment != 0 || a.Beside() && !a.Gone
	v.Undoable = there && a.UndoneAt.IsZero() && s.Now().Sub(a.At) < comment.UndoFor && a.MayUndo(who) == nil
	return v
}

// undo takes an act back. To a script it says in JSON what the comments are now.
func (s *Server) undo(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	back := adminPath(c.Request().PostFormValue("return"))
	u, err := s.Comments.Undo(c.Request().Context(), actor(c), comment.ActID(id))
	if err == nil && u.Act.Beside() {
		err = s.Rules.Refresh(c.Request().Context())
	}
	if err == nil && strings.HasSuffix(string(u.Act.Action), "webhook") {
		err = s.hooksChanged(c.Request().Context())
	}
	if err == nil && strings.HasPrefix(string(u.Act.Action), "site ") {
		err = s.Sites.Refresh(c.Request().Context())
	}
	say := s.printer()
	switch {
	case errors.Is(err, comment.ErrNotFound):
		return s.notUndone(c, comment.Undone{}, "undo.gone", back)
	case errors.Is(err, account.ErrLastOwner):
		return s.notUndone(c, comment.Undone{}, "accounts.last_owner", back)
	case errors.Is(err, comment.ErrMany):
		return s.undoMany(c, comment.ActID(id), back)
	case errors.Is(err, comment.ErrUndone):
		return s.notUndone(c, u, "undo.already", back)
	case errors.Is(err, comment.ErrTooLate):
		return s.notUndone(c, u, "undo.late", back)
	case errors.Is(err, comment.ErrChanged) && u.Act.Beside():
		return s.setSince(c, u, back)
	case errors.Is(err, comment.ErrChanged):
		return s.notUndone(c, u, "undo.changed", back)
	case err != nil:
		return err
	}
	text := say.T("undo.done", "What", s.whatDid(u.Act))
	if n := len(u.Changed); n > 0 {
		text += " " + say.T("undo.some_changed", n)
	}
	if scripted(c) {
		return c.JSON(http.StatusOK, undoneJSON(u, text))
	}
	return s.saidAndGo(c, notice{Text: text}, back)
}

// notUndone says why nothing was taken back, and who has changed the comment since.
func (s *Server) notUndone(c echo.Context, u comment.Undone, why, back string) error {
	p := unchangedPage{Back: back, Why: s.printer().T(why)}
	if len(u.Changed) > 0 {
		p.ID = u.Changed[0]
		now, err := s.Comments.Get(c.Request().Context(), actor(c), p.ID)
		if err == nil {
			return s.showNow(c, now, p)
		}
		if !errors.Is(err, comment.ErrNotFound) {
			return err
		}
		p.Why = s.printer().T("undo.gone")
	}
	return s.showUnchanged(c, http.StatusConflict, p)
}

// setSince says that something was set anew since, and by whom.
func (s *Server) setSince(c echo.Context, u comment.Undone, back string) error {
	p := unchangedPage{Back: back, Why: s.printer().T("undo.gone")}
	switch {
	case len(u.Since) > 0:
		p.Why = s.printer().T("undo.set_since", "What", s.whatDid(u.Act))
	case u.Act.Action == "site key add":
		p.Why = s.printer().T("undo.key_used")
	case u.Act.Action == "retry mail" || u.Act.Action == "retry notice":
		p.Why = s.printer().T("undo.sent")
	}
	zone := s.doorFrame("").zone
	for _, e := range u.Since {
		p.Deeds = append(p.Deeds, deed{Who: e.Actor, What: s.whatBeside(e), When: e.At.In(zone)})
	}
	return s.showUnchanged(c, http.StatusConflict, p)
}

// scripted reports whether a script asks, which wants to hear in JSON what it did.
func scripted(c echo.Context) bool {
	return strings.HasPrefix(c.Request().Header.Get("Accept"), "application/json")
}

// decidedJSON is what a script is told of a decision or an undo.
type decidedJSON struct {
	Text     string        `json:"text"`
	Act      comment.ActID `json:"act,omitempty"`
	More     *sweepLink    `json:"more,omitempty"` // second thoughts that it gives rise to
	Comments []nowJSON     `json:"comments"`
}

// nowJSON is how a comment is now.
type nowJSON struct {
	ID       comment.ID     `json:"id"`
	Status   comment.Status `json:"status"`
	Revision int64          `json:"revision"`
}

func undoneJSON(u comment.Undone, text string) decidedJSON {
	d := decidedJSON{Text: text, Comments: []nowJSON{}}
	for _, cm := range u.Back {
		d.Comments = append(d.Comments, nowJSON{cm.ID, cm.Status, cm.Revision})
	}
	return d
}

// deed is something that was done to a comment.
type deed struct {
	Who, What string
	When      time.Time // on the blog's own clock
}

// deedsShown is how many of the last deeds the page of a conflict names.
const deedsShown = 3

// deeds are what was done last to a comment, newest first.
func (s *Server) deeds(c echo.Context, id comment.ID) ([]deed, error) {
	entries, err := s.Comments.Deeds(c.Request().Context(), actor(c), id, deedsShown)
	if err != nil {
		return nil, err
	}
	zone := s.doorFrame("").zone
	out := make([]deed, len(entries))
	for i, e := range entries {
		out[i] = deed{Who: e.Actor, What: s.deedText(e), When: e.At.In(zone)}
	}
	return out, nil
}

// deedText is what the audit log says of a comment, in words.
func (s *Server) deedText(e account.Entry) string {
	say := s.printer()
	if text, ok := actTexts[comment.Action(e.Action)]; ok {
		return say.T(text, 1)
	}
	if e.Action == "undo" {
		return say.T("undo.did", 1)
	}
	return s.whatBeside(e)
}
