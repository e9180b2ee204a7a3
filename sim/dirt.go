package sim

import (
	"container/heap"
	"fmt"
	"math"
	"time"

	"almanac/fact"
)

// Soil stands between a world and whoever listens, and tells as systems do: late, twice, in another order, with
// wrong clocks, in codes of their own. What happened stays as it is. end tells what is still held back.
func Soil(c Config, sink func(fact.Fact) error) (dirty func(fact.Fact) error, end func() error) {
	if c.Dirt == (Dirt{}) {
		return sink, func() error { return nil }
	}
	s := &soil{config: c, sink: sink}
	return s.tell, s.end
}

type soil struct {
	config Config
	sink   func(fact.Fact) error
	held   held
	n      uint64
}

// held facts wait for their time, earliest first.
type held []waiting

type waiting struct {
	until time.Time
	n     uint64
	f     fact.Fact
}

func (h held) Len() int { return len(h) }
func (h held) Less(i, j int) bool {
	if c := h[i].until.Compare(h[j].until); c != 0 {
		return c < 0
	}
	return h[i].n < h[j].n
}
func (h held) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is for the heap.
func (h *held) Push(x any) { *h = append(*h, x.(waiting)) }

// Pop is for the heap.
func (h *held) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (s *soil) hold(f fact.Fact, until time.Time) {
	s.n++
	f.ReceivedAt = until
	heap.Push(&s.held, waiting{until, s.n, f})
}

func (s *soil) release(now time.Time) error {
	for len(s.held) > 0 && !s.held[0].until.After(now) {
		x, _ := heap.Pop(&s.held).(waiting)
		if err := s.sink(x.f); err != nil {
			return err
		}
	}
	return nil
}

func (s *soil) end() error { return s.release(time.Unix(1<<40, 0)) }

func (s *soil) tell(f fact.Fact) error {
	d := s.config.Dirt
	now := f.ReceivedAt
	if err := s.release(now); err != nil {
		return err
	}
	behaviour := fact.Behavioural(f.Body)
	r := chanceOf(s.config.Seed, forDirt, hash(string(f.Kind)), hash(f.ID), uint64(f.OccurredAt.UnixNano()))
	if behaviour {
		who := f.Body.(interface{ Who() *fact.Actor }).Who()
		if v := chanceOf(s.config.Seed, forDirt, hash(who.Visitor)); v.happens(d.Skew) {
			f.OccurredAt = f.OccurredAt.Add(time.Duration(v.NormFloat64() * float64(3*time.Hour)))
		}
		if r.happens(d.Dropped) {
			return nil
		}
	}
	f = s.coded(f)
	if b, ok := f.Body.(*fact.OrderLine); ok && b.Channel == "web" && r.happens(d.TwoSystems) {
		seen := f
		seen.Source = web
		s.hold(seen, now.Add(time.Duration(r.IntN(5))*time.Second))
	}
	if r.happens(d.Duplicated) {
		s.hold(f, now.Add(time.Duration(1+r.IntN(600))*time.Second))
	}
	if behaviour && r.happens(d.Conflict) {
		other := f
		if b, ok := f.Body.(*fact.ProductEvent); ok {
			c := *b
			c.Price++
			other.Body = &c
			s.hold(other, now.Add(time.Minute))
		}
	}
	switch {
	case r.happens(d.Late): // minutes mostly, now and then days
		s.hold(f, now.Add(time.Duration(math.Min(4*24*60, math.Exp(2+2*r.NormFloat64()))*float64(time.Minute))))
		return nil
	case r.happens(d.Reordered):
		s.hold(f, now.Add(time.Duration(r.IntN(120))*time.Second))
		return nil
	}
	return s.sink(f)
}

// coded is a fact of the warehouse in the warehouse's own codes and units.
func (s *soil) coded(f fact.Fact) fact.Fact {
	d := s.config.Dirt
	if f.Source != "wms:main" {
		return f
	}
	alias := func(sku string) string {
		if chanceOf(s.config.Seed, forDirt, hash(sku), 1).happens(d.Aliases) {
			return fmt.Sprintf("W%06d", hash(sku)%1e6)
		}
		return sku
	}
	switch b := f.Body.(type) {
	case *fact.StockCount:
		c := *b
		c.SKU = alias(b.SKU)
		if chanceOf(s.config.Seed, forDirt, hash(b.SKU), 2).happens(d.Dozens) {
			c.Units /= 12
		}
		f.Body = &c
	case *fact.StockMove:
		c := *b
		c.SKU = alias(b.SKU)
		f.Body = &c
	}
	return f
}

func hash(s string) uint64 {
	k := uint64(14695981039346656037) // FNV-1a
	for i := range len(s) {
		k = (k ^ uint64(s[i])) * 1099511628211
	}
	return mix(k)
}
