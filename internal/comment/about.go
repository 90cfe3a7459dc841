package comment

import "hamlet/internal/spam"

// About is what a post is about, as the filter looks at it, and who wrote it.
type About struct {
	Title   string
	Tags    []string
	Authors []string // their names
}

// Posts tells what a post is about; of one that it does not know, the zero About.
type Posts interface {
	About(post string) About
}

// nowhere knows no posts.
type nowhere struct{}

func (nowhere) About(string) About { return About{} }

// message is the comment as the filter sees it, the same when it is judged and
// when it is learned from; only what the site remembers is not in it. The page of a
// mention is not its author's site: having one is no sign, for every mention has one.
// What became of others from there the site remembers all the same.
func message(c Comment, about About) spam.Message {
	site := c.URL
	if c.Channel == Webmention {
		site = ""
	}
	return spam.Message{
		Author: c.Author, AuthorURL: site, Body: c.Body,
		Permalink: "/posts/" + c.Post, Title: about.Title, Tags: about.Tags, Date: c.CreatedAt,
	}
}

// Message is the comment as the filter sees it, under a post that is about something,
// without what the site remembers.
func (c Comment) Message(about About) spam.Message { return message(c, about) }
