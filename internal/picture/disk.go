package picture

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// recipe is the version of how everything here is made; another one makes it all
// again.
const recipe = 1

// key names what is made of some values.
func key(values ...any) string {
	h := sha256.New()
	for _, v := range values {
		_, _ = fmt.Fprintf(h, "%q\n", fmt.Sprint(v))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// disk is the folder of the cache. A file ends in the SHA-256 of what is before.
type disk struct {
	dir   string
	limit int64
	now   func() time.Time

	mu      sync.Mutex
	written int64 // since the last sweep
	swept   bool
}

var errBroken = errors.New("a file of the cache is broken")

// open opens a file that is whole.
func (d *disk) open(key string) (*File, error) {
	f, err := os.Open(d.path(key))
	if err != nil {
		return nil, err
	}
	file, err := whole(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	d.touch(key, file.ModTime)
	return file, nil
}

// whole checks an open file of the cache, which is named by the hash of its content.
func whole(f *os.File) (*File, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := stat.Size() - sha256.Size
	if size < 0 || !stat.Mode().IsRegular() {
		return nil, errBroken
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, size)); err != nil {
		return nil, err
	}
	var want [sha256.Size]byte
	if _, err := f.ReadAt(want[:], size); err != nil {
		return nil, err
	}
	if !bytes.Equal(h.Sum(nil), want[:]) {
		return nil, errBroken
	}
	return &File{
		ReadSeeker: io.NewSectionReader(f, 0, size), Tag: hashOf(want[:]), Size: size, ModTime: stat.ModTime(), close: f.Close,
	}, nil
}

// memoryFile is a file that could not be put into the cache.
func memoryFile(b []byte) *File {
	sum := sha256.Sum256(b)
	return &File{
		ReadSeeker: bytes.NewReader(b), Tag: hashOf(sum[:]), Size: int64(len(b)), close: func() error { return nil },
	}
}

// touch notes, once a day, that a file is still used.
func (d *disk) touch(key string, last time.Time) {
	if now := d.now(); now.Sub(last) > 24*time.Hour {
		_ = os.Chtimes(d.path(key), now, now) // it is thrown away too early at worst
	}
}

// read reads a file that is whole.
func (d *disk) read(key string) ([]byte, error) {
	f, err := d.open(key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

// write puts a file in place in one step, so that nobody reads half of it.
func (d *disk) write(key string, b []byte) error {
	path := d.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	_, err = f.Write(b)
	if err == nil {
		_, err = f.Write(sum[:])
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	d.sweepAfter(int64(len(b)))
	return nil
}

// unfinished begins the names of files that are being written.
const unfinished = "new-"

// sweepAfter sweeps after the first write, and then whenever a tenth of the limit
// has been written.
func (d *disk) sweepAfter(n int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written += n
	if d.swept && d.written < d.limit/10 {
		return
	}
	d.swept, d.written = true, 0
	d.sweep()
}

// old is a file of the cache and when it was last used.
type old struct {
	path string
	size int64
	used time.Time
}

// sweep takes away what was used longest ago until the cache holds nine tenths of its
// limit, and what was left unfinished an hour ago.
func (d *disk) sweep() {
	var all []old
	total := int64(0)
	_ = filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil //nolint:nilerr // somebody else swept it
		}
		info, err := e.Info()
		if err != nil {
			return nil //nolint:nilerr // the same
		}
		switch {
		case !strings.HasPrefix(e.Name(), unfinished):
			all = append(all, old{path, info.Size(), info.ModTime()})
			total += info.Size()
		case d.now().Sub(info.ModTime()) > time.Hour:
			_ = os.Remove(path) //nolint:gosec // nobody else may write to the data folder
		}
		return nil
	})
	if total <= d.limit {
		return
	}
	slices.SortFunc(all, func(a, b old) int {
		return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path))
	})
	for _, f := range all {
		if total <= d.limit/10*9 {
			return
		}
		if os.Remove(f.path) == nil {
			total -= f.size
		}
	}
}
