package rule

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"hamlet/internal/account"
)

// Closing is whether a post takes comments, as somebody has said on this blog; the file
// of the post may close them whatever this says.
type Closing struct {
	Post   string
	Closed bool
	By     string
	At     time.Time
}

// Attack is the switch that holds every comment and asks for proof of work.
type Attack struct {
	Since time.Time // zero: it is off
	Until time.Time // zero: until it is turned off
	By    string
}

// On reports whether it is on.
func (a Attack) On(now time.Time) bool {
	return !a.Since.IsZero() && (a.Until.IsZero() || now.Before(a.Until))
}

// Page is everything that is written in the book, but for what rules have hit since.
type Page struct {
	Rules    []Rule
	Closings []Closing
	Attack   Attack
}

// Store is what the book is kept in. Each method is one transaction, and keeps the entry
// with what it does; what writes is an act, which can be undone.
type Store interface {
	// Read reads all of it; expired rules may be left out.
	Read(ctx context.Context) (Page, error)
	// List reads the rules, newest first, those that have expired too.
	List(ctx context.Context) ([]Rule, error)
	// Get reads one rule, or ErrNotFound.
	Get(ctx context.Context, id ID) (Rule, error)
	// Add keeps a rule with its hits, in place of one of the same kind and value, and
	// returns it with its number.
	Add(ctx context.Context, r Rule, e account.Entry) (Rule, account.ActID, error)
	// Change puts a rule in the place of another with its number, which keeps its hits;
	// ErrNotFound if there is none.
	Change(ctx context.Context, r Rule, e account.Entry) (account.ActID, error)
	// Remove takes a rule away; ErrNotFound if there is none.
	Remove(ctx context.Context, id ID, e account.Entry) (account.ActID, error)
	// SetClosing keeps whether a post is closed.
	SetClosing(ctx context.Context, c Closing, e account.Entry) (account.ActID, error)
	// SetAttack keeps the switch.
	SetAttack(ctx context.Context, a Attack, e account.Entry) (account.ActID, error)
}

// Options is what a Book is made of. Store and Now are required.
type Options struct {
	Store Store
	Now   func() time.Time
	// CloseAfter is after how long from its date a post takes no more comments; zero:
	// it takes them for good.
	CloseAfter time.Duration
	// Changed is told when something may be other for readers than it was; nil: nobody
	// is told.
	Changed func()
}

// Book is where the owner's rules are written. It is safe for concurrent use. In the zero
// Book nothing is written, and nothing can be.
type Book struct {
	Options
	now atomic.Pointer[snapshot]
}

// snapshot is the book as it was read last. It is never changed.
type snapshot struct {
	set      *Set
	closings map[string]Closing
	attack   Attack
}

// Open opens the book and reads it.
func Open(ctx context.Context, o Options) (*Book, error) {
	if o.Store == nil || o.Now == nil {
		return nil, errors.New("book of rules: an option is missing")
	}
	b := &Book{Options: o}
	if b.Changed == nil {
		b.Changed = func() {}
	}
	return b, b.Refresh(ctx)
}

// read is the book as it was read last.
func (b *Book) read() *snapshot {
	if s := b.now.Load(); s != nil {
		return s
	}
	return &snapshot{}
}

// Refresh reads the book again.
func (b *Book) Refresh(ctx context.Context) error {
	p, err := b.Store.Read(ctx)
	if err != nil {
		return fmt.Errorf("read the book of rules: %w", err)
	}
	s := &snapshot{set: NewSet(p.Rules), closings: map[string]Closing{}, attack: p.Attack}
	for _, c := range p.Closings {
		s.closings[c.Post] = c
	}
	b.now.Store(s)
	b.Changed()
	return nil
}

// Match finds the rules that hit a comment now. What is asked about it is found out only
// if there are rules.
func (b *Book) Match(ask func() Subject) []Rule {
	set := b.read().set
	if set.Empty() {
		return nil
	}
	return set.Match(ask(), b.Now())
}

// Attack is the switch as it is now; zero if it is off.
func (b *Book) Attack() Attack {
	if a := b.read().attack; !a.Since.IsZero() && a.On(b.Now()) {
		return a
	}
	return Attack{}
}

// Door is whether a post takes comments, and until when that stays so by itself.
type Door struct {
	Closed bool
	// Why tells the reasons apart: said by somebody, or else by the age of the post.
	Said bool
	// Closes is when it closes by itself; zero: not.
	Closes time.Time
}

// Door tells whether a post of some date takes comments, as far as the book goes.
func (b *Book) Door(post string, dated time.Time) Door {
	if c, said := b.read().closings[post]; said {
		return Door{Closed: c.Closed, Said: true}
	}
	if b.CloseAfter <= 0 {
		return Door{}
	}
	closes := dated.Add(b.CloseAfter)
	return Door{Closed: !closes.After(b.Now()), Closes: closes}
}

// Closings are the posts that somebody closed or opened here, in their order.
func (b *Book) Closings() []Closing {
	return slices.SortedFunc(maps.Values(b.read().closings), func(a, b Closing) int { return strings.Compare(a.Post, b.Post) })
}

// List reads the rules with their hits, for those who may see them.
func (b *Book) List(ctx context.Context, actor account.Actor) ([]Rule, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return nil, err
	}
	return b.Store.List(ctx)
}

// Get reads one rule.
func (b *Book) Get(ctx context.Context, actor account.Actor, id ID) (Rule, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Rule{}, err
	}
	return b.Store.Get(ctx, id)
}

// Add makes a rule. One of the same kind and value is replaced, and its hits go on
// being counted. The errors are account.ErrForbidden and [InvalidError].
func (b *Book) Add(ctx context.Context, actor account.Actor, d Draft) (Rule, account.ActID, error) {
	r, err := b.drafted(actor, d)
	if err != nil {
		return Rule{}, 0, err
	}
	r, act, err := b.Store.Add(ctx, r, entry(b.Now(), actor, "rule add", r.String(), r.detail()))
	if err != nil {
		return Rule{}, 0, fmt.Errorf("add a rule: %w", err)
	}
	return r, act, b.Refresh(ctx)
}

// Change makes another rule of one that there is.
func (b *Book) Change(ctx context.Context, actor account.Actor, id ID, d Draft) (Rule, account.ActID, error) {
	r, err := b.drafted(actor, d)
	if err != nil {
		return Rule{}, 0, err
	}
	r.ID = id
	act, err := b.Store.Change(ctx, r, entry(b.Now(), actor, "rule change", r.String(), r.detail()))
	if err != nil {
		return Rule{}, 0, fmt.Errorf("change rule %d: %w", id, err)
	}
	return r, act, b.Refresh(ctx)
}

func (b *Book) drafted(actor account.Actor, d Draft) (Rule, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Rule{}, err
	}
	return d.Rule(actor.Name, b.Now())
}

// detail is what the audit log says of a rule beside its name.
func (r Rule) detail() string {
	if r.Expires.IsZero() {
		return string(r.Effect) + ", never expires"
	}
	return string(r.Effect) + ", until " + r.Expires.UTC().Format(time.RFC3339)
}

// Remove takes a rule away. What it held stays where it is.
func (b *Book) Remove(ctx context.Context, actor account.Actor, id ID) (Rule, account.ActID, error) {
	r, err := b.Get(ctx, actor, id)
	var act account.ActID
	if err == nil {
		act, err = b.Store.Remove(ctx, id, entry(b.Now(), actor, "rule remove", r.String(), r.detail()))
	}
	if err != nil {
		return Rule{}, 0, fmt.Errorf("remove rule %d: %w", id, err)
	}
	return r, act, b.Refresh(ctx)
}

// Close closes the comments of a post or opens them, whatever its age.
func (b *Book) Close(ctx context.Context, actor account.Actor, post string, closed bool) (account.ActID, error) {
	if err := actor.MayOn(account.ModerateComments, post); err != nil {
		return 0, err
	}
	action := "open comments"
	if closed {
		action = "close comments"
	}
	c := Closing{Post: post, Closed: closed, By: actor.Name, At: b.Now()}
	act, err := b.Store.SetClosing(ctx, c, entry(b.Now(), actor, action, "post "+post, ""))
	if err != nil {
		return 0, fmt.Errorf("%s on %s: %w", action, post, err)
	}
	return act, b.Refresh(ctx)
}

// SetAttack turns the attack switch on for a time, or, if that is zero, until it is
// turned off.
func (b *Book) SetAttack(ctx context.Context, actor account.Actor, lasting time.Duration) (account.ActID, error) {
	a := Attack{Since: b.Now().UTC().Truncate(time.Millisecond), By: actor.Name}
	detail := "until it is turned off"
	if lasting > 0 {
		a.Until = a.Since.Add(lasting)
		detail = "until " + a.Until.Format(time.RFC3339)
	}
	return b.setAttack(ctx, actor, a, "attack on", detail)
}

// EndAttack turns the attack switch off.
func (b *Book) EndAttack(ctx context.Context, actor account.Actor) (account.ActID, error) {
	return b.setAttack(ctx, actor, Attack{}, "attack off", "")
}

func (b *Book) setAttack(ctx context.Context, actor account.Actor, a Attack, action, detail string) (account.ActID, error) {
	if err := actor.May(account.SwitchAttack); err != nil {
		return 0, err
	}
	act, err := b.Store.SetAttack(ctx, a, entry(b.Now(), actor, action, "blog", detail))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", action, err)
	}
	return act, b.Refresh(ctx)
}
