package gbdt

import (
	"math"
	"slices"

	"almanac/model/parallel"
)

// Objective is what a fit makes small.
type Objective uint8

// Objectives. Poisson and Tweedie predict the mean of something that is not negative, through a logarithmic link.
const (
	Squared Objective = iota // the mean: squared error
	Poisson                  // the mean of counts: deviance of a Poisson law
	Tweedie                  // the mean of amounts that are often zero: deviance of a compound Poisson–gamma law
	Pinball                  // a quantile: Koenker and Bassett (1978), "Regression quantiles", Econometrica 46(1)
)

// loss is an objective with its level: the loss of one row, its first and second derivative by the score, and the best
// constant score to start from.
type loss struct {
	of    Objective
	level float64
}

func (o Objective) loss(level float64) loss { return loss{o, level} }

// farthest score whose exponential is taken: e³⁰ is more than anybody sells.
const farthest = 30

func (o Objective) response(score float64) float64 {
	if o == Poisson || o == Tweedie {
		return math.Exp(min(score, farthest))
	}
	return score
}

// slope is the loss of one row, its first and its second derivative by the score. The second derivative of the pinball
// loss is taken as 1: the leaves are set otherwise.
func (l loss) slope(y, score float64) (loss, g, h float64) {
	switch l.of {
	case Poisson:
		score = min(score, farthest)
		m := math.Exp(score)
		return m - y*score, m - y, m
	case Tweedie:
		score = min(score, farthest)
		p := l.level
		b := math.Exp((2 - p) * score)
		if y == 0 {
			return b / (2 - p), b, (2 - p) * b
		}
		a := y * math.Exp((1-p)*score)
		return b/(2-p) - a/(1-p), b - a, (p-1)*a + (2-p)*b
	case Pinball:
		if y > score {
			return l.level * (y - score), -l.level, 1
		}
		return (1 - l.level) * (score - y), 1 - l.level, 1
	default:
		return (y - score) * (y - score) / 2, score - y, 1
	}
}

// start is the constant that, added to the offsets, is best (for Tweedie: has no slope).
func (l loss) start(s *Set) float64 {
	if l.of == Pinball {
		miss := make([]weighted, 0, len(s.Target))
		for i, y := range s.Target {
			miss = append(miss, weighted{y - s.offset(i), s.weight(i)})
		}
		return quantileOf(miss, l.level)
	}
	var top, bottom float64
	for i, y := range s.Target {
		w, o := s.weight(i), min(s.offset(i), farthest)
		switch l.of {
		case Poisson:
			top, bottom = top+w*y, bottom+w*math.Exp(o)
		case Tweedie:
			top, bottom = top+w*y*math.Exp((1-l.level)*o), bottom+w*math.Exp((2-l.level)*o)
		default:
			top, bottom = top+w*(y-o), bottom+w
		}
	}
	if l.of == Squared {
		return top / bottom
	}
	if top == 0 || bottom == 0 { // nothing but zeros
		return -farthest
	}
	return math.Log(top / bottom)
}

// meanLoss is the weighted mean, summed block by block.
func meanLoss(s *Set, l loss, score []float64, workers int) float64 {
	blocks := (len(score) + block - 1) / block
	sums, weights := make([]float64, blocks), make([]float64, blocks)
	parallel.On(workers, blocks, func(k int) {
		for i := k * block; i < min(len(score), (k+1)*block); i++ {
			w := s.weight(i)
			one, _, _ := l.slope(s.Target[i], score[i])
			sums[k] += w * one
			weights[k] += w
		}
	})
	return total(sums) / total(weights)
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

type weighted struct{ v, w float64 }

// quantileOf is the least value at which the share of the weight reaches p. It sorts x.
func quantileOf(x []weighted, p float64) float64 {
	if len(x) == 0 {
		return 0
	}
	slices.SortFunc(x, func(a, b weighted) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return 0
	})
	var total, sum float64
	for _, e := range x {
		total += e.w
	}
	for _, e := range x {
		if sum += e.w; sum >= p*total && e.w > 0 {
			return e.v
		}
	}
	return x[len(x)-1].v
}
