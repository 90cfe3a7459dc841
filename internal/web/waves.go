package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/locale"
)

// cardWave is the wave of a comment, for its card.
type cardWave struct {
	Text string
	URL  string
}

// putWaves puts onto cards the waves that their comments are in.
func (s *Server) putWaves(c echo.Context, cards []card) error {
	if s.Waves == nil || len(cards) == 0 {
		return nil
	}
	waves, err := s.Waves.Of(c.Request().Context(), actor(c), cardIDs(cards))
	if err != nil {
		return err
	}
	for i := range cards {
		if w, ok := waves[cards[i].ID]; ok {
			cards[i].Wave = &cardWave{Text: waveText(s.printer(), w), URL: fmt.Sprintf("/admin/waves/%d", w.ID)}
		}
	}
	return nil
}

// waveText says how many are in a wave, and how many differ.
func waveText(say *locale.Printer, w desk.Wave) string {
	text := say.T("wave.count", w.Total)
	if n := w.Differing(); n > 0 {
		text += ", " + say.T("wave.differ", n)
	}
	return text
}

// wavePage shows the comments of a wave that are of one status: those that differ apart.
type wavePage struct {
	adminFrame
	Count   string
	Tabs    []tab
	Differ  []waveMember
	Same    []waveMember
	More    bool // there are older ones, which are not shown
	Buttons []button
	Back    string
}

// waveMember is a comment on the page of its wave.
type waveMember struct {
	*locale.Printer
	desk.Member
	Why    string // how it differs
	Ticked bool
}

// wave shows a wave. What is done is done by the page for many comments, with those that are
// ticked; those that differ are not, as long as nobody ticks them.
func (s *Server) wave(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 || s.Waves == nil {
		return errNotFound
	}
	w, err := s.Waves.Get(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	st := comment.Status(c.QueryParam("status"))
	if st == "" {
		st = comment.Pending
	}
	say := s.printer()
	if _, ok := queueTexts[st]; !ok {
		return errNotFound
	}
	p := wavePage{
		Count: waveText(say, w), Tabs: waveTabs(say, w, st), More: w.Total > len(w.Members),
		Back: "/admin/queue?" + url.Values{"status": {string(st)}}.Encode(),
	}
	for _, m := range w.Members {
		p.put(say, m, st)
	}
	for _, b := range buttonTexts {
		if st.Allows(b.Action) {
			p.Buttons = append(p.Buttons, button{b.Action, say.T(b.Name)})
		}
	}
	if p.adminFrame, err = s.deskFrame(c, "wave.title"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "admin_wave", p)
}

// put puts a comment where it belongs on the page.
func (p *wavePage) put(say *locale.Printer, m desk.Member, st comment.Status) {
	if m.Status != st {
		return
	}
	v := waveMember{Printer: say, Member: m, Ticked: !m.Difference.Any()}
	switch d := m.Difference; {
	case d.Words && d.Links:
		v.Why = say.T("wave.both")
	case d.Words:
		v.Why = say.T("wave.words")
	case d.Links:
		v.Why = say.T("wave.links")
	default:
		p.Same = append(p.Same, v)
		return
	}
	p.Differ = append(p.Differ, v)
}

// waveTabs lead to the comments of a wave that are of one status, of those that are shown.
func waveTabs(say *locale.Printer, w desk.Wave, current comment.Status) []tab {
	counts := map[comment.Status]int{}
	for _, m := range w.Members {
		counts[m.Status]++
	}
	var out []tab
	for _, st := range comment.Statuses {
		to := fmt.Sprintf("/admin/waves/%d?%s", w.ID, url.Values{"status": {string(st)}}.Encode())
		out = append(out, tab{Name: say.T(queueTexts[st].name), URL: to, Count: counts[st], Current: st == current})
	}
	return out
}
