package desk

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/account"
)

// Line is a line of the audit log.
type Line struct {
	ID int64 // its number
	account.Entry
	Hash string // in hexadecimal
}

// AuditFilter picks lines of the audit log: those that are all it says. The zero filter
// picks all.
type AuditFilter struct {
	Actor, Action, Target string    // exactly
	Text                  string    // anywhere in the line; the case of ASCII letters does not count
	Since, Until          time.Time // by day: from the start of one, to the start of the other
}

// Chain is what verifying the audit log found.
type Chain struct {
	Lines int        // that were looked at
	Last  int64      // the number of the last line that is as it was written; 0: none
	Hash  string     // its hash
	Fault ChainFault // of the first line that is not; empty if all are
	Line  int64      // the number of that line
}

// ChainFault is what is wrong with a line of the audit log.
type ChainFault string

// The faults.
const (
	LineChanged   ChainFault = "changed"   // it is not what was written
	LineMissing   ChainFault = "missing"   // one or more before it are missing, or it was put in or moved
	LineUnchained ChainFault = "unchained" // it was put in past the program
	EndMissing    ChainFault = "cut"       // lines after it are missing
	EndUnsealed   ChainFault = "unsealed"  // where the log ends was written past the program
	PinMissing    ChainFault = "pin"       // the line that was asked for is not there with that hash
)

// Pin is a line of the audit log as it was written down elsewhere.
type Pin struct {
	Line int64
	Hash string
}

// ParsePin reads a pin as "12:ab34…", which is how [Chain.Pin] writes it; empty is none.
func ParsePin(s string) (Pin, error) {
	if s == "" {
		return Pin{}, nil
	}
	line, hash, ok := strings.Cut(s, ":")
	n, err := strconv.ParseInt(line, 10, 64)
	const digits = 64
	if !ok || err != nil || n < 1 || len(hash) != digits {
		return Pin{}, errors.New("a line of the log is written as its number, a colon and its 64 digits, as verify prints them")
	}
	return Pin{n, strings.ToLower(hash)}, nil
}

// Pin is the last line as it can be written down elsewhere; empty if there is none.
func (c Chain) Pin() string {
	if c.Last == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%s", c.Last, c.Hash)
}

// AuditLog is what is kept of what was done.
type AuditLog interface {
	// Lines reads lines below a number, the newest first, at most limit; below 0 means
	// from the newest.
	Lines(ctx context.Context, f AuditFilter, below int64, limit int) ([]Line, error)
	// EachLine hands out lines, the oldest first, until an error.
	EachLine(ctx context.Context, f AuditFilter, do func(Line) error) error
	// Actions lists what was ever done.
	Actions(ctx context.Context) ([]string, error)
	// Verify looks whether the log is as it was written, and has a line.
	Verify(ctx context.Context, p Pin) (Chain, error)
}

// Audit is the one door to the audit log.
type Audit struct{ log AuditLog }

// NewAudit makes an Audit.
func NewAudit(log AuditLog) *Audit { return &Audit{log} }

// Find lists lines below a number, the newest first; below 0 means from the newest.
func (a *Audit) Find(ctx context.Context, actor account.Actor, f AuditFilter, below int64, limit int) ([]Line, error) {
	if err := actor.May(account.SeeAudit); err != nil {
		return nil, err
	}
	return a.log.Lines(ctx, f, below, limit)
}

// Actions lists what was ever done, in the words of the log.
func (a *Audit) Actions(ctx context.Context, actor account.Actor) ([]string, error) {
	if err := actor.May(account.SeeAudit); err != nil {
		return nil, err
	}
	return a.log.Actions(ctx)
}

// Verify looks whether the log is as it was written; and, with a pin, whether it has
// that line.
func (a *Audit) Verify(ctx context.Context, actor account.Actor, p Pin) (Chain, error) {
	if err := actor.May(account.SeeAudit); err != nil {
		return Chain{}, err
	}
	return a.log.Verify(ctx, p)
}

// Format is how lines are exported.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// Export writes lines, the oldest first, as they are read.
func (a *Audit) Export(ctx context.Context, actor account.Actor, f AuditFilter, as Format, w io.Writer) error {
	if err := actor.May(account.SeeAudit); err != nil {
		return err
	}
	if as == CSV {
		return a.exportCSV(ctx, f, w)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return a.log.EachLine(ctx, f, func(l Line) error {
		return enc.Encode(exported{l.ID, l.At.UTC(), l.Actor, l.Action, l.Target, l.Detail, l.Hash})
	})
}

// exported is a line as JSON has it.
type exported struct {
	Line   int64     `json:"line"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Target string    `json:"target"`
	Detail string    `json:"detail"`
	Hash   string    `json:"hash"`
}

func (a *Audit) exportCSV(ctx context.Context, f AuditFilter, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"line", "at", "actor", "action", "target", "detail", "hash"}); err != nil {
		return err
	}
	err := a.log.EachLine(ctx, f, func(l Line) error {
		return out.Write([]string{
			strconv.FormatInt(l.ID, 10), l.At.UTC().Format(time.RFC3339Nano), cell(l.Actor), cell(l.Action), cell(l.Target), cell(l.Detail), l.Hash,
		})
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// cell is a text that no spreadsheet takes for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// ParseAuditFilter reads a filter as [AuditFilter.Values] writes it. The error names the
// field.
func ParseAuditFilter(v url.Values, zone *time.Location) (AuditFilter, error) {
	f := AuditFilter{Actor: word(v, "actor"), Action: word(v, "action"), Target: word(v, "target"), Text: word(v, "q")}
	for _, text := range []string{f.Actor, f.Action, f.Target, f.Text} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return AuditFilter{}, errors.New("a text of the search cannot be read")
		}
	}
	for name, day := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		text := v.Get(name)
		if text == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, text, zone)
		if err != nil {
			return AuditFilter{}, fmt.Errorf("%s is no date like 2026-01-31", name)
		}
		*day = at
	}
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1) // that day is meant too
	}
	return f, nil
}

func word(v url.Values, name string) string { return strings.TrimSpace(v.Get(name)) }

// Values are the parts of a filter for a query.
func (f AuditFilter) Values() url.Values {
	v := url.Values{}
	until := f.Until
	if !until.IsZero() {
		until = until.AddDate(0, 0, -1)
	}
	for _, part := range []struct{ name, text string }{
		{"actor", f.Actor}, {"action", f.Action}, {"target", f.Target}, {"q", f.Text}, {"since", dateOf(f.Since)}, {"until", dateOf(until)},
	} {
		if part.text != "" {
			v.Set(part.name, part.text)
		}
	}
	return v
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
