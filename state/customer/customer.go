// Package customer answers who is known: what sources say of a customer. What a customer bought is in the
// view of orders.
//
// Facts of kind customer.described go in.
package customer

import (
	"context"
	"encoding/json"
	"errors"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the table of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "customer".
func (*Fold) Name() string { return "customer" }

const columns = "shop, customer, source, rev, rank, body"

// Migrations creates the table.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "customers", SQL: []string{
		`CREATE TABLE customer (shop {text} NOT NULL, customer {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			body {text} NOT NULL, PRIMARY KEY (shop, customer, source)) {clustered}`}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{state.NewTable("customer", columns, "shop, customer, source")}
}

// Apply takes descriptions in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	u := state.NewUpsert("customer", columns, "shop, customer, source")
	for i := range recs {
		r := &recs[i]
		b, ok := r.Body.(*fact.Customer)
		if !ok {
			continue
		}
		j, err := json.Marshal(b)
		if err != nil {
			return err
		}
		rev := state.Revision(r)
		u.Add(state.Key(r.Shop, b.Customer, r.Source), rev, r.Shop, b.Customer, r.Source, rev, fact.Precedence(r.Source), string(j))
	}
	return u.Flush(ctx, t)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Customer finds a customer as the best source describes them; ok is false where none does.
func (v *View) Customer(ctx context.Context, shop, id string) (c fact.Customer, ok bool, err error) {
	var body string
	err = v.db.QueryRow(ctx, "SELECT body FROM customer WHERE shop = ? AND customer = ? ORDER BY rank, rev DESC, source LIMIT 1", []any{shop, id}, &body)
	if errors.Is(err, sqldb.ErrNoRows) {
		return c, false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &c)
	}
	return c, err == nil, err
}
