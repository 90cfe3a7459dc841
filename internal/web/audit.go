package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// auditLength is how many lines of the audit log a page shows.
const auditLength = 50

// auditPage is a page of the audit log, newest first.
type auditPage struct {
	adminFrame
	Filter     url.Values // as typed
	Wrong      string     // what is wrong with it
	Actions    []string
	Lines      []auditLine
	Newest     string // the first page; empty there
	Older      string // the next page; empty on the last
	CSV, JSONL string
	Chain      *desk.Chain // what verifying found; nil: nobody asked
	ChainFault string
	Verify     string
}

// auditLine is a line as it is shown.
type auditLine struct {
	desk.Line
	When time.Time // on the blog's own clock
	URL  string    // of what it is about; empty if there is no page of it
}

// chainTexts say what is wrong with a line.
var chainTexts = map[desk.ChainFault]string{
	desk.LineChanged: "audit.changed", desk.LineMissing: "audit.missing", desk.LineUnchained: "audit.unchained",
	desk.EndMissing: "audit.cut", desk.EndUnsealed: "audit.unsealed", desk.PinMissing: "audit.pin_missing",
}

// auditURL is a page about the lines that a filter picks.
func auditURL(path string, f desk.AuditFilter, more ...string) string {
	v := f.Values()
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	if q := v.Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// audit shows the audit log. With verify in the query it looks whether the log is as it
// was written.
func (s *Server) audit(c echo.Context) error {
	if err := actor(c).May(account.SeeAudit); err != nil {
		return err
	}
	p := auditPage{Filter: c.QueryParams()}
	f, wrong := s.auditFilter(c)
	below := int64(-1)
	if b := c.QueryParam("below"); b != "" {
		n, err := strconv.ParseInt(b, 10, 64)
		if err != nil || n < 1 {
			return errNotFound
		}
		below, p.Newest = n, auditURL("/admin/audit", f)
	}
	p.CSV, p.JSONL = auditURL("/admin/audit.csv", f), auditURL("/admin/audit.jsonl", f)
	p.Verify = auditURL("/admin/audit", f, "verify", "1")
	status := http.StatusOK
	if wrong != nil {
		p.Wrong, status = s.printer().T("audit.wrong"), http.StatusUnprocessableEntity
	} else if err := s.fillAudit(c, &p, f, below); err != nil {
		return err
	}
	var err error
	if p.adminFrame, err = s.deskFrame(c, "audit.title"); err != nil {
		return err
	}
	for i := range p.Lines {
		p.Lines[i].When = p.Lines[i].At.In(p.zone)
	}
	return s.render(c, status, "admin_audit", p)
}

// auditFilter reads which lines are asked for.
func (s *Server) auditFilter(c echo.Context) (desk.AuditFilter, error) {
	return desk.ParseAuditFilter(c.QueryParams(), s.doorFrame("").zone)
}

// fillAudit reads what the page shows.
func (s *Server) fillAudit(c echo.Context, p *auditPage, f desk.AuditFilter, below int64) error {
	ctx, who := c.Request().Context(), actor(c)
	lines, err := s.Audit.Find(ctx, who, f, below, auditLength+1) // one more tells whether there are older ones
	if err != nil {
		return err
	}
	if len(lines) > auditLength {
		lines = lines[:auditLength]
		p.Older = auditURL("/admin/audit", f, "below", strconv.FormatInt(lines[auditLength-1].ID, 10))
	}
	for _, l := range lines {
		line := auditLine{Line: l}
		if line.URL, err = s.targetURL(c, l.Target); err != nil {
			return err
		}
		p.Lines = append(p.Lines, line)
	}
	if p.Actions, err = s.Audit.Actions(ctx, who); err != nil || c.QueryParam("verify") == "" {
		return err
	}
	return s.verifyAudit(c, p)
}

// verifyAudit looks whether the log is as it was written.
func (s *Server) verifyAudit(c echo.Context, p *auditPage) error {
	pin, err := desk.ParsePin(c.QueryParam("pin"))
	if err != nil {
		p.Wrong = s.printer().T("audit.pin_wrong")
	}
	found, err := s.Audit.Verify(c.Request().Context(), actor(c), pin)
	if err != nil {
		return err
	}
	p.Chain = &found
	if found.Fault != "" {
		p.ChainFault = s.printer().T(chainTexts[found.Fault], "Line", found.Line)
	}
	return nil
}

// targetURL is the page of what a line is about; empty if there is none, or none any more.
func (s *Server) targetURL(c echo.Context, target string) (string, error) {
	number, ok := strings.CutPrefix(target, "comment ")
	if !ok {
		return "", nil
	}
	id, err := comment.ParseID(number)
	if err == nil {
		_, err = s.Comments.Get(c.Request().Context(), actor(c), id)
	}
	switch {
	case errors.Is(err, comment.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return "/admin/comments/" + number, nil
}

// exportAudit hands the log out as a file, as it is read.
func (s *Server) exportAudit(as desk.Format, kind string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := actor(c).May(account.SeeAudit); err != nil {
			return err
		}
		f, err := s.auditFilter(c)
		if err != nil {
			return echo.NewHTTPError(http.StatusUnprocessableEntity).SetInternal(err)
		}
		h := c.Response().Header()
		h.Set(echo.HeaderContentType, kind)
		h.Set(echo.HeaderContentDisposition, `attachment; filename="audit-`+s.Now().UTC().Format(time.DateOnly)+"."+string(as)+`"`)
		if c.Request().Method == http.MethodHead {
			return c.NoContent(http.StatusOK)
		}
		return s.Audit.Export(c.Request().Context(), actor(c), f, as, c.Response())
	}
}
