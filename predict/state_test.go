package predict_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/customer"
	"almanac/predict/demand"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state/orders"
)

// year is a year of orders of 60 customers for 20 pairs of products, one in ten of them cancelled at once.
func year() []history.Record {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2011, 1, 3, 10, 0, 0, 0, time.UTC)
	var out []history.Record
	add := func(kind fact.Kind, id string, at time.Time, body fact.Body) {
		out = append(out, history.Record{Offset: int64(len(out) + 1), Fact: fact.Fact{
			Shop: "s", Source: "file:orders", ID: id, Kind: kind, OccurredAt: at, ReceivedAt: at, Body: body}})
	}
	for n := range 1500 {
		at := start.Add(time.Duration(n) * 350 * time.Minute)
		order, buyer := fmt.Sprintf("o%04d", n), fmt.Sprintf("c%02d", r.IntN(60))
		pair := r.IntN(20)
		for k, sku := range []string{fmt.Sprintf("cup %02d", pair), fmt.Sprintf("saucer %02d", pair)} {
			line := fmt.Sprintf("%d", k)
			add(fact.OrderPlaced, order+"/"+line, at, &fact.OrderLine{
				Order: order, Line: line, SKU: sku, Units: int64(1 + r.IntN(4)), Currency: "EUR", Gross: 1000, Customer: buyer})
		}
		if n%10 == 0 {
			add(fact.OrderCancelled, order+"/x", at.Add(time.Minute), &fact.OrderReversal{
				Document: "x" + order, Line: "0", Order: order, SKU: fmt.Sprintf("cup %02d", pair), Units: 1, Currency: "EUR", Gross: 500, Customer: buyer})
		}
	}
	return out
}

func TestTheTrainersLearnFromState(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		ctx, db := t.Context(), openDB()
		fold := orders.NewFold(func(string) *time.Location { return time.UTC })
		if err := db.Migrate(ctx, "state/orders", fold.Migrations()); err != nil {
			t.Fatal(err)
		}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			if err := fold.Apply(ctx, tx, year()); err != nil {
				return err
			}
			return fold.Settle(ctx, tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		view, registry := orders.Open(db), open(t, openDB()).Registry
		_, last, ok, err := view.Coverage(ctx, "s")
		if err != nil || !ok {
			t.Fatalf("coverage: %v, %v", ok, err)
		}
		cutoff := last + 1
		for q, train := range map[predict.Question]func() (predict.Version, error){
			predict.Demand: func() (predict.Version, error) {
				return demand.Trainer{Source: demand.Source{Sales: view}, Registry: registry}.Train(ctx, "s", cutoff)
			},
			predict.Affinity: func() (predict.Version, error) {
				return affinity.Trainer{Orders: view, Registry: registry}.Train(ctx, "s", cutoff)
			},
			predict.Customer: func() (predict.Version, error) {
				return customer.Trainer{Orders: view, Registry: registry}.Train(ctx, "s", cutoff)
			},
		} {
			v, err := train()
			if err != nil {
				t.Fatalf("%s: %v", q, err)
			}
			if !v.Champion || v.Card.Question != q || v.Card.Rows == 0 || v.Card.Folds == 0 {
				t.Errorf("%s: %+v", q, v)
			}
		}
		d, err := predict.Load[demand.Model](ctx, registry, "s", predict.Demand)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Model.Product) != 40 || d.Model.Start != cutoff.Monday() {
			t.Errorf("%d products from %s", len(d.Model.Product), d.Model.Start)
		}
		a, err := predict.Load[affinity.Model](ctx, registry, "s", predict.Affinity)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Model.Recommend([]string{"cup 03"}, 1, nil); len(got) != 1 || got[0].SKU != "saucer 03" {
			t.Errorf("with cup 03 goes %+v", got)
		}
		c, err := predict.Load[customer.Model](ctx, registry, "s", predict.Customer)
		if err != nil {
			t.Fatal(err)
		}
		if c.Model.Customers != 60 || c.Model.AsOf != cutoff {
			t.Errorf("%d customers as of %s", c.Model.Customers, c.Model.AsOf)
		}
	})
}
