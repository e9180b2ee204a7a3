package predict

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Loaded is a champion in memory. It is shared and must not be changed.
type Loaded[T any] struct {
	Version Version
	Model   *T
}

// Live keeps each shop's champion of one question in memory and notices within a few seconds when another one is
// promoted, on whatever node that happened. A reader gets the old or the new model, whole, never a mixture. Safe for
// concurrent use.
type Live[T any] struct {
	registry *Registry
	question Question
	now      func() time.Time

	mu    sync.Mutex
	shops map[string]*entry[T]
}

type entry[T any] struct {
	loading sync.Mutex // one load per shop; others wait, they have nothing to serve yet or accept the old one
	held    Loaded[T]
	checked time.Time
}

// recheck is how long a model is served before the champion row is looked at again.
const recheck = 2 * time.Second

// NewLive prepares an empty cache; T is the model type that the question's package encodes.
func NewLive[T any](r *Registry, q Question) *Live[T] {
	return &Live[T]{registry: r, question: q, now: r.now, shops: map[string]*entry[T]{}}
}

// Get returns the shop's champion. ErrNone where nothing was trained. Where a new champion cannot be read (a damaged
// blob, a lost disk) and an old one is in memory, the old one goes on answering together with the error: the caller
// may serve it, and should report.
func (l *Live[T]) Get(ctx context.Context, shop string) (Loaded[T], error) {
	l.mu.Lock()
	e := l.shops[shop]
	if e == nil {
		e = &entry[T]{}
		l.shops[shop] = e
	}
	l.mu.Unlock()

	e.loading.Lock()
	defer e.loading.Unlock()
	now := l.now()
	if e.held.Model != nil && now.Sub(e.checked) < recheck && now.Sub(e.checked) >= 0 {
		return e.held, nil
	}
	v, err := l.registry.Champion(ctx, shop, l.question)
	if err != nil {
		if e.held.Model != nil && !errors.Is(err, ErrNone) {
			return e.held, err
		}
		e.held = Loaded[T]{}
		return e.held, err
	}
	if e.held.Model == nil || e.held.Version.Hash != v.Hash {
		model, err := load[T](ctx, l.registry, v)
		if err != nil {
			return e.held, err
		}
		e.held.Model = model
	}
	e.held.Version = v
	e.checked = now
	return e.held, nil
}

// Load reads the champion of a question from the registry, verified; for programs that ask once.
func Load[T any](ctx context.Context, r *Registry, shop string, q Question) (Loaded[T], error) {
	v, err := r.Champion(ctx, shop, q)
	if err != nil {
		return Loaded[T]{}, err
	}
	model, err := load[T](ctx, r, v)
	return Loaded[T]{Version: v, Model: model}, err
}

func load[T any](ctx context.Context, r *Registry, v Version) (*T, error) {
	data, err := r.Bytes(ctx, v)
	if err != nil {
		return nil, err
	}
	model := new(T)
	if _, err := Decode(data, model); err != nil {
		return nil, fmt.Errorf("artefact %s of %s for shop %s: %w", v.Hash, v.Card.Question, v.Card.Shop, err)
	}
	return model, nil
}
