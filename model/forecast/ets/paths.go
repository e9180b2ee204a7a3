package ets

import (
	"math/rand/v2"

	"almanac/model/stats"
)

// Quantiles simulates paths with normal errors and reads the quantiles p of each step: out[i][h] is the p[i]-quantile of
// step h (Hyndman et al. 2008, section 6.1). The same seed gives the same numbers.
func (m *Model) Quantiles(horizon int, p []float64, paths int, seed uint64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0x657473))
	values := make([][]float64, horizon)
	for h := range values {
		values[h] = make([]float64, paths)
	}
	path := make([]float64, horizon)
	for k := range paths {
		m.Path(random.NormFloat64, path)
		for h, v := range path {
			values[h][k] = v
		}
	}
	out := make([][]float64, len(p))
	for i := range out {
		out[i] = make([]float64, horizon)
	}
	for h, v := range values {
		s := stats.Sorted(v)
		for i, level := range p {
			out[i][h] = stats.QuantileSorted(s, level)
		}
	}
	return out
}
