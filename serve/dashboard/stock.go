package dashboard

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"almanac/fact"
	"almanac/model/forecast"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/stock"
)

// stockSet is every counted or forecast product as a row of the page of stock.
type stockSet struct {
	rows      []wire.StockRow
	text      []string
	suppliers []string
}

var stockFields = map[string]order[wire.StockRow]{
	"available": ifKnown(func(r *wire.StockRow) *int64 { return r.Available }),
	"incoming":  by(func(r *wire.StockRow) int64 { return r.Incoming }),
	"cover":     ifKnown(func(r *wire.StockRow) *float64 { return r.WeeksOfCover }),
	"demand":    ifKnown(func(r *wire.StockRow) *float64 { return r.DemandWeek }),
	"risk":      ifKnown(func(r *wire.StockRow) *int64 { return r.RiskSales }),
	"over":      ifKnown(func(r *wire.StockRow) *int64 { return r.OverCost }),
	"overstock": ifKnown(func(r *wire.StockRow) *float64 { return r.OverUnits }),
	"stockout":  {compare: func(a, b *wire.StockRow) int { return strings.Compare(a.StockoutDay, b.StockoutDay) }, known: func(r *wire.StockRow) bool { return r.StockoutDay != "" }},
	"title":     by(func(r *wire.StockRow) string { return strings.ToLower(r.Title) }),
	"supplier":  by(func(r *wire.StockRow) string { return strings.ToLower(r.Supplier) }),
	"sku":       by(func(r *wire.StockRow) string { return r.SKU }),
}

// StockQuery narrows the list of stock.
type StockQuery struct {
	List
	State, Supplier string
}

// StockLevels lists what is there of every product, how long it lasts, and what is at risk or too much.
func (r *Reads) StockLevels(ctx context.Context, s shop.Shop, q StockQuery) (v wire.StockList, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	set, err := r.stockSet(ctx, s, b)
	if err != nil {
		return v, err
	}
	v.Sums, v.Suppliers, v.Today = wire.StockSums{ByState: map[string]int64{}}, set.suppliers, r.nextDay(s, b).String()
	find := words(q.Text)
	var rows []*wire.StockRow
	for i := range set.rows {
		row := &set.rows[i]
		if !contains(set.text[i], find) || q.Supplier != "" && q.Supplier != row.Supplier {
			continue
		}
		sumStock(&v.Sums, row)
		if q.State == "" || q.State == row.State {
			rows = append(rows, row)
		}
	}
	v.Items, v.Total, err = listed(rows, stockFields, "-risk", q.List)
	return v, err
}

func sumStock(s *wire.StockSums, r *wire.StockRow) {
	s.ByState[r.State]++
	add := func(to *int64, v *int64) {
		if v != nil {
			*to += *v
		}
	}
	add(&s.RiskSales, r.RiskSales)
	add(&s.RiskMargin, r.RiskMargin)
	add(&s.OverCost, r.OverCost)
	count := func(to *int64, missing bool) {
		if missing {
			*to++
		}
	}
	count(&s.NoCount, r.Available == nil)
	count(&s.NoLead, r.LeadDays == nil)
	count(&s.NoDemand, r.DemandWeek == nil)
	count(&s.NoCost, r.RiskSales != nil && r.RiskMargin == nil)
	count(&s.OverNoCost, r.OverUnits != nil && r.OverCost == nil)
}

// shelves is what the page of stock is made of.
type shelves struct {
	reorder.Input
	b      *basis
	coming map[string][]reorder.Purchase // what is still expected of purchases, the earliest first
}

// key names what the pages of stock depend on.
func (r *Reads) shelvesKey(ctx context.Context, s shop.Shop, b *basis) (key string, model *predict.Loaded[demand.Model], settings reorder.Settings, err error) {
	if model, err = champion(ctx, r.demand, s.ID); err != nil {
		return "", nil, settings, err
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return "", nil, settings, err
	}
	if settings = reorder.Defaults(); r.Settings != nil {
		settings, err = r.Settings(ctx, s.ID)
	}
	return Key(s, b.offset, hashOf(model), changed, settings), model, settings, err // maps are printed in order of their keys
}

func (r *Reads) shelves(ctx context.Context, s shop.Shop, b *basis) (*shelves, string, error) {
	key, model, settings, err := r.shelvesKey(ctx, s, b)
	if err != nil {
		return nil, "", err
	}
	g, err := r.plans.Get(key, func() (*shelves, error) {
		from := reorder.Sources{Catalog: r.Catalog, Orders: r.Orders, Stock: r.Stock, Supply: r.Supply, Planned: r.Planned, Now: r.Now}
		in, err := from.Gather(ctx, reorder.Shop{ID: s.ID, Currency: s.Currency, Zone: s.Location()}, model, settings)
		g := &shelves{Input: in, b: b, coming: map[string][]reorder.Purchase{}}
		for _, p := range in.Purchases {
			if p.Units > 0 && !in.Forgotten(p) {
				g.coming[p.SKU] = append(g.coming[p.SKU], p)
			}
		}
		for _, list := range g.coming {
			slices.SortStableFunc(list, func(a, b reorder.Purchase) int { return cmp.Compare(a.Expected, b.Expected) })
		}
		return g, err
	})
	return g, key, err
}

func (r *Reads) stockSet(ctx context.Context, s shop.Shop, b *basis) (*stockSet, error) {
	g, key, err := r.shelves(ctx, s, b)
	if err != nil {
		return nil, err
	}
	return r.stocks.Get(key, func() (*stockSet, error) { return g.set(), nil })
}

func (g *shelves) set() *stockSet {
	all := map[string]bool{}
	for sku := range g.Positions {
		all[sku] = true
	}
	if g.Model != nil {
		for i := range g.Model.Product {
			all[g.Model.Product[i].SKU] = true
		}
	}
	set := &stockSet{}
	suppliers := map[string]bool{}
	for _, sku := range sortedKeys(all) {
		row := g.row(sku)
		if row.Supplier != "" {
			suppliers[row.Supplier] = true
		}
		set.rows = append(set.rows, row)
		set.text = append(set.text, strings.ToLower(sku+" "+row.Title+" "+row.Category+" "+row.Supplier))
	}
	set.suppliers = sortedKeys(suppliers)
	return set
}

func (g *shelves) name(supplier string) string { return cmp.Or(g.Suppliers[supplier].Name, supplier) }

func (g *shelves) row(sku string) wire.StockRow {
	terms, _ := g.TermsOf(sku)
	lead := terms.LeadDays
	row := wire.StockRow{SKU: sku, Title: g.b.title(sku), Category: g.b.category(sku), Supplier: g.name(terms.Supplier), State: "unknown"}
	if lead > 0 {
		row.LeadDays, row.ArrivesDay = &lead, (g.Today + state.Day(lead)).String()
	}
	for _, p := range g.coming[sku] {
		row.Incoming += p.Units
		if p.Expected > 0 && row.NextDue == "" {
			row.NextDue = p.Expected.String()
		}
	}
	ahead, forecast := g.Ahead(sku)
	if forecast {
		week := round2(reorder.Pace(ahead))
		row.DemandWeek = &week
	}
	p, counted := g.Positions[sku]
	if counted {
		at := p.CountedAt
		row.OnHand, row.Available, row.CountedAt, row.Estimated, row.Synthetic = &p.OnHand, &p.Available, &at, p.Estimated, fact.Synthetic(p.Source)
		row.Incoming = max(row.Incoming, p.Incoming)
	}
	row.Missing = lacking(counted, p, forecast, lead > 0)
	if counted && !p.Negative && forecast {
		g.project(&row, ahead, float64(lead)/7)
	}
	return row
}

// lacking says what keeps a row from being whole, the worst first.
func lacking(counted bool, p stock.Position, forecast, lead bool) string {
	switch {
	case !counted:
		return "No stock count names it."
	case p.Negative && p.OnHand >= 0:
		return "At one of its places its stock is below zero: a sale or a count is missing there."
	case p.Negative:
		return "Its stock is below zero: a sale or a count is missing."
	case !forecast:
		return "There is no forecast for it."
	case !lead:
		return "Its lead time is unknown, so nobody can say whether it lasts until a delivery."
	}
	return ""
}

// still is a demand so small that cover means nothing: less than a unit a year.
const still = 1.0 / 52

// project tells how long the stock lasts, and what is short or too much. lead is in weeks, 0 where unknown.
func (g *shelves) project(row *wire.StockRow, ahead forecast.Forecast, lead float64) {
	if *row.DemandWeek < still {
		row.State = "still"
		if *row.Available > 0 {
			over := float64(*row.Available)
			g.over(row, over)
		}
		return
	}
	if cover, ok := reorder.WeeksOfCover(*row.Available, *row.DemandWeek); ok {
		row.WeeksOfCover = &cover
	}
	out := g.stockout(row, ahead)
	if out > 0 {
		row.StockoutDay = out.String()
	}
	sold := math.Inf(1) // weeks in which it is sold
	if until, _ := g.Season(row.SKU); until > 0 {
		sold = math.Max(0, float64(until-g.Today+1)) / 7
		row.SellUntil = until.String()
	}
	if beyond := float64(*row.Available) - ahead.SumMean(math.Min(g.Settings.MaxCoverWeeks, sold)); beyond >= 1 {
		g.over(row, beyond)
	}
	review := float64(g.Settings.ReviewDays) / 7
	row.State = "fine"
	switch {
	case *row.Available <= 0:
		row.State = "out"
	case row.OverUnits != nil:
		row.State = "over"
	case lead > 0 && out > 0 && out < g.Today+state.Day(math.Round(7*lead)):
		row.State = "late"
	case lead > 0 && out > 0 && out < g.Today+state.Day(math.Round(7*(lead+review))):
		row.State = "soon"
	}
	if lead > 0 {
		g.risk(row, ahead, math.Min(lead, sold))
	}
}

func (g *shelves) over(row *wire.StockRow, units float64) {
	v := math.Floor(units)
	row.OverUnits = &v
	if c, ok := g.cost(row.SKU); ok {
		bound := int64(math.Round(v * float64(c)))
		row.OverCost = &bound
	}
}

func (g *shelves) cost(sku string) (int64, bool) {
	c, ok := g.Costs[sku]
	return c.Amount, ok && c.Currency == g.Currency && c.Amount > 0
}

// arrived is how many units of open purchases are due by a day; those that are overdue or without a date are left out,
// since nobody knows when they come.
func (g *shelves) arrived(sku string, by state.Day) (units float64) {
	for _, p := range g.coming[sku] {
		if p.Expected >= g.Today && p.Expected <= by {
			units += float64(p.Units)
		}
	}
	return units
}

// stockout is the first day on which expected demand has used up what is available and has arrived by then; 0 where the
// forecast ends before.
func (g *shelves) stockout(row *wire.StockRow, ahead forecast.Forecast) state.Day {
	for d := range 7*len(ahead.Mean) + 1 {
		day := g.Today + state.Day(d)
		if ahead.SumMean(float64(d)/7) >= float64(max(*row.Available, 0))+g.arrived(row.SKU, day)-1e-9 {
			return day
		}
	}
	return 0
}

// riskLevels is at how many strengths of demand the shortage is looked at; their average is the expected shortage.
const riskLevels = 20

// risk is what cannot be sold until something ordered today arrives. What open purchases bring in between sells from its day
// on: what was wanted of an empty shelf before is lost.
func (g *shelves) risk(row *wire.StockRow, ahead forecast.Forecast, lead float64) {
	var sum float64
	for i := range riskLevels {
		sum += g.lost(row, lead, func(weeks float64) float64 { return ahead.SumQuantile(weeks, 0, (float64(i)+0.5)/riskLevels) })
	}
	units := math.Round(sum/riskLevels*10) / 10
	if units == 0 {
		return
	}
	row.RiskUnits = &units
	price := g.Prices[row.SKU]
	if price <= 0 {
		return
	}
	sales := int64(math.Round(units * float64(price)))
	row.RiskSales = &sales
	if c, ok := g.cost(row.SKU); ok {
		margin := int64(math.Round(units * float64(price-c) * (1 - g.Settings.Substitution)))
		row.RiskMargin = &margin
	}
}

// lost is how many of the units wanted in the next weeks find an empty shelf, if so many are wanted up to a time.
func (g *shelves) lost(row *wire.StockRow, weeks float64, wanted func(weeks float64) float64) (units float64) {
	there, until := float64(max(*row.Available, 0)), 0.0
	to := func(at float64) {
		if at <= 0 {
			return
		}
		now := math.Max(until, wanted(at))
		units += math.Max(0, now-until-there)
		there, until = math.Max(0, there-(now-until)), now
	}
	for _, p := range g.coming[row.SKU] { // the earliest first; overdue ones do not count
		if at := float64(p.Expected-g.Today) / 7; p.Expected >= g.Today && at < weeks {
			to(at)
			there += float64(p.Units)
		}
	}
	to(weeks)
	return units
}
