package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// table is what was measured, a line each.
type table struct{ rows []row }

type row struct{ what, got, against, ratio, aim string }

func (t *table) add(r row) { t.rows = append(t.rows, r) }

// note adds a line that is no measurement.
func (t *table) note(format string, args ...any) { t.add(row{what: fmt.Sprintf(format, args...)}) }

func (t *table) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(tw, "what\thamlet\tbeside\tratio\taim")
	for _, r := range t.rows {
		_, _ = fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", r.what, r.got, r.against, r.ratio, r.aim)
	}
	return tw.Flush()
}

// median is the middle of what was measured.
func median[T int64 | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
