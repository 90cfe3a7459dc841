package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/app"
	"hamlet/internal/spam"
)

// judge runs hamlet spam judge on input.
func judge(t *testing.T, input string) (out, errs string, err error) {
	t.Helper()
	var o, e bytes.Buffer
	err = spamJudgeCmd{}.Run(t.Context(), stdio{In: strings.NewReader(input), Out: &o, Err: &e}, app.Config{Content: app.DefaultContent})
	return o.String(), e.String(), err
}

func TestSpamJudge(t *testing.T) {
	t.Parallel()
	input := "\uFEFF" + `{"id":"a<b","author":"Ada","author_email":"a@example.org","body":"Thanks for the roses!","date":"garbage"}` + "\r\n\n" +
		`{"id":12345678901234567890,"author":null,"extra":{"x":[1]}}` + "\n" +
		`{"body":"no id, no line end"}`
	out, errs, err := judge(t, input)
	if err != nil || errs != "" {
		t.Fatalf("got error %v and %q on stderr", err, errs)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	for i, id := range []string{`"a<b"`, `12345678901234567890`, `null`} {
		if !strings.HasPrefix(lines[i], `{"id":`+id+`,"probability":0.`) {
			t.Errorf("line %d: got %s, want id %s", i+1, lines[i], id)
		}
	}
	if len(lines) != 3 {
		t.Errorf("got %d lines, want 3", len(lines))
	}
	var got spam.Verdict
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := spam.NewFilter(spam.Default()).Judge(spam.Message{Author: "Ada", Body: "Thanks for the roses!"})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, the server says %+v", got, want)
	}
}

func TestSpamJudgeMalformed(t *testing.T) {
	t.Parallel()
	out, errs, err := judge(t, `{"id":1}`+"\n"+`{"id":2,"body":`+"\n"+`{"id":3,"body":7}`+"\n"+`{"id":4}`+"\n")
	if err == nil {
		t.Error("no error")
	}
	for _, want := range []string{"line 2: not JSON", "line 3: body: a number where text was expected"} {
		if !strings.Contains(errs, want) {
			t.Errorf("stderr does not say %q: %s", want, errs)
		}
	}
	if strings.Count(out, "\n") != 2 || !strings.Contains(out, `{"id":4,`) {
		t.Errorf("the lines around were not judged: %s", out)
	}
}

func TestSpamJudgeLongLine(t *testing.T) {
	t.Parallel()
	out, errs, err := judge(t, `{"id":1,"body":"`+strings.Repeat("roses ", 1<<20)+`"}`+"\n")
	if err != nil || errs != "" || !strings.HasPrefix(out, `{"id":1,`) {
		t.Errorf("got %q, %q, %v", out, errs, err)
	}
}

// Who writes a line and waits gets the verdict before writing the next.
func TestSpamJudgeAnswersAtOnce(t *testing.T) {
	t.Parallel()
	in, send := io.Pipe()
	receive, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- spamJudgeCmd{}.Run(context.Background(), stdio{In: in, Out: out, Err: io.Discard}, app.Config{Content: app.DefaultContent})
	}()
	for range 3 {
		if _, err := io.WriteString(send, `{"id":"x","body":"hello"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		var v struct{ ID string }
		if err := json.NewDecoder(receive).Decode(&v); err != nil || v.ID != "x" {
			t.Fatalf("got %+v, %v", v, err)
		}
	}
	_ = send.Close()
	_ = receive.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// labelled writes invented labelled messages of two blogs into a file.
func labelled(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range 60 {
		source := []string{"a.example.org", "b.example.org"}[i%2]
		_, _ = fmt.Fprintf(&b, `{"id":%d,"source":%q,"author":"Ada","body":"Thanks for part %d about roses and compost.","label":"ham"}`+"\n", i, source, i)
		_, _ = fmt.Fprintf(&b, `{"id":%d,"source":%q,"author":"Best Casino","author_url":"http://casino%d.example.com","body":"Buy cheap pills <a href=http://x%d.example.net>here</a>","label":"spam"}`+"\n", i, source, i, i)
	}
	name := filepath.Join(t.TempDir(), "labelled.jsonl")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAblationTable(t *testing.T) {
	t.Parallel()
	got := ablationTable([]spam.Ablation{
		{Report: spam.Report{AUC: 0.99, RecallHalf: 0.9, RecallOne: 0.95, F1: 0.96}},
		{Without: "marks, lines", Report: spam.Report{AUC: 0.98, RecallHalf: spam.Figure(math.NaN()), RecallOne: 0.9, F1: 0.95}},
	})
	want := "without       ROC-AUC  at 0.5 %  at 1 %     F1\n" +
		"nothing        0.9900     0.900   0.950  0.960\n" +
		"marks, lines   0.9800         -   0.900  0.950\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestMemoryTable(t *testing.T) {
	t.Parallel()
	if got := memoryTable(spam.Default()); !strings.Contains(got, "memory:link called spam=1  ") || !strings.Contains(got, "\nmemory:site published before=") {
		t.Errorf("got %s", got)
	}
}

func TestSpamTrainAndEval(t *testing.T) {
	t.Parallel()
	file := labelled(t)
	var models [2][]byte
	for i := range models {
		name := filepath.Join(t.TempDir(), "model.bin")
		var out, errs bytes.Buffer
		if err := (spamTrainCmd{Files: []string{file}, Out: name}).Run(t.Context(), stdio{Out: &out, Err: &errs}); err != nil {
			t.Fatal(err)
		}
		if errs.Len() > 0 {
			t.Errorf("progress was shown where there is no terminal: %q", errs.String())
		}
		if !strings.Contains(out.String(), "features") || !strings.Contains(out.String(), "ROC-AUC") {
			t.Errorf("got summary %q", out.String())
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		models[i] = data
	}
	if !bytes.Equal(models[0], models[1]) {
		t.Error("training twice gave two models")
	}
	model := filepath.Join(t.TempDir(), "model.bin")
	if err := os.WriteFile(model, models[0], 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (spamEvalCmd{Files: []string{file}, JSON: true, Model: model}).Run(t.Context(), stdio{Out: &out}); err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"messages": 120.0, "spam": 60.0, "roc_auc": 1.0, "recall_at_1_percent_fpr": 1.0, "false_positive_rate": 0.0} {
		if r[key] != want {
			t.Errorf("%s: got %v, want %v", key, r[key], want)
		}
	}
	out.Reset()
	if err := (spamEvalCmd{Files: []string{file}, Model: model}).Run(t.Context(), stdio{Out: &out}); err != nil {
		t.Fatal(err)
	}
	if want := "recall at 0.5 % false positives   1.000"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want it to say %q", out.String(), want)
	}
}

func TestSpamEvalUnseen(t *testing.T) {
	t.Parallel()
	file := labelled(t)
	seen := filepath.Join(t.TempDir(), "seen.jsonl")
	if err := os.WriteFile(seen, []byte(`{"source":"a.example.org","label":"ham"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := (spamEvalCmd{Files: []string{file}, Unseen: []string{seen}}).Run(t.Context(), stdio{Out: &out}); err != nil {
		t.Fatal(err)
	}
	if want := "60 (30 spam, 30 ham)"; !strings.Contains(out.String(), want) {
		t.Errorf("got %q, want it to say %q", out.String(), want)
	}
	err := (spamEvalCmd{Files: []string{file}, Unseen: []string{file}}).Run(t.Context(), stdio{Out: &out})
	if err == nil || !strings.Contains(err.Error(), "no messages") {
		t.Errorf("with every blog seen: got error %v", err)
	}
}

// What cannot be measured on messages of one class is not printed as a number.
func TestSpamEvalOneClass(t *testing.T) {
	t.Parallel()
	tests := []struct{ label, want string }{
		{"ham", "ROC-AUC - / recall at 0.5 % false positives - / recall at 1 % false positives - / precision - / recall - / F1 - / false positive rate 0.0000 (0.0000–0.7935)"},
		{"spam", "ROC-AUC - / recall at 0.5 % false positives - / recall at 1 % false positives - / precision - / recall 0.000 (0.000–0.793) / F1 0.000 / false positive rate -"},
	}
	for _, tt := range tests {
		t.Run(tt.label, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "one.jsonl")
			line := fmt.Sprintf(`{"author":"Ada","body":"Thanks for the roses!","label":%q}`+"\n", tt.label)
			if err := os.WriteFile(name, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := (spamEvalCmd{Files: []string{name}}).Run(t.Context(), stdio{Out: &out}); err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for line := range strings.Lines(out.String()) {
				got[strings.Join(strings.Fields(line), " ")] = true
			}
			for want := range strings.SplitSeq(tt.want, " / ") {
				if !got[want] {
					t.Errorf("no line %q in\n%s", want, out.String())
				}
			}
		})
	}
}

func TestSpamRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	bad := write("bad.jsonl", `{"label":"ham"}`+"\n"+`{"label":"eggs"}`+"\n")
	one := write("one.jsonl", `{"label":"ham"}`+"\n")
	none := write("none.bin", "no model")
	std := stdio{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard}
	tests := []struct {
		name, want string
		run        func() error
	}{
		{"a wrong label", `bad.jsonl: line 2: label: "eggs"`, func() error { return spamEvalCmd{Files: []string{bad}}.Run(t.Context(), std) }},
		{"no such file", "no such file", func() error { return spamEvalCmd{Files: []string{filepath.Join(dir, "x")}}.Run(t.Context(), std) }},
		{"no model", "none.bin: not a model", func() error { return spamJudgeCmd{Model: none}.Run(t.Context(), std, app.Config{}) }},
		{"too little to train on", "both are needed", func() error {
			return spamTrainCmd{Files: []string{one}, Out: filepath.Join(dir, "m")}.Run(t.Context(), std)
		}},
		{"no such folder", "write the model", func() error {
			return spamTrainCmd{Files: []string{labelled(t)}, Out: filepath.Join(dir, "x", "m")}.Run(t.Context(), std)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.run(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one that says %q", err, tt.want)
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(dir, "m*")); err != nil || len(left) > 0 {
		t.Errorf("files were left behind: %v, %v", left, err)
	}
}

// With a content folder the posts speak for comments that are written like them.
func TestSpamJudgeWithPosts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	const post = "---\ntitle: Огород\ndate: 2026-01-02\n---\nПомидоры хорошие, огурцы горькие, картошку съел жук.\n"
	if err := os.WriteFile(filepath.Join(dir, "posts", "garden.md"), []byte(post), 0o600); err != nil {
		t.Fatal(err)
	}
	odds := func(content string) float64 {
		var o bytes.Buffer
		std := stdio{In: strings.NewReader(`{"author":"Вера","body":"Огурцы горькие и у нас."}`), Out: &o, Err: io.Discard}
		if err := (spamJudgeCmd{}).Run(t.Context(), std, app.Config{Content: content}); err != nil {
			t.Fatal(err)
		}
		var v spam.Verdict
		if err := json.Unmarshal(o.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		return v.LogOdds
	}
	if with, without := odds(dir), odds(app.DefaultContent); !(with < without) {
		t.Errorf("with posts %v, without %v, want less", with, without)
	}
}
