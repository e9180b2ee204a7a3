package gbdt

import "math/bits"

// lookup finds the leaf of a row in all trees at once, without walking them: each bin of a column rules leaves out in the trees
// that ask for it, and of each tree one leaf is left (Lucchese et al. 2015, "QuickScorer", SIGIR; here by bin).
type lookup struct {
	full   []uint64 // by tree: a bit for each leaf
	leaf   []float32
	first  []int // by tree: its leaf 0 in leaf
	column []ruled
}

// ruled is what the bins of one column leave of the trees that ask for it.
type ruled struct {
	column int
	trees  []int32
	left   []uint64 // bin by bin, by tree of trees
}

const (
	// lookupLeaves is how many leaves a tree may have at most.
	lookupLeaves = 64
	// lookupCells is how many cells the tables may have: beyond, they no longer fit the cache, and walking is as quick.
	lookupCells = 1 << 19
)

// newLookup is nil where trees are too large for it, or are none: a damaged file may lead two ways to one leaf.
func newLookup(trees []*tree, cols columns) *lookup {
	l := &lookup{}
	asking := make([][]int32, len(cols))
	under := make([][][2]uint64, len(trees))
	for k, t := range trees {
		if len(t.leaf) > lookupLeaves || len(t.leaf) != len(t.nodes)+1 {
			return nil
		}
		full := ^uint64(0) >> (64 - len(t.leaf))
		l.full, l.first, l.leaf = append(l.full, full), append(l.first, len(l.leaf)), append(l.leaf, t.leaf...)
		under[k] = t.under()
		for n, u := range under[k] {
			if u[toLeft]&u[toRight] != 0 || n == 0 && u[toLeft]|u[toRight] != full {
				return nil
			}
			j := t.nodes[n].column
			if last := len(asking[j]) - 1; last < 0 || asking[j][last] != int32(k) {
				asking[j] = append(asking[j], int32(k))
			}
		}
	}
	cells := 0
	for j, of := range asking {
		if cells += len(of) * (cols[j].most + 1); cells > lookupCells {
			return nil
		}
	}
	for j, of := range asking {
		if len(of) == 0 {
			continue
		}
		r := ruled{column: j, trees: of, left: make([]uint64, len(of)*(cols[j].most+1))}
		for at, k := range of {
			t := trees[k]
			for b := range cols[j].most + 1 {
				left := l.full[k]
				for n := range t.nodes {
					if int(t.nodes[n].column) == j {
						left &^= under[k][n][1-t.side(&t.nodes[n], uint8(b))]
					}
				}
				r.left[b*len(of)+at] = left
			}
		}
		l.column = append(l.column, r)
	}
	return l
}

// under is the leaves on both sides of each node, a bit for each.
func (t *tree) under() [][2]uint64 {
	out := make([][2]uint64, len(t.nodes))
	for n := len(t.nodes) - 1; n >= 0; n-- { // children come after their node
		for side, child := range t.nodes[n].child {
			if child >= 0 {
				out[n][side] = out[child][toLeft] | out[child][toRight]
			} else {
				out[n][side] = 1 << (-child - 1)
			}
		}
	}
	return out
}

// room is for a mask a tree: few, where that is enough.
func (l *lookup) room(few []uint64) []uint64 {
	if n := len(l.full); n > len(few) {
		return make([]uint64, n)
	}
	return few
}

// add adds the leaves of a row of bins to a score, tree after tree. left has room for a mask a tree.
func (l *lookup) add(score float64, row []uint8, left []uint64) float64 {
	left = left[:copy(left, l.full)]
	for i := range l.column {
		r := &l.column[i]
		of := r.left[int(row[r.column])*len(r.trees):]
		of = of[:len(r.trees)]
		for k, t := range r.trees {
			left[t] &= of[k]
		}
	}
	for k, v := range left {
		score += float64(l.leaf[l.first[k]+bits.TrailingZeros64(v)])
	}
	return score
}
