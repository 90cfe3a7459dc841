package web

import (
	"container/list"
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"
)

// stamp says what a page was made of. When either part is another now, the page
// is made again.
type stamp struct {
	site     string // site.Version
	revision int64  // of the thread; 0 on pages without one
}

// cached is a page ready to be sent.
type cached struct {
	stamp stamp
	hash  string
	body  variants
	// thread is what a post's page shows of its comments, kept for the variants of
	// the page that are made on demand.
	thread []commentView
}

// size is roughly what the page holds in memory. The thread's HTML is about as
// long as what it adds to the page.
func (p *cached) size() int {
	return 2*len(p.body.plain) + len(p.body.gzip) + len(p.body.brotli)
}

// pageCache keeps finished pages, one a key, the least recently used going
// first when they outgrow max bytes together.
type pageCache struct {
	max    int
	making singleflight.Group

	mu    sync.Mutex
	bytes int
	order *list.List // of *entry, most recently used first
	byKey map[string]*list.Element
}

type entry struct {
	key  string
	page *cached
}

func newPageCache(maxBytes int) *pageCache {
	return &pageCache{max: maxBytes, order: list.New(), byKey: map[string]*list.Element{}}
}

// page finds the page of a key and stamp, or makes it. Several requests for a
// page that is missing wait for one making; it goes on when the first of them
// is given up.
func (pc *pageCache) page(
	ctx context.Context, key string, st stamp, build func(context.Context) (*cached, error),
) (*cached, error) {
	if p := pc.find(key, st); p != nil {
		return p, nil
	}
	flight := fmt.Sprintf("%s\x00%s\x00%d", key, st.site, st.revision)
	made, err, _ := pc.making.Do(flight, func() (any, error) {
		if p := pc.find(key, st); p != nil {
			return p, nil // made since we looked
		}
		p, err := build(context.WithoutCancel(ctx))
		if err != nil {
			return nil, err
		}
		p.stamp = st
		pc.keep(key, p)
		return p, nil
	})
	if err != nil {
		return nil, err
	}
	return made.(*cached), nil
}

func (pc *pageCache) find(key string, st stamp) *cached {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	el, ok := pc.byKey[key]
	if !ok {
		return nil
	}
	e := el.Value.(*entry)
	if e.page.stamp != st {
		return nil
	}
	pc.order.MoveToFront(el)
	return e.page
}

// keep puts a page in place of an older one of its key.
func (pc *pageCache) keep(key string, p *cached) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if el, ok := pc.byKey[key]; ok {
		pc.drop(el)
	}
	if p.size() > pc.max {
		return
	}
	pc.byKey[key] = pc.order.PushFront(&entry{key, p})
	pc.bytes += p.size()
	for pc.bytes > pc.max {
		pc.drop(pc.order.Back())
	}
}

func (pc *pageCache) drop(el *list.Element) {
	e := pc.order.Remove(el).(*entry)
	delete(pc.byKey, e.key)
	pc.bytes -= e.page.size()
}
