// Package search finds the least value of a smooth function of a few numbers: without derivatives ([NelderMead]) or
// with them ([BFGS]). Both work on any real numbers; bounds are the caller's, by returning +Inf or by a change of variable.
//
// Sources: Nelder and Mead (1965), "A simplex method for function minimization", The Computer Journal 7(4); Nocedal and
// Wright (2006), "Numerical Optimization", 2nd ed., chapters 3 and 6.
package search

import "math"

// NelderMead starts from a simplex around x, with steps as large as step says, and takes at most evaluations of f. The
// best point replaces x; its value is returned. f may return +Inf or NaN where it is not defined. It stops when the
// simplex has a spread below tolerance, relative to the value.
func NelderMead(f func([]float64) float64, x, step []float64, evaluations int, tolerance float64) float64 {
	d := len(x)
	points := make([][]float64, d+1)
	value := make([]float64, d+1)
	buffer := make([]float64, (d+4)*d)
	take := func() (p []float64) { p, buffer = buffer[:d:d], buffer[d:]; return p }
	call := func(p []float64) float64 {
		evaluations--
		if v := f(p); v == v {
			return v
		}
		return math.Inf(1)
	}
	for i := range points {
		points[i] = take()
		copy(points[i], x)
		if i > 0 {
			points[i][i-1] += step[i-1]
		}
		value[i] = call(points[i])
	}
	centre, trial, further := take(), take(), take()
	along := func(to, worst []float64, by float64) {
		for k := range to {
			to[k] = centre[k] + by*(worst[k]-centre[k])
		}
	}
	sortSimplex(points, value)
	for evaluations > 0 && value[d]-value[0] > tolerance*(math.Abs(value[0])+tolerance) {
		for k := range centre {
			centre[k] = 0
			for i := range d {
				centre[k] += points[i][k]
			}
			centre[k] /= float64(d)
		}
		worst := points[d]
		along(trial, worst, -1)
		v := call(trial)
		switch {
		case v < value[0]:
			along(further, worst, -2)
			if w := call(further); w < v {
				copy(worst, further)
				value[d] = w
			} else {
				copy(worst, trial)
				value[d] = v
			}
		case v < value[d-1]:
			copy(worst, trial)
			value[d] = v
		default:
			if v < value[d] {
				along(further, worst, -0.5)
			} else {
				along(further, worst, 0.5)
			}
			if w := call(further); w < math.Min(v, value[d]) {
				copy(worst, further)
				value[d] = w
			} else {
				for i := 1; i <= d; i++ {
					for k := range points[i] {
						points[i][k] = points[0][k] + 0.5*(points[i][k]-points[0][k])
					}
					value[i] = call(points[i])
				}
			}
		}
		sortSimplex(points, value)
	}
	copy(x, points[0])
	return value[0]
}

// sortSimplex orders the few points by value; insertion keeps the order of equals, so that runs repeat exactly.
func sortSimplex(points [][]float64, value []float64) {
	for i := 1; i < len(value); i++ {
		for j := i; j > 0 && value[j] < value[j-1]; j-- {
			value[j], value[j-1] = value[j-1], value[j]
			points[j], points[j-1] = points[j-1], points[j]
		}
	}
}

// Golden finds the least value of a function of one number between low and high by golden section, after a coarse look
// at cells equal parts so that a second valley is not missed.
func Golden(f func(float64) float64, low, high float64, cells int, tolerance float64) (x, value float64) {
	value = math.Inf(1)
	width := (high - low) / float64(cells)
	for i := 0; i <= cells; i++ {
		if v := f(low + float64(i)*width); v < value {
			x, value = low+float64(i)*width, v
		}
	}
	const ratio = 0.6180339887498949
	a, b := math.Max(low, x-width), math.Min(high, x+width)
	c, d := b-ratio*(b-a), a+ratio*(b-a)
	fc, fd := f(c), f(d)
	for b-a > tolerance {
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - ratio*(b-a)
			fc = f(c)
		} else {
			a, c, fc = c, d, fd
			d = a + ratio*(b-a)
			fd = f(d)
		}
	}
	if fc < value {
		x, value = c, fc
	}
	if fd < value {
		x, value = d, fd
	}
	return x, value
}
