package app

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyFile is the name of the key in the data folder.
const keyFile = "hamlet.key"

// keySize is the size of the key in bytes.
const keySize = 32

// loadKey reads a key from the data folder by the name of its file, and makes it the
// first time. The key is what a copy of the database lacks; who copies the folder
// copies both.
//
// A new key that does not fit the database is taken away again: what is missing
// then is the old one, and nobody should keep this one for it.
func loadKey(dir, file string) (key []byte, fresh bool, err error) {
	name := filepath.Join(dir, file)
	switch err := createKey(name); {
	case err == nil:
		fresh = true
	case !errors.Is(err, fs.ErrExist):
		return nil, false, &SettingError{"data", dir, "the key cannot be written there: " + err.Error()}
	}
	key, err = readKey(name)
	return key, fresh, err
}

// readKey reads a key; the error is fs.ErrNotExist if there is none.
func readKey(name string) ([]byte, error) {
	text, err := os.ReadFile(name) //nolint:gosec // the path is the owner's own setting
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, &SettingError{"data", filepath.Dir(name), "the key in it cannot be read: " + err.Error()}
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("key %s is damaged: it must be %d bytes in hexadecimal; put back the one this blog was started with", name, keySize)
	}
	return key, nil
}

// derive makes a key for one purpose out of the blog's key (HKDF with SHA-256,
// RFC 5869), so that what is done with one tells nothing about another.
func derive(key []byte, purpose string) ([]byte, error) {
	k, err := hkdf.Key(sha256.New, key, nil, "hamlet "+purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive a key for %s: %w", purpose, err)
	}
	return k, nil
}

// forgetKey takes a new key away that does not fit the database.
func forgetKey(dir string) error {
	name := filepath.Join(dir, keyFile)
	missing := fmt.Errorf("the key %s is missing, and the database was made with it; put it back, or, if it is lost for good, run hamlet key lost", name)
	return errors.Join(missing, os.Remove(name))
}

// createKey makes a new key. It appears under its name whole or not at all, and
// of two processes that start together one wins: a link refuses to replace.
func createKey(name string) error {
	if _, err := os.Stat(name); err == nil {
		return fs.ErrExist
	}
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), keyFile+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name))
}

// syncFolder makes sure that the names in a folder are on the disk: after a
// power cut there must not be a database without its key.
func syncFolder(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the path is the owner's own setting
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
