// Package uncensor measures how well lost demand is recovered: stockouts are imposed on days that had none, and what is
// recovered is held against what sold.
package uncensor

import (
	"fmt"
	"io"
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
	err = t.Each(func() error {
		d, err := k.day()
		days = append(days, d)
		return err
	})
	return days, err
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
		return d, fmt.Errorf("dt %q is not a date", get("dt"))
	}
	d = uncensor.Day{Item: number(k.items, get("store_id")+"/"+get("product_id")), Product: number(k.products, get("product_id")), Group: number(k.groups, get("cat3")), Store: number(k.stores, get("store_id")),
		Date: int(at.Unix() / 86400), Weekday: int(at.Weekday()), Sales: make([]float64, 0, 24), Out: make([]bool, 0, 24)}
	if d.Lift, err = strconv.ParseFloat(get("discount"), 64); err != nil {
		return d, fmt.Errorf("discount %q is not a number", get("discount"))
	}
	for v := range strings.FieldsSeq(get("hourly_sales")) {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || x < 0 {
			return d, fmt.Errorf("hourly_sales holds %q", v)
		}
		d.Sales = append(d.Sales, x)
	}
	for _, c := range get("hourly_stockout") {
		d.Out = append(d.Out, c == '1')
	}
	if len(d.Sales) != 24 || len(d.Out) != 24 {
		return d, fmt.Errorf("%d hours of sales and %d of stock, not 24", len(d.Sales), len(d.Out))
	}
	return d, nil
}
