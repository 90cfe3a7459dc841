package app

import (
	"crypto/rand"
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

// loadKey reads the blog's key from the data folder, and makes it the first
// time. The key is what a copy of the database lacks; who copies the folder
// copies both.
func loadKey(dir string) ([]byte, error) {
	name := filepath.Join(dir, keyFile)
	if err := createKey(name); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("create key: %w", err)
	}
	text, err := os.ReadFile(name) //nolint:gosec // the path is the owner's own setting
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("key %s is damaged: it must be %d bytes in hexadecimal; put back the one this blog was started with", name, keySize)
	}
	return key, nil
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
