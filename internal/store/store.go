// Package store keeps comments, users, sessions and the audit log in SQLite or
// PostgreSQL. It is the only room that knows GORM and SQL.
//
// [Open] opens a database, creates it if it is missing and migrates it. Its
// parts satisfy the interfaces of the rooms that need them: [DB.Comments] is a
// comment.Store, [DB.Accounts] an account.Store, [DB.Sessions] what the web
// keeps its logins in. What these promise is written at the interfaces; what is
// written here is how it is done.
//
// # Two engines, one behaviour
//
// Everything but opening and migrating is the same code for both engines, and
// one suite of tests runs on both. Times are kept as milliseconds since 1970,
// UTC; whatever is finer is cut off.
//
//   - On SQLite one connection writes and four read. Every write transaction
//     takes the write lock when it begins (BEGIN IMMEDIATE): one that read first
//     and asked for the lock later would fail while another program holds it,
//     however long it was ready to wait. The journal is a write-ahead log with
//     synchronous=FULL, so what was answered survives a power cut. Several
//     programs may use one file at a time.
//   - On PostgreSQL a pool of connections does both. Where SQLite's single
//     writer gives an order for nothing, a lock does: SELECT … FOR UPDATE on a
//     comment that is decided on, LOCK TABLE on labels and users.
//
// # Transactions
//
// A method is one transaction, and none is handed out. Writes always go through
// one function, change: GORM's single INSERT … RETURNING without a transaction
// around it would keep SQLite from ever emptying its write-ahead log. On SQLite,
// writers that wait for each other anyway share a transaction, each in a
// savepoint of its own; see queue.go. Nobody is told that something is kept
// before it is on the disk.
//
// # The e-mail address
//
// Whoever gives one is a person, and it is kept sealed with a key of that person's
// own. The keys are in a second file, the key store (Options.Keys), wrapped by keys
// that are derived from Options.Key and are in neither; keystore.go and seal.go say
// how. To erase a person is to destroy the key: every copy of the database that was
// made before is as blind then as the database itself, as long as copies of the key
// store are not kept as long. Nor can a guess be tried out on such a copy, with the keys of today:
// there is no hash under the blog's key of an address or of where a comment came from; see
// passing.go and networks.go. Open refuses a database, and a key store, that was made
// with another key. A key store that is lost costs the addresses, and nothing else:
// Open makes a new one and says so in the log. No address, name or text of a comment
// is ever logged: SQL is logged without its values.
//
// # The audit log
//
// It only grows, and each line has the hash of the one before; chain.go says how it is
// computed and sealed. [Audit.Verify] names the first line that is not as it was written. It
// shows a line that was changed, removed, put in or moved, and lines cut off at the end. It cannot show
//
//   - what whoever has the blog's key did: the seal is made with it;
//   - that the database and the key store were put back, whole, as they were some time
//     ago, with all that was in them then: a copy is no forgery;
//   - what was done before the first start with a version that has the chain, or before
//     the key was given up as lost.
//
// Against the last two the hash of a line helps that was written down elsewhere: a log
// that has that line with that hash has everything before it.
//
// # What is remembered
//
// Of each comment the table of traces keeps what it can be known by when something
// like it comes again (see spam.Traces), with what became of it: it was published, a
// person called it spam, or neither. The traces follow from comments and labels. They
// change with them in the same transaction, go with a comment that is deleted for good,
// and can be made anew at any time, which Open does when it finds those of another version.
//
// Where many comments come together on SQLite, their traces and words are written some batches later,
// all at once; see late.go. A Bloom filter tells of most traces that nobody left them; see sieve.go.
//
// They are kept as 64-bit hashes under a key of their own, not in the database, so that
// a stolen database does not tell by trying which domains and texts it remembers. (The
// comments themselves lie in it readable.) They expire: a day after the comment came if
// nobody has decided about it, 90 days after it if they are of its text, 400 if they are
// of a domain or an author; whoever comes back leaves new ones. [Comments.Forget] deletes
// what has expired and keeps no more than MaxTraces.
//
// # What comments are found by
//
// Moderators find comments by their words, hosts, scores and more (see desk.Filter). All of
// it follows from the comments, changes with them in the same transaction and goes with
// them; Open makes it for the comments from before, in small steps. Words are made by
// internal/search, so that both engines have the same, and kept in an index of the engine's
// own: FTS4 on SQLite, which is in every build, and tsvector on PostgreSQL. FTS4 only notes
// that a word was deleted; when something is erased, its index is merged at once, and after
// other changes within the hour, so that no word of it is left in the file. Where comments came from is opened to be searched,
// and kept in memory then.
//
// # Migrations
//
// They are numbered SQL files, a folder for each engine, applied by Open and
// never changed once they were released. A database that is newer than the
// program is refused.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"hamlet/internal/insight"
)

// Options is what a DB is opened with.
type Options struct {
	// URL is where the database is. Required. See [Allowed].
	URL string
	// Key is the blog's 32-byte secret, kept outside the database; addresses are
	// sealed with keys derived from it. Required.
	Key []byte
	// Keys is the file of the key store, where the keys of commenters are; it is
	// created if it is missing. Empty: in memory, and gone with the DB.
	Keys string
	// KeepNetwork is how long it is kept which network a comment came from, and by when
	// what was kept under another setting is gone; 0: not at all.
	KeepNetwork time.Duration
	Log         *slog.Logger     // nil: nothing is logged
	Now         func() time.Time // required
}

// Allowed says in words what Options.URL may be.
const Allowed = `a path of a SQLite file like "data/hamlet.db" or "sqlite:data/hamlet.db", ` +
	`or a PostgreSQL URL like "postgres://user:password@host/database"`

// DB is an open database. It is safe for concurrent use.
type DB struct {
	name   string   // for messages; without password
	write  *gorm.DB // transactions that change something
	read   *gorm.DB // single queries; the same as write on PostgreSQL
	queue  *queue   // of writers; nil on PostgreSQL
	box    box
	people *keyStore
	now    func() time.Time
	woken  chan struct{} // by mails; see Outbox
	few    int           // comments that are read one by one; see Desk

	keepNetwork   time.Duration
	origins       origins
	passing       map[string]*passing
	passingTurn   sync.Mutex        // held while these are changed
	traces, forms sieve             // of what is looked up with each comment
	labels        still[labelsRead] // the same
	choice        still[insight.Choice]
	traced        traced
	late          *late
	background    *background

	sitesKey atomic.Pointer[secret] // nil: not read yet, or there is no site

	chainSeal chainSeal // of the end of the audit log
	chained   bool      // there was a chain when the database was opened
}

// Open opens the database, creates it if it is missing and migrates it.
func Open(ctx context.Context, o Options) (*DB, error) {
	src, err := parseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database %q: %w", Redact(o.URL), err)
	}
	db, err := open(ctx, src, o)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", src.name, src.scrub(err))
	}
	return db, nil
}

func open(ctx context.Context, src source, o Options) (*DB, error) {
	if o.Now == nil {
		return nil, errors.New("option Now is missing")
	}
	keys, err := deriveKeys(o.Key)
	if err != nil {
		return nil, err
	}
	p, err := src.connect(ctx)
	if err != nil {
		return nil, err
	}
	db, err := p.db(ctx, o.Log)
	if err == nil {
		db.name, db.box, db.now, db.keepNetwork = src.name, keys, o.Now, o.KeepNetwork
		db.woken, db.few, db.background = make(chan struct{}, 1), fewComments, newBackground()
		db.traces.query, db.traces.value = everyTrace, readTrace
		db.forms.query, db.forms.value = everyForm, readForm
		err = db.checkKey(ctx, keys.check())
	}
	if err == nil {
		err = db.rememberAll(ctx)
	}
	if err == nil {
		err = db.compareNames(ctx)
	}
	if err == nil {
		err = db.openPeople(ctx, o, keys)
	}
	if err == nil {
		err = db.openChain(ctx, keys)
	}
	if err == nil {
		err = db.findAll(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return db, nil
}

// Close closes the database.
func (db *DB) Close() error {
	db.background.end()
	var err error
	if db.late.count() > 0 {
		err = db.settleAll(context.Background())
	}
	return errors.Join(err, db.people.close(), db.closePools())
}

// closePools closes the database and not the key store.
func (db *DB) closePools() error {
	var errs []error
	for _, g := range []*gorm.DB{db.read, db.write} { // SQLite tidies up when the writer goes last
		pool, err := g.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database %s: %w", db.name, err)
	}
	return nil
}

// Comments is the comments' part of the database: a comment.Store.
func (db *DB) Comments() *Comments { return &Comments{db} }

// Audit is the audit log's part: a desk.AuditLog.
func (db *DB) Audit() *Audit { return &Audit{db} }

// Accounts is the accounts' part: an account.Store.
func (db *DB) Accounts() *Accounts { return &Accounts{db} }

// Sessions is the sessions' part: a web.SessionStore.
func (db *DB) Sessions() *Sessions { return &Sessions{db} }

// work is what is done in a transaction. It must use the context it is given: a
// transaction that several callers share does not end with one of them.
type work func(ctx context.Context, tx *gorm.DB) error

// change runs fn in a write transaction: all that it does is kept, or, if it
// returns an error, nothing. What it recorded is written last.
func (db *DB) change(ctx context.Context, fn work) error {
	fn = db.recording(ctx, fn)
	return db.transact(&job{ctx: ctx, fn: fn})
}

// transact does a job in a write transaction.
func (db *DB) transact(j *job) error {
	if db.queue != nil {
		return db.queue.do(db.write, j)
	}
	return db.write.WithContext(j.ctx).Transaction(func(tx *gorm.DB) error { return j.fn(j.ctx, tx) })
}

// slow is how long a query may take without being logged.
const slow = time.Second

// config is how GORM is used: transactions are begun where they are meant, and
// the log shows SQL without its values.
func config(log *slog.Logger) *gorm.Config {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
		Logger: seldom{logger.NewSlogLogger(log, logger.Config{
			LogLevel: logger.Warn, SlowThreshold: slow,
			ParameterizedQueries: true, IgnoreRecordNotFoundError: true,
		})},
	}
}

// seldom logs what failed and what was slow, and does not even write down the others. What
// was given up, because whoever asked has gone or the program stops, is no fault.
type seldom struct{ logger.Interface }

// ParamsFilter keeps values out of the log.
func (seldom) ParamsFilter(_ context.Context, sql string, _ ...any) (query string, values []any) {
	return sql, nil
}

// Trace is called after each query.
func (s seldom) Trace(ctx context.Context, begin time.Time, sql func() (query string, rows int64), err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		err = nil
	}
	if err != nil || time.Since(begin) > slow {
		s.Interface.Trace(ctx, begin, sql, err)
	}
}

// millis is how times are kept.
func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
