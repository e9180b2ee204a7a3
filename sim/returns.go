package sim

import (
	"fmt"
	"math"

	"almanac/fact"
)

// returned decides what comes back of a line, why, and in what state.
func (w *World) returned(arrives int, p *person, order string, n int, l line) {
	c := &w.config.Returns
	pr := &w.goods.products[l.product]
	st := &w.goods.styles[pr.style]
	r := chanceOf(w.config.Seed, forReturn, uint64(p.id), uint64(p.done), uint64(n))
	// Three causes; their weights are such that they come to the configured share of units.
	misfit := 0.
	if pr.size >= 0 {
		misfit = c.Fit * math.Min(1.5, math.Abs(float64(pr.size)-p.size-st.fit))
	}
	faulty := 2.2 * (1 - st.quality) * (1 - st.quality)
	habit := .35 * math.Exp(.8*w.habit(p))
	chance := math.Min(.95, c.Online*(.58*habit+1.9*misfit+4.8*faulty))
	u, days := r.Float64(), 4+r.IntN(16)
	reason, resale, abuse := "changed my mind", true, ""
	switch {
	case p.abuser && c.Online > 0 && r.happens(.7):
		u, days, abuse = 0, 5+r.IntN(9), "wardrobing"
		reason = "does not fit"
		resale = false
		if p.id%3 == 0 {
			abuse, reason = "brick in the box", "damaged on arrival"
		}
	case misfit > .6 && r.happens(.8):
		reason = "does not fit"
	case faulty > .25 && r.happens(.7):
		reason, resale = "faulty", false
	}
	if u >= chance && abuse == "" {
		return
	}
	units := l.units
	if units > 1 && r.happens(.5) {
		units = 1 + r.IntN(units)
	}
	if abuse != "" {
		w.truth(Truth{Kind: "abuse", Day: arrives + days, ID: fmt.Sprint(p.id), SKU: pr.sku, Value: float64(units), Note: abuse + " of order " + order})
	}
	at := 9*60 + r.IntN(480)
	w.later(arrives+days, func(d int) { w.takeBack(d, at, order, n, l, units, reason, resale) })
	if reason == "faulty" {
		w.ticket(arrives+2, fmt.Sprint(order, "/", n+1), order, pr.sku, "faulty goods", "It broke on the second day.", r)
	}
}

// habit of returning, standard normal over people.
func (w *World) habit(p *person) float64 {
	return chanceOf(w.config.Seed, forReturn, uint64(p.id)).NormFloat64()
}

func (w *World) takeBack(d, minute int, order string, n int, l line, units int, reason string, resale bool) {
	gross := int64(units) * l.price
	at := w.at(d, minute)
	doc := fmt.Sprintf("R%s-%d", order, n+1)
	tax := w.config.Catalogue.Tax
	ok := resale
	w.tell("shop:main", doc+"/1", at, &fact.OrderReversal{Document: doc, Line: "1", Order: order, OrigLine: fmt.Sprint(n + 1), SKU: w.goods.products[l.product].sku, Units: int64(units), Currency: w.config.Currency,
		Gross: gross, Tax: int64(math.Round(float64(gross) * tax / (1 + tax))), TaxIncl: true, Reason: reason, Resale: &ok})
	w.tell("pay:main", "refund/"+doc, at.Add(3_600_000_000_000), &fact.Refund{Order: order, Refund: doc, Currency: w.config.Currency, Amount: gross, Reason: reason})
	w.sums.ReturnedUnits += int64(units)
	w.sums.Refunds += w.net(gross)
	w.sums.Shipping += 320
	w.truth(Truth{Kind: "return", Day: d, ID: order, SKU: w.goods.products[l.product].sku, Value: float64(units), Note: reason})
	if resale {
		w.sums.Goods -= int64(units) * w.cost(l.product)
		w.move(l.product, 0, units, at, "returned", doc)
		return
	}
	w.sums.Goods -= int64(units) * w.cost(l.product)
	w.sums.Spoilt += int64(units) * w.cost(l.product)
}

// afterwards some write what they think; the words agree with what happened.
func (w *World) afterwards(arrives int, p *person, order string, basket []line) {
	r := chanceOf(w.config.Seed, forReturn, uint64(p.id), uint64(p.done), 1<<20)
	l := basket[0]
	st := &w.goods.styles[w.goods.products[l.product].style]
	if !r.happens(w.config.Returns.Reviews) {
		return
	}
	score := 1 + 4*st.quality + .5*r.NormFloat64()
	if w.goods.products[l.product].size >= 0 {
		score -= math.Min(1.5, math.Abs(st.fit))
	}
	rating := int(math.Max(1, math.Min(5, math.Round(score))))
	text := [...]string{"Broke within a week. I want my money back.", "Disappointing, not what the picture shows.", "It is all right.", "Good quality, arrived quickly.", "Excellent, I would buy it again."}[rating-1]
	if st.fit > .4 {
		text += " Runs small."
	} else if st.fit < -.4 {
		text += " Runs large."
	}
	sku := w.goods.products[l.product].sku
	days := 2 + r.IntN(12)
	w.later(arrives+days, func(d int) {
		w.tell("reviews:main", "review/"+order, w.at(d, 19*60), &fact.Review{SKU: sku, Rating: rating, Text: text})
	})
}
