package customers

import (
	"context"
	"math"
	"slices"
	"time"

	"almanac/evaluate/worlds"
	"almanac/predict/customer"
	"almanac/state"
)

// level is what the intervals promise.
const level = 0.9

// lived is the question asked in one world.
type lived struct {
	*asked
	people worlds.Tally
}

// RunWorlds asks, 90 days before the end of each world, about every customer whom its systems know, and holds it against what the
// customers then did. How many of them buy is said with a 90 % interval, as wide as the same answers strayed at four earlier cut-offs (Student's
// t), and at least as wide as chance alone.
func RunWorlds(ctx context.Context, o worlds.Options) (*worlds.Report[Score], error) {
	began := time.Now()
	usual, hostile, err := worlds.Live(ctx, o, one)
	if err != nil {
		return nil, err
	}
	return worlds.NewReport("customers", "who orders again within 90 days, asked 90 days before the end", o, began, usual, hostile, sum), nil
}

func one(ctx context.Context, kind string, seed uint64) (lived, error) {
	b, err := worlds.Of(ctx, kind, seed)
	if err != nil {
		return lived{}, err
	}
	var l ledger
	for _, x := range b.Lines {
		if x.Customer != "" {
			l = append(l, order{x.Customer, x.Day, x.Net})
		}
	}
	l.sort()
	at := b.To - customer.Horizon
	a, err := ask(ctx, l, at)
	if err != nil {
		return lived{}, err
	}
	// What past answers strayed by, relative to what they said, tells how far this one may.
	strayed := 0.
	for k := range state.Day(origins) {
		past, err := ask(ctx, l.before(at-k*customer.Horizon), at-(k+1)*customer.Horizon)
		if err != nil {
			return lived{}, err
		}
		said, buyers := past.count()
		strayed += (buyers/said - 1) * (buyers/said - 1) / origins
	}
	said, buyers := a.count()
	half := student * said * math.Sqrt(max(strayed, 1/said)) // chance alone is Poisson's at least
	out := lived{asked: a}
	out.people.Add(said-half, said+half, buyers, level)
	return out, nil
}

// origins is how many past answers are looked at, student the t quantile of so many degrees that leaves 5 % above.
const origins, student = 4, 2.132

// count is how many customers were said to buy, and how many did.
func (a *asked) count() (said, buyers float64) {
	for i, p := range a.said[a.auto] {
		said += p
		if a.bought[i] {
			buyers++
		}
	}
	return said, buyers
}

// before is the orders before a day.
func (l ledger) before(day state.Day) ledger {
	return slices.DeleteFunc(slices.Clone(l), func(o order) bool { return o.day >= day })
}

func sum(all []lived) worlds.Group[Score] {
	g := worlds.Group[Score]{Worlds: len(all), Methods: map[string]Score{}}
	var bought []bool
	var auto []float64
	by := map[string]int{}
	said := map[string][]float64{}
	tallies := make([]worlds.Tally, 0, len(all))
	for _, l := range all {
		bought = append(bought, l.bought...)
		auto = append(auto, l.said[l.auto]...)
		by[l.auto]++
		for name, s := range l.said {
			said[name] = append(said[name], s...)
		}
		tallies = append(tallies, l.people)
	}
	for name, s := range said {
		g.Methods[name] = score(s, bought)
	}
	g.Auto = score(auto, bought)
	g.Auto.Method = Table
	if by[Baseline] > by[Table] {
		g.Auto.Method = Baseline
	}
	i := worlds.Judge(level, tallies)
	g.Intervals = &i
	return g
}
