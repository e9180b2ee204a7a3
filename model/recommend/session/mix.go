package session

import "math"

// Interpolate finds the weights of sources of candidates with which their mixture gives the most likelihood to what was chosen:
// rows are questions, columns the probability that each source gave to the answer (deleted interpolation by expectation
// maximisation: Jelinek and Mercer 1980, "Interpolated estimation of Markov source parameters from sparse data"). Weights are 0 to 1
// and sum to 1. Questions that no source knew say nothing; without any other all sources weigh the same.
func Interpolate(rows [][]float64, sources int) []float64 {
	w := make([]float64, sources)
	for i := range w {
		w[i] = 1 / float64(sources)
	}
	next := make([]float64, sources)
	for range 60 { // it has converged long before, to more digits than the rows tell
		clear(next)
		told := 0.0
		for _, row := range rows {
			sum := 0.0
			for i, p := range row {
				sum += w[i] * p
			}
			if sum <= 0 {
				continue
			}
			told++
			for i, p := range row {
				next[i] += w[i] * p / sum
			}
		}
		if told == 0 {
			return w
		}
		for i := range w {
			w[i] = next[i] / told
		}
	}
	return w
}

// Score counts where an answer stood in a list, and adds it to an outcome of lists of k.
func (o *Outcome) Score(rank, k int) {
	o.Questions++
	if rank >= 0 && rank < k {
		o.found(rank)
	}
}

// found adds an answer that stood at a rank, from 0.
func (o *Outcome) found(rank int) {
	o.HR++
	o.MRR += 1 / float64(rank+1)
	if rank < 10 {
		o.HR10++
		o.NDCG10 += 1 / math.Log2(float64(rank+2))
	}
}

// Mean turns the sums of [Outcome.Score] into means.
func (o *Outcome) Mean() {
	n := float64(max(1, o.Questions))
	o.HR, o.MRR, o.HR10, o.NDCG10 = o.HR/n, o.MRR/n, o.HR10/n, o.NDCG10/n
}

// Gain is what a choice is made by: to find the item, and to have it early.
func (o Outcome) Gain() float64 { return o.HR + o.MRR }
