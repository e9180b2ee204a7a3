package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"almanac/ingest/table"
)

// A shop's own forecast is no fact: nothing has happened. It is read like any other file, and kept beside the model's.

// Expected is how many units of a product a shop expects in one week.
type Expected struct {
	SKU   string
	Week  time.Time // its Monday, midnight UTC
	Units float64
}

// ExpectedFile is what a file of expected units told, and what of it could not be read.
type ExpectedFile struct {
	Items   []Expected // by product and week; rows of one product and week are added up
	Rows    int64
	Refused int64
	Faults  []*Error          // the first of the refused rows
	Columns map[string]string // field → column
}

var expectedKind = kind{name: "expected", fields: []field{
	{name: "sku", label: "Product code", required: true, synonyms: skuSynonyms},
	{name: "week", label: "Week or date", required: true, date: true, synonyms: []string{"week", "weekstart", "weekbeginning", "weekcommencing", "isoweek", "woche", "kalenderwoche", "kw", "semaine", "semana", "date", "day", "datum", "fecha", "period", "ds"}},
	{name: "units", label: "Units", required: true, number: true, synonyms: []string{"units", "forecast", "forecastunits", "expected", "expectedunits", "quantity", "qty", "demand", "prognose", "menge", "prevision", "pronostico", "plan", "planned", "yhat"}},
}}

const (
	// mostExpected bounds the rows of one file: 20,000 products for a year.
	mostExpected = 1_000_000
	shownFaults  = 20
)

// ReadExpected reads a shop's own forecast: product, week (2026-W10) or date, units. Days are added up to weeks that begin
// on Monday. Rows that cannot be read are counted and named; a file without a row that can be is refused.
func ReadExpected(path string) (*ExpectedFile, error) {
	f := &ExpectedFile{}
	raw, err := f.read(path)
	if err != nil {
		return nil, err
	}
	var dates dateEvidence
	var numbers numberEvidence
	for _, r := range raw {
		if _, week := isoWeek(r.week); !week {
			dates.look(r.week)
		}
		numbers.look(r.units)
	}
	order, mark := dates.order(), numbers.mark()
	if order == "" {
		return nil, &Error{Code: "ambiguous_dates", Message: fmt.Sprintf("dates such as %q may begin with the day or with the month", dates.example), Remedy: "Write dates like 2026-03-02, or weeks like 2026-W10.", Column: f.Columns["week"]}
	}
	if mark == "" {
		return nil, &Error{Code: "ambiguous_numbers", Message: "numbers such as 1,000 may be one thousand or one", Remedy: "Write units without grouping and with a decimal point.", Column: f.Columns["units"]}
	}
	f.convert(raw, order, mark[0])
	if len(f.Items) == 0 {
		first := &Error{Code: "no_rows", Message: "no row could be read", Remedy: "Write one row for each product and week."}
		if len(f.Faults) > 0 {
			first = f.Faults[0]
		}
		return nil, first
	}
	return f, nil
}

// expectedRow is one row as it stands in the file.
type expectedRow struct {
	line             int64
	sku, week, units string
}

func (f *ExpectedFile) read(path string) (out []expectedRow, err error) {
	r, _, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	header := r.Header()
	f.Columns = columnsFor(expectedKind, header)
	if lack := expectedKind.missing(f.Columns); len(lack) > 0 {
		var names []string
		for _, l := range lack {
			names = append(names, strings.ToLower(l.label))
		}
		return nil, &Error{Code: "missing_columns", Message: "no column holds the " + strings.Join(names, ", the "), Remedy: "Name the columns sku, week and units.", Line: 1}
	}
	at := func(field string) int { return slices.Index(header, f.Columns[field]) }
	sku, week, units := at("sku"), at("week"), at("units")
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if f.Rows++; f.Rows > mostExpected {
			return nil, &Error{Code: "too_many_rows", Message: fmt.Sprintf("the file holds more than %d rows", mostExpected), Remedy: "Split the file, or leave out weeks long past."}
		}
		switch {
		case row.Fault != nil:
			f.refuse(row.Fault)
		case len(row.Fields) < len(header):
			f.refuse(&Error{Code: "short_row", Message: "the row has fewer columns than the header", Remedy: "Complete the row.", Line: row.Line})
		default:
			out = append(out, expectedRow{row.Line, strings.TrimSpace(row.Fields[sku]), strings.TrimSpace(row.Fields[week]), strings.TrimSpace(row.Fields[units])})
		}
	}
}

func (f *ExpectedFile) refuse(e *Error) {
	f.Refused++
	if len(f.Faults) < shownFaults {
		f.Faults = append(f.Faults, e)
	}
}

func (f *ExpectedFile) convert(raw []expectedRow, order string, mark byte) {
	type key struct {
		sku  string
		week int64
	}
	sum := map[key]float64{}
	for _, r := range raw {
		week, ok := mondayOf(r.week, order)
		d, err := number(r.units, mark)
		v, verr := strconv.ParseFloat(d.String(), 64)
		switch {
		case r.sku == "":
			f.refuse(&Error{Code: "empty_sku", Message: "the product code is empty", Remedy: "Fill it in.", Line: r.line, Column: f.Columns["sku"]})
		case !ok:
			f.refuse(&Error{Code: "bad_date", Message: fmt.Sprintf("%q is neither a week nor a date", r.week), Remedy: "Write it like 2026-W10 or 2026-03-02.", Line: r.line, Column: f.Columns["week"]})
		case err != nil || verr != nil || v < 0 || v > 1e7:
			f.refuse(&Error{Code: "bad_units", Message: fmt.Sprintf("%q is no number of units from 0 to ten million", r.units), Remedy: "Write a number such as 12 or 12.5.", Line: r.line, Column: f.Columns["units"]})
		default:
			sum[key{r.sku, week.Unix()}] += v
		}
	}
	for k, v := range sum {
		f.Items = append(f.Items, Expected{k.sku, time.Unix(k.week, 0).UTC(), v})
	}
	slices.SortFunc(f.Items, func(a, b Expected) int {
		if c := strings.Compare(a.SKU, b.SKU); c != 0 {
			return c
		}
		return a.Week.Compare(b.Week)
	})
}

// mondayOf is the Monday of a week as written: 2026-W10, or any date in it.
func mondayOf(s, order string) (time.Time, bool) {
	if t, ok := isoWeek(s); ok {
		return t, true
	}
	p, ok := scanDate(s)
	if !ok {
		return time.Time{}, false
	}
	t, ok := p.in(order, time.UTC)
	if !ok {
		return t, false
	}
	y, m, d := t.Date() // in the zone that it was written in
	return toMonday(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)), true
}

// isoWeek reads a week of ISO 8601 as 2026-W10, 2026W10 or 2026-w9.
func isoWeek(s string) (time.Time, bool) {
	year, week, ok := strings.Cut(strings.ToUpper(s), "W")
	y, err := strconv.Atoi(strings.TrimSuffix(year, "-"))
	if !ok || err != nil || y < 1900 || y > 2999 || len(week) < 1 || len(week) > 2 {
		return time.Time{}, false
	}
	w, err := strconv.Atoi(week)
	if err != nil || w < 1 {
		return time.Time{}, false
	}
	t := toMonday(time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC)).AddDate(0, 0, 7*(w-1)) // 4 January lies in week 1
	if in, of := t.ISOWeek(); in != y || of != w {
		return time.Time{}, false // week 53 of a year that has 52
	}
	return t, true
}

func toMonday(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }
