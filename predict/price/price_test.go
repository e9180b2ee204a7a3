package price_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"almanac/fact"
	"almanac/predict"
	"almanac/predict/price"
	"almanac/sim"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

// books are what a shop has told, in the form of the views.
type books struct {
	prices   []catalog.Price
	products []catalog.Product
	sales    map[string]map[state.Day]*orders.DaySales
	outages  map[string][]stock.Outage
}

func (b *books) PricesBefore(_ context.Context, _ string, before time.Time, fn func(catalog.Price) error) error {
	for _, p := range b.prices {
		if p.At.Before(before) {
			if err := fn(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *books) All(_ context.Context, _ string, fn func(catalog.Product) error) error {
	for _, p := range b.products {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

func (b *books) Outages(context.Context, string) (map[string][]stock.Outage, error) {
	return b.outages, nil
}

func (b *books) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for _, p := range b.products {
		days := b.sales[p.SKU]
		sorted := make([]state.Day, 0, len(days))
		for d := range days {
			sorted = append(sorted, d)
		}
		slices.Sort(sorted)
		for _, d := range sorted {
			if d < before {
				if err := fn(p.SKU, d, *days[d]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// lived is the books of a simulated shop with plenty of everything.
func lived(t *testing.T, c sim.Config) *books {
	t.Helper()
	b := &books{sales: map[string]map[state.Day]*orders.DaySales{}}
	plenty := sim.Policy{Name: "plenty", Order: func(s sim.Shelf) int { return max(0, 20_000-s.OnHand-s.OnOrder) }}
	w, err := sim.New(c, plenty, func(f fact.Fact) error {
		switch v := f.Body.(type) {
		case *fact.Price:
			b.prices = append(b.prices, catalog.Price{SKU: v.SKU, Currency: v.Currency, Amount: v.Amount, At: f.OccurredAt})
		case *fact.Product:
			b.products = append(b.products, catalog.Product{Product: *v})
		case *fact.OrderLine:
			if f.Kind != fact.OrderPlaced {
				return nil
			}
			if b.sales[v.SKU] == nil {
				b.sales[v.SKU] = map[state.Day]*orders.DaySales{}
			}
			day := state.DayOf(f.OccurredAt, time.UTC)
			if b.sales[v.SKU][day] == nil {
				b.sales[v.SKU][day] = &orders.DaySales{}
			}
			s := b.sales[v.SKU][day]
			s.Units += v.Units
			s.Gross += v.Gross - v.Tax
			s.Discount += v.Discount
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(b.prices, func(x, y catalog.Price) int {
		if x.SKU != y.SKU {
			return map[bool]int{true: -1, false: 1}[x.SKU < y.SKU]
		}
		return x.At.Compare(y.At)
	})
	return b
}

// busy is a small world with enough people to tell, with the season, the holidays and the promotions of life, in which everything
// that is sold was looked at for its own price: what goes along with something else is not, and answers less.
func busy() sim.Config {
	c := sim.Small()
	c.People.Buyers, c.Months = 8_000, 24
	c.Demand.Spread, c.Demand.Elasticity, c.Demand.PullForward = 0, -2.2, 0
	c.Basket.Lines, c.Basket.Units, c.Basket.Refill = 1, 1, 1
	return c
}

func (b *books) source() price.Source {
	return price.Source{Sales: b, Catalog: b, Stock: b, Zone: time.UTC}
}

func TestTheWorldsElasticityLiesInTheInterval(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through two years")
	}
	c := busy()
	b := lived(t, c)
	m, card, err := price.Fit(t.Context(), b.source(), "s", state.DayOf(c.End, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	log := card.Metrics["log loss"]
	if !m.Known || card.Folds < 3 || !(log.Model < log.Baseline) {
		t.Errorf("%+v", card)
	}
	if math.Abs(m.All.Value-c.Demand.Elasticity) > 3*m.All.SD || m.All.SD > .4 {
		t.Errorf("elasticity %+v, not %v", m.All, c.Demand.Elasticity)
	}
	inside := 0
	for _, e := range m.Group {
		if math.Abs(e.Value-c.Demand.Elasticity) <= 1.645*e.SD {
			inside++
		}
	}
	if inside < len(m.Group)*3/4 {
		t.Errorf("%d of %d categories hold the truth in their 90 %% interval: %+v", inside, len(m.Group), m.Group)
	}
	if want := 1 / (1 + c.Catalogue.Tax); math.Abs(m.Kept-want) > .02 { // and a coupon now and then
		t.Errorf("%.3f of a price reaches the shop, not %.3f", m.Kept, want)
	}
	again, other, err := price.Fit(t.Context(), b.source(), "s", state.DayOf(c.End, time.UTC))
	if err != nil || again.All != m.All || other.DataHash != card.DataHash {
		t.Errorf("another answer to the same past: %v %+v", err, again.All)
	}
	earlier := state.DayOf(c.End, time.UTC) - 70
	first, _, err := price.Fit(t.Context(), b.source(), "s", earlier)
	if err != nil {
		t.Fatal(err)
	}
	for sku, days := range b.sales { // what lies behind the cut-off changes nothing
		for d := range days {
			if d >= earlier {
				delete(b.sales[sku], d)
			}
		}
	}
	if second, _, err := price.Fit(t.Context(), b.source(), "s", earlier); err != nil || second.All != first.All {
		t.Errorf("the future moves the past: %v %+v %+v", err, first.All, second.All)
	}
}

// steady is a shop whose two products sell evenly over a year.
func steady() *books {
	b := &books{sales: map[string]map[state.Day]*orders.DaySales{}}
	begin := state.Day(20_000).Monday()
	for i, sku := range []string{"cup", "mug"} {
		b.products = append(b.products, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{"Kitchen"}}})
		b.prices = append(b.prices, catalog.Price{SKU: sku, Currency: "EUR", Amount: 1000, At: begin.Time()})
		b.sales[sku] = map[state.Day]*orders.DaySales{}
		for d := range state.Day(364) {
			units := int64(5)
			if i == 0 && (d/7)%8 == 3 {
				units = 20 // of which the tests reduce the price
			}
			b.sales[sku][begin+d] = &orders.DaySales{Units: units, Gross: units * 840}
		}
	}
	return b
}

func TestWithoutChangesOfPricesNothingIsTrained(t *testing.T) {
	end := state.Day(20_000).Monday() + 364
	if _, _, err := price.Fit(t.Context(), steady().source(), "s", end); !errors.Is(err, predict.ErrNone) {
		t.Errorf("%v", err)
	}
	none := steady()
	none.prices = nil
	if _, _, err := price.Fit(t.Context(), none.source(), "s", end); !errors.Is(err, predict.ErrNone) {
		t.Errorf("without prices: %v", err)
	}
}

// reduced is the steady shop that halves the price of the cup in the weeks in which it sells four times as many.
func reduced() *books {
	b := steady()
	begin := state.Day(20_000).Monday()
	for week := range 52 {
		if week%8 == 3 {
			b.prices = append(b.prices, catalog.Price{SKU: "cup", Currency: "EUR", Amount: 500, At: (begin + state.Day(7*week)).Time()},
				catalog.Price{SKU: "cup", Currency: "EUR", Amount: 1000, At: (begin + state.Day(7*week+7)).Time()})
		}
	}
	slices.SortStableFunc(b.prices, func(x, y catalog.Price) int {
		if x.SKU != y.SKU {
			return map[bool]int{true: -1, false: 1}[x.SKU < y.SKU]
		}
		return x.At.Compare(y.At)
	})
	return b
}

func TestHalfThePriceSoldFourTimesAsMany(t *testing.T) {
	end := state.Day(20_000).Monday() + 364
	m, card, err := price.Fit(t.Context(), reduced().source(), "s", end)
	if err != nil {
		t.Fatal(err)
	}
	a := m.Of("cup", "Kitchen")
	if !m.Known || math.Abs(a.Value+2) > .1 || a.Changes != 13 || m.Deepest != .5 || a.Category != "Kitchen" || math.Abs(m.Of("mug", "Kitchen").Kept-.84) > .001 {
		t.Errorf("%+v %+v", a, card)
	}
	if other := m.Of("new", "Garden"); other.Estimate != m.All || other.Kept != m.Kept || other.Category != "" {
		t.Errorf("an unknown product: %+v", other)
	}
}

func TestDaysWithoutStockAreNoAnswerToThePrice(t *testing.T) {
	b, begin := reduced(), state.Day(20_000).Monday()
	b.outages = map[string][]stock.Outage{}
	for week := range 52 { // the shelf is empty from Wednesday of each reduced week on
		if week%8 != 3 {
			continue
		}
		from := begin + state.Day(7*week+2)
		for d := from; d < from+5; d++ {
			delete(b.sales["cup"], d)
		}
		b.outages["cup"] = append(b.outages["cup"], stock.Outage{From: from.Time(), To: (from + 5).Time()})
	}
	m, _, err := price.Fit(t.Context(), b.source(), "s", begin+364)
	if err != nil || math.Abs(m.Of("cup", "Kitchen").Value+2) > .15 {
		t.Errorf("%v %+v", err, m)
	}
}
