// Package export writes a simulated world as the exports of a shop: the files that an import recognises, and the
// truth beside them.
//
//	orders.csv customers.csv costs.csv supply.csv   what shops export
//	events.jsonl                                    what the site sent, in Segment's form
//	facts.jsonl                                     everything else, as `almanac export facts` writes it
//	truth/*.csv                                     what no system of the shop knows
package export

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"almanac/fact"
	"almanac/sim"
)

// Names of the files in the order in which they are best imported.
var Names = []string{"supply.csv", "costs.csv", "customers.csv", "orders.csv", "facts.jsonl", "events.jsonl"}

// Writer takes facts and truths and writes them to a folder.
type Writer struct {
	dir  string
	open map[string]*file
}

type file struct {
	f    *os.File
	buf  *bufio.Writer
	rows *csv.Writer
	json *json.Encoder
}

// New makes the folder, which must be empty or missing.
func New(dir string) (*Writer, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("the folder %s is not empty", dir)
	}
	if err := os.MkdirAll(filepath.Join(dir, "truth"), 0o755); err != nil {
		return nil, err
	}
	return &Writer{dir: dir, open: map[string]*file{}}, nil
}

// Close writes what is left.
func (w *Writer) Close() error {
	var errs []error
	for _, f := range w.open {
		if f.rows != nil {
			f.rows.Flush()
			errs = append(errs, f.rows.Error())
		}
		errs = append(errs, f.buf.Flush(), f.f.Close())
	}
	return errors.Join(errs...)
}

func (w *Writer) file(name string) (*file, error) {
	if f := w.open[name]; f != nil {
		return f, nil
	}
	o, err := os.Create(filepath.Join(w.dir, name))
	if err != nil {
		return nil, err
	}
	f := &file{f: o, buf: bufio.NewWriterSize(o, 1<<18)}
	w.open[name] = f
	return f, nil
}

func (w *Writer) row(name string, header, row []string) error {
	f, err := w.file(name)
	if err != nil {
		return err
	}
	if f.rows == nil {
		f.rows = csv.NewWriter(f.buf)
		if err := f.rows.Write(header); err != nil {
			return err
		}
	}
	return f.rows.Write(row)
}

func (w *Writer) line(name string, v any) error {
	f, err := w.file(name)
	if err != nil {
		return err
	}
	if f.json == nil {
		f.json = json.NewEncoder(f.buf)
	}
	return f.json.Encode(v)
}

const stamp = "2006-01-02T15:04:05Z"

func money(minor int64, currency string) string {
	return fact.Money{Minor: minor, Currency: currency}.Amount()
}

// Fact writes one fact to the file that it belongs to.
func (w *Writer) Fact(f fact.Fact) error {
	if fact.Behavioural(f.Body) {
		if e, ok := event(&f); ok {
			return w.line("events.jsonl", &e)
		}
		return w.line("facts.jsonl", f.Object())
	}
	when := f.OccurredAt.Format(stamp)
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		if b.Channel == "store" { // what tills tell is no export of the shop's platform
			return w.line("facts.jsonl", f.Object())
		}
		return w.row("orders.csv", []string{"Order ID", "Line No", "Order Date", "SKU", "Description", "Quantity", "Line Total", "Discount", "Tax", "Tax Included", "Shipping Amount", "Currency", "Customer ID", "Country", "Sales Channel", "Location"},
			[]string{b.Order, b.Line, when, b.SKU, b.Title, strconv.FormatInt(b.Units, 10), money(b.Gross, b.Currency), money(b.Discount, b.Currency), money(b.Tax, b.Currency), strconv.FormatBool(b.TaxIncluded),
				money(b.Shipping, b.Currency), b.Currency, b.Customer, b.Country, b.Channel, b.Location})
	case *fact.Customer:
		if f.Source != "shop:main" {
			return w.line("facts.jsonl", f.Object())
		}
		return w.row("customers.csv", []string{"Customer ID", "Email", "Name", "Country", "City", "Postcode"}, []string{b.Customer, b.Email, b.Name, b.Country, b.City, b.Postcode})
	case *fact.Cost:
		return w.row("costs.csv", []string{"SKU", "Unit Cost", "Currency", "Valid From", "Supplier"}, []string{b.SKU, money(b.Amount, b.Currency), b.Currency, f.OccurredAt.Format("2006-01-02"), b.Supplier})
	case *fact.Terms:
		return w.row("supply.csv", []string{"SKU", "Lead Time Days", "Supplier", "Pack"}, []string{b.SKU, strconv.Itoa(b.LeadDays), b.Supplier, strconv.FormatInt(b.Pack, 10)})
	}
	return w.line("facts.jsonl", f.Object())
}

// Truth writes one truth to the file of its kind.
func (w *Writer) Truth(t sim.Truth) error {
	return w.row(filepath.Join("truth", strings.ReplaceAll(t.Kind, " ", "_")+".csv"), []string{"day", "id", "sku", "value", "note"},
		[]string{strconv.Itoa(t.Day), t.ID, t.SKU, strconv.FormatFloat(t.Value, 'g', -1, 64), t.Note})
}

// Present lists the files of a folder that can be imported, in the order of Names.
func Present(dir string) (out []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if slices.Contains(Names, e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Compare(slices.Index(Names, filepath.Base(a)), slices.Index(Names, filepath.Base(b)))
	})
	return out, nil
}

// Source is the name under which the facts of a file are recorded: that of the system that they come from.
func Source(path string) string {
	switch filepath.Base(path) {
	case "orders.csv", "customers.csv":
		return "shop:main"
	case "costs.csv", "supply.csv":
		return "erp:main"
	case "events.jsonl":
		return "segment:web"
	}
	return "" // facts name their own
}
