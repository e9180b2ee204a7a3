package storefront

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"almanac/fact"
	"almanac/state/identity"
	"almanac/state/orders"
)

// past is what one visitor did: products they looked at or added, oldest first, and when they bought which.
type past struct {
	seen   []string
	bought map[string]time.Time
	at     time.Time // when it was read
	// stranger: what is known of them may not be used.
	stranger bool
}

// visitors remembers for a short while what visitors did, so that the widgets of one page ask once.
//
// Reading it takes as long as the database takes, and a page cannot wait for that. So it is read beside
// the answer: the answer waits for it a little (Shelf.patience), then goes on without, and the visitor's
// next page has it.
type visitors struct {
	mu  sync.Mutex
	all map[[2]string]*visit
	// readers bounds how many read at once, to leave processors for answers. Where all are busy, answers go
	// on without.
	readers chan struct{}

	second time.Time // in which reads were counted
	reads  int
}

type visit struct {
	past *past
	done chan struct{} // closed when what is being read is there; nil while nothing is being read
}

const (
	fresh        = 15 * time.Second // after so long it is read again, and answers meanwhile
	stale        = 2 * time.Minute  // after so long it does not answer any more
	mostVisitors = 20_000
	mostTouches  = 20
	mostOwned    = 1000 // products that were bought, the latest of them
	mostBuyers   = 5    // customers of one visitor
)

// Patience is how long an answer waits for what the visitor did.
const Patience = 2 * time.Millisecond

func newVisitors() *visitors {
	return &visitors{all: map[[2]string]*visit{}, readers: make(chan struct{}, max(1, runtime.NumCPU()/2))}
}

// visitor tells what is known of a visitor in time for the answer.
func (s *Shelf) visitor(ctx context.Context, shop, id string) past {
	if id == "" {
		return past{}
	}
	v, known, done := s.past.look(shop, id, s.now(), func(v *visit) { go s.read(ctx, shop, id, v) })
	if known != nil || done == nil {
		return deref(known)
	}
	timer := time.NewTimer(s.patience)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	return deref(v.past)
}

func deref(p *past) past {
	if p == nil {
		return past{}
	}
	return *p
}

// look finds a visitor, and has them read where that is due and a reader is free.
func (v *visitors) look(shop, id string, now time.Time, read func(*visit)) (found *visit, known *past, done chan struct{}) {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := [2]string{shop, id}
	found = v.all[k]
	if found == nil {
		if len(v.all) >= mostVisitors {
			clear(v.all)
		}
		found = &visit{}
		v.all[k] = found
	}
	if found.past != nil && now.Sub(found.past.at) < stale {
		known = found.past
	}
	if found.done == nil && (known == nil || now.Sub(known.at) >= fresh) {
		select {
		case v.readers <- struct{}{}:
			found.done = make(chan struct{})
			read(found)
		default:
		}
	}
	return found, known, found.done
}

// read reads what a visitor did. It goes on when the visitor's page has gone.
func (s *Shelf) read(ctx context.Context, shop, id string, v *visit) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	began := time.Now()
	p, err := s.did(ctx, shop, id)
	took := time.Since(began)
	if err != nil {
		s.fault(err)
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if err == nil {
		v.past = &p
	}
	close(v.done)
	v.done = nil
	if !s.past.rush(s.now()) {
		<-s.past.readers
		return
	}
	// In a rush of new visitors the reader rests four times as long as it read, to leave most of a processor to answers.
	time.AfterFunc(4*took, func() { <-s.past.readers })
}

// calm is how many visitors a second are read without rest.
const calm = 50

// rush counts a reading and says whether there were many this second. The caller holds the lock.
func (v *visitors) rush(now time.Time) bool {
	if now.Sub(v.second) >= time.Second {
		v.second, v.reads = now, 0
	}
	v.reads++
	return v.reads > calm
}

func (s *Shelf) did(ctx context.Context, shop, id string) (past, error) {
	p := past{at: s.now()}
	if s.knows != nil {
		may, err := s.knows(ctx, shop, id)
		if p.stranger = !may; err != nil || p.stranger {
			return p, err
		}
	}
	touches, err := s.behaviour.Recent(ctx, shop, id, mostTouches)
	if err != nil {
		return p, err
	}
	for _, t := range touches {
		if t.Kind != fact.ProductRemoved && !slices.Contains(p.seen, t.SKU) {
			p.seen = append(p.seen, t.SKU)
		}
	}
	slices.Reverse(p.seen)
	buyers, err := s.buyers(ctx, shop, id)
	if err != nil {
		return p, err
	}
	var all []orders.CustomerProduct
	for _, who := range buyers {
		bought, err := s.orders.ProductsOf(ctx, shop, who)
		if err != nil {
			return p, err
		}
		all = append(all, bought...)
	}
	slices.SortFunc(all, func(a, b orders.CustomerProduct) int { return a.Last.Compare(b.Last) })
	p.bought = make(map[string]time.Time, min(len(all), mostOwned))
	for _, b := range all[max(0, len(all)-mostOwned):] {
		p.bought[b.SKU] = b.Last
	}
	return p, nil
}

// buyers are the customers that a visitor is: by the id itself, and by what joins a browser with customers.
func (s *Shelf) buyers(ctx context.Context, shop, id string) ([]string, error) {
	out := []string{id}
	if s.identity == nil {
		return out, nil
	}
	person, err := s.identity.Person(ctx, shop, identity.Node("visitor:"+id))
	for _, m := range person.Members {
		if who, is := strings.CutPrefix(string(m.Node), "customer:"); is && !m.Shared && who != id && len(out) < mostBuyers {
			out = append(out, who)
		}
	}
	return out, err
}
