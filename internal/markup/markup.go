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
// Code blocks are coloured by chroma with classes; a block in a language it does
// not know, or of more than 128 KiB, stays plain.
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
// after 500 marks of it. Authors get 100 levels and as many marks as they like.
package markup
