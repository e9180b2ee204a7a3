package gbdt

import (
	"math"
	"math/bits"

	"almanac/model/parallel"
)

// cell is the sums of one bin in fixed point. In low the second derivatives stand above the number of rows.
type cell struct {
	g   int64
	low uint64
}

// grower grows one tree after the other.
type grower struct {
	bins   *Bins
	o      Options
	row    []cell // by row of the set
	stride int    // cells of a column
	free   [][]cell
	spare  []uint32
	perG   float64 // what one unit of a sum is worth
	perH   float64
	shift  uint // of the second derivatives in low
	use    []int
	grad   []float64
	hess   []float64
}

// part is a leaf while the tree grows.
type part struct {
	rows []uint32
	hist []cell
	sum  cell
	best split
	at   int32 // the node whose child it is, −1 for the root
	side int
}

func newGrower(b *Bins, o Options) *grower {
	g := &grower{bins: b, o: o, row: make([]cell, b.rows), spare: make([]uint32, b.rows)}
	for _, c := range *b.columns {
		g.stride = max(g.stride, c.most+1)
	}
	return g
}

// scale turns the derivatives of the rows into fixed point: as fine as the sum over all rows allows.
func (g *grower) scale(rows []uint32, grad, hess []float64) {
	var most, heaviest float64
	for _, r := range rows {
		most, heaviest = max(most, math.Abs(grad[r])), max(heaviest, hess[r])
	}
	count := uint(bits.Len(uint(len(rows))))
	g.shift = count
	units := func(most float64, width uint) (per, perUnit float64) {
		if most == 0 {
			return 0, 0
		}
		per = float64(uint64(1)<<width-1) / most
		return per, 1 / per
	}
	var toG, toH float64
	toG, g.perG = units(most, min(30, 62-count))
	toH, g.perH = units(heaviest, min(30, 64-2*count))
	parts(len(rows), g.o.Workers, func(lo, hi int) {
		for _, r := range rows[lo:hi] {
			g.row[r] = cell{int64(math.Round(grad[r] * toG)), uint64(hess[r]*toH+.5)<<g.shift | 1}
		}
	})
}

func (g *grower) parts(c cell) (grad, hess float64, rows int) {
	return float64(c.g) * g.perG, float64(c.low>>g.shift) * g.perH, int(c.low & (1<<g.shift - 1))
}

// grow grows a tree on rows, which it puts in the order of the leaves, and gives the rows of each leaf. Without a split
// that helps, the tree is nil.
func (g *grower) grow(rows []uint32, grad, hess []float64, use []int) (*tree, [][]uint32) {
	g.grad, g.hess, g.use = grad, hess, use
	if len(rows) < 2 {
		return nil, nil
	}
	g.scale(rows, grad, hess)
	root := &part{rows: rows, hist: g.histogram(), at: -1}
	g.fill(root)
	leaves := []*part{root}
	t := &tree{}
	for len(leaves) < g.o.Leaves {
		best := 0
		for k, l := range leaves {
			if l.best.gain > leaves[best].best.gain {
				best = k
			}
		}
		if !(leaves[best].best.gain > 0) {
			break
		}
		right := g.divide(t, leaves[best])
		leaves = append(leaves, right)
		if len(leaves) < g.o.Leaves {
			g.look(leaves[best], right)
		}
	}
	for _, l := range leaves {
		if l.hist != nil {
			g.free = append(g.free, l.hist)
		}
	}
	if len(t.nodes) == 0 {
		return nil, nil
	}
	out := make([][]uint32, len(leaves))
	t.leaf = make([]float32, len(leaves))
	parallel.On(g.o.Workers, len(leaves), func(k int) {
		out[k] = leaves[k].rows
		t.leaf[k] = float32(g.value(leaves[k].rows))
	})
	for k, l := range leaves {
		t.link(l, int32(-k-1))
	}
	return t, out
}

func (t *tree) link(l *part, child int32) {
	if l.at < 0 {
		return
	}
	t.nodes[l.at].child[l.side] = child
}

// value is the step of a leaf, −G/(H+λ), from the derivatives themselves.
func (g *grower) value(rows []uint32) float64 {
	var G, H float64
	for _, r := range rows {
		G, H = G+g.grad[r], H+g.hess[r]
	}
	if H+g.o.L2 <= 0 {
		return 0
	}
	return -G / (H + g.o.L2)
}

func (g *grower) histogram() []cell {
	if n := len(g.free); n > 0 {
		h := g.free[n-1]
		g.free = g.free[:n-1]
		return h
	}
	return make([]cell, g.stride*len(*g.bins.columns))
}

// divide splits a leaf: it becomes the left child, the right one is new.
func (g *grower) divide(t *tree, l *part) *part {
	s := l.best
	n := s.node()
	if s.categories {
		n.set = int32(len(t.sets))
		t.sets = append(t.sets, s.left)
	}
	at := int32(len(t.nodes))
	t.nodes = append(t.nodes, n)
	t.link(l, at)
	width := len(*g.bins.columns)
	left, right := 0, 0
	spare := g.spare
	for _, r := range l.rows {
		if s.goesLeft(g.bins.data[int(r)*width+s.column]) {
			l.rows[left] = r
			left++
		} else {
			spare[right] = r
			right++
		}
	}
	copy(l.rows[left:], spare[:right])
	r := &part{rows: l.rows[left:], at: at, side: toRight}
	l.rows, l.at, l.side = l.rows[:left:left], at, toLeft
	return r
}

// look fills the histogram of the smaller sibling, takes it from their parent's for the other, and finds the best splits.
func (g *grower) look(left, right *part) {
	small, large := left, right
	if len(right.rows) < len(left.rows) {
		small, large = right, left
	}
	parent := left.hist
	left.hist, right.hist = nil, nil
	if len(large.rows) < 2*g.o.MinRows || len(large.rows) < 2 {
		g.free = append(g.free, parent)
		left.best, right.best = split{}, split{}
		return
	}
	small.hist, large.hist = g.histogram(), parent
	g.fill(small)
	g.subtract(large, small)
}

// fill sums the rows of a leaf by bin, and finds its best split.
func (g *grower) fill(l *part) {
	l.sum = cell{}
	for _, r := range l.rows {
		l.sum.g += g.row[r].g
		l.sum.low += g.row[r].low
	}
	found := make([]split, len(g.use))
	g.columnwise(func(use []int, first int) {
		for _, j := range use {
			clear(l.hist[j*g.stride : (j+1)*g.stride])
		}
		g.add(l, use)
		for k, j := range use {
			found[first+k] = g.split(l, j)
		}
	})
	l.best = bestOf(found)
}

// add is the inner loop of all training.
func (g *grower) add(l *part, use []int) {
	width, stride := len(*g.bins.columns), g.stride
	data, hist := g.bins.data, l.hist
	for _, r := range l.rows {
		c := g.row[r]
		row := data[int(r)*width : int(r)*width+width]
		for _, j := range use {
			h := &hist[j*stride+int(row[j])]
			h.g += c.g
			h.low += c.low
		}
	}
}

func (g *grower) subtract(large, small *part) {
	if large.hist == nil {
		return
	}
	large.sum = cell{}
	for _, r := range large.rows {
		large.sum.g += g.row[r].g
		large.sum.low += g.row[r].low
	}
	found := make([]split, len(g.use))
	g.columnwise(func(use []int, first int) {
		for k, j := range use {
			a, b := large.hist[j*g.stride:(j+1)*g.stride], small.hist[j*g.stride:(j+1)*g.stride]
			for i := range a {
				a[i].g -= b[i].g
				a[i].low -= b[i].low
			}
			found[first+k] = g.split(large, j)
		}
	})
	large.best = bestOf(found)
}

// columnwise deals the columns in use out to the workers.
func (g *grower) columnwise(fn func(use []int, first int)) {
	n := min(g.o.Workers, len(g.use))
	parallel.On(n, n, func(k int) {
		lo, hi := k*len(g.use)/n, (k+1)*len(g.use)/n
		fn(g.use[lo:hi], lo)
	})
}
