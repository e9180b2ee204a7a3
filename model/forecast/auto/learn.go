package auto

import "math"

// lesson is what one cut-off of one series teaches: errors by member and step, divided so that all lessons count alike.
type lesson struct {
	series, origin int
	weight         float64
	y              []float64   // what came
	f              [][]float64 // by member and step
}

// err is the error of a member at a step.
func (l *lesson) err(m, h int) float64 { return l.weight * (l.y[h] - l.f[m][h]) }

// errors by member and step, into room for as many.
func (l *lesson) errors(room [][]float64) [][]float64 {
	for m, f := range l.f {
		for h := range f {
			room[m][h] = l.err(m, h)
		}
	}
	return room
}

// lessons of the cut-offs from the given one on. An error counts half by the scale of its series and half by the size of
// what came, each relative to its mean over the lessons: the two halves of the OWA measure.
func (p *panel) lessons(from int) []lesson {
	var byScale, bySize, count float64
	p.each(from, func(_, _ int, o *origin, e []float64) {
		var miss float64
		for _, v := range e {
			miss += math.Abs(v) / float64(len(e))
		}
		byScale += miss / o.scale
		bySize += math.Min(miss/o.volume, 2)
		count++
	})
	var out []lesson
	p.each(from, func(i, k int, o *origin, _ []float64) {
		weight := (count/(o.scale*math.Max(byScale, 1e-12)) + count/(o.volume*math.Max(bySize, 1e-12))) / 2
		out = append(out, lesson{series: i, origin: k, weight: weight, y: p.y[i][o.end:], f: o.f})
	})
	return out
}

// each visits the cut-offs that can be scored, with the errors of the equally weighted mean.
func (p *panel) each(from int, visit func(i, k int, o *origin, e []float64)) {
	for i, past := range p.past {
		for k := from; k < len(past); k++ {
			o := &past[k]
			if !(o.scale > 0) || !(o.volume > 0) {
				continue
			}
			e := make([]float64, p.o.Horizon)
			for h := range e {
				var mean float64
				for m := range o.f {
					mean += o.f[m][h] / float64(len(o.f))
				}
				e[h] = p.y[i][o.end+h] - mean
			}
			visit(i, k, o, e)
		}
	}
}

const (
	learnRounds = 150
	// pull is how many lessons the equal weights are worth: with few series the past decides little.
	pull = 50
)

// shared learns weights (≥ 0, sum 1) over all lessons by exponentiated gradient on the absolute error of the weighted mean
// (Kivinen and Warmuth 1997, Information and Computation 132(1)), averaged over the second half of the rounds.
func shared(lessons []lesson, members int) []float64 {
	w, g, average := make([]float64, members), make([]float64, members), make([]float64, members)
	for m := range w {
		w[m] = 1 / float64(members)
	}
	if len(lessons) == 0 {
		return w
	}
	stride := max(1, len(lessons)/4000) // enough to tell a dozen weights
	for round := range learnRounds {
		clear(g)
		used := 0.0
		for at := round % stride; at < len(lessons); at += stride {
			slope(&lessons[at], w, g)
			used++
		}
		var size, total float64
		for m := range g {
			// The equal weights hold by relative entropy.
			g[m] = (g[m] + pull*0.05*math.Log(math.Max(w[m], 1e-12)*float64(members))) / (used + pull)
			size = math.Max(size, math.Abs(g[m]))
		}
		rate := 0.5 / (math.Sqrt(1+float64(round)) * math.Max(size, 1e-12))
		for m := range w {
			w[m] *= math.Exp(-rate * g[m])
			total += w[m]
		}
		for m := range w {
			w[m] /= total
			if round >= learnRounds/2 {
				average[m] += w[m] / (learnRounds - learnRounds/2)
			}
		}
	}
	return average
}

// slope adds the derivative of the mean absolute error of the weighted mean.
func slope(l *lesson, w, g []float64) {
	steps := len(l.f[0])
	for h := range steps {
		var e float64
		for m := range l.f {
			e += w[m] * l.err(m, h)
		}
		s := math.Copysign(1/float64(steps), e)
		for m := range l.f {
			g[m] += s * l.err(m, h)
		}
	}
}

// tilt turns shared weights into those of one series: a method that missed by a share r more than the others, as the
// shared weights see them, loses by exp(−strength·r), less where few cut-offs speak.
func tilt(w []float64, of []lesson, strength float64) []float64 {
	out := append([]float64(nil), w...)
	if len(of) == 0 || strength == 0 {
		return out
	}
	miss := make([]float64, len(w))
	var typical float64
	for i := range of {
		for m, f := range of[i].f {
			for h := range f {
				miss[m] += math.Abs(of[i].err(m, h))
			}
		}
	}
	for m := range w {
		typical += w[m] * miss[m]
	}
	if !(typical > 0) {
		return out
	}
	n := float64(len(of))
	var total float64
	for m := range out {
		out[m] *= math.Exp(-strength * n / (n + 1) * math.Min(miss[m]/typical-1, 3))
		total += out[m]
	}
	for m := range out {
		out[m] /= total
	}
	return out
}
