package serve

import (
	"cmp"
	"context"
	"slices"

	"almanac/decide"
	"almanac/program/reorder"
	"almanac/serve/wire"
)

// Orders are the open reorder proposals, as one order for each supplier, most valuable first.
func (l life) Orders(ctx context.Context, shop string) ([]wire.PlannedOrder, error) {
	list, _, _, err := l.Store.List(ctx, shop, decide.Filter{Status: string(decide.Proposed), Programme: reorder.Programme, Limit: csvRows})
	if err != nil {
		return nil, err
	}
	by := map[string]*wire.PlannedOrder{}
	for _, d := range list { // most valuable first
		o := by[d.Group]
		if o == nil {
			o = &wire.PlannedOrder{Supplier: d.Group}
			by[d.Group] = o
		}
		addLine(o, d)
	}
	out := make([]wire.PlannedOrder, 0, len(by))
	for _, o := range by {
		out = append(out, *o)
	}
	value := func(o wire.PlannedOrder) int64 {
		if o.P50 == nil {
			return 0
		}
		return *o.P50
	}
	slices.SortFunc(out, func(a, b wire.PlannedOrder) int {
		return cmp.Or(cmp.Compare(value(b), value(a)), cmp.Compare(a.Supplier, b.Supplier))
	})
	return out, nil
}

func addLine(o *wire.PlannedOrder, d decide.Decision) {
	line := wire.PlannedOrderLine{Decision: wireSummary(d)}
	if l := d.Line; l != nil {
		line.Units, line.UnitCost = l.Units, l.UnitCost
		o.Email = cmp.Or(o.Email, l.SupplierEmail)
		o.LeadDays = max(o.LeadDays, l.LeadDays)
	}
	o.Lines = append(o.Lines, line)
	o.Units += line.Units
	o.Synthetic = o.Synthetic || d.Synthetic
	if line.UnitCost == nil {
		o.NoCost++
	} else {
		cost := *line.UnitCost * line.Units
		o.Cost = plus(o.Cost, &cost)
	}
	// The ends are added as if all products sold strongly or weakly together, which is the widest honest range.
	o.P10, o.P50, o.P90 = plus(o.P10, d.P10), plus(o.P50, d.P50), plus(o.P90, d.P90)
}

// plus adds what is known; nil where nothing is.
func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return cmp.Or(a, b)
	}
	sum := *a + *b
	return &sum
}
