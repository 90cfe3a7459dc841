// Package templates embeds the HTML templates of hamlet's pages and their texts
// in each language, so that the program is one file. A theme may have a file of
// the same name in place of any of them; what is told here about their data is a
// promise to it: names stay, and new ones may come.
//
// # How a page is put together
//
// A page is its own template within layout.html (admin_layout.html if its name
// begins with admin_). It defines "main", and may define "head" for more in the
// head. partials.html has what several share: "contents" and "toc" (a table of
// contents), "talk" (all below a post), "comment"; form.html has "form", "draft" (how a
// comment will look) and "stored" (what is kept of it). Templates are Go's
// html/template, with two functions more: asset NAME is the URL of a file in static, and rfc3339 TIME is for the
// datetime of a time element. Scripts and styles in a page itself do not run: the
// policy sent with it allows files of static only.
//
// # What every page has
//
//	.SiteTitle .SiteDescription   what site.toml says
//	.Lang .Dir                    BCP 47; "ltr" or "rtl"
//	.Title .Description           of the page; empty on the front page, or for none
//	.Canonical                    absolute URL; empty for none
//	.Prev .Next                   URLs of the neighbouring pages of a list
//	.NoIndex .Home                true if so
//	.Here                         path of the page, to mark it in the menus
//	.Menu                         the pages: posts, as below
//	.Overviews                    of tags, categories, authors, series: .URL .Name
//	.Feeds                        .URL .Type .Name .Title
//	.Card                         for Open Graph: .Kind .Alt .Published .Modified .Authors
//	                              .Section .Tags, and .Picture: .URL .Type .Width .Height
//	.Linked                       JSON-LD, for {{.}} in a script of that type
//	.Code                         true if there is a block of code: code.css and copy.js
//	                              are needed
//
// and, to say it in the blog's language: .T ID (a text of locales; package locale
// tells how), .Around ID (what stands before and after a link in it: .Before
// .After), .Date .Day .Moment .Month TIME on the blog's clock, .Local TIME (the time
// on that clock), .Number N, .Names LIST.
//
// # What a post has
//
//	.Title .URL .Date .Updated    Updated is the zero time if it never was
//	.By                           its authors: terms, as below
//	.Tags .Categories .Series     terms
//	.Summary .Teaser              as written; else the opening of the text
//	.HTML .Body.Lead              the text; what stands before <!--more-->
//	.Minutes                      how long it takes to read
//	.Newer .Older                 posts, or nil
//	.Pinned
//
// A term (a tag, a category, an author, a series) has .Name .URL .Count .Newest
// .About .Link; the last two are for authors.
//
// # What each page has
//
//	list.html     .Entries (posts, with .Part in a series), .List (.Page .Pages .Term .Year
//	              .Month), .Heading .Above (.URL .Name) .Count .About .Link, .Formats (feeds),
//	              .InParts (a series: the first part first)
//	terms.html    .Terms .Empty
//	archive.html  .Years: .Year .Count .URL .Months, each .Month .Count .URL; .MonthName MONTH
//	post.html     .Post, .Changed (when; zero if not), .Contents (.ID .Text .Below),
//	              .Series (.Term .Part .Of .Posts) or nil, .Event (.Name .Start .End .When .Zone
//	              .Place .URL .Calendar) or nil, .Related (posts), .CommentsFeed, .Comments ("on",
//	              "off", "closed"), .Thread and .Count (of its first page and of all), .Paging
//	              (.Page .Paged .Prev .Next .Newest .Sorted .FromOldest .FromNewest .Latest), .Form
//	              and .Typed (for "form"), .Unread, .Live (what thread.js listens to),
//	              .Preview (true while it is not published)
//	thread.html   another page of its thread: .Post .Thread .Count .Paging .Form .Typed .Comments
//	              .CommentsFeed .Unread .Live
//	embed.html    what a page of another site shows of a thread: "embed", with what thread.html
//	              has; .Form.Elsewhere is true, and addresses are made absolute afterwards
//	page.html     .Page (a post), .Changed .Contents
//	search.html   .Query .Hits .Total .Page .Pages: what was found, each hit a post with .Title
//	              .Heading .Extract in pieces (.Text .Match) and .Place; .Prev and .Next;
//	              .Asked .Waiting .Cut .Loose (true if so); .Recent (posts) and .Tags where
//	              there is no hit. "results" is sent alone to search.js
//	lost.html     .Status (404 or 410) .Heading .Text .Query .Near (posts) .Recent (Near are the
//	              newest ones)
//	error.html    .Status .Heading .Text .RequestID
//	privacy.html  nothing more
//	mail.html     behind a link of a mail: .Heading .Text, .Post (or nil), and the button:
//	              .Send is what is on it (empty: there is none), .Do what it says
//	mention.html  .Heading .Text .Wrong (true if Text says why not) .Target .Source: word of a
//	              page elsewhere
//	respond.html  .Heading .Text .Post (or nil) .Form .Typed .Open .RequestID: a comment
//	              that was not taken
//	report.html   the form to report a comment: .ID .Author .Quote .Post (.URL .Name) .Choices
//	              (.Value .Name .Current) .Words .Max .Problem
//	mine.html     a comment's own page, behind its private link: .Fate .Heading .Text .Wait .Notice
//	              .Post (.URL .Name) .Author .When .Said .Edited .Waiting (a new text that a
//	              moderator has to look at) .Path .Keep (the whole link) .Replies .Mail;
//	              .Can STEP
//	mine_edit.html   the form to change it: .Heading .Problem .Wrong .Path .Body .Open
//	mine_erase.html  whether to erase it, or everything: .Heading .Text .Button .Action .Back
//	              .All .Path
//	mine_renew.html  the new private link, before the old one ends: .Heading .Next .FormID .Path
//	mine_data.html   all that is kept: .Path .Sections: .Heading .Rows (.Name .Value)
//	mine_links.html  the form to ask for one's links: .Problem .Email .Asked .Mail
//	mine_word.html   one thing to say: .Heading .Text .Back (.URL .Name)
//
// A comment has .ID .Author .URL .When .Edited .Erased .ByAuthor .ByTeam .Imitates .Text .Orphan .Parent .To .Apart .ReplyURL .QuoteURL
// .Replies .Below (how many those are, with theirs) .Top.
// The pages for moderators (admin_) are the program's own and may change.
package templates

import "embed"

// FS holds every template by its name in this folder, and the languages in
// locales.
//
//go:embed *.html locales/*.toml
var FS embed.FS
