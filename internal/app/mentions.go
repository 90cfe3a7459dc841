package app

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/webmention"
)

// mentions is what a blog has to do with webmentions.
type mentions struct {
	receiver *webmention.Receiver // nil: none are received
	sender   *webmention.Sender   // nil: none are sent
	told     told
}

// told is what the sender knows of the posts: it looks at those only that are new to it
// or have changed.
type told struct {
	looked bool
	posts  map[string]shown // by slug
}

// shown is a post as it was looked at.
type shown struct {
	post *content.Post
	url  string // absolute
}

// young is how old a post may be at the start of the program to have its links told: so
// one that was published while the program did not run is told, and an archive of ten
// years is not.
const young = 7 * 24 * time.Hour

// newMentions wires what the owner wants of webmentions. The author at work gets none and
// sends none.
func (a *App) newMentions(s settings) mentions {
	if s.webmention == webmentionOff || s.dev {
		return mentions{}
	}
	client := webmention.NewClient(webmention.Options{
		Agent: "hamlet webmention (+" + s.baseURL + ")", Allowed: a.world.Reach,
	})
	m := mentions{receiver: webmention.NewReceiver(webmention.ReceiverOptions{
		Client: client, Inbox: a.db.Mentions(), Keeper: keeper{a.Comments}, Post: a.library.mentioned,
		Now: a.world.Now, Log: a.world.Log,
	})}
	if s.webmention == webmentionBoth {
		m.sender = &webmention.Sender{Client: client, Outbox: a.db.Mentions(), Now: a.world.Now, Log: a.world.Log}
	}
	return m
}

// mentioned is the post at an address of the blog, under any of its addresses, if it takes
// comments.
func (l *library) mentioned(target *url.URL) (slug string, ok bool) {
	now := l.Site()
	base, err := url.Parse(now.BaseURL)
	if err != nil || !strings.EqualFold(hostOf(target), hostOf(base)) {
		return "", false
	}
	found, ok := now.Find(target.Path)
	if ok && found.Redirect != "" {
		path, err := url.PathUnescape(found.Redirect)
		if err != nil {
			return "", false
		}
		found, ok = now.Find(path)
	}
	if !ok || found.Post == nil || found.Post.Kind != content.KindPost || l.Thread(found.Post.Slug) != comment.ThreadOpen {
		return "", false
	}
	return found.Post.Slug, true
}

// hostOf is the host of an address, without a port that goes without saying.
func hostOf(u *url.URL) string {
	if port := u.Port(); port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		return strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.Host
}

// keeper makes comments of mentions.
type keeper struct{ comments *comment.Service }

// mentionKinds are the kinds of mentions in the words of comments.
var mentionKinds = map[webmention.Kind]comment.MentionKind{
	webmention.Replies: comment.Replied, webmention.Likes: comment.Liked, webmention.Reposts: comment.Reposted,
}

// Keep keeps what a page says.
func (k keeper) Keep(ctx context.Context, r webmention.Received, e webmention.Entry) error {
	return k.comments.Mention(ctx, comment.Mention{
		Post: r.Post, Source: r.Source, Author: e.Author, Text: e.Text, Kind: mentionKinds[e.Kind], Earlier: comment.ID(r.Comment),
	})
}

// Withdraw takes away what a page said.
func (k keeper) Withdraw(ctx context.Context, r webmention.Received) error {
	return k.comments.WithdrawMention(ctx, comment.ID(r.Comment))
}

// mentionsEvery is how often the queues are looked at, and the posts; what was received
// just now is looked at right away.
const mentionsEvery = 15 * time.Second

// receive looks at webmentions until the context ends. What fails stays in the queue.
func (a *App) receive(ctx context.Context) error {
	if a.mentions.receiver == nil {
		return nil
	}
	return a.work(ctx, a.mentions.receiver.Rung(), a.ReceiveMentions)
}

// send tells the pages that posts link to, until the context ends.
func (a *App) send(ctx context.Context) error {
	if a.mentions.sender == nil {
		return nil
	}
	return a.work(ctx, nil, a.SendMentions)
}

// work works now and then, and when the bell rings.
func (a *App) work(ctx context.Context, bell <-chan struct{}, do func(context.Context) error) error {
	tick := time.NewTicker(mentionsEvery)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			a.world.Log.ErrorContext(ctx, "what is to be sent or looked at waits", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-bell:
		case <-tick.C:
		}
	}
}

// ReceiveMentions looks at the webmentions that are due, until there are none.
func (a *App) ReceiveMentions(ctx context.Context) error {
	return untilNone(ctx, a.mentions.receiver.Work)
}

// SendMentions looks which posts have changed, and tells the pages that are due.
func (a *App) SendMentions(ctx context.Context) error {
	if err := a.lookAtPosts(ctx); err != nil {
		return err
	}
	return untilNone(ctx, a.mentions.sender.Work)
}

func untilNone(ctx context.Context, work func(context.Context) (int, error)) error {
	for ctx.Err() == nil {
		if n, err := work(ctx); n == 0 || err != nil {
			return err
		}
	}
	return nil
}

// lookAtPosts notes what the posts link to that are new or have changed since it was last
// called, and that those that are gone link to nothing. The first time it passes over those
// that are not young. After an error the rest is looked at the next time.
func (a *App) lookAtPosts(ctx context.Context) error {
	now, t := a.library.Site(), &a.mentions.told
	there := make(map[string]shown, len(now.Posts()))
	if t.posts == nil {
		t.posts = map[string]shown{}
	}
	for _, p := range now.Posts() {
		one := shown{p.Post, now.BaseURL + p.URL}
		there[p.Slug] = one
		if t.posts[p.Slug] == one {
			continue
		}
		if t.looked || a.world.Now().Sub(p.Date) < young {
			if err := a.mentions.sender.Posted(ctx, p.Slug, one.url, string(p.HTML())); err != nil {
				return fmt.Errorf("look at the posts: %w", err)
			}
		}
		t.posts[p.Slug] = one
	}
	for slug, one := range t.posts {
		if _, ok := there[slug]; !ok {
			if err := a.mentions.sender.Posted(ctx, slug, one.url, ""); err != nil {
				return fmt.Errorf("look at the posts: %w", err)
			}
			delete(t.posts, slug)
		}
	}
	t.looked = true
	return nil
}
