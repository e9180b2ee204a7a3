package recommend

import (
	"math"
	"slices"
)

// Scored is one item of a ranking; scores compare within one ranking only.
type Scored struct {
	Item  int32   `json:"item"`
	Score float32 `json:"score"`
}

// BestSellers ranks items by the number of baskets that held them, a basket counting half for each halfLife days of
// its age: what sells now, not what sold last Christmas. A halfLife that is not positive counts every basket whole.
// At most k items, ties by the lower item number.
func (b *Baskets) BestSellers(k int, halfLife float64) []Scored {
	sum := make([]float64, b.most)
	for i := range b.Len() {
		w := 1.0
		if halfLife > 0 {
			w = math.Exp2(-float64(b.ages[i]) / halfLife)
		}
		for _, it := range b.At(i) {
			sum[it] += w
		}
	}
	return top(sum, nil, k)
}

// Complete ranks what goes with the items of seed taken together: the sum of the neighbours' scores over the seed items,
// the seed itself left out. At most k; nothing for a seed without neighbours. Ties by the lower item number.
func (n Neighbours) Complete(seed []int32, k int) []Scored {
	sum := make(map[int32]float64)
	for _, s := range seed {
		if s < 0 || int(s)+1 >= len(n.Start) {
			continue
		}
		for p := n.Start[s]; p < n.Start[s+1]; p++ {
			sum[n.Item[p]] += float64(n.Score[p])
		}
	}
	for _, s := range seed {
		delete(sum, s)
	}
	out := make([]Scored, 0, len(sum))
	for it, v := range sum {
		out = append(out, Scored{it, float32(v)})
	}
	sortScored(out)
	return out[:min(len(out), max(k, 0))]
}

// Fill takes the first k items of a ranking and, where it is short, goes on with those of the reserve that are neither
// in the ranking nor in the seed.
func Fill(ranking []Scored, reserve []Scored, seed []int32, k int) []int32 {
	out := make([]int32, 0, k)
	for _, list := range [][]Scored{ranking, reserve} {
		for _, s := range list {
			if len(out) >= k {
				return out
			}
			if !slices.Contains(out, s.Item) && !slices.Contains(seed, s.Item) {
				out = append(out, s.Item)
			}
		}
	}
	return out
}

func top(score []float64, into []Scored, k int) []Scored {
	for it, v := range score {
		if v > 0 {
			into = append(into, Scored{int32(it), float32(v)})
		}
	}
	sortScored(into)
	return slices.Clip(into[:min(len(into), max(k, 0))])
}

func sortScored(s []Scored) {
	slices.SortFunc(s, func(a, b Scored) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return int(a.Item - b.Item)
	})
}
