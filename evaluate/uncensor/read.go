// Package uncensor measures how well lost demand is recovered: stockouts are imposed on days that had none, and what is
// recovered is held against what sold.
package uncensor

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"almanac/evaluate/data"
	"almanac/model/uncensor"
)

// columns of a file in the form of FreshRetailNet-50K.
var columns = []string{"store_id", "product_id", "cat3", "dt", "discount", "hourly_sales", "hourly_stockout"}

// ReadFile reads days of products in stores, plain or gzipped: hourly_sales holds 24 numbers, hourly_stockout 24 flags, 1
// for an hour without stock.
func ReadFile(path string) ([]uncensor.Day, error) { return data.Read(path, read) }

type reader struct {
	*data.Table
	items, products, groups, stores map[string]int
}

func read(r io.Reader) (days []uncensor.Day, err error) {
	t, err := data.NewTable(r, columns...)
	if err != nil {
		return nil, err
	}
	k := reader{t, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}}
	type key struct{ item, date int }
	seen := map[key]bool{}
	first, last := math.MaxInt, math.MinInt
	err = t.Each(func() error {
		d, err := k.day()
		if err != nil {
			return err
		}
		if seen[key{d.Item, d.Date}] {
			return fmt.Errorf("product %s of store %s has the day %s twice: keep one row of it", k.Get("product_id"), k.Get("store_id"), k.Get("dt"))
		}
		seen[key{d.Item, d.Date}] = true
		if first, last = min(first, d.Date), max(last, d.Date); last-first > mostDays {
			return fmt.Errorf("dt %s lies more than ten years from another day of the file: correct it, or split the file", k.Get("dt"))
		}
		days = append(days, d)
		return nil
	})
	return days, err
}

// mostDays is how many days may lie between the first and the last one: products are looked at day by day.
const mostDays = 3660

// amount is a number that is neither negative nor infinite.
func amount(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q is not a number from 0 on", s)
	}
	return v, nil
}

func number(of map[string]int, name string) int {
	n, ok := of[name]
	if !ok {
		n = len(of)
		of[strings.Clone(name)] = n
	}
	return n
}

func (k *reader) day() (d uncensor.Day, err error) {
	get := k.Get
	at, err := time.Parse(time.DateOnly, get("dt"))
	if err != nil {
		return d, fmt.Errorf("dt %q is not a date of the form 2024-03-28", get("dt"))
	}
	d = uncensor.Day{Item: number(k.items, get("store_id")+"/"+get("product_id")), Product: number(k.products, get("product_id")), Group: number(k.groups, get("cat3")), Store: number(k.stores, get("store_id")),
		Date: int(at.Unix() / 86400), Weekday: int(at.Weekday()), Sales: make([]float64, 0, 24), Out: make([]bool, 0, 24)}
	if d.Lift, err = amount(get("discount")); err != nil {
		return d, fmt.Errorf("discount %w (1 is the usual price)", err)
	}
	for v := range strings.FieldsSeq(get("hourly_sales")) {
		x, err := amount(v)
		if err != nil {
			return d, fmt.Errorf("hourly_sales: %w", err)
		}
		d.Sales = append(d.Sales, x)
	}
	for _, c := range get("hourly_stockout") {
		if c != '0' && c != '1' {
			return d, fmt.Errorf("hourly_stockout holds %q; 24 times 0 or 1 are needed, without spaces, 1 for an hour without stock", c)
		}
		d.Out = append(d.Out, c == '1')
	}
	if len(d.Sales) != 24 || len(d.Out) != 24 {
		return d, fmt.Errorf("%d hours of sales and %d of stock, not 24", len(d.Sales), len(d.Out))
	}
	return d, nil
}
