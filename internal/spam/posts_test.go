package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// blog is a blog of testdata/blogs.txt.
type blog struct {
	posts    []string
	comments []spam.Message
}

func blogs() map[string]*blog {
	out := map[string]*blog{}
	for line := range strings.Lines(spam.Blogs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), "\t")
		b := out[parts[0]]
		if b == nil {
			b = &blog{}
			out[parts[0]] = b
		}
		if parts[1] == "post" {
			b.posts = append(b.posts, parts[2])
		} else {
			b.comments = append(b.comments, spam.Message{Author: parts[1], Body: parts[2], Permalink: "/posts/a"})
		}
	}
	return out
}

func withPosts(posts ...string) *spam.Filter {
	f := spam.NewFilter(spam.Default())
	f.SetPosts(spam.NewPosts(f.Model(), slices.Values(posts)))
	return f
}

// On a blog in any language its readers' comments are published, and its posts speak
// for them.
func TestPostsSpeakForReaders(t *testing.T) {
	t.Parallel()
	bs := blogs()
	if len(bs) != 5 {
		t.Fatalf("read %d blogs", len(bs))
	}
	for lang, b := range bs {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			f, without := withPosts(b.posts...), spam.NewFilter(spam.Default())
			helped := 0
			for _, site := range []string{"", "https://garden.example.org"} {
				for _, m := range b.comments {
					m.AuthorURL = site
					v, before := f.Judge(m), without.Judge(m)
					if v.Class != spam.Ham {
						t.Errorf("%q: got %s, %.2f, without posts %.2f: %v", m.Body, v.Class, v.LogOdds, before.LogOdds, v.Reasons)
					}
					if v.LogOdds < before.LogOdds {
						helped++
					}
					if v.LogOdds > before.LogOdds || v.LogOdds < before.LogOdds-3.01 {
						t.Errorf("%q: the posts moved it from %.2f to %.2f", m.Body, before.LogOdds, v.LogOdds)
					}
				}
			}
			if 5*helped < 2*len(b.comments)-5 { // a small blog has few of the words; in Korean fewest come again
				t.Errorf("the posts spoke for %d of %d comments", helped, 2*len(b.comments))
			}
		})
	}
}

// Who copies a sentence of a post and adds a link is no reader.
func TestPostsDoNotHideSpam(t *testing.T) {
	t.Parallel()
	for lang, b := range blogs() {
		f := withPosts(b.posts...)
		m := hostile
		m.Body = b.posts[0] + "\n" + hostile.Body
		if v := f.Judge(m); v.Class == spam.Ham {
			t.Errorf("%s: got %s, %.2f, without posts %.2f", lang, v.Class, v.LogOdds, alone(m))
		}
	}
}

// What posts say stands beside the reasons, and the sum is the same as ever.
func TestPostsInReasons(t *testing.T) {
	t.Parallel()
	b := blogs()["ru"]
	v := withPosts(b.posts...).Receipt(b.comments[2])
	if !(v.Receipt.Posts() < 0) || v.Receipt.LogOdds() != v.LogOdds {
		t.Errorf("posts say %v; the receipt sums to %v, not to %v", v.Receipt.Posts(), v.Receipt.LogOdds(), v.LogOdds)
	}
	sum := 0.0
	for _, r := range v.Reasons {
		sum += r.Weight
		if r.Posts > 0 || r.Posts < 0 && !strings.HasPrefix(r.Feature, "word") && r.Feature != spam.ReasonRest {
			t.Errorf("%s: posts say %v", r.Feature, r.Posts)
		}
	}
	if sum != v.LogOdds {
		t.Errorf("the reasons sum to %v, the log-odds are %v", sum, v.LogOdds)
	}
}

// The order of posts is all the same, and so is what there is too much of.
func TestPostsInAnyOrder(t *testing.T) {
	t.Parallel()
	b := blogs()["ru"]
	reversed := slices.Clone(b.posts)
	slices.Reverse(reversed)
	one, other := withPosts(b.posts...), withPosts(reversed...)
	m := b.comments[2]
	if got, want := other.Judge(m).LogOdds, one.Judge(m).LogOdds; got != want {
		t.Errorf("got %v, in the other order %v", got, want)
	}
	one.SetPosts(nil)
	if got, want := one.Judge(m).LogOdds, alone(m); got != want {
		t.Errorf("without posts again: got %v, want %v", got, want)
	}
	long := strings.Repeat(b.posts[0]+"\n", 10_000)
	read := 0
	p := spam.NewPosts(spam.Default(), func(yield func(string) bool) {
		for yield(long) {
			read++
		}
	})
	if n := p.Passages(); n < 500 || n > 600 || read > 100 {
		t.Errorf("read %d passages of %d posts, want a MiB of 2 KiB each", n, read)
	}
}

// In a language that the model knows well, posts say nothing new.
func TestPostsInAKnownLanguage(t *testing.T) {
	t.Parallel()
	const post = "Thank you for all the questions about the garden! I had the time to look at what you wrote, and this is how we do it: " +
		"first we put the leaves on the roses, then we wait until it is cold, and when the snow is here we have a cup of tea and read a book."
	f := withPosts(post, post, post)
	for _, m := range []spam.Message{kind, hostile} {
		if got, want := f.Judge(m).LogOdds, alone(m); got != want {
			t.Errorf("%q: got %v, without posts %v", m.Body, got, want)
		}
	}
}

// What is no UTF-8 is read in passages too, not byte by byte.
func TestPostsThatAreNotText(t *testing.T) {
	t.Parallel()
	p := spam.NewPosts(spam.Default(), slices.Values([]string{strings.Repeat("\x80", 8<<10)}))
	if got, want := p.Passages(), 4; got != want {
		t.Errorf("got %d passages, want %d", got, want)
	}
}
