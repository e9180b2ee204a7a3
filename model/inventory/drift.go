package inventory

import "math"

// Drift watches whether deliveries become slower or faster than they were: a two-sided cumulative sum of standardised
// logarithms of actual over quoted days (Page 1954, "Continuous inspection schemes", Biometrika 41; Montgomery 2020,
// "Introduction to Statistical Quality Control", 8th ed., section 9.1). With K ½ and H 5 a supplier who stays as they are
// gives a false alarm every 465 deliveries, and one who becomes a standard deviation slower is found after 10.
type Drift struct {
	Mean, SD float64 // of log(actual/quoted) in the time to compare with; SD > 0
	K, H     float64 // allowance and limit, in standard deviations
	slower   side
	faster   side
	n        int
}

// side is one of the two sums and where it left zero.
type side struct {
	sum   float64
	from  int
	total float64 // of the values since
}

// Change is a drift that was found.
type Change struct {
	Slower bool
	Since  int     // index of the delivery from which on
	Factor float64 // lead times are this much of what they were
}

// NewDrift watches with the usual K and H.
func NewDrift(mean, sd float64) *Drift { return &Drift{Mean: mean, SD: sd, K: 0.5, H: 5} }

// Add takes the next delivery's actual and quoted days, both > 0, and tells whether a drift is proven by it. After that the
// sums begin anew.
func (d *Drift) Add(actual, quoted float64) (Change, bool) {
	z := (math.Log(actual/quoted) - d.Mean) / d.SD
	i := d.n
	d.n++
	d.slower.add(z-d.K, z, i)
	d.faster.add(-z-d.K, z, i)
	for _, s := range []*side{&d.slower, &d.faster} {
		if s.sum > d.H {
			c := Change{Slower: s == &d.slower, Since: s.from, Factor: math.Exp(d.SD * s.total / float64(i-s.from+1))}
			d.slower, d.faster = side{}, side{}
			return c, true
		}
	}
	return Change{}, false
}

func (s *side) add(step, z float64, i int) {
	if s.sum == 0 {
		s.from, s.total = i, 0
	}
	s.sum = math.Max(0, s.sum+step)
	s.total += z
}
