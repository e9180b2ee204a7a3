package inventory

import (
	"errors"
	"fmt"
	"math"
)

// Place is one place of a network that promises the next to deliver within a time: H its holding cost of a unit and time
// unit, Time that it needs itself, SD of the demand that customers bring to it, From the index of the place that
// supplies it (−1: from outside, within In). Most bounds its promise where HasMost says so, as customers do.
type Place struct {
	H       float64
	Time    int
	SD      float64
	From    int
	In      int
	Most    int
	HasMost bool
}

// Promises are the service times that cost least in safety stock z·sd·√τ, where τ is the time that a place must bridge:
// what it waits for, plus its own, less what it promises; Graves and Willems (2000), "Optimizing strategic safety stock
// placement in supply chains", M&SOM 2(1), for a network in which every place has one supplier (a chain, a distribution
// network); section 6.3.6. Times are whole.
func Promises(z float64, places []Place) (out []int, cost float64, err error) {
	g := guaranteed{places: places, z: z, children: make([][]int, len(places)), sd2: make([]float64, len(places)), known: map[[2]int]promise{}}
	var roots []int
	for i, p := range places {
		switch {
		case p.From == i || p.From >= len(places) || p.From < -1:
			return nil, 0, fmt.Errorf("place %d is supplied by %d, which is no other place", i, p.From)
		case p.Time < 0 || p.In < 0 || p.Most < 0:
			return nil, 0, fmt.Errorf("place %d has a time below zero", i)
		case p.From < 0:
			roots = append(roots, i)
		default:
			g.children[p.From] = append(g.children[p.From], i)
		}
	}
	seen := 0
	for _, r := range roots {
		seen += g.demand(r)
	}
	if seen != len(places) {
		return nil, 0, errors.New("some places supply each other in a circle")
	}
	out = make([]int, len(places))
	for _, r := range roots {
		cost += g.best(r, places[r].In).cost
		g.read(r, places[r].In, out)
	}
	return out, cost, nil
}

type promise struct {
	time int
	cost float64
}

type guaranteed struct {
	places   []Place
	z        float64
	children [][]int
	sd2      []float64 // variance of the demand that reaches a place
	known    map[[2]int]promise
}

// demand adds up variances from the customers on, and counts the places.
func (g *guaranteed) demand(i int) (n int) {
	n, g.sd2[i] = 1, g.places[i].SD*g.places[i].SD
	for _, c := range g.children[i] {
		n += g.demand(c)
		g.sd2[i] += g.sd2[c]
	}
	return n
}

// best is the cheapest promise of a place that is itself served within in, with all behind it.
func (g *guaranteed) best(i, in int) promise {
	key := [2]int{i, in}
	if b, ok := g.known[key]; ok {
		return b
	}
	p := g.places[i]
	most := in + p.Time
	if p.HasMost {
		most = min(most, p.Most)
	} else if len(g.children[i]) == 0 {
		most = 0 // nobody waits who was not promised to
	}
	best := promise{cost: math.Inf(1)}
	for s := 0; s <= most; s++ {
		c := p.H * g.z * math.Sqrt(g.sd2[i]*float64(in+p.Time-s))
		for _, child := range g.children[i] {
			c += g.best(child, s).cost
		}
		if c < best.cost {
			best = promise{s, c}
		}
	}
	g.known[key] = best
	return best
}

func (g *guaranteed) read(i, in int, out []int) {
	out[i] = g.best(i, in).time
	for _, c := range g.children[i] {
		g.read(c, out[i], out)
	}
}
