package inventory

import "math"

// Delivery is one order line: the days it took, or, where it is still open, has been open for.
type Delivery struct {
	Supplier, Product int     // numbers of the caller's, from 0
	Quoted            float64 // days that were expected when it was placed, > 0; 1 where nobody said
	Days              float64 // > 0
	Open              bool
}

// LeadTimes is what deliveries tell of suppliers and products: the logarithm of actual over quoted days is normal, with a
// mean of each product that lies around its supplier's, which lies around the shop's, and a spread of each supplier that
// lies around the shop's. What little is known of one is filled up from the level above (Gelman et al. 2013, "Bayesian
// Data Analysis", 3rd ed., chapter 5; variances by EM, Dempster, Laird and Rubin 1977, JRSS B 39(1)). Open orders are
// right-censored: they count as what orders that took at least as long came to.
type LeadTimes struct {
	shop      effect
	noise2    float64 // of one delivery, in the shop
	supplier2 float64 // between suppliers
	product2  float64 // between products of a supplier
	suppliers map[int]*supply
}

// effect is a mean and how unsure it is.
type effect struct{ mean, variance float64 }

type supply struct {
	effect
	noise2 float64
	cells  map[int]*cell
}

type cell struct {
	effect
	rows []row
}

// row is one delivery: its logarithm, as observed or as expected.
type row struct{ y, variance, open float64 }

// What is assumed before anything is seen, and how many observations that is worth.
const (
	priorNoise, priorNoiseWorth       = 0.3, 4.0
	priorBetween, priorBetweenWorth   = 0.2, 3.0
	priorProducts, priorProductsWorth = 0.1, 3.0
	priorShop                         = 0.5 // standard deviation of the shop's mean around "as quoted"
	supplierNoiseWorth                = 8.0 // the shop's spread, against a supplier's own
	leadIterations, leadSettled       = 200, 1e-7
)

// FitLeadTimes learns from deliveries. Those without a positive number of days and quoted days are passed over. Nothing
// learnt says "as quoted, give or take a third".
func FitLeadTimes(deliveries []Delivery) *LeadTimes {
	m := &LeadTimes{noise2: priorNoise * priorNoise, supplier2: priorBetween * priorBetween, product2: priorProducts * priorProducts, suppliers: map[int]*supply{},
		shop: effect{0, priorShop * priorShop}}
	order := []*supply{} // sums in the order of the data: the same data give the same bytes
	cells := map[*supply][]*cell{}
	for _, d := range deliveries {
		if !(d.Days > 0) || !(d.Quoted > 0) || math.IsInf(d.Days, 0) || math.IsInf(d.Quoted, 0) {
			continue
		}
		s := m.suppliers[d.Supplier]
		if s == nil {
			s = &supply{noise2: m.noise2, cells: map[int]*cell{}}
			m.suppliers[d.Supplier] = s
			order = append(order, s)
		}
		c := s.cells[d.Product]
		if c == nil {
			c = &cell{}
			s.cells[d.Product] = c
			cells[s] = append(cells[s], c)
		}
		r := row{y: math.Log(d.Days / d.Quoted), open: math.Inf(-1)}
		if d.Open {
			r.open = r.y
		}
		c.rows = append(c.rows, r)
	}
	if len(order) == 0 {
		return m
	}
	for range leadIterations {
		moved := m.expect(order, cells)
		moved = math.Max(moved, m.means(order, cells))
		m.variances(order, cells)
		if moved < leadSettled {
			break
		}
	}
	return m
}

// expect fills in open orders: the mean and variance of a normal value above what is known.
func (m *LeadTimes) expect(order []*supply, cells map[*supply][]*cell) (moved float64) {
	for _, s := range order {
		sd := math.Sqrt(s.noise2)
		for _, c := range cells[s] {
			for i := range c.rows {
				r := &c.rows[i]
				if math.IsInf(r.open, -1) {
					continue
				}
				a := (r.open - c.mean) / sd
				rate := hazard(a)
				y := c.mean + sd*rate
				moved = math.Max(moved, math.Abs(y-r.y))
				r.y, r.variance = y, s.noise2*math.Max(0, 1+a*rate-rate*rate)
			}
		}
	}
	return moved
}

// hazard is φ/(1−Φ) of the standard normal law.
func hazard(z float64) float64 {
	if z > 30 {
		return z + 1/z
	}
	return density(z) / cumulative(-z)
}

// means finds the effects, given the variances.
func (m *LeadTimes) means(order []*supply, cells map[*supply][]*cell) (moved float64) {
	own := make([]effect, len(order)) // of each supplier, from its deliveries alone
	precision, sum := 1/(priorShop*priorShop), 0.0
	for i, s := range order {
		var p, t float64
		for _, c := range cells[s] {
			v := m.product2 + s.noise2/float64(len(c.rows))
			p += 1 / v
			t += c.average() / v
		}
		own[i] = effect{t / p, 1 / p}
		precision += 1 / (m.supplier2 + own[i].variance)
		sum += own[i].mean / (m.supplier2 + own[i].variance)
	}
	m.shop = effect{sum / precision, 1 / precision}
	for i, s := range order {
		w := m.supplier2 / (m.supplier2 + own[i].variance)
		s.effect = toward(own[i].mean, m.shop, w, m.supplier2)
		for _, c := range cells[s] {
			w := m.product2 / (m.product2 + s.noise2/float64(len(c.rows)))
			e := toward(c.average(), s.effect, w, m.product2)
			moved = math.Max(moved, math.Abs(e.mean-c.mean))
			c.effect = e
		}
	}
	return moved
}

// toward is an own mean that is drawn to the level above; w is the weight of the own.
func toward(own float64, above effect, w, between2 float64) effect {
	return effect{w*own + (1-w)*above.mean, (1-w)*between2 + (1-w)*(1-w)*above.variance}
}

func (c *cell) average() (sum float64) {
	for _, r := range c.rows {
		sum += r.y
	}
	return sum / float64(len(c.rows))
}

// variances finds the spreads, given the effects.
func (m *LeadTimes) variances(order []*supply, cells map[*supply][]*cell) {
	all, n := priorNoiseWorth*priorNoise*priorNoise, priorNoiseWorth
	between, suppliers := priorBetweenWorth*priorBetween*priorBetween, priorBetweenWorth
	products, pairs := priorProductsWorth*priorProducts*priorProducts, priorProductsWorth
	own, rows := make([]float64, len(order)), make([]float64, len(order))
	for i, s := range order {
		between += (s.mean-m.shop.mean)*(s.mean-m.shop.mean) + s.variance
		suppliers++
		for _, c := range cells[s] {
			w := m.product2 / (m.product2 + s.noise2/float64(len(c.rows)))
			products += (c.mean-s.mean)*(c.mean-s.mean) + m.product2*(1-w) + w*w*s.variance
			pairs++
			for _, r := range c.rows {
				own[i] += (r.y-c.mean)*(r.y-c.mean) + r.variance + c.variance
				rows[i]++
			}
		}
		all += own[i]
		n += rows[i]
	}
	m.noise2, m.supplier2, m.product2 = all/n, between/suppliers, products/pairs
	for i, s := range order {
		s.noise2 = (supplierNoiseWorth*m.noise2 + own[i]) / (supplierNoiseWorth + rows[i])
	}
}

// Law is the lead time of the next order of a product from a supplier who quotes some days. Numbers that were never seen get
// what is known of the level above.
func (m *LeadTimes) Law(supplier, product int, quoted float64) Lead {
	mean, variance := m.shop.mean, m.noise2+m.supplier2+m.product2+m.shop.variance
	if s := m.suppliers[supplier]; s != nil {
		mean, variance = s.mean, s.noise2+m.product2+s.variance
		if c := s.cells[product]; c != nil {
			mean, variance = c.mean, s.noise2+c.variance
		}
	}
	return Lead{Mu: math.Log(quoted) + mean, Sigma: math.Sqrt(variance)}
}
