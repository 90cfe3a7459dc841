package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hamlet/internal/account"
	"hamlet/internal/store"
)

// nextKeyFile is the name of the key that a blog is being given. It lies beside the
// other until everything is made with it, and takes its name then; so whenever the
// power fails, both are there, and whoever asks again goes on with them.
const nextKeyFile = keyFile + ".next"

// ErrKeyFits says that a key that was called lost is not.
var ErrKeyFits = errors.New("the key is there and fits the database: nothing is lost")

// RotateKey gives a blog another key, which must not run meanwhile. Addresses are kept;
// private links, cookies, forms and previews that were made with the old key end.
func RotateKey(ctx context.Context, cfg Config, w World) error {
	return rekey(cfg, w, func(s settings, o store.Options) error {
		old, err := readKey(filepath.Join(s.data, keyFile))
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no key in %s; put it back, or, if it is lost for good, run hamlet key lost", s.data)
		}
		if err != nil {
			return err
		}
		next, fresh, err := loadKey(s.data, nextKeyFile)
		if err != nil {
			return err
		}
		o.Key = old
		err = store.Rekey(ctx, o, next, entryOf(o, "rotate key"))
		if fresh && (errors.Is(err, store.ErrWrongKey) || errors.Is(err, store.ErrWrongKeys)) {
			return errors.Join(err, os.Remove(filepath.Join(s.data, nextKeyFile))) // nothing was changed
		}
		return err
	})
}

// LoseKey gives a blog another key whose own is lost, or does not fit. Comments and
// accounts are kept; addresses and private links are gone. If the key fits after all, the
// error is [ErrKeyFits].
func LoseKey(ctx context.Context, cfg Config, w World) error {
	return rekey(cfg, w, func(s settings, o store.Options) error {
		// What was cut off may have come far enough for the next key to open everything.
		for _, name := range []string{keyFile, nextKeyFile} {
			var err error
			if o.Key, err = readKey(filepath.Join(s.data, name)); err != nil {
				continue // what cannot be read is lost
			}
			db, err := store.Open(ctx, o)
			switch {
			case err == nil && name == keyFile:
				return errors.Join(ErrKeyFits, db.Close())
			case err == nil:
				return db.Close()
			case !errors.Is(err, store.ErrWrongKey) && !errors.Is(err, store.ErrWrongKeys):
				return err
			}
		}
		next, _, err := loadKey(s.data, nextKeyFile)
		if err != nil {
			return err
		}
		return store.Abandon(ctx, o, next, entryOf(o, "lose key"))
	})
}

func entryOf(o store.Options, action string) account.Entry {
	return account.Entry{At: o.Now(), Actor: account.Shell.Name, Action: action}
}

// rekey has the data folder to itself while the work makes everything with the next key,
// which then takes the place of the other.
func rekey(cfg Config, w World, work func(settings, store.Options) error) error {
	s, err := cfg.settings()
	if err != nil {
		return err
	}
	w = w.filled()
	if cfg.Database == "" && isEmpty(s.data) {
		return &SettingError{"data", s.data, "there is no blog's data in it; name the folder the server uses"}
	}
	hold, err := holdFolder(s.data, true)
	if err != nil {
		return err
	}
	err = work(s, storeOptions(s, w, nil))
	if err == nil {
		err = os.Rename(filepath.Join(s.data, nextKeyFile), filepath.Join(s.data, keyFile))
	}
	if err == nil {
		err = syncFolder(s.data)
	}
	return errors.Join(err, hold.Close())
}

// isEmpty reports whether a data folder has nothing of a blog.
func isEmpty(dir string) bool {
	for _, name := range []string{keyFile, nextKeyFile, "hamlet.db"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return false
		}
	}
	return true
}

// checkRekeyed refuses a folder whose key was about to be changed.
func checkRekeyed(dir string) error {
	_, err := os.Stat(filepath.Join(dir, nextKeyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &SettingError{"data", dir, "it cannot be looked into: " + err.Error()}
	}
	return fmt.Errorf("a change of the key in %s was cut off; run again what was running, hamlet key rotate or hamlet key lost: it goes on from there", dir)
}
