package main

import "testing"

func TestTable(t *testing.T) {
	t.Parallel()
	var tab table
	tab.row("", "n", "rate")
	tab.row("größer", "1000", "1 %")
	tab.row("a line of its own, however long it may be")
	tab.row("x", "1", "")
	want := "           n  rate\n" +
		"größer  1000   1 %\n" +
		"a line of its own, however long it may be\n" +
		"x          1\n"
	if got := tab.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
