package inventory

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/forecast"
)

// Demand is demand of which mean and standard deviation are known, in units ≥ 0, with the law of
// [forecast.DemandQuantile]: negative binomial, or gamma where it is large, or Poisson and normal where it varies little.
type Demand struct{ Mean, SD float64 }

// Over is the demand of a lead time that varies: that of its mean days, and d·σL for the days themselves; SPT (6.26).
func (d Demand) Over(perDay, leadSD float64) Demand {
	return Demand{d.Mean, math.Hypot(d.SD, perDay*leadSD)}
}

type law int

const (
	none law = iota
	poissonLaw
	negativeBinomial
	gammaLaw
	normalLaw
)

func (d Demand) law() law {
	variance := d.SD * d.SD
	switch {
	case !(d.Mean > 0) || math.IsInf(d.Mean, 0):
		return none
	case variance > d.Mean && d.Mean <= 200:
		if (variance-d.Mean)/d.Mean < 1e-9 {
			return poissonLaw
		}
		return negativeBinomial
	case variance > d.Mean:
		return gammaLaw
	case d.Mean <= 10:
		return poissonLaw
	}
	return normalLaw
}

// Quantile is the least stock that is enough with probability p.
func (d Demand) Quantile(p float64) float64 { return forecast.DemandQuantile(d.Mean, d.SD, p) }

// Above is the chance that demand exceeds x.
func (d Demand) Above(x float64) float64 {
	above, _ := d.tail(x)
	return above
}

// Short is the mean of what demand exceeds x by.
func (d Demand) Short(x float64) float64 {
	_, short := d.tail(x)
	return short
}

func (d Demand) tail(x float64) (above, short float64) {
	if x < 0 {
		return 1, d.Mean - x
	}
	switch d.law() {
	case none:
		return 0, 0
	case poissonLaw:
		return d.counts(x, math.Exp(-d.Mean), func(k float64) float64 { return d.Mean / (k + 1) })
	case negativeBinomial:
		e := (d.SD*d.SD - d.Mean) / d.Mean
		return d.counts(x, math.Exp(-d.Mean*math.Log1p(e)/e), func(k float64) float64 { return (k*e + d.Mean) / ((k + 1) * (1 + e)) })
	case gammaLaw:
		g := distuv.Gamma{Alpha: d.Mean * d.Mean / (d.SD * d.SD), Beta: d.Mean / (d.SD * d.SD)}
		if x == 0 {
			return 1, d.Mean
		}
		short, _ = GammaLoss(x, g.Alpha, 1/g.Beta)
		return g.Survival(x), math.Max(0, short)
	default:
		if d.SD <= 0 {
			return map[bool]float64{true: 1}[d.Mean > x], math.Max(0, d.Mean-x)
		}
		short, _ = NormalLoss(x, d.Mean, d.SD)
		return cumulative((d.Mean - x) / d.SD), short
	}
}

// counts adds up a probability mass below x by its recurrence; x between two counts lies on the line between them.
func (d Demand) counts(x, mass float64, ratio func(k float64) float64) (above, short float64) {
	below, over := 0.0, 0.0 // P(D ≤ k), Σ (x−j)·P(D=j)
	for k := 0.0; k <= x; k++ {
		below += mass
		over += (x - k) * mass
		mass *= ratio(k)
	}
	return math.Max(0, 1-below), math.Max(0, over-x+d.Mean)
}
