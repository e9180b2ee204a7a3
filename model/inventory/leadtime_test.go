package inventory

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// world is suppliers whose truth is known.
type supplyWorld struct {
	random     *rand.Rand
	mean       []float64 // of log(actual/quoted), by supplier
	sd         []float64
	deliveries []Delivery
}

// newSupplyWorld draws suppliers and, of each, n orders of three products; those that take longer than they could be watched for
// are still open.
func newSupplyWorld(seed uint64, suppliers, n int) *supplyWorld {
	w := &supplyWorld{random: rand.New(rand.NewPCG(seed, 1))}
	for s := range suppliers {
		w.mean = append(w.mean, 0.1+0.25*w.random.NormFloat64())
		w.sd = append(w.sd, 0.2+0.3*w.random.Float64())
		for range n {
			d := Delivery{Supplier: s, Product: w.random.IntN(3), Quoted: 14, Days: w.draw(s)}
			if watched := 60 * w.random.Float64(); d.Days > watched {
				d.Days, d.Open = watched, true
			}
			w.deliveries = append(w.deliveries, d)
		}
	}
	return w
}

func (w *supplyWorld) draw(s int) float64 {
	return 14 * math.Exp(w.mean[s]+w.sd[s]*w.random.NormFloat64())
}

func TestLeadTimesAreRecoveredThoughOrdersAreOpen(t *testing.T) {
	w := newSupplyWorld(1, 30, 150)
	m := FitLeadTimes(w.deliveries)
	closed := slices.DeleteFunc(slices.Clone(w.deliveries), func(d Delivery) bool { return d.Open })
	naive := FitLeadTimes(closed)
	var miss, ignored, spread float64
	for s := range w.mean {
		miss += m.suppliers[s].mean - w.mean[s]
		ignored += naive.suppliers[s].mean - w.mean[s]
		spread += math.Sqrt(m.suppliers[s].noise2) / w.sd[s]
	}
	n := float64(len(w.mean))
	if math.Abs(miss/n) > 0.02 || math.Abs(spread/n-1) > 0.04 {
		t.Errorf("means are off by %.3f, spreads by a factor of %.3f", miss/n, spread/n)
	}
	if ignored/n > -0.05 {
		t.Errorf("leaving open orders out misses by %.3f only: the test proves nothing", ignored/n)
	}
	if sd := math.Sqrt(m.supplier2); sd < 0.17 || sd > 0.33 {
		t.Errorf("suppliers differ by %.3f, in truth by 0.25", sd)
	}
}

func TestLeadTimeIntervalsCoverWhatComes(t *testing.T) {
	for _, n := range []int{1, 3, 10, 60} {
		in, all := 0.0, 0.0
		for seed := range uint64(20) {
			w := newSupplyWorld(100+seed, 20, n)
			m := FitLeadTimes(w.deliveries)
			for s := range w.mean {
				law := m.Law(s, 0, 14)
				for range 20 {
					all++
					if d := w.draw(s); d >= law.Quantile(.05) && d <= law.Quantile(.95) {
						in++
					}
				}
			}
		}
		if in/all < 0.86 || in/all > 0.95 {
			t.Errorf("after %d orders of each supplier the 90 %% interval holds %.3f", n, in/all)
		}
	}
}

func TestWhatIsNotKnownComesFromAbove(t *testing.T) {
	nothing := FitLeadTimes(nil).Law(3, 4, 20)
	if math.Abs(nothing.Quantile(.5)-20) > 1e-9 || nothing.Sigma < 0.3 {
		t.Errorf("nothing known: %+v", nothing)
	}
	w := newSupplyWorld(5, 20, 80)
	m := FitLeadTimes(w.deliveries)
	known, product, stranger := m.Law(0, 0, 14), m.Law(0, 99, 14), m.Law(99, 0, 14)
	if !(known.Sigma < product.Sigma && product.Sigma < stranger.Sigma) {
		t.Errorf("spreads %.3f of a known product, %.3f of a new one, %.3f of a new supplier", known.Sigma, product.Sigma, stranger.Sigma)
	}
	again := FitLeadTimes(append([]Delivery{{Days: math.NaN(), Quoted: 1}, {Days: 3}, {Days: math.Inf(1), Quoted: 2}}, w.deliveries...))
	if again.Law(0, 0, 14) != known {
		t.Error("lines that say nothing change what is learnt")
	}
}

func TestChanceToBeLateIsAsOftenAsItSays(t *testing.T) {
	l := Lead{Mu: math.Log(14), Sigma: 0.4}
	random := rand.New(rand.NewPCG(2, 3))
	for _, open := range []float64{0, 10, 15, 25} {
		late, n := 0.0, 0.0
		for range 200_000 {
			if d := math.Exp(l.Mu + l.Sigma*random.NormFloat64()); d > open {
				n++
				if d > 18 {
					late++
				}
			}
		}
		if got := l.Late(18, open); math.Abs(got-late/n) > 0.01 {
			t.Errorf("open for %v days: said %.3f, was %.3f", open, got, late/n)
		}
	}
	if l.Late(18, 1e9) != 1 || l.Left(1e9, .5) != 0 || (Lead{Mu: math.Log(5)}).Late(6, 2) != 0 {
		t.Error("the ends are wrong")
	}
	if left := l.Left(14, .5); math.Abs(l.Late(14+left, 14)-.5) > 1e-9 {
		t.Errorf("half of the orders open for 14 days take %v more", left)
	}
}

func TestStockoutsBeforeArrivalAreAsOftenAsItSays(t *testing.T) {
	l := Lead{Mu: math.Log(14), Sigma: 0.4}
	perDay := func(days int) Demand { return Demand{2 * float64(days), math.Sqrt(6 * float64(days))} } // variance three times the mean
	r := l.AtRisk(16, 9, 20, 7, perDay)
	random := rand.New(rand.NewPCG(4, 5))
	var n, out, short float64
	for n < 40_000 {
		took := math.Exp(l.Mu + l.Sigma*random.NormFloat64())
		if took <= 9 {
			continue
		}
		n++
		want := perDay(int(math.Ceil(took - 9))).Quantile(random.Float64())
		if want > 20 {
			out++
			short += want - 20
		}
	}
	if math.Abs(r.Stockout-out/n) > 0.01 || math.Abs(r.Short-short/n) > 0.03*short/n || math.Abs(r.Money-7*r.Short) > 1e-9 {
		t.Errorf("said %+v, was %.3f with %.3f short", r, out/n, short/n)
	}
}

func TestKaplanMeierIsTheShareStillOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 60).Draw(t, "days")
		var d []Delivery
		for _, v := range days {
			d = append(d, Delivery{Days: float64(v), Quoted: 1})
		}
		s := KaplanMeier(d)
		at := float64(rapid.IntRange(0, 31).Draw(t, "at"))
		open := 0
		for _, v := range days {
			if float64(v) > at {
				open++
			}
		}
		if want := float64(open) / float64(len(days)); math.Abs(s.At(at)-want) > 1e-9 {
			t.Fatalf("%v of %v is open after %v days, not %v", s.At(at), days, at, want)
		}
	})
	// Freireich's trial, the textbook example of the estimator: 21 patients, 12 of them censored (Cox and Oakes 1984).
	var d []Delivery
	for _, v := range []float64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		d = append(d, Delivery{Days: v})
	}
	for _, v := range []float64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		d = append(d, Delivery{Days: v, Open: true})
	}
	s := KaplanMeier(d)
	for day, want := range map[float64]float64{6: .857, 7: .807, 10: .753, 13: .690, 16: .627, 22: .538, 23: .448} {
		if math.Abs(s.At(day)-want) > 5e-4 {
			t.Errorf("day %v: %.4f, published %.3f", day, s.At(day), want)
		}
	}
	if _, ok := s.Quantile(.6); ok {
		t.Error("six of ten are known to have arrived, but they have not")
	}
	if m, ok := s.Quantile(.5); !ok || m != 23 {
		t.Errorf("the median is %v", m)
	}
}

// Run lengths by Montgomery, table 9.3, for K ½ and H 5.
func TestDriftIsFoundAndFalseAlarmsAreAsRareAsPublished(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 7))
	for _, c := range []struct{ shift, length, tolerance float64 }{{0, 465, 25}, {0.5, 38, 2}, {1, 10.4, 0.4}, {-1, 10.4, 0.4}, {2, 4.01, 0.2}} {
		var total, right, factor float64
		const runs = 2000
		for range runs {
			d := NewDrift(0.1, 0.3)
			for n := 1.0; ; n++ {
				if change, ok := d.Add(14*math.Exp(0.1+0.3*(c.shift+random.NormFloat64())), 14); ok {
					total += n
					factor += math.Log(change.Factor) / 0.3
					if change.Slower == (c.shift > 0) {
						right++
					}
					break
				}
			}
		}
		if math.Abs(total/runs-c.length) > c.tolerance {
			t.Errorf("a shift of %v standard deviations is found after %.2f deliveries, published %v", c.shift, total/runs, c.length)
		}
		if c.shift != 0 && right/runs < 0.98 {
			t.Errorf("a shift of %v has the right direction in %.3f of the runs", c.shift, right/runs)
		}
		if math.Abs(c.shift) >= 1 && math.Abs(factor/runs-c.shift) > 0.4 {
			t.Errorf("a shift of %v is measured as %.2f", c.shift, factor/runs)
		}
	}
}

func TestTheBeginningOfADriftIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 9))
	var miss []float64
	for range 400 {
		d := NewDrift(0, 0.25)
		for n := 0; n < 400; n++ {
			shift := 0.0
			if n >= 30 {
				shift = 1.5
			}
			if c, ok := d.Add(math.Exp(0.25*(shift+random.NormFloat64())), 1); ok && n >= 30 {
				miss = append(miss, math.Abs(float64(c.Since-30)))
				break
			}
		}
	}
	slices.Sort(miss)
	if median := miss[len(miss)/2]; median > 2 {
		t.Errorf("the beginning is missed by %v deliveries in the median", median)
	}
}

func TestDemandAgreesWithItsQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Demand{Mean: rapid.Float64Range(0.05, 600).Draw(t, "mean")}
		d.SD = math.Sqrt(d.Mean) * rapid.Float64Range(0.2, 4).Draw(t, "spread")
		p := rapid.Float64Range(0.02, 0.995).Draw(t, "p")
		q := d.Quantile(p)
		if d.Above(q) > 1-p+1e-6 {
			t.Fatalf("%v is exceeded with %v, not %v", q, d.Above(q), 1-p)
		}
		if q >= 1 && d.Above(q-1) < 1-p-1e-6 {
			t.Fatalf("%v would do as well as %v", q-1, q)
		}
		// What is short falls by the chance to exceed what is added.
		if less := d.Short(q) - d.Short(q+1); less < d.Above(q+1)-1e-6 || less > d.Above(q)+1e-6 {
			t.Fatalf("one unit more saves %v of %v to %v", less, d.Above(q+1), d.Above(q))
		}
		if math.Abs(d.Short(0)-d.Mean) > 0.02*d.Mean+1e-9 {
			t.Fatalf("with nothing there %v is short of %v", d.Short(0), d.Mean)
		}
	})
	if z := (Demand{}); z.Above(0) != 0 || z.Short(0) != 0 || z.Short(-2) != 2 {
		t.Error("no demand")
	}
}
