package sim

import (
	"fmt"
	"math"

	"almanac/fact"
)

// usualPrice of a product, minor units with tax.
func (w *World) usualPrice(p int) int64 {
	return int64(math.Round(w.goods.styles[w.goods.products[p].style].price * 100))
}

// rival is the price of a rival beside ours, on a day: it wanders slowly around 1.
func (w *World) rival(style, d int) float64 {
	c := chanceOf(w.config.Seed, forRivals, uint64(style))
	a, b, phase := .06+.05*c.Float64(), 40+80*c.Float64(), 7*c.Float64()
	return 1 + a*math.Sin(float64(d)/b*2*math.Pi+phase)
}

// price sets the prices of the day. The merchant's own way: promotions of a style for a week or two, more often when
// demand is high, as in life, so that who compares prices with sales alone is led astray.
func (w *World) price(d int) {
	for i := range w.goods.styles {
		st := &w.goods.styles[i]
		if !st.sold(d) {
			continue
		}
		cut := w.cut(i, d)
		w.pulled[i] = w.pull(i, d)
		for _, p := range st.variants {
			want := int64(math.Round(float64(w.usualPrice(p)) * (1 - cut)))
			if w.policy.Price != nil {
				want = w.policy.Price(w.shelf(d, p), want)
			}
			if amount, ok := w.set[p]; ok {
				want = amount
			}
			if want != w.prices[p] {
				w.prices[p] = want
				body := &fact.Price{SKU: w.goods.products[p].sku, Currency: w.config.Currency, Amount: want, TaxIncluded: true}
				if want < w.usualPrice(p) {
					body.ListPrice = w.usualPrice(p)
				}
				at := w.at(d, 4*60)
				w.tell("shop:main", fmt.Sprint(body.SKU, "@", d), at, body)
			}
		}
		if h := w.config.Hostility.Reference; h > 0 {
			w.seen[i] += h * (float64(w.prices[st.variants[0]])/float64(w.usualPrice(st.variants[0])) - w.seen[i])
		}
		if d%7 == i%7 && w.config.Demand.Cross != 0 {
			w.tell("signals:rivals", fmt.Sprint("rival/", i, "/", d), w.at(d, 2*60), &fact.Signal{Name: "rival price", SKU: w.goods.products[st.variants[0]].sku,
				Value: math.Round(st.price*w.rival(i, d)*100) / 100, Unit: w.config.Currency})
		}
	}
}

// cut is the share by which a style is reduced on a day. Promotions begin on Mondays and last one or two weeks.
func (w *World) cut(i, d int) float64 {
	if w.config.Demand.Promotions == 0 {
		return 0
	}
	for back := range 2 {
		week := (d+before)/7 - back
		r := chanceOf(w.config.Seed, forPrices, uint64(i), uint64(week))
		share := w.config.Demand.Promotions / 1.5
		if level := w.calendar.usual[min(len(w.calendar.usual)-1, max(0, week*7))]; level > 1 {
			share *= 1 + 3*w.config.Demand.Follow*(level-1)
		}
		if r.happens(share) && (back == 0 || r.happens(.5)) {
			return math.Min(.7, w.config.Demand.Cut*(.5+r.Float64()))
		}
	}
	return 0
}

// pull is how much of the demand after a promotion was bought during it.
func (w *World) pull(i, d int) float64 {
	if w.config.Demand.PullForward == 0 || w.cut(i, d) > 0 {
		return 1
	}
	if c := w.cut(i, d-7); c > 0 {
		return 1 - w.config.Demand.PullForward*c/math.Max(.01, w.config.Demand.Cut)*.5
	}
	return 1
}

// appeal is the chance that somebody who wants a product buys it at today's price.
func (w *World) appeal(p, d int, who *person) float64 {
	pr := &w.goods.products[p]
	st := &w.goods.styles[pr.style]
	k := &w.goods.categories[st.category]
	ratio := float64(w.prices[p]) / float64(w.usualPrice(p)) / w.seen[pr.style]
	e := k.elasticity
	if who != nil {
		e *= who.price
	}
	v := usualBuy * math.Pow(ratio, e) * w.pulled[pr.style]
	if w.config.Demand.Cross != 0 {
		v *= math.Pow(w.rival(pr.style, d), w.config.Demand.Cross)
	}
	return math.Min(1, v)
}
