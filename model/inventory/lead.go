package inventory

import "math"

// Lead is the law of one lead time: log-normal, Mu and Sigma of the logarithm of its days. A Sigma of 0 is a supplier who is
// always on the day.
type Lead struct{ Mu, Sigma float64 }

// LeadOf is the law of a mean and standard deviation in days; mean > 0, sd ≥ 0.
func LeadOf(mean, sd float64) Lead {
	s2 := math.Log1p(sd / mean * sd / mean)
	return Lead{Mu: math.Log(mean) - s2/2, Sigma: math.Sqrt(s2)}
}

// Mean is in days.
func (l Lead) Mean() float64 { return math.Exp(l.Mu + l.Sigma*l.Sigma/2) }

// SD is the standard deviation in days.
func (l Lead) SD() float64 { return l.Mean() * math.Sqrt(math.Expm1(l.Sigma*l.Sigma)) }

// Quantile is in days, 0 < p < 1.
func (l Lead) Quantile(p float64) float64 { return math.Exp(l.Mu + l.Sigma*zOf(p)) }

// Longer is the chance that it takes longer than some days.
func (l Lead) Longer(days float64) float64 {
	switch {
	case days <= 0:
		return 1
	case l.Sigma <= 0:
		if math.Log(days) < l.Mu {
			return 1
		}
		return 0
	}
	return cumulative(-(math.Log(days) - l.Mu) / l.Sigma)
}

// Late is the chance that an order comes after the day due (days since it was placed), given that it has been open for some
// days. An order that is open past all experience is late.
func (l Lead) Late(due, open float64) float64 {
	if open >= due {
		return 1
	}
	still := l.Longer(open)
	if still < 1e-15 {
		return 1
	}
	return l.Longer(due) / still
}

// Left is the p-quantile of the days that an order which has been open for some days still takes; 0 where it has been open
// past all experience.
func (l Lead) Left(open, p float64) float64 {
	still := l.Longer(open)
	tail := (1 - p) * still
	if tail < 1e-15 || tail >= 1 {
		return 0
	}
	if l.Sigma <= 0 {
		return math.Max(0, math.Exp(l.Mu)-open)
	}
	return math.Max(0, math.Exp(l.Mu-l.Sigma*zOf(tail))-open)
}

// Risk is what may go wrong before an open order arrives.
type Risk struct {
	Late     float64 // chance to come after the day due
	Stockout float64 // chance that the shelf is empty before
	Short    float64 // expected units that customers want meanwhile and do not get
	Money    float64 // margin lost with them
}

// AtRisk looks at an order that has been open for some days and is due after some days since it was placed: onHand units
// must last until it comes. demand gives the law of the demand of the next days together, from 1 day on; margin is what a
// unit earns. Arrival is followed to where one of a thousand such orders is still open, at most for a year.
func (l Lead) AtRisk(due, open, onHand, margin float64, demand func(days int) Demand) Risk {
	r := Risk{Late: l.Late(due, open)}
	still := l.Longer(open)
	before := 1.0 // still open, given what is known
	for day := 1; day <= 365 && before > 1e-3; day++ {
		after := 0.0
		if still >= 1e-15 {
			after = l.Longer(open+float64(day)) / still
		}
		if comes := before - after; comes > 0 {
			d := demand(day)
			r.Stockout += comes * d.Above(onHand)
			r.Short += comes * d.Short(onHand)
		}
		before = after
	}
	r.Money = r.Short * margin
	return r
}
