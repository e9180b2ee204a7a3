package inventory

import "math"

// What customers send back and can be sold again is supply that comes with a delay: a unit sold comes back on the shelf with a chance of its
// own, after a time of its own (Fleischmann et al. 1997, "Quantitative models for reverse logistics", EJOR 103(1)). What little is
// known of a product is filled up from its category, that from the shop.

// Sale is some units of a product that were sold some whole days ago, ≥ 1.
type Sale struct {
	Product int // numbers of the caller's, from 0
	Ago     int
	Units   float64
}

// Comeback is units that came back: Days after their sale, ≥ 1.
type Comeback struct {
	Product, Days int
	Units         float64
}

// ReturnDays is how long after its sale a unit is expected back: what comes later is not counted on.
const ReturnDays = 90

// How many units sold a category's chance counts for beside a product's own, and the shop's beside a category's; the same of units that came
// back for delays.
const chanceWorth, delayWorth = 50.0, 20.0

// Return is the law of one product: Chance that a unit sold comes back on the shelf, known as well as SD says, and Within[d], the share of those
// that have by d days after their sale.
type Return struct {
	Chance, SD float64
	Within     [ReturnDays + 1]float64
}

// FitReturns learns the law of every product from what was sold, what was put back on the shelf (shelved, units by product) and after how many
// days goods came back. class gives the category of each product, from 0. Sales count as far as they have had the time to come back. Without
// any delay on record nothing is learnt: nil.
func FitReturns(class []int, sold []Sale, shelved []float64, delays []Comeback) []Return {
	classes := 0
	for _, c := range class {
		classes = max(classes, c+1)
	}
	var shop delaySum
	byClass, byProduct := make([]delaySum, classes), make([]delaySum, len(class))
	for _, d := range delays {
		if d.Days < 1 || d.Days > ReturnDays || !(d.Units > 0) {
			continue
		}
		for _, s := range []*delaySum{&shop, &byClass[class[d.Product]], &byProduct[d.Product]} {
			s.by[d.Days] += d.Units
			s.n += d.Units
		}
	}
	if shop.n == 0 {
		return nil
	}
	whole := shop.within(nil)
	of := make([]*[ReturnDays + 1]float64, classes)
	for c := range of {
		of[c] = byClass[c].within(whole)
	}
	out := make([]Return, len(class))
	for p := range out {
		out[p].Within = *byProduct[p].within(of[class[p]])
	}
	exposed, inClass, backInClass := make([]float64, len(class)), make([]float64, classes), make([]float64, classes)
	for _, s := range sold {
		if s.Ago >= 1 && s.Units > 0 {
			exposed[s.Product] += s.Units * out[s.Product].Within[min(s.Ago, ReturnDays)]
		}
	}
	var all, back float64
	for p, e := range exposed {
		inClass[class[p]] += e
		backInClass[class[p]] += shelved[p]
		all, back = all+e, back+shelved[p]
	}
	chance := math.Min(1, back/math.Max(all, 1))
	for p := range out {
		c := class[p]
		usual := (backInClass[c] + chanceWorth*chance) / (inClass[c] + chanceWorth)
		own := math.Min(1, (shelved[p]+chanceWorth*usual)/(exposed[p]+chanceWorth))
		out[p].Chance, out[p].SD = own, math.Sqrt(own*(1-own)/(exposed[p]+chanceWorth+1))
	}
	return out
}

// delaySum counts units by the days after which they came back.
type delaySum struct {
	by [ReturnDays + 1]float64
	n  float64
}

// within is the share that has come by each day, drawn to the level above where there is one.
func (s *delaySum) within(above *[ReturnDays + 1]float64) *[ReturnDays + 1]float64 {
	var out [ReturnDays + 1]float64
	sum := 0.0
	for d := range out {
		sum += s.by[d]
		if above != nil {
			out[d] = (sum + delayWorth*above[d]) / (s.n + delayWorth)
		} else {
			out[d] = sum / s.n
		}
	}
	return &out
}

// Coming is how many units come back on the shelf in the next days, and their standard deviation: of what was sold (Product is passed over),
// and of what is expected to sell on each day ahead, from today on.
func (r Return) Coming(sold []Sale, ahead []float64, days int) (mean, sd float64) {
	var exposed, variance float64
	add := func(units, share float64, sure bool) {
		if !(units > 0) || !(share > 0) {
			return
		}
		exposed += units * share
		if q := r.Chance * share; sure {
			variance += units * q * (1 - q)
		} else {
			variance += units * q // how many sell varies as well
		}
	}
	for _, s := range sold {
		if s.Ago >= 1 && s.Ago <= ReturnDays {
			add(s.Units, r.Within[min(s.Ago+days, ReturnDays)]-r.Within[s.Ago], true)
		}
	}
	for d := range min(days, len(ahead)) {
		add(ahead[d], r.Within[min(days-d, ReturnDays)], false)
	}
	return r.Chance * exposed, math.Sqrt(variance + exposed*exposed*r.SD*r.SD)
}
