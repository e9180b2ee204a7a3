package identity

import (
	"cmp"
	"slices"
	"strings"
)

// Node is an identifier of a person: "customer:…", "visitor:…", "email:…", "phone:…".
type Node string

// pair is two nodes, the lesser first.
type pair struct{ a, b Node }

func pairOf(a, b Node) pair {
	if b < a {
		a, b = b, a
	}
	return pair{a, b}
}

// Edge is that two nodes were seen together, first at a time (µs since 1970).
type Edge struct {
	A, B  Node
	First int64
}

// Limits keep what is shared by many from making one person of them.
type Limits struct {
	Customers int // customers that one address, phone or browser may belong to
	Size      int // nodes of one person
	Edges     int // edges of one node
}

// DefaultLimits suit a shop: a family shares an address, a clerk's browser signs hundreds in.
var DefaultLimits = Limits{Customers: 10, Size: 500, Edges: 1000}

// Member is one node and the person that it belongs to. A person is named by its canonical node: of its
// nodes the one that was seen first, of those the least.
type Member struct {
	Node, Person Node
	First        int64
	Shared       bool // belongs to too many to tell whose it is, and joins nobody
}

// Refused is an edge that joins nobody.
type Refused struct {
	A, B Node
	Why  string // shared, size
}

// Why an edge joins nobody.
const (
	WhyShared = "shared" // one of its ends belongs to too many
	WhySize   = "size"   // the person would have too many nodes
)

// Resolve finds the persons of a set of edges. It depends on the set only: edges join in the order in which
// they were first seen, ties by their nodes. shared names nodes that are known to belong to too many.
func Resolve(edges []Edge, l Limits, shared map[Node]bool) (members []Member, refused []Refused) {
	edges = unite(edges)
	blocked := tooShared(edges, l)
	for n := range shared {
		blocked[n] = true
	}
	f := newForest()
	for _, e := range edges {
		f.see(e.A, e.First)
		f.see(e.B, e.First)
	}
	for _, e := range edges {
		switch {
		case blocked[e.A] || blocked[e.B]:
			refused = append(refused, Refused{e.A, e.B, WhyShared})
		case !f.join(e.A, e.B, l.Size):
			refused = append(refused, Refused{e.A, e.B, WhySize})
		}
	}
	nodes := make([]Node, 0, len(f.first))
	for n := range f.first {
		nodes = append(nodes, n)
	}
	slices.Sort(nodes)
	canonical := map[Node]Node{}
	for _, n := range nodes {
		r := f.root(n)
		if c, ok := canonical[r]; !ok || cmp.Or(cmp.Compare(f.first[n], f.first[c]), cmp.Compare(n, c)) < 0 {
			canonical[r] = n
		}
	}
	for _, n := range nodes {
		members = append(members, Member{n, canonical[f.root(n)], f.first[n], blocked[n]})
	}
	return members, refused
}

// unite keeps every pair once, with the time at which it was first seen, in the order of joining.
func unite(edges []Edge) []Edge {
	first := map[pair]int64{}
	for _, e := range edges {
		if e.A == e.B {
			continue
		}
		p := pairOf(e.A, e.B)
		if t, ok := first[p]; !ok || e.First < t {
			first[p] = e.First
		}
	}
	out := make([]Edge, 0, len(first))
	for p, t := range first {
		out = append(out, Edge{p.a, p.b, t})
	}
	slices.SortFunc(out, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return out
}

func isCustomer(n Node) bool { return strings.HasPrefix(string(n), "customer:") }

// tooShared finds the nodes that belong to too many customers, or have too many edges at all.
func tooShared(edges []Edge, l Limits) map[Node]bool {
	customers, all := map[Node]int{}, map[Node]int{}
	for _, e := range edges {
		all[e.A]++
		all[e.B]++
		if isCustomer(e.A) && !isCustomer(e.B) {
			customers[e.B]++
		}
		if isCustomer(e.B) && !isCustomer(e.A) {
			customers[e.A]++
		}
	}
	out := map[Node]bool{}
	for n, c := range all {
		if c > l.Edges || customers[n] > l.Customers {
			out[n] = true
		}
	}
	return out
}

// forest joins nodes to trees of bounded size.
type forest struct {
	first  map[Node]int64
	parent map[Node]Node
	size   map[Node]int
}

func newForest() *forest { return &forest{map[Node]int64{}, map[Node]Node{}, map[Node]int{}} }

func (f *forest) see(n Node, at int64) {
	if t, ok := f.first[n]; !ok || at < t {
		f.first[n] = at
	}
	if f.parent[n] == "" {
		f.parent[n], f.size[n] = n, 1
	}
}

func (f *forest) root(n Node) Node {
	for f.parent[n] != n {
		f.parent[n] = f.parent[f.parent[n]]
		n = f.parent[n]
	}
	return n
}

// join makes one tree of two, unless it would be too big.
func (f *forest) join(a, b Node, most int) bool {
	a, b = f.root(a), f.root(b)
	if a == b {
		return true
	}
	if f.size[a]+f.size[b] > most {
		return false
	}
	if f.size[a] < f.size[b] {
		a, b = b, a
	}
	f.parent[b] = a
	f.size[a] += f.size[b]
	return true
}
