// Package effect separates from the demand of a catalogue what moved it besides time: a lower price, a promotion, the dip after
// it, a holiday, the weather. Effects are factors: demand is divided by them, forecast by any method, and multiplied by those
// of the weeks ahead.
//
// In goes a [Panel]: units by product and step, and what may have moved them, known for one product (own) or the same for all
// (common). Out comes a [Fit] with a coefficient per class of products and regressor: demand is multiplied by e to the sum of
// coefficient times regressor.
//
// Own regressors are estimated by the likelihood of how the units of a product are spread over the steps of a quarter,
// given their sum (conditional Poisson: Hausman, Hall and Griliches 1984, "Econometric Models for Count Data with an
// Application to the Patents–R&D Relationship", Econometrica 52(4)), with an effect of each step and class, so that prices which follow
// the season do not pass for what moves it. Common ones are estimated from what the class sold against its own level in the steps around, by
// least squares. Classes are drawn towards the whole by how much they differ beyond chance (empirical Bayes with the
// variance of DerSimonian and Laird 1986, "Meta-analysis in clinical trials", Controlled Clinical Trials 7(3)). Variances are those
// of counts times their dispersion.
package effect

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	block = 13 // steps within which a product's level counts as one
	reach = 6  // steps to both sides that a step is compared with
	// most bounds the factor of all effects together: beyond it a regressor is outside of what was seen.
	most = 6.0
	// An outlier beyond so many times the mean of its quarter teaches no more than one there: bulk orders are no effect of a price.
	outlier = 6.0
	// rounds of Newton's method; it converges in four or five.
	rounds = 6
	// prior is the standard deviation of coefficients before anything is seen; a price elasticity of −3 lies within one and a half.
	prior = 2.0
)

// Panel is what was seen. Steps are counted from 0 for all products alike.
type Panel struct {
	Units   [][]float64 // by product, from its first step on; NaN where demand was not seen
	First   []int       // by product
	Class   []int       // by product
	Classes int
	// Own is, by product, nil where nothing moved it, else by regressor the value at each step from 0 on, as far as it is known;
	// 0 is as usual.
	Own [][][]float64
	// Common is by regressor the value at each step from 0 on.
	Common [][]float64
}

// Fit is what the regressors did.
type Fit struct {
	Own, Common     [][]float64 // by class and regressor
	OwnSD, CommonSD []float64   // standard errors of the mean over classes; that of the prior, 2, where nothing was seen
	OwnAll          []float64   // the mean over classes
	CommonAll       []float64
}

// Estimate fits the regressors to the steps before one.
func Estimate(p Panel, until int) *Fit {
	e := newEstimator(p, until)
	e.refactor()
	f := &Fit{Common: zeros(p.Classes, e.common), CommonSD: make([]float64, e.common), CommonAll: make([]float64, e.common)}
	f.OwnAll, f.OwnSD = e.fitOwn()
	f.Own = e.own
	if e.common > 0 {
		f.Common, f.CommonAll, f.CommonSD = e.fitCommon()
	}
	return f
}

// Factor is by how much demand of a class is multiplied where the regressors have these values.
func (f *Fit) Factor(class int, own, common func(regressor int) float64) float64 {
	var sum float64
	for k, b := range f.Own[class] {
		if b != 0 {
			sum += b * own(k)
		}
	}
	for k, b := range f.Common[class] {
		if b != 0 {
			sum += b * common(k)
		}
	}
	return bounded(sum)
}

func bounded(sum float64) float64 {
	if sum == 0 {
		return 1 // most products in most steps
	}
	return math.Exp(math.Max(-math.Log(most), math.Min(math.Log(most), sum)))
}

func regressors(own [][][]float64) int {
	for _, of := range own {
		if of != nil {
			return len(of)
		}
	}
	return 0
}

func zeros(n, k int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, k)
	}
	return out
}

// at is a value of a series that is as usual (0) where it is not known.
func at(x []float64, t int) float64 {
	if t < 0 || t >= len(x) || math.IsNaN(x[t]) {
		return 0
	}
	return x[t]
}

// moments are score and information of some coefficients in one class.
type moments struct {
	score []float64
	info  *mat.SymDense
}

func newMoments(k int) moments { return moments{make([]float64, k), mat.NewSymDense(k, nil)} }

func (m moments) add(o moments) {
	for i, v := range o.score {
		m.score[i] += v
	}
	m.info.AddSym(m.info, o.info)
}

// posterior is the information with a prior of the given precision.
func (m moments) posterior(dispersion float64, precision []float64) *mat.SymDense {
	k := len(m.score)
	a := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			a.SetSym(i, j, m.info.At(i, j)/dispersion)
		}
		a.SetSym(i, i, a.At(i, i)+precision[i])
	}
	return a
}

// step is where the score, less a pull of the given precision towards zero from the given distance, says to go.
func (m moments) step(dispersion float64, precision, from []float64) []float64 {
	k := len(m.score)
	a, b := m.posterior(dispersion, precision), mat.NewVecDense(k, nil)
	for i := range k {
		b.SetVec(i, m.score[i]/dispersion-precision[i]*from[i])
	}
	var c mat.Cholesky
	out := make([]float64, k)
	if !c.Factorize(a) {
		return out
	}
	var x mat.VecDense
	if err := c.SolveVecTo(&x, b); err != nil {
		return out // nearly singular: no step is better than a wild one
	}
	for i := range out {
		out[i] = math.Max(-1, math.Min(1, x.AtVec(i)))
	}
	return out
}

// deviations are the standard errors, of a coefficient beside the others; that of the prior where nothing was seen.
func (m moments) deviations(dispersion float64, precision []float64) []float64 {
	out := make([]float64, len(m.score))
	for i := range out {
		out[i] = prior
	}
	var c mat.Cholesky
	var inverse mat.SymDense
	if !c.Factorize(m.posterior(dispersion, precision)) || c.InverseTo(&inverse) != nil {
		return out
	}
	for i := range out {
		out[i] = math.Sqrt(inverse.At(i, i))
	}
	return out
}

// between is, by coefficient, the precision with which classes lie around the whole, from each one's score there:
// +Inf where they differ by no more than chance.
func between(classes []moments, dispersion float64) []float64 {
	if len(classes) == 0 {
		return nil
	}
	out := make([]float64, len(classes[0].score))
	for k := range out {
		var n, w, ww, q float64
		for _, m := range classes {
			if i := m.info.At(k, k) / dispersion; i > 0 {
				d := m.score[k] / m.info.At(k, k)
				n, w, ww, q = n+1, w+i, ww+i*i, q+i*d*d
			}
		}
		out[k] = math.Inf(1)
		if spread := w - ww/w; n > 1 && q > n-1 && spread > 0 {
			out[k] = spread / (q - (n - 1))
		}
	}
	return out
}
