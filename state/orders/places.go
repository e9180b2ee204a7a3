package orders

import (
	"context"

	"almanac/sqldb"
)

// Where an order line was sold is kept beside the lines, for those alone that tell it: a shop without places has no row here, and
// deriving costs it one look. A place counts for the revision of the line that told it.
const (
	placeColumns     = "shop, order_id, source, line, rev, loc"
	salePlaceColumns = "shop, sku, day, loc, units"
)

var placeMigration = sqldb.Migration{Name: "sales by place", SQL: []string{
	`CREATE TABLE order_place (
		shop {text} NOT NULL, order_id {text} NOT NULL, source {text} NOT NULL, line {text} NOT NULL, rev {int} NOT NULL, loc {text} NOT NULL,
		PRIMARY KEY (shop, order_id, source, line)) {clustered}`,
	`CREATE TABLE sales_place (
		shop {text} NOT NULL, sku {text} NOT NULL, day {int} NOT NULL, loc {text} NOT NULL, units {int} NOT NULL,
		PRIMARY KEY (shop, sku, day, loc)) {clustered}`,
}}

// ofLine joins the place p of a line l.
const ofLine = "p.shop = l.shop AND p.order_id = l.order_id AND p.source = l.source AND p.line = l.line AND p.rev = l.rev"

// places adds up the lines that tell where they were sold, less what was cancelled on their day, by product, day and place. CROSS JOIN
// makes SQLite start from the few dirty products and days, or from the places.
func places(ctx context.Context, t *sqldb.Tx, s scope) error {
	var told int64
	if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM order_place LIMIT 1) x", nil, &told); err != nil || told == 0 {
		return err
	}
	from := "order_place p CROSS JOIN order_line l WHERE "
	if s != wholeScope {
		from = "dirty_cell d CROSS JOIN order_line l CROSS JOIN order_place p WHERE l.shop = d.shop AND l.sku = d.sku AND l.day = d.day AND "
	}
	return exec(ctx, t, s.in(
		"DELETE FROM sales_place WHERE {cell}",
		`INSERT INTO sales_place (`+salePlaceColumns+`)
			SELECT l.shop, l.sku, l.day, p.loc, SUM(l.units - COALESCE((SELECT SUM(u.units) FROM order_undo u
				WHERE u.shop = l.shop AND u.order_id = l.order_id AND u.line_source = l.source AND u.line_id = l.line AND u.cancelled = 1), 0))
			FROM `+from+ofLine+` AND {sold} GROUP BY l.shop, l.sku, l.day, p.loc`)...)
}
