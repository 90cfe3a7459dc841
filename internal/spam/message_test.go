package spam_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/spam"
)

func TestParseRecord(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name, line string
		id         string
		want       spam.Message
	}{
		{"everything", `{"id":"a","author":"A","author_email":"x","author_url":"u","body":"b","permalink":"p","date":"2026-11-22T00:00:00Z","zzz":[1]}`, `"a"`, spam.Message{Author: "A", AuthorURL: "u", Body: "b", Permalink: "p", Date: date}},
		{"a number as id", `{"id":12345678901234567890,"body":"b"}`, `12345678901234567890`, spam.Message{Body: "b"}},
		{"no id", `{"body":"b"}`, `null`, spam.Message{Body: "b"}},
		{"nulls", `{"id":null,"author":null,"author_url":null,"body":null,"permalink":null,"date":null}`, `null`, spam.Message{}},
		{"nothing", `{}`, `null`, spam.Message{}},
		{"a day", `{"date":"2026-11-22"}`, `null`, spam.Message{Date: date}},
		{"a date with a space", `{"date":"2026-11-22 00:00:00"}`, `null`, spam.Message{Date: date}},
		{"a date of mail", `{"date":"Sun, 22 Nov 2026 00:00:00 GMT"}`, `null`, spam.Message{Date: date}},
		{"an empty date", `{"date":""}`, `null`, spam.Message{}},
		{"a date that is none", `{"date":"the day after"}`, `null`, spam.Message{}},
		{"a number as date", `{"date":1700000000}`, `null`, spam.Message{}},
		{"broken UTF-8", "{\"body\":\"a\xffb\"}", `null`, spam.Message{Body: "a\uFFFDb"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := spam.ParseRecord([]byte(tt.line))
			if err != nil {
				t.Fatal(err)
			}
			if string(r.ID) != tt.id {
				t.Errorf("id: got %s, want %s", r.ID, tt.id)
			}
			if diff := cmp.Diff(tt.want, r.Message); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// What is not needed to judge is read as far as it makes sense.
func TestParseRecordDateAndLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, line, wrongDate, lang string }{
		{"neither", `{}`, "", ""},
		{"nulls", `{"date":null,"lang":null}`, "", ""},
		{"both", `{"date":"2026-11-22","lang":"pt"}`, "", "pt"},
		{"blank", `{"date":" ","lang":""}`, "", ""},
		{"no date there is", `{"date":"2026-11-31"}`, "2026-11-31", ""},
		{"other kinds", `{"date":17e8,"lang":["pt"]}`, "17e8", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := spam.ParseRecord([]byte(tt.line))
			if err != nil || r.WrongDate != tt.wrongDate || r.Lang != tt.lang {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

func TestParseRecordRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		``:                    "the line is empty",
		`{"body":`:            "not JSON",
		`nope`:                "not JSON",
		`{} {}`:               "not JSON",
		`"text"`:              "a string where an object was expected",
		`null`:                "null where an object was expected",
		"\xff\xfe{\x00}\x00":  "UTF-16 where UTF-8 was expected",
		`{"body":"x",`:        "a line holds a whole object",
		`[1]`:                 "an array where an object was expected",
		`{"body":5}`:          "body: a number where text was expected",
		`{"author":{}}`:       "author: an object where text was expected",
		`{"author_url":true}`: "author_url: a boolean where text was expected",
		`{"id":{}}`:           "id: neither text nor a number",
		`{"id":true}`:         "id: neither text nor a number",
	}
	for line, want := range tests {
		if _, err := spam.ParseRecord([]byte(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want one that says %q", line, err, want)
		}
	}
}

func TestRecordExample(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]bool{"spam": true, "ham": false} {
		e, err := spam.Record{Label: label, Source: "s"}.Example()
		if err != nil || e.Spam != want || e.Source != "s" {
			t.Errorf("%s: got %+v, %v", label, e, err)
		}
	}
	for _, label := range []string{"", "Spam", "unsure"} {
		if _, err := (spam.Record{Label: label}).Example(); err == nil {
			t.Errorf("%q: no error", label)
		}
	}
}

func TestVerdictAsJSON(t *testing.T) {
	t.Parallel()
	v := spam.Verdict{
		Probability: 0.9875, LogOdds: 4.375, Class: spam.Spam, Thresholds: spam.Thresholds{Unsure: 0.5, Spam: 0.9},
		Reasons: []spam.Reason{{Feature: "word:casino", Weight: 2.5, Taught: 0.25}, {Feature: spam.ReasonBias, Weight: 1.875}},
		Model:   "1-abc", Receipt: spam.Receipt{{Feature: "word:casino"}},
	}
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"probability":0.9875,"log_odds":4.375,"class":"spam","thresholds":{"unsure":0.5,"spam":0.9},` +
		`"reasons":[{"feature":"word:casino","weight":2.5,"taught":0.25},{"feature":"(bias)","weight":1.875}],"model":"1-abc"}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
