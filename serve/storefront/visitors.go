package storefront

import (
	"context"
	"slices"
	"sync"
	"time"

	"almanac/fact"
)

// past is what one visitor did: products they looked at or added, newest first, and those they bought.
type past struct {
	seen   []string
	bought []string
	until  time.Time
}

// visitors remembers for a short while what visitors did, so that the widgets of one page ask once.
type visitors struct {
	mu  sync.Mutex
	all map[[2]string]past
}

const (
	rememberFor  = 15 * time.Second
	mostVisitors = 20_000
	mostTouches  = 20
)

func newVisitors() *visitors { return &visitors{all: map[[2]string]past{}} }

func (s *Shelf) visitor(ctx context.Context, shop, id string) (past, error) {
	if id == "" {
		return past{}, nil
	}
	now, k := s.now(), [2]string{shop, id}
	s.past.mu.Lock()
	p, ok := s.past.all[k]
	s.past.mu.Unlock()
	if ok && now.Before(p.until) {
		return p, nil
	}
	p = past{until: now.Add(rememberFor)}
	touches, err := s.behaviour.Recent(ctx, shop, id, mostTouches)
	if err != nil {
		return p, err
	}
	for _, t := range touches {
		if t.Kind != fact.ProductRemoved && !slices.Contains(p.seen, t.SKU) {
			p.seen = append(p.seen, t.SKU)
		}
	}
	bought, err := s.orders.ProductsOf(ctx, shop, id)
	if err != nil {
		return p, err
	}
	for _, b := range bought {
		p.bought = append(p.bought, b.SKU)
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if len(s.past.all) >= mostVisitors {
		clear(s.past.all)
	}
	s.past.all[k] = p
	return p, nil
}
