package picture

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync"
	"time"
)

// Options is what a Store is made of.
type Options struct {
	Dir string // the cache; made when something is kept in it. Required
	// Limit is how many bytes the cache may hold; zero: 1 GiB.
	Limit int64
	// Patience is how long making one picture may take; zero: 30 s.
	Patience time.Duration
	Now      func() time.Time // required
}

// Store examines the pictures of a folder and makes smaller ones and cards, each
// once. Any number of goroutines may use it.
type Store struct {
	Options
	disk  *disk
	heavy chan struct{} // who decodes a picture: one at a time
	light chan struct{} // who paints a card: one at a time

	mu    sync.Mutex
	known map[string]seen  // by name
	bad   map[string]error // what could not be made, by key
}

// seen is what was found out about a file, and the file it was found out about.
type seen struct {
	Size    int64
	ModTime time.Time
	Info    Info
	Problem error `json:"-"` // such files are not noted
}

// note is what the cache keeps of seen.
type note struct {
	seen
	Pieces  []piece
	Profile []byte
}

// Limits of what is remembered in memory: pictures of a large blog, and mistakes.
const (
	maxKnown = 100_000
	maxBad   = 1000
)

// New makes a Store.
func New(o Options) *Store {
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	return &Store{
		Options: o, disk: &disk{dir: o.Dir, limit: o.Limit, now: o.Now},
		heavy: make(chan struct{}, 1), light: make(chan struct{}, 1),
		known: map[string]seen{}, bad: map[string]error{},
	}
}

// File is an open file, clean of metadata, that reads and seeks.
type File struct {
	io.ReadSeeker
	Info Info
	// Type is the media type; empty if it is none of our formats.
	Type string
	// Tag names the bytes, for an ETag.
	Tag     string
	Size    int64
	ModTime time.Time

	close func() error
}

// Close closes the file.
func (f *File) Close() error { return f.close() }

// Look says what is known about a file. It reads it whole the first time, and
// afterwards as long as neither its size nor its time changes only asks for those.
// With an error, Info is as far as [Examine] came.
func (s *Store) Look(fsys fs.FS, name string) (Info, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return Info{}, fmt.Errorf("look at %s: %w", name, err)
	}
	defer func() { _ = f.Close() }()
	got, _, err := s.examine(f, name)
	if err != nil {
		return Info{}, fmt.Errorf("look at %s: %w", name, err)
	}
	return got.Info, got.Problem
}

// Open opens a file for readers: without what it should not tell. A file that is
// none of our formats is opened as it is.
func (s *Store) Open(fsys fs.FS, name string) (*File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	got, r, err := s.examine(f, name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, err), f.Close())
	}
	c := newClean(r, got.Info.pieces)
	return &File{
		ReadSeeker: c, Info: got.Info, Type: got.Info.Format.Type(), Tag: got.tag(), Size: c.size,
		ModTime: got.ModTime, close: f.Close,
	}, nil
}

// tag names the bytes of the clean file.
func (k seen) tag() string {
	if k.Info.Hash != "" {
		return k.Info.Hash
	}
	return fmt.Sprintf("%x-%x", k.ModTime.UnixNano(), k.Size)
}

// examine examines an open file, unless it is the one that was examined before.
func (s *Store) examine(f fs.File, name string) (seen, io.ReaderAt, error) {
	stat, err := f.Stat()
	if err != nil {
		return seen{}, nil, err
	}
	r, size, err := readerAt(f, stat)
	if err != nil {
		return seen{}, nil, err
	}
	now := seen{Size: size, ModTime: stat.ModTime()}
	if k, ok := s.remembered(name, now); ok {
		return k, r, nil
	}
	now.Info, now.Problem = Examine(r, size, name)
	if p := now.Problem; p != nil && !isProblem(p) {
		return seen{}, nil, p // it could not be read, which may pass
	}
	s.remember(name, now)
	return now, r, nil
}

// isProblem reports whether an error of Examine is about what is in the file.
func isProblem(err error) bool {
	for _, p := range []error{ErrNotPicture, ErrTruncated, ErrMalformed, ErrWrongName} {
		if errors.Is(err, p) {
			return true
		}
	}
	return false
}

// readerAt is the file as something to read anywhere in.
func readerAt(f fs.File, stat fs.FileInfo) (io.ReaderAt, int64, error) {
	if !stat.Mode().IsRegular() {
		return nil, 0, errors.New("it is not a file")
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, stat.Size(), nil
	}
	b, err := io.ReadAll(f)
	return bytesAt(b), int64(len(b)), err
}

// bytesAt reads bytes in memory.
type bytesAt []byte

// ReadAt reads from a place.
func (b bytesAt) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// remembered finds what is known about the file, if it is still the same. A file
// that was changed just now may change again without a new time, so it
// is looked at again.
func (s *Store) remembered(name string, now seen) (seen, bool) {
	if now.ModTime.IsZero() {
		return seen{}, false
	}
	s.mu.Lock()
	k, ok := s.known[name]
	s.mu.Unlock()
	if ok && k.Size == now.Size && k.ModTime.Equal(now.ModTime) {
		return k, true
	}
	if now.Size < worthNoting {
		return seen{}, false
	}
	var n note
	b, err := s.disk.read(now.key(name))
	if err != nil || json.Unmarshal(b, &n) != nil || n.Size != now.Size {
		return seen{}, false
	}
	n.Info.pieces, n.Info.profile = n.Pieces, n.Profile
	s.keep(name, n.seen)
	return n.seen, true
}

// worthNoting is the size of files about which the cache keeps a note, so that a
// restart need not read them all.
const worthNoting = 256 << 10

// settled is how old a change has to be for the time of a file to tell it from the
// next: some file systems count in steps of two seconds.
const settled = 3 * time.Second

func (s *Store) remember(name string, k seen) {
	if k.ModTime.IsZero() || s.Now().Sub(k.ModTime) < settled {
		return
	}
	s.keep(name, k)
	if k.Size < worthNoting || k.Problem != nil {
		return
	}
	if b, err := json.Marshal(note{k, k.Info.pieces, k.Info.profile}); err == nil {
		_ = s.disk.write(k.key(name), b) // without the note it is examined again
	}
}

func (s *Store) keep(name string, k seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	s.known[name] = k
}

// key is where the note about a file is.
func (k seen) key(name string) string {
	return key("note", recipe, name, k.Size, k.ModTime.UnixNano())
}

// make returns a file of the cache, or makes it when the worker is free. A mistake
// that is the fault of what it is made of is remembered, for it would come again.
func (s *Store) make(
	ctx context.Context, key string, worker chan struct{}, do func(context.Context) ([]byte, error),
) (*File, error) {
	if f, err := s.disk.open(key); err == nil {
		return f, nil
	}
	if err := s.mistake(key); err != nil {
		return nil, err
	}
	select {
	case worker <- struct{}{}:
		defer func() { <-worker }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if f, err := s.disk.open(key); err == nil {
		return f, nil // made while we waited
	}
	// Whoever asked may go away: what was begun is finished, for the next.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Patience)
	defer cancel()
	b, err := do(ctx)
	if err != nil {
		if errors.Is(err, ErrMalformed) || errors.Is(err, context.DeadlineExceeded) {
			s.setMistake(key, err)
		}
		return nil, err
	}
	if err := s.disk.write(key, b); err == nil {
		if f, err := s.disk.open(key); err == nil {
			return f, nil
		}
	}
	return memoryFile(b), nil // a full disk does not keep it from being shown
}

func (s *Store) mistake(key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bad[key]
}

func (s *Store) setMistake(key string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bad) >= maxBad {
		clear(s.bad)
	}
	s.bad[key] = err
}

// path is where a key lies in the cache.
func (d *disk) path(key string) string { return filepath.Join(d.dir, key[:2], key) }
