// Package markup turns Markdown into HTML, under one policy for authors and
// another for strangers.
//
// # Authors
//
// The owner of a blog trusts its authors: [Author] knows all of GitHub's
// Markdown (tables, task lists, strikethrough, bare addresses), footnotes,
// definition lists and raw HTML. What comes out is
//
//   - well-formed: if a text holds raw HTML, the whole result is parsed and
//     written again, so that a forgotten </div> ends where the post ends.
//   - free of what the pages' Content-Security-Policy blocks anyway: no style
//     attribute, no script, no event handler. Alignment and colours are classes
//     (align-left, align-center, align-right; see [StyleSheet] for code).
//   - anchored: every heading has an id made of its words, in any script
//     ("Привет мир" is at #привет-мир), unique in the post and never one that the
//     page around it uses, and is a link to itself. Headings step down by one if
//     the text uses the first level, which on a page belongs to the title.
//   - at home: addresses that are relative to the file ("cat.jpg") are resolved
//     against [Options].Base. An image from another host would be blocked by the
//     policy too (nothing on a page is loaded from elsewhere), so it becomes a
//     link to it.
//
// It never fails. What cannot be shown as it was meant is shown as text, and is
// among the faults of [Rendered], with its line and column.
//
// # What authors can write
//
// Attributes: {#id .class lang=de} at the end of a heading, on a line below any
// block, or right behind an image, a link or code. There are id, class, lang, dir,
// title, for images width and height, for lists start. An id that is taken gets
// another name.
//
// Typography: straight quotation marks become those of [Options].Language, --
// and --- become dashes, ... an ellipsis; never in code, formulas or addresses. A
// backslash keeps a mark straight.
//
// Callouts: a quotation whose first line is [!NOTE], [!TIP], [!IMPORTANT],
// [!WARNING] or [!CAUTION], with a title behind it or the word of [Options].Words.
// [!DETAILS] is folded, and so is any of them with a - (a + for one that is open)
// behind the bracket. HTML's own details element works too, with Markdown between
// empty lines.
//
// Figures: an image alone in a paragraph with a title, ![alt](src "caption").
//
// Code: coloured by chroma with classes; in a language it does not know, of more
// than 64 KiB, or with a line of more than 1000 bytes, it stays plain. Behind the language may stand a title, line numbers
// and marked lines: go {title="main.go" linenos=true hl_lines="2-4 7"}, or as other
// programs spell it. static/copy.js adds a button to copy; its words are the
// attributes data-copy and data-copied. A block in the language goat becomes a
// drawing (github.com/bep/goat), of at most 160 by 100 characters.
//
// Formulas: $…$ in a line, $$…$$ on lines of their own, or a block in the language
// math; see internal/tex. A dollar that stands at a number, as in $5, is money.
//
// Videos: a paragraph that is only a link to a video at YouTube, Vimeo or a
// PeerTube becomes a card. The link may hold an image of this blog,
// [![alt](still.jpg)](https://youtu.be/… "title"). Nothing is loaded from elsewhere.
//
// Shortcodes, on a line of their own, values in quotation marks if they hold blanks:
//
//	{{< video src="clip.mp4" title="…" still="still.jpg" captions="clip.vtt" lang="en" >}}
//	{{< video src="https://youtu.be/…" title="…" still="still.jpg" >}}
//	{{< audio src="bell.mp3" title="…" >}}
//	{{< figure src="cat.jpg" alt="…" caption="…" width="300" class="…" id="…" link="…" >}}
//	{{< youtube ID >}}  {{< vimeo ID >}}
//
// The lead: what stands before <!--more--> is [Rendered].Lead.
//
// Raw HTML that nothing closes (a comment, a script, a tag without its end) is text
// and does not swallow what follows.
//
// # Classes
//
// In static/style.css: anchor; table; align-left, align-center, align-right; task;
// footnotes, footnote-ref, footnote-backref; callout with callout-note, -tip,
// -important, -warning, -caution or -details, and callout-title; code (a figure); chroma, numbered,
// line, marked (and data-line, the number); video-card, video-title, video-at;
// video, audio (figures); formula, math-error, and in formulas boxed, left, right,
// ruled; diagram and hollow. copy.js adds copying.
//
// # Strangers
//
// Nobody trusts the authors of comments. [Stranger] knows a small subset:
// emphasis, strikethrough, links, code, lists and quotations. Everything else is
// shown, not obeyed and not dropped: raw HTML appears as it was typed, an image
// as its alternative text, a heading as a bold paragraph, a link to anything but
// http or https as its text, a definition of a link or footnote as it was typed,
// so that a comment hides nothing. Line breaks are kept. The result goes through a
// sanitiser with a policy of our own as a second wall.
//
// # What it costs
//
// Markdown can be written to be slow. Limits keep a comment of 10 000
// characters under 100 ms (TestStrangerIsCheap has the texts that are worst):
// containers (quotations, lists) nest at most 20 deep, deeper markers are text;
// and after 200 opening brackets no more links are looked for, nor more emphasis
// after 500 marks of it. Authors get 100 levels, 10 000 marks of
// emphasis, and links and code until a hundred searches have found nothing;
// TestAuthorIsCheap has texts of 100 000 characters.
package markup
