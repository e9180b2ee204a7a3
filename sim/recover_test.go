package sim_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/sim"
)

// calm is a world in which one thing at a time can be seen.
func calm() sim.Config {
	c := sim.Small()
	c.Months, c.Catalogue.Products, c.Catalogue.Categories, c.Catalogue.Launches, c.Catalogue.EndOfLife = 12, 80, 8, 0, 0
	c.People.Buyers, c.People.Store, c.People.Regularity = 15_000, 0, 1
	c.Visits.Conversion, c.Visits.Bots = .9, 0 // few visits besides
	c.Demand = sim.Demand{Elasticity: -1.6}
	c.Mail.Every = 0
	return c
}

// seen adds the wanted units up by product and day.
func seen(got told) map[string]map[int]float64 {
	out := map[string]map[int]float64{}
	for _, tr := range got.truths["demand"] {
		if out[tr.SKU] == nil {
			out[tr.SKU] = map[int]float64{}
		}
		out[tr.SKU][tr.Day] += tr.Value
	}
	return out
}

// clump is by what factor chance alone spreads sums of units wider than counts, as units come in orders (or lines) of several.
func clump(got told, of func(*fact.OrderLine) string) float64 {
	units := map[string]float64{}
	for _, f := range got.facts {
		if b, ok := f.Body.(*fact.OrderLine); ok {
			units[of(b)] += float64(b.Units)
		}
	}
	var sum, squares float64
	for _, u := range units {
		sum, squares = sum+u, squares+u*u
	}
	return math.Sqrt(squares / sum)
}

func byOrder(b *fact.OrderLine) string { return b.Order }
func byLine(b *fact.OrderLine) string  { return b.Order + "/" + b.Line }

// Demand for reduced products, beside that for the same products at their usual price, gives the elasticity back: the
// units of a product are split between days by the price of each, so the split is a binomial likelihood.
func TestElasticityIsRecovered(t *testing.T) {
	c := calm()
	c.Demand.Promotions, c.Demand.Cut = .25, .12
	got := live(t, c, "generous", fact.PriceSet, fact.OrderPlaced)
	days := int(c.End.Sub(c.End.AddDate(0, -c.Months, 0)).Hours() / 24)
	start := c.End.AddDate(0, -c.Months, 0)
	ratio := map[string][]float64{}
	for _, f := range got.facts {
		b, ok := f.Body.(*fact.Price)
		if !ok {
			continue
		}
		if ratio[b.SKU] == nil {
			ratio[b.SKU] = make([]float64, days)
		}
		r := 1.
		if b.ListPrice > 0 {
			r = float64(b.Amount) / float64(b.ListPrice)
		}
		for d := int(f.OccurredAt.Sub(start).Hours() / 24); d < days; d++ {
			ratio[b.SKU][d] = r
		}
	}
	wanted := seen(got)
	// The score of the conditional likelihood: Σ units·ln(price) − Σ units · mean of ln(price) under the elasticity.
	score := func(e float64) (s, information float64) {
		for sku, rs := range ratio {
			var w, wx, wxx, n float64
			for d, r := range rs {
				x := math.Log(r)
				k := math.Pow(r, e)
				w, wx, wxx = w+k, wx+k*x, wxx+k*x*x
				u := wanted[sku][d]
				n += u
				s += u * x
			}
			s -= n * wx / w
			information += n * (wxx/w - wx*wx/w/w)
		}
		return s, information
	}
	e := 0.
	var information float64
	for range 50 {
		var s float64
		s, information = score(e)
		e += s / information
	}
	wide := 3 * clump(got, byLine) / math.Sqrt(information)
	if math.Abs(e-c.Demand.Elasticity) > wide || wide > .5 {
		t.Errorf("elasticity %.2f ± %.2f, not %.2f", e, wide, c.Demand.Elasticity)
	}
}

// The yearly season and the week show in what is wanted.
func TestSeasonIsRecovered(t *testing.T) {
	c := calm()
	c.Months, c.Demand.Season, c.People.Growth = 24, .5, 0
	got := live(t, c, "generous", fact.OrderPlaced)
	clump := clump(got, byOrder)
	byDay := make([]float64, 731)
	weekday := [7]float64{}
	start := c.End.AddDate(0, -c.Months, 0)
	total := 0.
	for _, tr := range got.truths["demand"] {
		byDay[tr.Day] += tr.Value
		weekday[start.AddDate(0, 0, tr.Day).Weekday()] += tr.Value
		total += tr.Value
	}
	var a, b, n float64 // regression of the share on the season's cosine
	for d, v := range byDay[:730] {
		x := -math.Cos(2 * math.Pi * float64(start.AddDate(0, 0, d).YearDay()-196) / 365.25)
		a, b, n = a+v*x, b+x*x, n+v
	}
	amplitude := a / b / (n / 730)
	if se := clump * math.Sqrt(2/n); math.Abs(amplitude-c.Demand.Season/2) > 3*se {
		t.Errorf("amplitude %.3f ± %.3f, not %.3f", amplitude, 3*se, c.Demand.Season/2)
	}
	if r := weekday[0] / weekday[5]; math.Abs(r-1.12/.91) > 3*clump*math.Sqrt(14/total) {
		t.Errorf("Sundays are %.2f of Fridays, not %.2f", r, 1.12/.91)
	}
}

// Purchase orders tell how long suppliers take.
func TestLeadTimesAreRecovered(t *testing.T) {
	c := calm()
	c.Catalogue.Products, c.Catalogue.Variants, c.Supply.Suppliers, c.Supply.Drift, c.Supply.Disruptions, c.Supply.Partial = 400, 1, 150, 0, 0, 0
	steady := sim.Policy{Name: "steady", Order: func(s sim.Shelf) int {
		if s.Day > 150 { // so that all of it comes within the year
			return 0
		}
		return s.Pack
	}}
	got := liveBy(t, c, steady, fact.PurchasePlaced, fact.PurchaseReceived)
	placed := map[string]fact.Fact{}
	sums, counts := map[string]float64{}, map[string]float64{}
	for _, f := range got.facts {
		b, ok := f.Body.(*fact.Purchase)
		if !ok {
			continue
		}
		if f.Kind == fact.PurchasePlaced {
			placed[b.Purchase] = f
			continue
		}
		sums[b.Supplier] += math.Round(f.OccurredAt.Sub(placed[b.Purchase].OccurredAt).Hours() / 24)
		counts[b.Supplier]++
	}
	var mean, n float64
	for s, v := range sums {
		mean, n = mean+v/counts[s], n+1
	}
	mean /= n
	if se := .5 * c.Supply.LeadDays / math.Sqrt(n); n < 100 || math.Abs(mean-c.Supply.LeadDays) > 3*se {
		t.Errorf("%.0f suppliers take %.1f days, not %.1f", n, mean, c.Supply.LeadDays)
	}
}

// Newcomers buy again as the Pareto/NBD model says: the expected number of purchases within T of the first is that of
// Schmittlein, Morrison and Colombo (1987), λ(1 − e^(−μT))/μ over gamma-distributed λ and μ, weighed by the chance that somebody
// becomes a buyer at all before they drop out.
func TestPurchasesFollowThePurchaseModel(t *testing.T) {
	c := calm()
	c.Months, c.Demand.Elasticity, c.People.Growth, c.People.Guest, c.People.Household, c.People.SecondMail = 24, 0, 0, 0, 0, 0
	c.People.RateScale, c.Supply.CountEvery = .02, 90
	plenty := sim.Policy{Name: "plenty", Order: func(s sim.Shelf) int { return max(0, 20_000-s.OnHand-s.OnOrder) }}
	got := liveBy(t, c, plenty, fact.OrderPlaced)
	start := c.End.AddDate(0, -c.Months, 0)
	newcomer := map[string]bool{}
	for _, tr := range got.truths["newcomer"] {
		id, err := strconv.Atoi(tr.ID)
		if err != nil {
			t.Fatal(err)
		}
		newcomer[fmt.Sprint("C", 100_000+id)] = tr.Day > 90 // by then there is plenty of everything
	}
	orders, at := map[string]bool{}, map[string][]float64{}
	for _, f := range got.facts {
		b, ok := f.Body.(*fact.OrderLine)
		if !ok || orders[b.Order] {
			continue
		}
		orders[b.Order] = true
		at[b.Customer] = append(at[b.Customer], f.OccurredAt.Sub(start).Hours()/24)
	}
	src := rand.NewPCG(1, 2)
	rate := distuv.Gamma{Alpha: c.People.RateShape, Beta: 1 / c.People.RateScale, Src: src}
	drop := distuv.Gamma{Alpha: c.People.DropShape, Beta: 1 / c.People.DropScale, Src: src}
	for _, horizon := range []float64{30, 90, 180} {
		var sum, squares, n float64
		for customer, days := range at {
			if !newcomer[customer] || days[0]+horizon > 730 {
				continue
			}
			again := 0.
			for _, d := range days[1:] {
				if d <= days[0]+horizon {
					again++
				}
			}
			sum, squares, n = sum+again, squares+again*again, n+1
		}
		mean := sum / n
		se := math.Sqrt((squares/n - mean*mean) / n)
		var expected, weight float64
		for range 200_000 {
			l, m := rate.Rand(), drop.Rand()
			w := .5 + .5*l/(l+m)
			expected += w * l * (1 - math.Exp(-m*horizon)) / m
			weight += w
		}
		expected /= weight
		// Lives end at the end of a day, which adds up to a day to each.
		if math.Abs(mean-expected) > 3*se+.03*expected {
			t.Errorf("within %.0f days %.0f newcomers buy %.3f ± %.3f times more, not %.3f", horizon, n, mean, 3*se, expected)
		}
	}
}
