package arima

import (
	"math"

	"almanac/model/forecast/season"
)

// Limits of the search, as Hyndman and Khandakar set them.
const (
	maxOrder         = 5
	maxSeasonalOrder = 2
	strongSeason     = 0.64 // strength of season that asks for a seasonal difference
)

// Auto chooses differences and orders. Never nil: a series too short for any model is answered by a random walk.
func Auto(y []float64, period int) *Model {
	x, scale := scaled(y)
	o := Order{Period: period}
	if period < 2 || len(y) < 2*period+5 {
		o.Period = 1
	}
	w := x
	if o.Period > 1 {
		if parts, ok := season.STL(x, o.Period, 11); ok && parts.Strength(0) > strongSeason {
			o.SD = 1
			w = differenced(x, Order{SD: 1, Period: o.Period})
		}
	}
	for o.D < 2 && len(w) > 10 && !stationary(w) {
		w = lagged(append([]float64(nil), w...), 1)
		o.D++
	}
	s := stepwise{x: x, w: w, scale: scale, seen: map[Order]bool{}}
	s.run(o)
	if s.best == nil {
		return &Model{Order: Order{D: 1, Period: 1}, y: x, scale: scale, AICc: math.Inf(1)}
	}
	if m, ok := fit(s.x, s.w, s.scale, s.best.Order, s.best, precise); ok {
		return m
	}
	return s.best
}

// stepwise walks from a few plain models to better neighbours until none is better.
type stepwise struct {
	x, w  []float64
	scale float64
	seen  map[Order]bool
	best  *Model
}

func (s *stepwise) try(o Order) bool {
	if min(o.P, o.Q, o.SP, o.SQ) < 0 || max(o.P, o.Q) > maxOrder || max(o.SP, o.SQ) > maxSeasonalOrder ||
		(o.Constant && o.D+o.SD > 1) || (o.Period == 1 && o.SP+o.SQ > 0) || s.seen[o] {
		return false
	}
	s.seen[o] = true
	m, ok := fit(s.x, s.w, s.scale, o, s.best, coarse)
	if !ok || math.IsNaN(m.AICc) || (s.best != nil && m.AICc >= s.best.AICc) {
		return false
	}
	s.best = m
	return true
}

func (s *stepwise) run(o Order) {
	constant := o.D+o.SD <= 1
	for _, c := range [...][4]int{{2, 2, 1, 1}, {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}} {
		t := o
		t.P, t.Q, t.Constant = c[0], c[1], constant
		if o.Period > 1 {
			t.SP, t.SQ = c[2], c[3]
		}
		s.try(t)
	}
	if constant {
		s.try(o)
	}
	for better := s.best != nil; better; {
		better = false
		at := s.best.Order
		for _, d := range [...][4]int{
			{0, 0, -1, 0}, {0, 0, 0, -1}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 0, -1, -1}, {0, 0, 1, 1},
			{-1, 0, 0, 0}, {0, -1, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {-1, -1, 0, 0}, {1, 1, 0, 0},
			{-1, 1, 0, 0}, {1, -1, 0, 0}, {0, 0, -1, 1}, {0, 0, 1, -1},
		} {
			t := at
			t.P, t.Q, t.SP, t.SQ = t.P+d[0], t.Q+d[1], t.SP+d[2], t.SQ+d[3]
			if s.try(t) {
				better = true
				break
			}
		}
		if !better {
			t := at
			t.Constant = !t.Constant
			better = s.try(t)
		}
	}
}

// stationary is the test of Kwiatkowski et al. around a level at 5 %: partial sums of what deviates from the mean do not
// wander farther than chance would take them. The long-run variance uses 3·√n/13 lags with Bartlett's weights.
func stationary(w []float64) bool {
	n := len(w)
	var mean float64
	for _, v := range w {
		mean += v / float64(n)
	}
	d := make([]float64, n)
	var sum, partial, variance float64
	for t, v := range w {
		d[t] = v - mean
		sum += d[t]
		partial += sum * sum
		variance += d[t] * d[t]
	}
	if variance < 1e-14*float64(n)*(1+mean*mean) {
		return true
	}
	lags := int(3 * math.Sqrt(float64(n)) / 13)
	for k := 1; k <= lags; k++ {
		variance += 2 * (1 - float64(k)/float64(lags+1)) * dot(d[k:], d[:n-k])
	}
	return partial/(float64(n)*variance) < 0.463
}
