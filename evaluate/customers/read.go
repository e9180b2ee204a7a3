package customers

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"almanac/evaluate/data"
	"almanac/state"
)

// readFile reads customer_id, date (2006-01-02) and, where there is one, amount: a purchase a row, plain or gzip, in any order.
func readFile(path string) (ledger, error) { return data.Read(path, read) }

func read(r io.Reader) (l ledger, err error) {
	t, err := data.NewTable(r, "customer_id", "date")
	if err != nil {
		return nil, err
	}
	err = t.Each(func() error {
		id := strings.TrimSpace(t.Get("customer_id"))
		if id == "" {
			return errors.New("customer_id is empty")
		}
		at, err := time.Parse(time.DateOnly, t.Get("date"))
		if err != nil {
			return fmt.Errorf("date %q is not of the form 2006-01-02", t.Get("date"))
		}
		o := order{customer: strings.Clone(id), day: state.DayOf(at, time.UTC)}
		if text := t.Get("amount"); text != "" {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil || math.IsNaN(v) || math.Abs(v) > 1e12 {
				return fmt.Errorf("amount %q is not a number", text)
			}
			o.net = int64(math.Round(100 * v))
		}
		l = append(l, o)
		return nil
	})
	l.sort()
	return l, err
}

func (l ledger) sort() {
	slices.SortStableFunc(l, func(a, b order) int { return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.day, b.day)) })
}
