// Package outbox hands approved purchase orders, transfers and reorder points to people and systems that almanac has no
// connector for: as a CSV file in a folder, as a signed call to a webhook, and as a mail with the CSV attached.
//
// A batch of decisions goes in; a draft goes out. Every channel may be given the same batch again: a file
// keeps its name, a webhook gets the same idempotency key, a mail the same Message-ID.
package outbox

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"almanac/decide"
	"almanac/fact"
)

// table is how decisions of a programme are written down: columns, and the rows of one decision.
type table struct {
	header []string
	rows   func(b decide.Batch, d decide.Decision) [][]string
}

// orders are the columns of a draft, one row per product: the order's number, the day of approval (UTC), the
// supplier, the product's SKU and title, units to order, units a pack, the cost of a unit and of the line as
// decimals in the currency (both empty where the cost is unknown), the lead time in days, the decision's id, and
// a note that says so where the line was made from synthetic data.
var orders = table{[]string{"purchase_order", "date", "supplier", "sku", "title", "units", "pack", "unit_cost", "currency", "line_cost", "lead_days", "decision", "note"},
	func(b decide.Batch, d decide.Decision) [][]string {
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
	}}

// transfers has a row per product that is to be carried from one place to another.
var transfers = table{[]string{"transfer", "date", "from", "to", "sku", "title", "units", "decision", "note"},
	func(b decide.Batch, d decide.Decision) [][]string {
		m := d.Move
		if m == nil {
			return nil
		}
		return [][]string{{b.ID, day(b), safe(m.From), safe(m.To), safe(m.SKU), safe(m.Title), strconv.FormatInt(m.Units, 10), d.ID, note(d)}}
	}}

// points has a row per product and place, whole shop where the place is empty: order at reorder_point or less, up to order_up_to.
var points = table{[]string{"batch", "date", "sku", "title", "location", "reorder_point", "order_up_to", "reorder_point_before", "order_up_to_before", "decision", "note"},
	func(b decide.Batch, d decide.Decision) (rows [][]string) {
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
	}}

// tables are those of the programmes that do not order.
var tables = map[string]table{"transfer": transfers, "reorder_points": points}

func day(b decide.Batch) string { return b.ApprovedAt.UTC().Format(time.DateOnly) }

func note(d decide.Decision) string {
	if d.Synthetic {
		return "SYNTHETIC DATA - do not send"
	}
	return ""
}

// Draft writes a batch as CSV. Cells that a spreadsheet would take for a formula are made harmless.
func Draft(b decide.Batch) ([]byte, error) {
	t, ok := tables[b.Programme]
	if !ok {
		t = orders
	}
	rows := [][]string{t.header}
	for _, d := range b.Decisions {
		rows = append(rows, t.rows(b, d)...)
	}
	if len(rows) == 1 {
		return nil, fmt.Errorf("%w: batch %s holds nothing to hand over", decide.ErrRefused, b.ID)
	}
	var buf bytes.Buffer
	if err := csv.NewWriter(&buf).WriteAll(rows); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// safe puts an apostrophe before text that a spreadsheet would run as a formula: behind these signs, the full-width ones
// of East Asian keyboards among them, and behind spaces before them, which some programs drop.
func safe(s string) string {
	if first, size := utf8.DecodeRuneInString(strings.TrimLeft(s, " ")); size > 0 && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) {
		return "'" + s
	}
	return s
}
