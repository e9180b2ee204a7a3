package forecast

import "math"

// Spread is how uncertainty adds up over steps: the root mean square error of a sum over L steps is Scale·L^Growth.
// Growth ½ is what independent errors give; 1 is what a level that is off for good gives; real products lie between.
// Two numbers per product are enough to set a reorder point for any lead time, which is why artefacts keep these and
// not the errors themselves.
type Spread struct {
	Scale  float64
	Growth float64
}

// SD is the standard deviation of the demand summed over steps (which may be fractional); 0 for steps ≤ 0.
func (s Spread) SD(steps float64) float64 {
	if steps <= 0 {
		return 0
	}
	return s.Scale * math.Pow(steps, s.Growth)
}

const (
	// priorErrors is how many errors the assumption "varies as a Poisson count of that mean" is worth. It carries a
	// product with one week of history and is forgotten by one with a year.
	priorErrors = 4
	// priorSums is the same for the assumption that errors are independent.
	priorSums = 20
)

// spread measures Scale from one-step errors and Growth from sums over spreadSteps steps. Root mean squares about zero,
// not about their mean: what a method misses systematically is part of the risk.
func (e *misses) spread(mean float64) Spread {
	one := e.byStep[0]
	n := float64(len(one))
	s := Spread{
		Scale:  math.Sqrt((sumOfSquares(one) + priorErrors*mean) / (n + priorErrors)),
		Growth: 0.5,
	}
	k := float64(len(e.sums))
	single, sum := sumOfSquares(one), sumOfSquares(e.sums)
	if single > 0 && sum > 0 && k > 0 {
		ratio := math.Sqrt((sum / k) / (single / n))
		measured := math.Min(math.Max(math.Log(ratio)/math.Log(spreadSteps), 0.5), 1)
		s.Growth += (measured - 0.5) * k / (k + priorSums)
	}
	return s
}

func sumOfSquares(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// SumMean is the expected demand of the next steps together. Steps may be fractional (10 days of weekly steps are
// 10/7), are spread within a step as [Forecast.Parts] say, and may pass the horizon, beyond which the mean of the horizon continues.
func (f Forecast) SumMean(steps float64) float64 {
	if steps <= 0 || len(f.Mean) == 0 {
		return 0
	}
	var sum float64
	for h, m := range f.Mean {
		part := math.Min(1, steps-float64(h))
		if part <= 0 {
			return sum
		}
		sum += f.until(part) * m
	}
	return sum + f.until(math.Max(0, steps-float64(len(f.Mean))))*meanOf(f.Mean)
}

// until is the share of a step that falls before a part of it is over; of several steps, whole ones count one each.
func (f Forecast) until(part float64) float64 {
	n := float64(len(f.Parts))
	if n == 0 {
		return part
	}
	whole, rest := math.Modf(part + 1e-9) // a day is no exact part of a week
	for k, share := range f.Parts {
		whole += share * math.Min(1, math.Max(0, rest*n-float64(k)))
	}
	return whole
}

// PartsFrom are the [Forecast.Parts] of steps that begin so many steps later; nil where steps are even.
func (f Forecast) PartsFrom(steps float64) []float64 {
	if f.Parts == nil {
		return nil
	}
	_, begin := math.Modf(math.Max(0, steps))
	out := make([]float64, len(f.Parts))
	for k := range out {
		n := float64(len(out))
		out[k] = f.until(begin+float64(k+1)/n) - f.until(begin+float64(k)/n)
	}
	return out
}

// SumQuantile is the p-quantile of the demand summed over a lead time with the given mean and standard deviation, both
// in steps. A lead time that varies adds its own variance: σ² = SD(L)² + d²·σ_L² with d the mean demand per step (Silver,
// Pyke and Thomas 2017, "Inventory and Production Management in Supply Chains", 4th ed., chapter 6, with the first term
// measured instead of L·σ_d²). The shape is that of [DemandQuantile]. Never above [Forecast.Most] per step. A longer sum over a lead time
// that is certain is not less than a shorter one, but for the rounding to whole units: where demand falls or rises steeply, and the law of the sum becomes another one, the sum until then is a
// lower bound.
func (f Forecast) SumQuantile(steps, stepsSD, p float64) float64 {
	if steps <= 0 {
		return 0
	}
	q, before := f.sumQuantile(steps, stepsSD, p), 0.0
	for h := 0; h < len(f.Mean) && float64(h) < steps; h++ {
		if m := f.Mean[h] * float64(h); m < steep*before || before < steep*m {
			q = math.Max(q, f.sumQuantile(float64(h), stepsSD, p))
		}
		before += f.Mean[h]
	}
	return q
}

// steep is below which part of the mean before it demand falls steeply, or of which it rises so.
const steep = 0.75

func (f Forecast) sumQuantile(steps, stepsSD, p float64) float64 {
	mean := f.SumMean(steps)
	sd := f.Spread.SD(steps)
	if stepsSD > 0 {
		sd = math.Hypot(sd, mean/steps*stepsSD)
	}
	return clamp(DemandQuantile(mean, sd, p), f.Most*math.Max(1, steps))
}
