package stock

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store that also holds the view of orders.
func Open(db *sqldb.DB) *View { return &View{db} }

// Level is one counted quantity of one product at one place, brought forward to now.
type Level struct {
	SKU, Location string
	Quantity      fact.Quantity
	Units         int64
	Counted       int64     // as counted
	AsOf          time.Time // of the count
	Source        string
	Estimated     bool // sales since the count were taken off
}

// Ledger reads what is told of one product, or of all where sku is empty.
func (v *View) Ledger(ctx context.Context, shop, sku string) (*Ledger, error) {
	where, args := "shop = ?", []any{shop}
	if sku != "" {
		where += " AND sku = ?"
		args = append(args, sku)
	}
	l := NewLedger()
	names := map[string]string{} // of sources, products, places …: few, told again and again
	once := func(name *string) {
		if known, ok := names[*name]; ok {
			*name = known
			return
		}
		names[*name] = *name
	}
	err := v.db.Query(ctx, "SELECT source, id, rev, rank, sku, loc, quantity, as_of_us, units FROM stock_count WHERE "+where, args, func(r sqldb.Row) error {
		var c Count
		err := r.Scan(&c.Source, &c.ID, &c.Rev, &c.Rank, &c.SKU, &c.Location, &c.Quantity, &c.At, &c.Units)
		once(&c.Source)
		once(&c.SKU)
		once(&c.Location)
		once((*string)(&c.Quantity))
		l.AddCount(c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, v.db.Query(ctx, "SELECT source, id, rev, rank, sku, loc, at_us, units, reason FROM stock_move WHERE "+where, args, func(r sqldb.Row) error {
		var m Move
		err := r.Scan(&m.Source, &m.ID, &m.Rev, &m.Rank, &m.SKU, &m.Location, &m.At, &m.Units, &m.Reason)
		once(&m.Source)
		once(&m.SKU)
		once(&m.Location)
		once(&m.Reason)
		l.AddMove(m)
		return err
	})
}

// Levels lists the levels of one product, or of all where sku is empty, by product, place and quantity.
func (v *View) Levels(ctx context.Context, shop, sku string) ([]Level, error) {
	l, err := v.Ledger(ctx, shop, sku)
	if err != nil {
		return nil, err
	}
	accounts := l.accounts()
	var out []Level
	for at, a := range accounts {
		for q := range a.counts {
			if units, c, ok := a.balance(q, math.MaxInt64-1); ok {
				out = append(out, Level{SKU: at.sku, Location: at.loc, Quantity: q, Units: units, Counted: c.Units, AsOf: sqldb.Time(c.At), Source: c.Source})
			}
		}
	}
	slices.SortFunc(out, func(x, y Level) int {
		return cmp.Or(cmp.Compare(x.SKU, y.SKU), cmp.Compare(x.Location, y.Location), cmp.Compare(x.Quantity, y.Quantity))
	})
	return out, v.takeOffSales(ctx, shop, sku, out, accounts)
}

// takeOffSales estimates what was sold since the counts where no source tells of sales as moves. Sales are
// known by product only; they can be taken off where the product lies at one place.
func (v *View) takeOffSales(ctx context.Context, shop, sku string, levels []Level, accounts map[shelf]*account) error {
	told := map[string]bool{} // products whose sales a source tells as moves
	for at, a := range accounts {
		told[at.sku] = told[at.sku] || slices.ContainsFunc(a.moves, func(m Move) bool { return m.Reason == "sale" })
	}
	places := map[string]string{}
	oldest := int64(math.MaxInt64)
	rows := map[string][]int{}
	for i := range levels {
		l := &levels[i]
		if told[l.SKU] || !movable(l.Quantity) {
			continue
		}
		if loc, ok := places[l.SKU]; ok && loc != l.Location {
			told[l.SKU] = true // at several places: whose shelf it left is not known
			delete(rows, l.SKU)
			continue
		}
		places[l.SKU] = l.Location
		rows[l.SKU] = append(rows[l.SKU], i)
		oldest = min(oldest, sqldb.Micros(l.AsOf))
	}
	if len(rows) == 0 {
		return nil
	}
	return v.db.Query(ctx, `SELECT l.sku, l.at_us, l.units FROM (SELECT DISTINCT shop, sku FROM stock_count WHERE shop = ? AND (sku = ? OR ? = '')) c
		CROSS JOIN order_line l WHERE l.shop = c.shop AND l.sku = c.sku AND l.day >= ? AND l.live = 1 AND l.item = '' AND l.at_us > ?`,
		[]any{shop, sku, sku, oldest/86_400_000_000 - 1, oldest}, func(r sqldb.Row) error {
			var sku string
			var us, units int64
			if err := r.Scan(&sku, &us, &units); err != nil {
				return err
			}
			for _, i := range rows[sku] {
				if l := &levels[i]; us > sqldb.Micros(l.AsOf) {
					l.Units -= units
					l.Estimated = true
				}
			}
			return nil
		})
}

// Alerts lists what has run out, by what is known now.
func (v *View) Alerts(ctx context.Context, shop string, lateness func(source string) int64) ([]Alert, error) {
	l, err := v.Ledger(ctx, shop, "")
	if err != nil {
		return nil, err
	}
	return l.Alerts(Watermark(l.Newest(), lateness)), nil
}

// Position is what is there of one product, over all places or at one.
type Position struct {
	SKU       string
	Location  string // of a position at one place
	OnHand    int64  // or available, where a source counts only that
	Available int64  // on hand − committed − unavailable, or as counted
	Incoming  int64
	CountedAt time.Time // the oldest count in the sum
	Source    string
	Estimated bool
	Negative  bool // some place holds less than nothing: a finding, not a stock-out
}

// strike makes the position at one place from its levels; available is on hand less committed and
// unavailable only where it was not itself counted, so that nothing is subtracted twice.
func strike(l map[fact.Quantity]Level) (Position, bool) {
	onHand, counted := l[fact.OnHand]
	available, direct := l[fact.Available]
	if !counted && !direct {
		return Position{}, false
	}
	base := onHand
	if !counted {
		base = available
	}
	p := Position{OnHand: base.Units, CountedAt: base.AsOf, Source: base.Source, Estimated: base.Estimated || available.Estimated, Incoming: l[fact.Incoming].Units}
	if direct {
		p.Available = available.Units
	} else {
		p.Available = onHand.Units - l[fact.Committed].Units - l[fact.Unavailable].Units
	}
	p.Negative = p.OnHand < 0
	return p, true
}

func merge(a, b Position) Position {
	b.Location = ""
	if a.SKU == "" {
		return b
	}
	a.OnHand += b.OnHand
	a.Available += b.Available
	a.Incoming += b.Incoming
	if b.CountedAt.Before(a.CountedAt) {
		a.CountedAt = b.CountedAt
	}
	if fact.Synthetic(b.Source) {
		a.Source = b.Source // a sum with made-up parts is made up
	}
	a.Estimated = a.Estimated || b.Estimated
	a.Negative = a.Negative || b.Negative
	return a
}

// Unanchored lists products with moves but no count: their balance cannot be known.
func (v *View) Unanchored(ctx context.Context, shop string) (skus []string, err error) {
	err = v.db.Query(ctx, `SELECT DISTINCT sku FROM stock_move m WHERE shop = ? AND NOT EXISTS (
		SELECT 1 FROM stock_count c WHERE c.shop = m.shop AND c.sku = m.sku) ORDER BY sku`, []any{shop}, func(r sqldb.Row) error {
		var s string
		err := r.Scan(&s)
		skus = append(skus, s)
		return err
	})
	return skus, err
}
