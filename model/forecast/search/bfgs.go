package search

import "math"

// BFGS follows the gradient with an approximate inverse Hessian (Nocedal and Wright, algorithm 6.1) and a backtracking
// line search (algorithm 3.1). f writes the gradient at x into g and returns the value; where it returns +Inf or NaN the
// step is halved. The best point replaces x. At most iterations steps; it stops when a step gains less than tolerance.
func BFGS(f func(x, g []float64) float64, x []float64, iterations int, tolerance float64) float64 {
	d := len(x)
	buffer := make([]float64, d*d+5*d)
	take := func(n int) (p []float64) { p, buffer = buffer[:n:n], buffer[n:]; return p }
	h, g, next, gNext, dir, hy := take(d*d), take(d), take(d), take(d), take(d), take(d)
	value := f(x, g)
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return math.Inf(1)
	}
	fresh := true
	small := 0
	for range iterations {
		if fresh {
			identity(h, d, 1/math.Max(1, norm(g)))
		}
		slope := descend(h, g, dir)
		if !(slope < 0) {
			if fresh {
				break
			}
			fresh = true
			continue
		}
		step, v := lineSearch(f, x, dir, next, gNext, value, slope)
		if step == 0 {
			if fresh {
				break
			}
			fresh = true
			continue
		}
		update(h, x, next, g, gNext, hy, fresh)
		fresh = false
		gain := value - v
		copy(x, next)
		copy(g, gNext)
		value = v
		if gain < tolerance*(1+math.Abs(value)) {
			if small++; small == 2 {
				break
			}
		} else {
			small = 0
		}
	}
	return value
}

func lineSearch(f func(x, g []float64) float64, x, dir, next, gNext []float64, value, slope float64) (step, v float64) {
	step = 1
	for range 30 {
		for i := range x {
			next[i] = x[i] + step*dir[i]
		}
		v = f(next, gNext)
		if v <= value+1e-4*step*slope {
			return step, v
		}
		// The parabola through both values and the slope says where the valley is; never trust it too far.
		cut := 0.1
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			cut = math.Min(math.Max(-slope*step/(2*(v-value-slope*step)), 0.1), 0.5)
		}
		step *= cut
	}
	return 0, value
}

func descend(h, g, dir []float64) (slope float64) {
	d := len(g)
	for i := range d {
		var sum float64
		row := h[i*d : (i+1)*d]
		for j, v := range g {
			sum -= row[j] * v
		}
		dir[i] = sum
		slope += sum * g[i]
	}
	return slope
}

// update is the BFGS formula for the inverse (Nocedal and Wright, eq. 6.17), skipped where curvature is not positive.
func update(h, x, next, g, gNext, hy []float64, first bool) {
	d := len(x)
	var sy, yy float64
	for i := range d {
		s, y := next[i]-x[i], gNext[i]-g[i]
		sy += s * y
		yy += y * y
	}
	if !(sy > 1e-12*yy) || yy == 0 {
		return
	}
	if first { // scale of the first guess: eq. 6.20
		identity(h, d, sy/yy)
	}
	var yhy float64
	for i := range d {
		var sum float64
		row := h[i*d : (i+1)*d]
		for j := range row {
			sum += row[j] * (gNext[j] - g[j])
		}
		hy[i] = sum
		yhy += sum * (gNext[i] - g[i])
	}
	a := (1 + yhy/sy) / sy
	for i := range d {
		si := next[i] - x[i]
		row := h[i*d : (i+1)*d]
		for j := range row {
			sj := next[j] - x[j]
			row[j] += a*si*sj - (hy[i]*sj+si*hy[j])/sy
		}
	}
}

func identity(h []float64, d int, scale float64) {
	clear(h)
	for i := range d {
		h[i*d+i] = scale
	}
}

func norm(g []float64) float64 {
	var sum float64
	for _, v := range g {
		sum += v * v
	}
	return math.Sqrt(sum)
}
