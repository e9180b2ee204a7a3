package quality

// usual is the average quantity in an order of the product of a line l, where at least ten orders tell it.
const usual = `(SELECT SUM(s.units) * 1.0 / SUM(s.orders) FROM sales_day s WHERE s.shop = l.shop AND s.sku = l.sku AND s.orders > 0 HAVING SUM(s.orders) >= 10)`

// checks are the oddities that are looked for, worst first.
var checks = []check{
	{
		Finding: Finding{Code: "negative_stock", Title: "Stock below zero", Severity: Error, What: "counts",
			Remedy: "A count below zero is a booking fault in the source. Count these products and send the new counts."},
		count: "SELECT COUNT(*) FROM stock_count WHERE shop = ? AND units < 0",
		examples: `SELECT sku, loc, quantity, units, source FROM stock_count WHERE shop = ? AND units < 0
			ORDER BY units, sku, loc, quantity, as_of_us, source`,
		columns: []string{"sku", "location", "quantity", "units", "source"},
	},
	{
		Finding: Finding{Code: "unmatched_returns", Title: "Returns without a known purchase", Severity: Warning, What: "return lines",
			Remedy: "Most belong to orders before this history begins, or name no customer. Import older orders to match more of them."},
		count: `SELECT COUNT(*) FROM order_reversal r WHERE r.shop = ? AND r.live = 1 AND r.item = '' AND NOT EXISTS (
			SELECT 1 FROM order_undo u WHERE u.shop = r.shop AND u.source = r.source AND u.id = r.id)`,
		examples: `SELECT document, day, sku, units, customer FROM order_reversal r WHERE r.shop = ? AND r.live = 1 AND r.item = '' AND NOT EXISTS (
			SELECT 1 FROM order_undo u WHERE u.shop = r.shop AND u.source = r.source AND u.id = r.id) ORDER BY gross DESC, document, sku`,
		columns: []string{"document", "day", "sku", "units", "customer"},
	},
	{
		Finding: Finding{Code: "sku_spelling", Title: "Product codes that differ only in upper and lower case", Severity: Warning, What: "codes",
			Remedy: "They are counted as different products. If they are one, correct the code at the source, or map it in the import."},
		count: `SELECT COUNT(*) FROM (SELECT DISTINCT shop, sku FROM sales_day WHERE shop = ?) a
			WHERE sku <> UPPER(sku) AND EXISTS (SELECT 1 FROM sales_day b WHERE b.shop = a.shop AND b.sku = UPPER(a.sku))`,
		examples: `SELECT sku, UPPER(sku), units FROM (SELECT shop, sku, SUM(units) AS units FROM sales_day WHERE shop = ? GROUP BY shop, sku) a
			WHERE sku <> UPPER(sku) AND EXISTS (SELECT 1 FROM sales_day b WHERE b.shop = a.shop AND b.sku = UPPER(a.sku)) ORDER BY units DESC, sku`,
		columns: []string{"sku", "also_sold_as", "units"},
	},
	{
		Finding: Finding{Code: "bulk_lines", Title: "Order lines far above the usual quantity", Severity: Warning, What: "lines",
			Remedy: "Check for typing errors. Lines cancelled on the same day are already left out of demand; other bulk sales are not."},
		count: `SELECT COUNT(*) FROM order_line l WHERE l.shop = ? AND l.units >= 1000 AND l.live = 1 AND l.item = '' AND l.units > 20 * ` + usual,
		examples: `SELECT l.order_id, l.day, l.sku, l.units, CAST(` + usual + ` AS INTEGER), l.customer FROM order_line l
			WHERE l.shop = ? AND l.units >= 1000 AND l.live = 1 AND l.item = '' AND l.units > 20 * ` + usual + ` ORDER BY l.units DESC, l.order_id`,
		columns: []string{"order", "day", "sku", "units", "usual_units", "customer"},
	},
	{
		Finding: Finding{Code: "unanchored_stock", Title: "Stock movements without a count", Severity: Info, What: "products",
			Remedy: "Movements alone do not tell how much is there. Import a stock count to anchor them."},
		count: `SELECT COUNT(DISTINCT sku) FROM stock_move m WHERE m.shop = ? AND NOT EXISTS (
			SELECT 1 FROM stock_count c WHERE c.shop = m.shop AND c.sku = m.sku)`,
		examples: `SELECT sku, COUNT(*), SUM(units), MAX(reason) FROM stock_move m WHERE m.shop = ? AND NOT EXISTS (
			SELECT 1 FROM stock_count c WHERE c.shop = m.shop AND c.sku = m.sku) GROUP BY sku ORDER BY SUM(units), sku`,
		columns: []string{"sku", "movements", "units", "last_reason"},
	},
	{
		Finding: Finding{Code: "no_customer", Title: "Orders without a customer", Severity: Info, What: "orders",
			Remedy: "Repeat purchases of these buyers cannot be seen. Send an e-mail hash or account number with guest orders."},
		count: "SELECT COUNT(*) FROM order_head WHERE shop = ? AND customer = '' AND units > 0",
		examples: `SELECT order_id, day, country, lines, units FROM order_head WHERE shop = ? AND customer = '' AND units > 0
			ORDER BY gross DESC, order_id`,
		columns: []string{"order", "day", "country", "lines", "units"},
	},
	{
		Finding: Finding{Code: "free_lines", Title: "Order lines at a price of zero", Severity: Info, What: "lines",
			Remedy: "They count neither as sales nor as demand. If they were paid for, correct the price at the source."},
		count: "SELECT COUNT(*) FROM order_line WHERE shop = ? AND gross = 0 AND live = 1 AND item = ''",
		examples: `SELECT order_id, day, sku, units, customer FROM order_line WHERE shop = ? AND gross = 0 AND live = 1 AND item = ''
			ORDER BY units DESC, order_id, sku`,
		columns: []string{"order", "day", "sku", "units", "customer"},
	},
	{
		Finding: Finding{Code: "several_titles", Title: "Products sold under several names", Severity: Info, What: "products",
			Remedy: "The name used most is shown. Import a product file to name them for good."},
		count: `SELECT COUNT(*) FROM (SELECT sku FROM product_title WHERE shop = ? AND seen > 1 GROUP BY sku HAVING COUNT(*) > 1) x`,
		examples: `SELECT sku, COUNT(*), MIN(title), MAX(title) FROM product_title WHERE shop = ? AND seen > 1
			GROUP BY sku HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, sku`,
		columns: []string{"sku", "names", "one", "another"},
	},
	{
		Finding: Finding{Code: "manual_lines", Title: "Amounts booked by hand", Severity: Info, What: "lines",
			Remedy: "Lines such as “Manual” name no product. They are kept out of product sales; book them on products to count them."},
		count: "SELECT COUNT(*) FROM order_line WHERE shop = ? AND item <> '' AND live = 1 AND item = 'manual'",
		examples: `SELECT order_id, day, sku, units, gross FROM order_line WHERE shop = ? AND item <> '' AND live = 1 AND item = 'manual'
			ORDER BY gross DESC, order_id`,
		columns: []string{"order", "day", "sku", "units", "amount_minor"},
	},
}
