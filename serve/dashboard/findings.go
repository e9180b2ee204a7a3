package dashboard

import (
	"context"
	"sync"
	"time"

	"almanac/shop"
	"almanac/state/quality"
)

// findings keeps the newest findings of each shop. Looking for them reads much of the history, which takes
// seconds in a large shop, while they change slowly: what was found last goes on answering, and is looked
// for anew in the background, at most every so often.
type findings struct {
	mu    sync.Mutex
	shops map[string]*found
}

type found struct {
	looking sync.Mutex // one at a time
	mu      sync.Mutex
	list    []quality.Finding
	any     bool
	busy    bool
	offset  int64
	at      time.Time
}

const lookEvery = 30 * time.Second

func (f *findings) of(shopID string) *found {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shops == nil {
		f.shops = map[string]*found{}
	}
	s := f.shops[shopID]
	if s == nil {
		s = &found{}
		f.shops[shopID] = s
	}
	return s
}

// findingsOf tells what is odd in a shop: as of the offset, or as it was a short while ago.
func (r *Reads) findingsOf(ctx context.Context, shopID string, offset int64) ([]quality.Finding, error) {
	f := r.findings.of(shopID)
	f.mu.Lock()
	list, known := f.list, f.any
	due := known && !f.busy && f.offset != offset && r.Now().Sub(f.at) >= lookEvery
	if due {
		f.busy = true
	}
	f.mu.Unlock()
	if due {
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			// A failure shows at the next time that somebody has to wait; until then the former list stands.
			_, _ = r.look(ctx, f, shopID, offset)
			f.mu.Lock()
			f.busy = false
			f.mu.Unlock()
		}()
	}
	if known {
		return list, nil
	}
	return r.look(ctx, f, shopID, offset)
}

// look finds out what is odd at an offset, unless somebody else has by now.
func (r *Reads) look(ctx context.Context, f *found, shopID string, offset int64) ([]quality.Finding, error) {
	f.looking.Lock()
	defer f.looking.Unlock()
	f.mu.Lock()
	list, known := f.list, f.any && f.offset == offset
	f.mu.Unlock()
	if known {
		return list, nil
	}
	list, err := r.Quality.Findings(ctx, shopID)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list, f.any, f.offset, f.at = list, true, offset, r.Now()
	return list, nil
}

// Warm prepares the pages of a shop.
func (r *Reads) Warm(ctx context.Context, s shop.Shop) error {
	b, err := r.basis(ctx, s.ID)
	if err != nil || !b.any {
		return err
	}
	if _, err := r.Products(ctx, s, "", "", List{Limit: 1}); err != nil {
		return err
	}
	if _, err := r.customerSet(ctx, s); err != nil {
		return err
	}
	if _, err := r.Warnings(ctx, s); err != nil {
		return err
	}
	_, err = r.look(ctx, r.findings.of(s.ID), s.ID, b.offset)
	return err
}
