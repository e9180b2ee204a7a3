package reorder

import (
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
)

// Then is what the programme would have known on the morning of a day: a forecast, costs and prices of before, which the caller gives,
// and of purchases what had happened by then, for lead times. Terms are as they are today: nobody records when they changed.
func (in Input) Then(day state.Day, model *demand.Model, costs map[string]catalog.Cost, prices map[string]int64) Input {
	in.Today, in.Model, in.Costs, in.Prices = day, model, costs, prices
	in.Returns = nil // they were learnt since; nor does anything come back in a replay
	in.Positions = make(map[string]stock.Position, len(model.Product))
	for i := range model.Product {
		in.Positions[model.Product[i].SKU] = stock.Position{}
	}
	var known []Purchase
	for _, p := range in.Purchases {
		if p.Placed >= day {
			continue
		}
		if !p.Open && p.Received >= day {
			p.Open, p.Received = true, 0
		}
		known = append(known, p)
	}
	in.Purchases = known
	in.learn()
	in.classes = in.classify()
	return in
}

// Units is how many of a product it would have proposed to buy on a day, at a position of what is available and on its way. The
// limits of a round (budget, room, a supplier's minimum, what an order costs besides its lines) are not looked at.
func (in Input) Units(sku string, day state.Day, settings Settings, position int64) int64 {
	in.Today, in.Settings = day, settings
	if n := in.need(sku, stock.Position{SKU: sku, Available: position}); n != nil && n.size(settings, day) {
		return n.units
	}
	return 0
}

// SupplierOf is who delivered a purchase: as it says, else as the terms of the product do.
func (in Input) SupplierOf(p Purchase) string { return in.supplierOf(p) }

// Quoted is in how many days a purchase was expected; 0 where nobody said.
func (in Input) Quoted(p Purchase) float64 { return in.quoted(p) }
