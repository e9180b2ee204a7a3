package dashboard

import (
	"fmt"
	"strings"
	"sync"
)

// cache keeps what was prepared under keys that name the state that it was prepared from, so nothing in it
// can be out of date. Several who ask for the same at once wait for one preparation.
type cache[T any] struct {
	mu    sync.Mutex
	most  int
	slots map[string]*slot[T]
	order []string // oldest first
}

type slot[T any] struct {
	once sync.Once
	v    T
	err  error
}

func newCache[T any](most int) *cache[T] { return &cache[T]{most: most, slots: map[string]*slot[T]{}} }

func key(parts ...any) string { return strings.TrimSpace(fmt.Sprintln(parts...)) }

func (c *cache[T]) get(key string, prepare func() (T, error)) (T, error) {
	c.mu.Lock()
	s := c.slots[key]
	if s == nil {
		s = &slot[T]{}
		c.slots[key] = s
		c.order = append(c.order, key)
		for len(c.order) > c.most {
			delete(c.slots, c.order[0])
			c.order = c.order[1:]
		}
	}
	c.mu.Unlock()
	s.once.Do(func() { s.v, s.err = prepare() })
	if s.err != nil { // a failure is not kept: the next one tries again
		c.mu.Lock()
		if c.slots[key] == s {
			delete(c.slots, key)
		}
		c.mu.Unlock()
	}
	return s.v, s.err
}

func (c *cache[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slots, c.order = map[string]*slot[T]{}, nil
}
