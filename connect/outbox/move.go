package outbox

import (
	"fmt"
	"strconv"

	"almanac/decide"
)

// moveForm is a list of what to carry from one place to another. Its columns, one row per product: the number of the transfer,
// the day of approval (UTC), both places, the product's SKU and title, units, the decision's id, and the note on synthetic data. A
// webhook gets the event transfer.draft with the same: sku, title, units, from, to, decision.
var moveForm = form{
	header: []string{"transfer", "date", "from", "to", "sku", "title", "units", "decision", "note"},
	rows: func(b decide.Batch, d decide.Decision) [][]string {
		m := d.Move
		if m == nil {
			return nil
		}
		return [][]string{{b.ID, day(b), safe(m.From), safe(m.To), safe(m.SKU), safe(m.Title), strconv.FormatInt(m.Units, 10), d.ID, note(d)}}
	},
	event: func(b decide.Batch) any {
		e := event[moveLine]{Event: "transfer.draft", Batch: b.ID, Shop: b.Shop, Synthetic: b.Synthetic()}
		for _, d := range b.Decisions {
			if d.Move != nil {
				e.Lines = append(e.Lines, moveLine{*d.Move, d.ID})
			}
		}
		return e
	},
	letter: func(b decide.Batch) (subject, text string) {
		return fmt.Sprintf("Transfer list %s, %s", b.ID, b.Group), fmt.Sprintf("%s holds %d products. The list is attached as CSV.\n", b.ID, len(b.Decisions))
	},
}

type moveLine struct {
	decide.Move
	Decision string `json:"decision"`
}
