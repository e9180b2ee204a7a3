// Package orders answers what was ordered, cancelled and returned: order lines with one believed source
// per order, sales by product and day, by shop and day, and by customer.
//
// Facts of kinds order.placed, order.cancelled, order.returned and order.refunded go in. The rows that hold them are kept
// as told; everything else is derived from those rows for the orders, products and days that changed.
//
// Money is in minor units, without tax. docs/metrics.md defines the words.
package orders

import (
	"context"
	"fmt"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct {
	zone state.Zone
	// Bulk is the number of touched orders beyond which it is cheaper to derive everything than to look
	// every order up.
	Bulk int64
}

// NewFold makes the fold; zone says when a shop's days begin.
func NewFold(zone state.Zone) *Fold { return &Fold{zone, 4_000} }

// Name is "orders".
func (*Fold) Name() string { return "orders" }

const (
	lineColumns     = "shop, order_id, source, line, rev, claim, live, at_us, day, sku, item, units, cur, gross, discount, tax, taxed, shipping, customer, visitor, country"
	reversalColumns = "shop, source, id, rev, claim, live, cancelled, at_us, day, document, order_id, orig_line, sku, item, units, cur, gross, tax, customer"
	refundColumns   = "shop, source, id, rev, claim, at_us, day, order_id, refund, cur, amount"
)

// bySKU finds the lines of a product. While an empty view is filled it is left away: building it once from
// all lines takes a third of the time of keeping it up row by row.
const bySKU = "CREATE INDEX IF NOT EXISTS order_line_by_sku ON order_line (shop, sku, day)"

// fill is the least number of records that make filling an empty view worth it.
const fill = 5_000

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "lines, reversals and what is derived", SQL: []string{
		// Not clustered: it is by far the largest table, and its second index would repeat the long key.
		`CREATE TABLE order_line (
			shop {text} NOT NULL, order_id {text} NOT NULL, source {text} NOT NULL, line {text} NOT NULL, rev {int} NOT NULL,
			claim {text} NOT NULL, live {int} NOT NULL, at_us {int} NOT NULL, day {int} NOT NULL, sku {text} NOT NULL,
			item {text} NOT NULL, units {int} NOT NULL, cur {text} NOT NULL, gross {int} NOT NULL, discount {int} NOT NULL,
			tax {int} NOT NULL, shipping {int} NOT NULL, customer {text} NOT NULL, visitor {text} NOT NULL, country {text} NOT NULL,
			PRIMARY KEY (shop, order_id, source, line))`,
		bySKU,
		// What data quality looks at: services, free lines, bulk lines.
		`CREATE INDEX order_line_odd ON order_line (shop, item, units) WHERE item <> '' OR gross = 0 OR units >= 1000`,
		`CREATE TABLE order_reversal (
			shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL,
			claim {text} NOT NULL, live {int} NOT NULL, cancelled {int} NOT NULL, at_us {int} NOT NULL, day {int} NOT NULL,
			document {text} NOT NULL, order_id {text} NOT NULL, orig_line {text} NOT NULL, sku {text} NOT NULL, item {text} NOT NULL,
			units {int} NOT NULL, gross {int} NOT NULL, customer {text} NOT NULL,
			PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX order_reversal_by_pair ON order_reversal (shop, customer, sku)`,
		`CREATE INDEX order_reversal_by_cell ON order_reversal (shop, sku, day)`,
		`CREATE INDEX order_reversal_by_day ON order_reversal (shop, day)`,
		`CREATE INDEX order_reversal_by_document ON order_reversal (shop, document)`,
		// Which lines a reversal undoes, as far as it can be told.
		`CREATE TABLE order_undo (
			shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, order_id {text} NOT NULL, line_source {text} NOT NULL,
			line_id {text} NOT NULL, sku {text} NOT NULL, day {int} NOT NULL, units {int} NOT NULL, gross {int} NOT NULL, cancelled {int} NOT NULL,
			PRIMARY KEY (shop, source, id, order_id, line_source, line_id)) {clustered}`,
		`CREATE INDEX order_undo_by_order ON order_undo (shop, order_id)`,
		`CREATE INDEX order_undo_by_cell ON order_undo (shop, sku, day)`,
		`CREATE TABLE order_head (
			shop {text} NOT NULL, order_id {text} NOT NULL, claim {text} NOT NULL, customer {text} NOT NULL, country {text} NOT NULL,
			at_us {int} NOT NULL, day {int} NOT NULL, lines {int} NOT NULL, units {int} NOT NULL, gross {int} NOT NULL,
			discount {int} NOT NULL, shipping {int} NOT NULL, services {int} NOT NULL, cancelled {int} NOT NULL, refunded {int} NOT NULL,
			PRIMARY KEY (shop, order_id)) {clustered}`,
		`CREATE INDEX order_head_by_customer ON order_head (shop, customer, at_us)`,
		`CREATE INDEX order_head_by_day ON order_head (shop, day)`,
		`CREATE TABLE sales_day (
			shop {text} NOT NULL, sku {text} NOT NULL, day {int} NOT NULL, orders {int} NOT NULL, units {int} NOT NULL,
			cancelled {int} NOT NULL, returned {int} NOT NULL, gross {int} NOT NULL, discount {int} NOT NULL, refunded {int} NOT NULL,
			price_min {int} NOT NULL, price_max {int} NOT NULL,
			PRIMARY KEY (shop, sku, day)) {clustered}`,
		`CREATE TABLE shop_day (
			shop {text} NOT NULL, day {int} NOT NULL, orders {int} NOT NULL, customers {int} NOT NULL, units {int} NOT NULL,
			cancelled {int} NOT NULL, returned {int} NOT NULL, gross {int} NOT NULL, discount {int} NOT NULL, refunded {int} NOT NULL,
			PRIMARY KEY (shop, day)) {clustered}`,
		`CREATE TABLE customer_value (
			shop {text} NOT NULL, customer {text} NOT NULL, country {text} NOT NULL, orders {int} NOT NULL, net {int} NOT NULL,
			first_day {int} NOT NULL, last_day {int} NOT NULL,
			PRIMARY KEY (shop, customer)) {clustered}`,
		// What Apply touched since the last Settle.
		`CREATE TABLE dirty_order (shop {text} NOT NULL, order_id {text} NOT NULL, PRIMARY KEY (shop, order_id)) {clustered}`,
		`CREATE TABLE dirty_document (shop {text} NOT NULL, document {text} NOT NULL, PRIMARY KEY (shop, document)) {clustered}`,
		`CREATE TABLE dirty_cell (shop {text} NOT NULL, sku {text} NOT NULL, day {int} NOT NULL, PRIMARY KEY (shop, sku, day)) {clustered}`,
		`CREATE TABLE dirty_customer (shop {text} NOT NULL, customer {text} NOT NULL, PRIMARY KEY (shop, customer)) {clustered}`,
		`CREATE TABLE dirty_pair (shop {text} NOT NULL, customer {text} NOT NULL, sku {text} NOT NULL, PRIMARY KEY (shop, customer, sku)) {clustered}`,
	}}, {Name: "refunds and the report", SQL: []string{ // state is rebuilt where these columns are new
		`ALTER TABLE order_line ADD COLUMN taxed {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_reversal ADD COLUMN cur {text} NOT NULL DEFAULT ''`,
		`ALTER TABLE order_reversal ADD COLUMN tax {int} NOT NULL DEFAULT 0`,
		`CREATE INDEX order_reversal_by_order ON order_reversal (shop, order_id)`,
		`ALTER TABLE order_head ADD COLUMN cur {text} NOT NULL DEFAULT ''`,
		`ALTER TABLE order_head ADD COLUMN reduced {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN postage {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN fees {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN tax {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN taxed {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN taxed_off {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE order_head ADD COLUMN taxed_tax {int} NOT NULL DEFAULT 0`,
		`CREATE TABLE order_refund (
			shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, claim {text} NOT NULL, at_us {int} NOT NULL,
			day {int} NOT NULL, order_id {text} NOT NULL, refund {text} NOT NULL, cur {text} NOT NULL, amount {int} NOT NULL,
			PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX order_refund_by_order ON order_refund (shop, order_id)`,
		// What came back or was paid back, by order and document; goods is the part of refunds without lines that is of goods.
		`CREATE TABLE order_back (
			shop {text} NOT NULL, order_id {text} NOT NULL, document {text} NOT NULL, at_us {int} NOT NULL, day {int} NOT NULL, cur {text} NOT NULL,
			returned {int} NOT NULL, tax {int} NOT NULL, goods {int} NOT NULL, units {int} NOT NULL,
			PRIMARY KEY (shop, order_id, document)) {clustered}`,
		`CREATE INDEX order_back_by_day ON order_back (shop, day)`,
		`CREATE TABLE report_day (
			shop {text} NOT NULL, day {int} NOT NULL, cur {text} NOT NULL, orders {int} NOT NULL, gross {int} NOT NULL, discounts {int} NOT NULL,
			returns {int} NOT NULL, shipping {int} NOT NULL, fees {int} NOT NULL, tax {int} NOT NULL, tax_back {int} NOT NULL,
			priced {int} NOT NULL, units {int} NOT NULL, units_back {int} NOT NULL,
			PRIMARY KEY (shop, day, cur)) {clustered}`,
	}}, placeMigration}
}

// Tables lists what is exported. The dirty tables are empty whenever the views are settled.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("order_line", lineColumns, "shop, order_id, source, line"),
		state.NewTable("order_reversal", reversalColumns, "shop, source, id"),
		state.NewTable("order_refund", refundColumns, "shop, source, id"),
		state.NewTable("order_back", "shop, order_id, document, at_us, day, cur, returned, tax, goods, units", "shop, order_id, document"),
		state.NewTable("report_day", reportColumns, "shop, day, cur"),
		state.NewTable("order_undo", "shop, source, id, order_id, line_source, line_id, sku, day, units, gross, cancelled", "shop, source, id, order_id, line_source, line_id"),
		state.NewTable("order_head", headColumns, "shop, order_id"),
		state.NewTable("sales_day", cellColumns, "shop, sku, day"),
		state.NewTable("shop_day", shopDayColumns, "shop, day"),
		state.NewTable("order_place", placeColumns, "shop, order_id, source, line"),
		state.NewTable("sales_place", salePlaceColumns, "shop, sku, day, loc"),
		state.NewTable("customer_value", "shop, customer, country, orders, net, first_day, last_day", "shop, customer"),
		state.NewTable("dirty_order", "shop, order_id", "shop, order_id"),
		state.NewTable("dirty_document", "shop, document", "shop, document"),
		state.NewTable("dirty_cell", "shop, sku, day", "shop, sku, day"),
		state.NewTable("dirty_customer", "shop, customer", "shop, customer"),
		state.NewTable("dirty_pair", "shop, customer, sku", "shop, customer, sku"),
	}
}

// Apply keeps the lines, reversals and refunds of the records and notes which orders and products they touch.
func (f *Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	if len(recs) >= fill {
		var rows int64
		if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM order_line LIMIT 1) x", nil, &rows); err != nil {
			return err
		}
		if rows == 0 {
			if _, err := t.Exec(ctx, "DROP INDEX IF EXISTS order_line_by_sku"); err != nil {
				return err
			}
		}
	}
	lines := state.NewUpsert("order_line", lineColumns, "shop, order_id, source, line")
	reversals := state.NewUpsert("order_reversal", reversalColumns, "shop, source, id")
	refunds := state.NewUpsert("order_refund", refundColumns, "shop, source, id")
	places := state.NewUpsert("order_place", placeColumns, "shop, order_id, source, line")
	d := newDirty()
	for i := range recs {
		r := &recs[i]
		day := state.DayOf(r.OccurredAt, f.zone(r.Shop))
		claim := claimOf(r.Source)
		switch b := r.Body.(type) {
		case *fact.OrderLine:
			gross := b.Gross
			if b.TaxIncluded {
				gross -= b.Tax
			}
			if r.Rev > 0 {
				if err := d.oldLine(ctx, t, r, b); err != nil {
					return err
				}
			}
			d.orders[[2]string{r.Shop, b.Order}] = true
			lines.Add(r.Shop+"\x00"+b.Order+"\x00"+r.Source+"\x00"+b.Line, r.Rev,
				r.Shop, b.Order, r.Source, b.Line, r.Rev, claim, 1, sqldb.Micros(r.OccurredAt), int64(day), b.SKU, string(b.Item),
				b.Units, b.Currency, gross, b.Discount, b.Tax, truth(b.TaxIncluded), b.Shipping, b.Customer, b.Visitor, b.Country)
			if b.Location != "" {
				places.Add(r.Shop+"\x00"+b.Order+"\x00"+r.Source+"\x00"+b.Line, r.Rev, r.Shop, b.Order, r.Source, b.Line, r.Rev, b.Location)
			}
		case *fact.OrderReversal:
			gross := b.Gross
			if b.TaxIncl {
				gross -= b.Tax
			}
			if r.Rev > 0 {
				if err := d.oldReversal(ctx, t, r); err != nil {
					return err
				}
			}
			d.documents[[2]string{r.Shop, b.Document}] = true
			reversals.Add(r.Shop+"\x00"+r.Source+"\x00"+r.ID, r.Rev,
				r.Shop, r.Source, r.ID, r.Rev, claim, 1, truth(r.Kind == fact.OrderCancelled), sqldb.Micros(r.OccurredAt), int64(day),
				b.Document, b.Order, b.OrigLine, b.SKU, string(b.Item), b.Units, b.Currency, gross, b.Tax, b.Customer)
		case *fact.Refund:
			if r.Rev > 0 {
				if err := d.oldRefund(ctx, t, r); err != nil {
					return err
				}
			}
			d.orders[[2]string{r.Shop, b.Order}] = true
			refunds.Add(r.Shop+"\x00"+r.Source+"\x00"+r.ID, r.Rev,
				r.Shop, r.Source, r.ID, r.Rev, claim, sqldb.Micros(r.OccurredAt), int64(day), b.Order, b.Refund, b.Currency, b.Amount)
		}
	}
	if err := state.Flush(ctx, t, lines, reversals, refunds, places); err != nil {
		return err
	}
	return d.flush(ctx, t)
}

// claimOf sorts sources by precedence, then by name: of several that tell of one order the least is believed.
func claimOf(source string) string { return fmt.Sprintf("%02d|%s", fact.Precedence(source), source) }

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
