package web

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// mineDocument is everything that is kept about a comment and who wrote it, as
// /comments/TOKEN/data.json tells it. Times are RFC 3339; what is empty is left out.
// Hashes, of which the blog keeps no more than that, are in hexadecimal.
type mineDocument struct {
	Comment mineComment  `json:"comment"`
	Verdict *mineVerdict `json:"verdict,omitempty"` // of the spam filter
	Labels  []mineLabel  `json:"decisions,omitempty"`
	Edits   []mineEdit   `json:"edits,omitempty"`
	Person  *minePerson  `json:"person,omitempty"`
	Network *mineNetwork `json:"network,omitempty"`
	Sent    *mineSent    `json:"sent_to_another_filter,omitempty"`
	Replies *mineReplies `json:"replies,omitempty"`
	Mails   []mineMail   `json:"mails,omitempty"`
	Traces  []mineTrace  `json:"traces,omitempty"`
}

type mineComment struct {
	ID          comment.ID `json:"id"`
	Post        string     `json:"post"`
	Parent      comment.ID `json:"parent,omitempty"`
	Author      string     `json:"author"`
	Folded      string     `json:"author_compared,omitempty"`
	URL         string     `json:"url,omitempty"`
	Body        string     `json:"body"`
	Status      string     `json:"status"`
	Prior       string     `json:"status_before,omitempty"`
	Hold        string     `json:"held_because,omitempty"`
	Role        string     `json:"role,omitempty"`
	Channel     string     `json:"channel,omitempty"`
	CreatedAt   time.Time  `json:"created_at"`
	EditedAt    time.Time  `json:"edited_at,omitzero"`
	WithdrawnAt time.Time  `json:"withdrawn_at,omitzero"`
	Revision    int64      `json:"revision"`
	Link        int64      `json:"link"`
	Tell        bool       `json:"mail_outcome"`
	Proof       string     `json:"proof,omitempty"`
	FormKey     string     `json:"form,omitempty"`
}

type mineVerdict struct {
	Class       spam.Class    `json:"class"`
	Probability float64       `json:"probability"`
	Model       string        `json:"model,omitempty"`
	Reasons     []spam.Reason `json:"reasons,omitempty"`
	// Receipt is every contribution, of which Reasons are the heaviest.
	Receipt spam.Receipt `json:"receipt,omitempty"`
}

type mineLabel struct {
	At   time.Time `json:"at"`
	Said string    `json:"said"`
}

type mineEdit struct {
	At      time.Time    `json:"at"`
	Status  string       `json:"status"`
	Hold    string       `json:"held_because,omitempty"`
	Was     string       `json:"was"`
	Body    string       `json:"body"`
	Verdict *mineVerdict `json:"verdict,omitempty"`
}

type minePerson struct {
	ID          comment.PersonID `json:"id"`
	Email       string           `json:"email,omitempty"` // masked, unless a mail led here
	CreatedAt   time.Time        `json:"created_at"`
	ConfirmedAt time.Time        `json:"confirmed_at,omitzero"`
	MutedAt     time.Time        `json:"muted_at,omitzero"`
	Browsers    []time.Time      `json:"browsers_remembered_since,omitempty"`
}

type mineNetwork struct {
	Network   string    `json:"network"`
	ExpiresAt time.Time `json:"expires_at"`
}

// mineSent is the comment as another filter is told of it.
type mineSent struct {
	Author    string    `json:"author"`
	Email     string    `json:"email,omitempty"`
	URL       string    `json:"url,omitempty"`
	Body      string    `json:"body"`
	IP        string    `json:"ip,omitempty"`
	Agent     string    `json:"browser,omitempty"`
	Referrer  string    `json:"referrer,omitempty"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
}

type mineReplies struct {
	Since   time.Time `json:"since"`
	MutedAt time.Time `json:"muted_at,omitzero"`
}

type mineMail struct {
	Kind      string     `json:"kind"`
	Reply     comment.ID `json:"reply,omitempty"`
	Note      string     `json:"note,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
	RunAt     time.Time  `json:"not_before"`
	SentAt    time.Time  `json:"sent_at,omitzero"`
	FailedAt  time.Time  `json:"failed_at,omitzero"`
	Attempts  int        `json:"attempts"`
	Error     string     `json:"error,omitempty"`
}

type mineTrace struct {
	Hash      string    `json:"hash"`
	State     int       `json:"state"` // 0 undecided, 1 published, 2 called spam
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func documentOf(p comment.Personal) mineDocument {
	c := p.Comment
	d := mineDocument{
		Comment: mineComment{
			ID: c.ID, Post: c.Post, Parent: c.Parent, Author: c.Author, Folded: p.Folded, URL: c.URL, Body: c.Body,
			Status: statusTold(c.Status), Prior: statusTold(c.Prior), Hold: holdTold(c.Hold), Role: string(c.Role), Channel: string(c.Channel),
			CreatedAt: c.CreatedAt, EditedAt: c.EditedAt, WithdrawnAt: c.WithdrawnAt, Revision: c.Revision, Link: c.Link, Tell: c.Tell,
			FormKey: hex.EncodeToString(p.FormKey),
		},
		Verdict: verdictOf(c.Verdict),
	}
	if !c.WithdrawnAt.IsZero() {
		d.Comment.Status = "withdrawn"
	}
	if c.Proof != (comment.Proof{}) {
		d.Comment.Proof = hex.EncodeToString(c.Proof[:])
	}
	for _, l := range p.Labels {
		d.Labels = append(d.Labels, mineLabel(l))
	}
	for _, e := range p.Edits {
		d.Edits = append(d.Edits, mineEdit{e.At, string(e.Status), holdTold(e.Hold), e.Was, e.Body, verdictOf(e.Verdict)})
	}
	if p.Person != nil {
		person := personOf(*p.Person)
		d.Person = &person
	}
	if k := p.Sent; k != nil {
		d.Sent = &mineSent{k.Author, k.Email, k.URL, k.Body, "", k.Agent, k.Referrer, k.At, k.ExpiresAt}
		if k.Addr.IsValid() {
			d.Sent.IP = k.Addr.String()
		}
	}
	d.Network, d.Replies = (*mineNetwork)(p.Network), (*mineReplies)(p.Replies)
	for _, m := range p.Mails {
		d.Mails = append(d.Mails, mineMail{m.Kind, m.Reply, m.Note, m.CreatedAt, m.RunAt, m.SentAt, m.FailedAt, m.Attempts, m.Error})
	}
	for _, t := range p.Traces {
		d.Traces = append(d.Traces, mineTrace{fmt.Sprintf("%016x", t.Hash), int(t.State), t.At, t.ExpiresAt})
	}
	return d
}

// statusTold is a status as authors are told of it: there is no word for spam, as with
// [comment.Fate]. What the filter and the moderators said is kept, and told beside it.
func statusTold(s comment.Status) string {
	switch s {
	case comment.Approved:
		return "published"
	case comment.Pending, comment.Spam:
		return "held"
	case comment.Trash:
		return "declined"
	default:
		return string(s)
	}
}

// holdTold is why a comment is held, as authors are told of it.
func holdTold(h comment.Hold) string {
	if h == comment.HoldSpam {
		h = comment.HoldUnsure
	}
	return string(h)
}

func personOf(p comment.PersonKept) minePerson {
	return minePerson{p.ID, p.Address, p.CreatedAt, p.ConfirmedAt, p.MutedAt, p.Browsers}
}

// verdictOf is nil if the comment could not be judged.
func verdictOf(v spam.Verdict) *mineVerdict {
	if v.Model == "" {
		return nil
	}
	return &mineVerdict{v.Class, v.Probability, v.Model, v.Reasons, v.Receipt}
}

// mineJSON answers GET /comments/:token/data.json.
func (s *Server) mineJSON(c echo.Context) error {
	p, err := s.Comments.Personal(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	doc, err := json.MarshalIndent(documentOf(p), "", "  ")
	if err != nil {
		return fmt.Errorf("write what is kept of comment %d: %w", p.Comment.ID, err)
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="comment-%d.json"`, p.Comment.ID))
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", append(doc, '\n'))
}

// dataView is everything that is kept, to be read.
type dataView struct {
	frame
	Path     string
	Masked   bool
	Sections []dataSection
}

// dataSection is a part of it.
type dataSection struct {
	Heading string
	Rows    []dataRow
}

// dataRow is one thing that is kept; one without a value is left out.
type dataRow struct{ Name, Value string }

// mineData answers GET /comments/:token/data.
func (s *Server) mineData(c echo.Context) error {
	p, err := s.Comments.Personal(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	v := dataView{frame: s.frame(), Path: minePath(c)}
	v.Title, v.NoIndex = v.T("mine.data_title"), true
	v.Masked = p.Person != nil && p.Person.Masked
	v.Sections = v.sections(documentOf(p))
	return s.render(c, http.StatusOK, "mine_data", v)
}

// teller puts together the rows of a section.
type teller struct {
	frame
	dataSection
}

func (v dataView) section(heading string) *teller {
	return &teller{v.frame, dataSection{Heading: v.T(heading)}}
}

func (t *teller) add(name, value string) *teller {
	if value != "" {
		t.Rows = append(t.Rows, dataRow{t.T(name), value})
	}
	return t
}

func (t *teller) at(name string, at time.Time) *teller {
	if at.IsZero() {
		return t
	}
	return t.add(name, t.Moment(at))
}

func (v dataView) sections(d mineDocument) []dataSection {
	out := []dataSection{v.ofComment(d.Comment)}
	if d.Verdict != nil {
		out = append(out, v.ofVerdict(*d.Verdict))
	}
	for _, l := range d.Labels {
		out = append(out, v.section("mine.data_decision").at("mine.data_at", l.At).add("mine.data_said", l.Said).dataSection)
	}
	for _, e := range d.Edits {
		t := v.section("mine.data_edit").at("mine.data_at", e.At).add("mine.data_status", e.Status).add("mine.data_hold", e.Hold).add("mine.data_was", e.Was).add("mine.data_became", e.Body)
		if e.Verdict != nil {
			t.add("mine.data_probability", reason.Percent(t.Printer, e.Verdict.Probability))
		}
		out = append(out, t.dataSection)
	}
	out = append(out, v.ofPerson(d)...)
	for _, t := range d.Traces {
		out = append(out, v.section("mine.data_trace").add("mine.data_hash", t.Hash).add("mine.data_state", strconv.Itoa(t.State)).
			at("mine.data_at", t.At).at("mine.data_expires", t.ExpiresAt).dataSection)
	}
	return out
}

func (v dataView) ofComment(c mineComment) dataSection {
	return v.section("mine.data_comment").
		add("mine.data_id", strconv.FormatInt(int64(c.ID), 10)).add("mine.data_post", c.Post).add("mine.data_parent", numeral(int64(c.Parent))).
		add("mine.data_author", c.Author).add("mine.data_folded", c.Folded).add("mine.data_url", c.URL).add("mine.data_body", c.Body).
		add("mine.data_status", c.Status).add("mine.data_prior", c.Prior).add("mine.data_hold", c.Hold).add("mine.data_role", c.Role).add("mine.data_channel", c.Channel).
		at("mine.data_created", c.CreatedAt).at("mine.data_edited", c.EditedAt).at("mine.data_withdrawn", c.WithdrawnAt).
		add("mine.data_revision", numeral(c.Revision)).add("mine.data_link", strconv.FormatInt(c.Link, 10)).add("mine.data_tell", yes(v.Printer, c.Tell)).
		add("mine.data_proof", c.Proof).add("mine.data_form", c.FormKey).dataSection
}

// numeral is a number, and 0 is nothing.
func numeral(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func yes(p *locale.Printer, b bool) string {
	if !b {
		return ""
	}
	return p.T("mine.yes")
}

func (v dataView) ofVerdict(d mineVerdict) dataSection {
	t := v.section("mine.data_verdict").add("mine.data_class", string(d.Class)).
		add("mine.data_probability", reason.Percent(v.Printer, d.Probability)).add("mine.data_model", d.Model)
	all := []spam.Reason(d.Receipt)
	if len(all) == 0 {
		all = d.Reasons
	}
	for _, r := range all {
		t.Rows = append(t.Rows, dataRow{reason.Text(v.Printer, r.Feature), reason.Weight(v.Printer, r.Weight)})
	}
	return t.dataSection
}

func (v dataView) ofPerson(d mineDocument) []dataSection {
	var out []dataSection
	if p := d.Person; p != nil {
		t := v.section("mine.data_person").add("mine.data_id", numeral(int64(p.ID))).add("mine.data_email", p.Email).
			at("mine.data_created", p.CreatedAt).at("mine.data_confirmed", p.ConfirmedAt).at("mine.data_muted", p.MutedAt)
		for _, since := range p.Browsers {
			t.at("mine.data_browser", since)
		}
		out = append(out, t.dataSection)
	}
	if n := d.Network; n != nil {
		out = append(out, v.section("mine.data_network").add("mine.data_network_is", n.Network).at("mine.data_expires", n.ExpiresAt).dataSection)
	}
	if k := d.Sent; k != nil {
		out = append(out, v.section("mine.data_told").add("mine.data_author", k.Author).add("mine.data_email", k.Email).add("mine.data_url", k.URL).
			add("mine.data_ip", k.IP).add("mine.data_agent", k.Agent).add("mine.data_referrer", k.Referrer).add("mine.data_body", k.Body).at("mine.data_expires", k.ExpiresAt).dataSection)
	}
	if r := d.Replies; r != nil {
		out = append(out, v.section("mine.data_replies").at("mine.data_since", r.Since).at("mine.data_muted", r.MutedAt).dataSection)
	}
	for _, m := range d.Mails {
		out = append(out, v.section("mine.data_mail").add("mine.data_kind", m.Kind).add("mine.data_reply", numeral(int64(m.Reply))).add("mine.data_note", m.Note).
			at("mine.data_created", m.CreatedAt).at("mine.data_due", m.RunAt).at("mine.data_sent", m.SentAt).at("mine.data_failed", m.FailedAt).
			add("mine.data_attempts", numeral(int64(m.Attempts))).add("mine.data_error", m.Error).dataSection)
	}
	return out
}
