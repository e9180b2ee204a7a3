package outbox

import (
	"fmt"

	"almanac/decide"
	"almanac/fact"
)

// priceForm is a list of price changes. Its columns, one row per product: the batch, the day of approval (UTC), the product's SKU
// and title, the new price and the one that it replaces as decimals in the currency, the decision's id, and the note on
// synthetic data. A webhook gets the event price.change with the same in minor units: sku, title, price, was, currency, decision.
var priceForm = form{
	header: []string{"batch", "date", "sku", "title", "price", "was", "currency", "decision", "note"},
	rows: func(b decide.Batch, d decide.Decision) [][]string {
		p := d.Price
		if p == nil {
			return nil
		}
		return [][]string{{b.ID, day(b), safe(p.SKU), safe(p.Title), fact.Money{Minor: p.Price, Currency: p.Currency}.Amount(), fact.Money{Minor: p.Was, Currency: p.Currency}.Amount(),
			safe(p.Currency), d.ID, note(d)}}
	},
	event: func(b decide.Batch) any {
		return eventOf("price.change", b, func(d decide.Decision) priceLine { return priceLine{d.Price, d.ID} })
	},
	letter: func(b decide.Batch) (subject, text string) {
		return fmt.Sprintf("%d price changes %s", len(b.Decisions), b.ID), fmt.Sprintf("%s holds %d new prices, attached as CSV. They hold once your shop's system has them.\n", b.ID, len(b.Decisions))
	},
}

type priceLine struct {
	*decide.PriceChange
	Decision string `json:"decision"`
}

// event is what a webhook gets of a batch; Lines holds one entry for each decision.
type event[L any] struct {
	Event     string `json:"event"`
	Batch     string `json:"batch"`
	Shop      string `json:"shop"`
	Synthetic bool   `json:"synthetic"`
	Lines     []L    `json:"lines"`
}

// eventOf makes the event of a batch, whose decisions ask for one kind of action.
func eventOf[L any](name string, b decide.Batch, line func(decide.Decision) L) event[L] {
	e := event[L]{Event: name, Batch: b.ID, Shop: b.Shop, Synthetic: b.Synthetic()}
	for _, d := range b.Decisions {
		if d.Kind() == b.Kind() {
			e.Lines = append(e.Lines, line(d))
		}
	}
	return e
}
