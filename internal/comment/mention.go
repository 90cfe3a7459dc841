package comment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/account"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Mention is a page elsewhere that links to a post, as it was read there: plain text.
type Mention struct {
	Post   string // slug
	Source string // the page
	Author string
	Text   string
	Kind   MentionKind
	// Earlier is the comment that was made of the page before; 0 for none.
	Earlier ID
}

// MentionStore is what this room needs kept of mentions. Each method is one transaction,
// in which is kept too that the page was looked at.
type MentionStore interface {
	// AddMention keeps a new comment of a mention, as Store.Add does. If the page that is
	// its URL is not waited for any more, or was made a comment meanwhile, the error is
	// [ErrConflict].
	AddMention(ctx context.Context, c Comment, hits []rule.Rule) (ID, error)
	// ChangeMention reads the comment of a mention, asks decide what it is now, and keeps
	// that with the entry, unless it is not changed. A missing comment is ErrNotFound.
	ChangeMention(ctx context.Context, id ID, decide func(Comment) (after Comment, changed bool)) error
}

// webmentions is who the audit log says changed a mention that nobody decided on.
const webmentions = "webmention"

// Mention keeps a page elsewhere that links to a post, as a comment by the channel
// [Webmention] with the page as its URL. The filter judges it by what the page says; it
// is not held against it that it has a link, which every mention has, and no site of its
// author. Whatever the policy, a moderator sees it before a reader does: the page is
// another's, and what it says today it need not say tomorrow.
//
// A page that was a comment before changes that: one that is held is held with what the
// page says now, one that is published stays so if the filter calls the new text ham, and
// is held again if not. What a moderator put away stays as it is.
func (s *Service) Mention(ctx context.Context, m Mention) error {
	if err := s.mention(ctx, m); err != nil {
		return fmt.Errorf("mention of %s: %w", m.Post, err)
	}
	return nil
}

func (s *Service) mention(ctx context.Context, m Mention) error {
	c := s.mentioned(m)
	evidence := s.judge(ctx, &c)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.govern(ctx, c, Submission{}, &evidence); err != nil {
		return err
	}
	c.Status, c.Hold = placeMention(evidence)
	if m.Earlier == 0 {
		_, err := s.store.AddMention(ctx, c, evidence.Rules)
		if errors.Is(err, ErrConflict) {
			return nil // the same page was looked at twice at once, and the other was first
		}
		return err
	}
	shown := false
	err := s.store.ChangeMention(ctx, m.Earlier, func(was Comment) (Comment, bool) {
		after, changed := remention(was, c, evidence)
		shown = changed && (was.Status == Approved || after.Status == Approved)
		return after, changed
	})
	if shown {
		s.changed(m.Post) // after an error too: it may come from a commit that was done
	}
	return err
}

// mentioned is a mention as a comment, still without a verdict. A name that is none, or
// has an e-mail address in it, is that of the host.
func (s *Service) mentioned(m Mention) Comment {
	author := oneLine(m.Author)
	if checkAuthor(author, "") != (Wrong{}) {
		author = hostOf(m.Source)
	}
	return Comment{
		ID: m.Earlier, Post: m.Post, Author: author, URL: m.Source, Body: clipped(oneLine(m.Text), MaxBody),
		Channel: Webmention, Mention: m.Kind, CreatedAt: s.now().UTC().Truncate(time.Millisecond),
	}
}

// hostOf is the host of a page.
func hostOf(source string) string {
	_, host, _ := strings.Cut(source, "://")
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	return clipped(host, MaxAuthor)
}

// clipped is the beginning of a text, of so many characters.
func clipped(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit])
}

// placeMention decides where a mention goes. It is never published by itself.
func placeMention(e Evidence) (Status, Hold) {
	if st, hold := Place(e, HoldAll); st != Approved {
		return st, hold
	}
	return Pending, HoldPolicy
}

// remention is what becomes of the comment of a page that now is told as c.
func remention(was, c Comment, e Evidence) (after Comment, changed bool) {
	same := was.Author == c.Author && was.Body == c.Body && was.Mention == c.Mention
	if same || was.Status == Trash || was.Prior != "" || !was.ErasedAt.IsZero() {
		return was, false
	}
	after = was
	after.Author, after.Body, after.Mention, after.Verdict = c.Author, c.Body, c.Mention, c.Verdict
	if was.Status != Approved {
		after.Status, after.Hold = c.Status, c.Hold
		return after, true
	}
	after.EditedAt = c.CreatedAt
	if !e.Judged || e.Class != spam.Ham || len(e.Rules) > 0 {
		after.Status, after.Hold = c.Status, c.Hold
	}
	return after, true
}

// WithdrawMention takes away the comment of a page that is gone, or does not link here any
// more: to the trash, from which a moderator can take it back. The errors are
// [ErrNotFound] and the store's.
func (s *Service) WithdrawMention(ctx context.Context, id ID) error {
	thread := ""
	_, err := s.store.Update(ctx, id, func(c Comment) (Change, error) {
		if c.Status == Trash || c.Channel != Webmention {
			return Change{}, fmt.Errorf("a comment that is %s: %w", c.Status.InWords(), ErrConflict)
		}
		if c.Status == Approved {
			thread = c.Post
		}
		return Change{Status: Trash, Prior: c.Status, Entry: account.Entry{
			At: s.now().UTC(), Actor: webmentions, Action: string(ToTrash),
			Target: fmt.Sprintf("comment %d", id), Detail: string(c.Status) + " → trash: the page is gone, or its link",
		}}, nil
	})
	if thread != "" {
		s.changed(thread) // after an error too: it may come from a commit that was done
	}
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("withdraw mention %d: %w", id, err)
	}
	return nil
}
