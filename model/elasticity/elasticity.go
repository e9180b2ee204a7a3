// Package elasticity answers by how much more is sold where a price is lower: per cent more units for a per cent off, one
// number for each group of products.
//
// In go cells, what was sold of a product at one price in one week; out come elasticities with their standard deviations.
// Units are a Poisson count, days · exp(product + week + e·ln(price)): a log-log demand curve that zeros do not bend (Santos
// Silva and Tenreyro 2006, "The Log of Gravity", Review of Economics and Statistics 88(4)). The product's level takes out what
// makes products differ, the week's what all of them share: season, holidays, growth. Prices that all products change
// together teach nothing, as a season could have done the same. Levels are found by turns, elasticities by Newton steps in
// between (as in Correia, Guimarães and Zylkin 2020, "Fast Poisson estimation with high-dimensional fixed effects", Stata
// Journal 20(1)).
//
// Each group's number is shrunk to the shop's by what groups differ among each other (DerSimonian and Laird 1986).
package elasticity

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Cell is what was sold of one product at one price in one week.
type Cell struct {
	Product, Group, Week int     // from 0
	Family               int     // of products that are priced and wanted together, as the sizes of a style; from 0
	Units                float64 // ≥ 0
	Days                 float64 // on which there was stock, above 0
	Log                  float64 // natural logarithm of the price
}

// Estimate is a number and how sure it is.
type Estimate struct {
	Value float64 `json:"value"`
	SD    float64 `json:"sd"`
}

// Fit is what was found.
type Fit struct {
	All        Estimate   // of the shop: the mean over groups
	Groups     []Estimate // by group, shrunk; a group without a change of price has the shop's
	Between    float64    // standard deviation between groups, at least leastBetween
	Dispersion float64    // variance of the units beside that of a Poisson count, at least 1
	// By product: the mean logarithm of its price, and that of the units a day at that price in an even week; −Inf where nothing
	// was sold.
	Centre, Level []float64
}

// ErrFlat says that no price moved on its own, so that nothing can be learnt.
var ErrFlat = errors.New("no price changed beside others that stayed")

const (
	leastBetween = 0.25 // groups differ that much at least, whether few of them show it or not
	turns        = 200
	settled      = 1e-7
)

// Learn fits cells of so many products, groups and weeks. With flat set no price matters: the baseline.
func Learn(cells []Cell, products, groups, weeks int, flat bool) (*Fit, error) {
	p := newProblem(cells, products, groups, weeks)
	p.levels()
	if flat {
		return p.fit(), nil
	}
	for range turns {
		p.look()
		moved, err := p.step()
		if err != nil {
			return nil, err
		}
		p.levels()
		if moved < 1e-5 {
			break
		}
	}
	p.look()
	f := p.fit()
	return f, p.spread(f)
}

// problem is a fit on its way.
type problem struct {
	cells     []Cell
	product   []float64 // exp of its level
	week      []float64
	slope     []float64 // by group
	lift      []float64 // by cell: exp(slope·log)
	mean      []float64
	left      []float64     // by cell: the price beside the product's mean one, weighed by units
	info      *mat.SymDense // of the slopes
	ofProduct []float64     // units
	ofWeek    []float64
	centre    []float64 // mean log price of each product
}

func newProblem(cells []Cell, products, groups, weeks int) *problem {
	p := &problem{cells: cells, product: ones(products), week: ones(weeks), slope: make([]float64, groups), lift: ones(len(cells)), mean: make([]float64, len(cells)),
		left: make([]float64, len(cells)), info: mat.NewSymDense(groups, nil), ofProduct: make([]float64, products), ofWeek: make([]float64, weeks), centre: make([]float64, products)}
	days := make([]float64, products)
	for _, c := range cells {
		p.ofProduct[c.Product] += c.Units
		p.ofWeek[c.Week] += c.Units
		p.centre[c.Product] += c.Days * c.Log
		days[c.Product] += c.Days
	}
	for i := range days {
		if days[i] > 0 {
			p.centre[i] /= days[i]
		}
	}
	return p
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// log is the price beside the product's mean one: numbers near 0 keep their digits.
func (p *problem) log(c *Cell) float64 { return c.Log - p.centre[c.Product] }

// levels finds the levels of products and weeks by turns, so that the units of each are met.
func (p *problem) levels() {
	sum := make([]float64, max(len(p.product), len(p.week)))
	for range turns {
		clear(sum)
		for i := range p.cells {
			c := &p.cells[i]
			sum[c.Product] += c.Days * p.week[c.Week] * p.lift[i]
		}
		divide(p.product, p.ofProduct, sum)
		clear(sum)
		for i := range p.cells {
			c := &p.cells[i]
			sum[c.Week] += c.Days * p.product[c.Product] * p.lift[i]
		}
		if divide(p.week, p.ofWeek, sum) < settled {
			break
		}
	}
	for i := range p.cells {
		c := &p.cells[i]
		p.mean[i] = c.Days * p.product[c.Product] * p.week[c.Week] * p.lift[i]
	}
}

// divide sets levels and returns by how much the one that moved most did, as a share.
func divide(level, units, sum []float64) (moved float64) {
	for i, u := range units {
		to := 0.
		if sum[i] > 0 {
			to = u / sum[i]
		}
		if to > 0 || level[i] > 0 {
			moved = math.Max(moved, math.Abs(to-level[i])/math.Max(to, level[i]))
		}
		level[i] = to
	}
	return moved
}

// look finds the information on the slopes, after levels: what a price moved beside its product's mean, less what all that
// moved in its week had in common.
func (p *problem) look() {
	groups := len(p.slope)
	sum, weight := make([]float64, len(p.product)), make([]float64, len(p.product))
	for i := range p.cells {
		c := &p.cells[i]
		sum[c.Product] += p.mean[i] * p.log(c)
		weight[c.Product] += p.mean[i]
	}
	own, total := make([]float64, groups), make([]float64, len(p.week))
	shared := make([]float64, groups*len(p.week))
	for i := range p.cells {
		c := &p.cells[i]
		p.left[i] = 0
		if weight[c.Product] > 0 {
			p.left[i] = p.log(c) - sum[c.Product]/weight[c.Product]
		}
		own[c.Group] += p.mean[i] * p.left[i] * p.left[i]
		shared[c.Week*groups+c.Group] += p.mean[i] * p.left[i]
		total[c.Week] += p.mean[i]
	}
	for g := range groups {
		for h := g; h < groups; h++ {
			v := 0.
			for w, t := range total {
				if t > 0 {
					v -= shared[w*groups+g] * shared[w*groups+h] / t
				}
			}
			if g == h {
				v += own[g] + ridge
			}
			p.info.SetSym(g, h, v)
		}
	}
}

// ridge is what is known of a slope before: that it is 0, give or take 10. It keeps groups without a change of price apart.
const ridge = 0.01

// step moves the slopes by a Newton step, each by one at most, and returns the longest.
func (p *problem) step() (moved float64, err error) {
	score := mat.NewVecDense(len(p.slope), nil)
	for i := range p.cells {
		g := p.cells[i].Group
		score.SetVec(g, score.AtVec(g)+(p.cells[i].Units-p.mean[i])*p.left[i])
	}
	var by mat.Cholesky
	if !by.Factorize(p.info) {
		return 0, ErrFlat
	}
	var d mat.VecDense
	if err := by.SolveVecTo(&d, score); err != nil {
		return 0, ErrFlat
	}
	for g := range p.slope {
		next := math.Max(-steepest, math.Min(steepest, p.slope[g]+math.Max(-1, math.Min(1, d.AtVec(g)))))
		moved = math.Max(moved, math.Abs(next-p.slope[g]))
		p.slope[g] = next
	}
	for i := range p.cells {
		c := &p.cells[i]
		if x := p.log(c); x != 0 {
			p.lift[i] = math.Exp(p.slope[c.Group] * x)
		}
	}
	return moved, nil
}

// steepest is as far as a group without much to tell may stray before it is shrunk.
const steepest = 12

func (p *problem) fit() *Fit {
	f := &Fit{Groups: make([]Estimate, len(p.slope)), Dispersion: 1, Centre: p.centre, Level: make([]float64, len(p.product))}
	for i, v := range p.product {
		f.Level[i] = math.Log(v)
	}
	return f
}

// widest is the standard deviation from which on the shop's elasticity is not known at all.
const widest = 5

// spread says how sure the slopes are, and shrinks them: the best linear prediction of slopes that vary between groups.
func (p *problem) spread(f *Fit) error {
	f.Dispersion = p.dispersion()
	k := len(p.slope)
	var by mat.Cholesky
	var sure mat.SymDense
	if !by.Factorize(p.info) || by.InverseTo(&sure) != nil {
		return ErrFlat
	}
	sure.ScaleSym(f.Dispersion, &sure)
	between := p.between(&sure)
	for g := range k {
		sure.SetSym(g, g, sure.At(g, g)+between)
	}
	var inverse mat.SymDense
	if !by.Factorize(&sure) || by.InverseTo(&inverse) != nil {
		return ErrFlat
	}
	row, rows, value := make([]float64, k), 0., 0.
	for g := range k {
		for h := range k {
			row[g] += inverse.At(g, h)
		}
		rows, value = rows+row[g], value+row[g]*p.slope[g]
	}
	f.Between, f.All = math.Sqrt(between), Estimate{value / rows, math.Sqrt(1 / rows)}
	if !(f.All.SD < widest) {
		return ErrFlat
	}
	for g := range k {
		own := 0.
		for h := range k {
			own += between * inverse.At(g, h) * (p.slope[h] - f.All.Value)
		}
		rest := 1 - between*row[g]
		f.Groups[g] = Estimate{f.All.Value + own, math.Sqrt(math.Max(0, between-between*between*inverse.At(g, g)+rest*rest/rows))}
	}
	return nil
}

// between is the variance between the groups that tell anything, by moments.
func (p *problem) between(sure *mat.SymDense) float64 {
	var k, sum, squares, mean, q float64
	each := func(fn func(w, slope float64)) {
		for g, slope := range p.slope {
			if v := sure.At(g, g); v < widest*widest {
				fn(1/v, slope)
			}
		}
	}
	each(func(w, slope float64) { k, sum, squares, mean = k+1, sum+w, squares+w*w, mean+w*slope })
	if k < 2 {
		return leastBetween * leastBetween
	}
	mean /= sum
	each(func(w, slope float64) { q += w * (slope - mean) * (slope - mean) })
	return math.Max(leastBetween*leastBetween, (q-(k-1))/(sum-squares/sum))
}

// dispersion is the greater of two: what single cells miss beside a Poisson count (Pearson), and what the cells of a family miss
// together, as a style out of fashion misses for weeks in all its sizes (the sandwich by family over the plain variance).
func (p *problem) dispersion() float64 {
	var pearson, cells, together, info float64
	families := map[int]float64{}
	for i := range p.cells {
		c := &p.cells[i]
		if p.mean[i] <= 0 {
			continue
		}
		miss := c.Units - p.mean[i]
		pearson += miss * miss / p.mean[i]
		cells++
		families[c.Family] += miss * p.left[i]
		info += p.mean[i] * p.left[i] * p.left[i]
	}
	for _, v := range families {
		together += v * v
	}
	free := math.Max(1, cells-float64(len(p.product)+len(p.week)))
	return math.Max(1, math.Max(pearson/free, together/info))
}
