package demand

import (
	"math"

	"almanac/model/stats"
)

// Levels are the quantiles that are measured.
var Levels = [...]float64{.05, .25, .5, .75, .95}

// Forecast is the mean of each day of the horizon, and its quantiles at [Levels].
type Forecast struct {
	Mean      []float64
	Quantiles [len(Levels)][]float64
}

// Score is how far forecasts are from what sold.
type Score struct {
	Method string  `json:"method,omitempty"` // what was chosen
	WRMSSE float64 `json:"wrmsse"`           // root mean squared scaled error, weighted by the last 28 days' revenue before the origin
	WAPE   float64 `json:"wape"`
	Bias   float64 `json:"bias"`
	WSPL   float64 `json:"wspl"` // scaled pinball loss at Levels, weighted alike
	Inside float64 `json:"inside_90"`
	Normal float64 `json:"wspl_normal_errors,omitempty"` // of a baseline, with the quantiles of normal errors
}

// yardstick is what the errors of one series are held against.
type yardstick struct {
	squared, absolute float64 // mean one-step change since the first sale
	revenue           float64 // of the last 28 days
}

const weightDays = 28

// measure looks at the days before the origin only. price gives the price on the day sales[i].
func measure(sales []float32, price func(i int) float64) (y yardstick) {
	first := 0
	for first < len(sales) && sales[first] == 0 {
		first++
	}
	var n float64
	for i := first + 1; i < len(sales); i++ {
		d := float64(sales[i]) - float64(sales[i-1])
		y.squared += d * d
		y.absolute += math.Abs(d)
		n++
	}
	if n > 0 {
		y.squared /= n
		y.absolute /= n
	}
	for i := max(0, len(sales)-weightDays); i < len(sales); i++ {
		if sales[i] > 0 {
			y.revenue += float64(sales[i]) * price(i)
		}
	}
	return y
}

// score compares forecasts with what sold, series by series. Series that never changed before the origin have no scale,
// and count for the WAPE and bias only.
func score(truth [][]float32, yards []yardstick, forecasts []Forecast) (s Score) {
	var weight, volume, days float64
	for k, f := range forecasts {
		y := yards[k]
		var squared, pinball float64
		for h, v := range truth[k] {
			v := float64(v)
			squared += (v - f.Mean[h]) * (v - f.Mean[h])
			s.WAPE += math.Abs(v - f.Mean[h])
			s.Bias += f.Mean[h] - v
			volume += v
			days++
			if f.Quantiles[0] == nil { // means alone
				continue
			}
			for l, p := range Levels {
				pinball += stats.Pinball(v, f.Quantiles[l][h], p)
			}
			if v >= f.Quantiles[0][h] && v <= f.Quantiles[len(Levels)-1][h] {
				s.Inside++
			}
		}
		if y.squared == 0 || y.revenue == 0 {
			continue
		}
		n := float64(len(truth[k]))
		s.WRMSSE += y.revenue * math.Sqrt(squared/n/y.squared)
		s.WSPL += y.revenue * pinball / n / float64(len(Levels)) / y.absolute
		weight += y.revenue
	}
	s.WRMSSE, s.WSPL = share(s.WRMSSE, weight), share(s.WSPL, weight)
	s.WAPE, s.Bias, s.Inside = share(s.WAPE, volume), share(s.Bias, volume), share(s.Inside, days)
	return s
}

// share is a/b; where nothing was sold, or nothing has a scale, it is 0.
func share(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
