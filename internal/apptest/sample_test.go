package apptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing/fstest"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// byWords judges as the three people of the story deserve.
type byWords struct{}

func (byWords) Judge(_ context.Context, m spam.Message) (spam.Verdict, error) {
	v := spam.Verdict{Probability: 0.02, Class: spam.Ham, Model: "story"}
	switch {
	case strings.Contains(m.Body, "casino"):
		v.Probability, v.Class = 0.996, spam.Spam
	case strings.Contains(m.Body, "perhaps"):
		v.Probability, v.Class = 0.55, spam.Unsure
	}
	v.Reasons = []spam.Reason{{Feature: "word:casino", Weight: 3.25}, {Feature: "word:ferry", Weight: -0.5}}
	v.Receipt = spam.Receipt(v.Reasons)
	v.Thresholds = spam.Thresholds{Unsure: 0.5, Spam: 0.9}
	return v, nil
}

// Explain says why as the blog's own filter would.
func (byWords) Explain(_ context.Context, ms []*spam.Reading, _ comment.Depth) ([]spam.Explanation, error) {
	f := spam.New(spam.Options{})
	out := make([]spam.Explanation, len(ms))
	for i, m := range ms {
		out[i] = spam.Explain(f, m.Message)
	}
	return out, nil
}

// harbour is the blog of the story.
func harbour() fstest.MapFS {
	return fstest.MapFS{
		"site.toml": {Data: []byte("title = \"Harbour Notes\"\ndescription = \"Tides, ferries and small repairs\"\n")},
		"posts/night-ferry.md": {Data: []byte("---\ntitle: The night ferry\ndate: 2026-11-20\ntags: [Ferries]\n---\n" +
			"It left at *ten*, as it always does.\n")},
		"pages/about.md": {Data: []byte("---\ntitle: About\n---\nWho we are.\n")},
	}
}

func harbourOptions() apptest.Options {
	return apptest.Options{Content: harbour(), Judge: byWords{}}
}

// features is a post with everything that authors can write.
const features = `---
title: "All that Markdown can do: a very-long-compound-word-that-does-not-want-to-break <em>"
date: 2026-11-18
author: [Ada Fern, Bo Reed]
tags: [Ferries, Größe, 港]
---
An opening with *emphasis*, **strength**, ~~a mistake~~, ` + "`code`" + ` and a [link](/posts/night-ferry).[^1]

## A list

- one
  1. first
  2. second
- [x] done
- [ ] to do

## A table

| Pier | Depth in metres at the lowest tide of the year | Boats | Keeper | Since | Notes of the harbour office |
|:-----|-----:|:-----:|---|---|---|
| North | 4.5 | 12 | Wanda | 1987 | none |
| South | 3 | 40 | Otto | 2001 | repaired |

### Code

` + "```go" + `
// A comment that is much too long for a phone, so that the block has to scroll by itself and not the page around it.
func main() { fmt.Println("ferry", 10, true) }
` + "```" + `

    an indented block

> A quotation
>
> > in a quotation

![A small boat](boat.svg)

---

https://example.org/a/very/long/address/that/does/not/break/anywhere/because/it/has/no/spaces/in/it/at/all

[^1]: A footnote, with a [link](https://example.org).
`

// everything is a blog with every kind of page.
func everything() fstest.MapFS {
	fsys := harbour()
	add := func(name, text string) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
	add("posts/features/index.md", features)
	add("posts/features/boat.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="90"><path d="M0 40h80l-20 30H20z" fill="#777"/></svg>`)
	add("posts/closed.md", "---\ntitle: Closed\ndate: 2026-11-02\ncomments: closed\n---\nNo more.\n")
	add("gone.txt", "/posts/lost-buoy\n")
	add("site.toml", string(fsys["site.toml"].Data)+"[authors.\"Bo Reed\"]\nabout = \"Paints boats.\"\nurl = \"https://bo.example.org\"\n")
	add("posts/launch.md", "---\ntitle: A boat is launched\ndate: 2026-11-10\nupdated: 2026-11-12\npinned: true\nauthor: Bo Reed\ncategories: Harbour works\n"+
		"event: {name: The launch, start: 2026-12-05 10:00, end: 2026-12-05 16:00, place: The slip, url: \"https://harbour.example.org/launch\"}\n---\nWith a band.\n")
	add("posts/pier-1.md", "---\ntitle: The pier, sawn\ndate: 2026-11-07\nseries: The long pier\n---\nFirst.\n\n<!--more-->\n\nThen.\n")
	add("posts/pier-2.md", "---\ntitle: The pier, nailed\ndate: 2026-11-08\nauthor: Rosalind Achebe\nseries: The long pier\ntoc: on\n---\n## Nails\n\nMany.\n\n### Long ones\n\nMore.\n\n## Boards\n\nSix.\n")
	add("posts/quiet.md", "---\ntitle: Quiet\ndate: 2026-11-01\ncomments: off\n---\nNothing to say.\n")
	for i := range 12 {
		add(fmt.Sprintf("posts/old-%d.md", i), fmt.Sprintf("---\ntitle: Old news %d\ndate: 2025-01-%02d\ntags: [Ferries]\n---\nLong ago.\n", i, i+1))
	}
	return fsys
}

// converse fills a blog with comments of every kind.
func converse(b *apptest.Blog) {
	say := func(parent comment.ID, author, body string) comment.ID {
		sub := comment.Submission{Post: "night-ferry", Author: author, Body: body}
		if parent != 0 {
			sub.Parent = fmt.Sprint(parent)
			sub.URL = "https://" + strings.Repeat("long.", 20) + "example.org/"
		}
		b.Clock.Advance(time.Minute)
		return b.MustComment(sub).ID
	}
	last := say(0, "Ada", "A *kind* word with `code`, a [link](https://example.org) and\n\n> a quotation\n\n- and\n- a list\n\n```\n"+
		strings.Repeat("wide ", 40)+"\n```\n")
	for i := range 8 {
		last = say(last, fmt.Sprintf("Reader %d", i), "An answer to that.")
	}
	say(0, "נועה", "שלום לכולם, המעבורת יצאה בזמן (10:00)!")
	say(0, "ليلى", "مرحبا، العبارة جميلة.")
	say(0, strings.Repeat("W", comment.MaxAuthor), strings.Repeat("unbroken", 100))
	for range 26 {
		say(0, "Win Big", "Best casino bonus https://example.com/"+strings.Repeat("x", 150))
	}
	say(0, "Bo", "I would perhaps go again")
	say(last, "Cleo", "perhaps a reply")
	b.MustComment(comment.Submission{Post: "old-1", Author: "Dee", Body: "perhaps somewhere else"})
}

// chat makes a thread of several pages, and lets a guest use an author's name.
func chat(b *apptest.Blog) {
	b.MustComment(comment.Submission{Post: "features", Author: "Bo Reed", Body: "Nothing but me."})
	for i := range 70 {
		b.Clock.Advance(time.Minute)
		b.MustComment(comment.Submission{Post: "old-2", Author: fmt.Sprintf("Reader %d", i+1), Body: "Some words about old news."})
	}
}
