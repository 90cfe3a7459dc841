package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// Personal reads everything that is kept about a comment and who wrote it.
func (s *Comments) Personal(ctx context.Context, id comment.ID) (comment.Personal, error) {
	var p comment.Personal
	row, err := rowsOf[commentRow](s.db.read).Where("id = ?", int64(id)).Take(ctx)
	if err != nil {
		return p, fmt.Errorf("comment %d: %w", id, notFound(err, comment.ErrNotFound))
	}
	if p.Comment, err = row.comment(); err != nil {
		return p, err
	}
	p.Folded, p.FormKey = row.Folded, row.FormKey
	if p.Comment.Verdict.Receipt, err = s.Receipt(ctx, id); err != nil {
		return p, err
	}
	edits, err := s.Edits(ctx, []comment.ID{id})
	if err != nil {
		return p, err
	}
	p.Edits = edits[id]
	for _, read := range []func(context.Context, *gorm.DB, *comment.Personal) error{
		s.tracesKept, s.labelsKept, s.networkKept, s.sentKept, s.personKept, s.repliesKept, s.mailsKept,
	} {
		if err := read(ctx, s.db.read, &p); err != nil {
			return p, fmt.Errorf("read what is kept of comment %d: %w", id, err)
		}
	}
	return p, nil
}

func (s *Comments) tracesKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := s.db.tracesIn(ctx, tx, p.Comment.ID)
	for _, r := range rows {
		p.Traces = append(p.Traces, comment.TraceKept{
			Hash: uint64(r.Hash), State: r.State, At: fromMillis(r.At), ExpiresAt: fromMillis(r.ExpiresAt), //nolint:gosec // the same 64 bits
		})
	}
	return err
}

func (s *Comments) labelsKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := rowsOf[labelRow](tx).Where("comment_id = ?", int64(p.Comment.ID)).Order("seq").Find(ctx)
	for _, r := range rows {
		l := comment.LabelKept{At: fromMillis(r.At), Said: "taken back"}
		switch {
		case len(r.Lesson) > 0 && r.Lesson[0] == keptSpam:
			l.Said = "spam"
		case len(r.Lesson) > 0:
			l.Said = "ham"
		}
		p.Labels = append(p.Labels, l)
	}
	return err
}

// mailRow is a mail in the outbox as its reader may know it.
type mailRow struct {
	Kind                       string
	AboutID                    *int64
	Note                       string
	CreatedAt, RunAt, Attempts int64
	Error                      string
	SentAt, FailedAt           *int64
}

// mailsKept reads the mails about the comment, and those that are about none in particular.
func (s *Comments) mailsKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	if p.Comment.Person == 0 {
		return nil
	}
	var rows []mailRow
	err := tx.WithContext(ctx).Table("outbox").Where("person_id = ? AND (comment_id IS NULL OR comment_id = ?)",
		int64(p.Comment.Person), int64(p.Comment.ID)).Order("id").Find(&rows).Error
	for _, r := range rows {
		p.Mails = append(p.Mails, comment.MailKept{
			Kind: r.Kind, Reply: comment.ID(orZero(r.AboutID)), Note: r.Note, CreatedAt: fromMillis(r.CreatedAt), RunAt: fromMillis(r.RunAt),
			SentAt: timeOrZero(r.SentAt), FailedAt: timeOrZero(r.FailedAt), Attempts: int(r.Attempts), Error: r.Error,
		})
	}
	return err
}

func (s *Comments) repliesKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := rowsOf[subscriptionRow](tx).Where("comment_id = ? AND person_id = ?", int64(p.Comment.ID), int64(p.Comment.Person)).Find(ctx)
	if len(rows) == 1 {
		p.Replies = &comment.RepliesKept{Since: fromMillis(rows[0].Since), MutedAt: timeOrZero(rows[0].MutedAt)}
	}
	return err
}

func (s *Comments) personKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := rowsOf[personRow](tx).Where("id = ?", int64(p.Comment.Person)).Find(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	r := rows[0]
	p.Person = &comment.PersonKept{
		ID: comment.PersonID(r.ID), CreatedAt: fromMillis(r.CreatedAt), ConfirmedAt: timeOrZero(r.ConfirmedAt), MutedAt: timeOrZero(r.MutedAt),
	}
	var ties []int64
	if err := tx.WithContext(ctx).Raw("SELECT since FROM ties WHERE person_id = ? ORDER BY since", r.ID).Scan(&ties).Error; err != nil {
		return err
	}
	for _, since := range ties {
		p.Person.Browsers = append(p.Person.Browsers, fromMillis(since))
	}
	if p.Person.Address, err = s.Address(ctx, p.Person.ID); errors.Is(err, comment.ErrErased) {
		return nil // the key is lost, and the address with it
	}
	return err
}

func (s *Comments) networkKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := rowsOf[networkRow](tx).Where("comment_id = ?", int64(p.Comment.ID)).Find(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	all, err := s.Networks(ctx, []comment.ID{p.Comment.ID})
	at, ok := all[p.Comment.ID]
	if err != nil || !ok {
		return err
	}
	p.Network = &comment.NetworkKept{Network: at.String(), ExpiresAt: fromMillis(rows[0].ExpiresAt)}
	return nil
}

// sentKept reads what is kept of a comment as another filter is told of it.
func (s *Comments) sentKept(ctx context.Context, tx *gorm.DB, p *comment.Personal) error {
	rows, err := rowsOf[opinionRow](tx).Where("comment_id = ? AND uid IS NOT NULL", int64(p.Comment.ID)).Find(ctx)
	if err != nil || len(rows) == 0 {
		return err
	}
	one, err := s.db.sentOne(ctx, rows[0])
	if errors.Is(err, comment.ErrErased) || errors.Is(err, comment.ErrNotFound) {
		return nil
	}
	p.Sent = &comment.SentKept{AsSent: one.AsSent, ExpiresAt: fromMillis(one.ExpiresAt)}
	return err
}
