package sim

import (
	"fmt"

	"almanac/fact"
)

// regions are those that warehouses and stores lie in, in turn.
var regions = []string{"North", "South"}

// tellPlaces tells what the places are: as many warehouses first as there are, then stores.
func (w *World) tellPlaces() {
	for l, name := range w.shelves.names {
		kind, n := "warehouse", l
		if l >= w.shelves.stores {
			kind, n = "store", l-w.shelves.stores
		}
		w.tell("erp:main", name, w.at(0, 60), &fact.Place{Location: name, Name: fmt.Sprintf("%s %d", map[string]string{"warehouse": "Warehouse", "store": "Store"}[kind], n+1),
			Type: kind, Region: regions[n%len(regions)]})
	}
}

// open tells what there is on the first day: places, suppliers, and enough stock to begin with.
func (w *World) open() {
	w.tellPlaces()
	at := w.at(0, 60)
	for _, s := range w.suppliers {
		w.tell("erp:main", s.id, at, &fact.Supplier{Supplier: s.id, Name: s.name, LeadDays: s.quoted, Currency: w.config.Currency, MinOrder: s.minimum})
	}
	for p := range w.goods.products {
		if st := &w.goods.styles[w.goods.products[p].style]; st.launch <= 0 {
			n := w.expected(p) * float64(w.suppliers[st.supplier].quoted+45)
			for l := range w.shelves.units {
				share, least := .12, .3
				if l < w.shelves.stores {
					share = .76 / float64(w.shelves.stores)
				}
				if l == 0 {
					least = 1 // one at least, somewhere
				}
				w.shelves.units[l][p] = int32(n*share + least)
			}
		}
	}
}

// expected is what a buyer who knows the trade expects of a product, units a day.
func (w *World) expected(p int) float64 {
	st := &w.goods.styles[w.goods.products[p].style]
	k := &w.goods.categories[st.category]
	share := st.weight / k.wheel[len(k.wheel)-1]
	of := w.goods.wheel[st.category]
	if st.category > 0 {
		of -= w.goods.wheel[st.category-1]
	}
	share *= of / w.goods.wheel[len(w.goods.wheel)-1]
	return w.daily * w.config.Basket.Lines * (1 + w.config.Basket.more(k)) * share / float64(len(st.variants))
}

// announce tells of products on the day they come, with price, cost and terms, and hides them when they go.
func (w *World) announce(d int) {
	for i := range w.goods.styles {
		st := &w.goods.styles[i]
		if d != max(0, st.launch) && d != st.end {
			continue
		}
		if st.end < w.config.days() && d == st.end {
			w.describe(i, d, true)
			continue
		}
		if st.launch < w.config.days() {
			w.describe(i, d, false)
		}
	}
}

func (w *World) describe(i, d int, hidden bool) {
	st := &w.goods.styles[i]
	k := &w.goods.categories[st.category]
	s := &w.suppliers[st.supplier]
	at := w.at(d, 3*60)
	for _, p := range st.variants {
		pr := &w.goods.products[p]
		r := chanceOf(w.config.Seed, forStyle, uint64(p), 2)
		attributes := map[string]string{"color": pr.color, "material": []string{"cotton", "steel", "oak", "wool", "glass"}[i%5]}
		if pr.size >= 0 {
			attributes["size"] = sizes[pr.size]
		}
		for _, a := range sortedKeys(attributes) {
			if r.happens(w.config.Catalogue.Gaps) {
				delete(attributes, a)
			}
		}
		body := &fact.Product{SKU: pr.sku, Group: fmt.Sprint("STYLE-", i+1), Title: st.title, Category: []string{k.department, k.name}, Brand: fmt.Sprint("Brand ", st.brand+1),
			Attributes: attributes, Hidden: hidden, URL: "/products/" + pr.sku, Supplier: s.id}
		if r.happens(w.config.Catalogue.Gaps) {
			body.Brand = ""
		}
		w.facts = append(w.facts, fact.Fact{Shop: w.config.Shop, Source: "pim:main", ID: pr.sku, Rev: int64(d), Kind: fact.ProductDescribed, OccurredAt: at, ReceivedAt: at, Body: body})
		if hidden {
			continue
		}
		w.tell("erp:main", fmt.Sprint(pr.sku, "@", d), at, &fact.Cost{SKU: pr.sku, Currency: w.config.Currency, Amount: w.cost(p), Supplier: s.id})
		w.tell("erp:main", pr.sku+"@"+s.id, at, &fact.Terms{SKU: pr.sku, Supplier: s.id, LeadDays: s.quoted, Pack: int64(s.pack)})
		w.truth(Truth{Kind: "product", Day: d, ID: fmt.Sprint("STYLE-", i+1), SKU: pr.sku, Value: k.elasticity, Note: fmt.Sprintf("quality %.2f, fit %+.2f", st.quality, st.fit)})
	}
}
