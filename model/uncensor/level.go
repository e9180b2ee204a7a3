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
	known, weight := make([]float64, len(sold)), make([]float64, len(sold))
	for t, v := range sold {
		if !math.IsNaN(v) {
			known[t], weight[t] = v, in[t]
		}
	}
	before, after := make([]side, len(sold)+1), make([]side, len(sold)+1)
	sides(known, weight, math.Exp(-1/l.Memory), before, after)
	for t, v := range sold {
		if math.IsNaN(v) || in[t] >= 1 {
			continue
		}
		usual := (before[t].units + after[t+1].units + l.Prior*mean) / (before[t].steps + after[t+1].steps + l.Prior)
		share := max(0, in[t])
		out[t] = v + (1-share)*usual*(l.Trust+v)/(l.Trust+share*usual)
	}
	return out
}

// side is what sold on one side of a step, and in how many steps with stock: those further away count less.
type side struct{ units, steps float64 }

func (s side) times(w float64) side { return side{s.units * w, s.steps * w} }

// sides fills before[t] with the steps before t and after[t] with those from t on, for t from 0 to the number of steps. The
// nearest of them weighs keep, the next keep², and so on.
func sides(units, steps []float64, keep float64, before, after []side) {
	n := len(units)
	before[0], after[n] = side{}, side{}
	for t := range n {
		s := before[t]
		before[t+1] = side{(s.units + units[t]) * keep, (s.steps + steps[t]) * keep}
	}
	for t := n - 1; t >= 0; t-- {
		s := after[t+1]
		after[t] = side{(s.units + units[t]) * keep, (s.steps + steps[t]) * keep}
	}
}
