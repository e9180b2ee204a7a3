package supply

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// Incoming is what is still to come of one line of a purchase.
type Incoming struct {
	Purchase, Line, Supplier, SKU, Location string
	Units                                   int64 // ordered or confirmed, less received
	Placed                                  time.Time
	Due                                     time.Time // zero where nobody said
}

// Incoming lists the open lines of a product, or of all where sku is empty, earliest due first. A line that
// is confirmed counts with the units and the date of its newest confirmation.
func (v *View) Incoming(ctx context.Context, shop, sku string) ([]Incoming, error) {
	type key struct{ purchase, line string }
	open := map[key]*Incoming{}
	confirmed := map[key]int64{} // time of the newest statement
	received := map[key]int64{}
	seen := map[[2]string]bool{} // stage and id, by the best source
	err := v.db.Query(ctx, `SELECT stage, id, purchase, line, supplier, sku, loc, at_us, due_us, units FROM purchase_line
		WHERE shop = ? AND (sku = ? OR ? = '') ORDER BY rank, source, id`, []any{shop, sku, sku}, func(r sqldb.Row) error {
		var stage, id string
		var p Incoming
		var at, due int64
		if err := r.Scan(&stage, &id, &p.Purchase, &p.Line, &p.Supplier, &p.SKU, &p.Location, &at, &due, &p.Units); err != nil {
			return err
		}
		if seen[[2]string{stage, id}] {
			return nil
		}
		seen[[2]string{stage, id}] = true
		k := key{p.Purchase, p.Line}
		if fact.Kind(stage) == fact.PurchaseReceived {
			received[k] += p.Units
			return nil
		}
		if due != 0 {
			p.Due = sqldb.Time(due)
		}
		p.Placed = sqldb.Time(at)
		if old, ok := open[k]; ok {
			if at < confirmed[k] {
				old.Placed = p.Placed
				return nil
			}
			if p.Placed = old.Placed; p.Due.IsZero() {
				p.Due = old.Due
			}
		}
		open[k], confirmed[k] = &p, at
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []Incoming
	for k, p := range open {
		if p.Units -= received[k]; p.Units > 0 {
			out = append(out, *p)
		}
	}
	slices.SortFunc(out, func(a, b Incoming) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Purchase, b.Purchase), cmp.Compare(a.Line, b.Line))
	})
	return out, nil
}
