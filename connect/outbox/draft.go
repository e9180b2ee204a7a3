// Package outbox hands approved purchase orders to people and systems that almanac has no connector for: as
// a CSV file in a folder, as a signed call to a webhook, and as a mail with the CSV attached.
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

// header are the columns of a draft, one row per product: the order's number, the day of approval (UTC), the
// supplier, the product's SKU and title, units to order, units a pack, the cost of a unit and of the line as
// decimals in the currency (both empty where the cost is unknown), the lead time in days, the decision's id, and
// a note that says so where the line was made from synthetic data.
var header = []string{"purchase_order", "date", "supplier", "sku", "title", "units", "pack", "unit_cost", "currency", "line_cost", "lead_days", "decision", "note"}

// Draft writes a batch as CSV. Cells that a spreadsheet would take for a formula are made harmless.
func Draft(b decide.Batch) ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	rows := [][]string{header}
	for _, d := range b.Decisions {
		l := d.Line
		if l == nil {
			continue
		}
		note := ""
		if d.Synthetic {
			note = "SYNTHETIC DATA - do not send"
		}
		unit, total := "", ""
		if l.UnitCost != nil {
			unit = fact.Money{Minor: *l.UnitCost, Currency: l.Currency}.Amount()
			total = fact.Money{Minor: *l.UnitCost * l.Units, Currency: l.Currency}.Amount()
		}
		rows = append(rows, []string{b.ID, b.ApprovedAt.UTC().Format(time.DateOnly), safe(l.Supplier), safe(l.SKU), safe(l.Title),
			strconv.FormatInt(l.Units, 10), strconv.FormatInt(max(l.Pack, 1), 10), unit, safe(l.Currency), total, strconv.Itoa(l.LeadDays), d.ID, note})
	}
	if len(rows) == 1 {
		return nil, fmt.Errorf("%w: batch %s holds nothing to order", decide.ErrRefused, b.ID)
	}
	if err := w.WriteAll(rows); err != nil {
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
