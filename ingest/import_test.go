package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/ingest"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

type door struct {
	im     *ingest.Importer
	record *history.Store
	dir    string
}

func newDoor(t testing.TB, db *sqldb.DB) *door {
	t.Helper()
	s, err := history.Open(context.Background(), db, segments(t), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &door{ingest.New(s, clock), s, t.TempDir()}
}

func (d *door) file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (d *door) read(t testing.TB, path string, m ingest.Mapping) history.ImportRun {
	t.Helper()
	run, err := d.im.Import(t.Context(), path, filepath.Base(path), ingest.Options{Shop: "a", ShopCurrency: "GBP", ShopTimeZone: "UTC", Mapping: m}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if run.Read != run.Accepted+run.Duplicates+run.Filtered+run.Quarantined {
		t.Errorf("the account does not add up: %+v", run)
	}
	return run
}

func (d *door) facts(t testing.TB) (out []string) {
	t.Helper()
	for after := int64(0); ; {
		last, err := d.record.Read(t.Context(), after, 10_000, func(r history.Record) error {
			r.ReceivedAt = time.Time{}
			b, err := json.Marshal(r.Fact)
			out = append(out, string(b))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			slices.Sort(out)
			return out
		}
		after = last
	}
}

const lines = `Invoice No,StockCode,Description,Quantity,Invoice Date,Unit Price,Customer ID,Country
1001,mug,Blue mug,2,2026-01-05 10:00:00,4.25,17850.0,United Kingdom
1001,mug,Blue mug,2,2026-01-05 10:00:00,4.25,17850.0,United Kingdom
1001,POST,POSTAGE,1,2026-01-05 10:00:00,3.95,17850.0,United Kingdom
1002,"cup, small","Cup ""small""",6,2026-01-06 11:30:00,0.835,12346.0,France
C1003,mug,Blue mug,-1,2026-01-07 09:00:00,4.25,17850.0,United Kingdom
1004,bowl,damaged,-3,2026-01-07 09:10:00,0,,United Kingdom
1005,bowl,Bowl,1,2026-01-08 09:10:00,0,12347.0,United Kingdom
1006,TEST001,Trial,1,2026-01-08 09:10:00,1,12347.0,United Kingdom
1007,bowl,Bowl,0,2026-01-08 09:10:00,1,12347.0,United Kingdom
1008,bowl,Bowl,1,2027-01-08 09:10:00,1,12347.0,United Kingdom
1009,bowl,Bowl,1.5,2026-01-08 09:10:00,1,12347.0,United Kingdom
1010,bowl,Bowl,1,2026-01-08 09:10:00,-1,12347.0,United Kingdom
1011,bowl,Bowl,1
1012,bowl,"Bowl,1,2026-01-08 09:10:00,1,12347.0,United Kingdom
,,,,,,,
`

func TestAnOrderFileBecomesFacts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		d := newDoor(t, open())
		run := d.read(t, d.file(t, "orders.csv", lines), ingest.Mapping{})
		want := map[string]int64{"test": 1, "blank": 1, "zero_quantity": 1, "future_date": 1, "quantity_not_whole": 1, "negative_price": 1, "wrong_columns": 1, "bad_quoting": 1}
		if diff := cmp.Diff(want, run.ByReason); diff != "" {
			t.Error(diff)
		}
		if run.Read != 15 || run.Accepted != 7 || run.Filtered != 2 || run.Quarantined != 6 {
			t.Errorf("%+v", run)
		}
		golden(t, "orders", d.facts(t))
		kept, err := d.record.Quarantined(t.Context(), "a", history.QuarantineFilter{Import: run.ID}, 0, 100)
		if err != nil || len(kept) != 6 {
			t.Fatalf("%d kept, %v", len(kept), err)
		}
		for _, q := range kept {
			if q.Line < 2 || q.Detail == "" || q.Remedy == "" || q.Raw == "" {
				t.Errorf("%+v lacks line, detail, remedy or text", q)
			}
		}
	})
}

func TestReadingAFileAgainAddsNothing(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	path := d.file(t, "orders.csv", lines)
	first := d.read(t, path, ingest.Mapping{})
	again := d.read(t, d.file(t, "renamed.csv", lines), ingest.Mapping{})
	if again.Facts != 0 || again.Duplicates != first.Accepted {
		t.Errorf("%+v", again)
	}
}

// The facts of a file do not depend on the order of its rows, on the delimiter, or on quoting.
func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(lines), "\n")
	header, rows := rows[0], rows[1:9]
	d := newDoor(t, sqltest.SQLite(t))
	d.read(t, d.file(t, "straight.csv", header+"\n"+strings.Join(rows, "\n")+"\n"), ingest.Mapping{})
	want := d.facts(t)
	rapid.Check(t, func(rt *rapid.T) {
		mixed := rapid.Permutation(rows).Draw(rt, "rows")
		text := header + "\n" + strings.Join(mixed, "\n") + "\n"
		if rapid.Bool().Draw(rt, "tabs") {
			text = tabbed(text)
		}
		other := newDoor(t, sqltest.SQLite(t))
		other.read(t, other.file(t, "mixed.csv", text), ingest.Mapping{})
		if diff := cmp.Diff(want, other.facts(t)); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// tabbed writes the rows with tabs; the quoted row keeps its marks.
func tabbed(text string) string {
	out := strings.ReplaceAll(text, `"cup, small","Cup ""small"""`, "\x00")
	return strings.ReplaceAll(strings.ReplaceAll(out, ",", "\t"), "\x00", "\"cup, small\"\t\"Cup \"\"small\"\"\"")
}

func golden(t *testing.T, name string, facts []string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := strings.Join(facts, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKindOfFile(t *testing.T) {
	for _, c := range []struct{ name, file, text string }{
		{"products", "products.csv", "SKU;Title;Category;Brand;Price;Cost per item;Barcode\nmug;Blue mug;Kitchen > Mugs;Clay;4,25;1,80;4006381333931\ncup;Cup;;;3,00;;\n"},
		{"stock", "stock-2026-03-01.csv", "sku,on hand,committed,location\nmug,40,3,Main\ncup,0,,Main\nbowl,-2,,Main\njug,,,Main\n"},
		{"costs", "costs.csv", "sku,unit cost,valid from\nmug,1.80,2025-12-01\nmug,1.95,2026-02-01\n"},
		{"supply", "lead.csv", "SKU\tLead time days\tSupplier\tPack size\tMOQ\tSupplier email\nmug\t21\tPotter\t6\t12\torders@potter.example\nbowl\t\tPotter\t4\t\torders@potter.example\n"},
		{"terms", "terms.csv", "sku,lead time,supplier,shelf life days,volume,price breaks,currency,season end\ncheese,7,Dairy,30,0.5,\"100: 1.80; 500: 1.65\",GBP,\ncalendar,40,Press,,,,,31/01/2026\n"},
		{"purchases", "po.csv", "po number,line,sku,units,order date,supplier,eta,received,received on\nPO-1,1,mug,48,2026-01-05,Potter,2026-01-26,40,2026-01-28\nPO-2,1,mug,24,2026-02-20,Potter,2026-03-13,0,\n"},
		{"customers", "customers.csv", "Customer ID,Email,First name,Last name,Country\n17850,Ada@Example.com,Ada,L.,GB\n"},
		{"locations", "shops.csv", "Location;Name;Region;Country;Type\nST1;High Street;North;GB;store\nWH1;;North;GB;warehouse\n;Nowhere;;;\n"},
		{"events", "events.jsonl", `{"type":"track","event":"Product Viewed","messageId":"m1","anonymousId":"v1","timestamp":"2026-03-01T10:00:00Z","properties":{"product_id":"mug","price":4.25,"currency":"GBP"}}` + "\n" +
			`{"type":"track","event":"Quiz Taken","messageId":"m2","anonymousId":"v1","timestamp":"2026-03-01T10:00:01Z","properties":{"score":3}}` + "\n" + `{"type":"track","event":"Product Viewed","messageId":"m3"}` + "\n"},
		{"facts", "facts.jsonl", `{"shop":"x","source":"erp:main","kind":"stock.moved","id":"9","occurred_at":"2026-03-01T10:00:00Z","body":{"sku":"mug","units":-1,"reason":"sale"}}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kind := strings.Replace(c.name, "terms", "supply", 1)
			d := newDoor(t, sqltest.SQLite(t))
			path := d.file(t, c.file, c.text)
			p, err := d.im.Propose(t.Context(), path, c.file, ingest.Options{Shop: "a", ShopCurrency: "GBP"})
			if err != nil || p.Kind != kind || !p.Ready {
				t.Fatalf("recognised as %q, questions %v, %v", p.Kind, p.Questions, err)
			}
			m := ingest.Mapping{}
			if slices.Contains([]string{"products", "customers", "supply"}, kind) {
				m.AsOf = "2026-03-01" // else they carry the moment of the import
			}
			d.read(t, path, m)
			golden(t, c.name, d.facts(t))
			if again := d.read(t, path, m); again.Facts != 0 {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

func TestTermsAndPurchasesThatCannotBeAreExplained(t *testing.T) {
	const terms, purchases = "sku,lead time,supplier,shelf life days,volume,price breaks,currency\n", "po number,sku,units,order date,eta,received,received on\n"
	for _, c := range []struct{ text, code, says string }{
		{terms + "mug,7,Potter,,,100 for 1.80,GBP\n", "bad_price_break", `price breaks: "100 for 1.80" is no quantity and cost`},
		{terms + "mug,7,Potter,,,500: 1.65; 100: 1.80,GBP\n", "invalid", "breaks do not rise in quantity"},
		{terms + "mug,7,Potter,,0.0005,,GBP\n", "not_a_number", "volume: 0.0005 litres"},
		{terms + "mug,7,Potter,4000,,,GBP\n", "invalid", "keeps_days is not between 0 and 3650"},
		{"sku,lead time,season end\nmug,7,summer\n", "bad_date", `season end: "summer" is not a date`},
		{purchases + "PO-1,mug,10,2026-01-05,,4,\n", "no_date", "no day is told"},
		{purchases + "PO-1,mug,10,2026-01-05,,4,2026-01-02\n", "bad_date", "received on: 2026-01-02 lies before the day of the order"},
		{purchases + "PO-1,mug,10,2026-01-05,2026-01-02,,\n", "bad_date", "eta: 2026-01-02 lies before the day of the order"},
		{purchases + "PO-1,mug,0,2026-01-05,,,\n", "invalid", "units"},
	} {
		d := newDoor(t, sqltest.SQLite(t))
		run := d.read(t, d.file(t, "file.csv", c.text), ingest.Mapping{})
		held, err := d.record.Quarantined(t.Context(), "a", history.QuarantineFilter{}, 0, 10)
		if err != nil || run.Quarantined != 1 || len(held) != 1 || held[0].Reason != c.code || !strings.Contains(held[0].Detail, c.says) || held[0].Line != 2 {
			t.Errorf("%q: %+v, %+v, %v", c.text, run, held, err)
		}
	}
}

func TestBadFilesAreRefusedWithWhatToDo(t *testing.T) {
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	if _, err := fmt.Fprint(z, strings.Repeat(lines, 200)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(lines, "\n")
	for _, c := range []struct{ name, text, code string }{
		{"empty.csv", "", "empty_file"},
		{"header.csv", header + "\n", "no_rows"},
		{"cut.csv.gz", whole.String()[:whole.Len()/2], "truncated"},
		{"binary.csv", "a,b\x00\x01\x02", "binary"},
		{"sheet.csv", "PK\x03\x04xxxx", "binary"},
		{"array.json", `[{"a":1}]`, "json_array"},
		{"long.csv", strings.Repeat("x", 10<<20) + "\n", "line_too_long"},
		{"par.parquet", "PAR1 nonsense", "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDoor(t, sqltest.SQLite(t))
			_, err := d.im.Import(t.Context(), d.file(t, c.name, c.text), c.name, ingest.Options{Shop: "a", ShopCurrency: "GBP"}, nil)
			var e *ingest.Error
			if !errors.As(err, &e) || e.Code != c.code || e.Remedy == "" {
				t.Fatalf("%#v", err)
			}
			if n := len(d.facts(t)); n != 0 {
				t.Errorf("%d facts of a refused file are in the record", n)
			}
		})
	}
}

func TestALongLineInTheMiddleIsQuarantinedAlone(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	rows := strings.SplitN(lines, "\n", 3)
	run := d.read(t, d.file(t, "o.csv", rows[0]+"\n"+rows[1]+"\n"+strings.Repeat("x", 10<<20)+"\n"+strings.Replace(rows[1], "1001", "1002", 1)+"\n"), ingest.Mapping{})
	if run.Accepted != 2 || run.ByReason["line_too_long"] != 1 {
		t.Errorf("%+v", run)
	}
}

func TestWhatTheFileCannotTellIsAsked(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	for _, c := range []struct {
		name, text string
		questions  []string
		order      string
	}{
		{"days that could be months", "order,sku,qty,date,price\n1,mug,1,01/02/2026,1.5\n", []string{"date_order"}, ""},
		{"a day above twelve settles it", "order,sku,qty,date,price\n1,mug,1,01/02/2026,1.5\n2,mug,1,31/01/2026,1.5\n", nil, "dmy"},
		{"a month named settles it", "order,sku,qty,date,price\n1,mug,1,1 Feb 2026,1.5\n", nil, "ymd"},
		{"a comma that could be either", "order,sku,qty,date,price\n1,mug,1,2026-02-01,\"1,000\"\n", []string{"decimal"}, "ymd"},
		{"a missing column", "order,sku,qty,price\n1,mug,1,2\n", []string{"columns.date"}, "ymd"},
		{"nothing known", "foo,bar\n1,2\n", []string{"kind"}, "ymd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := d.im.Propose(t.Context(), d.file(t, "q.csv", c.text), "q.csv", ingest.Options{Shop: "a", ShopCurrency: "GBP"})
			if err != nil {
				t.Fatal(err)
			}
			var asked []string
			for _, q := range p.Questions {
				asked = append(asked, q.Code)
			}
			if !slices.Equal(asked, c.questions) || p.DateOrder != c.order {
				t.Errorf("asked %v, date order %q", asked, p.DateOrder)
			}
			if _, err := d.im.Import(t.Context(), d.file(t, "q.csv", c.text), "q.csv", ingest.Options{Shop: "a", ShopCurrency: "GBP"}, nil); len(c.questions) > 0 {
				var q *ingest.NeedsAnswers
				if !errors.As(err, &q) {
					t.Errorf("imported without an answer: %v", err)
				}
			}
		})
	}
}

func TestOtherCurrenciesAreNeverAddedUp(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	run := d.read(t, d.file(t, "o.csv", "order,sku,qty,date,price,currency\n1,mug,1,2026-02-01,1.5,GBP\n2,mug,1,2026-02-01,1.5,EUR\n"), ingest.Mapping{})
	if run.Accepted != 1 || run.ByReason["other_currency"] != 1 {
		t.Errorf("%+v", run)
	}
}

func TestEncodings(t *testing.T) {
	latin := "order,sku,qty,date,price,description\n1,mug,1,2026-02-01,1.5,Caf\xe9 mug\n"
	for name, text := range map[string]string{
		"utf-8":        "order,sku,qty,date,price,description\n1,mug,1,2026-02-01,1.5,Café mug\n",
		"bom":          "\xef\xbb\xbforder,sku,qty,date,price,description\n1,mug,1,2026-02-01,1.5,Café mug\n",
		"windows-1252": latin,
	} {
		d := newDoor(t, sqltest.SQLite(t))
		d.read(t, d.file(t, "o.csv", text), ingest.Mapping{})
		if f := d.facts(t); len(f) != 1 || !strings.Contains(f[0], "Café mug") {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestQuarantinedRowsAreReadAgainUnderAnotherMapping(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	run := d.read(t, d.file(t, "o.csv", "order,sku,qty,date,price\n1,mug,1,31/01/2026,1.5\n2,mug,1,01/31/2026,2.5\n3,mug,1,30/01/2026,1.5\n"), ingest.Mapping{})
	if run.Accepted != 2 || run.ByReason["bad_date"] != 1 {
		t.Fatalf("%+v", run)
	}
	o := ingest.Options{Shop: "a", ShopCurrency: "GBP"}
	again, err := d.im.Replay(t.Context(), o, history.QuarantineFilter{}, ingest.Mapping{DateOrder: "mdy"}, nil)
	if err != nil || again.Accepted != 1 || again.Quarantined != 0 {
		t.Fatalf("%+v %v", again, err)
	}
	left, err := d.record.QuarantineCounts(t.Context(), "a", history.QuarantineFilter{Status: "open"})
	if err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

func TestAnInterruptedImportGoesOn(t *testing.T) {
	d := newDoor(t, sqltest.SQLite(t))
	var b strings.Builder
	b.WriteString("order,sku,qty,date,price\n")
	for i := range 30_000 {
		fmt.Fprintf(&b, "%d,mug,1,2026-02-01,1.5\n", i)
	}
	path := d.file(t, "o.csv", b.String())
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.im.Import(ctx, path, "o.csv", ingest.Options{Shop: "a", ShopCurrency: "GBP"}, func(done, total int64) {
		if done > total*3/4 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	run := d.read(t, path, ingest.Mapping{})
	if run.Accepted+run.Duplicates != 30_000 || len(d.facts(t)) != 30_000 {
		t.Errorf("%+v", run)
	}
}

// The real file, against sums that this test makes by itself.
func TestOnlineRetail(t *testing.T) {
	path := "../../shared/data/orders/online_retail.csv.gz"
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs ../shared")
	}
	if testing.Short() {
		t.Skip("reads half a million rows")
	}
	want := tally(t, path)
	d := newDoor(t, sqltest.SQLite(t))
	run, err := d.im.Import(t.Context(), path, "online_retail.csv.gz", ingest.Options{Shop: "a"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if run.Read != 541_909 || run.Quarantined != 2 || run.ByReason["negative_price"] != 2 {
		t.Errorf("%+v", run)
	}
	got := sums{}
	var after int64
	for {
		last, err := d.record.Read(t.Context(), after, 50_000, func(r history.Record) error {
			switch b := r.Body.(type) {
			case *fact.OrderLine:
				got.sold += b.Gross
				got.lines++
			case *fact.OrderReversal:
				got.back += b.Gross
				got.reversals++
			case *fact.StockMove:
				got.moves++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			break
		}
		after = last
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// segments is where sealed records go.
func segments(t testing.TB) blob.Store {
	t.Helper()
	b, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
