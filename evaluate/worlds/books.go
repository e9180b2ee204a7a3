package worlds

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sim"
	"almanac/state"
	"almanac/state/stock"
)

// Line is one line of an order, as it is told in the end.
type Line struct {
	Order, SKU, Customer string
	Day                  state.Day
	At                   time.Time
	Units, Net           int64
}

// Books are what the systems of a shop had told of a whole world in the end, late or twice or in another order, each fact
// once; and the truth beside it.
type Books struct {
	From, To state.Day // the first day, and the day after the last
	Lines    []Line    // by time, order and product
	Stock    *stock.Ledger

	Wanted map[string]map[state.Day]float64 // truth: units that people would have bought
}

// Of keeps the books of the shop of one seed and kind ([Config]).
func Of(ctx context.Context, kind string, seed uint64) (*Books, error) {
	c, err := Config(seed, kind)
	if err != nil {
		return nil, err
	}
	return Keep(ctx, c)
}

// Keep lives through a world under the merchant's policy and keeps its books.
func Keep(ctx context.Context, c sim.Config) (*Books, error) {
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return nil, err
	}
	k := keeper{Books: &Books{Stock: stock.NewLedger(), Wanted: map[string]map[state.Day]float64{}}, seen: map[string]bool{}}
	facts, rest := sim.Soil(c, k.fact)
	w, err := sim.New(c, merchant, facts, k.truth)
	if err != nil {
		return nil, err
	}
	k.From = state.DayOf(w.Date(0), time.UTC)
	k.To = k.From + state.Day(w.Days())
	if err := w.Run(ctx, nil); err != nil {
		return nil, err
	}
	if err := rest(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(k.Lines, func(a, b Line) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Order, b.Order), cmp.Compare(a.SKU, b.SKU))
	})
	return k.Books, nil
}

// keeper is books under way.
type keeper struct {
	*Books
	seen map[string]bool // lines of orders: what two systems tell, or one twice, has one id
}

func (k *keeper) fact(f fact.Fact) error {
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		if !k.seen[f.ID] {
			k.seen[f.ID] = true
			k.Lines = append(k.Lines, Line{b.Order, b.SKU, b.Customer, state.DayOf(f.OccurredAt, time.UTC), f.OccurredAt, b.Units, b.Gross - b.Discount - b.Tax})
		}
	case *fact.StockCount:
		k.Stock.AddCount(stock.Count{Source: f.Source, ID: f.ID, Rev: f.Rev, SKU: b.SKU, Location: b.Location, Quantity: b.Quantity, At: f.OccurredAt.UnixMicro(), Units: b.Units})
	case *fact.StockMove:
		k.Stock.AddMove(stock.Move{Source: f.Source, ID: f.ID, Rev: f.Rev, SKU: b.SKU, Location: b.Location, At: f.OccurredAt.UnixMicro(), Units: b.Units, Reason: b.Reason})
	}
	return nil
}

func (k *keeper) truth(t sim.Truth) error {
	if t.Kind == "demand" {
		if k.Wanted[t.SKU] == nil {
			k.Wanted[t.SKU] = map[state.Day]float64{}
		}
		k.Wanted[t.SKU][k.From+state.Day(t.Day)] += t.Value
	}
	return nil
}
