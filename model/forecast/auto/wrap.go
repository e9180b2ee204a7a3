package auto

import (
	"math"

	"almanac/model/forecast/season"
)

// periodsHeld is how often a series must hold a longer season for a method to use it.
const periodsHeld = 3

// longest gives a method the longest season that the series holds; nil where it holds none.
func longest(f periodic) run {
	return func(y []float64, s Seasons, horizon int) []float64 {
		p := 0
		for _, m := range s.Longer {
			if len(y) >= periodsHeld*m {
				p = m
			}
		}
		if p == 0 {
			return nil
		}
		return f(y, p, horizon)
	}
}

// split forecasts the series without any of its seasons, which are put back as they were in their last period.
func split(f periodic, fixed bool) run {
	return func(y []float64, s Seasons, horizon int) []float64 {
		return around(f, y, append([]int{s.Period}, s.Longer...), 1, horizon, fixed)
	}
}

// nested takes out the longer seasons only, and leaves the main one to the method.
func nested(f periodic) run {
	return func(y []float64, s Seasons, horizon int) []float64 {
		return around(f, y, s.Longer, s.Period, horizon, true)
	}
}

func around(f periodic, y []float64, periods []int, inner, horizon int, fixed bool) []float64 {
	var held []int
	for _, m := range periods {
		if m > 1 && len(y) >= periodsHeld*m {
			held = append(held, m)
		}
	}
	parts, ok := season.MSTL(y, held, fixed)
	if !ok {
		return nil
	}
	out := f(parts.Adjusted(), inner, horizon)
	for h, v := range parts.Ahead(horizon) {
		out[h] += v
	}
	return out
}

// typical is where the logarithms of a series are centred: as if its geometric mean were about a thousand. Methods whose
// errors are relative, or that shrink towards zero, would otherwise see the unit in which the series is counted.
const typical = 7.0

// logged forecasts the logarithm of a series; nil where not all values are positive. The median of the future comes
// out, not the mean: for error measures like the mean absolute error that is what is wanted.
func logged(f run) run {
	return func(y []float64, s Seasons, horizon int) []float64 {
		x := make([]float64, len(y))
		var centre float64
		for t, v := range y {
			if !(v > 0) {
				return nil
			}
			x[t] = math.Log(v)
			centre += x[t] / float64(len(y))
		}
		for t := range x {
			x[t] += typical - centre
		}
		low, high := extent(x)
		out := f(x, s, horizon)
		for h := range out {
			// A logarithm that leaves its range by half its width is no forecast any more.
			reach := (high - low) / 2
			out[h] = math.Exp(math.Min(math.Max(out[h], low-reach), high+reach) - typical + centre)
		}
		return out
	}
}

func extent(y []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range y {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	return low, high
}
