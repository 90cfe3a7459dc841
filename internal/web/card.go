package web

import (
	"html/template"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/idna"
	"golang.org/x/sync/errgroup"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/reason"
)

// card is a comment as a moderator sees it. Like [comment.Comment], it has no
// e-mail address.
type card struct {
	*locale.Printer
	ID     comment.ID
	Author string
	// Imitates means that the name is somebody else's, and not proved.
	Imitates bool
	Link     *authorLink
	Text     template.HTML // as readers would see it
	Post     string        // title, or the slug if there is no such post now
	// URL is where the comment stands or would stand; empty if its post is gone.
	URL     string
	Reply   *quote
	Age     string
	Time    time.Time // on the blog's own clock
	Why     string
	Told    *told      // why the filter judged so; nil if it did not
	Heard   *heardView // what another filter said; nil if none is asked
	History []pastEdit
	Beside  besideView // what moderators have there
	Buttons []button
	// Trashable adds the way to the trash with a reason; Mailed says that the reason is
	// mailed to the author.
	Trashable, Mailed bool
	MaxReason         int
	Reason            string // as it was typed, where it was not taken
	// Deletable adds the two steps to delete for good.
	Deletable bool
	Back      string // where the buttons lead back to
	Seen      string // the mark of the text
	Revision  int64  // of the comment
	// Corrects and Answers offer to change the text, and to answer it.
	Corrects, Answers bool
	Rules             *cardRules
	Wave              *cardWave // nil: it is in none with others
	Past              cardPast
	Reports           *cardReports // nil: there are none
	Selectable        bool         // it stands in a list with buttons for many
	// Made is the card as it stands in a list, where it was made beside others.
	Made template.HTML
}

// authorLink is an author's site, unfolded: the host stands apart, as browsers
// would look it up, so that nothing around it can pose as it.
type authorLink struct {
	URL, Before, Host, After string
	Read                     string // the host as it reads, if that is another spelling
}

// quote is the comment that is replied to.
type quote struct {
	Author, Text string
	URL          string
}

// button is something that can be done to a comment.
type button struct {
	Action comment.Action
	Name   string
}

// buttonTexts has what stands open on a card; Delete takes two steps.
var buttonTexts = []button{
	{comment.Approve, "card.approve"},
	{comment.MarkSpam, "card.mark_spam"},
	{comment.ToTrash, "card.to_trash"},
	{comment.Restore, "card.restore"},
}

// cards makes the cards of some comments, in their order; their buttons lead
// back to a page. What stands on them is read side by side.
func (s *Server) cards(c echo.Context, cs []comment.Comment, back string, depth comment.Depth) ([]card, error) {
	out := make([]card, len(cs))
	for i, cm := range cs {
		out[i] = card{Printer: s.printer(), ID: cm.ID, Author: cm.Author, Back: back, Selectable: true}
	}
	var behind map[comment.ID]comment.Behind
	var why map[comment.ID]comment.Explained
	var g errgroup.Group
	g.Go(caught(func() (err error) { why, err = s.explained(c, cs, depth); return err }))
	g.Go(caught(func() (err error) { behind, err = s.Comments.Behind(c.Request().Context(), actor(c), cs); return err }))
	for _, put := range []func(echo.Context, []card) error{s.putWaves, s.putReports, s.putPasts, s.putHeard, s.putBeside} {
		g.Go(caught(func() error { return put(c, out) }))
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return out, sideBySide(len(cs), func(i int) error {
		cm := cs[i]
		s.fill(&out[i], cm, toldOf(s.printer(), cm, why[cm.ID]), behind[cm.ID])
		out[i].Rules = s.cardRules(c, cm, behind[cm.ID], back)
		return nil
	})
}

// wholeCard makes the card of a comment, with what moderators have beside it.
func (s *Server) wholeCard(c echo.Context, cm comment.Comment, back string, depth comment.Depth) (card, error) {
	cards, err := s.cards(c, []comment.Comment{cm}, back, depth)
	if err != nil {
		return card{}, err
	}
	return cards[0], nil
}

// fill puts onto a card what is known of its comment itself.
func (s *Server) fill(k *card, cm comment.Comment, why *told, behind comment.Behind) {
	zone, say := s.doorFrame("").zone, k.Printer
	k.Imitates, k.Link, k.Reply = cm.Imitates, unfold(cm.URL), s.quote(cm.Parent, behind.Parent)
	k.Text = markup.Annotate(textOf(cm.Channel, cm.Body), asTyped(why))
	k.Age, k.Time = ago(say, s.Now().Sub(cm.CreatedAt)), cm.CreatedAt.In(zone)
	k.Why, k.Told = whyHeld(say, cm), why
	k.Buttons, k.Deletable = buttons(say, cm), cm.Allows(comment.Delete)
	k.Seen, k.Revision = cm.Mark(), cm.Revision
	k.Corrects, k.Answers = cm.Corrects(), cm.Status == comment.Approved && cm.ErasedAt.IsZero() || cm.Allows(comment.Approve)
	k.Trashable, k.Mailed, k.MaxReason = cm.Status.Allows(comment.ToTrash), s.Mail && cm.Tell, comment.MaxReason
	k.Post, k.URL = s.place(cm)
	k.History = s.history(behind.Edits)
}

// asTyped is the text as it was typed, with what weighed when it was judged, as marks are put
// into the text that readers would see.
func asTyped(why *told) []markup.Piece {
	if why == nil {
		return nil
	}
	out := make([]markup.Piece, len(why.said))
	for i, p := range why.said {
		out[i] = markup.Piece{Text: p.Text, Class: p.class()}
	}
	return out
}

// place is the title of the post a comment belongs to, and where in it the
// comment stands, or the post itself as long as it does not.
func (s *Server) place(cm comment.Comment) (title, to string) {
	post, ok := s.Site().Post(cm.Post)
	if !ok {
		return cm.Post, ""
	}
	if cm.Status != comment.Approved {
		return post.Title, post.URL
	}
	return post.Title, permalink(cm.ID)
}

// quoteLength is how much of the comment replied to is quoted, in characters.
const quoteLength = 140

// quote is the comment replied to; nil for none. It may be gone.
func (s *Server) quote(to comment.ID, cm *comment.Comment) *quote {
	switch {
	case to == 0:
		return nil
	case cm == nil:
		return &quote{}
	}
	q := &quote{Author: cm.Author, Text: markup.Plain(cm.Body, quoteLength), URL: queueURL(cm.Status, cm.ID+1)}
	if _, at := s.place(*cm); at != "" && cm.Status == comment.Approved {
		q.URL = at
	}
	return q
}

// unfold takes an author's site apart; nil for none.
func unfold(site string) *authorLink {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" {
		return nil
	}
	host, read := u.Host, ""
	// A name in another script and its look-alikes differ only in this spelling.
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil {
		host = strings.Replace(host, u.Hostname(), ascii, 1)
		if shown, err := idna.Display.ToUnicode(ascii); err == nil && shown != ascii {
			read = shown
		}
	}
	before := u.Scheme + "://"
	if u.User != nil {
		before += u.User.String() + "@"
	}
	rest := *u
	rest.Scheme, rest.User, rest.Host = "", nil, ""
	return &authorLink{URL: site, Before: before, Host: host, After: rest.String(), Read: read}
}

// ages are the units that an age is told in, each up to how many of it.
var ages = []struct {
	unit  time.Duration
	below int
	text  string
}{
	{time.Second, 60, "ago.seconds"},
	{time.Minute, 60, "ago.minutes"},
	{time.Hour, 24, "ago.hours"},
	{24 * time.Hour, 7, "ago.days"},
	{7 * 24 * time.Hour, 5, "ago.weeks"},
	{30 * 24 * time.Hour, 12, "ago.months"},
	{365 * 24 * time.Hour, math.MaxInt, "ago.years"},
}

// ago says how long ago something was.
func ago(say *locale.Printer, age time.Duration) string {
	for _, a := range ages {
		if n := int(age / a.unit); n > 0 && n < a.below {
			return say.T(a.text, n)
		}
	}
	if age >= time.Second {
		return say.T("ago.years", 1) // 360 days and some
	}
	return say.T("ago.now")
}

// whyTexts say why a comment was held, or that it was not.
var whyTexts = map[comment.Hold]string{
	comment.HoldNone:      "card.published",
	comment.HoldUnsure:    "card.unsure",
	comment.HoldSpam:      "card.taken_for_spam",
	comment.HoldFirstTime: "card.first_time",
	comment.HoldPolicy:    "card.all_held",
	comment.HoldUnjudged:  "card.unjudged",
	comment.HoldRule:      "card.ruled",
	comment.HoldAttack:    "card.attacked",
	comment.HoldWork:      "card.idle",
}

// whyHeld says why a comment was held, or that it was not.
func whyHeld(say *locale.Printer, cm comment.Comment) string {
	if !cm.WithdrawnAt.IsZero() {
		return say.T("edits.withdrawn_by_author")
	}
	why := whyTexts[cm.Hold]
	if cm.Channel == comment.Webmention && cm.Hold == comment.HoldPolicy {
		why = "mention.held"
	}
	return say.T(why, "Percent", reason.Percent(say, cm.Verdict.Probability))
}

// buttons are what can be done to a comment as it is.
func buttons(say *locale.Printer, cm comment.Comment) []button {
	var out []button
	for _, b := range buttonTexts {
		if cm.Allows(b.Action) {
			out = append(out, button{b.Action, say.T(b.Name)})
		}
	}
	return out
}
