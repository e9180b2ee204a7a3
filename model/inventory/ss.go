package inventory

import "math"

// PoissonSS is the exact best (s, S) under periodic review with Poisson demand of mean m a period, no lead time,
// cost K of an order, h of a unit held and p of a unit that waits over a period's end: at s or less, order up to S.
// Zheng and Federgruen (1991), "Finding optimal (s, S) policies is about as simple as evaluating a single policy".
func PoissonSS(K, h, p, m float64) (s, S int, cost float64) {
	rate := func(y int) float64 {
		if y < 0 {
			return p * (m - float64(y))
		}
		return NewsvendorPoissonCost(y, h, p, m)
	}
	pmf := []float64{}
	for n, seen := 0, 0.0; seen < 1-1e-15 && n < int(m+20*math.Sqrt(m)+50); n++ {
		pmf = append(pmf, poisson(n, m))
		seen += pmf[n]
	}
	// policy is the cost a period of (s, S): K and the rates of the positions passed, over the periods of a cycle.
	// visits[j] is how often a cycle that starts at S passes S−j.
	visits := []float64{1 / (1 - pmf[0])}
	visit := func(j int) float64 {
		for len(visits) <= j {
			n, v := len(visits), 0.0
			for k := 1; k <= n && k < len(pmf); k++ {
				v += pmf[k] * visits[n-k]
			}
			visits = append(visits, v/(1-pmf[0]))
		}
		return visits[j]
	}
	policy := func(s, S int) float64 {
		total, periods := K, 0.0
		for j := 0; j < S-s; j++ {
			v := visit(j)
			periods += v
			total += v * rate(S-j)
		}
		return total / periods
	}
	best, _ := NewsvendorPoisson(h, p, m)
	S, s = best, best-1
	for policy(s, S) > rate(s) {
		s--
	}
	cost = policy(s, S)
	for up := best + 1; rate(up) <= cost; up++ {
		if policy(s, up) >= cost {
			continue
		}
		S = up
		for policy(s, S) <= rate(s+1) {
			s++
		}
		cost = policy(s, S)
	}
	return s, S, cost
}

// PowerSS is the power approximation of (s, S) for normal demand a period of mean mu and standard deviation sd,
// lead time of L periods; Ehrhardt and Mosier (1984), "A revision of the power approximation for computing (s, S)
// policies", Management Science 30(5). It is meant for orders that last longer than a period and a half, S−s > 1.5·mu;
// below, the authors cap S at the newsvendor's stock, which is [BaseStock] under another name and not done here.
func PowerSS(K, h, p, mu, sd, L float64) (s, S float64) {
	mean, spread := mu*(L+1), sd*math.Sqrt(L+1)
	q := 1.30 * math.Pow(mu, 0.494) * math.Pow(K/h, 0.506) * math.Pow(1+spread*spread/(mu*mu), 0.116)
	z := math.Sqrt(q * h / (p * spread))
	s = 0.973*mean + spread*(0.183/z+1.063-2.192*z)
	return s, s + q
}
