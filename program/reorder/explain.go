package reorder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/state"
)

// ForecastPoint is what is expected of one week's demand, and its likely range.
type ForecastPoint struct {
	Week string   `json:"week"`
	Mean *float64 `json:"mean,omitempty" doc:"Expected: stock and sums rest on it; above the middle (p50) where demand is skewed; missing in proposals made before it was kept"`
	P10  float64  `json:"p10"`
	P50  float64  `json:"p50"`
	P90  float64  `json:"p90"`
	P025 *float64 `json:"p025,omitempty" doc:"With p975: 95 of 100 weeks lie between; missing where the model was trained before these were kept"`
	P25  *float64 `json:"p25,omitempty" doc:"With p75: every second week lies between"`
	P75  *float64 `json:"p75,omitempty"`
	P975 *float64 `json:"p975,omitempty"`
}

// Detail is what a proposal rests on, for its page.
type Detail struct {
	SKU            string          `json:"sku"`
	Title          string          `json:"title"`
	Supplier       string          `json:"supplier,omitempty"`
	Units          int64           `json:"units"`
	Pack           int64           `json:"pack"`
	UnitCostMinor  *int64          `json:"unit_cost_minor,omitempty"`
	OrderCostMinor *int64          `json:"order_cost_minor,omitempty"`
	OnHand         int64           `json:"on_hand"`
	Incoming       int64           `json:"incoming"`
	CountedAt      time.Time       `json:"counted_at"`
	WeeksOfCover   *float64        `json:"weeks_of_cover,omitempty"`
	LeadDays       int             `json:"lead_days"`
	ServiceLevel   float64         `json:"service_level"`
	DemandWeek     float64         `json:"demand_week"`
	ReorderPoint   float64         `json:"reorder_point"`
	StockoutDay    string          `json:"stockout_day,omitempty"`
	OrderUpTo      float64         `json:"order_up_to"`
	Class          string          `json:"class" doc:"A, B, C by money, X, Y, Z by how steady demand is"`
	Forecast       []ForecastPoint `json:"forecast"`
	Curve          []CurvePoint    `json:"curve,omitempty" doc:"Service against money, a year of this product; absent where cost or price is unknown"`
}

func (n *need) detail(in Input, title, supplier string) Detail {
	cover, _ := WeeksOfCover(n.pos.Available, n.perWeek) // size asks for a demand
	d := Detail{SKU: n.sku, Title: title, Supplier: supplier, Units: n.units, Pack: max(n.terms.Pack, 1), OnHand: n.pos.OnHand, Incoming: n.pos.Incoming,
		CountedAt: n.pos.CountedAt, WeeksOfCover: &cover, LeadDays: n.terms.LeadDays, ServiceLevel: math.Round(n.service*1000) / 1000,
		DemandWeek: tenth(n.perWeek), ReorderPoint: math.Ceil(n.point), OrderUpTo: math.Ceil(n.upTo), Class: n.class, Curve: n.curve(in.Settings)}
	if n.cost != nil {
		total := n.cost.Amount * n.units
		d.UnitCostMinor, d.OrderCostMinor = &n.cost.Amount, &total
	}
	if day := n.stockout(in.Today); day > 0 {
		d.StockoutDay = day.String()
	}
	for i := range n.forecast.P50 {
		mean := n.forecast.Mean[i]
		d.Forecast = append(d.Forecast, ForecastPoint{Week: in.Model.Week(i).String(), Mean: &mean, P10: n.forecast.P10[i], P50: n.forecast.P50[i], P90: n.forecast.P90[i]})
	}
	return d
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

func (n *need) reasons(in Input) []decide.Reason {
	s := in.Settings
	counted := decide.Measured
	if n.pos.Estimated {
		counted = decide.Estimated
	}
	there := fmt.Sprintf("%d units are available (counted %s)", n.pos.Available, n.pos.CountedAt.Format(time.DateOnly))
	if n.pos.Incoming > 0 {
		there += fmt.Sprintf(", %d more are on their way", n.pos.Incoming)
	}
	out := []decide.Reason{
		{Code: "stock", Text: there + ".", Value: fmt.Sprint(n.pos.Available), Basis: counted},
		{Code: "demand", Text: fmt.Sprintf("About %s units a week are expected.", units(n.perWeek)), Value: units(n.perWeek), Basis: decide.Estimated},
	}
	out = append(out, n.returnReason()...)
	if day := n.stockout(in.Today); day > 0 {
		out = append(out, decide.Reason{Code: "stockout", Basis: decide.Estimated, Value: day.String(),
			Text: fmt.Sprintf("At that pace the stock ends on %s; an order placed now arrives on %s.", day, in.Today+state.Day(n.terms.LeadDays))})
	}
	lead := decide.Reason{Code: "lead_time", Text: fmt.Sprintf("The lead time is %d days.", n.terms.LeadDays), Value: fmt.Sprint(n.terms.LeadDays), Basis: decide.Measured}
	switch n.lead {
	case leadOfSupplier:
		lead.Text = fmt.Sprintf("The lead time is %d days, the supplier's for all products.", n.terms.LeadDays)
	case leadOfShop:
		lead.Text, lead.Basis = fmt.Sprintf("The lead time is taken as %d days, the shop's setting: no file gives one for this product.", n.terms.LeadDays), decide.Assumed
	}
	if n.learnt {
		lead = decide.Reason{Code: "lead_time", Basis: decide.Measured, Value: fmt.Sprintf("%.0f", n.leadDays),
			Text: fmt.Sprintf("Deliveries took %.0f days in the mean, give or take %.0f; %d are quoted.", n.leadDays, n.leadSD, n.terms.LeadDays)}
	}
	out = append(out, lead)
	if !n.lastChance {
		out = append(out, n.serviceReason(s))
	}
	out = append(out, n.seasonReasons(in)...)
	if _, ok := in.Settings.ByClass[n.class]; ok {
		out = append(out, decide.Reason{Code: "class", Basis: decide.Measured, Value: n.class, Text: fmt.Sprintf("That level was set for class %s: %s.", n.class, classOf[n.class])})
	}
	return append(append(out, n.supplierReasons(in)...), n.money(in)...)
}

func (n *need) serviceReason(s Settings) decide.Reason {
	r := decide.Reason{Code: "service_level", Basis: decide.Assumed, Value: fmt.Sprintf("%.0f %%", 100*n.service),
		Text: fmt.Sprintf("To be in stock in %.0f of 100 order cycles, %s units have to cover the %.0f days until the order after this one could arrive.", 100*n.service, units(n.point), 7*n.protect)}
	if n.optimal {
		r.Basis = decide.Estimated
		r.Text += " That level, and the quantity, make lost sales, holding and ordering together cost least."
	}
	if n.fromMoney {
		r.Basis = decide.Estimated
		r.Text += fmt.Sprintf(" That level is where a lost sale and a unit too many, held for %d days, cost the same.", max(s.CycleDays, s.ReviewDays))
	}
	return r
}

// supplierReasons says what of the supplier's terms shaped the order.
func (n *need) supplierReasons(in Input) (out []decide.Reason) {
	if b, ok := n.breakOf(); ok && n.cost != nil {
		out = append(out, decide.Reason{Code: "price_break", Basis: decide.Measured, Value: fmt.Sprintf("%.0f", b.From),
			Text: fmt.Sprintf("From %.0f units on, a unit costs %s.", b.From, fact.Money{Minor: n.cost.Amount, Currency: in.Currency})})
	}
	out = append(out, n.togetherReason(in)...)
	if n.joined > 0 {
		out = append(out, decide.Reason{Code: "joined", Basis: decide.Measured, Value: fmt.Sprint(n.joined),
			Text: fmt.Sprintf("%d units are ordered now so that the supplier's minimum of %s is reached.", n.joined, fact.Money{Minor: in.Suppliers[n.terms.Supplier].MinOrder, Currency: in.Currency})})
	}
	return out
}

// money says what is known of what the order earns.
func (n *need) money(in Input) (out []decide.Reason) {
	if n.price <= 0 {
		return []decide.Reason{{Code: "price", Text: "Nothing was sold lately, so no price is known and no profit is claimed.", Basis: decide.Unknown}}
	}
	in50, in90 := n.saved(0.5), n.saved(0.9)
	amount := func(v float64) fact.Money { return fact.Money{Minor: int64(math.Round(v)), Currency: in.Currency} }
	price, again := amount(float64(n.price)), fmt.Sprintf("than ordering in %d days", in.Settings.ReviewDays)
	if n.cost == nil {
		return []decide.Reason{
			{Code: "sales_at_risk", Basis: decide.Estimated, Value: amount(in50 * float64(n.price)).Amount(),
				Text: fmt.Sprintf("Ordering now saves sales of about %s more %s, %s where demand is strong. These are sales, not profit.", amount(in50*float64(n.price)), again, amount(in90*float64(n.price)))},
			{Code: "cost", Text: "The unit cost is unknown, so no profit is claimed. Import a cost file in " + in.Currency + " to see it.", Basis: decide.Unknown},
		}
	}
	return append([]decide.Reason{
		{Code: "margin", Basis: decide.Measured, Value: amount(float64(n.price - n.cost.Amount)).Amount(),
			Text: fmt.Sprintf("A unit sells at %s and costs %s.", price, amount(float64(n.cost.Amount)))},
		{Code: "saved", Basis: decide.Estimated, Value: units(in50),
			Text: fmt.Sprintf("Ordering now sells about %s units more %s, %s where demand is strong.", units(in50), again, units(in90))},
		holding(in.Settings),
	}, substituted(in.Settings)...)
}

func holding(s Settings) decide.Reason {
	r := decide.Reason{Code: "holding", Basis: decide.Assumed, Value: fmt.Sprintf("%.0f %%", 100*s.Carrying()),
		Text: fmt.Sprintf("Holding stock is taken to cost %.0f %% of its value a year.", 100*s.HoldingRate)}
	if s.Obsolescence > 0 {
		r.Text = fmt.Sprintf("Holding stock is taken to cost %.0f %% of its value a year, and ageing to take %.0f %% of it.", 100*s.HoldingRate, 100*s.Obsolescence)
	}
	return r
}

// substituted says how much of a lost sale stays with the shop, where that was set.
func substituted(s Settings) []decide.Reason {
	if s.Substitution <= 0 {
		return nil
	}
	return []decide.Reason{{Code: "substitution", Basis: decide.Assumed, Value: fmt.Sprintf("%.0f %%", 100*s.Substitution),
		Text: fmt.Sprintf("Of customers who find it sold out, %.0f of 100 are taken to buy another product: a lost sale costs the rest of its margin.", 100*s.Substitution)}}
}

func units(v float64) string {
	if v > 0 && v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func (n *need) guardrails(in Input) []decide.Guardrail {
	s := in.Settings
	cover := (n.position + float64(n.units)) / n.perWeek
	age := in.Today - 1 - state.DayOf(n.pos.CountedAt, time.UTC)
	out := []decide.Guardrail{
		{Code: "cover", Title: "Weeks of cover after the order", Met: cover <= s.MaxCoverWeeks+1e-9, Binding: n.binds == "cover",
			Limit: fmt.Sprintf("at most %.0f", s.MaxCoverWeeks), Value: fmt.Sprintf("%.1f", cover)},
		{Code: "count_age", Title: "Age of the stock count", Met: int(age) <= s.MaxCountAge, Limit: fmt.Sprintf("at most %d days", s.MaxCountAge), Value: fmt.Sprintf("%d days", max(0, age))},
		{Code: "history", Title: "Weeks of sales known", Met: n.forecast.History >= s.MinHistory, Limit: fmt.Sprintf("at least %d", s.MinHistory), Value: fmt.Sprint(n.forecast.History)},
	}
	if n.pos.Negative {
		out = append(out, decide.Guardrail{Code: "negative", Title: "Stock is not below zero", Limit: "at least 0", Value: fmt.Sprint(n.pos.OnHand)})
	}
	if least := n.terms.MinUnits; least > 0 {
		out = append(out, decide.Guardrail{Code: "min_units", Title: "Supplier's minimum quantity", Met: n.units >= least, Binding: n.binds == "min_units",
			Limit: fmt.Sprintf("at least %d", least), Value: fmt.Sprint(n.units)})
	}
	if s.MaxOrderMinor > 0 && n.cost != nil {
		v := n.cost.Amount * n.units
		out = append(out, decide.Guardrail{Code: "value", Title: "Value of the order", Met: v <= s.MaxOrderMinor, Binding: n.binds == "value",
			Limit: "at most " + fact.Money{Minor: s.MaxOrderMinor, Currency: in.Currency}.String(), Value: fact.Money{Minor: v, Currency: in.Currency}.String()})
	}
	out = append(out, n.roundGuardrails(in)...)
	for i := range out {
		if !out[i].Met {
			out[i].Binding = true
		}
	}
	return out
}

// roundGuardrails are those of what perishes, of the supplier's minimum value and of the round's budget, where there are such.
func (n *need) roundGuardrails(in Input) (out []decide.Guardrail) {
	s := in.Settings
	if n.keeps > 0 {
		most := n.lasting(s)
		out = append(out, decide.Guardrail{Code: "shelf_life", Title: "Can be sold before it perishes", Met: float64(n.units) <= most+1e-9, Binding: n.binds == "shelf_life",
			Limit: fmt.Sprintf("at most %.0f units", math.Max(0, most)), Value: fmt.Sprint(n.units)})
	}
	if m := in.Suppliers[n.terms.Supplier]; m.MinOrder > 0 && n.cost != nil && (m.Currency == "" || m.Currency == in.Currency) {
		out = append(out, decide.Guardrail{Code: "supplier_min", Title: "Supplier's minimum value, with all that is ordered from them now", Met: n.together >= m.MinOrder, Binding: n.binds == "supplier_min",
			Limit: "at least " + fact.Money{Minor: m.MinOrder, Currency: in.Currency}.String(), Value: fact.Money{Minor: n.together, Currency: in.Currency}.String()})
	}
	if n.limited && n.terms.Volume > 0 {
		out = append(out, decide.Guardrail{Code: "space", Title: "Room that is free", Met: n.units*n.terms.Volume <= int64(n.free), Binding: n.binds == "space",
			Limit: fmt.Sprintf("at most %.0f litres", n.free/1000), Value: fmt.Sprintf("%.0f litres", float64(n.units*n.terms.Volume)/1000)})
	}
	if s.BudgetMinor > 0 && n.cost != nil {
		out = append(out, decide.Guardrail{Code: "budget", Title: "Budget of the round", Met: true, Binding: n.binds == "budget", Limit: "at most " + fact.Money{Minor: s.BudgetMinor, Currency: in.Currency}.String(),
			Value: fact.Money{Minor: n.cost.Amount * n.units, Currency: in.Currency}.String()})
	}
	return out
}

// hash tells whether two rounds saw the same need. The forecast is in it besides its model: planners change weeks of it.
func (n *need) hash(in Input) (string, error) {
	b, err := json.Marshal([]any{n.sku, n.units, n.pos.Available, n.pos.Incoming, n.pos.CountedAt, n.terms, n.cost, n.price, in.ModelHash, n.forecast.Mean, in.Settings, n.leadDays, n.leadSD, math.Round(n.back)})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
