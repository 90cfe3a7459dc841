package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeSettings compares the table of settings with the flags there are:
// name, placeholder, variable, key and default, in both directions.
func TestReadmeSettings(t *testing.T) {
	t.Parallel()
	inReadme := map[string]bool{}
	for line := range strings.Lines(readme(t)) {
		if strings.HasPrefix(line, "| `--") {
			cells := strings.SplitN(line, "|", 6)
			inReadme[strings.Join(cells[:5], "|")] = true
			if len(strings.TrimSpace(cells[5])) < 10 {
				t.Errorf("the README does not say what this is: %s", line)
			}
		}
	}
	quote := func(s string) string {
		if s == "" {
			return " "
		}
		return " `" + s + "` "
	}
	for _, f := range model(t).Flags {
		if f.Name == "help" {
			continue
		}
		key := f.Name
		if key == "config" {
			key = ""
		}
		row := "|" + strings.Join([]string{
			quote("--" + f.Name + " " + f.PlaceHolder), quote(strings.Join(f.Tag.Envs, " ")), quote(key), quote(f.Default),
		}, "|")
		if !inReadme[row] {
			t.Errorf("the README has no row %s", row)
		}
		delete(inReadme, row)
	}
	for row := range inReadme {
		t.Errorf("the README has a row for no setting: %s", row)
	}
}

// TestReadmeCommands looks for every command in the README.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, cmd := range model(t).Leaves(true) {
		// "hamlet user add|list|passwd" names three.
		words := strings.Fields(cmd.Path())
		rest := words[len(words)-1]
		first := strings.Join(words[:len(words)-1], " ")
		row := regexp.MustCompile("`hamlet " + first + "[^`\n]*\\b" + rest + "\\b[^`\n]*`")
		if !row.MatchString(text) {
			t.Errorf("the README does not name hamlet %s", cmd.Path())
		}
	}
}

// TestReadmeExamples tries what the README shows: the post has no problem, the
// config file is read.
func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "content", "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "content", "posts", "first-frost.md"), fenced(t, "markdown"))
	write(t, filepath.Join(dir, "hamlet.toml"), fenced(t, "toml"))
	if got := hamlet(t, dir, nil, "check"); got.code != exitDone || !strings.Contains(got.out, "1 post, 0 pages, no problems") {
		t.Errorf("hamlet check: %+v", got)
	}
}

// fenced is the first block of code in a language.
func fenced(t *testing.T, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(readme(t), "```"+language+"\n")
	block, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("the README has no %s", language)
	}
	return block
}

// TestReadmeModel fails when the figures in the README are those of another
// model: measure again, then change both.
func TestReadmeModel(t *testing.T) {
	t.Parallel()
	if want := fmt.Sprintf("| model %s |", spam.Default().Version()); !strings.Contains(readme(t), want) {
		t.Errorf("the README has no figures for %q", want)
	}
}
