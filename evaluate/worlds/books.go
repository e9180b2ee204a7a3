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

// Visit is the products that one session looked at, in order, and when it ended.
type Visit struct {
	SKUs  []string
	Ended time.Time
}

// Books are what the systems of a shop had told of a whole world in the end, late or twice or in another order, each fact
// once; and the truth beside it.
type Books struct {
	From, To state.Day // the first day, and the day after the last
	Lines    []Line    // by time, order and product
	Stock    *stock.Ledger
	Visits   []Visit // by the time of their end

	Wanted map[string]map[state.Day]float64 // truth: units that people would have bought
}

// Of keeps the books of the shop of one seed and kind ([Config]), changed first where change is not nil.
func Of(ctx context.Context, kind string, seed uint64, change func(*sim.Config)) (*Books, error) {
	c, err := Config(seed, kind)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(&c)
	}
	return Keep(ctx, c)
}

// Keep lives through a world under the merchant's policy and keeps its books.
func Keep(ctx context.Context, c sim.Config) (*Books, error) {
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return nil, err
	}
	k := keeper{Books: &Books{Stock: stock.NewLedger(), Wanted: map[string]map[state.Day]float64{}}, seen: map[[2]string]bool{}, visits: map[string][]look{}}
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
	k.done()
	return k.Books, nil
}

type look struct {
	sku string
	at  time.Time
}

// keeper is books under way.
type keeper struct {
	*Books
	seen   map[[2]string]bool // what two systems tell, or one twice, has one id
	visits map[string][]look
}

func (k *keeper) again(f fact.Fact) bool {
	id := [2]string{string(f.Kind), f.ID}
	if k.seen[id] {
		return true
	}
	k.seen[id] = true
	return false
}

func (k *keeper) fact(f fact.Fact) error {
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		if !k.again(f) {
			k.Lines = append(k.Lines, Line{b.Order, b.SKU, b.Customer, state.DayOf(f.OccurredAt, time.UTC), f.OccurredAt, b.Units, b.Gross - b.Discount - b.Tax})
		}
	case *fact.ProductEvent:
		if f.Kind == fact.ProductViewed && !k.again(f) {
			k.visits[b.Session] = append(k.visits[b.Session], look{b.SKU, f.OccurredAt})
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

func (k *keeper) done() {
	slices.SortStableFunc(k.Lines, func(a, b Line) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Order, b.Order), cmp.Compare(a.SKU, b.SKU))
	})
	type one struct {
		session string
		Visit
	}
	var all []one
	for session, looks := range k.visits {
		slices.SortStableFunc(looks, func(a, b look) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.sku, b.sku)) })
		v := one{session: session, Visit: Visit{Ended: looks[len(looks)-1].at}}
		for _, l := range looks {
			v.SKUs = append(v.SKUs, l.sku)
		}
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b one) int { return cmp.Or(a.Ended.Compare(b.Ended), cmp.Compare(a.session, b.session)) })
	for _, v := range all {
		k.Visits = append(k.Visits, v.Visit)
	}
}
