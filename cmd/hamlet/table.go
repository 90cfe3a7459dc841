package main

import (
	"strings"
	"unicode/utf8"
)

// table is text in columns: the first to the left, the others to the right.
type table struct{ rows [][]string }

// row adds a row; a row of one cell is a line of its own.
func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// String is the table with two spaces between its columns.
func (t *table) String() string {
	var widths []int
	for _, cells := range t.rows {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if len(cells) > 1 {
				widths[i] = max(widths[i], utf8.RuneCountInString(cell))
			}
		}
	}
	var out strings.Builder
	for _, cells := range t.rows {
		var line strings.Builder
		for i, cell := range cells {
			pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
			if i == 0 {
				line.WriteString(cell + pad)
				continue
			}
			line.WriteString("  " + pad + cell)
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return out.String()
}
