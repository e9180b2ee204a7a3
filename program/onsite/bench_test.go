package onsite_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"almanac/program/onsite"
)

// BenchmarkRecommend answers pages of a shop with 20,000 products and 200,000 visits in memory.
func BenchmarkRecommend(b *testing.B) {
	const items, visits = 20_000, 200_000
	products := make([]onsite.Product, items)
	for i := range products {
		products[i] = onsite.Product{SKU: fmt.Sprintf("p%d", i), Category: fmt.Sprint(i / 200), Brand: fmt.Sprint(i % 300), Price: 1000, Cost: 600, Currency: "EUR", Counted: true, Stock: int64(i % 20)}
	}
	e := onsite.New(onsite.Options{Now: clock, Seed: 1})
	e.SetCatalogue(products)
	r := rand.New(rand.NewPCG(1, 2))
	draw := func() int {
		u := r.Float64()
		return int(u*u*u*items*0.999) * 7919 % items
	}
	for v := range visits {
		item := draw()
		for range 2 + r.IntN(7) {
			e.Heard(fmt.Sprint("v", v), fmt.Sprint("p", item), onsite.Looked, noon.Add(time.Duration(v-visits)*time.Second))
			item = min(items-1, max(0, item+int(r.NormFloat64()*4)))
		}
	}
	e.SetCatalogue(products)
	for _, page := range []string{"home", "product", "cart"} {
		b.Run(page, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				q := onsite.Question{Placement: page, Visitor: fmt.Sprint("v", r.IntN(visits)), N: 10}
				if page != "home" {
					q.Items = []string{fmt.Sprint("p", draw())}
				}
				if _, err := e.Recommend(q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
