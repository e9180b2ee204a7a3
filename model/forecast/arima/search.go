package arima

import "math"

// begin starts from zero coefficients, or from those of a neighbouring model.
func (s *squares) begin(near *Model) []float64 {
	p := make([]float64, 0, s.parameters())
	take := func(n int, from []float64) {
		for i := range n {
			v := 0.0
			if i < len(from) {
				v = 0.95 * from[i] // away from the edge, where a search is slow
			}
			p = append(p, v)
		}
	}
	if near == nil {
		near = &Model{}
	}
	take(s.P, near.AR)
	take(s.Q, near.MA)
	take(s.SP, near.SeasonalAR)
	take(s.SQ, near.SeasonalMA)
	if s.Constant {
		var sum float64
		for _, v := range s.w {
			sum += v
		}
		p = append(p, sum/float64(len(s.w)))
	}
	return p
}

// search is the method of Levenberg and Marquardt (Nocedal and Wright 2006, section 10.3).
func (s *squares) search(near *Model, tolerance float64) []float64 {
	k := s.parameters()
	p := s.begin(near)
	if s.set(p); !s.inside() {
		p = s.begin(nil)
		s.set(p)
	}
	value := s.residuals()
	damping := 1e-3
	normal, right := make([]float64, k*k), make([]float64, k)
	work, trial := make([]float64, k*k), make([]float64, k)
	for range 40 {
		s.derivatives()
		for i := range k {
			for j := range i + 1 {
				v := dot(s.columns[i][s.skip:], s.columns[j][s.skip:])
				normal[i*k+j], normal[j*k+i] = v, v
			}
			right[i] = -dot(s.columns[i][s.skip:], s.e[s.skip:])
		}
		better := false
		var gain float64
		for range 8 {
			copy(work, normal)
			for i := range k {
				work[i*k+i] += damping*normal[i*k+i] + 1e-12
			}
			copy(trial, right)
			if solve(work, trial, k) {
				for i := range trial {
					trial[i] += p[i]
				}
				s.set(trial)
				if s.inside() {
					if v := s.residuals(); v < value {
						gain, value, better = value-v, v, true
						break
					}
				}
			}
			damping = math.Max(damping*6, 1e-6)
		}
		if !better {
			break
		}
		copy(p, trial)
		s.set(p)
		damping /= 10
		if gain < tolerance*value {
			break
		}
	}
	s.set(p)
	s.residuals()
	return p
}

// inside keeps the search where residuals are not explosive.
func (s *squares) inside() bool {
	return apart(polynomial(s.MA, nil, 1, 1), 1.0001) && apart(polynomial(s.SeasonalMA, nil, 1, 1), 1.0001) &&
		apart(polynomial(s.AR, nil, 1, -1), 1.0001) && apart(polynomial(s.SeasonalAR, nil, 1, -1), 1.0001)
}

func dot(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// solve is Cholesky's method for the symmetric positive a (destroyed); the solution replaces b.
func solve(a, b []float64, k int) bool {
	for i := range k {
		for j := range i + 1 {
			sum := a[i*k+j]
			for c := range j {
				sum -= a[i*k+c] * a[j*k+c]
			}
			if i == j {
				if !(sum > 0) {
					return false
				}
				a[i*k+i] = math.Sqrt(sum)
			} else {
				a[i*k+j] = sum / a[j*k+j]
			}
		}
	}
	for i := range k {
		for c := range i {
			b[i] -= a[i*k+c] * b[c]
		}
		b[i] /= a[i*k+i]
	}
	for i := k - 1; i >= 0; i-- {
		for c := i + 1; c < k; c++ {
			b[i] -= a[c*k+i] * b[c]
		}
		b[i] /= a[i*k+i]
	}
	return true
}
