package stats

import (
	"math"
	"sort"
)

// AUC is the area under the ROC curve: the chance that a random positive is scored above a random negative, ties
// counting half (Fawcett 2006, section 7; the Mann–Whitney statistic). Scores may be on any increasing scale. Without
// both classes, or with a NaN score, it is NaN.
func AUC(score []float64, positive []bool) float64 {
	n := min(len(score), len(positive))
	order := make([]int, n)
	for i := range order {
		if math.IsNaN(score[i]) {
			return math.NaN()
		}
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return score[order[a]] < score[order[b]] })

	var below, pos, wins float64 // negatives seen so far, positives, pairs won
	for i := 0; i < n; {
		var p, q float64
		j := i
		for ; j < n && score[order[j]] == score[order[i]]; j++ {
			if positive[order[j]] {
				p++
			} else {
				q++
			}
		}
		wins += p * (below + q/2)
		below += q
		pos += p
		i = j
	}
	if pos == 0 || below == 0 {
		return math.NaN()
	}
	return wins / (pos * below)
}

// Brier is the mean squared distance between probability and outcome (Brier 1950, in its common one-sided form): 0 is
// perfect, 0.25 is what always saying ½ earns. Nothing to score gives NaN.
func Brier(probability []float64, happened []bool) float64 {
	n := min(len(probability), len(happened))
	if n == 0 {
		return math.NaN()
	}
	var sum float64
	for i := range n {
		d := probability[i]
		if happened[i] {
			d--
		}
		sum += d * d
	}
	return sum / float64(n)
}
