package outbox

import (
	"fmt"
	"strconv"

	"almanac/decide"
)

// levelsForm is a list of reorder points. Its columns, one row per product and place, whole shop where the place is empty: the
// batch, the day of approval (UTC), the product's SKU and title, the place, order at reorder_point or less, up to order_up_to, what
// the system was told last of both, the decision's id, and the note on synthetic data. A webhook gets the event reorder_points.set
// with the same.
var levelsForm = form{
	header: []string{"batch", "date", "sku", "title", "location", "reorder_point", "order_up_to", "reorder_point_before", "order_up_to_before", "decision", "note"},
	rows: func(b decide.Batch, d decide.Decision) (rows [][]string) {
		before := func(v *int64) string {
			if v == nil {
				return ""
			}
			return strconv.FormatInt(*v, 10)
		}
		for _, l := range d.Levels {
			rows = append(rows, []string{b.ID, day(b), safe(l.SKU), safe(l.Title), safe(l.Location), strconv.FormatInt(l.Point, 10), strconv.FormatInt(l.UpTo, 10),
				before(l.Before), before(l.BeforeUpTo), d.ID, note(d)})
		}
		return rows
	},
	event: func(b decide.Batch) any {
		e := event[levelLine]{Event: "reorder_points.set", Batch: b.ID, Shop: b.Shop, Synthetic: b.Synthetic()}
		for _, d := range b.Decisions {
			for _, l := range d.Levels {
				e.Lines = append(e.Lines, levelLine{l, d.ID})
			}
		}
		return e
	},
	letter: func(b decide.Batch) (subject, text string) {
		return "Reorder points " + b.ID, fmt.Sprintf("%s holds reorder points of %d suppliers, attached as CSV. They hold once your system has them.\n", b.ID, len(b.Decisions))
	},
}

type levelLine struct {
	decide.SetLevel
	Decision string `json:"decision"`
}
