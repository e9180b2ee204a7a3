package reorder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"almanac/fact"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// calendars is a shop with a mug whose season ends after some days, and what is told of it.
func calendars(available int64, days int) Input {
	in := shopOf(level("mug", 20, 6), available, 0, supply.Terms{Supplier: "potter", LeadDays: 14, SellUntil: today + state.Day(days)}, 200, 500)
	return in
}

func TestNothingIsOrderedAfterTheLastUsefulDay(t *testing.T) {
	for days := range 60 {
		in := calendars(0, days)
		d, ok := propose(t, in)
		if ok != (days >= 14) {
			t.Errorf("%d days left, and an order takes 14: %d units", days, d.Units)
		}
		if limit := 20 * float64(days+1-14) / 7; float64(d.Units) > limit+6*math.Sqrt(limit)+3 {
			t.Errorf("%d days left, of which an order serves %d, and %d units are bought", days, days+1-14, d.Units)
		}
		for _, l := range Levels(in) {
			if days < 14 && (l.Point != 0 || l.UpTo != 0) {
				t.Errorf("%d days left, and another system is told to order up to %d", days, l.UpTo)
			}
		}
	}
}

// What was bought for the season is not bought again: once the order is on its way, nothing more is.
func TestASeasonIsBoughtOnce(t *testing.T) {
	in := calendars(30, 18)
	first, ok := propose(t, in)
	if !ok {
		t.Fatal("the shelf will be empty, and nothing is bought")
	}
	p := in.Positions["mug"]
	p.Incoming = first.Units
	in.Positions["mug"] = p
	if again, ok := propose(t, in); ok {
		t.Errorf("%d more are bought beside the %d on their way", again.Units, first.Units)
	}
	ps, err := Propose(calendars(30, 18))
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, r := range ps[0].Reasons {
		said += r.Text + "\n"
	}
	for _, want := range []string{"It is sold until 2026-01-23", "placed by 2026-01-09", "A unit too few loses 3.00 EUR", "75 of 100 such seasons", "expected to be left over", "to have been missed"} {
		if !strings.Contains(said, want) {
			t.Errorf("the reasons do not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "order cycles") {
		t.Errorf("the last order of a season knows no cycles:\n%s", said)
	}
}

func TestGoodsWithoutSalesAreBoughtAsOthersOfTheirCategorySell(t *testing.T) {
	in := calendars(0, 60)
	in.Products = map[string]catalog.Product{}
	in.Model.Product = nil
	describe := func(sku, category, brand string) {
		in.Products[sku] = catalog.Product{Product: fact.Product{SKU: sku, Category: []string{category}, Brand: brand}}
	}
	add := func(sku, category, brand string, mean float64) {
		in.Model.Product = append(in.Model.Product, level(sku, mean, 2))
		describe(sku, category, brand)
	}
	describe("mug", "Calendars", "")
	for i := range 2 {
		add(fmt.Sprint("cal-", i), "Calendars", "", 10)
	}
	if d, ok := propose(t, in); ok {
		t.Errorf("two products like it are too few, and %d units are bought", d.Units)
	}
	add("cal-2", "Calendars", "Moon", 40)
	for i := range 5 {
		add(fmt.Sprint("pot-", i), "Pots", "", 500)
	}
	d, ok := propose(t, in)
	if !ok || math.Abs(d.DemandWeek-20) > 0.1 {
		t.Fatalf("calendars sell 10, 10 and 40 a week, and %+v is expected", d)
	}
	describe("mug", "Calendars", "Moon")
	if of, ok := propose(t, in); !ok || of.DemandWeek <= d.DemandWeek {
		t.Errorf("one of the same brand counts twice: %v a week, %v without", of.DemandWeek, d.DemandWeek)
	}
	in.Terms["mug"] = supply.Terms{SKU: "mug", Supplier: "potter", LeadDays: 14}
	if d, ok := propose(t, in); ok {
		t.Errorf("goods that are sold on and on wait for sales of their own, and %d are bought", d.Units)
	}
}

// A season that is over needs nothing, and what the shop says goes before a file.
func TestASeasonThatIsOverNeedsNothing(t *testing.T) {
	for _, l := range Levels(calendars(30, -1)) {
		if l.Point != 0 || l.UpTo != 0 {
			t.Errorf("the season is over, and the level is %+v", l)
		}
	}
	in := calendars(0, 40)
	in.Positions["mug"] = stock.Position{SKU: "mug", CountedAt: (today - 1).Time()}
	in.Settings.Seasons = []Season{{SKU: "mug", Until: (today + 5).String()}}
	if d, ok := propose(t, in); ok {
		t.Errorf("the shop says that it ends before an order comes, whatever the file says, and %d are bought", d.Units)
	}
	var f *Fault
	for _, bad := range [][]Season{{{Until: "2026-01-01"}}, {{SKU: "a", Category: "b", Until: "2026-01-01"}}, {{SKU: "a", Until: "soon"}}, make([]Season, maxSeasons+1)} {
		if f = checkSeasons(bad); f == nil || f.Remedy() == "" {
			t.Errorf("%+v passes", bad[:1])
		}
	}
}

// seasonOf lives through a season of twelve weeks, looking every Monday, and tells what was earned and how many units are left.
func seasonOf(t *testing.T, in Input, r *rand.Rand) (earned, left float64) {
	t.Helper()
	const weeks, lead = 12, 2
	there, coming := 60.0, map[int]float64{}
	for w := range weeks {
		there += coming[w]
		onWay := 0.0
		for at, units := range coming {
			if at > w {
				onWay += units
			}
		}
		in.Today = today + state.Day(7*w)
		in.Positions["mug"] = stock.Position{SKU: "mug", OnHand: int64(there), Available: int64(there), Incoming: int64(onWay), CountedAt: (in.Today - 1).Time()}
		if d, ok := propose(t, in); ok {
			coming[w+lead] += float64(d.Units)
			earned -= 2 * float64(d.Units)
		}
		sold := math.Min(there, math.Max(0, math.Round(20+6*r.NormFloat64())))
		there, earned = there-sold, earned+5*sold
	}
	for at, units := range coming {
		if at >= weeks {
			there += units
		}
	}
	return earned + 1*there, there
}

func TestASeasonEarnsMoreThanGoingOnAsUsual(t *testing.T) {
	var usual, season, leftUsual, leftSeason float64
	lives := 20
	for life := range lives {
		endless := calendars(60, 0)
		endless.Terms["mug"] = supply.Terms{SKU: "mug", Supplier: "potter", LeadDays: 14}
		e, l := seasonOf(t, endless, rand.New(rand.NewPCG(5, uint64(life))))
		usual, leftUsual = usual+e, leftUsual+l
		e, l = seasonOf(t, calendars(60, 12*7-1), rand.New(rand.NewPCG(5, uint64(life))))
		season, leftSeason = season+e, leftSeason+l
	}
	n := float64(lives)
	t.Logf("a season earns %.0f and leaves %.0f units; going on as usual earns %.0f and leaves %.0f", season/n, leftSeason/n, usual/n, leftUsual/n)
	if season < usual*1.1 || leftSeason > leftUsual/3 {
		t.Errorf("a season earns %.0f and leaves %.0f units; going on as usual earns %.0f and leaves %.0f", season/n, leftSeason/n, usual/n, leftUsual/n)
	}
}
