package gbdt

// tree is nodes in the order in which they were split; leaves are counted apart.
type tree struct {
	nodes []node
	sets  [][4]uint64 // bins that go left at categorical nodes
	leaf  []float32
}

// node sends a row left (0) or right (1). A child ≥ 0 is a node, a child < 0 the leaf −child−1.
//
// A number goes left when its bin, less lift, is at most upTo. With lift 1 the missing bin 0 wraps around to 255 and goes
// right, so that no bin needs a branch of its own.
type node struct {
	child  [2]int32
	set    int32 // of sets; −1 for a number
	column uint16
	upTo   uint8
	lift   uint8
}

const (
	toLeft  = 0
	toRight = 1
)

func (s *split) node() node {
	n := node{column: uint16(s.column), upTo: s.upTo, set: -1}
	if !s.missingLeft && !s.categories {
		n.upTo, n.lift = s.upTo-1, 1
	}
	return n
}

// find is the leaf of a row of bins.
func (t *tree) find(row []uint8) int {
	if len(t.nodes) == 0 {
		return 0
	}
	at := int32(0)
	for at >= 0 {
		n := &t.nodes[at]
		at = n.child[t.side(n, row[n.column])]
	}
	return int(-at - 1)
}

// side is where a node sends a bin.
func (t *tree) side(n *node, b uint8) int {
	if n.set >= 0 {
		return int(^t.sets[n.set][b>>6] >> (b & 63) & 1)
	}
	return int(uint32(int32(n.upTo)-int32(b-n.lift)) >> 31) // 1 when greater, without a branch
}
