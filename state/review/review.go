// Package review answers how buyers judge products.
//
// Facts of the kind review.written go in; of each review the newest revision by the best source counts. Texts are not read: every
// review says a rating from 1 to 5.
package review

import (
	"context"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the table of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "review".
func (*Fold) Name() string { return "review" }

const columns = "shop, id, source, rev, rank, sku, rating"

// Migrations creates the table.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "reviews", SQL: []string{
		`CREATE TABLE product_review (shop {text} NOT NULL, id {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			sku {text} NOT NULL, rating {int} NOT NULL, PRIMARY KEY (shop, id, source)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{state.NewTable("product_review", columns, "shop, id, source")}
}

// Apply takes reviews in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	reviews := state.NewUpsert("product_review", columns, "shop, id, source")
	for i := range recs {
		r := &recs[i]
		if b, ok := r.Body.(*fact.Review); ok {
			rev := state.Revision(r)
			reviews.Add(state.Key(r.Shop, r.ID, r.Source), rev, r.Shop, r.ID, r.Source, rev, fact.Precedence(r.Source), b.SKU, b.Rating)
		}
	}
	return state.Flush(ctx, t, reviews)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Ratings is what the reviews of a product come to.
type Ratings struct {
	Reviews int64
	Sum     int64 // of ratings, each 1 to 5
}

// Ratings sums the reviews of each product; one without any is not in the map.
func (v *View) Ratings(ctx context.Context, shop string) (map[string]Ratings, error) {
	out := map[string]Ratings{}
	err := v.db.Query(ctx, `SELECT sku, COUNT(*), SUM(rating) FROM product_review r WHERE shop = ? AND NOT EXISTS (
			SELECT 1 FROM product_review b WHERE b.shop = r.shop AND b.id = r.id AND (b.rank < r.rank OR b.rank = r.rank AND (b.rev > r.rev OR b.rev = r.rev AND b.source < r.source)))
		GROUP BY sku`, []any{shop}, func(r sqldb.Row) error {
		var sku string
		var s Ratings
		err := r.Scan(&sku, &s.Reviews, &s.Sum)
		out[sku] = s
		return err
	})
	return out, err
}

// fewReviews is how many reviews of the shop's mean a product is given in advance.
const fewReviews = 5

// Quality is how the ratings of each product differ from the shop's mean, −1 to 1, shrunk towards it: two stars above is 1. A
// product without reviews is as good as any and not in the map.
func (v *View) Quality(ctx context.Context, shop string) (map[string]float64, error) {
	all, err := v.Ratings(ctx, shop)
	if err != nil {
		return nil, err
	}
	var n, sum int64
	for _, r := range all {
		n, sum = n+r.Reviews, sum+r.Sum
	}
	usual := float64(sum) / float64(max(1, n))
	out := make(map[string]float64, len(all))
	for sku, r := range all {
		own := (float64(r.Sum) + fewReviews*usual) / (float64(r.Reviews) + fewReviews)
		out[sku] = min(1, max(-1, (own-usual)/2))
	}
	return out, nil
}
