//go:build !unix

package app

import (
	"errors"
	"io"
	"os"
)

// holdFolder holds nothing where folders cannot be locked, and refuses who wants one
// alone.
func holdFolder(dir string, alone bool) (io.Closer, error) {
	if alone {
		return nil, errors.New("the key can be changed on Unix systems only, where it is sure that nobody else uses it")
	}
	return os.Open(dir)
}
