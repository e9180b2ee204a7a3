package uncensor

import "math"

// Level says how [Filled] looks at a series.
type Level struct {
	Memory float64 // steps over which the level is alike
	Trust  float64 // units; how much what is usual is trusted against what a step sold while there was stock
	Prior  float64 // steps of the whole series' mean that the level is held to
}

// Levels are settings for weeks of one product.
var Levels = Level{Memory: 6, Trust: 2, Prior: 1}

// Filled is the demand of each step of a series of which some lacked stock: what sold, and what would have sold in the part
// without stock (see the package). in is the share of a step's usual sales for which there was stock, 0 to 1; steps with
// NaN sales stay NaN and teach nothing. What is usual comes from the other steps of the series, those before and after
// alike; where none of them had stock, what sold is all that is known.
func (l Level) Filled(sold, in []float64) []float64 {
	out := make([]float64, len(sold))
	copy(out, sold)
	var units, steps float64
	for t, v := range sold {
		if !math.IsNaN(v) {
			units, steps = units+v, steps+in[t]
		}
	}
	if steps <= 0 {
		return out
	}
	mean := units / steps
	keep := math.Exp(-1 / l.Memory)
	near, weight := make([]float64, len(sold)), make([]float64, len(sold))
	pass := func(at func(i int) int) {
		var u, w float64
		for i := range sold {
			t := at(i)
			near[t], weight[t] = near[t]+u, weight[t]+w
			if v := sold[t]; !math.IsNaN(v) {
				u, w = u+v, w+in[t]
			}
			u, w = u*keep, w*keep
		}
	}
	pass(func(i int) int { return i })
	pass(func(i int) int { return len(sold) - 1 - i })
	for t, v := range sold {
		if math.IsNaN(v) || in[t] >= 1 {
			continue
		}
		usual := (near[t] + l.Prior*mean) / (weight[t] + l.Prior)
		share := max(0, in[t])
		out[t] = v + (1-share)*usual*(l.Trust+v)/(l.Trust+share*usual)
	}
	return out
}
