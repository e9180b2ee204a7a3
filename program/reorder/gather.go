package reorder

import (
	"context"
	"time"

	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Sources are where a shop's input is gathered from.
type Sources struct {
	Catalog *catalog.View
	Orders  *orders.View
	Stock   *stock.View
	Supply  *supply.View
	Planned *planned.Store // what planners set; nil: nobody plans here
	Now     func() time.Time
}

// Shop is whose input it is. Its days begin at midnight in Zone.
type Shop struct {
	ID, Currency string
	Zone         *time.Location
}

// How many days back the prices charged say what a unit brings now, and sales by place say where it is wanted.
const priceDays, placeDays = 90, 180

// forgotten is how many days an open purchase may be overdue and still be expected: later nobody believes that it comes, and what it
// was to bring is needed again.
const forgotten = 90

// Gather reads what the programme knows of a shop; model is its champion, nil where none was trained.
func (s Sources) Gather(ctx context.Context, of Shop, model *predict.Loaded[demand.Model], settings Settings) (in Input, err error) {
	in = Input{Currency: of.Currency, Now: s.Now().UTC(), Settings: settings, Products: map[string]catalog.Product{}}
	_, last, ok, err := s.Orders.Coverage(ctx, of.ID)
	if err != nil {
		return in, err
	}
	in.Today = state.DayOf(in.Now, of.Zone)
	if ok {
		in.Today = last + 1
	}
	if model != nil {
		in.Model, in.ModelHash, in.Baseline = model.Model, model.Version.Hash, model.Version.Card.Baseline
		if s.Planned != nil {
			set, err := s.Planned.InForce(ctx, of.ID, in.Today)
			if err != nil {
				return in, err
			}
			in.Model = planned.Apply(in.Model, set)
		}
	}
	if err := s.stock(ctx, of, &in); err != nil {
		return in, err
	}
	if in.Terms, err = s.Supply.Terms(ctx, of.ID); err != nil {
		return in, err
	}
	if in.Suppliers, err = s.Supply.Suppliers(ctx, of.ID); err != nil {
		return in, err
	}
	if in.Costs, err = s.Catalog.Costs(ctx, of.ID, in.Now); err != nil {
		return in, err
	}
	if in.Prices, err = Prices(ctx, s.Orders, of.ID, in.Today-1); err != nil {
		return in, err
	}
	if err := s.Catalog.All(ctx, of.ID, func(p catalog.Product) error {
		in.Products[p.SKU] = p
		return nil
	}); err != nil {
		return in, err
	}
	if err := s.purchases(ctx, of, &in); err != nil {
		return in, err
	}
	in.learn()
	if in.Returns, err = s.returns(ctx, of, in.Today); err != nil {
		return in, err
	}
	if in.Returns != nil {
		in.Returns.learn(in.Narrowest, in.Today)
		in.Returns.forget()
	}
	return in, nil
}

// Prices is the average price charged lately for a unit of each product, in minor units.
func Prices(ctx context.Context, o *orders.View, shop string, last state.Day) (map[string]int64, error) {
	totals, err := o.ProductTotals(ctx, shop, last-priceDays+1, last)
	out := make(map[string]int64, len(totals))
	for _, t := range totals {
		if t.Units > 0 {
			out[t.SKU] = (t.Gross - t.Discount) / t.Units
		}
	}
	return out, err
}

func (s Sources) stock(ctx context.Context, of Shop, in *Input) (err error) {
	if in.Places, err = s.Stock.ByPlace(ctx, of.ID); err != nil {
		return err
	}
	in.Positions = stock.Sum(in.Places)
	if in.Sold, err = s.Stock.Sold(ctx, of.ID, (in.Today - placeDays).Time()); err != nil {
		return err
	}
	in.Receiving, err = s.Supply.Receiving(ctx, of.ID)
	return err
}

// purchases reads what was ordered, in days of the shop. What is still expected of it is on its way, unless a count already says that
// more is.
func (s Sources) purchases(ctx context.Context, of Shop, in *Input) error {
	lines, err := s.Supply.Lines(ctx, of.ID)
	if err != nil {
		return err
	}
	open, err := s.Supply.Incoming(ctx, of.ID, "")
	if err != nil {
		return err
	}
	in.Purchases = purchases(lines, open, of.Zone)
	coming := map[string]int64{}
	for _, p := range in.Purchases {
		if p.Units > 0 && !in.Forgotten(p) {
			coming[p.SKU] += p.Units
		}
	}
	for sku, units := range coming {
		if pos, ok := in.Positions[sku]; ok && units > pos.Incoming {
			pos.Incoming = units
			in.Positions[sku] = pos
		}
	}
	return nil
}

// purchases are the lines of purchase orders. Those whose order nobody told say nothing of how long it took.
func purchases(lines []supply.Line, open []supply.Incoming, zone *time.Location) (out []Purchase) {
	left := make(map[string]supply.Incoming, len(open))
	for _, p := range open {
		left[p.Purchase+"/"+p.Line] = p
	}
	for _, l := range lines {
		if l.Placed.IsZero() {
			continue
		}
		p := Purchase{ID: l.Purchase + "/" + l.Line, Order: l.Purchase, SKU: l.SKU, Supplier: l.Supplier, Placed: state.DayOf(l.Placed, zone), Open: l.First.IsZero()}
		p.Units = left[p.ID].Units
		if at := left[p.ID].Due; !at.IsZero() {
			p.Expected = state.DayOf(at, zone)
		}
		if !l.Due.IsZero() {
			p.Due = state.DayOf(l.Due, zone)
		}
		if !p.Open {
			p.Received, p.Last = state.DayOf(l.First, zone), state.DayOf(l.Last, zone)
		}
		out = append(out, p)
	}
	return out
}

// Forgotten is whether a purchase is overdue for so long that nobody believes it comes any more. The rest of one that came in part is
// given as long again as its supplier needs for an order, from the newest delivery on.
func (in Input) Forgotten(p Purchase) bool {
	due := in.due(p)
	if p.Partly() {
		due = max(due, p.Last+state.Day(in.quoted(p)))
	}
	return in.Today > due+forgotten
}

// due is the day for which a purchase is promised; where nobody said one, and no lead time is known, it is never overdue.
func (in Input) due(p Purchase) state.Day {
	if p.Due > 0 {
		return p.Due
	}
	if q := in.quoted(p); q > 0 {
		return p.Placed + state.Day(q)
	}
	return in.Today
}
