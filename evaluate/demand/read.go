// Package demand measures forecasts of a whole catalogue by day: items in stores with prices, events and departments, whose
// next days are held out. The files have the form of the M5 competition (Makridakis, Spiliotis and Assimakopoulos 2022,
// "M5 accuracy competition: results, findings, and conclusions", International Journal of Forecasting 38(4)).
package demand

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Item is one item in one store.
type Item struct {
	Name, Department, Category, Store, State string
	First                                    int       // the first day of Sales, counted from 1
	Sales                                    []float32 // units a day
	Prices                                   []Price   // ascending by week; may be empty
}

// Price is what an item costs from a week on, until the next one.
type Price struct {
	Week  int
	Price float32
}

// Day is one day of the calendar.
type Day struct {
	Week    int
	Weekday int // 1 to 7
	Month   int
	OfMonth int
	Events  []string
	SNAP    map[string]bool // by state: benefits may be spent
}

// open reads a plain or gzipped file with fn.
func open[T any](path string, fn func(io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer func() { _ = f.Close() }() // only read
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return out, fmt.Errorf("read %s: %w", path, err)
		}
		r = z
	}
	if out, err = fn(r); err != nil {
		return out, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

// ReadSales reads item_id,dept_id,cat_id,store_id,state_id,first_day,sales…,price_runs_wk: sales are units a day from
// first_day on, separated by spaces; prices are week:price, each from that week on.
func ReadSales(path string) ([]Item, error) { return open(path, readSales) }

// ReadCalendar reads date,wm_yr_wk,wday,d,event_name_1,… and snap_STATE columns, one day a row, d_1 first.
func ReadCalendar(path string) ([]Day, error) { return open(path, readCalendar) }

// table is rows with named columns.
type table struct {
	rows   *csv.Reader
	header []string
	at     map[string]int
	row    []string
}

func newTable(r io.Reader, need ...string) (*table, error) {
	t := &table{rows: csv.NewReader(r), at: map[string]int{}}
	t.rows.ReuseRecord = true
	header, err := t.rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	t.header = slices.Clone(header)
	for i, h := range t.header {
		t.at[h] = i
	}
	for _, c := range need {
		if _, ok := t.at[c]; !ok {
			return nil, fmt.Errorf("there is no column %s", c)
		}
	}
	return t, nil
}

// with is the columns whose names begin with prefix.
func (t *table) with(prefix string) (out []string) {
	for _, h := range t.header {
		if strings.HasPrefix(h, prefix) {
			out = append(out, h)
		}
	}
	return out
}

func (t *table) get(column string) string {
	if i, ok := t.at[column]; ok {
		return t.row[i]
	}
	return ""
}

// each calls fn for every row.
func (t *table) each(fn func() error) error {
	for n := 0; ; n++ {
		row, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return errors.New("there are no rows")
			}
			return nil
		}
		if err != nil {
			return err
		}
		t.row = row
		if err := fn(); err != nil {
			line, _ := t.rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func readSales(r io.Reader) (items []Item, err error) {
	t, err := newTable(r, "item_id", "dept_id", "cat_id", "store_id", "state_id", "first_day", "price_runs_wk")
	if err != nil {
		return nil, err
	}
	sales := t.with("sales_to_d")
	if len(sales) != 1 {
		return nil, errors.New("there is no column sales_to_d… (or there are several) with the units a day")
	}
	last, err := strconv.Atoi(strings.TrimPrefix(sales[0], "sales_to_d"))
	if err != nil {
		return nil, fmt.Errorf("the column %s does not end in a day", sales[0])
	}
	seen := map[[2]string]bool{}
	err = t.each(func() error {
		it, err := item(t, sales[0], last)
		if err != nil {
			return err
		}
		if key := [2]string{it.Name, it.Store}; seen[key] {
			return fmt.Errorf("item %s of store %s is there twice", it.Name, it.Store)
		} else {
			seen[key] = true
		}
		items = append(items, it)
		return nil
	})
	return items, err
}

func item(t *table, sales string, last int) (it Item, err error) {
	text := func(c string) string { return strings.Clone(t.get(c)) }
	it = Item{Name: text("item_id"), Department: text("dept_id"), Category: text("cat_id"), Store: text("store_id"), State: text("state_id")}
	if it.First, err = strconv.Atoi(t.get("first_day")); err != nil || it.First < 1 {
		return it, fmt.Errorf("first_day %q is no day from 1 on", t.get("first_day"))
	}
	if it.Sales, err = units(t.get(sales)); err != nil {
		return it, err
	}
	if end := it.First + len(it.Sales) - 1; end != last {
		return it, fmt.Errorf("%d days of sales from day %d end on day %d, not %d", len(it.Sales), it.First, end, last)
	}
	it.Prices, err = prices(t.get("price_runs_wk"))
	return it, err
}

func units(s string) ([]float32, error) {
	out := make([]float32, 0, strings.Count(s, " ")+1)
	for v := range strings.FieldsSeq(s) {
		x, err := strconv.ParseFloat(v, 32)
		if err != nil || !(x >= 0) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("day %d of the sales is %q, not a number of units", len(out)+1, v)
		}
		out = append(out, float32(x))
	}
	if len(out) == 0 {
		return nil, errors.New("there are no sales")
	}
	return out, nil
}

func prices(s string) (out []Price, err error) {
	for v := range strings.FieldsSeq(s) {
		week, price, ok := strings.Cut(v, ":")
		w, err := strconv.Atoi(week)
		p, err2 := strconv.ParseFloat(price, 32)
		if !ok || err != nil || err2 != nil || !(p >= 0) || math.IsInf(p, 0) {
			return nil, fmt.Errorf("price_runs_wk holds %q, not week:price", v)
		}
		if len(out) > 0 && out[len(out)-1].Week >= w {
			return nil, fmt.Errorf("price_runs_wk: week %d does not come after week %d", w, out[len(out)-1].Week)
		}
		out = append(out, Price{w, float32(p)})
	}
	return out, nil
}

func readCalendar(r io.Reader) (days []Day, err error) {
	t, err := newTable(r, "date", "wm_yr_wk", "wday", "d")
	if err != nil {
		return nil, err
	}
	events, snap := t.with("event_name_"), t.with("snap_")
	err = t.each(func() error {
		if want := "d_" + strconv.Itoa(len(days)+1); t.get("d") != want {
			return fmt.Errorf("d is %q, not %s: days follow one another from d_1 on", t.get("d"), want)
		}
		d, err := day(t)
		if err != nil {
			return err
		}
		for _, c := range events {
			if e := t.get(c); e != "" {
				d.Events = append(d.Events, strings.Clone(e))
			}
		}
		for _, c := range snap {
			d.SNAP[strings.TrimPrefix(c, "snap_")] = t.get(c) == "1"
		}
		days = append(days, d)
		return nil
	})
	return days, err
}

func day(t *table) (d Day, err error) {
	at, err := time.Parse(time.DateOnly, t.get("date"))
	if err != nil {
		return d, fmt.Errorf("date %q is not of the form 2016-05-23", t.get("date"))
	}
	d = Day{Month: int(at.Month()), OfMonth: at.Day(), SNAP: map[string]bool{}}
	if d.Weekday, err = strconv.Atoi(t.get("wday")); err != nil || d.Weekday < 1 || d.Weekday > 7 {
		return d, fmt.Errorf("wday %q is not 1 to 7", t.get("wday"))
	}
	if d.Week, err = strconv.Atoi(t.get("wm_yr_wk")); err != nil {
		return d, fmt.Errorf("wm_yr_wk %q is not a number", t.get("wm_yr_wk"))
	}
	return d, nil
}
