package demand

import (
	"context"
	"fmt"
	"math"

	"almanac/model/forecast"
	"almanac/model/parallel"
	"almanac/predict"
)

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
	parallel.For(len(leaves), func(leaf int) {
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
		for k, a := range m.Product[i].At {
			mean := make([]float64, m.Weeks)
			for h, v := range m.Product[i].Mean {
				mean[h] = v * a.In(h)
			}
			leaves[d.from[i]+k] = mean
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

// hash is that of what training saw, with places.
func (d *divided) hash(products string) string {
	h := predict.NewDigest()
	h.String(products)
	for k, name := range d.names {
		h.String(name)
		h.Int(int64(d.region[k]))
	}
	for _, region := range d.regions {
		h.String(region)
	}
	for leaf, s := range d.tree.w.all {
		h.Int(int64(d.place[leaf]))
		h.Int(int64(s.first))
		for _, v := range s.y {
			h.Float(v)
		}
	}
	return h.Hex()
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
