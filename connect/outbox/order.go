package outbox

import (
	"fmt"
	"strconv"

	"almanac/decide"
	"almanac/fact"
)

// orderForm is a purchase order. Its columns, one row per product: the order's number, the day of approval (UTC), the
// supplier, the product's SKU and title, units to order, units a pack, the cost of a unit and of the line as
// decimals in the currency (both empty where the cost is unknown), the lead time in days, the decision's id, and
// a note that says so where the line was made from synthetic data.
var orderForm = form{
	header: []string{"purchase_order", "date", "supplier", "sku", "title", "units", "pack", "unit_cost", "currency", "line_cost", "lead_days", "decision", "note"},
	rows: func(b decide.Batch, d decide.Decision) [][]string {
		l := d.Line
		if l == nil {
			return nil
		}
		unit, total := "", ""
		if l.UnitCost != nil {
			unit = fact.Money{Minor: *l.UnitCost, Currency: l.Currency}.Amount()
			total = fact.Money{Minor: *l.UnitCost * l.Units, Currency: l.Currency}.Amount()
		}
		return [][]string{{b.ID, day(b), safe(l.Supplier), safe(l.SKU), safe(l.Title),
			strconv.FormatInt(l.Units, 10), strconv.FormatInt(max(l.Pack, 1), 10), unit, safe(l.Currency), total, strconv.Itoa(l.LeadDays), d.ID, note(d)}}
	},
	event: func(b decide.Batch) any {
		e := orderEvent{Event: "purchase_order.draft", PurchaseOrder: b.ID, Shop: b.Shop, Supplier: b.Group, Synthetic: b.Synthetic()}
		for _, d := range b.Decisions {
			if d.Line != nil {
				e.Lines = append(e.Lines, orderLine{*d.Line, d.ID})
			}
		}
		return e
	},
	letter: func(b decide.Batch) (subject, text string) {
		subject = "Purchase order draft " + b.ID
		if b.Group != "" {
			subject += " for " + b.Group
		}
		return subject, fmt.Sprintf("%s holds %d products. The draft is attached as CSV.\n", b.ID, len(b.Decisions))
	},
}

type orderLine struct {
	decide.OrderLine
	Decision string `json:"decision"`
}

type orderEvent struct {
	Event         string      `json:"event"`
	PurchaseOrder string      `json:"purchase_order"`
	Shop          string      `json:"shop"`
	Supplier      string      `json:"supplier"`
	Synthetic     bool        `json:"synthetic"`
	Lines         []orderLine `json:"lines"`
}
