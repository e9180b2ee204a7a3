package planned

import (
	"context"
	"time"

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
