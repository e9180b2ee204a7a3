package dashboard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Cache keeps what was prepared under keys that name the state that it was prepared from, so nothing in it
// can be out of date. Several who ask for the same at once wait for one preparation.
type Cache[T any] struct {
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

// NewCache makes a cache of so many entries; the oldest go first.
func NewCache[T any](most int) *Cache[T] { return &Cache[T]{most: most, slots: map[string]*slot[T]{}} }

// Key joins what an entry depends on.
func Key(parts ...any) string { return strings.TrimSpace(fmt.Sprintln(parts...)) }

// errBrokeOff stands until a preparation has ended, so that one that panics leaves no empty answer behind.
var errBrokeOff = errors.New("the preparation of this page broke off")

// Get finds what was prepared under a key, or prepares it. A failure is not kept. Who waited for somebody
// who went away prepares it themselves.
func (c *Cache[T]) Get(key string, prepare func() (T, error)) (T, error) {
	s, mine := c.slot(key)
	v, err := c.use(key, s, prepare)
	if !mine && errors.Is(err, context.Canceled) {
		s, _ = c.slot(key)
		v, err = c.use(key, s, prepare)
	}
	return v, err
}

func (c *Cache[T]) slot(key string) (s *slot[T], mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[key]; s != nil {
		return s, false
	}
	s = &slot[T]{err: errBrokeOff}
	c.slots[key] = s
	c.order = append(c.order, key)
	for len(c.order) > c.most {
		delete(c.slots, c.order[0])
		c.order = c.order[1:]
	}
	return s, true
}

func (c *Cache[T]) use(key string, s *slot[T], prepare func() (T, error)) (T, error) {
	s.once.Do(func() { s.v, s.err = prepare() })
	if s.err != nil {
		c.mu.Lock()
		if c.slots[key] == s {
			delete(c.slots, key)
			c.order = slices.DeleteFunc(c.order, func(k string) bool { return k == key })
		}
		c.mu.Unlock()
	}
	return s.v, s.err
}

// Forget drops everything.
func (c *Cache[T]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slots, c.order = map[string]*slot[T]{}, nil
}
