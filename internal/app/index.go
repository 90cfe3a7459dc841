package app

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"hamlet/internal/content"
	"hamlet/internal/search"
	"hamlet/internal/site"
)

// atOnce is how many changed posts are rendered and indexed before a change is
// shown. More of them are shown first, and found by the search a little later.
const atOnce = 64

// indexer keeps the index of the search in step with the posts. What is scheduled
// is in it too; the site finds it when its time has come.
type indexer struct {
	index *search.Index            // nil before the first one is made
	of    map[string]*content.Post // what it was made of, by its id in the index
}

// update brings the index in step if that means at most so many posts, and
// reports whether it is.
func (x *indexer) update(lib *content.Library, limit int) bool {
	posts := searched(lib)
	put, drop := x.changes(posts)
	if len(put) > limit {
		return false
	}
	if len(put)+len(drop) == 0 && x.index != nil {
		return true
	}
	docs := make([]search.Doc, len(put))
	for i, p := range put {
		docs[i] = site.Doc(p)
	}
	x.index = x.index.With(docs, drop)
	x.note(posts)
	return true
}

// searched are the posts that can be found, once they are shown.
func searched(lib *content.Library) []*content.Post {
	posts := make([]*content.Post, 0, len(lib.Posts))
	for _, p := range lib.Posts {
		if !p.Draft && !p.Gone {
			posts = append(posts, p)
		}
	}
	return posts
}

// changes are the posts that are new to the index, and the ids that are gone.
func (x *indexer) changes(posts []*content.Post) (put []*content.Post, drop []string) {
	there := make(map[string]bool, len(posts))
	for _, p := range posts {
		there[site.ID(p)] = true
		if x.of[site.ID(p)] != p {
			put = append(put, p)
		}
	}
	for id := range x.of {
		if !there[id] {
			drop = append(drop, id)
		}
	}
	return put, drop
}

func (x *indexer) note(posts []*content.Post) {
	x.of = make(map[string]*content.Post, len(posts))
	for _, p := range posts {
		x.of[site.ID(p)] = p
	}
}

// indexAll renders all posts, on every core, and makes an index of them. It ends
// early, with an index nobody should use, when the context does.
func indexAll(ctx context.Context, lib *content.Library) indexer {
	posts := searched(lib)
	x := indexer{index: search.Build(rendered(ctx, posts))}
	x.note(posts)
	return x
}

// rendered are the posts as the search wants them, each as soon as it is
// rendered.
func rendered(ctx context.Context, posts []*content.Post) iter.Seq[search.Doc] {
	return func(yield func(search.Doc) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		for doc := range renderers(ctx, posts) {
			if !yield(doc) {
				return
			}
		}
	}
}

// renderers render until there is no post left or the context ends; then the
// channel is closed.
func renderers(ctx context.Context, posts []*content.Post) <-chan search.Doc {
	next, docs := make(chan *content.Post), make(chan search.Doc)
	go func() {
		defer close(next)
		for _, p := range posts {
			select {
			case next <- p:
			case <-ctx.Done():
				return
			}
		}
	}()
	var working sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), runtime.NumCPU()) {
		working.Go(func() {
			for p := range next {
				select {
				case docs <- site.Doc(p):
				case <-ctx.Done():
				}
			}
		})
	}
	go func() {
		working.Wait()
		close(docs)
	}()
	return docs
}
