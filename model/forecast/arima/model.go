// Package arima forecasts by autoregressive integrated moving averages with one season, and chooses their orders.
//
// In goes a finite series, oldest first, with its period; out come point forecasts. Differences are chosen by tests, orders
// by a stepwise search over AICc, coefficients by conditional least squares.
//
// Sources: Box, Jenkins and Reinsel (1994), "Time Series Analysis", 3rd ed., chapter 7, for estimation; Hyndman and
// Khandakar (2008), "Automatic time series forecasting: the forecast package for R", Journal of Statistical Software 27(3),
// section 3.2, for the search; Kwiatkowski, Phillips, Schmidt and Shin (1992), Journal of Econometrics 54, for the test of
// stationarity.
package arima

import (
	"fmt"
	"math"
)

// Order is the shape of a model (p,d,q)(P,D,Q) with a period.
type Order struct {
	P, D, Q    int
	SP, SD, SQ int
	Period     int
	Constant   bool // mean of the differenced series; a drift where D+SD = 1
}

// String is the usual name, such as "(2,1,1)(0,1,1)[12]".
func (o Order) String() string {
	s := fmt.Sprintf("(%d,%d,%d)", o.P, o.D, o.Q)
	if o.SP+o.SD+o.SQ > 0 {
		s += fmt.Sprintf("(%d,%d,%d)[%d]", o.SP, o.SD, o.SQ, o.Period)
	}
	if o.Constant {
		s += "+c"
	}
	return s
}

// parameters counts the coefficients without the variance.
func (o Order) parameters() int {
	k := o.P + o.Q + o.SP + o.SQ
	if o.Constant {
		k++
	}
	return k
}

// Model is a fitted model with what it needs of the past.
type Model struct {
	Order
	AR, MA, SeasonalAR, SeasonalMA []float64
	Mean                           float64 // of the differenced series
	Sigma2                         float64 // variance of the one-step errors
	AICc                           float64

	y, e  []float64 // series and residuals, both ending at the same step
	scale float64
}

// differenced applies (1−B)^d (1−B^m)^D.
func differenced(y []float64, o Order) []float64 {
	w := append([]float64(nil), y...)
	for range o.SD {
		w = lagged(w, o.Period)
	}
	for range o.D {
		w = lagged(w, 1)
	}
	return w
}

func lagged(w []float64, lag int) []float64 {
	if len(w) <= lag {
		return nil
	}
	for t := len(w) - 1; t >= lag; t-- {
		w[t] -= w[t-lag]
	}
	return w[lag:]
}

// polynomial multiplies 1 + s·Σ a_i B^i by 1 + s·Σ b_j B^{mj} and gives the coefficients of B^1, B^2, …
func polynomial(a, b []float64, m int, sign float64) []float64 {
	out := make([]float64, len(a)+m*len(b)+1)
	for i := range len(a) + 1 {
		x := 1.0
		if i > 0 {
			x = sign * a[i-1]
		}
		for j := range len(b) + 1 {
			z := 1.0
			if j > 0 {
				z = sign * b[j-1]
			}
			out[i+m*j] += x * z
		}
	}
	return out[1:]
}

// Forecast gives the point forecasts of the next horizon steps: future errors are zero (Box et al. 1994, section 5.1).
func (m *Model) Forecast(horizon int) []float64 {
	ar := polynomial(m.AR, m.SeasonalAR, max(m.Period, 1), -1)
	constant := m.Mean
	for _, a := range ar {
		constant += m.Mean * a
	}
	whole := ar // times (1−B)^d (1−B^m)^D
	for range m.D {
		whole = polynomial(whole, []float64{-1}, 1, 1)
	}
	for range m.SD {
		whole = polynomial(whole, []float64{-1}, m.Period, 1)
	}
	ma := polynomial(m.MA, m.SeasonalMA, max(m.Period, 1), 1)
	n := len(m.y)
	y := append(append(make([]float64, 0, n+horizon), m.y...), make([]float64, horizon)...)
	for h := range horizon {
		v := constant
		for i, a := range whole {
			if t := n + h - i - 1; t >= 0 {
				v -= a * y[t]
			}
		}
		for i, b := range ma {
			if t := len(m.e) + h - i - 1; t >= 0 && t < len(m.e) {
				v += b * m.e[t]
			}
		}
		y[n+h] = v
	}
	out := y[n:]
	for h := range out {
		out[h] *= m.scale
	}
	return out
}

// apart is whether all roots of 1 + Σ c_i B^i lie outside the circle of the given radius, by the Schur–Cohn recursion.
func apart(c []float64, radius float64) bool {
	k := len(c)
	a := make([]float64, k)
	r := 1.0
	for i, v := range c {
		r *= radius
		a[i] = v * r
	}
	for ; k > 0; k-- {
		last := a[k-1]
		if !(math.Abs(last) < 1) {
			return false
		}
		d := 1 - last*last
		for i := range k / 2 {
			j := k - 2 - i
			x, z := a[i], a[j]
			a[i] = (x - last*z) / d
			if i != j {
				a[j] = (z - last*x) / d
			}
		}
	}
	return true
}
