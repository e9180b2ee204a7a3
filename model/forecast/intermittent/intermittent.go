// Package intermittent forecasts demand that is zero most of the time: spare parts, slow sellers, days.
//
// In goes a series of demand per step, oldest first, not negative; NaN is a step that was not observed and is stepped over.
// Out comes a rate: the expected demand of each next step (the methods are level forecasts: all steps have the same).
// Without any demand the rate is zero. All methods take time in proportion to the series, in one pass per constant.
//
// Sources: Croston (1972), Operational Research Quarterly 23(3); Syntetos and Boylan (2005), "The accuracy of intermittent
// demand estimates", International Journal of Forecasting 21(2), for [SBA]; Teunter, Syntetos and Babai (2011),
// "Intermittent demand: linking forecasting to inventory obsolescence", European Journal of Operational Research 214(3),
// for [TSB]; Nikolopoulos et al. (2011), "An aggregate–disaggregate intermittent demand approach (ADIDA) to forecasting",
// Journal of the Operational Research Society 62(3); Harvey and Fernandes (1989), "Time series models for count or
// qualitative observations", Journal of Business & Economic Statistics 7(4), for [Counts].
package intermittent

import "math"

// Croston is demand size over interval between demands, each smoothed with alpha at every demand. The first size and
// interval start the smoothing. alpha outside (0, 1] counts as 0.1, the usual choice.
func Croston(y []float64, alpha float64) float64 {
	size, interval := sizeAndInterval(y, usual(alpha))
	if interval == 0 {
		return 0
	}
	return size / interval
}

// SBA is Croston's forecast without its bias: times 1 − α/2 (Syntetos and Boylan 2005, eq. 4).
func SBA(y []float64, alpha float64) float64 {
	alpha = usual(alpha)
	return (1 - alpha/2) * Croston(y, alpha)
}

func usual(alpha float64) float64 {
	if alpha > 0 && alpha <= 1 {
		return alpha
	}
	return 0.1
}

func sizeAndInterval(y []float64, alpha float64) (size, interval float64) {
	since := 0.0
	for _, v := range y {
		if v != v {
			continue
		}
		since++
		if !(v > 0) || v > math.MaxFloat64 {
			continue
		}
		if interval == 0 {
			size, interval = v, since
		} else {
			size += alpha * (v - size)
			interval += alpha * (since - interval)
		}
		since = 0
	}
	return size, interval
}

// TSB is the smoothed probability of demand times its smoothed size; the probability also falls when nothing is asked for,
// so that what has died is forecast to stay dead (Teunter et al. 2011, eq. 3). alpha smooths the size, beta the
// probability; both start from the means of the first demands.
func TSB(y []float64, alpha, beta float64) float64 {
	p, size, ok := start(y)
	if !ok {
		return 0
	}
	alpha, beta = usual(alpha), usual(beta)
	for _, v := range y {
		if v > 0 {
			p += beta * (1 - p)
			size += alpha * (v - size)
		} else if v == v {
			p -= beta * p
		}
	}
	return p * size
}

// start is the share of steps with demand and the mean demand among the first ones: up to the fifth demand.
func start(y []float64) (p, size float64, ok bool) {
	var steps, demands, sum float64
	for _, v := range y {
		if v != v {
			continue
		}
		steps++
		if v > 0 {
			demands++
			sum += v
			if demands == 5 {
				break
			}
		}
	}
	if demands == 0 {
		return 0, 0, false
	}
	return demands / steps, sum / demands, true
}

// Fitted chooses the constants of [TSB] from a short grid by the squared error one step ahead, and gives the forecast. The
// squared error is that of the mean: the absolute error would be least for a forecast of zero.
func Fitted(y []float64) float64 {
	p0, size0, ok := start(y)
	if !ok {
		return 0
	}
	alphas := [...]float64{0.05, 0.2}
	betas := [...]float64{0.02, 0.05, 0.15, 0.3}
	best, least := 0.0, math.Inf(1)
	for _, alpha := range alphas {
		// The four probabilities run side by side: they share every size.
		p := [len(betas)]float64{p0, p0, p0, p0}
		var squared [len(betas)]float64
		size := size0
		for _, v := range y {
			if v > 0 {
				for k, beta := range betas {
					e := v - p[k]*size
					squared[k] += e * e
					p[k] += beta * (1 - p[k])
				}
				size += alpha * (v - size)
			} else if v == v {
				for k, beta := range betas {
					e := p[k] * size
					squared[k] += e * e
					p[k] -= beta * p[k]
				}
			}
		}
		for k := range betas {
			if squared[k] < least {
				best, least = p[k]*size, squared[k]
			}
		}
	}
	return best
}

// ADIDA adds the steps up into buckets as long as the mean interval between demands, smooths the buckets, which are seldom
// empty, and spreads the result evenly. Buckets are counted from the end, so that the newest is whole.
func ADIDA(y []float64, alpha float64) float64 {
	alpha = usual(alpha)
	var demands, steps int
	for _, v := range y {
		if v == v {
			steps++
			if v > 0 {
				demands++
			}
		}
	}
	if demands == 0 {
		return 0
	}
	bucket := max(1, (steps+demands/2)/demands)
	var level, sum float64
	begun := false
	left := steps % bucket
	for _, v := range y {
		if v != v {
			continue
		}
		if left > 0 { // what does not fill the oldest bucket
			left--
			continue
		}
		left--
		sum += math.Max(v, 0)
		if -left == bucket {
			if !begun {
				level, begun = sum, true
			} else {
				level += alpha * (sum - level)
			}
			sum, left = 0, 0
		}
	}
	return level / float64(bucket)
}
