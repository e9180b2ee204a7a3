// Package replay tells from logged lists what another way to choose would have earned.
//
// In go impressions: what was shown, with which probability it was drawn, what it earned, and how likely the new policy would
// have shown the same. Out comes the value per impression of the new policy with an interval. Three estimators: inverse
// propensities (unbiased, wide), the same normalised by its weights (a little biased, narrower), and doubly robust, which takes
// a model's guess and corrects it by what happened.
//
// Sources: Horvitz and Thompson (1952), JASA 47 (IPS); Swaminathan and Joachims (2015), "The self-normalized estimator for
// counterfactual learning", NIPS (SNIPS, its variance by the delta method); Dudík, Erhan, Langford and Li (2014), "Doubly
// robust policy evaluation and optimization", Statistical Science 29(4), eq. 3.
package replay

import (
	"errors"
	"fmt"
	"math"
)

// Impression is one decision of the past.
type Impression struct {
	Propensity float64 // with which the logging policy chose it, above 0, at most 1
	Target     float64 // with which the new policy would have chosen it, 0 to 1
	Reward     float64 // margin, revenue or 0/1
	// Guess is a model's estimate of the reward of what was chosen, and Expected that of what the new policy would choose,
	// averaged over its choices. Both 0 where there is no model.
	Guess, Expected float64
}

// Estimate is a value per impression with the interval that holds it in the share of cases asked for.
type Estimate struct {
	Value, Low, High float64
	// Effective is how many impressions the weights are worth: (Σw)²/Σw² (Kish). Few mean that the past cannot tell.
	Effective float64
	Largest   float64 // weight
}

// Estimates are the three answers.
type Estimates struct{ IPS, SNIPS, DR Estimate }

// ErrPropensity says that an impression's probability is not one.
var ErrPropensity = errors.New("a propensity must be above 0 and at most 1")

// Value estimates what a policy would have earned per impression. z is the normal quantile of the interval (1.645 for 90 %).
// Errors name the impression. Without impressions all is NaN.
func Value(log []Impression, z float64) (Estimates, error) {
	n := float64(len(log))
	var w, w2, most float64
	for i, x := range log {
		if !(x.Propensity > 0 && x.Propensity <= 1) {
			return Estimates{}, fmt.Errorf("impression %d has the propensity %g: %w", i, x.Propensity, ErrPropensity)
		}
		v := x.Target / x.Propensity
		w, w2, most = w+v, w2+v*v, math.Max(most, v)
	}
	effective := 0.0
	if w2 > 0 {
		effective = w * w / w2
	}
	of := func(term func(Impression) float64) Estimate {
		var sum, square float64
		for _, x := range log {
			v := term(x)
			sum, square = sum+v, square+v*v
		}
		mean := sum / n
		sd := math.Sqrt(math.Max(0, square/n-mean*mean) / math.Max(1, n-1))
		return Estimate{mean, mean - z*sd, mean + z*sd, effective, most}
	}
	e := Estimates{
		IPS: of(func(x Impression) float64 { return x.Target / x.Propensity * x.Reward }),
		DR: of(func(x Impression) float64 {
			return x.Expected + x.Target/x.Propensity*(x.Reward-x.Guess)
		}),
	}
	e.SNIPS = normalised(log, w, z)
	e.SNIPS.Effective, e.SNIPS.Largest = effective, most
	return e, nil
}

// normalised is Σwr/Σw with the variance Σw²(r−v)²/(Σw)².
func normalised(log []Impression, w, z float64) Estimate {
	var sum, square float64
	for _, x := range log {
		sum += x.Target / x.Propensity * x.Reward
	}
	v := sum / w
	for _, x := range log {
		d := x.Target / x.Propensity * (x.Reward - v)
		square += d * d
	}
	sd := math.Sqrt(square) / w
	return Estimate{Value: v, Low: v - z*sd, High: v + z*sd}
}

// Lift is the difference of the means of two groups of visitors, as earnings per visitor, with its interval by Welch's standard error.
func Lift(treatment, control []float64, z float64) Estimate {
	mt, vt := meanOf(treatment)
	mc, vc := meanOf(control)
	sd := math.Sqrt(vt/float64(len(treatment)) + vc/float64(len(control)))
	d := mt - mc
	return Estimate{Value: d, Low: d - z*sd, High: d + z*sd, Effective: float64(min(len(treatment), len(control))), Largest: 1}
}

func meanOf(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / math.Max(1, float64(len(x)-1))
}
