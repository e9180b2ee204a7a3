package dashboard

import (
	"context"
	"strings"

	"almanac/measure/kpi"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/orders"
	"almanac/state/stock"
)

// trendWeeks is how many weeks the small line in a row of the list shows.
const trendWeeks = 12

// productSet is every product of a shop as a row, for one period at one state.
type productSet struct {
	rows  []wire.ProductRow
	text  []string // what a search looks in, in lower case
	index map[string]int
}

var productFields = map[string]order[wire.ProductRow]{
	"net":         by(func(r *wire.ProductRow) int64 { return r.NetMinor }),
	"units":       by(func(r *wire.ProductRow) int64 { return r.Units }),
	"orders":      by(func(r *wire.ProductRow) int64 { return r.Orders }),
	"return_rate": ifKnown(func(r *wire.ProductRow) *float64 { return r.ReturnRate }),
	"cover":       ifKnown(func(r *wire.ProductRow) *float64 { return r.WeeksOfCover }),
	"demand":      ifKnown(func(r *wire.ProductRow) *float64 { return r.DemandWeek }),
	"title":       by(func(r *wire.ProductRow) string { return strings.ToLower(r.Title) }),
	"last_sold":   by(func(r *wire.ProductRow) string { return r.LastSold }),
	"sku":         by(func(r *wire.ProductRow) string { return r.SKU }),
}

// Products lists the products of a shop, with their sales in a period.
func (r *Reads) Products(ctx context.Context, s shop.Shop, from, to string, q List) (wire.ProductList, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return wire.ProductList{}, err
	}
	p, err := r.period(s, b, from, to)
	if err != nil {
		return wire.ProductList{}, err
	}
	set, err := r.productSet(ctx, s, b, p)
	if err != nil {
		return wire.ProductList{}, err
	}
	find := words(q.Text)
	var rows []*wire.ProductRow
	for i := range set.rows {
		if contains(set.text[i], find) {
			rows = append(rows, &set.rows[i])
		}
	}
	items, total, err := listed(rows, productFields, "-net", q)
	return wire.ProductList{Items: items, Total: total}, err
}

func (r *Reads) productSet(ctx context.Context, s shop.Shop, b *basis, p Period) (*productSet, error) {
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return nil, err
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return nil, err
	}
	return r.products.Get(Key(s.ID, b.offset, p.From, p.To, hashOf(model), changed), func() (*productSet, error) {
		totals, err := r.Orders.ProductTotals(ctx, s.ID, p.From, p.To)
		if err != nil {
			return nil, err
		}
		held, err := r.Stock.Positions(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		sold := make(map[string]orders.ProductTotal, len(totals))
		for _, t := range totals {
			sold[t.SKU] = t
		}
		all := make(map[string]bool, len(b.titles))
		for sku := range b.titles {
			all[sku] = true
		}
		for sku := range sold {
			all[sku] = true
		}
		for sku := range held {
			all[sku] = true
		}
		set := &productSet{index: make(map[string]int, len(all))}
		for _, sku := range sortedKeys(all) {
			row := productRow(sku, b, p, sold[sku])
			forecastInto(&row, model, b, changed[sku])
			if pos, ok := held[sku]; ok {
				stockInto(&row, pos)
			}
			set.index[sku] = len(set.rows)
			set.rows = append(set.rows, row)
			set.text = append(set.text, strings.ToLower(sku+" "+row.Title+" "+row.Category+" "+b.titles[sku].Brand))
		}
		return set, nil
	})
}

func productRow(sku string, b *basis, p Period, t orders.ProductTotal) wire.ProductRow {
	row := wire.ProductRow{SKU: sku, Title: b.title(sku), Category: b.category(sku), Units: t.Demand(), Orders: t.Orders, NetMinor: t.Net(),
		Trend: b.weekly[sku].last(trendWeeks, p.To)}
	if t.PriceMax > 0 {
		row.PriceMinMinor, row.PriceMaxMinor = &t.PriceMin, &t.PriceMax
	}
	if rate, ok := kpi.ReturnRate(t.DaySales); ok {
		row.ReturnRate = &rate
	}
	if t.LastSold > 0 {
		row.LastSold = t.LastSold.String()
	}
	return row
}

// forecastInto tells the weekly demand of the weeks that follow the sales known, with what planners set.
func forecastInto(row *wire.ProductRow, model *predict.Loaded[demand.Model], b *basis, set map[state.Day]float64) {
	row.Adjusted = len(set) > 0
	if model == nil {
		return
	}
	if f, ok := planned.Of(model.Model, row.SKU, set); ok && len(f.Mean) > 0 {
		v := reorder.DemandWeek(model.Model, f, b.last+1)
		row.DemandWeek = &v
	}
}

// stockInto tells what is there and how long it lasts. Less than nothing is a finding about the data, not a
// stock level.
func stockInto(row *wire.ProductRow, p stock.Position) {
	n := p.OnHand
	row.OnHand = &n
	if row.DemandWeek == nil || p.Negative {
		return
	}
	if cover, ok := reorder.WeeksOfCover(p.Available, *row.DemandWeek); ok {
		row.WeeksOfCover = &cover
	}
}

// Product tells everything about one product; ok is false where the shop has no such product. Decisions
// about it are the caller's to add.
func (r *Reads) Product(ctx context.Context, s shop.Shop, sku, from, to string) (v wire.Product, ok bool, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, false, err
	}
	p, err := r.period(s, b, from, to)
	if err != nil {
		return v, false, err
	}
	set, err := r.productSet(ctx, s, b, p)
	if err != nil {
		return v, false, err
	}
	at, ok := set.index[sku]
	if !ok {
		return v, false, nil
	}
	known := b.titles[sku]
	v = wire.Product{SKU: sku, Title: b.title(sku), Category: b.category(sku), Brand: known.Brand, Supplier: known.Supplier, Row: set.rows[at]}
	for _, fill := range []func(context.Context, shop.Shop, *basis, *wire.Product) error{
		r.productNames, r.productWeeks, r.productForecast, r.productPrices, r.productRelated, r.productStock, r.productFindings,
	} {
		if err := fill(ctx, s, b, &v); err != nil {
			return v, true, err
		}
	}
	return v, true, nil
}

func (r *Reads) productNames(ctx context.Context, s shop.Shop, _ *basis, v *wire.Product) error {
	names, err := r.Catalog.Titles(ctx, s.ID, v.SKU)
	for _, n := range names {
		if n != v.Title {
			v.Titles = append(v.Titles, n)
		}
	}
	return err
}

func (r *Reads) productWeeks(ctx context.Context, s shop.Shop, b *basis, v *wire.Product) error {
	days, err := r.Orders.ProductDays(ctx, s.ID, v.SKU)
	if err != nil || len(days) == 0 {
		return err
	}
	first := days[0].Day.Monday()
	v.Weeks = make([]wire.WeekPoint, int(b.last.Monday()-first)/7+1)
	for i := range v.Weeks {
		v.Weeks[i].Week = (first + state.Day(7*i)).String()
	}
	for _, d := range days {
		w := &v.Weeks[int(d.Day.Monday()-first)/7]
		w.Units += d.Demand()
		w.NetMinor += d.Net()
		w.Returned += d.Returned
	}
	return nil
}

func (r *Reads) productForecast(ctx context.Context, s shop.Shop, b *basis, v *wire.Product) error {
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return err
	}
	if model == nil {
		v.ForecastMissing = "Nothing has been trained yet. Run “Train and decide”, or: almanac train"
		return nil
	}
	card := wireCard(model.Version, model.Version.Card.Champion)
	v.ForecastCard = &card
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return err
	}
	f, ok := planned.Of(model.Model, v.SKU, changed[v.SKU])
	if !ok {
		v.ForecastMissing = "It had not been sold yet when the forecast was made."
		return nil
	}
	if f.Method >= 0 && f.Method < len(model.Model.Methods) {
		v.ForecastCard.Champion = model.Model.Methods[f.Method]
	}
	v.Forecast = forecastPoints(model.Model, f)
	return nil
}

func (r *Reads) productPrices(ctx context.Context, s shop.Shop, _ *basis, v *wire.Product) error {
	points, err := r.Orders.PricePoints(ctx, s.ID, v.SKU)
	for _, p := range points {
		v.Prices = append(v.Prices, wire.PricePoint{PriceMinor: p.Price, Units: p.Units, First: p.First.String(), Last: p.Last.String()})
	}
	return err
}

// mostRelated is how many products bought together are shown.
const mostRelated = 12

func (r *Reads) productRelated(ctx context.Context, s shop.Shop, b *basis, v *wire.Product) error {
	model, err := champion(ctx, r.affinity, s.ID)
	if err != nil || model == nil {
		return err
	}
	for i, p := range model.Model.Related(v.SKU) {
		if i == mostRelated {
			break
		}
		v.BoughtTogether = append(v.BoughtTogether, wire.Related{SKU: p.SKU, Title: b.title(p.SKU), OrdersTogether: int64(p.Together),
			Lift: p.Lift, Score: p.Lift, Reason: together(p.Together, p.Lift)})
	}
	return nil
}

func (r *Reads) productStock(ctx context.Context, s shop.Shop, _ *basis, v *wire.Product) error {
	levels, err := r.Stock.Levels(ctx, s.ID, v.SKU)
	if err != nil {
		return err
	}
	for _, l := range levels {
		v.Stock = append(v.Stock, wire.StockLevel{Location: l.Location, Quantity: string(l.Quantity), Units: l.Units, AsOf: l.AsOf})
	}
	terms, err := r.Supply.Terms(ctx, s.ID)
	if err != nil {
		return err
	}
	if t, ok := terms[v.SKU]; ok {
		v.LeadDays = &t.LeadDays
		if t.Supplier != "" {
			v.Supplier = t.Supplier
		}
	}
	costs, err := r.Catalog.Costs(ctx, s.ID, r.Now())
	if err != nil {
		return err
	}
	if c, ok := costs[v.SKU]; ok {
		v.UnitCostMinor = &c.Amount
	}
	return nil
}

// productFindings are those of the shop that show this product among their examples.
func (r *Reads) productFindings(ctx context.Context, s shop.Shop, b *basis, v *wire.Product) error {
	all, err := r.findingsOf(ctx, s.ID, b.offset)
	for _, f := range all {
		var mine []map[string]string
		for _, e := range f.Examples {
			if e["sku"] == v.SKU {
				mine = append(mine, e)
			}
		}
		if len(mine) > 0 {
			w := wireFinding(f)
			w.Examples = mine
			v.Findings = append(v.Findings, w)
		}
	}
	return err
}
