package inventory

import "math"

// Horizon is a shop that sells for T periods and then closes: K an order, c a unit bought, h a unit left over at a period's
// end and p one that waits, HEnd and PEnd after the last, normal demand of mean Mu and standard deviation SD a period,
// no lead time.
type Horizon struct {
	T                          int
	K, C, H, P, HEnd, PEnd     float64
	Mu, SD                     float64
	low, high                  int       // stock levels that are looked at
	least                      int       // demand of mass[0]
	mass                       []float64 // of whole units
	here                       []float64 // cost of a period that begins with a stock of low+i
	reorder, upTo              []int
	ahead, after, orderedAfter []float64
}

// Solve finds by dynamic programming in whole units when to order (at s or less) and up to what (S), by period, and the
// expected cost from an empty shelf on; (4.66), algorithm 4.1. Demand is cut at eight standard deviations and taken to the
// nearest unit.
func (z *Horizon) Solve() (s, S []int, cost float64) {
	z.discretise()
	n := z.high - z.low + 1
	z.after = make([]float64, n)
	for i := range z.after {
		x := float64(z.low + i)
		z.after[i] = z.HEnd*math.Max(x, 0) + z.PEnd*math.Max(-x, 0)
	}
	z.reorder, z.upTo = make([]int, z.T), make([]int, z.T)
	for t := z.T - 1; t >= 0; t-- {
		z.step(t)
	}
	return z.reorder, z.upTo, z.after[-z.low]
}

func (z *Horizon) discretise() {
	z.least = max(0, int(math.Round(z.Mu-8*z.SD)))
	most := int(math.Round(z.Mu + 8*z.SD))
	sum := 0.0
	z.mass = make([]float64, most-z.least+1)
	for i := range z.mass {
		d := float64(z.least + i)
		z.mass[i] = cumulative((d+.5-z.Mu)/z.SD) - cumulative((d-.5-z.Mu)/z.SD)
		sum += z.mass[i]
	}
	for i := range z.mass {
		z.mass[i] /= sum
	}
	q, _ := EOQ(z.K, z.H, z.Mu)
	z.low = -2*most - int(z.K/math.Max(z.P, 1e-9)) - 1
	z.high = 2*most + 2*int(q) + 1
	z.here = make([]float64, z.high-z.low+1)
	for i := range z.here {
		z.here[i] = NewsvendorCost(float64(z.low+i), z.H, z.P, z.Mu, z.SD)
	}
	z.ahead, z.orderedAfter = make([]float64, len(z.here)), make([]float64, len(z.here))
}

// step goes one period back in time.
func (z *Horizon) step(t int) {
	for i := range z.ahead { // the cost of beginning with a stock of low+i, however it came there
		sum := z.here[i]
		for j, m := range z.mass {
			sum += m * z.at(i-z.least-j)
		}
		z.ahead[i] = sum
	}
	best := 0
	for i := len(z.ahead) - 1; i >= 0; i-- {
		if i == len(z.ahead)-1 || z.ahead[i]+z.C*float64(i) < z.ahead[best]+z.C*float64(best) {
			best = i
		}
	}
	z.upTo[t], z.reorder[t] = z.low+best, z.low
	for i := range z.ahead {
		z.orderedAfter[i] = z.ahead[i]
		if i >= best {
			continue
		}
		if order := z.K + z.C*float64(best-i) + z.ahead[best]; order < z.ahead[i] {
			z.orderedAfter[i] = order
			z.reorder[t] = z.low + i
		}
	}
	z.after, z.orderedAfter = z.orderedAfter, z.after
}

// at is the cost of the next period from a stock of low+i; below what is looked at it goes on as a straight line.
func (z *Horizon) at(i int) float64 {
	if i >= 0 {
		return z.after[i]
	}
	return z.after[0] + float64(-i)*(z.after[0]-z.after[1])
}
