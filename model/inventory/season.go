package inventory

import "math"

// Season is what is left of the time in which goods are sold that nobody buys again: the newsvendor's period (Snyder and Shen 2019,
// section 4.3), with what is there and comes already, and a lead time in which only that can be sold. Arrivals are equally likely ways in
// which the lead time may turn out; Coming is what other orders bring, the earliest first.
type Season struct {
	Arrivals []Arrival
	Coming   []Coming
}

// Arrival is the demand until an order of today has come, and from then to the end of the season; the two are independent.
type Arrival struct{ Before, After Demand }

// Coming is goods that arrive after the share At of the time until an order of today would: 0 at once, 1 with it.
type Coming struct{ At, Units float64 }

// seasonLevels is how many equally likely levels the demand before an arrival is taken at.
const seasonLevels = 20

// each hands what is still there when an order comes, and what was missed until then, to fn, by chance.
func (s Season) each(available float64, fn func(chance, there, missed float64, after Demand)) {
	for _, a := range s.Arrivals {
		for i := range seasonLevels {
			there, missed := s.serve(available, a.Before.Quantile((float64(i)+0.5)/seasonLevels))
			fn(1/float64(len(s.Arrivals)*seasonLevels), there, missed, a.After)
		}
	}
}

// serve lets demand that is spread evenly take what is there and what comes.
func (s Season) serve(available, before float64) (there, missed float64) {
	there = math.Max(0, available)
	at := 0.0
	wanted := func(until float64) {
		want := before * (until - at)
		missed += math.Max(0, want-there)
		there, at = math.Max(0, there-want), until
	}
	for _, c := range s.Coming {
		wanted(math.Min(math.Max(c.At, at), 1))
		there += c.Units
	}
	wanted(1)
	return there, missed
}

// Order is the least order, in whole units, that with what is there and comes is enough to the end of the season with some chance, 0 < chance ≤ 0.9999:
// at the critical fractile of what a unit too few and one too many cost, (4.17), the cheapest. 0 where that is enough.
func (s Season) Order(available, chance float64) float64 {
	return s.least(chance, func(order float64) (float64, float64) { return available, order })
}

// Level is the least that must be there, besides what comes, for nothing to be needed.
func (s Season) Level(chance float64) float64 {
	return s.least(chance, func(level float64) (float64, float64) { return level, 0 })
}

// least is the least whole number that is enough; of gives what is there and the order that it stands for.
func (s Season) least(chance float64, of func(x float64) (available, order float64)) float64 {
	if len(s.Arrivals) == 0 || !(chance > 0) {
		return 0
	}
	guess := 1.0
	for _, a := range s.Arrivals {
		guess = math.Max(guess, math.Ceil(a.After.Mean))
	}
	enough := func(x float64) bool {
		available, order := of(x)
		above := 0.0
		s.each(available, func(p, there, _ float64, after Demand) { above += p * after.Above(there+order) })
		return above <= 1-math.Min(chance, 0.9999)
	}
	if enough(0) {
		return 0
	}
	return lastBefore(guess, enough) + 1
}

// Outcome is what an order comes to in the mean at the end of the season: units that customers wanted and did not get, and units that
// are left over.
func (s Season) Outcome(available, order float64) (missed, left float64) {
	s.each(available, func(p, there, gone float64, after Demand) {
		short := after.Short(there + order)
		missed += p * (gone + short)
		left += p * (there + order - after.Mean + short)
	})
	return missed, left
}

// Sells is how many units of an order sell where demand is at its p-quantile, before it comes and after.
func (s Season) Sells(available, order, p float64) (sold float64) {
	for _, a := range s.Arrivals {
		there, _ := s.serve(available, a.Before.Quantile(p))
		sold += math.Min(order, math.Max(0, a.After.Quantile(p)-there)) / float64(len(s.Arrivals))
	}
	return sold
}
