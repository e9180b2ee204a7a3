// Package predicttest gives the trainers' tests a history to learn from: the Online Retail export, read without the
// doors and folds of the product, or one made by hand. It satisfies the reading interfaces of all trainers.
package predicttest

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"almanac/state"
	"almanac/state/orders"
)

// Order is one order: units by SKU.
type Order struct {
	ID       string
	Customer string
	At       time.Time
	Net      int64
	Units    map[string]int64
}

// History is the orders of a shop in time order, in UTC.
type History struct{ Orders []Order }

// Retail reads the Online Retail export from ../shared beside the repository, cancellations left out, and skips the
// test where it is missing, or where tests are to be short: a whole shop takes minutes with the race detector.
func Retail(t testing.TB) *History {
	t.Helper()
	if testing.Short() {
		t.Skip("learns a whole real shop")
	}
	path := find()
	if path == "" {
		t.Skip("needs ../shared/data/orders/online_retail.csv.gz")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	h, err := read(z)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func find() string {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, "..", "shared", "data", "orders", "online_retail.csv.gz")
		if _, statErr := os.Stat(path); statErr == nil {
			return path
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

func read(r io.Reader) (*History, error) {
	c := csv.NewReader(r)
	c.LazyQuotes = true
	c.ReuseRecord = true
	if _, err := c.Read(); err != nil {
		return nil, err
	}
	at := map[string]int{}
	h := &History{}
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		units, err := strconv.ParseInt(rec[3], 10, 64)
		price, perr := strconv.ParseFloat(rec[5], 64)
		// Product codes begin with five digits; the rest are postage, charges and corrections.
		if err != nil || perr != nil || units <= 0 || price <= 0 || len(rec[1]) < 5 || strings.Trim(rec[1][:5], "0123456789") != "" {
			continue
		}
		i, ok := at[rec[0]]
		if !ok {
			when, err := time.Parse(time.DateTime, rec[4])
			if err != nil {
				return nil, err
			}
			i = len(h.Orders)
			id := strings.Clone(rec[0])
			at[id] = i
			h.Orders = append(h.Orders, Order{ID: id, Customer: strings.Clone(rec[6]), At: when, Units: map[string]int64{}})
		}
		h.Orders[i].Units[strings.Clone(rec[1])] += units
		h.Orders[i].Net += int64(math.Round(100*price)) * units
	}
	h.sort()
	return h, nil
}

func (h *History) sort() {
	slices.SortStableFunc(h.Orders, func(a, b Order) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// End is the day after the last order.
func (h *History) End() state.Day {
	if len(h.Orders) == 0 {
		return 0
	}
	return state.DayOf(h.Orders[len(h.Orders)-1].At, time.UTC) + 1
}

func (h *History) before(day state.Day) []Order {
	n, _ := slices.BinarySearchFunc(h.Orders, day, func(o Order, d state.Day) int {
		return int(state.DayOf(o.At, time.UTC) - d)
	})
	return h.Orders[:n]
}

// DailySales gives units per product and day, by product, then day.
func (h *History) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	type cell struct {
		sku string
		day state.Day
	}
	sum := map[cell]int64{}
	for _, o := range h.before(before) {
		for sku, units := range o.Units {
			sum[cell{sku, state.DayOf(o.At, time.UTC)}] += units
		}
	}
	cells := make([]cell, 0, len(sum))
	for c := range sum {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int {
		if c := strings.Compare(a.sku, b.sku); c != 0 {
			return c
		}
		return int(a.day - b.day)
	})
	for _, c := range cells {
		if err := fn(c.sku, c.day, orders.DaySales{Orders: 1, Units: sum[c]}); err != nil {
			return err
		}
	}
	return nil
}

// Baskets gives the orders in time order with their products, ascending.
func (h *History) Baskets(_ context.Context, _ string, before state.Day, fn func(string, time.Time, string, []string) error) error {
	for _, o := range h.before(before) {
		skus := make([]string, 0, len(o.Units))
		for sku := range o.Units {
			skus = append(skus, sku)
		}
		slices.Sort(skus)
		if err := fn(o.ID, o.At, o.Customer, skus); err != nil {
			return err
		}
	}
	return nil
}

// CustomerOrders gives the orders of known customers, by customer, then time.
func (h *History) CustomerOrders(_ context.Context, _ string, before state.Day, fn func(string, time.Time, state.Day, int64) error) error {
	list := slices.Clone(h.before(before))
	slices.SortStableFunc(list, func(a, b Order) int { return strings.Compare(a.Customer, b.Customer) })
	for _, o := range list {
		if o.Customer == "" {
			continue
		}
		if err := fn(o.Customer, o.At, state.DayOf(o.At, time.UTC), o.Net); err != nil {
			return err
		}
	}
	return nil
}
