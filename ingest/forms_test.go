package ingest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/history"
	"almanac/ingest"
	"almanac/measure/sales"
	"almanac/sqldb/sqltest"
	"almanac/state/orders"
	"almanac/state/orders/orderstest"
)

// sold adds up what the record knows.
func (d *door) sold(t *testing.T) sales.Month {
	t.Helper()
	var all []fact.Fact
	for after := int64(0); ; {
		last, err := d.record.Read(t.Context(), after, 10_000, func(rec history.Record) error {
			all = append(all, rec.Fact)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			months, _, err := sales.Months(t.Context(), orderstest.View(t, sqltest.SQLite(t), all, max(1, len(all))), "a", "")
			if err != nil {
				t.Fatal(err)
			}
			return sales.Sum(months)
		}
		after = last
	}
}

// oneOrder is two mugs and a bowl, 50.00 without tax, less 10 %, 4.00 of postage, 20 % tax: as every platform has it.
var oneOrder = map[string]string{
	"shopify, tax included": "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem taxable,Refunded Amount,Lineitem discount,Tax 1 Name\n" +
		"#1,a@x.example,paid,GBP,54.00,4.80,9.80,58.80,6.00,2026-01-05 10:00:00 +0000,2,Mug,12.00,MUG,true,0.00,0.00,VAT 20%\n#1,a@x.example,,,,,,,,2026-01-05 10:00:00 +0000,1,Bowl,36.00,BOWL,true,,0.00,\n",
	"shopify, tax included, no rate": "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem taxable,Refunded Amount,Lineitem discount\n" +
		"#1,a@x.example,paid,GBP,54.00,4.80,9.80,58.80,6.00,2026-01-05 10:00:00 +0000,2,Mug,12.00,MUG,true,0.00,0.00\n#1,a@x.example,,,,,,,,2026-01-05 10:00:00 +0000,1,Bowl,36.00,BOWL,true,,0.00\n",
	"shopify, tax added, discounts of lines": "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem taxable,Refunded Amount,Lineitem discount,Tax 1 Name\n" +
		"#1,a@x.example,paid,GBP,45.00,4.00,9.80,58.80,5.00,2026-01-05 10:00:00 +0000,2,Mug,10.00,MUG,true,0.00,2.00,Tax 20%\n#1,a@x.example,,,,,,,,2026-01-05 10:00:00 +0000,1,Bowl,30.00,BOWL,true,,3.00,\n",
	"woocommerce": "order_id,order_number,date,status,shipping_total,shipping_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,billing_email,item_id,item_name,item_sku,item_quantity,item_subtotal,item_total,item_total_tax\n" +
		"1,1,2026-01-05 10:00:00,processing,4.00,0.80,9.80,5.00,58.80,0,GBP,a@x.example,1,Mug,MUG,2,20.00,18.00,3.60\n1,1,2026-01-05 10:00:00,processing,4.00,0.80,9.80,5.00,58.80,0,GBP,a@x.example,2,Bowl,BOWL,1,30.00,27.00,5.40\n",
	"woocommerce, prices after the discount": "order_number,date,status,shipping_total,shipping_tax_total,tax_total,discount_total,order_total,order_currency,line_items\n" +
		"1,2026-01-05 10:00:00,completed,4.00,0.80,9.80,5.00,58.80,GBP,name:Mug|sku:MUG|quantity:2|total:18.00;name:Bowl|sku:BOWL|quantity:1|total:27.00\n",
	"woocommerce, advanced": "Order Number,Order Status,Order Date,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,Quantity,Item Cost\n" +
		"1,Processing,2026-01-05 10:00,5,50,4,0,58.80,9.80,MUG,1,Mug,2,10\n,,,,,,,,,BOWL,2,Bowl,1,30\n",
	"amazon, tax included": "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsales-channel\tship-service-level\tproduct-name\tsku\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\titem-promotion-discount\n" +
		"1\t2026-01-05T10:00:00+00:00\t2026-01-05T10:00:00+00:00\tShipped\tAmazon.co.uk\tStd\tMug\tMUG\t2\tGBP\t24.00\t3.60\t4.80\t0.80\t2.40\n1\t2026-01-05T10:00:00+00:00\t2026-01-05T10:00:00+00:00\tShipped\tAmazon.co.uk\tStd\tBowl\tBOWL\t1\tGBP\t36.00\t5.40\t\t\t3.60\n",
	"amazon, tax added": "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsales-channel\tship-service-level\tproduct-name\tsku\tquantity\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\titem-promotion-discount\n" +
		"1\t2026-01-05T10:00:00+00:00\t2026-01-05T10:00:00+00:00\tShipped\tAmazon.com\tStd\tMug\tMUG\t2\tGBP\t20.00\t3.60\t4.00\t0.80\t-2.00\n1\t2026-01-05T10:00:00+00:00\t2026-01-05T10:00:00+00:00\tShipped\tAmazon.com\tStd\tBowl\tBOWL\t1\tGBP\t30.00\t5.40\t\t\t-3.00\n",
	"adobe": "increment_id,created_at,status,order_currency_code,grand_total,shipping_amount,shipping_tax_amount,sku,name,qty_ordered,row_total,discount_amount,discount_tax_compensation_amount,tax_amount\n" +
		"1,2026-01-05 10:00:00,complete,GBP,58.80,4.0000,0.8000,MUG,Mug,2.0000,20.0000,2.4000,0.4000,3.6000\n1,2026-01-05 10:00:00,complete,GBP,58.80,4.0000,0.8000,BOWL,Bowl,1.0000,30.0000,3.0000,0.0000,5.4000\n",
	"bigcommerce, tax included": "Order ID,Order Date,Order Status,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),Order Total (inc tax),Order Currency Code,Product Details\n" +
		"1,2026-01-05,Completed,60.00,50.00,9.80,4.80,4.00,58.80,GBP,\"Product ID: 1, Product Qty: 2, Product SKU: MUG, Product Name: Mug, Product Unit Price: 12.00, Product Total Price: 24.00|Product ID: 2, Product Qty: 1, Product SKU: BOWL, Product Name: Bowl, Product Unit Price: 36.00, Product Total Price: 36.00\"\n",
	"bigcommerce, tax added, a row each": "Order ID,Order Date,Order Status,Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),Order Total (inc tax),Order Currency Code,Product Qty,Product SKU,Product Name,Product Unit Price,Product Total Price\n" +
		"1,2026-01-05,Completed,60.00,50.00,9.80,4.80,4.00,58.80,GBP,2,MUG,Mug,10.00,20.00\n1,2026-01-05,Completed,60.00,50.00,9.80,4.80,4.00,58.80,GBP,1,BOWL,Bowl,30.00,30.00\n",
	"an ordinary table": "order,sku,qty,date,unit price,discount,tax,shipping amount,currency\n1,MUG,2,2026-01-05,10.00,2.00,3.60,4.00,GBP\n1,BOWL,1,2026-01-05,30.00,3.00,6.20,,GBP\n",
}

func TestOneOrderInEveryFormIsTheSame(t *testing.T) {
	want := sales.Month{Sales: orders.Sales{Orders: 1, Gross: 5000, Discounts: 500, Shipping: 400, Tax: 980, Units: 3}}
	for name, text := range oneOrder {
		for variant, change := range variants(text) {
			t.Run(name+", "+variant, func(t *testing.T) {
				d := newDoor(t, sqltest.SQLite(t))
				run := d.read(t, d.file(t, "o.csv", change), ingest.Mapping{})
				got := d.sold(t)
				got.Priced = 0 // differs by whether prices contain the tax
				if diff := cmp.Diff(want, got); diff != "" || run.Quarantined > 0 {
					t.Errorf("%s\n%+v", diff, run)
				}
				if facts := strings.Join(d.facts(t), "\n"); !strings.Contains(facts, `"sku":"MUG"`) || !strings.Contains(facts, `"units":2`) {
					t.Error("the mugs are not there")
				}
			})
		}
	}
}

// variants are what spreadsheets and copying make of a file.
func variants(text string) map[string]string {
	out := map[string]string{
		"as it is":        text,
		"with a mark":     "\xef\xbb\xbf" + text,
		"Windows' lines":  strings.ReplaceAll(text, "\n", "\r\n"),
		"UTF-16":          "\xff\xfe" + wide(text),
		"UTF-16 unmarked": wide(text),
		"columns renamed": strings.NewReplacer("Name,Email", "Order number,Email", "Lineitem sku", "SKU", "Lineitem price", "LINEITEM_PRICE", "item_sku", "Item SKU", "item-price", "Item Price", "row_total", "Row Total", "Product SKU", "product sku").Replace(text),
	}
	if !strings.Contains(text, "\t") && !strings.Contains(text, "Product Details") && !strings.Contains(text, "line_items") {
		out["semicolons and decimal commas"] = "sep=;\n" + decimalCommas(strings.ReplaceAll(text, ",", ";"))
	}
	return out
}

func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// decimalCommas turns points between digits into commas.
func decimalCommas(s string) string {
	b := []byte(s)
	for i := 1; i+1 < len(b); i++ {
		if b[i] == '.' && b[i-1] >= '0' && b[i-1] <= '9' && b[i+1] >= '0' && b[i+1] <= '9' {
			b[i] = ','
		}
	}
	return string(b)
}

// What is wrong with an export is told with the row, and nothing of its order is read.
func TestBadExportsAreRefusedByRow(t *testing.T) {
	good := oneOrder["shopify, tax included"]
	rows := strings.SplitAfter(good, "\n")
	for _, c := range []struct {
		name, text string
		reasons    map[string]int64
		line       int64
		detail     string
	}{
		{"a cut row", rows[0] + rows[1] + rows[2][:20] + "\n", map[string]int64{"wrong_columns": 1, "lines_missing": 1}, 2, "add up to 24.00"},
		{"a row too many columns", rows[0] + rows[1] + strings.TrimSpace(rows[2]) + ",x,y\n", map[string]int64{"wrong_columns": 1, "lines_missing": 1}, 3, "fields"},
		{"two currencies", rows[0] + rows[1] + strings.Replace(rows[2], ",,,,,,,,2026", ",,EUR,,,,,,2026", 1), map[string]int64{"two_currencies": 1, "order_incomplete": 1}, 3, "GBP above and in EUR"},
		{"no number", rows[0] + rows[1] + strings.Replace(rows[2], "36.00", "dear", 1), map[string]int64{"not_a_number": 1, "order_incomplete": 1}, 3, "dear"},
		{"no date", rows[0] + strings.ReplaceAll(rows[1]+rows[2], "2026-01-05 10:00:00 +0000", ""), map[string]int64{"no_date": 1, "order_incomplete": 1}, 2, "date"},
		{"a date that is none", rows[0] + strings.ReplaceAll(rows[1], "2026-01-05", "2026-15-45") + rows[2], map[string]int64{"bad_date": 1, "order_incomplete": 1}, 2, "2026-15-45"},
		{"a negative quantity", rows[0] + rows[1] + strings.Replace(rows[2], "+0000,1,", "+0000,-1,", 1), map[string]int64{"negative_quantity": 1, "order_incomplete": 1}, 3, "negative"},
		{"a discount above the price", rows[0] + strings.Replace(rows[1], ",0.00,VAT", ",99.00,VAT", 1) + rows[2], map[string]int64{"discount_above_price": 1, "order_incomplete": 1}, 2, "discount"},
		{"no order number", rows[0] + strings.Replace(rows[1], "#1,", ",", 1), map[string]int64{"no_order": 1}, 2, "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDoor(t, sqltest.SQLite(t))
			run := d.read(t, d.file(t, "o.csv", c.text), ingest.Mapping{})
			if diff := cmp.Diff(c.reasons, run.ByReason); diff != "" || len(d.facts(t)) != 0 {
				t.Errorf("%s\n%v", diff, d.facts(t))
			}
			kept, err := d.record.Quarantined(t.Context(), "a", quarantine(run.ID), 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, q := range kept {
				found = found || q.Line == c.line && strings.Contains(q.Detail, c.detail) && q.Remedy != ""
			}
			if !found {
				t.Errorf("no row %d with %q: %+v", c.line, c.detail, kept)
			}
		})
	}
}

func TestTheOrderOfDaysAndMonthsIsAskedForWhereAnExportCannotTell(t *testing.T) {
	text := strings.ReplaceAll(oneOrder["woocommerce"], "2026-01-05 10:00:00", "02/01/2026 10:00")
	d := newDoor(t, sqltest.SQLite(t))
	o := ingest.Options{Shop: "a", ShopCurrency: "GBP"}
	path := d.file(t, "o.csv", text)
	_, err := d.im.Import(t.Context(), path, "o.csv", o, nil)
	var q *ingest.NeedsAnswers
	if !errors.As(err, &q) || len(q.Questions) != 1 || q.Questions[0].Code != "date_order" {
		t.Fatal(err)
	}
	if run := d.read(t, path, ingest.Mapping{DateOrder: "dmy"}); run.Accepted != 2 {
		t.Errorf("%+v", run)
	}
}

// Rows of an order that stand apart are read together; a mapping may say that a file is no platform's.
func TestRowsOfAnOrderMayStandApart(t *testing.T) {
	rows := strings.SplitAfter(oneOrder["shopify, tax included"], "\n")
	text := rows[0] + rows[1] + strings.ReplaceAll(strings.ReplaceAll(rows[1]+rows[2], "#1", "#2"), "2026-01-05", "2026-01-06") + rows[2]
	d := newDoor(t, sqltest.SQLite(t))
	path := d.file(t, "o.csv", text)
	d.read(t, path, ingest.Mapping{})
	if got := d.sold(t); got.Orders != 2 || got.Gross != 10000 || got.Tax != 1960 || got.Total() != 11760 {
		t.Errorf("%+v", got)
	}
	p, err := d.im.Propose(t.Context(), path, "o.csv", ingest.Options{Shop: "a", ShopCurrency: "GBP", Mapping: ingest.Mapping{Layout: "-"}})
	if err != nil || p.Mapping.Layout != "" || p.Source != "file:orders" {
		t.Errorf("%+v %v", p.Mapping, err)
	}
	if _, err := ingest.ParseMapping([]byte("layout: nothing\n")); err == nil {
		t.Error("a layout that does not exist is taken")
	}
}

// What could not be read is tried again as whole orders.
func TestQuarantinedOrdersAreReadAgainTogether(t *testing.T) {
	text := strings.ReplaceAll(oneOrder["shopify, tax included"], "2026-01-05 10:00:00 +0000", "01/31/2026 10:00") + strings.ReplaceAll(strings.SplitAfterN(oneOrder["shopify, tax included"], "\n", 2)[1], "#1", "#2")
	text = strings.Replace(text, "#2,a@x.example,paid", "#2,a@x.example,paid", 1)
	d := newDoor(t, sqltest.SQLite(t))
	run := d.read(t, d.file(t, "o.csv", text), ingest.Mapping{DateOrder: "dmy"})
	if run.Accepted != 2 || run.Quarantined != 2 {
		t.Fatalf("%+v", run)
	}
	o := ingest.Options{Shop: "a", ShopCurrency: "GBP", ShopTimeZone: "UTC"}
	again, err := d.im.Replay(t.Context(), o, history.QuarantineFilter{}, ingest.Mapping{DateOrder: "mdy"}, nil)
	if err != nil || again.Accepted != 2 || again.Quarantined != 0 {
		t.Fatalf("%+v %v", again, err)
	}
	if got := d.sold(t); got.Orders != 2 || got.Total() != 2*5880 {
		t.Errorf("%+v", got)
	}
}

// A file that is exported again later, when more was paid back, adds what is new and nothing else.
func TestALaterExportOfTheSameOrders(t *testing.T) {
	text := oneOrder["shopify, tax included"]
	d := newDoor(t, sqltest.SQLite(t))
	for _, back := range []string{"0.00", "10.00", "20.00", "10.00"} {
		run := d.read(t, d.file(t, "o.csv", strings.Replace(text, "true,0.00,0.00,VAT", "true,"+back+",0.00,VAT", 1)), ingest.Mapping{})
		if run.ByReason["conflict"] > 0 {
			t.Errorf("%s: %+v", back, run)
		}
	}
	if got := d.sold(t); got.Gross != 5000 || got.Returns != 1667 {
		t.Errorf("%+v", got)
	}
	one := strings.Replace(oneOrder["amazon, tax included"], "\t2026-01-05T10:00:00+00:00\tShipped", "\t2026-01-06T10:00:00+00:00\tShipped", 1)
	one = strings.Replace(one, "\tMUG\t2\t", "\tMUG\t1\t", 1)
	a := newDoor(t, sqltest.SQLite(t))
	a.read(t, a.file(t, "a.txt", oneOrder["amazon, tax included"]), ingest.Mapping{})
	if run := a.read(t, a.file(t, "b.txt", one), ingest.Mapping{}); run.Quarantined > 0 {
		t.Errorf("%+v", run)
	}
	if got := a.sold(t); got.Orders != 1 || got.Gross != 5000 {
		t.Errorf("%+v", got)
	}
}

// Tills and books have no form of their own; their usual columns are enough.
func TestTillsAndBooksAreRecognisedByTheirColumns(t *testing.T) {
	for name, text := range map[string]string{
		"a till":        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Event Type,Location,Customer ID\n2026-01-05,10:00:00,UTC,Mugs,Mug,2,Large,MUG,$20.00,-$2.00,$18.00,$3.60,T1,P1,Payment,High Street,\n",
		"a German till": "Bonnummer;Datum;Artikelnr;Artikelname;Menge;Stückpreis;Rabatt;MwSt;Filiale\nB7;05.01.2026;MUG;Becher;2;10,00;2,00;3,60;Mitte\nB8;31.01.2026;MUG;Becher;2;10,00;2,00;3,60;Mitte\n",
		"invoices":      "ContactName,InvoiceNumber,InvoiceDate,InventoryItemCode,Description,Quantity,UnitAmount,Discount,TaxAmount,Currency\nAda,INV-1,2026-01-05,MUG,Mug,2,10.00,2.00,3.60,GBP\n",
		"German books":  "Rechnungsnr;Rechnungsdatum;Kundennummer;Artikelnummer;Bezeichnung;Anzahl;Einzelpreis;Rabatt;USt\nR1;31.01.2026;K7;MUG;Becher;2;10,00;2,00;3,60\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, sqltest.SQLite(t))
			run := d.read(t, d.file(t, "o.csv", text), ingest.Mapping{})
			if got := d.sold(t); run.Quarantined > 0 || got.Gross != 2000*got.Orders || got.Discounts != 200*got.Orders || got.Tax != 360*got.Orders || got.Orders == 0 {
				t.Errorf("%+v %+v", got, run)
			}
		})
	}
}
