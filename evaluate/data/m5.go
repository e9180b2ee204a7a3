package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// The form of the M5 competition: a file of sales, one item in one store a row, and a file of days.

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

// ReadSales reads item_id,dept_id,cat_id,store_id,state_id,first_day,sales…,price_runs_wk: sales are units a day from
// first_day on, separated by spaces; prices are week:price, each from that week on. Of every so many rows only the first is
// kept; 0 and 1 keep all.
func ReadSales(path string, every int) ([]Item, error) {
	return Read(path, func(r io.Reader) ([]Item, error) { return readSales(r, every) })
}

// ReadCalendar reads date,wm_yr_wk,wday,d,event_name_1,… and snap_STATE columns, one day a row, d_1 first.
func ReadCalendar(path string) ([]Day, error) { return Read(path, readCalendar) }

func readSales(r io.Reader, every int) (items []Item, err error) {
	t, err := NewTable(r, "item_id", "dept_id", "cat_id", "store_id", "state_id", "first_day", "price_runs_wk")
	if err != nil {
		return nil, err
	}
	sales := t.With("sales_to_d")
	if len(sales) != 1 {
		return nil, errors.New("there is no column sales_to_d… (or there are several) with the units a day")
	}
	last, err := strconv.Atoi(strings.TrimPrefix(sales[0], "sales_to_d"))
	if err != nil {
		return nil, fmt.Errorf("the column %s does not end in a day", sales[0])
	}
	seen := map[[2]string]bool{}
	row := -1
	err = t.Each(func() error {
		if row++; row%max(every, 1) != 0 {
			return nil
		}
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

func item(t *Table, sales string, last int) (it Item, err error) {
	text := func(c string) string { return strings.Clone(t.Get(c)) }
	it = Item{Name: text("item_id"), Department: text("dept_id"), Category: text("cat_id"), Store: text("store_id"), State: text("state_id")}
	if it.First, err = strconv.Atoi(t.Get("first_day")); err != nil || it.First < 1 {
		return it, fmt.Errorf("first_day %q is no day from 1 on", t.Get("first_day"))
	}
	if it.Sales, err = units(t.Get(sales)); err != nil {
		return it, err
	}
	if end := it.First + len(it.Sales) - 1; end != last {
		return it, fmt.Errorf("%d days of sales from day %d end on day %d, not %d", len(it.Sales), it.First, end, last)
	}
	it.Prices, err = prices(t.Get("price_runs_wk"))
	return it, err
}

func units(s string) ([]float32, error) {
	out := make([]float32, 0, strings.Count(s, " ")+1)
	for v := range strings.FieldsSeq(s) {
		x, err := strconv.ParseFloat(v, 32)
		if err != nil || !(x >= 0) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("day %d of the sales is %q, not a number of units: write 0 where nothing was sold, and leave out what came back", len(out)+1, v)
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
	t, err := NewTable(r, "date", "wm_yr_wk", "wday", "d")
	if err != nil {
		return nil, err
	}
	events, snap := t.With("event_name_"), t.With("snap_")
	err = t.Each(func() error {
		if want := "d_" + strconv.Itoa(len(days)+1); t.Get("d") != want {
			return fmt.Errorf("d is %q, not %s: days follow one another from d_1 on", t.Get("d"), want)
		}
		d, err := day(t)
		if err != nil {
			return err
		}
		for _, c := range events {
			if e := t.Get(c); e != "" {
				d.Events = append(d.Events, strings.Clone(e))
			}
		}
		for _, c := range snap {
			d.SNAP[strings.TrimPrefix(c, "snap_")] = t.Get(c) == "1"
		}
		days = append(days, d)
		return nil
	})
	return days, err
}

func day(t *Table) (d Day, err error) {
	at, err := time.Parse(time.DateOnly, t.Get("date"))
	if err != nil {
		return d, fmt.Errorf("date %q is not of the form 2016-05-23", t.Get("date"))
	}
	d = Day{Month: int(at.Month()), OfMonth: at.Day(), SNAP: map[string]bool{}}
	if d.Weekday, err = strconv.Atoi(t.Get("wday")); err != nil || d.Weekday < 1 || d.Weekday > 7 {
		return d, fmt.Errorf("wday %q is not 1 to 7", t.Get("wday"))
	}
	if d.Week, err = strconv.Atoi(t.Get("wm_yr_wk")); err != nil {
		return d, fmt.Errorf("wm_yr_wk %q is not a number", t.Get("wm_yr_wk"))
	}
	return d, nil
}
