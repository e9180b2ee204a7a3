// Package sales answers what a shop sold by month as the reports of shop platforms have it: gross sales, discounts,
// returns, net sales, shipping, tax, and what customers paid in all.
//
// Facts of orders, reversals and refunds go in, in any order and as often as they like; months come out. Of several
// sources that tell of one order the one with the best precedence is believed. Memory grows with the orders.
//
// Amounts are minor units of one currency. All but Tax and Total are without tax. Where prices contain the tax, the
// tax on a discount is in proportion to the tax on what was left after it. What was paid back is without the tax that
// its order bore on average, because most platforms tell one amount: it is a return whether it was goods or postage.
package sales

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"time"

	"almanac/fact"
)

// Month is one line of the report.
type Month struct {
	Month     string `json:"month"` // YYYY-MM
	Orders    int64  `json:"orders"`
	Gross     int64  `json:"gross_sales"`
	Discounts int64  `json:"discounts"`
	Returns   int64  `json:"returns"`
	Net       int64  `json:"net_sales"` // gross − discounts − returns
	Shipping  int64  `json:"shipping"`
	Fees      int64  `json:"fees"` // tips, wrapping, handling and what else is no product; gift cards are a debt, not here
	Tax       int64  `json:"tax"`  // less that of returns
	Total     int64  `json:"total_sales"`
}

// Report gathers facts.
type Report struct {
	zone   *time.Location
	orders map[string]*order
}

type order struct {
	source string
	placed time.Time
	lines  map[string]told            // line → what is told of it
	undone map[string]map[string]told // document → line → what came back
	paid   map[string]told            // document → what was paid back
}

type told struct {
	rev  int64
	at   time.Time
	body fact.Body
}

// New makes a report whose months begin in a time zone.
func New(zone *time.Location) *Report { return &Report{zone, map[string]*order{}} }

// Add takes a fact in. Facts that are not of orders are left aside.
func (r *Report) Add(f *fact.Fact) {
	t := told{f.Rev, f.OccurredAt, f.Body}
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		o := r.order(b.Order, f.Source)
		if o == nil {
			return
		}
		keep(o.lines, b.Line, t)
		if o.placed.IsZero() || f.OccurredAt.Before(o.placed) {
			o.placed = f.OccurredAt
		}
	case *fact.OrderReversal:
		if o := r.order(b.Order, f.Source); o != nil {
			if o.undone[b.Document] == nil {
				o.undone[b.Document] = map[string]told{}
			}
			keep(o.undone[b.Document], b.Line, t)
		}
	case *fact.Refund:
		if o := r.order(b.Order, ""); o != nil { // the provider of payments tells of it, too
			keep(o.paid, b.Refund, t)
		}
	}
}

func keep(m map[string]told, key string, t told) {
	if have, ok := m[key]; !ok || t.rev >= have.rev {
		m[key] = t
	}
}

// order is that of the number, where the source is the one to believe.
func (r *Report) order(number, source string) *order {
	if number == "" {
		return nil
	}
	o := r.orders[number]
	if o == nil {
		o = &order{source: source, lines: map[string]told{}, undone: map[string]map[string]told{}, paid: map[string]told{}}
		r.orders[number] = o
	}
	if source == "" || source == o.source {
		return o
	}
	if o.source != "" && cmp.Or(cmp.Compare(fact.Precedence(o.source), fact.Precedence(source)), cmp.Compare(o.source, source)) < 0 {
		return nil
	}
	o.source, o.placed = source, time.Time{}
	clear(o.lines)
	clear(o.undone)
	return o
}

// Months lists the months in which something was sold or came back.
func (r *Report) Months() []Month {
	months := map[string]*Month{}
	month := func(at time.Time) *Month {
		k := at.In(r.zone).Format("2006-01")
		if months[k] == nil {
			months[k] = &Month{Month: k}
		}
		return months[k]
	}
	for _, o := range r.orders {
		if len(o.lines) == 0 {
			continue
		}
		s := o.sums()
		m := month(o.placed)
		m.Orders++
		m.Gross += s.gross
		m.Discounts += s.discount
		m.Shipping += s.shipping
		m.Fees += s.fees
		m.Tax += s.tax
		for doc, back := range o.backs() {
			b := month(o.backAt(doc))
			tax := part(back, s.tax, s.gross-s.discount+s.shipping+s.fees+s.tax)
			b.Returns += back - tax
			b.Tax -= tax
		}
	}
	out := make([]Month, 0, len(months))
	for _, k := range slices.Sorted(maps.Keys(months)) {
		m := months[k]
		m.Net = m.Gross - m.Discounts - m.Returns
		m.Total = m.Net + m.Shipping + m.Fees + m.Tax
		out = append(out, *m)
	}
	return out
}

// Sum adds months up.
func Sum(months []Month) (s Month) {
	for _, m := range months {
		s.Orders += m.Orders
		s.Gross += m.Gross
		s.Discounts += m.Discounts
		s.Returns += m.Returns
		s.Net += m.Net
		s.Shipping += m.Shipping
		s.Fees += m.Fees
		s.Tax += m.Tax
		s.Total += m.Total
	}
	return s
}

type sums struct{ gross, discount, shipping, fees, tax int64 }

// sums are the amounts of an order without tax. Tax is taken out of prices for the order as a whole, so that it does
// not matter how a source shared it among lines.
func (o *order) sums() (s sums) {
	var charged, off, within int64 // of goods whose price contains tax: price, discount, tax
	for _, t := range o.lines {
		l, _ := t.body.(*fact.OrderLine)
		inside := int64(0)
		if l.TaxIncluded {
			inside = l.Tax
		}
		s.shipping += l.Shipping
		switch l.Item {
		case fact.ItemGiftCard, fact.ItemSample:
			continue
		case fact.ItemShipping:
			s.shipping += l.Gross - l.Discount - inside
		case fact.ItemDiscount:
			s.discount += l.Gross
		case fact.ItemProduct:
			if l.TaxIncluded {
				charged, off, within = charged+l.Gross, off+l.Discount, within+l.Tax
			} else {
				s.gross, s.discount = s.gross+l.Gross, s.discount+l.Discount
			}
		default:
			s.fees += l.Gross - l.Discount - inside
		}
		s.tax += l.Tax
	}
	onDiscount := part(off, within, charged-off)
	s.gross += charged - within - onDiscount
	s.discount += off - onDiscount
	return s
}

// backs is what was paid back, by document: as the refund says, or else what the goods were worth.
func (o *order) backs() map[string]int64 {
	out := map[string]int64{}
	for doc, lines := range o.undone {
		for _, t := range lines {
			if b, _ := t.body.(*fact.OrderReversal); b.Item != fact.ItemGiftCard {
				out[doc] += b.Gross
				if !b.TaxIncl {
					out[doc] += b.Tax
				}
			}
		}
	}
	for doc, t := range o.paid {
		if b, _ := t.body.(*fact.Refund); b.Amount > 0 {
			out[doc] = b.Amount
		}
	}
	return out
}

func (o *order) backAt(doc string) (at time.Time) {
	for _, t := range o.undone[doc] {
		if at.IsZero() || t.at.Before(at) {
			at = t.at
		}
	}
	if t, ok := o.paid[doc]; ok && at.IsZero() {
		at = t.at
	}
	return at
}

// part is amount × share ÷ whole, rounded half up; nothing where there is no whole.
func part(amount, share, whole int64) int64 {
	if amount <= 0 || share <= 0 || whole <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(share))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	if hi += carry; hi >= uint64(whole) {
		return 0 // no amounts of facts are so large
	}
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}
