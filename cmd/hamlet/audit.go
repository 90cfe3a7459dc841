package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/desk"
)

// auditCmd is hamlet audit.
type auditCmd struct {
	List   auditListCmd   `cmd:"" help:"List who did what, newest first."`
	Export auditExportCmd `cmd:"" help:"Print the log as CSV or JSON lines, oldest first."`
	Verify auditVerifyCmd `cmd:"" help:"Look whether the log is as it was written."`
}

// auditSearch picks lines of the log.
type auditSearch struct {
	Actor  string `placeholder:"NAME" help:"Only what this user did."`
	Action string `placeholder:"ACTION" help:"Only this action, such as approve."`
	Target string `placeholder:"TARGET" help:"Only what was done to this, such as \"comment 12\"."`
	Text   string `placeholder:"TEXT" help:"Only lines with this text."`
	Since  string `placeholder:"DATE" help:"Only from this day on (UTC), such as 2026-01-31."`
	Until  string `placeholder:"DATE" help:"Only up to this day (UTC)."`
}

// filter is the search as the log takes it.
func (s auditSearch) filter() (desk.AuditFilter, error) {
	return desk.ParseAuditFilter(url.Values{
		"actor": {s.Actor}, "action": {s.Action}, "target": {s.Target}, "q": {s.Text}, "since": {s.Since}, "until": {s.Until},
	}, time.UTC)
}

// auditListCmd is hamlet audit list.
type auditListCmd struct {
	auditSearch
	Limit int `default:"50" placeholder:"N" help:"List at most this many (default 50)."`
}

// Help is the long help.
func (auditListCmd) Help() string {
	return "A line holds, with tabs between: its number, date (UTC), who, what, about what, details."
}

// Run lists.
func (c auditListCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		lines, err := d.Audit.Find(ctx, account.Shell, f, -1, max(1, c.Limit))
		if err != nil {
			return err
		}
		for _, l := range lines {
			_, err := fmt.Fprintf(std.Out, "%d\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.At.UTC().Format(time.DateTime),
				harmless(l.Actor), harmless(l.Action), harmless(l.Target), harmless(l.Detail))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// auditExportCmd is hamlet audit export.
type auditExportCmd struct {
	auditSearch
	Format desk.Format `default:"jsonl" enum:"csv,jsonl" placeholder:"FORMAT" help:"csv or jsonl (default jsonl)."`
}

// Run exports.
func (c auditExportCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error { return d.Audit.Export(ctx, account.Shell, f, c.Format, std.Out) })
}

// auditVerifyCmd is hamlet audit verify.
type auditVerifyCmd struct {
	Pin string `placeholder:"LINE:HASH" help:"Look also for this line, as an earlier verify printed it."`
}

// Help is the long help.
func (auditVerifyCmd) Help() string {
	return "Each line of the log holds the hash of the one before, and where the log ends is sealed with the blog's key. " +
		"Prints how many lines there are, and the last with its hash. Keep that elsewhere: with --pin a later verify finds out " +
		"whether the log still has that line, even if somebody had the blog's key or put an older copy of everything back."
}

// chainFaults say what is wrong with the log.
var chainFaults = map[desk.ChainFault]string{
	desk.LineChanged:   "line %d was changed",
	desk.LineMissing:   "lines before line %d are missing, or lines were moved",
	desk.LineUnchained: "line %d was put in by something other than hamlet",
	desk.EndMissing:    "lines after line %d are missing, or were put in by something other than hamlet",
	desk.EndUnsealed:   "where the log ends was written by something other than hamlet (each line up to line %d follows on the one before)",
	desk.PinMissing:    "line %d is not there with that hash",
}

// Run verifies.
func (c auditVerifyCmd) Run(ctx context.Context, std stdio, cfg app.Config) error {
	pin, err := desk.ParsePin(c.Pin)
	if err != nil {
		return err
	}
	if err := cfg.CheckData(); err != nil {
		return err
	}
	return withData(ctx, std, cfg, func(d *app.Data) error {
		found, err := d.Audit.Verify(ctx, account.Shell, pin)
		if err != nil {
			return err
		}
		if found.Fault != "" {
			return errors.New("the audit log is not as it was written: " + fmt.Sprintf(chainFaults[found.Fault], found.Line))
		}
		if found.Last == 0 {
			_, err = fmt.Fprintln(std.Out, "the audit log is empty")
			return err
		}
		_, err = fmt.Fprintf(std.Out, "the audit log is as it was written: %s\nlast line: %s\n", counted(found.Lines, "line"), found.Pin())
		return err
	})
}
