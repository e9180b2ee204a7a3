package supply

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// Line is one line of a purchase from order to arrival. Times nobody told are zero.
type Line struct {
	Purchase, Line, Supplier, SKU string
	Ordered                       int64 // as placed, or as first confirmed
	Received                      int64
	Placed, Due                   time.Time // the day that was promised first
	First, Last                   time.Time // arrivals
	promised                      int64     // when Due was told
}

// Lines lists every purchase line on record, by purchase and line. Of several sources that tell of one statement the best
// counts. The promise that a line is measured by is the first one told with it: a supplier that puts a date off is late.
func (v *View) Lines(ctx context.Context, shop string) ([]Line, error) {
	type key struct{ purchase, line string }
	all := map[key]*Line{}
	seen := map[[2]string]bool{}
	err := v.db.Query(ctx, `SELECT stage, id, purchase, line, supplier, sku, at_us, due_us, units FROM purchase_line
		WHERE shop = ? ORDER BY rank, source, id`, []any{shop}, func(r sqldb.Row) error {
		var stage, id string
		var l Line
		var at, due, units int64
		if err := r.Scan(&stage, &id, &l.Purchase, &l.Line, &l.Supplier, &l.SKU, &at, &due, &units); err != nil {
			return err
		}
		if seen[[2]string{stage, id}] {
			return nil
		}
		seen[[2]string{stage, id}] = true
		k := key{l.Purchase, l.Line}
		if all[k] == nil {
			all[k] = &l
		}
		all[k].tell(fact.Kind(stage), sqldb.Time(at), at, due, units, l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Line, 0, len(all))
	for _, l := range all {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Purchase, b.Purchase), cmp.Compare(a.Line, b.Line))
	})
	return out, nil
}

// tell takes one statement about the line in; the order of statements does not matter.
func (l *Line) tell(stage fact.Kind, t time.Time, at, due, units int64, said Line) {
	l.Supplier, l.SKU = cmp.Or(l.Supplier, said.Supplier), cmp.Or(l.SKU, said.SKU)
	if stage == fact.PurchaseReceived {
		l.Received += units
		if l.First.IsZero() || t.Before(l.First) {
			l.First = t
		}
		if t.After(l.Last) {
			l.Last = t
		}
		return
	}
	if l.Placed.IsZero() || at < sqldb.Micros(l.Placed) {
		l.Placed, l.Ordered = t, units
	}
	if due != 0 && (l.Due.IsZero() || at < l.promised) {
		l.Due, l.promised = sqldb.Time(due), at
	}
}
