package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Product is what is known of a product.
type Product struct {
	fact.Product
	Described bool // false where only its sales or page views are known
}

// All hands every product that was described, sold or viewed to fn, by SKU.
func (v *View) All(ctx context.Context, shop string, fn func(Product) error) error {
	return v.products(ctx, "p.shop = ?", []any{shop}, fn)
}

// Product finds one product; ok is false where nothing is known of it.
func (v *View) Product(ctx context.Context, shop, sku string) (p Product, ok bool, err error) {
	err = v.products(ctx, "p.shop = ? AND p.sku = ?", []any{shop, sku}, func(found Product) error {
		p, ok = found, true
		return nil
	})
	return p, ok, err
}

// products merges the descriptions of all sources, the best source first and the others filling its gaps,
// and takes the title that was used most where no source describes the product.
func (v *View) products(ctx context.Context, where string, args []any, fn func(Product) error) error {
	var cur Product
	flush := func() error {
		if cur.SKU == "" {
			return nil
		}
		p := cur
		cur = Product{}
		return fn(p)
	}
	q := `SELECT p.sku, 0 AS part, p.rank AS rank, -p.rev AS newest, p.source AS tie, p.body FROM product p WHERE ` + where + `
		UNION ALL SELECT p.sku, 1, -p.seen, -p.last_us, p.title, '' FROM product_title p WHERE ` + where + `
		ORDER BY 1, 2, 3, 4, 5`
	err := v.db.Query(ctx, q, append(append([]any{}, args...), args...), func(r sqldb.Row) error {
		var sku, tie, body string
		var part, rank, newest int64
		if err := r.Scan(&sku, &part, &rank, &newest, &tie, &body); err != nil {
			return err
		}
		if sku != cur.SKU {
			if err := flush(); err != nil {
				return err
			}
			cur.SKU = sku
		}
		if part == 1 {
			if cur.Title == "" {
				cur.Title = tie
			}
			return nil
		}
		var b fact.Product
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return err
		}
		cur.fill(b)
		return nil
	})
	return errors.Join(err, flush())
}

func (p *Product) fill(b fact.Product) {
	for _, f := range [...]struct {
		to   *string
		from string
	}{{&p.Group, b.Group}, {&p.Title, b.Title}, {&p.Brand, b.Brand}, {&p.Barcode, b.Barcode}, {&p.URL, b.URL}, {&p.Image, b.Image}, {&p.Supplier, b.Supplier}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if len(p.Category) == 0 {
		p.Category = b.Category
	}
	for k, v := range b.Attributes {
		if p.Attributes == nil {
			p.Attributes = map[string]string{}
		}
		if _, ok := p.Attributes[k]; !ok {
			p.Attributes[k] = v
		}
	}
	if !p.Described {
		p.Hidden = b.Hidden
	}
	p.Described = true
}

// Titles lists the names under which a product was sold or viewed, most used first.
func (v *View) Titles(ctx context.Context, shop, sku string) (out []string, err error) {
	err = v.db.Query(ctx, "SELECT title FROM product_title WHERE shop = ? AND sku = ? ORDER BY seen DESC, last_us DESC, title", []any{shop, sku}, func(r sqldb.Row) error {
		var s string
		err := r.Scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

// Price is an asking price.
type Price struct {
	SKU, Currency     string
	Amount, ListPrice int64
	TaxIncluded       bool // as Prices tells it
	At                time.Time
}

// Price is the price of a product at an instant, in the channel "" that stands for all.
func (v *View) Price(ctx context.Context, shop, sku string, at time.Time) (p Price, ok bool, err error) {
	var us int64
	err = v.db.QueryRow(ctx, `SELECT sku, cur, amount, list, at_us FROM price WHERE shop = ? AND sku = ? AND channel = '' AND at_us <= ?
		ORDER BY rank, at_us DESC, rev DESC, source LIMIT 1`, []any{shop, sku, sqldb.Micros(at)}, &p.SKU, &p.Currency, &p.Amount, &p.ListPrice, &us)
	if errors.Is(err, sqldb.ErrNoRows) {
		return p, false, nil
	}
	p.At = sqldb.Time(us)
	return p, err == nil, err
}

// Cost is what a unit costs the shop.
type Cost struct {
	SKU, Currency, Supplier, Source string
	Amount                          int64
	At                              time.Time
}

// Cost is what a unit of one product costs at an instant.
func (v *View) Cost(ctx context.Context, shop, sku string, at time.Time) (c Cost, ok bool, err error) {
	var us int64
	err = v.db.QueryRow(ctx, `SELECT sku, cur, supplier, source, amount, at_us FROM cost WHERE shop = ? AND sku = ? AND at_us <= ?
		ORDER BY rank, at_us DESC, rev DESC, source LIMIT 1`, []any{shop, sku, sqldb.Micros(at)}, &c.SKU, &c.Currency, &c.Supplier, &c.Source, &c.Amount, &us)
	if errors.Is(err, sqldb.ErrNoRows) {
		return c, false, nil
	}
	c.At = sqldb.Time(us)
	return c, err == nil, err
}

// Costs gives the cost of every product that has one at an instant: the newest of the best source.
func (v *View) Costs(ctx context.Context, shop string, at time.Time) (map[string]Cost, error) {
	out := map[string]Cost{}
	err := v.db.Query(ctx, `SELECT sku, cur, supplier, source, amount, at_us FROM cost WHERE shop = ? AND at_us <= ?
		ORDER BY sku, rank, at_us DESC, rev DESC, source`, []any{shop, sqldb.Micros(at)}, func(r sqldb.Row) error {
		var c Cost
		var us int64
		if err := r.Scan(&c.SKU, &c.Currency, &c.Supplier, &c.Source, &c.Amount, &us); err != nil {
			return err
		}
		c.At = sqldb.Time(us)
		if _, ok := out[c.SKU]; !ok {
			out[c.SKU] = c
		}
		return nil
	})
	return out, err
}
