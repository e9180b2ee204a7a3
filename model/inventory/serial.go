package inventory

import "math"

// Stage is one place of a chain in which each supplies the next: H its echelon holding cost (what a unit costs more here
// than one stage before, a time unit), L the time that goods take to it.
type Stage struct{ H, L float64 }

// Serial is a chain, the stage that sells first: P a unit and time unit that a customer waits, normal demand of mean Mu
// and standard deviation SD a time unit.
type Serial struct {
	Stages    []Stage
	P, Mu, SD float64
}

// nodes is how many steps the integral over a lead time's demand has, grid how many levels of stock a function is kept at.
const nodes, grid = 400, 30000

// BaseStocks is the best echelon base stock of every stage and the cost a time unit: Clark and Scarf (1960), "Optimal
// policies for a multi-echelon inventory problem", Management Science 6(4), in the form of Chen and Zheng (1994); section
// 6.2.2. Numerical: functions are kept on a fine grid, and integrals reach eight standard deviations.
func (c Serial) BaseStocks() (S []float64, cost float64) {
	total, holding := 0.0, 0.0
	for _, s := range c.Stages {
		total += s.L
		holding += s.H
	}
	mean, sd := c.Mu*total, c.SD*math.Sqrt(total)
	low, high := -mean-16*sd, 2*mean+16*sd
	step := (high - low) / grid
	var before []float64 // what the stages before cost, from a stock of low+i·step
	for i, s := range c.Stages {
		lead, spread := c.Mu*s.L, c.SD*math.Sqrt(s.L)
		g := func(y float64) float64 {
			if i == 0 { // who sells: what is short after the lead time costs P and what holding it everywhere would
				short := math.Max(0, lead-y)
				if spread > 0 {
					short, _ = NormalLoss(y, lead, spread)
				}
				return s.H*(y-lead) + (c.P+holding)*short
			}
			return expect(lead, spread, func(d float64) float64 { return s.H*(y-d) + lookup(before, low, step, y-d) })
		}
		best := minimum(g, low/2, high)
		least := g(best)
		after := make([]float64, grid+1)
		for i := range after {
			if y := low + float64(i)*step; y < best {
				after[i] = g(y)
			} else {
				after[i] = least
			}
		}
		before = after
		S, cost = append(S, best), least
	}
	return S, cost
}

// lookup reads a function off its grid; outside it goes on as a straight line.
func lookup(f []float64, low, step, x float64) float64 {
	at := (x - low) / step
	i := min(max(int(at), 0), len(f)-2)
	return f[i] + (at-float64(i))*(f[i+1]-f[i])
}

// expect is the mean of f over a normal law, by Simpson's rule.
func expect(mean, sd float64, f func(float64) float64) float64 {
	if sd == 0 {
		return f(mean)
	}
	var sum, weights float64
	for k := 0; k <= nodes; k++ {
		z := -8 + 16*float64(k)/nodes
		w := density(z)
		switch {
		case k == 0 || k == nodes:
		case k%2 == 1:
			w *= 4
		default:
			w *= 2
		}
		sum += w * f(mean+sd*z)
		weights += w
	}
	return sum / weights
}

// minimum of a function that falls and then rises between lo and hi, by golden sections.
func minimum(f func(float64) float64, lo, hi float64) float64 {
	const g = 0.6180339887498949
	a, b := hi-g*(hi-lo), lo+g*(hi-lo)
	fa, fb := f(a), f(b)
	for range 200 {
		if hi-lo <= 1e-10*(1+math.Abs(lo)) {
			break
		}
		if fa <= fb {
			hi, b, fb = b, a, fa
			a = hi - g*(hi-lo)
			fa = f(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + g*(hi-lo)
			fb = f(b)
		}
	}
	return lo + (hi-lo)/2
}

// Newsvendors is the mean of two newsvendors' stocks at every stage, close to the best: Shang and Song (2003),
// "Newsvendor bounds and heuristic for optimal policies in serial supply chains", Management Science 49(5); (6.32).
func (c Serial) Newsvendors() (S []float64) {
	var above, below, time float64
	for _, s := range c.Stages {
		above += s.H
	}
	for _, s := range c.Stages {
		above -= s.H
		below += s.H
		time += s.L
		upper, _ := Newsvendor(s.H, c.P+above, c.Mu*time, c.SD*math.Sqrt(time))
		lower, _ := Newsvendor(below, c.P+above, c.Mu*time, c.SD*math.Sqrt(time))
		S = append(S, (upper+lower)/2)
	}
	return S
}
