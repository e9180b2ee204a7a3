package markdown

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"almanac/decide"
	"almanac/fact"
)

// MarkdownPoint is one price that was weighed, over the horizon.
type MarkdownPoint struct {
	PriceMinor int64   `json:"price_minor"`
	Cut        float64 `json:"cut"`         // share of the present price
	Units      float64 `json:"units"`       // sold
	Left       float64 `json:"left"`        // at the end
	MoneyMinor int64   `json:"money_minor"` // margin and what is left, less holding
	GainMinor  int64   `json:"gain_minor"`  // beside keeping the price
}

// Detail is what a proposal rests on, for its page.
type Detail struct {
	SKU            string          `json:"sku"`
	Title          string          `json:"title"`
	PriceMinor     int64           `json:"price_minor" doc:"Asked now"`
	NewPriceMinor  int64           `json:"new_price_minor"`
	UnitCostMinor  int64           `json:"unit_cost_minor"`
	NetMinor       int64           `json:"net_minor" doc:"Of a unit now, without tax and discounts"`
	NewNetMinor    int64           `json:"new_net_minor"`
	Available      int64           `json:"available"`
	Incoming       int64           `json:"incoming"`
	HorizonWeeks   int             `json:"horizon_weeks"`
	Elasticity     float64         `json:"elasticity"`
	ElasticityLow  float64         `json:"elasticity_low" doc:"80 % interval"`
	ElasticityHigh float64         `json:"elasticity_high"`
	Points         []MarkdownPoint `json:"points" doc:"Prices that were weighed, the present one first"`
}

// wide is half of an 80 % interval in standard deviations.
const wide = 1.2816

func (o *offer) net(amount int64) int64 { return int64(math.Round(float64(amount) * o.answer.Kept)) }

func (o *offer) title() string {
	if o.product.Title != "" {
		return o.product.Title
	}
	return o.sku
}

func (o *offer) detail() Detail {
	d := Detail{SKU: o.sku, Title: o.title(), PriceMinor: o.asked.Amount, NewPriceMinor: o.best.amount, UnitCostMinor: o.cost.Amount, NetMinor: o.net(o.asked.Amount), NewNetMinor: o.net(o.best.amount),
		Available: o.pos.Available, Incoming: o.pos.Incoming, HorizonWeeks: int(o.weeks),
		Elasticity: hundredth(o.answer.Value), ElasticityLow: hundredth(o.answer.Value - wide*o.answer.SD), ElasticityHigh: hundredth(math.Min(0, o.answer.Value+wide*o.answer.SD))}
	for _, p := range o.points {
		d.Points = append(d.Points, MarkdownPoint{p.amount, math.Round(1e4*o.cut(p.amount)) / 1e4, math.Round(10*p.units) / 10, math.Round(10*p.left) / 10, int64(math.Round(p.money)), int64(math.Round(p.mean))})
	}
	return d
}

func hundredth(v float64) float64 { return math.Round(100*v) / 100 }

func (o *offer) cut(amount int64) float64 { return 1 - float64(amount)/float64(o.asked.Amount) }

func (o *offer) proposal(in Input) (decide.Proposal, error) {
	amounts := [3]*int64{}
	for i, v := range o.best.gain {
		minor := int64(math.Round(v))
		amounts[i] = &minor
	}
	p := decide.Proposal{
		Programme: Programme, Subject: o.sku, Group: "Prices", Title: o.title(), Currency: in.Currency, Model: in.ModelHash, Baseline: in.Baseline,
		Action: fmt.Sprintf("Lower the price from %s to %s", in.money(o.asked.Amount), in.money(o.best.amount)),
		P10:    amounts[0], P50: amounts[1], P90: amounts[2],
		Reasons: o.reasons(in), Guardrails: o.guardrails(in), ExpiresAt: in.Now.Add(7 * 24 * time.Hour), Settles: time.Duration(max(1, in.Settings.RestDays)) * 24 * time.Hour,
		Synthetic: fact.Synthetic(o.pos.Source) || fact.Synthetic(o.cost.Source),
		Price:     &decide.PriceChange{SKU: o.sku, Title: o.title(), Price: o.best.amount, Was: o.asked.Amount, Currency: in.Currency},
		Effects: []string{fmt.Sprintf("Puts %s at %s into a list of price changes for your shop's system; a connected one sets it.", o.sku, in.money(o.best.amount)),
			"The price holds until somebody changes it: Almanac does not raise it again."},
	}
	var err error
	if p.Payload, err = json.Marshal(o.detail()); err != nil {
		return p, err
	}
	p.InputHash, err = o.hash(in)
	return p, err
}

func (o *offer) reasons(in Input) []decide.Reason {
	s, now, then := in.Settings, o.points[0], o.best
	there := fmt.Sprintf("%d units are available (counted %s)", o.pos.Available, o.pos.CountedAt.Format(time.DateOnly))
	if o.pos.Incoming > 0 {
		there += fmt.Sprintf(", %d more are on their way", o.pos.Incoming)
	}
	counted := decide.Measured
	if o.pos.Estimated {
		counted = decide.Estimated
	}
	whose := "the shop"
	if o.answer.Category != "" {
		whose = o.answer.Category
	}
	return []decide.Reason{
		{Code: "stock", Text: there + ".", Value: fmt.Sprint(o.pos.Available), Basis: counted},
		{Code: "left", Value: fmt.Sprintf("%.0f", now.left), Basis: decide.Estimated,
			Text: fmt.Sprintf("At the present price about %.0f units are sold in %d weeks, and %.0f are left.", now.units, s.HorizonWeeks, now.left)},
		{Code: "elasticity", Value: fmt.Sprintf("%.1f", o.answer.Value), Basis: decide.Estimated,
			Text: fmt.Sprintf("Past changes of prices in %s: 1 %% less sold about %.1f %% more (likely %.1f to %.1f). This product's own price changed %d times.", whose, -o.answer.Value, math.Max(0, -o.answer.Value-wide*o.answer.SD), -o.answer.Value+wide*o.answer.SD, o.answer.Changes)},
		{Code: "then", Value: fmt.Sprintf("%.0f", then.units), Basis: decide.Estimated,
			Text: fmt.Sprintf("At %s about %.0f are sold, and %.0f are left.", in.money(then.amount), then.units, then.left)},
		{Code: "margin", Value: in.money(o.net(then.amount) - o.cost.Amount), Basis: decide.Measured,
			Text: fmt.Sprintf("A unit costs %s and leaves %s now, %s then. Of an asking price %.0f %% reach the shop, without tax and discounts.", in.money(o.cost.Amount), in.money(o.net(o.asked.Amount)-o.cost.Amount), in.money(o.net(then.amount)-o.cost.Amount), 100*o.answer.Kept)},
		{Code: "rest", Value: fmt.Sprintf("%.0f %%", 100*s.Salvage), Basis: decide.Assumed,
			Text: fmt.Sprintf("What is left is taken to be worth %.0f %% of its cost, and holding stock to cost %.0f %% of its cost a year.", 100*s.Salvage, 100*s.HoldingRate)},
	}
}

func (o *offer) guardrails(in Input) []decide.Guardrail {
	s, then := in.Settings, o.best.amount
	since := int(in.Now.Sub(o.asked.At).Hours() / 24)
	out := []decide.Guardrail{
		{Code: "margin", Title: "Margin on the new price", Met: then >= o.floor(s), Limit: fmt.Sprintf("at least %.0f %%", 100*s.MinMargin),
			Value: fmt.Sprintf("%.0f %%", 100*(1-float64(o.cost.Amount)/(float64(then)*o.answer.Kept)))},
		{Code: "step", Title: "Taken off at once", Met: o.cut(then) <= s.MaxStep+1e-9, Limit: fmt.Sprintf("at most %.0f %%", 100*s.MaxStep), Value: fmt.Sprintf("%.0f %%", 100*o.cut(then))},
		{Code: "seen", Title: "Cuts that the past has shown", Met: o.cut(then) <= in.Answers.Deepest+1e-9, Limit: fmt.Sprintf("up to %.0f %%", 100*in.Answers.Deepest), Value: fmt.Sprintf("%.0f %%", 100*o.cut(then))},
		{Code: "rest_days", Title: "Days since the last change", Met: since >= s.RestDays, Limit: fmt.Sprintf("at least %d", s.RestDays), Value: fmt.Sprint(since)},
		{Code: "changes", Title: "Changes approved within a day", Met: in.Approved < int64(s.MaxChanges), Limit: fmt.Sprintf("at most %d", s.MaxChanges), Value: fmt.Sprint(in.Approved)},
		{Code: "count_age", Title: "Age of the stock count", Met: in.age(o.pos) <= s.MaxCountAge, Limit: fmt.Sprintf("at most %d days", s.MaxCountAge), Value: fmt.Sprintf("%d days", max(0, in.age(o.pos)))},
		{Code: "history", Title: "Weeks of sales known", Met: o.history >= s.MinHistory, Limit: fmt.Sprintf("at least %d", s.MinHistory), Value: fmt.Sprint(o.history)},
	}
	for i := range out {
		out[i].Binding = !out[i].Met || out[i].Code == o.binds
	}
	return out
}

// hash tells whether two rounds saw the same need. Stock and demand count by how many times over the horizon the stock lasts, in
// doublings: what was rejected does not come back because one unit was sold.
func (o *offer) hash(in Input) (string, error) {
	cover := math.Round(math.Log2(o.stock / math.Max(o.wanted(0.5), 0.5)))
	b, err := json.Marshal([]any{o.sku, o.asked.Amount, o.best.amount, o.cost.Amount, o.cost.Currency, cover, in.Settings})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
