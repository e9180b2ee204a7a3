package ets

import "math"

// fitter evaluates the likelihood of one kind of model on one series, with its gradient. All buffers are reused from one
// evaluation to the next; a fitter serves one goroutine.
type fitter struct {
	Kind
	y                []float64
	level, trend, q  []float64 // states before each step, and level plus trend
	season           []float64 // index used at step t; the first Period are estimated
	fit              []float64
	back             []float64 // adjoints of season
	alpha, beta, gam float64
	phi              float64
}

func newFitter(y []float64, k Kind) *fitter {
	n := len(y)
	f := &fitter{Kind: k, y: y}
	buffer := make([]float64, 4*n+2+2*(n+k.Period))
	take := func(n int) (p []float64) { p, buffer = buffer[:n:n], buffer[n:]; return p }
	f.level, f.trend, f.q, f.fit = take(n+1), take(n+1), take(n), take(n)
	f.season, f.back = take(n+k.Period), take(n+k.Period)
	return f
}

// size is how many numbers describe a model to the search: constants first, then states.
func (f *fitter) size() int {
	n := 2
	if f.Trend {
		n += 2
	}
	if f.Damped {
		n++
	}
	if f.Season != 'N' {
		n += 1 + f.Period
	}
	return n
}

// Bounds of the constants: the usual region (Hyndman et al. 2008, section 2.5.2: 0 < β < α < 1, 0 < γ < 1−α), which for
// these models lies inside the admissible one; φ as in section 7.1.
const (
	least, most       = 1e-4, 0.9999
	phiLeast, phiMost = 0.8, 0.98
)

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// spread reads the numbers of the search into constants and first states. The order is α, level, β, trend, φ, γ, seasons.
func (f *fitter) spread(x []float64) {
	f.alpha = least + (most-least)*logistic(x[0])
	f.level[0] = x[1]
	f.beta, f.gam, f.phi = 0, 0, 1
	i := 2
	if f.Trend {
		f.beta = f.alpha * (least + (most-least)*logistic(x[2]))
		f.trend[0] = x[3]
		i = 4
	}
	if f.Damped {
		f.phi = phiLeast + (phiMost-phiLeast)*logistic(x[i])
		i++
	}
	if f.Season != 'N' {
		f.gam = (1 - f.alpha) * (least + (most-least)*logistic(x[i]))
		copy(f.season[:f.Period], x[i+1:])
	}
}

// value is −2 log likelihood up to a constant: n·log Σε² + 2·Σ log|μ| for relative errors (eq. 5.2), and its gradient in
// g by running the recursion backwards (reverse-mode differentiation), which costs about as much as the recursion itself.
func (f *fitter) value(x, g []float64) float64 {
	f.spread(x)
	squared, logs, ok := f.forward()
	if !ok {
		return math.Inf(1)
	}
	n := float64(len(f.y))
	squared = math.Max(squared, 1e-20*n) // a perfect fit is a constant series, not an infinite likelihood
	v := n*math.Log(squared) + 2*logs
	if g != nil {
		f.backward(2*n/squared, x, g)
	}
	return v
}

func (f *fitter) forward() (squared, logs float64, ok bool) {
	m := f.Period
	l, b := f.level[0], f.trend[0]
	product := 1.0
	for t, y := range f.y {
		q := l
		if f.Trend {
			q += f.phi * b
		}
		mu, d := q, 0.0
		switch f.Season {
		case 'N':
			d = y - q
		case 'A':
			s := f.season[t]
			mu = q + s
			d = y - mu
			f.season[t+m] = s + f.gam*d
		case 'M':
			s := f.season[t]
			if !(s > 1e-8 && q > 1e-8) {
				return 0, 0, false
			}
			mu = q * s
			d = y/s - q
			f.season[t+m] = s + f.gam*(y/q-s)
		}
		e := y - mu
		if f.Times {
			if !(mu > 1e-8) {
				return 0, 0, false
			}
			e /= mu
			// One logarithm for many factors, taken before the product leaves the range of a double.
			if product *= mu; product < 1e-100 || product > 1e100 {
				logs += math.Log(product)
				product = 1
			}
		}
		squared += e * e
		f.q[t], f.fit[t] = q, mu
		l = q + f.alpha*d
		b = f.phi*b + f.beta*d
		f.level[t+1], f.trend[t+1] = l, b
	}
	if f.Times {
		logs += math.Log(product)
	}
	return squared, logs, !math.IsNaN(squared) && !math.IsInf(squared, 0)
}

// backward accumulates derivatives from the last step to the first. weight is ∂value/∂(ε²)·2.
func (f *fitter) backward(weight float64, x, g []float64) {
	m, n := f.Period, len(f.y)
	clear(f.back)
	var lb, bb, ab, bt, gb, pb float64 // adjoints of level, trend, α, β, γ, φ
	for t := n - 1; t >= 0; t-- {
		y, q, mu := f.y[t], f.q[t], f.fit[t]
		var gm float64 // ∂value/∂μ
		if f.Times {
			e := y/mu - 1
			gm = -weight*e*y/(mu*mu) + 2/mu
		} else {
			gm = -weight * (y - mu)
		}
		var qb float64
		switch f.Season {
		case 'N':
			d := y - q
			ab += lb * d
			bt += bb * d
			qb = lb - f.alpha*lb - f.beta*bb + gm
		case 'A':
			sb := f.back[t+m]
			d := y - mu
			ab += lb * d
			bt += bb * d
			gb += sb * d
			db := f.alpha*lb + f.beta*bb + f.gam*sb
			qb = lb - db + gm
			f.back[t] = sb - db + gm
		case 'M':
			sb, s := f.back[t+m], f.season[t]
			d := y/s - q
			ab += lb * d
			bt += bb * d
			gb += sb * (y/q - s)
			db := f.alpha*lb + f.beta*bb
			qb = lb - db + gm*s - sb*f.gam*y/(q*q)
			f.back[t] = sb*(1-f.gam) - db*y/(s*s) + gm*q
		}
		if f.Trend {
			b := f.trend[t]
			pb += (bb + qb) * b
			bb = f.phi * (bb + qb)
		}
		lb = qb
	}
	f.chain(x, g, ab, bt, gb, pb)
	g[1] = lb
	if f.Trend {
		g[3] = bb
	}
	if f.Season != 'N' {
		copy(g[len(g)-m:], f.back[:m])
	}
}

// chain turns derivatives by constants into derivatives by the numbers of the search.
func (f *fitter) chain(x, g []float64, ab, bt, gb, pb float64) {
	d := func(x float64) float64 { p := logistic(x); return p * (1 - p) }
	i := 2
	if f.Trend {
		share := f.beta / f.alpha
		g[2] = bt * f.alpha * (most - least) * d(x[2])
		ab += bt * share
		i = 4
	}
	if f.Damped {
		g[i] = pb * (phiMost - phiLeast) * d(x[i])
		i++
	}
	if f.Season != 'N' {
		share := f.gam / (1 - f.alpha)
		g[i] = gb * (1 - f.alpha) * (most - least) * d(x[i])
		ab -= gb * share
	}
	g[0] = ab * (most - least) * d(x[0])
}
