package demand

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/stats"
)

// conformal follows over the past cut-offs, in their order in time, by how much bands and sums over lead times had to be wider than they came, by
// class: slow sellers, whose bands are made of zeros and ones, err otherwise than fast ones, and products too young for the combination
// otherwise than others. Scores are factors in place of distances, since products differ in size, and have a side of their own (conformalized
// quantile regression: Romano, Patterson and Candès 2019, NeurIPS 32). The weeks after one cut-off share one market, so a cut-off counts as one
// observation: each moves the logarithm of a factor a step towards what it would have needed itself (quantile tracking: Angelopoulos, Candès and Tibshirani
// 2023, "Conformal PID control for time series prediction", NeurIPS 36, after Gibbs and Candès 2021, "Adaptive conformal inference under distribution shift",
// NeurIPS 34; here with a cut-off's whole sample in place of one miss). The mean of sums may be corrected for bias besides: by what came of a class per unit that
// was expected.
type conformal struct {
	together, below, above [len(forecast.Bands)][classes]tracked // of both sides of a band, and of each
	sum                    [laws][len(leadWeeks)][classes]tracked
	lift                   [classes]tracked
	// loss are the interval scores with each of the ownShares, sumLoss the pinball losses of sums as they come and corrected for bias, of cut-offs that had not
	// taught yet.
	loss    [len(forecast.Bands)][len(ownShares)]float64
	sumLoss [laws]float64
	new     needs // of the newest cut-off, and of older ones that were too few to teach
}

const (
	// classes are three sizes of demand, of products too young for the combination and of others.
	classes = 6
	// enoughWeeks is how many weeks a class of products needs for a cut-off to teach its bands, enoughSums how many sums, enoughUnits how many units
	// expected and sold.
	enoughWeeks, enoughSums, enoughUnits = 100, 50, 50
	// A factor outside these says that something else is wrong than the width, and a bias beyond mostLift that something else is wrong than the level.
	leastStretch, mostStretch, mostLift = 0.5, 3.0, 2.0
	// likeCutoffs is how many cut-offs what is taken for right beforehand is worth.
	likeCutoffs = 1.0
	// unsure is how much wider all factors are made, divided by the cut-offs they were learnt from and one: what is known from few cut-offs is as often too
	// small as too large, and too small costs more.
	unsure = 0.1
	// leastStep is what the newest cut-off counts at least, however many there were.
	leastStep = 1.0 / 4
)

// Sums are taken as they come, or with their mean corrected for bias where that would have cost less at later cut-offs.
const (
	plain = iota
	corrected
	laws
)

// ownShares are how far the two sides of a band may go their own ways. That past errors leaned to one side was partly the market of those
// weeks, so sides part only as far as later cut-offs would have had bands of it that score better by a share of partingGain.
var ownShares = [...]float64{0, 0.5, 1}

const partingGain = 0.01

// narrow is how much too narrow the bands of 50, 80 and 95 % that a single method reads off a few weeks of its own are taken to be beforehand, and
// narrowSum the same of its sums over [leadWeeks].
var (
	narrow    = [len(forecast.Bands)]float64{1.2, 1.4, 1.8}
	narrowSum = [len(leadWeeks)]float64{1.2, 1.4, 1.6}
)

// tracked is the logarithm of a factor, and how many cut-offs have moved it.
type tracked struct {
	log     float64
	cutoffs int
}

// towards moves a factor to what a cut-off needed: all cut-offs and the prior count alike at first, and the newest never less than leastStep.
func (t *tracked) towards(needed float64) {
	t.cutoffs++
	t.log += math.Max(leastStep, 1/(float64(t.cutoffs)+likeCutoffs)) * (math.Log(needed) - t.log)
}

// wide is the logarithm of the factor to use: what is taken for right beforehand stays as it is.
func (t tracked) wide() float64 {
	if t.cutoffs == 0 {
		return t.log
	}
	return t.log + math.Log1p(unsure/float64(t.cutoffs+1))
}

// newConformal holds what is taken for right beforehand.
func newConformal() *conformal {
	c := &conformal{}
	for class := range classes / 2 {
		for b := range forecast.Bands {
			before := tracked{log: math.Log(narrow[b])}
			c.together[b][class], c.below[b][class], c.above[b][class] = before, before, before
		}
		for l := range leadWeeks {
			for way := range c.sum {
				c.sum[way][l][class].log = math.Log(narrowSum[l])
			}
		}
	}
	return c
}

// needs gathers by which factor each band would have had to be stretched to hold what came, negative where that was below the middle; by which
// the deviation of each sum; and what was expected and came.
type needs struct {
	bands          [len(forecast.Bands)][classes][]float64
	sums           [laws][len(leadWeeks)][classes][]float64
	expected, came [classes]float64
}

// add notes what came of one forecast.
func (n *needs) add(f forecast.Forecast, class int, actual []float64, sums sumNeeds) {
	for h, y := range actual[:min(len(actual), len(f.Mean))] {
		if !finite(y) || !finite(f.Mean[h]) {
			continue
		}
		n.expected[class] += f.Mean[h]
		n.came[class] += y
		for b := range forecast.Bands {
			low, high := f.Band(b)
			if need := needed(y, low[h], f.P50[h], high[h]); !math.IsNaN(need) {
				n.bands[b][class] = append(n.bands[b][class], need)
			}
		}
	}
	for way := range sums.factor {
		for l, need := range sums.factor[way] {
			if !math.IsNaN(need) {
				n.sums[way][l][class] = append(n.sums[way][l][class], need)
			}
		}
	}
}

// needed is the factor on the side of a band on which a value lies, negative below the middle; infinite where the band has no width there.
func needed(y, low, middle, high float64) float64 {
	switch {
	case y > middle:
		return (y - middle) / math.Max(high-middle, 0)
	case y < middle:
		return (y - middle) / math.Max(middle-low, 0)
	case y == middle:
		return 0
	}
	return math.NaN()
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// sumNeeds are the least factors on the deviation of a forecast's sums over [leadWeeks] with which their service quantiles hold what came, from
// leastStretch on, in both ways; infinite where even mostStretch does not, NaN where what came is not known. loss is the pinball loss of those quantiles with
// the factors known before.
type sumNeeds struct {
	factor [laws][len(leadWeeks)]float64
	loss   [laws]float64
}

func (c *conformal) sums(f forecast.Forecast, class int, actual []float64) (out sumNeeds) {
	for way := range laws {
		lift := 1.0
		if way == corrected {
			lift = math.Exp(c.lift[class].log)
		}
		for l, weeks := range leadWeeks {
			out.factor[way][l] = math.NaN()
			if weeks > len(actual) || weeks > len(f.Mean) {
				continue
			}
			if sum := floats.Sum(actual[:weeks]); finite(sum) {
				mean, deviation := lift*f.SumMean(float64(weeks)), f.Spread.SD(float64(weeks))
				out.factor[way][l] = sumNeed(mean, deviation, sum)
				out.loss[way] += stats.Pinball(sum, forecast.DemandQuantile(mean, math.Exp(c.sum[way][l][class].wide())*deviation, service), service)
			}
		}
	}
	return out
}

// sumNeed finds it by bisection, to a few hundredths.
func sumNeed(mean, deviation, sum float64) float64 {
	holds := func(k float64) bool { return sum <= forecast.DemandQuantile(mean, k*deviation, service) }
	low := leastStretch
	if holds(low) { // so do most
		return low
	}
	for _, high := range [...]float64{1, 1.75, mostStretch} {
		if !holds(high) { // the quantile rises with the deviation up to about twice the mean, and beyond that no factor helps
			low = high
			continue
		}
		for range 5 {
			if middle := (low + high) / 2; holds(middle) {
				high = middle
			} else {
				low = middle
			}
		}
		return high
	}
	return math.Inf(1)
}

// learn moves all factors by what one more cut-off needed. Classes of which it has too little wait for the next.
func (c *conformal) learn() {
	stretched := func(need float64) float64 { return math.Min(math.Max(need, leastStretch), mostStretch) }
	n := &c.new
	for class := range classes {
		for b, share := range forecast.Bands {
			of := n.bands[b][class]
			if len(of) < enoughWeeks {
				continue
			}
			slices.Sort(of)
			c.above[b][class].towards(stretched(least(of, (1+share)/2)))
			for k, need := range of {
				of[k] = -need
			}
			slices.Reverse(of)
			c.below[b][class].towards(stretched(least(of, (1+share)/2)))
			for k, need := range of {
				of[k] = math.Abs(need)
			}
			slices.Sort(of)
			c.together[b][class].towards(stretched(least(of, share)))
			n.bands[b][class] = of[:0]
		}
		for way := range laws {
			for l := range leadWeeks {
				if of := n.sums[way][l][class]; len(of) >= enoughSums {
					slices.Sort(of)
					c.sum[way][l][class].towards(stretched(least(of, service)))
					n.sums[way][l][class] = of[:0]
				}
			}
		}
		if n.expected[class] >= enoughUnits && n.came[class] >= enoughUnits {
			c.lift[class].towards(math.Min(math.Max(n.came[class]/n.expected[class], 1/mostLift), mostLift))
			n.expected[class], n.came[class] = 0, 0
		}
	}
}

// least is the smallest of sorted needs that is enough for a share of as many and one more.
func least(sorted []float64, share float64) float64 {
	return sorted[min(int(math.Ceil(share*float64(len(sorted)+1)))-1, len(sorted)-1)]
}

// stretch is what is known so far.
func (c *conformal) stretch() (s stretch) {
	for b := range forecast.Bands {
		best := 0
		for k, loss := range c.loss[b] {
			if loss < (1-partingGain)*c.loss[b][0] && loss < c.loss[b][best] {
				best = k
			}
		}
		s.side[b] = c.sides(b, ownShares[best])
	}
	way := plain
	if c.sumLoss[corrected] < (1-leastGain)*c.sumLoss[plain] {
		way = corrected
	}
	for class := range classes {
		for l := range leadWeeks {
			s.sum[l][class] = math.Exp(c.sum[way][l][class].wide())
		}
		if s.lift[class] = 1; way == corrected {
			s.lift[class] = math.Exp(c.lift[class].log)
		}
	}
	return s
}

// sides are the factors of a band below and above the middle where they go a share of their own ways.
func (c *conformal) sides(b int, own float64) (out [classes]side) {
	for class := range classes {
		both := (1 - own) * c.together[b][class].wide()
		out[class] = side{math.Exp(both + own*c.below[b][class].wide()), math.Exp(both + own*c.above[b][class].wide())}
	}
	return out
}

// tried are the bands' sides with each of the ownShares.
func (c *conformal) tried() (out [len(forecast.Bands)][len(ownShares)][classes]side) {
	for b := range out {
		for k, own := range ownShares {
			out[b][k] = c.sides(b, own)
		}
	}
	return out
}
