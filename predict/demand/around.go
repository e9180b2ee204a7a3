package demand

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/outlook"
)

// Around tells what may move demand besides time: *outlook.View.
type Around interface {
	Prices(ctx context.Context, shop string, fn func(outlook.Price) error) error
	Plans(ctx context.Context, shop string) ([]outlook.Plan, error)
	Signals(ctx context.Context, shop string, fn func(outlook.Signal) error) error
	Country(ctx context.Context, shop string, before state.Day) (string, error)
}

// Catalog tells what products are like: *catalog.View.
type Catalog interface {
	All(ctx context.Context, shop string, fn func(catalog.Product) error) error
}

// around is what was told of a shop besides its sales, by week of its history and the weeks ahead.
type around struct {
	w       *weeks
	today   state.Day // nothing that was told from it on is known
	ahead   int       // weeks of history and those ahead
	prices  [][]outlook.Price
	plans   []outlook.Plan
	bySKU   [][]int                 // by series: promotions of single products
	signals map[string]map[int]line // of single products, by name and series
	common  []outside               // what concerns all products
	groups  []group
	shown   bool // prices show what was planned
	covered bool // most reductions were planned and told before

	companions [][]companion // by series: what carries it along; nil where baskets tell nothing
}

// line is a value by week, and the day before which it was not known; told is nil where it always is.
type line struct {
	week []float64
	told []state.Day
}

// known is the line as it was known on the morning of a day; what was not is as usual.
func (l line) known(on state.Day) []float64 {
	out := slices.Clone(l.week)
	for t := range l.told {
		if l.told[t] >= on {
			out[t] = 0
		}
	}
	return out
}

// outside moves all products alike.
type outside struct {
	group, name string
	line
}

// group is what must earn its place together.
type group struct{ name, title string }

// The groups of effects on single products; those on all are named after what they are.
const (
	ofPrice       = "price"
	ofSubstitutes = "substitutes"
	ofComplements = "complements"
	ofSignal      = "signal: "
	ofHolidays    = "holidays"
	ofCampaigns   = "campaigns"
	ofMonth       = "month"
)

func loadAround(ctx context.Context, src Around, baskets Baskets, shop string, w *weeks, p plan, today state.Day) (*around, error) {
	a := &around{w: w, today: today, ahead: w.n + Horizon, prices: make([][]outlook.Price, len(w.all)), bySKU: make([][]int, len(w.all)), signals: map[string]map[int]line{}}
	index := make(map[string]int, len(w.all))
	for i, s := range w.all {
		index[s.sku] = i
	}
	err := src.Prices(ctx, shop, func(p outlook.Price) error {
		if i, ok := index[p.SKU]; ok && p.Amount > 0 {
			a.prices[i] = append(a.prices[i], p)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the prices of shop %s: %w", shop, err)
	}
	if a.plans, err = src.Plans(ctx, shop); err != nil {
		return nil, fmt.Errorf("read what shop %s planned: %w", shop, err)
	}
	for k, p := range a.plans {
		for _, sku := range p.SKUs {
			if i, ok := index[sku]; ok && p.Promotion {
				a.bySKU[i] = append(a.bySKU[i], k)
			}
		}
	}
	if err := a.loadCompanions(ctx, baskets, shop, index, w.start+state.Day(7*slices.Min(p.cutoffs))); err != nil {
		return nil, err
	}
	if err := a.loadSignals(ctx, src, shop, index); err != nil {
		return nil, fmt.Errorf("read what shop %s observed: %w", shop, err)
	}
	country, err := src.Country(ctx, shop, w.end)
	if err != nil {
		return nil, fmt.Errorf("read where the orders of shop %s come from: %w", shop, err)
	}
	a.addPlans()
	a.addHolidays(country)
	a.addMonth()
	a.shown = a.showsPlans()
	a.covered = a.toldAhead()
	a.groups = a.found()
	return a, nil
}

// week is the week of an instant, counted from the history's first.
func (a *around) week(t time.Time) int { return a.weekOf(state.DayOf(t, time.UTC)) }

func (a *around) weekOf(d state.Day) int { return int(math.Floor(float64(d-a.w.start) / 7)) }

// begins is the first instant of a week.
func (a *around) begins(week int) time.Time { return (a.w.start + state.Day(7*week)).Time() }

// cell gathers the observations of one week.
type cell struct {
	sum, n float64
	told   state.Day
}

// loadSignals takes the mean of each week, against the weeks around it: positive values as logarithms, others in units of their own deviation.
func (a *around) loadSignals(ctx context.Context, src Around, shop string, index map[string]int) error {
	const all = -1
	cells := map[string]map[int][]cell{}
	err := src.Signals(ctx, shop, func(s outlook.Signal) error {
		t, i := a.week(s.At), all
		if s.SKU != "" {
			found := false
			if i, found = index[s.SKU]; !found {
				return nil
			}
		}
		told := state.DayOf(s.Told, time.UTC)
		if t < 0 || t >= a.ahead || told >= a.today {
			return nil
		}
		if cells[s.Name] == nil {
			cells[s.Name] = map[int][]cell{}
		}
		of := cells[s.Name][i]
		if of == nil {
			of = make([]cell, a.ahead)
			cells[s.Name][i] = of
		}
		of[t] = cell{of[t].sum + s.Value, of[t].n + 1, max(of[t].told, told)}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		for i, of := range cells[name] {
			l := line{make([]float64, a.ahead), make([]state.Day, a.ahead)}
			for t, c := range of {
				l.week[t], l.told[t] = c.sum/c.n, c.told // NaN where nothing was observed
			}
			l.week = unusual(l.week)
			switch {
			case i == all:
				a.common = append(a.common, outside{ofSignal + name, name, l})
			case a.signals[name] == nil:
				a.signals[name] = map[int]line{i: l}
			default:
				a.signals[name][i] = l
			}
		}
	}
	return nil
}

// unusual is a series of weeks against its own weeks around: the difference of logarithms where all are positive, else of values in
// standard deviations; 0 where nothing is known.
func unusual(y []float64) []float64 {
	positive := true
	var known []float64
	for _, v := range y {
		if !math.IsNaN(v) {
			positive = positive && v > 0
			known = append(known, v)
		}
	}
	out := make([]float64, len(y))
	scale := 1.0
	if !positive {
		scale = deviation(known)
	}
	if !(scale > 0) {
		return out
	}
	for t, v := range y {
		if math.IsNaN(v) {
			continue
		}
		var near []float64
		for _, o := range y[max(0, t-usualWeeks/2):min(len(y), t+usualWeeks/2+1)] {
			if !math.IsNaN(o) {
				near = append(near, o)
			}
		}
		if positive {
			out[t] = math.Log(v / middle(near))
		} else {
			out[t] = (v - middle(near)) / scale
		}
	}
	return out
}

func deviation(x []float64) float64 {
	var sum, square float64
	for _, v := range x {
		sum += v
	}
	for _, v := range x {
		square += (v - sum/float64(len(x))) * (v - sum/float64(len(x)))
	}
	return math.Sqrt(square / math.Max(1, float64(len(x)-1)))
}

func middle(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// addPlans makes of campaigns and of promotions of everything what moves all products.
func (a *around) addPlans() {
	for _, kind := range []struct {
		name      string
		promotion bool
	}{{"Campaign", false}, {"Promotion of everything", true}} {
		o := outside{ofCampaigns, kind.name, line{make([]float64, a.ahead), make([]state.Day, a.ahead)}}
		any := false
		for _, p := range a.plans {
			if told := state.DayOf(p.Told, time.UTC); told >= a.today || p.Promotion != kind.promotion || p.Promotion && len(p.SKUs) > 0 {
				continue
			}
			for t := max(0, a.week(p.From)); t < a.ahead && a.begins(t).Before(p.To); t++ {
				if share := a.share(p, t); share > 0 {
					o.week[t] = math.Min(1, o.week[t]+share)
					o.told[t] = state.DayOf(p.Told, time.UTC)
					any = true
				}
			}
		}
		if any {
			a.common = append(a.common, o)
		}
	}
}

// share is how much of a week a plan takes.
func (a *around) share(p outlook.Plan, t int) float64 {
	from, to := maxTime(p.From, a.begins(t)), minTime(p.To, a.begins(t+1))
	if !from.Before(to) {
		return 0
	}
	return to.Sub(from).Hours() / (7 * 24)
}

// priced is whether anything was told of one product's prices besides the first.
func (a *around) priced(i int) bool { return len(a.bySKU[i]) > 0 || len(a.prices[i]) > 1 }

// found lists the groups of which anything is known, in the order in which they are tried.
func (a *around) found() (out []group) {
	any := false
	for i := range a.w.all {
		any = any || a.priced(i)
	}
	if any {
		out = append(out, group{ofPrice, "Price and promotions"}, group{ofSubstitutes, "Prices of the other products of the category"})
	}
	if slices.ContainsFunc(a.companions, func(of []companion) bool { return len(of) > 0 }) {
		out = append(out, group{ofComplements, "Prices of what lies in the same baskets"})
	}
	for _, name := range slices.Sorted(maps.Keys(a.signals)) {
		out = append(out, group{ofSignal + name, name})
	}
	for _, o := range a.common {
		g := group{o.group, map[string]string{ofHolidays: "Holidays", ofCampaigns: "Campaigns", ofMonth: "Days of the month"}[o.group]}
		if g.title == "" {
			g.title = strings.TrimPrefix(o.group, ofSignal)
		}
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}
