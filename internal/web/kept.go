package web

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// keptField names, in the form that proves who one is, the file that waits for it.
const keptField = "kept_file"

// The bounds of what is kept: how many files, and for how long.
const (
	maxKept  = 2
	keptLast = 15 * time.Minute
)

// keptFiles are files that came with a form before their sender proved who they are, so that
// nobody has to bring them twice. They are in memory only, and few: who brings one more takes
// the place of the oldest.
type keptFiles struct {
	mu    sync.Mutex
	files []keptFile
}

// keptFile is a file of a session.
type keptFile struct {
	id, session, name string
	data              []byte
	until             time.Time
}

// put keeps a file, in place of an earlier one of the session.
func (k *keptFiles) put(f keptFile, now time.Time) (id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f.id, f.until = rand.Text(), now.Add(keptLast)
	left := k.files[:0]
	for _, old := range k.files {
		if old.session != f.session && old.until.After(now) {
			left = append(left, old)
		}
	}
	clear(k.files[len(left):])
	if len(left) == maxKept {
		left = slices.Delete(left, 0, 1)
	}
	left = append(left, f)
	k.files = left
	return f.id
}

// take finds a file of a session, and forgets it.
func (k *keptFiles) take(id, session string, now time.Time) (keptFile, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, f := range k.files {
		if f.id == id && f.session == session && f.until.After(now) {
			last := len(k.files) - 1
			k.files[i] = k.files[last]
			k.files[last] = keptFile{}
			k.files = k.files[:last]
			return f, true
		}
	}
	return keptFile{}, false
}

// keepFile keeps the file of a form that must be proved first, if it has one, and names it
// in the form.
func (s *Server) keepFile(c echo.Context) error {
	r := c.Request()
	if r.MultipartForm == nil || len(r.MultipartForm.File) == 0 {
		return nil
	}
	name, data, err := brought(c, maxUpload)
	if err != nil {
		return err
	}
	r.PostForm.Set(keptField, s.kept.put(keptFile{session: s.sessions.GetString(r.Context(), keyName), name: name, data: data}, s.Now()))
	return nil
}
