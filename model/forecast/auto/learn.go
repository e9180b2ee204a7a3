package auto

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"almanac/model/parallel"
)

// lesson is what one cut-off of one series teaches; its errors are multiplied by a weight so that all lessons count alike.
type lesson struct {
	*origin
	series, k int // the k-th cut-off of the series
	weight    float64
	y         []float64 // what came
}

// errors by member and step.
func (l *lesson) errors() [][]float64 {
	out := make([][]float64, len(l.f))
	for m, f := range l.f {
		out[m] = make([]float64, len(f))
		for h, v := range f {
			out[m][h] = l.weight * (l.y[h] - v)
		}
	}
	return out
}

// lessons of the cut-offs from the given one on that can be scored, series by series. An error counts half by the scale of its
// series and half by the size of what came, each relative to its mean over the lessons: the two halves of the OWA measure.
func (p *panel) lessons(from int) []lesson {
	var byScale, bySize float64
	var out []lesson
	for i, past := range p.past {
		for k := from; k < len(past); k++ {
			if o := &past[k]; o.scale > 0 && o.volume > 0 {
				byScale += o.equal / o.scale
				bySize += math.Min(o.equal/o.volume, 2)
				out = append(out, lesson{origin: o, series: i, k: k, y: p.y[i][o.end : o.end+p.o.Horizon]})
			}
		}
	}
	count := float64(len(out))
	for at := range out {
		l := &out[at]
		l.weight = (count/(l.scale*math.Max(byScale, 1e-12)) + count/(l.volume*math.Max(bySize, 1e-12))) / 2
	}
	return out
}

// bySeries are the lessons of each series, by its index.
func (p *panel) bySeries(lessons []lesson) [][]lesson {
	out := make([][]lesson, len(p.y))
	for from := 0; from < len(lessons); {
		i, to := lessons[from].series, from
		for to < len(lessons) && lessons[to].series == i {
			to++
		}
		out[i], from = lessons[from:to], to
	}
	return out
}

// missed is by how much each member missed in some lessons.
func missed(of []lesson, members int) []float64 {
	out := make([]float64, members)
	for i := range of {
		for m, v := range of[i].miss {
			out[m] += of[i].weight * v
		}
	}
	return out
}

const (
	learnRounds = 150
	// pull is how many lessons the equal weights are worth: with few series the past decides little.
	pull = 50
)

// shared learns weights (≥ 0, sum 1) over all lessons by exponentiated gradient on the absolute error of the weighted mean
// (Kivinen and Warmuth 1997, Information and Computation 132(1)), averaged over the second half of the rounds.
func (p *panel) shared(lessons []lesson) []float64 {
	members := len(p.members)
	w, g, average := make([]float64, members), make([]float64, members), make([]float64, members)
	for m := range w {
		w[m] = 1 / float64(members)
	}
	if len(lessons) == 0 {
		return w
	}
	stride := max(1, len(lessons)/4000) // enough to tell a dozen weights
	// The gradient is added up in parts, in their order.
	parts := make([][]float64, min(8, 1+len(lessons)/500))
	for k := range parts {
		parts[k] = make([]float64, members)
	}
	for round := range learnRounds {
		taken := (len(lessons) - round%stride + stride - 1) / stride
		parallel.On(p.o.Workers, len(parts), func(k int) {
			clear(parts[k])
			room := make([]float64, len(lessons[0].y))
			for at := k * taken / len(parts); at < (k+1)*taken/len(parts); at++ {
				slope(&lessons[round%stride+at*stride], w, parts[k], room)
			}
		})
		clear(g)
		for _, of := range parts {
			floats.Add(g, of)
		}
		used := float64(taken)
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

// slope adds the derivative of the mean absolute error of the weighted mean; room is for one number a step.
func slope(l *lesson, w, g, room []float64) {
	clear(room)
	for m, f := range l.f {
		for h, v := range f {
			room[h] += w[m] * (l.y[h] - v)
		}
	}
	for h, e := range room {
		room[h] = math.Copysign(l.weight/float64(len(room)), e)
	}
	for m, f := range l.f {
		for h, v := range f {
			g[m] += room[h] * (l.y[h] - v)
		}
	}
}

// tilt turns shared weights into those of one series of which so many lessons are known, and what each member missed in them: a method
// that missed by a share r more than the others, as the shared weights see them, loses by exp(−strength·r), less where few cut-offs speak.
func tilt(w, miss []float64, lessons int, strength float64) []float64 {
	out := append([]float64(nil), w...)
	if lessons == 0 || strength == 0 {
		return out
	}
	var typical float64
	for m := range w {
		typical += w[m] * miss[m]
	}
	if !(typical > 0) {
		return out
	}
	n := float64(lessons)
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
