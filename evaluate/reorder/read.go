package reorder

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Supply says how suppliers of a file without any are drawn: each department of each store has one.
type Supply struct {
	LeadDays   int     `json:"lead_days"`   // as quoted
	LeadSpread float64 `json:"lead_spread"` // coefficient of variation of one delivery
	Bias       float64 `json:"lead_bias"`   // how far, of one, a supplier's mean lies from what they quote: standard deviation
	Seed       uint64  `json:"seed"`
}

// ReadM5 reads daily sales in the form of the M5 competition: item_id, dept_id, store_id, first_day, the daily units from
// first_day on in a column whose name begins with sales_to_d, and price_runs_wk ("week:price" from that week on). calendar, if
// not empty, is the file of days that gives the week of each; without it prices are those of the last week. Only every
// n-th series is kept. Sales are taken for demand.
func ReadM5(path, calendar string, every int, supply Supply, c Costs) (*Shop, error) {
	weeks, err := readWeeks(calendar)
	if err != nil {
		return nil, fmt.Errorf("read calendar %s: %w", calendar, err)
	}
	s := &Shop{}
	suppliers := map[string]int{}
	line := 0
	err = table(path, []string{"item_id", "dept_id", "store_id", "first_day", "price_runs_wk"}, "sales_to_d", func(get func(string) string) error {
		if line++; (line-1)%max(every, 1) != 0 {
			return nil
		}
		item, err := m5Item(get, weeks, c)
		if err != nil {
			return err
		}
		key := get("store_id") + "/" + get("dept_id")
		if _, ok := suppliers[key]; !ok {
			suppliers[key] = len(suppliers)
		}
		item.Supplier, item.Quoted, item.Look = suppliers[key], supply.LeadDays, suppliers[key]%7
		s.Items = append(s.Items, item)
		s.Days = max(s.Days, len(item.Demand))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read sales from %s: %w", path, err)
	}
	if len(s.Items) == 0 {
		return nil, fmt.Errorf("%s holds no series", path)
	}
	for _, i := range s.Items {
		if len(i.Demand) != s.Days {
			return nil, fmt.Errorf("%s: %s ends on day %d, others on day %d", path, i.ID, len(i.Demand), s.Days)
		}
	}
	s.draw(supply, len(suppliers))
	return s, nil
}

func m5Item(get func(string) string, weeks []int, c Costs) (item Item, err error) {
	item.ID = get("store_id") + "/" + get("item_id")
	first, err := strconv.Atoi(get("first_day"))
	if err != nil || first < 1 || first > 100_000 {
		return item, fmt.Errorf("first_day is %q, not a day from 1 on", get("first_day"))
	}
	item.First = first - 1
	item.Demand = make([]float64, item.First)
	for v := range strings.FieldsSeq(get("sales_to_d")) {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || !(x >= 0) || math.IsInf(x, 0) {
			return item, fmt.Errorf("the units of a day are %q", v)
		}
		item.Demand = append(item.Demand, x)
	}
	item.Price = make([]float64, len(item.Demand))
	at, price := 0, 0.0
	runs := strings.Fields(get("price_runs_wk"))
	for _, run := range runs {
		week, text, _ := strings.Cut(run, ":")
		w, err1 := strconv.Atoi(week)
		p, err2 := strconv.ParseFloat(text, 64)
		if err := errors.Join(err1, err2); err != nil || !(p > 0) || math.IsInf(p, 0) {
			return item, fmt.Errorf("a price run is %q, not week:price", run)
		}
		for at < len(item.Price) && (weeks != nil && (at >= len(weeks) || weeks[at] < w)) {
			item.Price[at] = price
			at++
		}
		price = p
	}
	if price == 0 {
		return item, fmt.Errorf("%s has no price", item.ID)
	}
	for ; at < len(item.Price); at++ {
		item.Price[at] = price
	}
	if len(item.Price) == 0 || item.First >= len(item.Demand) {
		return item, fmt.Errorf("%s has no days", item.ID)
	}
	for d := len(item.Price) - 2; d >= 0; d-- { // before the first run nothing is sold: its price will do
		if item.Price[d] == 0 {
			item.Price[d] = item.Price[d+1]
		}
	}
	item.Cost = (1 - c.Margin) * item.Price[item.First]
	return item, nil
}

// draw makes suppliers: their true mean, every lead time by item and day, and what the shop has on record of them.
func (s *Shop) draw(supply Supply, suppliers int) {
	random := rand.New(rand.NewPCG(supply.Seed, 1))
	s2 := math.Log1p(supply.LeadSpread * supply.LeadSpread)
	mean := make([]float64, suppliers)
	for i := range mean {
		mean[i] = math.Log(float64(supply.LeadDays)) + supply.Bias*random.NormFloat64() - s2/2
	}
	draw := func(supplier int, r *rand.Rand) int {
		return max(1, int(math.Round(math.Exp(mean[supplier]+math.Sqrt(s2)*r.NormFloat64()))))
	}
	for i := range s.Items {
		r := rand.New(rand.NewPCG(supply.Seed, uint64(i)+2))
		s.Items[i].Lead = make([]uint16, s.Days)
		for d := range s.Items[i].Lead {
			s.Items[i].Lead[d] = uint16(min(draw(s.Items[i].Supplier, r), math.MaxUint16))
		}
	}
	for i := range suppliers {
		for d := i % 14; d < s.Days; d += 14 {
			s.Record = append(s.Record, Placed{i, d, draw(i, random)})
		}
	}
	slices.SortStableFunc(s.Record, func(a, b Placed) int { return a.Day - b.Day })
}

func readWeeks(path string) (weeks []int, err error) {
	if path == "" {
		return nil, nil
	}
	err = table(path, []string{"wm_yr_wk"}, "", func(get func(string) string) error {
		w, err := strconv.Atoi(get("wm_yr_wk"))
		weeks = append(weeks, w)
		return err
	})
	return weeks, err
}

// table reads a CSV, plain or gzip, row by row. A column whose name begins with prefix is known by the prefix.
func table(path string, columns []string, prefix string, row func(get func(string) string) error) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := bufio.NewReaderSize(f, 1<<16)
	var in io.Reader = b
	if magic, err := b.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if in, err = gzip.NewReader(b); err != nil {
			return fmt.Errorf("open gzip: %w", err)
		}
	}
	rows := csv.NewReader(in)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	at := map[string]int{}
	for i, h := range header {
		h = strings.TrimPrefix(h, "\ufeff")
		if prefix != "" && strings.HasPrefix(h, prefix) {
			h = prefix
		}
		at[h] = i
	}
	if prefix != "" {
		columns = append(slices.Clone(columns), prefix)
	}
	for _, c := range columns {
		if _, ok := at[c]; !ok {
			return fmt.Errorf("there is no column %s", c)
		}
	}
	for {
		values, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := row(func(c string) string { return values[at[c]] }); err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
