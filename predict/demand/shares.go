package demand

import (
	"context"
	"math"

	"almanac/model/parallel"
)

// smoothed is how the shares of a product's places are learnt: older weeks count less, and the shop's shares count as so many units sold.
type smoothed struct {
	halves float64 // weeks in which the weight of a week halves
	worth  float64 // units
}

// smoothings are what is compared on the shop's own past, and usualSmoothing what a history too short for that gets.
var (
	smoothings = func() (out []smoothed) {
		for _, halves := range [...]float64{4, 13, 52} {
			for _, worth := range [...]float64{2, 20, 200} {
				out = append(out, smoothed{halves, worth})
			}
		}
		return out
	}()
	usualSmoothing = smoothed{13, 20}
)

// shares are those of every leaf in its product's demand, as known before a week: exponentially smoothed units, drawn towards the shop's shares
// (the mean of a Dirichlet law whose prior is the shop).
func (p *split) shares(week int, by smoothed) []float64 {
	keep := math.Pow(0.5, 1/by.halves)
	out := make([]float64, len(p.place))
	shop := make([]float64, len(p.names))
	for leaf, s := range p.tree.w.all {
		for _, v := range s.upTo(week) {
			out[leaf] = out[leaf]*keep + v
		}
		shop[p.place[leaf]] += out[leaf]
	}
	for i := range p.w.all {
		var own, usual float64
		prior := func(leaf int) float64 {
			if len(p.names) > manyPlaces && out[leaf] == 0 {
				return 0
			}
			return shop[p.place[leaf]]
		}
		for leaf := p.from[i]; leaf < p.from[i+1]; leaf++ {
			own, usual = own+out[leaf], usual+prior(leaf)
		}
		for leaf := p.from[i]; leaf < p.from[i+1]; leaf++ {
			like := 1 / float64(p.from[i+1]-p.from[i])
			if usual > 0 {
				like = prior(leaf) / usual
			}
			out[leaf] = (out[leaf] + by.worth*like) / (own + by.worth)
		}
	}
	return out
}

// smoothing is the one whose shares made what came at past cut-offs most likely (the logarithmic score of a multinomial law).
func (p *split) smoothing(cutoffs []int, horizon int) smoothed {
	best, most := usualSmoothing, math.Inf(-1)
	if len(cutoffs) == 0 {
		return best
	}
	score := make([]float64, len(smoothings))
	parallel.For(len(smoothings), func(k int) {
		for _, at := range cutoffs {
			share := p.shares(at, smoothings[k])
			for leaf, s := range p.tree.w.all {
				for _, v := range s.came(at, horizon) {
					if v > 0 {
						score[k] += v * math.Log(math.Max(share[leaf], 1e-6))
					}
				}
			}
		}
	})
	for k, v := range score {
		if v > most {
			best, most = smoothings[k], v
		}
	}
	return best
}

// own are the means of leaves by their own series, and how many there are of these: a product that is told with stockouts and effects has them in each
// of its places alike. A leaf that is too young, or whose product goes as launches go or is not sold any more, gets its share.
func (p *split) own(c *choice, week, horizon int, share []float64, byShare [][]float64) (mean [][]float64, old int) {
	mean = make([][]float64, len(p.place))
	grown := make([]bool, len(p.place))
	parallel.For(len(p.w.all), func(i int) {
		s := p.w.all[i]
		learnt := s.past(c.single, week)
		for leaf := p.from[i]; leaf < p.from[i+1]; leaf++ {
			mean[leaf] = byShare[leaf]
			l := p.tree.w.all[leaf]
			if week-l.first < ownWeeks || s.instead[week] != nil {
				continue
			}
			y := make([]float64, week-l.first)
			for t := range y {
				at := l.first + t - s.first
				if sold := s.y[at]; sold > 0 {
					y[t] = l.y[t] / sold * learnt[at]
				} else {
					y[t] = share[leaf] * learnt[at]
				}
			}
			mean[leaf] = s.lift(c.single, c.methods[c.single], week).Mean(y, horizon)
			grown[leaf] = true
		}
	})
	for _, g := range grown {
		if g {
			old++
		}
	}
	return mean, old
}

// byShare divides what is said of products.
func (p *split) byShare(products [][]float64, share []float64) [][]float64 {
	out := make([][]float64, len(p.place))
	for leaf, i := range p.owner {
		out[leaf] = make([]float64, len(products[i]))
		for h, v := range products[i] {
			out[leaf][h] = share[leaf] * v
		}
	}
	return out
}

// reconciled makes leaves, places, regions and shop, each forecast by itself, add up. How far a leaf strays is what its share makes of its
// product's variance: each unit falls to a place with some chance.
func (p *split) reconciled(ctx context.Context, leaves [][]float64, spread, share []float64, week, horizon int) ([][]float64, error) {
	above, err := p.tree.above(ctx, week, horizon)
	if err != nil {
		return nil, err
	}
	sd := make([]float64, len(leaves))
	for leaf, of := range leaves {
		if len(of) > 0 && share[leaf] > 0 {
			m := of[0] / share[leaf]
			v := spread[p.owner[leaf]]
			sd[leaf] = math.Sqrt(math.Max(0, share[leaf]*m+share[leaf]*share[leaf]*(v*v-m)))
		}
	}
	return p.tree.add(leaves, sd, above, horizon, true)[:len(leaves)], nil
}

// ways are means of leaves by the way in which they were found.
type ways map[string][][]float64

// say makes the forecasts of leaves from a week on by each way; base is the one of the first two that reconciliation begins with, "" to have none.
func (p *split) say(ctx context.Context, c *choice, by smoothed, products [][]float64, spread []float64, week, horizon int, base string) (ways, error) {
	share := p.shares(week, by)
	out := ways{ByShares: p.byShare(products, share)}
	own, old := p.own(c, week, horizon, share, out[ByShares])
	if old > 0 {
		out[OwnSeries] = own
	}
	if out[base] == nil {
		return out, nil
	}
	var err error
	out[Reconciled], err = p.reconciled(ctx, out[base], spread, share, week, horizon)
	return out, err
}
