package markdown

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/model/forecast"
	"almanac/predict/price"
	"almanac/state/catalog"
	"almanac/state/stock"
)

// offer is what is known of one product, and what its price could be.
type offer struct {
	sku     string
	product catalog.Product
	pos     stock.Position
	asked   catalog.Price
	cost    catalog.Cost
	answer  price.Answer
	history int
	weeks   float64   // of the horizon
	stock   float64   // units to be sold, those on their way included
	demand  []float64 // quantiles of the demand over the horizon at the present price, evenly spaced
	slopes  []float64 // quantiles of the elasticity, evenly spaced
	points  []point   // prices that were weighed, the present one first
	best    *point
	binds   string // the guardrail that kept the price from going lower
}

// point is one price and what comes of it.
type point struct {
	amount int64      // asking price, minor units
	gain   [3]float64 // P10, P50, P90 of the money beside keeping the price, minor units
	mean   float64
	units  float64 // sold over the horizon, mean
	left   float64 // at its end, mean
	money  float64 // over the horizon, mean
}

const (
	demands = 19 // quantiles at 1/20 … 19/20
	slopes  = 9
)

// spreadDemand finds the quantiles; ahead is how many weeks of the forecast have passed.
func (o *offer) spreadDemand(f forecast.Forecast, ahead float64) {
	ahead = math.Max(0, ahead)
	mean := f.SumMean(ahead+o.weeks) - f.SumMean(ahead)
	sd := f.Spread.SD(o.weeks)
	for i := range demands {
		o.demand = append(o.demand, math.Min(forecast.DemandQuantile(mean, sd, float64(i+1)/(demands+1)), f.Most*o.weeks))
	}
	for i := range slopes {
		// No price sells less for being lower: what of the interval lies above 0 counts as 0.
		o.slopes = append(o.slopes, math.Min(0, o.answer.Value+o.answer.SD*distuv.UnitNormal.Quantile((float64(i)+.5)/slopes)))
	}
}

// wanted is a quantile of the demand at the present price.
func (o *offer) wanted(p float64) float64 { return o.demand[int(p*(demands+1))-1] }

// outcome is what comes of a price under one demand (at the present price) and one elasticity.
func (o *offer) outcome(s Settings, amount int64, wanted, slope float64) (money, sold float64) {
	ratio := float64(amount) / float64(o.asked.Amount)
	wanted *= math.Pow(ratio, slope)
	sold = math.Min(o.stock, wanted)
	cost := float64(o.cost.Amount)
	waiting := (o.stock - wanted/2) * o.weeks // unit weeks on the shelf
	if wanted > o.stock {
		waiting = o.stock * o.weeks * o.stock / wanted / 2
	}
	return sold*(float64(amount)*o.answer.Kept-cost) - (o.stock-sold)*cost*(1-s.Salvage) - waiting*cost*s.HoldingRate/52, sold
}

// weigh finds what comes of a price, in the mean and beside keeping the present one.
func (o *offer) weigh(s Settings, amount int64) point {
	p := point{amount: amount}
	gains := make([]float64, 0, demands*slopes)
	for _, d := range o.demand {
		for _, e := range o.slopes {
			money, sold := o.outcome(s, amount, d, e)
			before, _ := o.outcome(s, o.asked.Amount, d, e)
			gains = append(gains, money-before)
			p.money, p.units, p.mean = p.money+money, p.units+sold, p.mean+money-before
		}
	}
	n := float64(len(gains))
	p.money, p.units, p.mean = p.money/n, p.units/n, p.mean/n
	p.left = o.stock - p.units
	slices.Sort(gains)
	for i, q := range [...]float64{0.1, 0.5, 0.9} {
		p.gain[i] = gains[int(q*n)]
	}
	return p
}

// cuts are weighed in steps of this share of the price.
const cuts = 0.05

// choose weighs cuts of 5, 10, … % as far as guardrails allow and takes the one that earns most in the mean.
func (o *offer) choose(in Input) {
	o.points = append(o.points, o.weigh(in.Settings, o.asked.Amount))
	lowest := o.lowest(in)
	for k := 1.; ; k++ {
		target := int64(math.Ceil(float64(o.asked.Amount)*(1-cuts*k) - 1e-6))
		amount := o.rounded(max(target, lowest), in.Currency)
		if amount < o.points[len(o.points)-1].amount {
			o.points = append(o.points, o.weigh(in.Settings, amount))
		}
		if target <= lowest {
			break
		}
	}
	best := 0
	for i, p := range o.points {
		if p.mean > o.points[best].mean {
			best = i
		}
	}
	if best > 0 {
		o.best = &o.points[best]
	}
	if best < len(o.points)-1 {
		o.binds = "" // the best lies between the limits
	}
}

// lowest is the least price that the guardrails allow, and notes which one decides.
func (o *offer) lowest(in Input) int64 {
	s := in.Settings
	floor := o.floor(s)
	step := int64(math.Ceil(float64(o.asked.Amount)*(1-s.MaxStep) - 1e-6))
	seen := int64(math.Ceil(float64(o.asked.Amount)*(1-in.Answers.Deepest) - 1e-6))
	least := max(floor, step, seen)
	switch least {
	case floor:
		o.binds = "margin"
	case step:
		o.binds = "step"
	default:
		o.binds = "seen"
	}
	return least
}

// floor is the asking price at which a unit leaves the least margin.
func (o *offer) floor(s Settings) int64 {
	return int64(math.Ceil(float64(o.cost.Amount) / (1 - s.MinMargin) / o.answer.Kept))
}

// rounded is the least price from amount on that ends as the present one does: in its last two digits, or in its last one where that
// would change small prices too much.
func (o *offer) rounded(amount int64, currency string) int64 {
	ending := int64(10)
	if fact.Exponent(currency) >= 2 && o.asked.Amount >= 2000 {
		ending = 100
	}
	return amount + ((o.asked.Amount-amount)%ending+ending)%ending
}
