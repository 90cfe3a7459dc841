package app

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/desk"
	"hamlet/internal/insight"
	"hamlet/internal/markup"
	"hamlet/internal/rule"
	"hamlet/internal/site"
	"hamlet/internal/store"
	"hamlet/internal/web"
)

// World is what a blog needs from outside. The zero World is the real one.
type World struct {
	Now func() time.Time // nil: the clock of the machine, in UTC
	Log *slog.Logger     // nil: nothing is logged
	// Content replaces the content folder; it is loaded once and not watched.
	Content fs.FS
	// Judge replaces the blog's own filter.
	Judge comment.Judge
	// Reach says which addresses webmentions are fetched from and sent to; nil: public
	// ones, on the ports of the web. For tests.
	Reach func(netip.AddrPort) bool
	// Offline opens the blog without listening; only its Handler answers. For tests.
	Offline bool
	// MailTrust is whose certificates mail servers may have; nil: those the system trusts.
	// For tests.
	MailTrust *x509.CertPool
	// Patience is how long one waits for a database or somebody else's server where an answer to
	// other sites or another filter is wanted; zero: as long as each is worth. For tests, in which
	// nothing may depend on how fast the machine is.
	Patience time.Duration
	// QuickPasswords makes password hashes that cost nothing. For tests.
	QuickPasswords bool
}

func (w World) filled() World {
	if w.Now == nil {
		w.Now = func() time.Time { return time.Now().UTC() }
	}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	return w
}

// cost is what a password hash costs.
func (w World) cost() account.Cost {
	if w.QuickPasswords {
		return account.Cost{Memory: 8, Passes: 1, Lanes: 1}
	}
	return account.DefaultCost
}

// Data is what a blog keeps: comments and accounts.
type Data struct {
	Jobs     *desk.Jobs
	Comments *comment.Service
	Accounts *account.Service
	Queue    *desk.Queue
	Sites    *akismet.Service // that ask the filter with a key
	Audit    *desk.Audit
	Notes    *desk.Notes
	Waves    *desk.Waves
	Reports  *desk.Reports
	Views    *desk.Views
	Pasts    *desk.Pasts
	Rules    *rule.Book
	db       *store.DB
	Insight  *insight.Desk  // nil if the World has a judge of its own
	live     *insight.Live  // the same
	beside   comment.Beside // where the filters learn
	hold     io.Closer      // of the folder
	shelf    *shelf         // nil in the server
	previews []byte         // the key that addresses of previews are made with
	forms    []byte         // the key that forms are signed with
	// noticeLinks is the key that links in notices are signed with.
	noticeLinks []byte
}

// OpenData opens what is kept, beside a server that may be running. Nothing can
// be submitted through it.
func OpenData(ctx context.Context, cfg Config, w World) (*Data, error) {
	s, err := cfg.settings()
	if err != nil {
		return nil, err
	}
	w = w.filled()
	under := newShelf(s, w)
	d, err := openData(ctx, s, w, under, hooks{})
	if err != nil {
		return nil, err
	}
	d.shelf = under
	return d, nil
}

// posts is what the comments of a blog are written under.
type posts interface {
	comment.Threads
	comment.Posts
	Site() *site.Site
}

// namedBy tells the name and the address of the blog as they are now.
func namedBy(under posts) func() (title, base string) {
	return func() (title, base string) {
		now := under.Site()
		return now.Meta.Title, now.BaseURL
	}
}

// hooks are told what changes; the zero hooks are for programs beside the server.
type hooks struct {
	thread func(post string) // a thread shows something else
	rules  func()            // what the owner has laid down may be something else
}

func openData(ctx context.Context, s settings, w World, under posts, changed hooks) (*Data, error) {
	if err := os.MkdirAll(s.data, 0o700); err != nil {
		return nil, &SettingError{"data", s.data, "the folder cannot be created: " + err.Error()}
	}
	hold, err := holdFolder(s.data, false)
	if err != nil {
		return nil, err
	}
	d, err := openHeld(ctx, s, w, under, changed)
	if err != nil {
		return nil, errors.Join(err, hold.Close())
	}
	d.hold = hold
	return d, nil
}

// openHeld is openData in a folder that is held.
func openHeld(ctx context.Context, s settings, w World, under posts, changed hooks) (*Data, error) {
	key, fresh, err := openKey(s)
	if err != nil {
		return nil, err
	}
	previews, err := derive(key, previewPurpose)
	if err != nil {
		return nil, err
	}
	forms, err := derive(key, formsPurpose)
	if err != nil {
		return nil, err
	}
	links, err := derive(key, linksPurpose)
	if err != nil {
		return nil, err
	}
	noticeLinks, err := derive(key, noticesPurpose)
	if err != nil {
		return nil, err
	}
	db, err := openStore(ctx, s, w, key, fresh)
	if err != nil {
		return nil, err
	}
	d := &Data{db: db, noticeLinks: noticeLinks, previews: previews, forms: forms, Accounts: account.New(account.Options{Store: db.Accounts(), Now: w.Now, Cost: w.cost(), Site: namedBy(under)})}
	if d.Rules, err = rule.Open(ctx, rule.Options{Store: db.Rules(), Now: w.Now, CloseAfter: s.closeAfter, Changed: changed.rules}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	judge := w.Judge
	if judge == nil {
		if err := d.openInsight(s, w, under); err != nil {
			return nil, errors.Join(err, db.Close())
		}
		judge = d.live
	}
	d.Comments, err = comment.New(comment.Options{
		Store: db.Comments(), Judge: judge, Threads: under, Posts: under, Policy: s.policy, Seen: markup.Seen, Changed: changed.thread,
		Rules: d.Rules, Leads: markup.Leads, Asking: s.akismet.Asking,
		Links: comment.NewLinks(links), Now: w.Now, Log: w.Log,
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := d.openSites(ctx, s, w, changed); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if d.Queue, err = desk.New(desk.Options{Finder: db.Desk(), Imitations: d.Comments, Now: w.Now}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if d.Jobs, err = desk.NewJobs(desk.JobOptions{Store: db.Jobs(), Finder: db.Desk(), Comments: d.Comments, Now: w.Now, Log: w.Log}); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	d.Waves = &desk.Waves{Finder: db.Desk()}
	d.Reports, d.Views = desk.NewReports(db.Reports(), d.Comments, w.Now), desk.NewViews(db.Views(), w.Now)
	d.Pasts = &desk.Pasts{Finder: db.Desk()}
	d.Audit, d.Notes = desk.NewAudit(db.Audit()), desk.NewNotes(db.Notes(), d.Comments, db.Accounts(), w.Now)
	return d, nil
}

// openKey reads the blog's key out of the data folder, and makes it if it is missing.
func openKey(s settings) (key []byte, fresh bool, err error) {
	if err := checkRekeyed(s.data); err != nil {
		return nil, false, err
	}
	return loadKey(s.data, keyFile)
}

// openStore opens the database with the blog's key.
func openStore(ctx context.Context, s settings, w World, key []byte, fresh bool) (*store.DB, error) {
	db, err := store.Open(ctx, storeOptions(s, w, key))
	switch {
	case fresh && errors.Is(err, store.ErrWrongKey):
		return nil, forgetKey(s.data)
	case fresh && errors.Is(err, store.ErrWrongKeys):
		return nil, errors.Join(err, os.Remove(filepath.Join(s.data, keyFile)))
	case err != nil:
		return nil, err
	}
	return db, nil
}

// storeOptions is how the database is opened with the blog's key.
func storeOptions(s settings, w World, key []byte) store.Options {
	return store.Options{
		URL: s.database, Key: key, Keys: filepath.Join(s.data, "people.keys"), KeepNetwork: s.keepNetwork,
		Log: w.Log, Now: w.Now,
	}
}

// Close closes the database and lets go of the folder. Again does no harm.
func (d *Data) Close() error {
	if d.Insight != nil {
		d.Insight.Close()
	}
	d.beside.End()
	err := d.db.Close()
	if herr := d.hold.Close(); !errors.Is(herr, fs.ErrClosed) {
		err = errors.Join(err, herr)
	}
	return err
}

// Preview is the path at which a post that is not shown can be read while the blog
// runs; empty as long as the data folder has no key, since the blog was never
// started with it. It changes nothing.
func Preview(cfg Config, p *content.Post) (string, error) {
	key, err := readKey(filepath.Join(cfg.Data, keyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if key, err = derive(key, previewPurpose); err != nil {
		return "", err
	}
	return web.PreviewPath(key, p), nil
}

// previewPurpose is what the key of previews is derived for.
const previewPurpose = "previews"

// formsPurpose is what the key of forms is derived for.
const formsPurpose = "forms"

// linksPurpose is what the key of private links is derived for.
const linksPurpose = "links"

// PreviewKey is what the addresses of previews are made with.
func (d *Data) PreviewKey() []byte { return d.previews }
