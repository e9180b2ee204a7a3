package planned

import (
	"context"
	"time"

	"almanac/predict/demand"
	"almanac/sqldb"
	"almanac/state"
)

// Own is the shop's own forecast of one product and week, and what the model says of it without knowing that week.
type Own struct {
	SKU string
	Week
	Told time.Time // when it was told to us
	Day  state.Day // the shop's then; after the week began, it may have been made with hindsight
}

// SetOwn keeps the shop's own forecast; a week that was told before is replaced.
func (s *Store) SetOwn(ctx context.Context, shop, by, file string, today state.Day, list []Own) error {
	told := sqldb.Micros(s.now())
	rows := make([]any, 0, 9*len(list))
	for _, o := range list {
		rows = append(rows, shop, o.SKU, int64(o.Week.Week), o.Units, o.Model, told, int64(today), by, file)
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		_, err := t.Insert(ctx, "demand_own (shop, sku, week, units, model, told_us, told_day, told_by, file)",
			`ON CONFLICT (shop, sku, week) DO UPDATE SET units = excluded.units, model = excluded.model, told_us = excluded.told_us,
			told_day = excluded.told_day, told_by = excluded.told_by, file = excluded.file`, 9, rows)
		return err
	})
}

// Own lists the shop's own forecast of one product, or of all where sku is empty, by product and week.
func (s *Store) Own(ctx context.Context, shop, sku string) (out []Own, err error) {
	err = s.db.Query(ctx, "SELECT sku, week, units, model, told_us, told_day FROM demand_own WHERE shop = ? AND (sku = ? OR ? = '') ORDER BY sku, week", []any{shop, sku, sku}, func(r sqldb.Row) error {
		var o Own
		var week, told, day int64
		err := r.Scan(&o.SKU, &week, &o.Units, &o.Model, &told, &day)
		o.Week.Week, o.Told, o.Day = state.Day(week), sqldb.Time(told), state.Day(day)
		out = append(out, o)
		return err
	})
	return out, err
}

// ForgetOwn removes the shop's own forecast, and says how many weeks of products that were.
func (s *Store) ForgetOwn(ctx context.Context, shop string) (int64, error) {
	return s.db.Exec(ctx, "DELETE FROM demand_own WHERE shop = ?", shop)
}

// FillOwn notes what a model says of the own forecast's weeks from one Monday to before another, where nothing is noted yet,
// and counts them. The model must have been trained on nothing from that Monday on. Products it does not know had not been
// sold before, and get 0, which is what it would have said.
func (s *Store) FillOwn(ctx context.Context, shop string, m *demand.Model, from, to state.Day) (n int, err error) {
	list, err := s.Own(ctx, shop, "")
	if err != nil {
		return 0, err
	}
	return n, s.db.Write(ctx, func(t *sqldb.Tx) error {
		n = 0
		for _, o := range list {
			if o.Model != nil || o.Week.Week < from || o.Week.Week >= to {
				continue
			}
			said, ok := Said(m, o.SKU, o.Week.Week)
			if !ok {
				continue
			}
			if _, err := t.Exec(ctx, "UPDATE demand_own SET model = ? WHERE shop = ? AND sku = ? AND week = ? AND model IS NULL", said, shop, o.SKU, int64(o.Week.Week)); err != nil {
				return err
			}
			n++
		}
		return nil
	})
}

// Said is what a model expects of a product in the week from a Monday on: 0 of products that had not been sold. ok is false
// for weeks that it does not forecast.
func Said(m *demand.Model, sku string, week state.Day) (units float64, ok bool) {
	i := int(week-m.Start) / 7
	if week < m.Start || i >= m.Weeks || week != m.Week(i) {
		return 0, false
	}
	p, known := m.Find(sku)
	if !known || i >= len(p.Mean) {
		return 0, true
	}
	return p.Mean[i], true
}
