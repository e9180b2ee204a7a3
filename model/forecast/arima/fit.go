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
