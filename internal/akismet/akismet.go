// Package akismet answers other sites that ask the filter as they would ask Akismet: a
// WordPress, a forum, whatever has a client for it.
//
// A [Server] speaks the protocol. It is an [net/http.Handler] for the calls below /1.1 and
// /1.2, and for nothing else: see [Server.Wants]. A site shows a [Key], in the field
// api_key, in key, or in the first label of the host it asks, KEY.any.host; which of them
// counts depends on the call. Forms come urlencoded or multipart and in any character set,
// and nothing in them is an error. Of their fields those are read that the protocol names and
// this filter can use, and the one in which a trap for robots lies; the addresses and networks
// of those who wrote are not. Nor is what their browsers call themselves, though Akismet itself calls
// an honest text spam if a script's library sent it (user_agent Python-urllib/2.1): the interface of a
// forum and other networks send posts by programs too, whoever means harm names a browser, and no
// labelled comments with agents are known by which the one could be weighed against the other. So of
// the tests of Debian's go-akismet the case "Outed by user agent" alone fails here. An answer is a word, valid, true, false, invalid, and not
// a byte more; the rest is in headers. There is a word for whatever goes wrong too, with status
// 200, since many clients look at nothing else.
//
// A [Service] knows the sites. Each has a filter of its own over the model that all have in
// common; it learns from what the site reports and, if the owner lets both, from what others
// do. Keys and filters are in memory, and what is asked is kept behind the answer: a disk that
// is full or a database that is locked changes no verdict. Until it can be kept it waits, of
// checks the last 5,000.
//
// If the owner lets a site be told, it hears at the address it names with a check (callback) when
// the owner says another word about a comment, or when the filter was asked anew about one that
// it was unsure of. That address must be of the blog's own host and public, and it and the key,
// by which the site knows who tells, are kept sealed with the check. A Caller tells behind
// everything else, and tries again for a day and a half.
//
// For a report to be known as one about a check, both are kept under a keyed hash of name,
// website, text and post, whose key is in the key store. With it, for 15 days, are the
// beginning of the text, the verdict and the reasons, sealed with a key of that day; when the
// last of a day goes, the key does.
package akismet
