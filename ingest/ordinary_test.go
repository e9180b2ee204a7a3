package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/ingest"
	"almanac/sqldb/sqltest"
	"almanac/state/orders"
)

// Reports of tills and accounting programs, as they come: nothing is asked, and they add up.
func TestOrdinaryReportsAskNothing(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want orders.Sales
	}{
		"a German till without codes, prices with tax, the time apart": {
			"Bonnummer;Datum;Uhrzeit;Artikel;Menge;Gesamt brutto;MwSt;Filiale\n7001;14.02.2026;10:31;Tasse blau;2;24,00;4,00;Mitte\n7001;14.02.2026;10:31;Untertasse;1;4,80;0,80;Mitte\n7002;15.02.2026;16:02;Tasse blau;-1;-12,00;-2,00;Mitte\n",
			orders.Sales{Orders: 1, Gross: 2400, Returns: 1000, Tax: 280, TaxBack: 200, Priced: 2880, Units: 3, UnitsBack: 1}},
		"lines of invoices in the form that QuickBooks imports": {
			"InvoiceNo,Customer,InvoiceDate,DueDate,Terms,Location,Memo,Item(Product/Service),ItemDescription,ItemQuantity,ItemRate,ItemAmount,ItemTaxCode,ItemTaxAmount,Currency\n1001,Ann Ltd,14/02/2026,28/02/2026,Net 14,,,MUG,Blue mug,2,10.00,20.00,20S,4.00,GBP\n1001,Ann Ltd,14/02/2026,28/02/2026,Net 14,,,BOWL,Bowl,1,30.00,30.00,20S,6.00,GBP\n",
			orders.Sales{Orders: 1, Gross: 5000, Tax: 1000, Priced: 5000, Units: 3}},
		"a French till": {
			"Ticket number,Date,Heure,Désignation,Quantité,Prix unitaire TTC,TVA\n88,2026-02-14,10:31,Tasse bleue,3,12.00,6.00\n",
			orders.Sales{Orders: 1, Gross: 3000, Tax: 600, Priced: 3600, Units: 3}},
		"moments in one column": {
			"Receipt number,Time,Item,Quantity,Line total,Discount,Tax\n5,2026-02-14 10:31:00,Mug,2,20.00,2.00,3.60\n",
			orders.Sales{Orders: 1, Gross: 2000, Discounts: 200, Tax: 360, Priced: 2000, Units: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, sqltest.SQLite(t))
			path := d.file(t, "report.csv", c.text)
			p, err := d.im.Propose(t.Context(), path, "report.csv", ingest.Options{Shop: "a", ShopCurrency: "GBP", ShopTimeZone: "UTC"})
			if err != nil || !p.Ready || len(p.Questions) > 0 {
				t.Fatalf("%v: %+v", err, p.Questions)
			}
			run := d.read(t, path, ingest.Mapping{})
			if diff := cmp.Diff(c.want, d.sold(t).Sales); diff != "" || run.Quarantined > 0 {
				t.Errorf("%s\n%+v", diff, run.ByReason)
			}
			if again := d.read(t, path, ingest.Mapping{}); again.Facts != 0 {
				t.Errorf("again: %+v", again)
			}
		})
	}
}
