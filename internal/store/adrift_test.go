package store_test

import (
	"errors"
	"os"
	"testing"

	"hamlet/internal/comment"
)

// TestNothingIsKeptInFilesThatAreGone takes a file away under the program, which would go on
// writing into what nobody finds again.
func TestNothingIsKeptInFilesThatAreGone(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(*bench) string{
		"the database":  (*bench).path,
		"the key store": func(b *bench) string { return b.file },
	} {
		for how, take := range map[string]func(path string) error{
			"deleted": os.Remove,
			"replaced": func(path string) error {
				was, err := os.ReadFile(path)
				return errors.Join(err, os.Rename(path, path+".old"), os.WriteFile(path, was, 0o600))
			},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, engine{url: newFile})
				b.add(a(comment.Approved), "ada@example.org")
				if err := take(of(b)); err != nil {
					t.Fatal(err)
				}
				if _, err := b.Comments().Add(t.Context(), a(comment.Approved), comment.Given{Email: "bo@example.org"}); !errors.Is(err, comment.ErrAdrift) {
					t.Errorf("got %v, want ErrAdrift", err)
				}
				if n := b.count("comments"); n != 1 {
					t.Errorf("there are %d comments", n)
				}
			})
		}
	}
}
