package demand

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/forecast/hierarchy"
)

// Level is the forecast of a category, or of the whole shop; its weeks are the sums of those of its products.
type Level struct {
	Category string `json:"category"` // of the whole shop empty, with Whole
	Whole    bool   `json:"whole,omitempty"`
	Product         // SKU is empty
}

// How the forecasts of products, categories and shop were made to add up.
const (
	BottomUp   = "bottom-up"
	Reconciled = "weighted least squares"
)

// tree is what adds up: products, then categories, then the shop.
type tree struct {
	w      *weeks
	parent []int
	sum    []series // of the categories, then of the shop
	single forecast.Method
}

// treeOf adds products up. Weeks that lacked stock count with what was sold: that is what the sums were.
func treeOf(w *weeks, single forecast.Method) tree {
	t := tree{w: w, single: single, parent: make([]int, len(w.all)+len(w.categories)+1)}
	n := len(w.all)
	for c := range len(w.categories) {
		t.parent[n+c] = len(t.parent) - 1
	}
	t.parent[len(t.parent)-1] = -1
	for i := range w.all {
		t.parent[i] = n + w.about[i].class
	}
	t.addUp()
	return t
}

// addUp makes the series of the nodes above the leaves.
func (t *tree) addUp() {
	n := len(t.w.all)
	t.sum = make([]series, len(t.parent)-n)
	for c := range t.sum {
		t.sum[c] = series{y: make([]float64, t.w.n)}
	}
	for i, s := range t.w.all {
		for at := t.parent[i]; at >= 0; at = t.parent[at] {
			for k, v := range s.y {
				t.sum[at-n].y[s.first+k] += v
			}
		}
	}
	for c := range t.sum {
		first := slices.IndexFunc(t.sum[c].y, func(v float64) bool { return !(v == 0) })
		if first > 0 { // a category begins with its first sale
			t.sum[c].first, t.sum[c].y = first, t.sum[c].y[first:]
		}
	}
}

// above forecasts categories and shop by themselves, seeing what was before a week.
func (t tree) above(ctx context.Context, week, horizon int) ([]forecast.Forecast, error) {
	whole := *t.w
	whole.all = t.sum
	together, err := combined(ctx, &whole, week, horizon)
	if err != nil {
		return nil, err
	}
	out := make([]forecast.Forecast, len(t.sum))
	for c, s := range t.sum {
		y := s.upTo(week)
		m := t.single
		if together[c] != nil {
			m = said{together[c], mostOf(y)}
		}
		out[c] = m.Forecast(y, horizon)
	}
	return out, nil
}

// add makes the means of products add up, in place where they are reconciled, and gives those of categories and shop.
func (t tree) add(leaves [][]float64, spread []float64, above []forecast.Forecast, horizon int, reconciled bool) [][]float64 {
	mean := make([][]float64, len(t.parent))
	variance := make([]float64, len(t.parent))
	for i, m := range leaves {
		mean[i] = make([]float64, horizon)
		copy(mean[i], m)
		variance[i] = spread[i] * spread[i]
	}
	for c := range t.sum {
		at := len(leaves) + c
		mean[at] = make([]float64, horizon)
		copy(mean[at], above[c].Mean)
		if sd := above[c].Spread.SD(1); reconciled {
			variance[at] = sd * sd
		}
	}
	hierarchy.Reconcile(t.parent, mean, variance)
	return mean
}

// came is what was sold of a node in a week; NaN where it is not known.
func (t tree) came(node, week int) float64 {
	s := series{}
	if node < len(t.w.all) {
		s = t.w.all[node]
	} else {
		s = t.sum[node-len(t.w.all)]
	}
	if at := week - s.first; at >= 0 && at < len(s.y) {
		return s.y[at]
	}
	return math.NaN()
}

// reconciles says whether reconciled forecasts missed less than sums at past cut-offs: on average over the three levels, and of products
// no more.
func (c *choice) reconciles(ctx context.Context, t tree, p plan) (bool, error) {
	if len(p.cutoffs) == 0 || len(t.w.categories) < 2 || c.leaves == nil {
		return false, nil
	}
	n := len(t.w.all)
	levelOf := func(node int) int {
		switch {
		case node < n:
			return 0
		case node < len(t.parent)-1:
			return 1
		}
		return 2
	}
	var miss [2][3]float64
	var sold [3]float64
	for k, at := range p.cutoffs {
		above, err := t.above(ctx, at, p.horizon)
		if err != nil {
			return false, err
		}
		for way := range miss {
			for node, mean := range t.add(c.leaves[k], c.spreads[k], above, p.horizon, way == 1) {
				for h, v := range mean {
					if y := t.came(node, at+h); !math.IsNaN(y) && (node >= n || at > t.w.all[node].first) {
						miss[way][levelOf(node)] += math.Abs(v - y)
						if way == 0 {
							sold[levelOf(node)] += y
						}
					}
				}
			}
		}
	}
	var gain float64
	for level := range sold {
		if sold[level] > 0 {
			gain += (miss[0][level] - miss[1][level]) / sold[level]
		}
	}
	return gain > 0 && miss[1][0] <= miss[0][0], nil
}

// level divides the model's products over places, where somebody tells of these, makes everything add up, and forecasts places, regions,
// categories and the shop. How it was divided is nil without places.
func (c *choice) level(ctx context.Context, src Places, shop string, w *weeks, p plan, m *Model) (d *divided, err error) {
	s, err := loadPlaces(ctx, src, shop, w, c.methods[c.single])
	if err != nil {
		return nil, err
	}
	if s != nil {
		if d, err = c.divide(ctx, s, p, m); err != nil {
			return nil, err
		}
	}
	if err := c.addUp(ctx, w, p, m); err != nil || d == nil {
		return nil, err
	}
	return d, d.tell(ctx, c, m)
}

// addUp makes the model's products add up, and forecasts categories and the shop.
func (c *choice) addUp(ctx context.Context, w *weeks, p plan, m *Model) error {
	single := c.methods[c.single]
	t := treeOf(w, single)
	reconciled, err := c.reconciles(ctx, t, p)
	if err != nil {
		return err
	}
	m.Adding = BottomUp
	if reconciled {
		m.Adding = Reconciled
	}
	above, err := t.above(ctx, w.n, Horizon)
	if err != nil {
		return err
	}
	leaves, spread := make([][]float64, len(m.Product)), make([]float64, len(m.Product))
	for i, q := range m.Product {
		leaves[i], spread[i] = q.Mean, q.Spread.SD(1)
	}
	mean := t.add(leaves, spread, above, Horizon, reconciled)
	if reconciled {
		for i := range m.Product {
			m.Product[i].scaleTo(mean[i])
		}
		mean = t.add(leaves, spread, above, Horizon, false) // sums of the rounded weeks
	}
	large := make([]float64, len(t.sum)) // units
	for i, p := range m.Product {
		units := p.Bulk * floats.Sum(p.Mean)
		large[w.about[i].class] += units
		large[len(large)-1] += units
	}
	for k, s := range t.sum {
		l := Level{Whole: k == len(t.sum)-1, Product: productOf("", c.single, len(s.y), above[k])}
		if len(s.y) >= combinedHistory && c.folds > 0 {
			l.Method = c.combination()
		}
		if !l.Whole {
			l.Category = w.categories[k]
		}
		l.scaleTo(mean[len(m.Product)+k])
		l.Bulk = round(large[k] / math.Max(floats.Sum(l.Mean), 1))
		m.Levels = append(m.Levels, l)
	}
	return nil
}

// scaleTo gives the forecast other means; its bands move along in proportion.
func (p *Product) scaleTo(mean []float64) {
	for h, v := range mean {
		by := 1.0
		if p.Mean[h] > 0 {
			by = v / p.Mean[h]
		}
		p.Mean[h] = cent(v)
		for _, q := range [][]float64{p.P10, p.P50, p.P90, p.Fan[0], p.Fan[1], p.Fan[2], p.Fan[3]} {
			if h < len(q) {
				q[h] = cent(q[h] * by)
			}
		}
	}
}
