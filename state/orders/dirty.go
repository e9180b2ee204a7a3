package orders

import (
	"context"
	"errors"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
)

// dirty collects what has to be derived anew.
type dirty struct {
	orders, documents, customers map[[2]string]bool // shop and id
	cells                        map[cell]bool
	pairs                        map[pair]bool // that a line or reversal has left
}

type cell struct {
	shop, sku string
	day       int64
}

func newDirty() *dirty {
	return &dirty{map[[2]string]bool{}, map[[2]string]bool{}, map[[2]string]bool{}, map[cell]bool{}, map[pair]bool{}}
}

// oldLine notes where a line that is about to be revised stands now.
func (d *dirty) oldLine(ctx context.Context, t *sqldb.Tx, r *history.Record, b *fact.OrderLine) error {
	var c cell
	var customer string
	err := t.QueryRow(ctx, "SELECT sku, day, customer FROM order_line WHERE shop = ? AND order_id = ? AND source = ? AND line = ?",
		[]any{r.Shop, b.Order, r.Source, b.Line}, &c.sku, &c.day, &customer)
	return d.note(r.Shop, c, customer, err)
}

// oldReversal notes where a reversal that is about to be revised stands now.
func (d *dirty) oldReversal(ctx context.Context, t *sqldb.Tx, r *history.Record) error {
	var c cell
	var customer, document, order string
	err := t.QueryRow(ctx, "SELECT sku, day, customer, document, order_id FROM order_reversal WHERE shop = ? AND source = ? AND id = ?",
		[]any{r.Shop, r.Source, r.ID}, &c.sku, &c.day, &customer, &document, &order)
	if err == nil {
		d.documents[[2]string{r.Shop, document}] = true
		if order != "" {
			d.orders[[2]string{r.Shop, order}] = true
		}
	}
	return d.note(r.Shop, c, customer, err)
}

// oldRefund notes the order of a refund that is about to be revised.
func (d *dirty) oldRefund(ctx context.Context, t *sqldb.Tx, r *history.Record) error {
	var order string
	err := t.QueryRow(ctx, "SELECT order_id FROM order_refund WHERE shop = ? AND source = ? AND id = ?", []any{r.Shop, r.Source, r.ID}, &order)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	d.orders[[2]string{r.Shop, order}] = true
	return err
}

func (d *dirty) note(shop string, c cell, customer string, err error) error {
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil
	}
	c.shop = shop
	d.cells[c] = true
	d.pairs[pair{shop, customer, c.sku}] = true
	if customer != "" {
		d.customers[[2]string{shop, customer}] = true
	}
	return err
}

func (d *dirty) flush(ctx context.Context, t *sqldb.Tx) error {
	for _, s := range [...]struct {
		into string
		keys map[[2]string]bool
	}{
		{"dirty_order (shop, order_id)", d.orders},
		{"dirty_document (shop, document)", d.documents},
		{"dirty_customer (shop, customer)", d.customers},
	} {
		args := make([]any, 0, 2*len(s.keys))
		for k := range s.keys {
			args = append(args, k[0], k[1])
		}
		if _, err := t.Insert(ctx, s.into, "ON CONFLICT DO NOTHING", 2, args); err != nil {
			return err
		}
	}
	args := make([]any, 0, 3*len(d.pairs))
	for p := range d.pairs {
		args = append(args, p.shop, p.customer, p.sku)
	}
	if _, err := t.Insert(ctx, "dirty_pair (shop, customer, sku)", "ON CONFLICT DO NOTHING", 3, args); err != nil {
		return err
	}
	args = make([]any, 0, 3*len(d.cells))
	for c := range d.cells {
		args = append(args, c.shop, c.sku, c.day)
	}
	_, err := t.Insert(ctx, "dirty_cell (shop, sku, day)", "ON CONFLICT DO NOTHING", 3, args)
	return err
}
