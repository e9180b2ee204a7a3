package replay

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"almanac/predict/demand"
	"almanac/program/reorder"
	"almanac/sqldb"
	"almanac/state"
	"almanac/state/orders"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Sources are where a shop's past is read from.
type Sources struct {
	reorder.Sources
	Demand demand.Source
}

// past is what is known of the days to live through. Slices by day begin on first.
type past struct {
	in        reorder.Input // as it is now
	zone      *time.Location
	first     state.Day // priceDays before start
	start     state.Day // policies order from here on
	from      state.Day // it counts from here on
	end       state.Day // the first day that is not lived through
	midnights []int64   // of first and every day after, to that of end; microseconds
	products  []product
	leftOut   map[string]int
	every     state.Day       // days between origins
	known     []reorder.Input // by origin
	stock     map[string]*stock.Series
	outages   map[string][]stock.Outage
	took      map[string][]took // deliveries by supplier, in the order in which they were placed
	coming    map[string][]supply.Line
	costs     int // that were not known on the first morning
}

// product is one that is lived through.
type product struct {
	sku, supplier, category string
	sold                    []float64
	net                     []float64 // what that brought
	cost                    float64
	terms                   supply.Terms
}

// took is how long a delivery took, of what was quoted.
type took struct {
	placed state.Day
	share  float64
}

// midnight is when a shop's day begins.
func midnight(d state.Day, zone *time.Location) time.Time {
	t := d.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// gather reads what the replay needs of the shop's days.
func (s Sources) gather(ctx context.Context, of reorder.Shop, settings reorder.Settings, days int) (*past, error) {
	if days < LeastDays || days > MostDays {
		return nil, &reorder.Fault{What: fmt.Sprintf("%d days are not between %d and %d.", days, LeastDays, MostDays), Do: "Ask for the last 180 days, say."}
	}
	earliest, last, ok, err := s.Orders.Coverage(ctx, of.ID)
	if err != nil {
		return nil, err
	}
	p := &past{zone: of.Zone, end: last + 1, leftOut: map[string]int{}}
	room := int(p.end-earliest) - learnFrom // days that there are besides those to learn from
	if !ok || room < LeastDays+fitEvery {
		return nil, ErrShort
	}
	days = min(days, room-fitEvery)
	p.from = p.end - state.Day(days)
	p.start = p.from - state.Day(min(warmUp, room-days))
	p.first = p.start - priceDays
	if p.in, err = s.Gather(ctx, of, nil, settings); err != nil {
		return nil, err
	}
	p.in.Today = p.end
	if err := s.watch(ctx, of, p); err != nil {
		return nil, err
	}
	if err := s.purchased(ctx, of, p); err != nil {
		return nil, err
	}
	return p, s.sales(ctx, of, p)
}

// watch reads what lay on the shelves, and when they were empty.
func (s Sources) watch(ctx context.Context, of reorder.Shop, p *past) error {
	ledger, err := s.Stock.Ledger(ctx, of.ID, "")
	if err != nil {
		return err
	}
	evenings := make([]int64, p.end-p.first)
	p.midnights = append(p.midnights, sqldb.Micros(midnight(p.first, of.Zone)))
	for i := range evenings {
		p.midnights = append(p.midnights, sqldb.Micros(midnight(p.first+state.Day(i)+1, of.Zone)))
		evenings[i] = p.midnights[i+1] - 1
	}
	p.stock, p.outages = ledger.Series(evenings), ledger.Outages()
	return nil
}

// purchased reads what was ordered: how long suppliers took, and what was on its way on the first morning.
func (s Sources) purchased(ctx context.Context, of reorder.Shop, p *past) error {
	p.took, p.coming = map[string][]took{}, map[string][]supply.Line{}
	for _, o := range p.in.Purchases {
		if quoted := p.in.Quoted(o); !o.Open && quoted > 0 && o.Received < p.end {
			supplier := p.in.SupplierOf(o)
			p.took[supplier] = append(p.took[supplier], took{o.Placed, math.Max(float64(o.Received-o.Placed), 0.5) / quoted})
		}
	}
	for _, list := range p.took {
		slices.SortFunc(list, func(a, b took) int { return cmp.Or(cmp.Compare(a.placed, b.placed), cmp.Compare(a.share, b.share)) })
	}
	lines, err := s.Supply.Lines(ctx, of.ID)
	for _, l := range lines {
		if !l.Placed.IsZero() {
			p.coming[l.SKU] = append(p.coming[l.SKU], l)
		}
	}
	return err
}

// sales reads what sold, and chooses the products: those that were sold for long enough before, and of which enough is known.
func (s Sources) sales(ctx context.Context, of reorder.Shop, p *past) error {
	costs, err := s.Catalog.Costs(ctx, of.ID, midnight(p.start, of.Zone))
	if err != nil {
		return err
	}
	var cur product
	begun := false // sold before the days to learn from ended
	flush := func() {
		if cur.sku == "" {
			return
		}
		terms, known := p.in.TermsOf(cur.sku)
		cost, priced := p.in.Costs[cur.sku]
		if c, ok := costs[cur.sku]; ok {
			cost = c
		}
		switch {
		case p.in.Products[cur.sku].Hidden:
			p.leftOut[Hidden]++
		case !begun:
			p.leftOut[NoHistory]++
		case !priced || cost.Currency != p.in.Currency || cost.Amount <= 0:
			p.leftOut[NoCost]++
		case !known:
			p.leftOut[NoLead]++
		case cur.sold == nil:
			p.leftOut[NotSold]++
		default:
			if _, ok := costs[cur.sku]; !ok {
				p.costs++
			}
			cur.terms, cur.cost = terms, float64(cost.Amount)
			cur.supplier = cmp.Or(p.in.Suppliers[terms.Supplier].Name, terms.Supplier)
			cur.category = p.in.Narrowest(cur.sku)
			p.products = append(p.products, cur)
		}
	}
	err = s.Orders.DailySales(ctx, of.ID, p.end, func(sku string, day state.Day, d orders.DaySales) error {
		if d.Units == 0 && d.Cancelled == 0 {
			return nil
		}
		if sku != cur.sku {
			flush()
			cur, begun = product{sku: sku}, day <= p.start-8*7
		}
		if day < p.first {
			return nil
		}
		if cur.sold == nil {
			cur.sold, cur.net = make([]float64, p.end-p.first), make([]float64, p.end-p.first)
		}
		cur.sold[day-p.first] = math.Max(0, float64(d.Demand()))
		if d.Units > 0 {
			cur.net[day-p.first] = float64(d.Gross-d.Discount) / float64(d.Units)
		}
		return nil
	})
	flush()
	return err
}

// prices is the mean price charged for a unit in the days before one.
func (p *past) prices(day state.Day) map[string]int64 {
	out := make(map[string]int64, len(p.products))
	for i := range p.products {
		x := &p.products[i]
		var units, money float64
		for d := max(0, int(day-p.first)-priceDays); d < int(day-p.first); d++ {
			if x.net[d] > 0 {
				units += x.sold[d]
				money += x.sold[d] * x.net[d]
			}
		}
		if units > 0 {
			out[x.sku] = int64(math.Round(money / units))
		}
	}
	return out
}

// leads is how many days an order of each day takes, from the supplier's delivery that was placed nearest to it, and whether there is
// one.
func (p *past) leads(x *product) (days []uint16, known bool) {
	list := p.took[x.terms.Supplier]
	days = make([]uint16, p.end-p.first)
	at := 0
	for i := range days {
		share, day := 1.0, p.first+state.Day(i)
		if len(list) > 0 {
			for at+1 < len(list) && abs(list[at+1].placed-day) <= abs(list[at].placed-day) {
				at++
			}
			share = list[at].share
		}
		days[i] = uint16(math.Min(math.Max(1, math.Round(share*float64(x.terms.LeadDays))), math.MaxUint16))
	}
	return days, len(list) > 0
}

func abs(d state.Day) state.Day { return max(d, -d) }

// reasons are those for which products were left out.
func (p *past) reasons() []NotReplayed {
	out := []NotReplayed{}
	for _, why := range slices.Sorted(maps.Keys(p.leftOut)) {
		out = append(out, NotReplayed{why, p.leftOut[why]})
	}
	return out
}
