package demand

import (
	"context"
	"fmt"
	"math"

	"almanac/model/forecast"
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
	parallel(len(smoothings), func(k int) {
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
	parallel(len(p.w.all), func(i int) {
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

// Levels on which ways of dividing are compared.
const (
	atLeaf = iota
	atProduct
	atPlace
	atShop
	atLevels
)

// missed is what means of leaves missed in the weeks from a cut-off, by level, and what was sold. Products that had not been sold before it, and
// weeks in which they lacked stock, are left out of both sides. each is told what a leaf or a place was expected to sell and sold.
func (p *split) missed(leaves [][]float64, at, horizon int, each func(place int, mean, came float64)) (miss, sold [atLevels]float64) {
	note := func(level int, mean, came float64) {
		miss[level] += math.Abs(mean - came)
		sold[level] += came
	}
	places := make([][2]float64, horizon*len(p.names))
	whole := make([][2]float64, horizon)
	for i, s := range p.w.all {
		if at <= s.first {
			continue
		}
		for h, v := range s.came(at, horizon) {
			if math.IsNaN(v) {
				continue
			}
			var sum float64
			for leaf := p.from[i]; leaf < p.from[i+1]; leaf++ {
				l := p.tree.w.all[leaf]
				var mean, came float64
				if len(leaves[leaf]) > h {
					mean = leaves[leaf][h]
				}
				if k := at + h - l.first; k >= 0 && k < len(l.y) {
					came = l.y[k]
				}
				note(atLeaf, mean, came)
				if each != nil {
					each(p.place[leaf], mean, came)
				}
				sum += mean
				of := &places[h*len(p.names)+p.place[leaf]]
				of[0], of[1] = of[0]+mean, of[1]+came
			}
			note(atProduct, sum, v)
			whole[h][0], whole[h][1] = whole[h][0]+sum, whole[h][1]+v
		}
	}
	for _, of := range places {
		note(atPlace, of[0], of[1])
	}
	for _, of := range whole {
		note(atShop, of[0], of[1])
	}
	return miss, sold
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

// divided is how the shop's forecasts are divided over places.
type divided struct {
	*split
	by    smoothed
	way   string
	base  string     // of reconciliation
	past  [][]Tested // by place: what its leaves missed at past cut-offs, and the baseline
	miss  map[string]float64
	means [][]float64 // by leaf, from the end of the history on
}

// divide chooses how demand is divided over places: by shares, by own series, or by own series of places, regions and shop besides, with which
// everything is made to add up. Whichever missed least at past cut-offs, on average over products at places, products, places and the shop, answers; own
// series where two are equal; only shares where products would be missed by more.
func (c *choice) divide(ctx context.Context, p *split, at plan, m *Model) (*divided, error) {
	d := &divided{split: p, way: ByShares, base: ByShares, by: p.smoothing(at.cutoffs, at.horizon), miss: map[string]float64{}}
	told := make([]ways, len(at.cutoffs))
	if c.leaves != nil {
		if err := d.compare(ctx, c, at, told); err != nil {
			return nil, err
		}
	}
	for k, cutoff := range at.cutoffs {
		if told[k][d.way] != nil {
			d.test(c, told[k][d.way], k, cutoff, at.horizon)
		}
	}
	products, spread := make([][]float64, len(m.Product)), make([]float64, len(m.Product))
	for i, q := range m.Product {
		products[i], spread[i] = q.Mean, q.Spread.SD(1)
	}
	base := ""
	if d.way == Reconciled {
		base = d.base
	}
	said, err := p.say(ctx, c, d.by, products, spread, p.w.n, Horizon, base)
	if err != nil {
		return nil, err
	}
	if d.means = said[d.way]; d.means == nil { // no place is old enough now
		d.way, d.means = ByShares, said[ByShares]
	}
	if d.way != ByShares {
		for i, mean := range p.products(d.means, Horizon) {
			m.Product[i].scaleTo(mean)
		}
		for k := range at.cutoffs {
			c.leaves[k] = p.products(told[k][d.way], at.horizon)
		}
	}
	return d, nil
}

// compare finds the way, and what each said at past cut-offs.
func (d *divided) compare(ctx context.Context, c *choice, at plan, told []ways) error {
	miss, sold := map[string]*[atLevels]float64{}, map[string]*[atLevels]float64{}
	tally := func(way string, k int) {
		if told[k][way] == nil {
			told[k][way] = told[k][ByShares] // nothing is old enough yet
		}
		if miss[way] == nil {
			miss[way], sold[way] = new([atLevels]float64), new([atLevels]float64)
		}
		m, s := d.missed(told[k][way], at.cutoffs[k], at.horizon, nil)
		for level := range m {
			miss[way][level] += m[level]
			sold[way][level] += s[level]
		}
	}
	share := func(way string) (sum float64) {
		for level, v := range sold[way] {
			if v > 0 {
				sum += miss[way][level] / v / atLevels
			}
		}
		return sum
	}
	any := false
	for k, cutoff := range at.cutoffs {
		var err error
		if told[k], err = d.say(ctx, c, d.by, c.leaves[k], c.spreads[k], cutoff, at.horizon, ""); err != nil {
			return err
		}
		any = any || told[k][OwnSeries] != nil
	}
	for k := range at.cutoffs {
		tally(ByShares, k)
		if any {
			tally(OwnSeries, k)
		}
	}
	fits := func(way string) bool { return miss[way][atProduct] <= miss[ByShares][atProduct] }
	if any && share(OwnSeries) <= share(ByShares) {
		d.base = OwnSeries
	}
	for k, cutoff := range at.cutoffs {
		shares := d.shares(cutoff, d.by)
		var err error
		if told[k][Reconciled], err = d.reconciled(ctx, told[k][d.base], c.spreads[k], shares, cutoff, at.horizon); err != nil {
			return err
		}
		tally(Reconciled, k)
	}
	for way := range miss {
		d.miss[way] = share(way)
	}
	if d.base == OwnSeries && fits(OwnSeries) {
		d.way = OwnSeries
	}
	if fits(Reconciled) && d.miss[Reconciled] < d.miss[d.way] {
		d.way = Reconciled
	}
	return nil
}

// products adds leaves up to products.
func (p *split) products(leaves [][]float64, horizon int) [][]float64 {
	out := make([][]float64, len(p.w.all))
	for i := range out {
		out[i] = make([]float64, horizon)
		for leaf := p.from[i]; leaf < p.from[i+1]; leaf++ {
			for h, v := range leaves[leaf] {
				out[i][h] += v
			}
		}
	}
	return out
}

// test keeps what the leaves of each place missed from a cut-off, beside the baseline.
func (d *divided) test(c *choice, leaves [][]float64, origin, at, horizon int) {
	if d.past == nil {
		d.past = make([][]Tested, len(d.names))
	}
	baseline := make([][]float64, len(leaves))
	parallel(len(leaves), func(leaf int) {
		if y := d.tree.w.all[leaf].upTo(at); len(y) > 0 {
			baseline[leaf] = c.methods[0].Mean(y, horizon)
		}
	})
	now := make([]Tested, len(d.names))
	d.missed(leaves, at, horizon, func(place int, mean, came float64) {
		t := &now[place]
		t.Units, t.Miss, t.Signed = t.Units+came, t.Miss+math.Abs(mean-came), t.Signed+mean-came
	})
	d.missed(baseline, at, horizon, func(place int, mean, came float64) {
		t := &now[place]
		t.BaseMiss, t.BaseSigned = t.BaseMiss+math.Abs(mean-came), t.BaseSigned+mean-came
	})
	for place, t := range now {
		d.past[place] = append(d.past[place], Tested{origin, cent(t.Units), cent(t.Miss), cent(t.Signed), cent(t.BaseMiss), cent(t.BaseSigned)})
	}
}

// tell writes shares, places and regions into the model, once its products add up.
func (d *divided) tell(ctx context.Context, c *choice, m *Model) error {
	m.Dividing = d.way
	share := d.shares(d.w.n, d.by)
	for i := range m.Product {
		m.Product[i].At = d.at(i, share)
	}
	above, err := d.tree.above(ctx, d.w.n, Horizon)
	if err != nil {
		return err
	}
	leaves := make([][]float64, len(d.place))
	for i := range m.Product {
		for _, a := range m.Product[i].At {
			mean := make([]float64, m.Weeks)
			for h, v := range m.Product[i].Mean {
				mean[h] = v * a.In(h)
			}
			for leaf := d.from[i]; leaf < d.from[i+1]; leaf++ {
				if d.place[leaf] == a.Place {
					leaves[leaf] = mean
				}
			}
		}
	}
	none := make([]forecast.Forecast, len(above))
	mean := d.tree.add(leaves, make([]float64, len(leaves)), none, Horizon, false)[len(leaves):]
	for k := range len(d.names) + len(d.regions) {
		q := Place{Product: productOf("", c.single, len(d.tree.sum[k].y), above[k])}
		if len(d.tree.sum[k].y) >= combinedHistory && c.folds > 0 {
			q.Method = c.combination()
		}
		q.scaleTo(mean[k])
		if k >= len(d.names) {
			q.Name = d.regions[k-len(d.names)]
			m.Regions = append(m.Regions, q)
			continue
		}
		q.Name = d.names[k]
		if r := d.region[k]; r >= 0 {
			q.Region = d.regions[r]
		}
		if d.past != nil {
			q.Past = d.past[k]
		}
		m.Places = append(m.Places, q)
	}
	return nil
}

// at are the shares of a product's places, which add up to one; share is what they are where nothing is expected.
func (d *divided) at(i int, share []float64) (out []At) {
	from, to := d.from[i], d.from[i+1]
	if from == to {
		return nil
	}
	weeks := Horizon
	if d.way == ByShares {
		weeks = 1
	}
	for leaf := from; leaf < to; leaf++ {
		a := At{Place: d.place[leaf], Share: make([]float64, weeks)}
		for h := range a.Share {
			var sum float64
			for k := from; k < to; k++ {
				sum += d.means[k][h]
			}
			a.Share[h] = share[leaf]
			if sum > 0 {
				a.Share[h] = d.means[leaf][h] / sum
			}
		}
		out = append(out, a)
	}
	for h := range weeks { // a hundred-thousandth is more than anybody knows; the largest takes what rounding leaves
		largest, left := 0, 1.0
		for k := range out {
			if out[k].Share[h] > out[largest].Share[h] {
				largest = k
			}
		}
		for k := range out {
			out[k].Share[h] = math.Round(out[k].Share[h]*1e5) / 1e5
			if k != largest {
				left -= out[k].Share[h]
			}
		}
		out[largest].Share[h] = math.Round(left*1e5) / 1e5
	}
	return out
}

// note tells on the card how demand was divided.
func (d *divided) note() string {
	text := fmt.Sprintf("Demand is told for %d places in %d regions, divided by %s.", len(d.names), len(d.regions), d.way)
	if own, ok := d.miss[OwnSeries]; ok {
		text += fmt.Sprintf(" Missed at past cut-offs, on average over products at places, products, places and shop: %.3f by %s, %.3f by %s, %.3f by %s.",
			d.miss[ByShares], ByShares, own, OwnSeries, d.miss[Reconciled], Reconciled)
	}
	return text
}
