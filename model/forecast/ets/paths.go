package ets

import (
	"math"
	"math/rand/v2"

	"almanac/model/stats"
)

// Noise draws one standardised error: mean 0, variance 1.
type Noise func(*rand.Rand) float64

// Normal is noise as the likelihood assumes it.
func Normal(r *rand.Rand) float64 { return r.NormFloat64() }

// Resampled draws from the model's own past errors (bootstrap: Hyndman et al. 2008, section 6.1), centred and brought to
// variance one; [Normal] where there are none or all are the same.
func (m *Model) Resampled() Noise {
	var mean, squared float64
	for _, e := range m.Errors {
		mean += e / float64(len(m.Errors))
	}
	for _, e := range m.Errors {
		squared += (e - mean) * (e - mean) / float64(len(m.Errors))
	}
	if !(squared > 0) {
		return Normal
	}
	deviation := math.Sqrt(squared)
	return func(r *rand.Rand) float64 { return (m.Errors[r.IntN(len(m.Errors))] - mean) / deviation }
}

// Quantiles simulates paths with the given noise and reads the quantiles p of each step: out[i][h] is the p[i]-quantile of
// step h. The same seed gives the same numbers.
func (m *Model) Quantiles(horizon int, p []float64, paths int, noise Noise, seed uint64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0x657473))
	values := make([][]float64, horizon)
	for h := range values {
		values[h] = make([]float64, paths)
	}
	path := make([]float64, horizon)
	for k := range paths {
		m.Path(func() float64 { return noise(random) }, path)
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
