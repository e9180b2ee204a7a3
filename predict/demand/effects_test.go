package demand_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/sim"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// around is what was told besides sales, by hand.
type around struct {
	prices  []outlook.Price
	plans   []outlook.Plan
	signals []outlook.Signal
	country string
}

func (a around) Prices(_ context.Context, _ string, fn func(outlook.Price) error) error {
	for _, p := range a.prices {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

func (a around) Plans(context.Context, string) ([]outlook.Plan, error) { return a.plans, nil }

func (a around) Signals(_ context.Context, _ string, fn func(outlook.Signal) error) error {
	for _, s := range a.signals {
		if err := fn(s); err != nil {
			return err
		}
	}
	return nil
}

func (a around) Country(context.Context, string, state.Day) (string, error) { return a.country, nil }

type products []catalog.Product

func (p products) All(_ context.Context, _ string, fn func(catalog.Product) error) error {
	for _, of := range p {
		if err := fn(of); err != nil {
			return err
		}
	}
	return nil
}

// simulated is a simulated shop as forecasts see it.
type simulated struct {
	sales  ledger
	around around
	goods  products
	end    state.Day
}

func simulate(t *testing.T, c sim.Config) (s simulated) {
	t.Helper()
	policy, err := sim.PolicyNamed("generous")
	if err != nil {
		t.Fatal(err)
	}
	sold := map[string]map[state.Day]int64{}
	w, err := sim.New(c, policy, func(f fact.Fact) error {
		switch b := f.Body.(type) {
		case *fact.Price:
			s.around.prices = append(s.around.prices, outlook.Price{SKU: b.SKU, At: f.OccurredAt, Amount: b.Amount, List: b.ListPrice})
		case *fact.Product:
			if !slices.ContainsFunc(s.goods, func(p catalog.Product) bool { return p.SKU == b.SKU }) {
				s.goods = append(s.goods, catalog.Product{Product: *b})
			}
		case *fact.OrderLine:
			if sold[b.SKU] == nil {
				sold[b.SKU] = map[state.Day]int64{}
			}
			sold[b.SKU][state.DayOf(f.OccurredAt, time.UTC)] += b.Units
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(s.around.prices, func(a, b outlook.Price) int { return strings.Compare(a.SKU, b.SKU) })
	for sku, days := range sold {
		for d, units := range days {
			s.sales = append(s.sales, sale{sku, d, orders.DaySales{Units: units}})
		}
	}
	s.end = state.DayOf(c.End, time.UTC)
	return s
}

// priced is a simulated shop whose promotions follow demand, as in life, and pull it forward.
func priced() sim.Config {
	c := sim.Small()
	c.Months, c.Catalogue.Products, c.Catalogue.Categories, c.Catalogue.Launches, c.Catalogue.EndOfLife = 20, 24, 6, 0, 0
	c.People.Buyers, c.People.Store, c.People.Regularity = 50_000, 0, 1
	c.Visits.Conversion, c.Visits.Bots = .9, 0
	c.Demand = sim.Demand{Elasticity: -1.8, Promotions: .15, Cut: .12, PullForward: .6, Follow: .6, Season: .3}
	c.Basket = sim.Basket{Lines: 1, Units: 1, Refill: 1} // in a basket of many lines a product can lie only once, whatever its price
	c.Mail.Every = 0
	return c
}

// told makes the reductions of a shop promotions that were planned a quarter ahead.
func (s simulated) told() simulated {
	s.around.plans = nil
	for i, p := range s.around.prices {
		if p.List <= p.Amount {
			continue
		}
		to := s.end.Time()
		if i+1 < len(s.around.prices) && s.around.prices[i+1].SKU == p.SKU {
			to = s.around.prices[i+1].At
		}
		s.around.plans = append(s.around.plans, outlook.Plan{ID: fmt.Sprint(p.SKU, p.At), Promotion: true, Told: p.At.AddDate(0, 0, -100), From: p.At, To: to,
			Percent: 100 - 100*float64(p.Amount)/float64(p.List), SKUs: []string{p.SKU}})
	}
	return s
}

// Whether effects are kept is told by the shop's own past, in which not every promotion could be foreseen; where they are, they
// are those of the world.
func TestASimulatedShopsPricesAreUnderstood(t *testing.T) {
	find := func(m *demand.Model, name string) *demand.Effect {
		for i := range m.Effects {
			if m.Effects[i].Name == name {
				return &m.Effects[i]
			}
		}
		return nil
	}
	if testing.Short() {
		t.Skip("lives through six worlds")
	}
	for _, forward := range []float64{0, .6} {
		kept := 0
		for _, seed := range []uint64{1, 2, 3} {
			c := priced()
			c.Seed, c.People.Buyers, c.Demand.Cut, c.Demand.PullForward = seed, 80_000, .2, forward
			s := simulate(t, c)
			m, card, err := demand.Fit(t.Context(), demand.Source{Sales: s.sales, Around: s.around, Catalog: s.goods}, "s", s.end)
			if err != nil {
				t.Fatal(err)
			}
			t.Log(strings.Join(card.Notes, "\n"))
			if _, err := predict.Encode(card, m); err != nil {
				t.Error(err)
			}
			if len(m.Tried) == 0 || m.Tried[0].Gain < .05 {
				t.Errorf("world %d: prices known ahead do not help: %+v", seed, m.Tried)
			}
			price, dip := find(m, "Price"), find(m, "After a promotion")
			if price == nil || dip == nil {
				continue
			}
			kept++
			if math.Abs(price.Size - -1.8) > 0.2 || price.Deviation <= 0 || price.Deviation > 0.1 {
				t.Errorf("world %d: elasticity %.2f ± %.2f, want -1.8", seed, price.Size, price.Deviation)
			}
			// In the week after a cut c people who bought ahead are missing, and none where nobody does.
			if forward == 0 && math.Abs(dip.Size) > .3 || forward > 0 && (dip.Size > -1 || dip.Size < -3.6) {
				t.Errorf("world %d: the dip after a promotion is %.2f where %.1f buy ahead", seed, dip.Size, forward)
			}
			blind, _, err := demand.Fit(t.Context(), demand.Source{Sales: s.sales, Catalog: s.goods}, "s", s.end)
			if err != nil {
				t.Fatal(err)
			}
			if len(blind.Effects) > 0 || len(blind.Tried) > 0 {
				t.Errorf("effects without anything told: %+v", blind.Effects)
			}
		}
		if kept == 0 {
			t.Errorf("effects are kept in no world in which %.1f buy ahead", forward)
		}
	}
}

func TestPromotionsThatAreToldAheadAreForeseen(t *testing.T) {
	if testing.Short() {
		t.Skip("several whole shops are trained")
	}
	c := priced()
	c.Demand.Season = 0 // less than two years do not show a season, whose miss would hide the rest
	s := simulate(t, c).told()
	src := demand.Source{Sales: s.sales, Around: s.around, Catalog: s.goods}
	if with, without := s.missed(t, src, true), s.missed(t, demand.Source{Sales: s.sales, Catalog: s.goods}, true); with > 0.93*without {
		t.Errorf("in weeks with promotions %.3f of the units are missed, without knowing of them %.3f", with, without)
	} else {
		t.Logf("in weeks with promotions %.3f of the units are missed, without knowing of them %.3f", with, without)
	}
}

// missed is the share of units missed in the last quarter, or its weeks with promotions, forecast before it.
func (s simulated) missed(t *testing.T, src demand.Source, promotions bool) float64 {
	t.Helper()
	m, _, err := demand.Fit(t.Context(), src, "s", s.end-91)
	if err != nil {
		t.Fatal(err)
	}
	type week struct {
		sku string
		at  state.Day
	}
	sold, promoted := map[week]float64{}, map[week]bool{}
	for _, x := range s.sales {
		sold[week{x.sku, x.day.Monday()}] += float64(x.d.Units)
	}
	for _, p := range s.around.plans {
		for d := state.DayOf(p.From, time.UTC); d.Time().Before(p.To); d++ {
			promoted[week{p.SKUs[0], d.Monday()}] = true
		}
	}
	var miss, units float64
	for k := range sold {
		if promotions && !promoted[k] {
			continue
		}
		p, ok := m.Find(k.sku)
		if h := int(k.at-m.Start) / 7; ok && k.at >= m.Start && h < 13 && m.Week(h)+7 <= s.end {
			miss, units = miss+math.Abs(sold[k]-p.Mean[h]), units+sold[k]
		}
	}
	if units < 500 {
		t.Fatalf("only %v units were sold in promotions", units)
	}
	return miss / units
}

func TestAShopWithoutPromotionsIsUnchanged(t *testing.T) {
	l := shop(60, map[string]func(int) int64{"A": noisy(1, 20), "B": noisy(2, 4)})
	var a around
	for _, sku := range []string{"A", "B"} {
		a.prices = append(a.prices, outlook.Price{SKU: sku, At: monday.Time(), Amount: 999})
	}
	with, card, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: a}, "s", weekly(60))
	if err != nil {
		t.Fatal(err)
	}
	without, before := fit(t, l, weekly(60))
	if d := cmp.Diff(with, without); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(card, before); d != "" {
		t.Error(d)
	}
}

// seller sells products by a Poisson law whose mean is a level times what a function says, every week.
func seller(n, products int, mean func(product, week int) float64) (l ledger) {
	src := rand.NewPCG(11, 3)
	for p := range products {
		for w := range n {
			if u := int64(distuv.Poisson{Lambda: mean(p, w), Src: src}.Rand()); u > 0 || w == 0 {
				l = append(l, sale{fmt.Sprintf("P%02d", p), weekly(w), orders.DaySales{Units: u}})
			}
		}
	}
	return l
}

func TestAHolidayThatMovesIsForeseen(t *testing.T) {
	easter := map[state.Day]bool{}
	for _, h := range demand.Holidays("United Kingdom", monday, weekly(200)) {
		if h.Name == "Easter" {
			easter[h.Day.Monday()] = true
		}
	}
	if len(easter) != 4 || !easter[state.DayOf(time.Date(2012, 4, 2, 0, 0, 0, 0, time.UTC), time.UTC)] {
		t.Fatalf("Easter weeks %v", easter)
	}
	// Easter of 2013 is in the week of 25 March; history ends on 4 March 2013, after three Easters.
	n := int(state.DayOf(time.Date(2013, 3, 4, 0, 0, 0, 0, time.UTC), time.UTC)-monday) / 7
	l := seller(n, 20, func(_, w int) float64 {
		if easter[weekly(w)] {
			return 60
		}
		return 20
	})
	m, card, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: around{country: "GB"}}, "s", weekly(n))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := m.Find("P03")
	t.Log(card.Notes, p.Mean)
	if p.Mean[3] < 45 || p.Mean[2] > 28 || p.Mean[4] > 28 {
		t.Errorf("the week of Easter is the fourth: %v", p.Mean)
	}
	if len(p.Moves) == 0 || m.Effects[p.Moves[0].Effect].Name != "Easter" || p.Moves[0].Week != 3 || math.Abs(p.Moves[0].Factor-3) > 0.5 {
		t.Errorf("moves %+v of %+v", p.Moves, m.Effects)
	}
}

func TestWeatherForecastAheadMovesTheForecast(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	heat := make([]float64, 140)
	for w := range heat {
		heat[w] = 3 * r.NormFloat64()
	}
	l := seller(120, 20, func(_, w int) float64 { return 20 * math.Exp(0.1*heat[w]) })
	var a around
	for w, v := range heat[:120] {
		a.signals = append(a.signals, outlook.Signal{Name: "temperature", At: weekly(w).Time(), Told: weekly(w).Time(), Value: v})
	}
	quiet, _, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: a}, "s", weekly(120))
	if err != nil {
		t.Fatal(err)
	}
	a.signals = append(a.signals, outlook.Signal{Name: "temperature", At: weekly(121).Time(), Told: weekly(119).Time(), Value: 9})
	hot, _, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: a}, "s", weekly(120))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := quiet.Find("P03")
	q, _ := hot.Find("P03")
	if len(quiet.Effects) != 1 || quiet.Effects[0].Name != "temperature" || len(p.Moves) != 0 {
		t.Fatalf("effects %+v, moves %+v, tried %+v", quiet.Effects, p.Moves, quiet.Tried)
	}
	if ratio := q.Mean[1] / p.Mean[1]; ratio < 1.7 || ratio > 3.2 || math.Abs(q.Mean[2]/p.Mean[2]-1) > 0.05 {
		t.Errorf("a hot second week is told of: %v becomes %v", p.Mean[:3], q.Mean[:3])
	}
}

func TestChanceMovesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 6))
	l := seller(120, 20, func(int, int) float64 { return 20 })
	var a around
	for w := range 120 {
		a.signals = append(a.signals, outlook.Signal{Name: "dice", At: weekly(w).Time(), Told: weekly(w).Time(), Value: float64(r.IntN(6))})
		for p := range 20 {
			amount := int64(1000)
			if r.IntN(8) == 0 {
				amount = 800
			}
			a.prices = append(a.prices, outlook.Price{SKU: fmt.Sprintf("P%02d", p), At: weekly(w).Time(), Amount: amount})
		}
	}
	slices.SortStableFunc(a.prices, func(a, b outlook.Price) int { return strings.Compare(a.SKU, b.SKU) })
	m, card, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: a}, "s", weekly(120))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Effects) != 0 || len(m.Tried) != 3 || !strings.Contains(strings.Join(card.Notes, "\n"), "did not earn its place") {
		t.Errorf("effects %+v, tried %+v, notes %v", m.Effects, m.Tried, card.Notes)
	}
}

func TestWhatIsToldTomorrowMovesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("several whole shops are trained")
	}
	s := simulate(t, priced())
	cutoff := s.end - 70
	src := demand.Source{Sales: s.sales, Around: s.around, Catalog: s.goods}
	a, _, err := demand.Fit(t.Context(), src, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	past := s.around
	past.prices = slices.DeleteFunc(slices.Clone(s.around.prices), func(p outlook.Price) bool { return !p.At.Before(cutoff.Time()) })
	b, _, err := demand.Fit(t.Context(), demand.Source{Sales: s.sales, Around: past, Catalog: s.goods}, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("prices of the future show:\n%s", d)
	}
}
