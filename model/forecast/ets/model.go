// Package ets forecasts by exponential smoothing in its state space form, and chooses among the whole family.
//
// In goes a finite series, oldest first, with its period; out come point forecasts, the model's one-step errors and its
// simulated paths. A model is named by three letters: errors A or M, trend N, A or Ad (damped), season N, A or M.
//
// Sources: Hyndman, Koehler, Snyder and Grose (2002), "A state space framework for automatic forecasting using
// exponential smoothing methods", International Journal of Forecasting 18(3); Hyndman, Koehler, Ord and Snyder (2008),
// "Forecasting with Exponential Smoothing", Springer, tables 2.2 and 2.3 for the recursions, eq. 5.2 for the likelihood,
// section 7.2 for the choice.
package ets

import "math"

// Kind is a member of the family.
type Kind struct {
	Times  bool // errors are relative (M), not absolute (A)
	Trend  bool
	Damped bool
	Season byte // 'N', 'A' or 'M'
	Period int  // of the season; 1 where there is none
}

// String is the name of the model, such as "MAdM".
func (k Kind) String() string {
	s := "A"
	if k.Times {
		s = "M"
	}
	switch {
	case k.Trend && k.Damped:
		s += "Ad"
	case k.Trend:
		s += "A"
	default:
		s += "N"
	}
	return s + string(k.Season)
}

// parameters counts what is estimated: smoothing constants, first states and the variance.
func (k Kind) parameters() int {
	n := 3 // α, level, variance
	if k.Trend {
		n += 2
	}
	if k.Damped {
		n++
	}
	if k.Season != 'N' {
		n += k.Period // γ and period−1 first seasons
	}
	return n
}

// Model is a fitted member of the family: its constants and its states after the last observation.
type Model struct {
	Kind
	Alpha, Beta, Gamma, Phi float64
	AICc                    float64
	// Sigma is the standard deviation of the one-step errors: of relative ones for models with relative errors, else as a share
	// of the mean size of the series.
	Sigma  float64
	Errors []float64 // one-step errors, relative where Times
	level  float64
	trend  float64
	season []float64 // indices of the next Period steps
	scale  float64   // what the series was divided by
}

// Forecast gives the point forecasts of the next horizon steps: the model's path without errors.
// For additive models that is the mean; for others it is what published implementations print as the point forecast.
func (m *Model) Forecast(horizon int) []float64 {
	out := make([]float64, horizon)
	growth, phi := 0.0, m.Phi
	for h := range out {
		growth += phi
		phi *= m.Phi
		v := m.level
		if m.Trend {
			v += m.trend * growth
		}
		switch m.Season {
		case 'A':
			v += m.season[h%m.Period]
		case 'M':
			v *= m.season[h%m.Period]
		}
		out[h] = v * m.scale
	}
	return out
}

// Path is one possible future: noise gives the standardised error of each step (mean 0, variance 1).
func (m *Model) Path(noise func() float64, out []float64) {
	level, trend := m.level, m.trend
	s := append([]float64(nil), m.season...)
	for h := range out {
		q := level
		if m.Trend {
			q += m.Phi * trend
		}
		mu := q
		i := 0
		if m.Season != 'N' {
			i = h % m.Period
			if m.Season == 'A' {
				mu += s[i]
			} else {
				mu *= s[i]
			}
		}
		e := m.Sigma * noise()
		if m.Times {
			e *= mu
		}
		out[h] = (mu + e) * m.scale
		d := e
		switch m.Season {
		case 'M':
			d = e / s[i]
			s[i] += m.Gamma * e / q
		case 'A':
			s[i] += m.Gamma * e
		}
		level = q + m.Alpha*d
		trend = m.Phi*trend + m.Beta*d
		if math.IsNaN(level) || math.IsInf(level, 0) {
			level = m.level
		}
	}
}
