package reorder

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/forecast"
	"almanac/model/inventory"
	"almanac/predict/demand"
	"almanac/state"
)

// Goods of one season are sold until a day and not bought again after it. What is left over then brings its salvage; so they are bought at the
// critical fractile of the newsvendor, and not at all once an order would come too late.

// Season is the last day on which a category's products, or one product, are sold.
type Season struct {
	Category string `json:"category,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Until    string `json:"until" doc:"Like 2026-08-31"`
}

// maxSeasons is more than anybody keeps by hand; files tell of more.
const maxSeasons = 500

func checkSeasons(seasons []Season) *Fault {
	if len(seasons) > maxSeasons {
		return &Fault{fmt.Sprintf("%d seasons are more than %d.", len(seasons), maxSeasons), "Tell them in a file of supply terms, in the column sell until."}
	}
	for _, s := range seasons {
		if (s.Category == "") == (s.SKU == "") {
			return &Fault{"A season names no category and no product, or both.", "Name a category or a product code."}
		}
		if _, err := state.ParseDay(s.Until); err != nil {
			return &Fault{fmt.Sprintf("%q, the last day of the season of %s, is not a day.", s.Until, s.Category+s.SKU), "Write it like 2026-08-31."}
		}
	}
	return nil
}

// Season is the last day on which a product is sold; 0 where it is sold on and on. What was set for the product counts before its terms, those
// before what was set for its categories, the narrowest first.
func (in Input) Season(sku string) (until state.Day, set bool) {
	day := func(match func(Season) bool) state.Day {
		for _, s := range in.Settings.Seasons {
			if match(s) {
				d, _ := state.ParseDay(s.Until) // settings are checked before they are kept
				return d
			}
		}
		return 0
	}
	if d := day(func(s Season) bool { return s.SKU != "" && s.SKU == sku }); d > 0 {
		return d, true
	}
	if d := in.Terms[sku].SellUntil; d > 0 {
		return d, false
	}
	for _, category := range slices.Backward(in.Products[sku].Category) {
		if d := day(func(s Season) bool { return s.Category == category && s.SKU == "" }); d > 0 {
			return d, true
		}
	}
	return 0, false
}

// Narrowest is the category of a product that says most of it; empty where none is told.
func (in Input) Narrowest(sku string) string {
	if c := in.Products[sku].Category; len(c) > 0 {
		return c[len(c)-1]
	}
	return ""
}

// fewestLikes is how many products of its category must be forecast before one without sales is taken to sell as they do.
const fewestLikes = 3

// likeOthers is what a product without sales may sell: as the products of its category do that sell, those of its brand and its style before
// others. How sure that is, is how much they differ. likes is how many they are; 0 where they are too few.
func (in Input) likeOthers(sku string) (p demand.Product, likes int) {
	about, category := in.Products[sku], in.Narrowest(sku)
	if category == "" {
		return p, 0
	}
	var weight, between, noise float64
	f := forecast.Forecast{Mean: make([]float64, in.Model.Weeks)}
	type like struct{ weight, pace float64 }
	var all []like
	for i := range in.Model.Product {
		o := &in.Model.Product[i]
		of := in.Products[o.SKU]
		pace := o.Forecast().SumMean(float64(in.Model.Weeks)) / float64(max(1, in.Model.Weeks))
		if _, sound := in.find(o.SKU); !sound || o.SKU == sku || in.Narrowest(o.SKU) != category || of.Hidden || pace <= 0 {
			continue
		}
		w := 1.0
		if about.Brand != "" && of.Brand == about.Brand {
			w++
		}
		if about.Group != "" && of.Group == about.Group {
			w += 2
		}
		all = append(all, like{w, pace})
		weight += w
		noise += w * o.Spread.Scale * o.Spread.Scale
		for h := range min(len(f.Mean), len(o.Mean)) {
			f.Mean[h] += w * o.Mean[h]
		}
		f.Most = math.Max(f.Most, o.Most)
	}
	if len(all) < fewestLikes {
		return p, 0
	}
	mean := 0.0
	for h := range f.Mean {
		f.Mean[h] /= weight
		mean += f.Mean[h] / float64(len(f.Mean))
	}
	for _, l := range all {
		between += l.weight * (l.pace - mean) * (l.pace - mean) / weight
	}
	noise /= weight
	n := float64(in.Model.Weeks)
	one, whole := math.Sqrt(noise+between), math.Sqrt(noise*n+between*n*n)
	p = demand.Product{SKU: sku, Mean: f.Mean, Spread: forecast.Spread{Scale: one, Growth: 0.5}, Most: f.Most}
	if n > 1 && one > 0 {
		p.Spread.Growth = math.Log(whole/one) / math.Log(n)
	}
	for _, m := range f.Mean {
		p.P10, p.P50, p.P90 = append(p.P10, forecast.DemandQuantile(m, one, 0.1)), append(p.P50, forecast.DemandQuantile(m, one, 0.5)), append(p.P90, forecast.DemandQuantile(m, one, 0.9))
	}
	return p, len(all)
}

// leadLevels are the shares of orders at which the lead time is looked at where deliveries tell how it varies.
var leadLevels = []float64{0.1, 0.3, 0.5, 0.7, 0.9}

// begin looks at what is left of the season: its demand before and after an order of today would come.
func (n *need) begin(s Settings, today state.Day) {
	n.rest = math.Max(0, float64(n.until-today+1)) / 7
	n.lastOrder = n.until - state.Day(math.Ceil(n.leadDays-1e-9))
	n.lastChance = today+state.Day(s.ReviewDays) > n.lastOrder
	if n.rest > 0 {
		n.perWeek = n.mean(n.rest) / n.rest
	}
	days := []float64{n.leadDays}
	if n.leadSD > 0 {
		law := inventory.LeadOf(n.leadDays, n.leadSD)
		days = days[:0]
		for _, p := range leadLevels {
			days = append(days, law.Quantile(p))
		}
	}
	n.left = inventory.Season{Coming: n.coming}
	for _, d := range days {
		before, whole := n.over(d/7), n.over(n.rest)
		after := inventory.Demand{Mean: math.Max(0, whole.Mean-before.Mean)}
		// A level that is unsure makes weeks alike: what the whole season varies by beyond its first part is the second's.
		after.SD = math.Max(math.Sqrt(math.Max(0, whole.SD*whole.SD-before.SD*before.SD)), n.ahead.Spread.SD(math.Max(0, n.rest-d/7)))
		n.left.Arrivals = append(n.left.Arrivals, inventory.Arrival{Before: before, After: after})
	}
}

// available is what can be sold now.
func (n *need) available() float64 { return float64(max(0, n.pos.Available)) }

// comes is what is on its way of a product, by the share of the time that an order of today would take. What is overdue, or has no day, is taken
// to come when that order would.
func (in Input) comes(sku string, incoming int64, leadDays float64) (out []inventory.Coming) {
	for _, p := range in.Purchases {
		if p.SKU != sku || p.Units <= 0 || in.Forgotten(p) || incoming <= 0 {
			continue
		}
		due := cmp.Or(p.Expected, in.due(p))
		if days := float64(due - in.Today); days >= 0 && days < leadDays {
			units := min(p.Units, incoming)
			out = append(out, inventory.Coming{At: days / leadDays, Units: float64(units)})
			incoming -= units
		}
	}
	slices.SortStableFunc(out, func(a, b inventory.Coming) int { return cmp.Compare(a.At, b.At) })
	if incoming > 0 {
		out = append(out, inventory.Coming{At: 1, Units: float64(incoming)})
	}
	return out
}

// few and many are what a unit too few and one too many cost: the margin that is really lost, and what it loses to its salvage, with holding it
// until the end.
func (n *need) fewMany(s Settings) (few, many float64) {
	cost := float64(n.cost.Amount)
	kept := math.Max(0, n.rest-n.leadDays/7) * 7 / 365
	return n.lost(s), cost*(1-s.Salvage) + cost*s.HoldingRate*kept
}

// buyForSeason orders what is enough to the end of the season with the chance of the fractile where it is the last chance to; before, what is
// needed until the orders after it, and never more than that. Without cost and price the service level stands for the fractile.
func (n *need) buyForSeason(s Settings, today state.Day) bool {
	n.chance = n.service
	if n.priced() {
		n.chance = inventory.Fractile(n.fewMany(s))
	}
	if n.rest <= 0 || today > n.lastOrder || n.chance <= 0 {
		n.point, n.upTo = -1, 0
		return false
	}
	enough, level := n.left.Order(n.available(), n.chance), n.left.Level(n.chance)+n.position-n.available()
	if n.lastChance || n.point < 0 {
		n.point, n.upTo, n.service = level-1, level, n.chance
	} else {
		n.point, n.upTo = math.Min(n.point, level-1), math.Min(n.upTo, level)
	}
	want := math.Min(enough, n.upTo-n.position)
	if n.position > n.point || want <= 0 {
		return false
	}
	n.units = n.wholePacks(s, want)
	return n.units > 0 && n.keepGuardrails(s)
}

// wholePacks is the number of units, in packs and at least the minimum, below or above what is wanted that gains more; none where none gains what
// the order costs.
func (n *need) wholePacks(s Settings, want float64) int64 {
	pack, least := n.packing()
	up := packs(want, pack, least)
	if !n.priced() {
		return up
	}
	if want < float64(least) {
		n.binds = "min_units"
	}
	worth := n.seasonWorth(s)
	if down := up - pack; down >= packs(1, pack, least) && worth(float64(down)) >= worth(float64(up)) {
		up = down
	}
	if worth(float64(up)) <= float64(s.OrderCostMinor) {
		return 0
	}
	return up
}

// seasonWorth is what having some units more earns to the end of the season.
func (n *need) seasonWorth(s Settings) func(units float64) float64 {
	few, many := n.fewMany(s)
	missed, left := n.left.Outcome(n.available(), 0)
	return func(units float64) float64 {
		m, l := n.left.Outcome(n.available(), units)
		return few*(missed-m) - many*(l-left)
	}
}

// seasonValue is what the last order of a season earns against none, at three levels of demand.
func (n *need) seasonValue(s Settings) (p10, p50, p90 *int64) {
	few, many := n.fewMany(s)
	var v [3]int64
	for i, p := range [...]float64{0.1, 0.5, 0.9} {
		sold := n.left.Sells(n.available(), float64(n.units), p)
		v[i] = int64(math.Round(few*sold - many*(float64(n.units)-sold)))
	}
	return &v[0], &v[1], &v[2]
}

// seasonReasons say until when it is sold, what that makes enough, and what is expected to be left and missed.
func (n *need) seasonReasons(in Input) (out []decide.Reason) {
	if n.until == 0 {
		return nil
	}
	told := decide.Reason{Code: "season", Basis: decide.Measured, Value: n.until.String()}
	if n.untilSet {
		told.Basis = decide.Assumed
	}
	arrives := in.Today + state.Day(math.Ceil(n.leadDays-1e-9))
	told.Text = fmt.Sprintf("It is sold until %s and not bought again: an order placed now arrives on %s, which leaves %d days to sell it. The last order that still helps is placed by %s.", n.until, arrives, n.until-arrives+1, n.lastOrder)
	out = append(out, told)
	if n.likes > 0 {
		out = append(out, decide.Reason{Code: "look_alikes", Basis: decide.Estimated, Value: fmt.Sprint(n.likes), Text: fmt.Sprintf("It has not been sold yet: it is taken to sell as the %d products of its category do that sell.", n.likes)})
	}
	chance := decide.Reason{Code: "fractile", Basis: decide.Assumed, Value: fmt.Sprintf("%.0f %%", 100*n.chance),
		Text: fmt.Sprintf("Cost or price is unknown, so nobody can say what a unit too many loses: the stock is to last in %.0f of 100 such seasons.", 100*n.chance)}
	if n.priced() {
		few, many := n.fewMany(in.Settings)
		amount := func(v float64) fact.Money { return fact.Money{Minor: int64(math.Round(v)), Currency: in.Currency} }
		chance.Basis = decide.Estimated
		chance.Text = fmt.Sprintf("A unit too few loses %s; one too many loses %s, as it brings %.0f %% of its cost when its season is over. So the stock is to last in %.0f of 100 such seasons.", amount(few), amount(many), 100*in.Settings.Salvage, 100*n.chance)
	}
	out = append(out, chance)
	missed, left := n.left.Outcome(n.available(), float64(n.units))
	text := "With this order"
	if !n.lastChance {
		text = "If nothing more were ordered after this"
	}
	return append(out, decide.Reason{Code: "left_over", Basis: decide.Estimated, Value: units(left),
		Text: fmt.Sprintf("%s, about %s units are expected to be left over on that day, and about %s to have been missed.", text, units(left), units(missed))})
}
