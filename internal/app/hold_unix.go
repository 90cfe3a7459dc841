//go:build unix

package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// holdFolder holds a data folder: together with all others that use it, or alone, which
// is refused while there are any, and then refuses them. The system lets go when the
// program ends, however that is.
func holdFolder(dir string, alone bool) (io.Closer, error) {
	f, err := os.Open(dir) //nolint:gosec // the path is the owner's own setting
	if err != nil {
		return nil, &SettingError{"data", dir, "it cannot be opened: " + err.Error()}
	}
	how, who := syscall.LOCK_SH, "its key is being changed"
	if alone {
		how, who = syscall.LOCK_EX, "the blog runs, or another command does; stop them first"
	}
	err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = fmt.Errorf("the data folder %s is in use: %s", dir, who)
	case err != nil:
		// File systems without locks exist; only who wants to be alone needs them.
		if !alone {
			return f, nil
		}
		err = fmt.Errorf("lock the data folder %s: %w", dir, err)
	default:
		return f, nil
	}
	return nil, errors.Join(err, f.Close())
}
