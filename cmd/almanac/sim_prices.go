package main

import (
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"almanac/evaluate/data"
	"almanac/fact"
)

// response is how sales answer to price: the elasticity of units within each product (and store), from how its units
// are spread over times of different prices: Σ units·ln p − Σ units · mean of ln p under p^e (conditional Poisson
// likelihood, Hausman, Hall and Griliches 1984). Naive: nothing else that moves sales is taken out.
type response struct {
	Groups     int     `json:"groups"`
	Elasticity float64 `json:"elasticity"`
}

// priced is units sold at a price.
type priced struct{ units, log float64 }

func respond(groups map[string][]priced) response {
	e := 0.
	for range 60 {
		var score, information float64
		for _, g := range groups {
			var w, wx, wxx, n, s float64
			for _, p := range g {
				k := math.Exp(e * p.log)
				w, wx, wxx = w+k, wx+k*p.log, wxx+k*p.log*p.log
				n, s = n+p.units, s+p.units*p.log
			}
			score += s - n*wx/w
			information += n * (wxx/w - wx*wx/w/w)
		}
		if information <= 0 {
			return response{}
		}
		step := score / information
		e += max(-1, min(1, step))
		if math.Abs(step) < 1e-9 {
			break
		}
	}
	return response{len(groups), e}
}

// priceBook collects what was sold of each product on each day at which price.
type priceBook struct {
	start  time.Time
	prices map[string][]fact.Fact
	sold   map[string]map[int]float64
	last   int
}

func newPriceBook(start time.Time) *priceBook {
	return &priceBook{start: start, prices: map[string][]fact.Fact{}, sold: map[string]map[int]float64{}}
}

func (k *priceBook) add(f fact.Fact) {
	day := int(f.OccurredAt.Sub(k.start).Hours() / 24)
	k.last = max(k.last, day)
	switch b := f.Body.(type) {
	case *fact.Price:
		k.prices[b.SKU] = append(k.prices[b.SKU], f)
	case *fact.OrderLine:
		if k.sold[b.SKU] == nil {
			k.sold[b.SKU] = map[int]float64{}
		}
		k.sold[b.SKU][day] += float64(b.Units)
	}
}

func (k *priceBook) response() response {
	groups := map[string][]priced{}
	for sku, ps := range k.prices {
		slices.SortFunc(ps, func(a, b fact.Fact) int { return a.OccurredAt.Compare(b.OccurredAt) })
		for i, f := range ps {
			b, ok := f.Body.(*fact.Price)
			if !ok || b.Amount <= 0 {
				continue
			}
			until := k.last + 1
			if i+1 < len(ps) {
				until = int(ps[i+1].OccurredAt.Sub(k.start).Hours() / 24)
			}
			for d := int(f.OccurredAt.Sub(k.start).Hours() / 24); d < until; d++ {
				groups[sku] = append(groups[sku], priced{k.sold[sku][d], math.Log(float64(b.Amount))})
			}
		}
	}
	return respond(groups)
}

// dominicks reads weekly movement by store and brand with the prices of all brands (price1, price2 …).
func dominicks(path string) (response, error) {
	groups, err := data.Read(path, func(r io.Reader) (map[string][]priced, error) {
		t, err := data.NewTable(r, "store", "brand", "logmove", "price1")
		if err != nil {
			return nil, &hint{err, "It should have store, brand, week, logmove, price1, price2 and so on.", exitUsage}
		}
		groups := map[string][]priced{}
		return groups, t.Each(func() error {
			move, err1 := strconv.ParseFloat(t.Get("logmove"), 64)
			price, err2 := strconv.ParseFloat(t.Get("price"+t.Get("brand")), 64)
			if err1 == nil && err2 == nil && price > 0 {
				k := t.Get("store") + "/" + t.Get("brand")
				groups[k] = append(groups[k], priced{math.Exp(move), math.Log(price)})
			}
			return nil
		})
	})
	if err != nil {
		return response{}, err
	}
	return respond(groups), nil
}
