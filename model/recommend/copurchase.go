package recommend

import (
	"math"
	"slices"
)

// liftPrior is how many shared baskets, observed and expected, the belief "no relation" is worth.
const liftPrior = 5

// Options tune [Baskets.CoPurchases]. The zero value of each field is replaced by the default named.
type Options struct {
	// Neighbours kept per item (50).
	Neighbours int
	// Together is the least number of baskets that must hold both items (2): one shared basket is an accident.
	Together int
	// Shrink is the weight, in baskets, of the assumption that two items have nothing to do with each other (10).
	Shrink float64
	// Popularity is the exponent by which a neighbour's own frequency is held against it, in (0,1]: towards 0 the score
	// is the conditional probability (everybody's neighbour is the best seller), at 1 it is lift (0.3).
	Popularity float64
	// Crowding is the exponent by which a pair from a large basket counts less, 1/(size−1)^Crowding, in (0,1] (1, as Newman).
	Crowding float64
}

func (o Options) withDefaults() Options {
	set := func(v *float64, d float64) {
		if *v <= 0 {
			*v = d
		}
	}
	if o.Neighbours <= 0 {
		o.Neighbours = 50
	}
	if o.Together <= 0 {
		o.Together = 2
	}
	set(&o.Shrink, 10)
	set(&o.Popularity, 0.3)
	set(&o.Crowding, 1)
	return o
}

// Neighbours holds for every item its neighbours, best first, in compressed rows: those of item i are at
// Start[i] … Start[i+1] of the other slices.
type Neighbours struct {
	Start    []int32   `json:"start"`
	Item     []int32   `json:"item"`
	Together []int32   `json:"together"` // baskets that held both
	Lift     []float32 `json:"lift"`     // shrunk towards 1; 2 means twice as often as chance
	Score    []float32 `json:"score"`    // for ranking only
}

// Pair is one neighbour of an item.
type Pair struct {
	Item     int32
	Together int32
	Lift     float32
	Score    float32
}

// Of lists the neighbours of an item, best first; an unknown item has none.
func (n Neighbours) Of(item int32) []Pair {
	if item < 0 || int(item)+1 >= len(n.Start) {
		return nil
	}
	out := make([]Pair, 0, n.Start[item+1]-n.Start[item])
	for p := n.Start[item]; p < n.Start[item+1]; p++ {
		out = append(out, Pair{n.Item[p], n.Together[p], n.Lift[p], n.Score[p]})
	}
	return out
}

// CoPurchases counts, for each item, the items bought with it, and keeps the best neighbours by directed score
//
//	score(j|i) = c_ij/(n_i + k) / p_j^a
//
// with n_i baskets holding i, c_ij those holding both (large baskets counting less: Options.Crowding), k =
// Options.Shrink, p_j = n_j over all baskets, a = Options.Popularity (Deshpande and Karypis 2004, eq. 4, with the count
// of i shrunk). The lift that a person reads takes plain counts against those expected if the items had nothing to do
// with each other, E = n_i·p_j, and is shrunk towards 1 by a gamma prior (DuMouchel 1999, "Bayesian Data Mining in Large
// Frequency Tables", The American Statistician 53(3), with one fixed component):
//
//	lift(i,j) = (n_ij + 5) / (E + 5)
//
// so that two rare items that met twice do not lead every list with a lift of thousands.
//
// Items are worked off one at a time over an index from item to baskets, so that the counts of all pairs, far more
// than the lines, never stand in memory together. Ties are broken by the lower item number.
func (b *Baskets) CoPurchases(options Options) Neighbours {
	o := options.withDefaults()
	c := newCounter(b, o)
	out := Neighbours{Start: make([]int32, 1, b.most+1)}
	var found []Pair
	for i := range b.most {
		found = c.neighbours(i, found[:0])
		for _, p := range found {
			out.Item = append(out.Item, p.Item)
			out.Together = append(out.Together, p.Together)
			out.Lift = append(out.Lift, p.Lift)
			out.Score = append(out.Score, p.Score)
		}
		out.Start = append(out.Start, int32(len(out.Item)))
	}
	return out
}

// counter holds what is needed to count the company of one item after the other.
type counter struct {
	baskets  *Baskets
	options  Options
	starts   []int32 // rows of holding
	holding  []int32 // basket numbers, by item
	bind     []float32
	damp     []float64 // p_j^a
	weight   []float32 // scratch, by item
	together []int32   // scratch, by item
	touched  []int32
}

func newCounter(b *Baskets, o Options) *counter {
	n := int(b.most)
	c := &counter{
		baskets: b, options: o,
		starts: make([]int32, n+1), holding: make([]int32, len(b.items)),
		bind: make([]float32, b.Len()), damp: make([]float64, n),
		weight: make([]float32, n), together: make([]int32, n),
	}
	for _, it := range b.items {
		c.starts[it+1]++
	}
	for i := range n {
		if held := c.starts[i+1]; held > 0 {
			c.damp[i] = math.Pow(float64(held)/float64(b.Len()), o.Popularity)
		}
		c.starts[i+1] += c.starts[i]
	}
	next := slices.Clone(c.starts[:n])
	for k := range b.Len() {
		items := b.At(k)
		if len(items) > 1 {
			c.bind[k] = float32(math.Pow(float64(len(items)-1), -o.Crowding))
		}
		for _, it := range items {
			c.holding[next[it]] = int32(k)
			next[it]++
		}
	}
	return c
}

func (c *counter) neighbours(i int32, found []Pair) []Pair {
	held := c.holding[c.starts[i]:c.starts[i+1]]
	c.touched = c.touched[:0]
	for _, k := range held {
		w := c.bind[k]
		for _, j := range c.baskets.At(int(k)) {
			if c.together[j] == 0 {
				c.touched = append(c.touched, j)
			}
			c.together[j]++
			c.weight[j] += w
		}
	}
	ni, all := float64(len(held)), float64(c.baskets.Len())
	for _, j := range c.touched {
		n, w := c.together[j], float64(c.weight[j])
		c.together[j], c.weight[j] = 0, 0
		if j == i || int(n) < c.options.Together {
			continue
		}
		pj := float64(c.starts[j+1]-c.starts[j]) / all
		found = append(found, Pair{
			Item:     j,
			Together: n,
			Lift:     float32((float64(n) + liftPrior) / (ni*pj + liftPrior)),
			Score:    float32(w / (ni + c.options.Shrink) / c.damp[j]),
		})
	}
	slices.SortFunc(found, func(a, b Pair) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return int(a.Item - b.Item)
	})
	return found[:min(len(found), c.options.Neighbours)]
}
