package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hamlet/internal/app"
	"hamlet/internal/comment"
)

// oneComment is what commands share that do something to one comment.
type oneComment struct {
	ID string `arg:"" help:"Comment, by the id that list shows."`
}

// parse reads the id.
func (c oneComment) parse() (comment.ID, error) {
	id, err := comment.ParseID(c.ID)
	if err != nil {
		return 0, fmt.Errorf("comment %s: %w", harmless(c.ID), errNoID)
	}
	return id, nil
}

// on does something to the comment.
func (c oneComment) on(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd, do func(moderator, comment.ID) error) error {
	id, err := c.parse()
	if err != nil {
		return err
	}
	return all.change(ctx, std, cfg, func(m moderator) error {
		if err := do(m, id); err != nil {
			return fmt.Errorf("comment %d: %w", id, inShort(err))
		}
		return nil
	})
}

// seen is the revision that a text was written for.
type seen struct {
	Revision int64 `default:"-1" placeholder:"N" help:"Do it only if the comment still has this revision, as show tells it."`
}

// of is the revision that was said, or else the one that the comment has now.
func (s seen) of(ctx context.Context, m moderator, id comment.ID) (int64, error) {
	if s.Revision >= 0 {
		return s.Revision, nil
	}
	cm, err := m.Comments.Get(ctx, m.who, id)
	return cm.Revision, err
}

// maxTyped is how many bytes of a text are read: more than a comment may have.
const maxTyped = 1 << 20

// typed is the text on stdin.
func typed(std stdio) (string, error) {
	text, err := io.ReadAll(io.LimitReader(std.In, maxTyped))
	if err != nil {
		return "", fmt.Errorf("read the text: %w", err)
	}
	return string(text), nil
}

// textWrong is what is wrong with a text.
func textWrong(err error) error {
	if invalid, ok := errors.AsType[*comment.InvalidError](err); ok {
		return errors.New(invalid.Error())
	}
	return err
}

// editCmd is hamlet moderate edit.
type editCmd struct {
	oneComment
	seen
}

// Help is the long help.
func (editCmd) Help() string {
	return "Reads the whole new text from stdin. Readers see that a moderator changed it, its author and moderators also what it was. " +
		"With show --text it goes through an editor: hamlet moderate show 12 --text > text; edit the file; hamlet moderate edit 12 < text."
}

// Run changes the text.
func (c editCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	text, err := typed(std)
	if err != nil {
		return err
	}
	return c.on(ctx, std, cfg, all, func(m moderator, id comment.ID) error {
		revision, err := c.of(ctx, m, id)
		if err != nil {
			return err
		}
		acted, err := m.Comments.Correct(ctx, m.who, id, text, revision)
		if err != nil {
			return textWrong(err)
		}
		_, err = fmt.Fprintf(std.Out, "comment %d: it has the new text (act %d)\n", id, acted.Act)
		return err
	})
}

// replyCmd is hamlet moderate reply.
type replyCmd struct {
	oneComment
	seen
}

// Help is the long help.
func (replyCmd) Help() string {
	return "Reads the text from stdin. It is published under the name of a user, so --as is needed: hamlet moderate --as ada reply 12. " +
		"If the comment that it answers is not published, it is: both or neither."
}

// Run answers.
func (c replyCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	if all.As == "" {
		return errors.New("a reply is published under a name: say whose with hamlet moderate --as NAME reply ID")
	}
	text, err := typed(std)
	if err != nil {
		return err
	}
	return c.on(ctx, std, cfg, all, func(m moderator, id comment.ID) error {
		cm, err := m.Comments.Get(ctx, m.who, id)
		if err != nil {
			return err
		}
		revision, err := c.of(ctx, m, id)
		if err != nil {
			return err
		}
		role, err := m.RoleUnder(ctx, m.who.Name, cm.Post)
		if err != nil {
			return err
		}
		acted, err := m.Comments.ReplyTo(ctx, m.who, id, comment.Reply{Body: text, Role: role, Revision: revision})
		if err != nil {
			return textWrong(err)
		}
		_, err = fmt.Fprintf(std.Out, "comment %d: answered, and it is published (act %d)\n", id, acted.Act)
		return err
	})
}

// noteCmd is hamlet moderate note.
type noteCmd struct {
	oneComment
	Text   string `arg:"" optional:"" help:"The note, plain text."`
	Remove int64  `placeholder:"NOTE" help:"Take this note away instead, by the number that show tells."`
}

// Validate refuses to do both or nothing.
func (c noteCmd) Validate() error {
	if (c.Text == "") == (c.Remove == 0) {
		return errors.New("say either what to note, or with --remove which note to take away")
	}
	return nil
}

// Run keeps a note, or takes one away.
func (c noteCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.on(ctx, std, cfg, all, func(m moderator, id comment.ID) error {
		said, err := "noted", error(nil)
		if c.Remove != 0 {
			said = "the note is gone"
			_, err = m.Notes.Remove(ctx, m.who, id, c.Remove)
		} else {
			_, err = m.Notes.Add(ctx, m.who, id, c.Text)
		}
		if err == nil {
			_, err = fmt.Fprintf(std.Out, "comment %d: %s\n", id, said)
		}
		return err
	})
}

// assignCmd is hamlet moderate assign.
type assignCmd struct {
	oneComment
	Name string `arg:"" optional:"" help:"User who is to look at it; none for nobody."`
}

// Run gives the comment to somebody.
func (c assignCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.on(ctx, std, cfg, all, func(m moderator, id comment.ID) error {
		_, err := m.Notes.Assign(ctx, m.who, id, c.Name)
		if err != nil {
			return err
		}
		to := "nobody"
		if c.Name != "" {
			to = harmless(c.Name)
		}
		_, err = fmt.Fprintf(std.Out, "comment %d: for %s\n", id, to)
		return err
	})
}

// What is done with conversations.
type (
	pinCmd    struct{ oneComment }
	unpinCmd  struct{ oneComment }
	lockCmd   struct{ oneComment }
	unlockCmd struct{ oneComment }
)

// arrange does something with the conversation of a comment.
func (c oneComment) arrange(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd, what comment.Arrangement, said string) error {
	return c.on(ctx, std, cfg, all, func(m moderator, id comment.ID) error {
		_, err := m.Comments.Arrange(ctx, m.who, id, what)
		if err == nil {
			_, err = fmt.Fprintf(std.Out, "comment %d: %s\n", id, said)
		}
		return err
	})
}

// Run lets the conversation stand first.
func (c pinCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.arrange(ctx, std, cfg, all, comment.Pin, "it stands first")
}

// Run lets it stand where it would.
func (c unpinCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.arrange(ctx, std, cfg, all, comment.Unpin, "it stands where it would")
}

// Run takes no more replies.
func (c lockCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.arrange(ctx, std, cfg, all, comment.Lock, "it takes no more replies")
}

// Run takes replies again.
func (c unlockCmd) Run(ctx context.Context, std stdio, cfg app.Config, all *moderateCmd) error {
	return c.arrange(ctx, std, cfg, all, comment.Unlock, "it takes replies")
}
