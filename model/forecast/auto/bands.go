package auto

import (
	"math"
	"slices"

	"almanac/model/parallel"
	"almanac/model/stats"
)

// bands is what the intervals of all series share: for each step, and for each sum over the first steps, how large errors are
// (profile) and how they are spread, as multiples of the scale of their series.
type bands struct {
	step, sum spreads
}

type spreads struct {
	few     bool        // hardly any past errors were to be had
	lean    bool        // quantiles follow the asymmetry of past errors
	profile []float64   // by step: mean absolute error over scale
	z       [][]float64 // by step: sorted errors over scale and profile
}

// How many past errors of a series its ordinary change is worth, and the disagreement of the methods.
const changeWeight, disagreementWeight = 1.0, 2.0

// calibrate gives every result its scale and the shared bands. Past errors are those of the combination with its final
// weights; each is divided by a scale in which it has no part itself.
func (p *panel) calibrate(s scheme, w []float64, of [][]lesson, out *Forecasts) {
	errors, sums := make([][][]float64, len(p.y)), make([][][]float64, len(p.y)) // by series, cut-off and step; of sums up to it
	parallel.On(p.o.Workers, len(p.y), func(i int) {
		c := combiner{median: s.median}
		for k, past := range p.past[i] {
			// Weights that this cut-off did not teach: what is judged has no part in the judgement.
			var others []lesson
			for _, l := range of[i] {
				if l.k != k {
					others = append(others, l)
				}
			}
			e := c.all(past.f, tilt(w, missed(others, len(w)), len(others), s.strength))
			total, sum := make([]float64, len(e)), 0.0
			for h := range e {
				e[h] = p.y[i][past.end+h] - e[h]
				sum += e[h]
				total[h] = sum
			}
			errors[i], sums[i] = append(errors[i], e), append(sums[i], total)
		}
	})
	b := &bands{}
	scales := p.scales(errors)
	b.step, b.sum = p.spreads(errors, scales), p.spreads(sums, scales)
	b.sum.profile[0], b.sum.z[0] = b.step.profile[0], b.step.z[0] // a sum of one step is that step
	// A scale that is itself estimated from few horizons is as often too small as too large, and too small costs more.
	unsure := 1 + 0.5/math.Max(p.independent(), 1)
	for i := range out.Results {
		r := &out.Results[i]
		r.bands, r.scale = b, scales.whole[i]
		if b.step.few { // the profile is half a guess: methods that agree are no proof
			r.scale = math.Max(r.scale, meanStep(p.y[i], p.o.Seasons.Period))
		}
		r.scale *= unsure
	}
}

// scales of every series: as known without each of its cut-offs, and as known from all.
type scales struct {
	without [][]float64
	whole   []float64
}

func (p *panel) scales(errors [][][]float64) scales {
	horizon := p.o.Horizon
	profile := make([]float64, horizon)
	var count float64
	for i, of := range errors {
		for k, e := range of {
			if d := p.past[i][k].scale; d > 0 {
				for h, v := range e {
					profile[h] += math.Min(math.Abs(v)/d, 50)
				}
				count++
			}
		}
	}
	for h := range profile {
		if profile[h] = profile[h] / math.Max(count, 1); !(profile[h] > 0) {
			profile[h] = p.wander(h)
		}
	}
	out := scales{without: make([][]float64, len(errors)), whole: make([]float64, len(errors))}
	parallel.On(p.o.Workers, len(errors), func(i int) {
		of := errors[i]
		size := make([]float64, len(of))
		for k, e := range of {
			for h, v := range e {
				size[k] += math.Abs(v) / profile[h] / float64(horizon)
			}
		}
		steps := meanStep(p.y[i], p.o.Seasons.Period)
		out.whole[i] = blend(size, -1, steps, p.disagreement(p.now[i], profile))
		for k := range of {
			out.without[i] = append(out.without[i], blend(size, k, p.past[i][k].scale, p.disagreement(p.past[i][k].f, profile)))
		}
	})
	return out
}

// wander is how errors grow with the step where no past tells: as those of a random walk, a seasonal one where the scale of the
// series is its change over a period ([meanStep]), which is what such a walk strays in any step of the first period.
func (p *panel) wander(h int) float64 {
	period := p.o.Seasons.Period
	for _, y := range p.y {
		if len(y) <= period {
			period = 1
		}
	}
	return math.Sqrt(float64(h/period + 1))
}

// disagreement is how far the methods lie from their own mean: where they say different things, nobody knows.
func (p *panel) disagreement(f [][]float64, profile []float64) float64 {
	var sum float64
	for h := range profile {
		var mean float64
		for m := range f {
			mean += f[m][h] / float64(len(f))
		}
		for m := range f {
			sum += math.Abs(f[m][h]-mean) / profile[h]
		}
	}
	return sum / float64(len(f)*len(profile))
}

// blend is the geometric mean of a series' own error sizes, but for the one left out, its ordinary change, and how far the
// methods disagree.
func blend(size []float64, skip int, change, disagreement float64) float64 {
	sum, n := 0.0, 0.0
	floor := 1e-3 * change
	if change > 0 {
		sum, n = changeWeight*math.Log(change), changeWeight
		sum += disagreementWeight * math.Log(math.Max(disagreement, 0.05*change))
		n += disagreementWeight
	}
	for k, v := range size {
		if k != skip && (v > floor) {
			sum += math.Log(v)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return math.Exp(sum / n)
}

// fewHorizons is below how many horizons that do not overlap, of all series together, errors do not speak for themselves.
const fewHorizons = 5

// independent counts the horizons that were forecast in the past without overlap.
func (p *panel) independent() float64 {
	var n float64
	for _, past := range p.past {
		if len(past) > 0 {
			n += 1 + float64(past[0].end-past[len(past)-1].end)/float64(p.o.Horizon)
		}
	}
	return n
}

// fewErrors is below how many errors per step the steps are pooled.
const fewErrors = 150

func (p *panel) spreads(errors [][][]float64, s scales) spreads {
	horizon := p.o.Horizon
	out := spreads{lean: p.o.Lean, profile: make([]float64, horizon), z: make([][]float64, horizon)}
	parallel.On(p.o.Workers, horizon, func(h int) {
		var sum float64
		for i, of := range errors {
			for k, e := range of {
				if d := s.without[i][k]; d > 0 {
					z := e[h] / d
					out.z[h] = append(out.z[h], z)
					sum += math.Min(math.Abs(z), 50)
				}
			}
		}
		out.profile[h] = sum / math.Max(1, float64(len(out.z[h])))
		if !(out.profile[h] > 0) {
			out.profile[h] = p.wander(h)
		}
		for j := range out.z[h] {
			out.z[h][j] /= out.profile[h]
		}
	})
	if len(out.z[0]) < fewErrors {
		var all []float64
		for _, z := range out.z {
			all = append(all, z...)
		}
		// A sample of few cut-offs is filled up with what errors usually look like.
		if p.independent() < fewHorizons || len(all) == 0 {
			out.few = true
			all = append(all, usual()...)
		}
		slices.Sort(all)
		for h := range out.z {
			out.z[h] = all
		}
		return out
	}
	parallel.On(p.o.Workers, horizon, func(h int) {
		slices.Sort(out.z[h])
		out.z[h] = thinned(out.z[h])
	})
	return out
}

// manyErrors of a step tell its quantiles as well as more would.
const manyErrors = 20_000

// thinned is a sorted sample, of a very large one every so many, in the middle of their like.
func thinned(z []float64) []float64 {
	if len(z) <= manyErrors {
		return z
	}
	out := make([]float64, manyErrors)
	for k := range out {
		out[k] = z[(2*k+1)*len(z)/(2*manyErrors)]
	}
	return out
}

// usual is a sample of Laplace errors with mean size one: heavier tails than the normal law, as forecast errors have.
func usual() []float64 {
	out := make([]float64, 0, 40)
	for i := range 20 {
		v := -math.Log(1 - (float64(i)+0.5)/20)
		out = append(out, v, -v)
	}
	return out
}

// quantile is symmetric about the middle, unless it may lean: that past errors of a whole collection leaned to one side was
// the market of those weeks, and the next ones need not lean the same way.
func (s spreads) quantile(h int, p float64) float64 {
	z := s.z[h]
	// One error more than were seen may lie outside all of them.
	n := float64(len(z))
	p = 0.5 + (p-0.5)*math.Min(1+1/n, 1/math.Max(2*math.Abs(p-0.5), 1e-9))
	if s.lean {
		return s.profile[h] * stats.QuantileSorted(z, p)
	}
	return s.profile[h] * (stats.QuantileSorted(z, p) - stats.QuantileSorted(z, 1-p)) / 2
}

// Quantile is the p-quantile of step h (from 0), within the bounds of the series.
func (r *Result) Quantile(h int, p float64) float64 {
	return math.Min(math.Max(r.Point[h]+r.scale*r.bands.step.quantile(h, p), r.low), r.high)
}

// SumQuantile is the p-quantile of the sum over the first steps, from 1 to the horizon.
func (r *Result) SumQuantile(steps int, p float64) float64 {
	steps = min(max(steps, 1), len(r.Point))
	var sum float64
	for _, v := range r.Point[:steps] {
		sum += v
	}
	n := float64(steps)
	return math.Min(math.Max(sum+r.scale*r.bands.sum.quantile(steps-1, p), n*r.low), n*r.high)
}

// SumDeviation is the standard deviation that a normal law would need to have the 80 % interval of the sum over the first
// steps, from 1 to the horizon; bounds of the series do not narrow it.
func (r *Result) SumDeviation(steps int) float64 {
	h := min(max(steps, 1), len(r.Point)) - 1
	const normal = 2 * 1.2815515655446004
	return r.scale * (r.bands.sum.quantile(h, 0.9) - r.bands.sum.quantile(h, 0.1)) / normal
}
