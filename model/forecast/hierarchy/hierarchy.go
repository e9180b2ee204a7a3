// Package hierarchy makes forecasts of products, categories and a shop add up.
//
// In go the forecasts that were made of every node of a tree by itself, each with the variance of its error; out comes the set of
// forecasts that add up and lie nearest to them, each deviation counted by its variance: weighted least squares with variance
// scaling (Wickramasuriya, Athanasopoulos and Hyndman 2019, "Optimal Forecast Reconciliation for Hierarchical and Grouped
// Time Series Through Trace Minimization", JASA 114(526), with a diagonal W). On a tree that needs no matrix: going up, a node's
// own forecast is averaged with the sum of its children by their precisions; going down, what is missing is shared out by variance.
package hierarchy

import "math"

// Reconcile changes mean in place so that each node is the sum of its children. Nodes are ordered so that a parent comes after its
// children; the root has parent −1. mean is by node and step; a variance that is not above zero marks a node without a forecast of its own,
// or a leaf that stays as it is. No leaf becomes negative: what that would take is left with the others' sum.
func Reconcile(parent []int, mean [][]float64, variance []float64) {
	if len(parent) == 0 {
		return
	}
	for step := range mean[0] {
		reconcile(parent, mean, variance, step)
	}
}

func reconcile(parent []int, mean [][]float64, variance []float64, step int) {
	n := len(parent)
	sum, spread := make([]float64, n), make([]float64, n) // of the children
	leaf := make([]bool, n)
	for i := range leaf {
		leaf[i] = true
	}
	best, left := make([]float64, n), make([]float64, n)
	for i, p := range parent {
		own := variance[i]
		switch {
		case leaf[i]:
			best[i], left[i] = mean[i][step], math.Max(own, 0)
		case !(own > 0):
			best[i], left[i] = sum[i], spread[i]
		default:
			best[i] = (own*sum[i] + spread[i]*mean[i][step]) / (own + spread[i])
			left[i] = own * spread[i] / (own + spread[i])
		}
		if p >= 0 {
			leaf[p] = false
			sum[p], spread[p] = sum[p]+best[i], spread[p]+left[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		if p := parent[i]; p >= 0 && spread[p] > 0 {
			best[i] += (best[p] - sum[p]) * left[i] / spread[p]
		}
		// A parent's share of its own children is found from what it was given.
		mean[i][step] = best[i]
	}
	total := make([]float64, n)
	for i, p := range parent {
		if leaf[i] {
			total[i] = math.Max(0, mean[i][step])
		}
		mean[i][step] = total[i]
		if p >= 0 {
			total[p] += total[i]
		}
	}
}
