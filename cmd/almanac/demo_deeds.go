package main

import (
	"context"
	"fmt"
	"slices"

	"almanac/decide"
	"almanac/sim"
)

// Name is that of the channel.
func (l *life) Name() string { return "simulated shop" }

// Target says where approved decisions go.
func (l *life) Target() string { return "the simulated shop: its suppliers, prices and customers" }

// deeds are what a decision asks for.
func deeds(d decide.Decision) []deed {
	switch {
	case d.Line != nil:
		return []deed{{SKU: d.Line.SKU, Units: int(d.Line.Units)}}
	case d.Price != nil:
		return []deed{{SKU: d.Price.SKU, Price: d.Price.Price}}
	case d.Message != nil:
		return []deed{{Campaign: d.Message.Campaign, To: d.Message.Recipients}}
	}
	return nil
}

// do has it done in a world; false where the world knows no such product, or none of the people.
func (x deed) do(w *sim.World) bool {
	switch {
	case x.Campaign != "":
		return w.Send(x.Campaign, x.To) > 0
	case x.Price > 0:
		return w.Reprice(x.SKU, x.Price)
	}
	return w.Buy(x.SKU, x.Units)
}

// Apply has what was approved done in the world, once for each batch.
func (l *life) Apply(_ context.Context, b decide.Batch) error {
	l.living.Lock()
	defer l.living.Unlock()
	if l.knows(b) {
		return nil
	}
	var done []deed
	for _, d := range b.Decisions {
		for _, x := range deeds(d) {
			if x.Batch, x.Day = b.ID, l.day; !x.do(l.w) {
				return fmt.Errorf("%w: the simulated shop knows nothing of %q", decide.ErrRefused, d.Subject)
			}
			done = append(done, x)
		}
	}
	if len(done) == 0 {
		return fmt.Errorf("%w: the simulated shop cannot do what %s asks for", decide.ErrRefused, b.ID)
	}
	l.mu.Lock()
	l.Done = append(l.Done, done...)
	l.mu.Unlock()
	return l.save()
}

func (l *life) knows(b decide.Batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.Done, func(x deed) bool { return x.Batch == b.ID })
}

// ReadBack looks whether the world knows of the batch.
func (l *life) ReadBack(_ context.Context, b decide.Batch) (bool, error) { return l.knows(b), nil }
