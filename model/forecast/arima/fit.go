package arima

import "math"

// Fit estimates the coefficients by conditional least squares: what lies before the series counts as its mean and as no
// error (Box et al. 1994, section 7.1.2). ok is false where the differenced series is shorter than three values more than
// the coefficients, or where no stationary and invertible fit is found.
func Fit(y []float64, o Order) (*Model, bool) {
	x, scale := scaled(y)
	return fit(x, differenced(x, o), scale, o, nil, precise)
}

// Searches stop when a step gains less than this share of the squares: coarse while orders are compared, precise for what is kept.
const coarse, precise = 3e-4, 2e-6

// edge is how far roots must stay from the unit circle, as in Hyndman and Khandakar.
const edge = 1.001

func fit(y, w []float64, scale float64, o Order, near *Model, tolerance float64) (*Model, bool) {
	k := o.parameters()
	n := len(w)
	if n < k+3 || n <= o.SP*o.Period {
		return nil, false
	}
	m := &Model{Order: o, y: y, scale: scale}
	m.Period = max(m.Period, 1)
	s := newSquares(w, m)
	p := s.search(near, tolerance)
	s.set(p)
	squared := s.residuals()
	if !(squared >= 0) || math.IsInf(squared, 0) {
		return nil, false
	}
	if !apart(polynomial(m.AR, nil, 1, -1), edge) || !apart(polynomial(m.SeasonalAR, nil, 1, -1), edge) ||
		!apart(polynomial(m.MA, nil, 1, 1), edge) || !apart(polynomial(m.SeasonalMA, nil, 1, 1), edge) {
		return nil, false
	}
	m.e = s.e
	used := float64(n - s.skip)
	m.Sigma2 = math.Max(squared/used, 1e-20)
	kk := float64(k + 1)
	if float64(n)-kk-1 <= 0 {
		return nil, false
	}
	m.AICc = float64(n)*math.Log(m.Sigma2) + 2*kk + 2*kk*(kk+1)/(float64(n)-kk-1)
	return m, true
}

// squares is the least squares problem of one order on one differenced series.
type squares struct {
	*Model
	w, x, e []float64 // differenced series, the same less its mean, residuals
	skip    int       // first residuals that do not count
	columns [][]float64
	a, b    []float64 // filtered series
}

func newSquares(w []float64, m *Model) *squares {
	n := len(w)
	s := &squares{Model: m, w: w, skip: min(m.P, n/4)}
	s.x, s.e, s.a, s.b = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for range m.parameters() {
		s.columns = append(s.columns, make([]float64, n))
	}
	return s
}

// set reads the coefficients in the order AR, MA, seasonal AR, seasonal MA, mean.
func (s *squares) set(p []float64) {
	cut := func(n int) (c []float64) { c, p = p[:n:n], p[n:]; return c }
	s.AR, s.MA, s.SeasonalAR, s.SeasonalMA = cut(s.P), cut(s.Q), cut(s.SP), cut(s.SQ)
	s.Mean = 0
	if s.Constant {
		s.Mean = p[0]
	}
}

// residuals computes e with θ(B)Θ(B^m) e = φ(B)Φ(B^m)(w−μ), and the sum of their squares.
func (s *squares) residuals() float64 {
	for t, v := range s.w {
		s.x[t] = v - s.Mean
	}
	lagProduct(s.x, s.SeasonalAR, s.Period, s.a)
	lagProduct(s.a, s.AR, 1, s.e)
	lagQuotient(s.e, s.MA, 1)
	lagQuotient(s.e, s.SeasonalMA, s.Period)
	var sum float64
	for _, v := range s.e[s.skip:] {
		sum += v * v
	}
	return sum
}

// lagProduct writes (1 − Σ c_i B^{im}) x into out.
func lagProduct(x, c []float64, m int, out []float64) {
	copy(out, x)
	for i, a := range c {
		lag := (i + 1) * m
		for t := lag; t < len(x); t++ {
			out[t] -= a * x[t-lag]
		}
	}
}

// lagQuotient divides x by 1 + Σ c_i B^{im}, in place.
func lagQuotient(x, c []float64, m int) {
	switch len(c) {
	case 0:
	case 1:
		a := c[0]
		for t := m; t < len(x); t++ {
			x[t] -= a * x[t-m]
		}
	case 2:
		a, b := c[0], c[1]
		for t := m; t < min(2*m, len(x)); t++ {
			x[t] -= a * x[t-m]
		}
		for t := 2 * m; t < len(x); t++ {
			x[t] -= a*x[t-m] + b*x[t-2*m]
		}
	default:
		for t := m; t < len(x); t++ {
			v := x[t]
			for i, a := range c {
				if lag := (i + 1) * m; t >= lag {
					v -= a * x[t-lag]
				}
			}
			x[t] = v
		}
	}
}

// derivatives fills the columns with ∂e/∂p: each is a shift of one filtered series.
func (s *squares) derivatives() {
	col := 0
	shift := func(x []float64, lag int) {
		c := s.columns[col]
		col++
		clear(c[:min(lag, len(c))])
		for t := lag; t < len(c); t++ {
			c[t] = -x[t-lag]
		}
	}
	if s.P > 0 {
		lagProduct(s.x, s.SeasonalAR, s.Period, s.a)
		lagQuotient(s.a, s.MA, 1)
		lagQuotient(s.a, s.SeasonalMA, s.Period)
		for i := range s.P {
			shift(s.a, i+1)
		}
	}
	if s.Q > 0 {
		copy(s.a, s.e)
		lagQuotient(s.a, s.MA, 1)
		for i := range s.Q {
			shift(s.a, i+1)
		}
	}
	if s.SP > 0 {
		lagProduct(s.x, s.AR, 1, s.a)
		lagQuotient(s.a, s.MA, 1)
		lagQuotient(s.a, s.SeasonalMA, s.Period)
		for i := range s.SP {
			shift(s.a, (i+1)*s.Period)
		}
	}
	if s.SQ > 0 {
		copy(s.a, s.e)
		lagQuotient(s.a, s.SeasonalMA, s.Period)
		for i := range s.SQ {
			shift(s.a, (i+1)*s.Period)
		}
	}
	if s.Constant {
		for t := range s.b {
			s.b[t] = 1
		}
		lagProduct(s.b, s.SeasonalAR, s.Period, s.a)
		c := s.columns[col]
		lagProduct(s.a, s.AR, 1, c)
		lagQuotient(c, s.MA, 1)
		lagQuotient(c, s.SeasonalMA, s.Period)
		for t := range c {
			c[t] = -c[t]
		}
	}
}

// begin starts from zero coefficients, or from those of a neighbouring model.
func (s *squares) begin(near *Model) []float64 {
	p := make([]float64, 0, s.parameters())
	take := func(n int, from []float64) {
		for i := range n {
			v := 0.0
			if i < len(from) {
				v = 0.95 * from[i] // away from the edge, where a search is slow
			}
			p = append(p, v)
		}
	}
	if near == nil {
		near = &Model{}
	}
	take(s.P, near.AR)
	take(s.Q, near.MA)
	take(s.SP, near.SeasonalAR)
	take(s.SQ, near.SeasonalMA)
	if s.Constant {
		var sum float64
		for _, v := range s.w {
			sum += v
		}
		p = append(p, sum/float64(len(s.w)))
	}
	return p
}

// search is the method of Levenberg and Marquardt (Nocedal and Wright 2006, section 10.3).
func (s *squares) search(near *Model, tolerance float64) []float64 {
	k := s.parameters()
	p := s.begin(near)
	if s.set(p); !s.inside() {
		p = s.begin(nil)
		s.set(p)
	}
	value := s.residuals()
	damping := 1e-3
	normal, right := make([]float64, k*k), make([]float64, k)
	work, trial := make([]float64, k*k), make([]float64, k)
	for range 40 {
		s.derivatives()
		for i := range k {
			for j := range i + 1 {
				v := dot(s.columns[i][s.skip:], s.columns[j][s.skip:])
				normal[i*k+j], normal[j*k+i] = v, v
			}
			right[i] = -dot(s.columns[i][s.skip:], s.e[s.skip:])
		}
		better := false
		var gain float64
		for range 8 {
			copy(work, normal)
			for i := range k {
				work[i*k+i] += damping*normal[i*k+i] + 1e-12
			}
			copy(trial, right)
			if solve(work, trial, k) {
				for i := range trial {
					trial[i] += p[i]
				}
				s.set(trial)
				if s.inside() {
					if v := s.residuals(); v < value {
						gain, value, better = value-v, v, true
						break
					}
				}
			}
			damping = math.Max(damping*6, 1e-6)
		}
		if !better {
			break
		}
		copy(p, trial)
		s.set(p)
		damping /= 10
		if gain < tolerance*value {
			break
		}
	}
	s.set(p)
	s.residuals()
	return p
}

// inside keeps the search where residuals are not explosive.
func (s *squares) inside() bool {
	return apart(polynomial(s.MA, nil, 1, 1), 1.0001) && apart(polynomial(s.SeasonalMA, nil, 1, 1), 1.0001) &&
		apart(polynomial(s.AR, nil, 1, -1), 1.0001) && apart(polynomial(s.SeasonalAR, nil, 1, -1), 1.0001)
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// solve is Cholesky's method for the symmetric positive a (destroyed); the solution replaces b.
func solve(a, b []float64, k int) bool {
	for i := range k {
		for j := range i + 1 {
			sum := a[i*k+j]
			for c := range j {
				sum -= a[i*k+c] * a[j*k+c]
			}
			if i == j {
				if !(sum > 0) {
					return false
				}
				a[i*k+i] = math.Sqrt(sum)
			} else {
				a[i*k+j] = sum / a[j*k+j]
			}
		}
	}
	for i := range k {
		for c := range i {
			b[i] -= a[i*k+c] * b[c]
		}
		b[i] /= a[i*k+i]
	}
	for i := k - 1; i >= 0; i-- {
		for c := i + 1; c < k; c++ {
			b[i] -= a[c*k+i] * b[c]
		}
		b[i] /= a[i*k+i]
	}
	return true
}

func scaled(y []float64) (x []float64, scale float64) {
	for _, v := range y {
		scale += math.Abs(v) / float64(len(y))
	}
	if !(scale > 0) || math.IsInf(scale, 0) {
		scale = 1
	}
	x = make([]float64, len(y))
	for i, v := range y {
		x[i] = v / scale
	}
	return x, scale
}
