package auto

import (
	"math"

	"almanac/model/stats"
)

// MaxHistory is how many steps of a series are looked at, the latest: three months of hours, five years of days, forty years of
// weeks. Older steps say little about the next ones, and twenty years of hours must not take minutes.
const MaxHistory = 2048

// wild is how many interquartile ranges a value may lie from its neighbours before it is taken for a mistake.
const wild = 25

// Mend makes a series that every method can read. NaN and infinite values are gaps: before the first observation they are
// dropped, elsewhere they get the mean of the same phase one period before and after, or a line between their neighbours.
// A value more than 25 interquartile ranges of the series away from the median of its eight neighbours is drawn back to that
// limit (where half of the values are not all the same). Only the last [MaxHistory] steps are kept. Without any observation the result is empty.
func Mend(raw []float64, period int) []float64 {
	raw = raw[max(0, len(raw)-MaxHistory):]
	first := 0
	for first < len(raw) && !finite(raw[first]) {
		first++
	}
	y := append([]float64(nil), raw[first:]...)
	for t := range y {
		if !finite(y[t]) {
			y[t] = filled(y, t, period)
		}
	}
	drawBack(y)
	return y
}

// Values beyond this size would overflow when squared and added.
const largest = 1e100

func finite(v float64) bool { return !math.IsNaN(v) && math.Abs(v) < largest }

// filled reads what lies before t as mended already.
func filled(y []float64, t, period int) float64 {
	if before := t - period; period > 1 && before >= 0 {
		if after := t + period; after < len(y) && finite(y[after]) {
			return (y[before] + y[after]) / 2
		}
		return y[before]
	}
	for next := t + 1; next < len(y); next++ {
		if finite(y[next]) {
			return y[t-1] + (y[next]-y[t-1])/float64(next-t+1)
		}
	}
	return y[t-1]
}

// aside is how many values on each side a spike is compared with. A change of level is no spike: its neighbours changed too.
const aside = 4

func drawBack(y []float64) {
	if len(y) < 12 {
		return
	}
	s := stats.Sorted(y)
	reach := wild * (stats.QuantileSorted(s, 0.75) - stats.QuantileSorted(s, 0.25))
	if !(reach > 0) || s[len(s)-1]-s[0] <= reach {
		return
	}
	before := append([]float64(nil), y...)
	near := make([]float64, 0, 2*aside)
	for t, v := range before {
		near = append(near[:0], before[max(0, t-aside):t]...)
		near = append(near, before[t+1:min(len(y), t+1+aside)]...)
		if middle := stats.Quantile(near, 0.5); math.Abs(v-middle) > reach {
			y[t] = middle + math.Copysign(reach, v-middle)
		}
	}
}

// enoughToBound is how many steps show how far a series may go, and mostReach by how many of its widths the quantiles of a
// shorter one leave its range at most: a dozen years of a series that grows say little of its sixth year ahead.
const enoughToBound, mostReach = 32, 4

func bandReach(n int) float64 { return min(max(1, enoughToBound/float64(max(n, 1))), mostReach) }

// bounds is the range that forecasts of y stay in: its own range, widened by reach times its width on both sides. A history
// that was never negative keeps forecasts at or above zero if nonNegative asks for it.
func bounds(y []float64, reach float64, nonNegative bool) (low, high float64) {
	if len(y) == 0 {
		return 0, 0
	}
	least, most := extent(y)
	low, high = least-reach*(most-least), most+reach*(most-least)
	if nonNegative && least >= 0 {
		low = math.Max(low, 0)
	}
	return low, high
}

func within(f []float64, low, high float64) {
	for h, v := range f {
		f[h] = math.Min(math.Max(v, low), high)
	}
}
