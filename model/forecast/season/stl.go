package season

import "math"

// Parts is a series split into what adds up to it: y = Trend + Σ Seasons + Remainder.
type Parts struct {
	Trend     []float64
	Seasons   [][]float64 // one per period, in the order of the periods
	Remainder []float64
	Periods   []int
}

// Periodic as a window of [STL] makes every year's season the same.
const Periodic = 0

// STL splits y into trend, one season and remainder by repeated local regression. window is the odd number of years over
// which a season may change (at least 7), or [Periodic]. The series must hold two periods; ok is false otherwise.
//
// The smoothing windows are those of Cleveland et al. 1990, section 3: low-pass = period, trend = 1.5·period/(1−1.5/window),
// both made odd; two inner loops, no robustness weights. Every tenth of a window is computed and the rest interpolated.
func STL(y []float64, period, window int) (p Parts, ok bool) {
	n := len(y)
	if period < 2 || n < 2*period {
		return p, false
	}
	trendWindow := odd(1.5 * float64(period) / (1 - 1.5/math.Max(7, float64(window))))
	if window == Periodic {
		trendWindow = odd(1.5 * float64(period) / (1 - 1.5/float64(10*n+1)))
	}
	s := splitter{n: n, period: period, window: window, trendWindow: trendWindow, lowWindow: odd(float64(period)),
		cycle: make([]float64, n+2*period), smooth: make([]float64, n+2*period), work: make([]float64, n+2*period)}
	p = Parts{Trend: make([]float64, n), Seasons: [][]float64{make([]float64, n)}, Remainder: make([]float64, n), Periods: []int{period}}
	for range 2 {
		s.inner(y, p.Trend, p.Seasons[0])
	}
	for t := range y {
		p.Remainder[t] = y[t] - p.Trend[t] - p.Seasons[0][t]
	}
	return p, true
}

type splitter struct {
	n, period, window, trendWindow, lowWindow int

	cycle, smooth, work []float64
}

// inner is one pass of the inner loop (Cleveland et al. 1990, section 2.3, steps 1 to 6).
func (s *splitter) inner(y, trend, seasonal []float64) {
	s.subseries(y, trend)
	// Low-pass: moving averages of length period, period and 3, then local regression.
	a := movingAverage(s.cycle, s.period, s.work)
	b := movingAverage(a, s.period, s.smooth)
	c := movingAverage(b, 3, s.work) // a is not needed any more
	low := make([]float64, s.n)
	loess(c, s.lowWindow, 0, low)
	adjusted := make([]float64, s.n)
	for t := range seasonal {
		seasonal[t] = s.cycle[s.period+t] - low[t]
		adjusted[t] = y[t] - seasonal[t]
	}
	loess(adjusted, s.trendWindow, 0, trend)
}

// subseries smooths the values of each phase of the period, one step beyond both ends, into cycle.
func (s *splitter) subseries(y, trend []float64) {
	values := make([]float64, 0, s.n/s.period+1)
	out := make([]float64, s.n/s.period+3)
	for phase := range s.period {
		values = values[:0]
		var sum float64
		for t := phase; t < s.n; t += s.period {
			values = append(values, y[t]-trend[t])
			sum += y[t] - trend[t]
		}
		smooth := out[:len(values)+2]
		if s.window == Periodic {
			for i := range smooth {
				smooth[i] = sum / float64(len(values))
			}
		} else {
			loess(values, s.window, 1, smooth)
		}
		for i, v := range smooth {
			if at := phase + i*s.period; at < len(s.cycle) {
				s.cycle[at] = v
			}
		}
	}
}

// movingAverage writes the means of every length values of x into buffer and returns them.
func movingAverage(x []float64, length int, buffer []float64) []float64 {
	n := len(x) - length + 1
	if cap(buffer) < n {
		buffer = make([]float64, n)
	}
	out := buffer[:n]
	var sum float64
	for i, v := range x {
		sum += v
		if i >= length-1 {
			first := i - length + 1
			drop := x[first] // read before out may overwrite it
			out[first] = sum / float64(length)
			sum -= drop
		}
	}
	return out
}

// loess is local linear regression with tricube weights over the window nearest points, at −before … len(out)−before−1.
func loess(y []float64, window, before int, out []float64) {
	jump := max(1, (window+9)/10)
	last := len(out) - 1
	for i := 0; ; i = min(i+jump, last) {
		out[i] = local(y, window, float64(i-before))
		if i > 0 {
			from := max(0, i-jump)
			if i == last {
				from = (last - 1) / jump * jump
			}
			for k := from + 1; k < i; k++ {
				w := float64(k-from) / float64(i-from)
				out[k] = out[from] + w*(out[i]-out[from])
			}
		}
		if i == last {
			return
		}
	}
}

func local(y []float64, window int, x float64) float64 {
	n := len(y)
	if n == 1 {
		return y[0]
	}
	left := 0
	if window < n {
		left = int(math.Min(math.Max(x-float64(window/2), 0), float64(n-window)))
	}
	right := min(left+window, n) - 1
	h := math.Max(x-float64(left), float64(right)-x)
	if window > n {
		h += float64((window - n) / 2)
	}
	var w0, w1, w2, wy, wxy float64
	for i := left; i <= right; i++ {
		d := float64(i) - x
		r := math.Abs(d) / h
		if r >= 0.999 {
			continue
		}
		w := 1 - r*r*r
		w = w * w * w
		w0 += w
		w1 += w * d
		w2 += w * d * d
		wy += w * y[i]
		wxy += w * d * y[i]
	}
	if w0 == 0 {
		return y[min(max(int(math.Round(x)), 0), n-1)]
	}
	det := w0*w2 - w1*w1
	if det <= 1e-6*w0*w0 { // one point alone carries the weight
		return wy / w0
	}
	return (w2*wy - w1*wxy) / det
}

func odd(x float64) int {
	n := int(math.Ceil(x))
	return n + 1 - n%2
}

// MSTL splits y into trend, several seasons and remainder: each season in turn is taken by [STL] from the series
// without the others, twice over (Bandara et al. 2021, algorithm 1). The i-th season may change over 7+4·(i+1) years, or never
// with periodic. Periods that the series does not hold twice are left out; with none left, ok is false.
func MSTL(y []float64, periods []int, periodic bool) (p Parts, ok bool) {
	for _, m := range periods {
		if m >= 2 && len(y) >= 2*m {
			p.Periods = append(p.Periods, m)
			p.Seasons = append(p.Seasons, make([]float64, len(y)))
		}
	}
	if len(p.Periods) == 0 {
		return p, false
	}
	rest := append([]float64(nil), y...)
	for range min(2, len(p.Periods)) {
		for i, m := range p.Periods {
			for t := range rest {
				rest[t] += p.Seasons[i][t]
			}
			window := 7 + 4*(i+1)
			if periodic {
				window = Periodic
			}
			one, _ := STL(rest, m, window)
			p.Seasons[i], p.Trend, p.Remainder = one.Seasons[0], one.Trend, one.Remainder
			for t := range rest {
				rest[t] -= p.Seasons[i][t]
			}
		}
	}
	return p, true
}

// Adjusted is the series without its seasons.
func (p Parts) Adjusted() []float64 {
	out := make([]float64, len(p.Trend))
	for t := range out {
		out[t] = p.Trend[t] + p.Remainder[t]
	}
	return out
}

// Ahead is the sum of the seasons in the next horizon steps: each as in its last period.
func (p Parts) Ahead(horizon int) []float64 {
	out := make([]float64, horizon)
	for i, m := range p.Periods {
		s := p.Seasons[i]
		for h := range out {
			out[h] += s[len(s)-m+h%m]
		}
	}
	return out
}

// Strength is how much of what the trend leaves is season i, from 0 to 1 (Hyndman and Athanasopoulos, section 4.3).
func (p Parts) Strength(i int) float64 {
	both := make([]float64, len(p.Remainder))
	for t, r := range p.Remainder {
		both[t] = r + p.Seasons[i][t]
	}
	whole := variance(both)
	if !(whole > 0) {
		return 0
	}
	return math.Max(0, 1-variance(p.Remainder)/whole)
}

func variance(x []float64) float64 {
	var sum, squared float64
	for _, v := range x {
		sum += v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squared += (v - mean) * (v - mean)
	}
	return squared / float64(len(x))
}
