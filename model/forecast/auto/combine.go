package auto

import "math"

// combiner turns the forecasts of several methods into one.
type combiner struct {
	median bool
	order  []int
}

// at combines the values of one step. The weighted median interpolates between the two values around half the weight, so
// that it moves smoothly when weights do.
func (c *combiner) at(values, weights []float64) float64 {
	if !c.median {
		var sum, total float64
		for m, w := range weights {
			sum += w * values[m]
			total += w
		}
		return sum / total
	}
	c.order = c.order[:0]
	var total float64
	for m, w := range weights {
		if w <= 0 {
			continue
		}
		total += w
		c.order = append(c.order, m)
		for i := len(c.order) - 1; i > 0 && values[c.order[i]] < values[c.order[i-1]]; i-- {
			c.order[i], c.order[i-1] = c.order[i-1], c.order[i]
		}
	}
	var below, lastPlace, last float64
	lastPlace = math.Inf(-1)
	for _, m := range c.order {
		place := (below + weights[m]/2) / total
		if place >= 0.5 {
			if math.IsInf(lastPlace, -1) {
				return values[m]
			}
			return last + (0.5-lastPlace)/(place-lastPlace)*(values[m]-last)
		}
		lastPlace, last = place, values[m]
		below += weights[m]
	}
	return last
}

// all combines whole forecasts: f[method][step].
func (c *combiner) all(f [][]float64, weights []float64) []float64 {
	out := make([]float64, len(f[0]))
	values := make([]float64, len(f))
	for h := range out {
		for m := range f {
			values[m] = f[m][h]
		}
		out[h] = c.at(values, weights)
	}
	return out
}
