package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// passwordFlag is how a command gets a password: never as an argument, which
// every user of the machine could read in the list of processes.
type passwordFlag struct {
	PasswordStdin bool `help:"Read the password from the first line of standard input."`
}

// maxPasswordLine is how much of standard input is read for a password.
const maxPasswordLine = 4 << 10

// read asks for a password on the terminal, twice and without echo, or reads
// the first line of standard input.
func (p passwordFlag) read(ctx context.Context, std stdio) (string, error) {
	if p.PasswordStdin {
		return firstLine(std.In)
	}
	f, ok := std.In.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return "", errors.New("read the password: standard input is no terminal to ask on; give the password on it with --password-stdin")
	}
	first, err := ask(ctx, f, std.Err, "Password: ")
	if err != nil {
		return "", err
	}
	second, err := ask(ctx, f, std.Err, "The same password again: ")
	switch {
	case err != nil:
		return "", err
	case first != second:
		return "", errors.New("the two passwords are not the same; nothing was changed")
	}
	return first, nil
}

// firstLine reads a line without its end.
func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxPasswordLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if line == "" {
		return "", errors.New("read the password: standard input is empty")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// ask reads a line from the terminal without showing it. When the context ends
// first, the terminal is given back as it was.
func ask(ctx context.Context, f *os.File, out io.Writer, prompt string) (string, error) {
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	_, _ = fmt.Fprint(out, prompt)
	type answer struct {
		line []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		answered <- answer{line, err}
	}()
	select {
	case a := <-answered:
		_, _ = fmt.Fprintln(out)
		if a.err != nil {
			return "", fmt.Errorf("read the password: %w", a.err)
		}
		return string(a.line), nil
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out)
		return "", errors.Join(errors.New("read the password: interrupted"), term.Restore(fd, before))
	}
}
