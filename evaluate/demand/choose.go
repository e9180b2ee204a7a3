package demand

import (
	"fmt"
	"math"
	"strings"
)

// at is an origin with what each method says there.
type at struct {
	*cut
	mean   [][][]float64 // by member, series and day
	spread [][]float64   // variance as a multiple of the mean, by series and day
}

// choice is what is settled on the earlier origins.
type choice struct {
	trees  int
	weight []float64 // by member
	wider  float64   // times the dispersion
	band   []band    // by baseline
}

// members of the combination: the trees, then baselines, then items followed over all stores.
func members() []string {
	out := []string{"gradient-boosted trees"}
	for _, b := range combined {
		out = append(out, b.name)
	}
	return append(out, pooled)
}

const pooled = "items over all stores"

// combined are the baselines that may enter the combination: each a different memory.
var combined = baselines[:3]

func (c *choice) method() string {
	var parts []string
	for k, name := range members() {
		if c.weight[k] > 0 {
			parts = append(parts, fmt.Sprintf("%.2f %s", c.weight[k], name))
		}
	}
	return strings.Join(parts, " + ") + fmt.Sprintf("; negative binomial, variance × %.2f", c.wider)
}

func mix(weight []float64, mean [][][]float64, series int) []float64 {
	out := make([]float64, len(mean[0][series]))
	for k, w := range weight {
		if w == 0 {
			continue
		}
		for h, v := range mean[k][series] {
			out[h] += w * v
		}
	}
	return out
}

// means scores the combination alone.
func (a *at) means(weight []float64) Score {
	fs := make([]Forecast, len(a.which))
	for i := range fs {
		fs[i].Mean = mix(weight, a.mean, i)
	}
	return score(a.truth, a.yards, fs)
}

// weigh finds the weights, in tenths, that make the sum of the two errors of the mean least, each relative to the first
// baseline's, over the origins.
func weigh(past []*at) (best []float64, least float64) {
	n := len(members())
	base := make([]Score, len(past))
	for k, a := range past {
		w := make([]float64, n)
		w[1] = 1
		base[k] = a.means(w)
	}
	cost := func(w []float64) (sum float64) {
		for k, a := range past {
			s := a.means(w)
			sum += relative(s.WRMSSE, base[k].WRMSSE) + relative(s.WAPE, base[k].WAPE)
		}
		return sum / float64(2*len(past))
	}
	best = make([]float64, n)
	best[0] = 1
	least = cost(best)
	// Weight moves in tenths from one member to another while that helps.
	for moved := true; moved; {
		moved = false
		for from := range n {
			for to := range n {
				if from == to || best[from] < .05 {
					continue
				}
				w := append([]float64(nil), best...)
				w[from], w[to] = math.Round(10*w[from]-1)/10, math.Round(10*w[to]+1)/10
				if c := cost(w); c < least-1e-6 {
					best, least, moved = w, c, true
				}
			}
		}
	}
	return best, least
}

// relative is a/b, and a itself where b is nothing.
func relative(a, b float64) float64 {
	if b == 0 {
		return a
	}
	return a / b
}
