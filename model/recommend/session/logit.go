package session

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// choice is one question as a conditional logit sees it: the features of each candidate, row by row, and which one was taken.
type choice struct {
	x     []float32 // rows · width
	taken int
}

// logit fits weights β that make the taken candidates likely, P(c) = exp(β·x_c)/Σ exp(β·x), by Newton's method with a
// ridge of strength ridge about the point towards (McFadden 1974, section III; concave, so that there is one answer).
func logit(choices []choice, width int, ridge float64, towards []float64) []float64 {
	beta := make([]float64, width)
	copy(beta, towards)
	f, g, h := likelihood(choices, width, beta, ridge, towards)
	for range 30 {
		var chol mat.Cholesky
		if !chol.Factorize(mat.NewSymDense(width, h)) {
			return beta // flat: what there is to learn has been learnt
		}
		var step mat.VecDense
		if err := chol.SolveVecTo(&step, mat.NewVecDense(width, g)); err != nil {
			return beta // ill-conditioned: as good as flat
		}
		size, better := 1.0, false
		for range 12 {
			next := make([]float64, width)
			for i := range next {
				next[i] = beta[i] + size*step.AtVec(i)
			}
			f2, g2, h2 := likelihood(choices, width, next, ridge, towards)
			if f2 > f {
				better = f2-f > 1e-7*math.Abs(f)
				beta, f, g, h = next, f2, g2, h2
				break
			}
			size /= 2
		}
		if !better {
			return beta
		}
	}
	return beta
}

// likelihood is the penalised log-likelihood, its gradient and the negative of its second derivatives.
func likelihood(choices []choice, width int, beta []float64, ridge float64, towards []float64) (f float64, g, h []float64) {
	g, h = make([]float64, width), make([]float64, width*width)
	at := func(i int) float64 {
		if towards == nil {
			return 0
		}
		return towards[i]
	}
	for i, b := range beta {
		d := b - at(i)
		f -= ridge / 2 * d * d
		g[i] -= ridge * d
		h[i*width+i] += ridge
	}
	mean := make([]float64, width)
	var p []float64
	for _, c := range choices {
		n := len(c.x) / width
		p = utilities(c.x, width, beta, p[:0])
		most := p[0]
		for _, u := range p {
			most = max(most, u)
		}
		sum := 0.0
		taken := p[c.taken]
		for i := range p {
			p[i] = math.Exp(p[i] - most)
			sum += p[i]
		}
		f += taken - most - math.Log(sum)
		clear(mean)
		for r := range n {
			w := p[r] / sum
			if w < 1e-9 {
				continue
			}
			row := c.x[r*width : (r+1)*width]
			for i, v := range row {
				if v == 0 {
					continue
				}
				wv := w * float64(v)
				mean[i] += wv
				for j := 0; j <= i; j++ {
					h[i*width+j] += wv * float64(row[j])
				}
			}
		}
		row := c.x[c.taken*width : (c.taken+1)*width]
		for i := range mean {
			g[i] += float64(row[i]) - mean[i]
			for j := 0; j <= i; j++ {
				h[i*width+j] -= mean[i] * mean[j]
			}
		}
	}
	for i := range width {
		for j := range i {
			h[j*width+i] = h[i*width+j]
		}
	}
	return f, g, h
}

// utilities appends β·x of each row.
func utilities(x []float32, width int, beta, into []float64) []float64 {
	for r := 0; r+width <= len(x); r += width {
		u := 0.0
		for i, v := range x[r : r+width] {
			u += beta[i] * float64(v)
		}
		into = append(into, u)
	}
	return into
}
