package reorder

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/inventory"
	"almanac/state"
	"almanac/state/stock"
)

// TransferProgramme is the name of the programme that moves stock between places.
const TransferProgramme = "transfer"

// TransferPlace is one end of a transfer.
type TransferPlace struct {
	Location   string    `json:"location"`
	Available  int64     `json:"available"`
	CountedAt  time.Time `json:"counted_at"`
	DemandWeek float64   `json:"demand_week"`
	Share      float64   `json:"share" doc:"Of the product's demand, from sales by place"`
	Level      int64     `json:"order_up_to" doc:"Up to which the place is filled"`
	Short      float64   `json:"short_units" doc:"Units that are expected to be short there before anything else comes, without the transfer"`
	ShortAfter float64   `json:"short_after_units" doc:"The same, with it"`
}

// TransferDetail is what a proposal to move stock rests on.
type TransferDetail struct {
	SKU     string        `json:"sku"`
	Title   string        `json:"title"`
	Units   int64         `json:"units"`
	From    TransferPlace `json:"from"`
	To      TransferPlace `json:"to"`
	Margin  int64         `json:"margin_minor" doc:"Of one unit"`
	Carries int64         `json:"cost_minor" doc:"Of carrying the line"`
}

// lot is one product moved from one place to another.
type lot struct {
	need     *need
	from, to *holder
	units    int64
	gain     float64 // expected margin, before carrying
	forecast bool    // shares are those of the forecast
}

// holder is a place with what it holds of one product.
type holder struct {
	name   string
	pos    stock.Position
	hand   int64
	before int64
	next   int64 // what the supplier brings here before a transfer of the next round could come, and
	later  int64 // by the next delivery
	share  float64
	level  spot
	own    inventory.Demand // what it could sell itself until the supplier's next delivery
	soon   inventory.Demand // what it sells before anything from another place could come
}

// Transfers proposes what to move between places today: unit by unit from where the next one is worth least to where it is worth
// most, for as long as that gains more margin than it costs. A unit is worth its margin times the chance that the place sells it: where it
// goes, before the next round's transfer could come; where it lies, before the supplier's next delivery could, and in the warehouse for
// what the others will need until then. No place is filled beyond its level. Without a margin nothing is moved.
func Transfers(in Input) ([]decide.Proposal, error) {
	if !Ready(in).Ready {
		return nil, nil
	}
	net := in.network()
	if net == nil {
		return nil, nil
	}
	var out []decide.Proposal
	soon := map[string]int64{} // what suppliers bring before a transfer of the next round could come
	for _, p := range in.Purchases {
		if at := p.Expected; p.Units > 0 && at >= in.Today && at <= in.Today+state.Day(in.Settings.TransferDays+in.Settings.ReviewDays) {
			soon[p.SKU] += p.Units
		}
	}
	for _, n := range in.needs() {
		for _, l := range net.lots(in, n, soon[n.sku]) {
			p, err := l.proposal(in)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	slices.SortFunc(out, byValue)
	return out, nil
}

// holders are the places of a product; nil where they cannot be compared.
func (net *Network) holders(in Input, n *need, soon int64) (out []*holder) {
	levels := net.levels(n)
	if levels == nil || !n.priced() || n.price <= n.cost.Amount {
		return nil
	}
	supply := n.leadDays + float64(n.reviewDays)
	next := float64(n.transferDays + n.reviewDays)
	for _, loc := range slices.Sorted(maps.Keys(levels)) {
		pos, share := in.Places[n.sku][loc], net.Share[n.sku][loc]
		if pos.Negative {
			return nil // a mistake in the counts: who has what is not known
		}
		h := &holder{name: loc, pos: pos, hand: max(0, pos.Available), share: share, level: levels[loc], soon: n.at(share, next), own: n.at(share, supply)}
		if loc == net.Warehouse { // also what the others need from it until then, after this round
			h.next, h.later = soon, max(0, n.pos.Incoming)
			whole, rest := n.over(supply/7), thinned(n.over(next/7), 1-share)
			h.own = inventory.Demand{Mean: math.Max(h.own.Mean, whole.Mean-rest.Mean), SD: math.Sqrt(math.Max(h.own.SD*h.own.SD, whole.SD*whole.SD-rest.SD*rest.SD))}
		}
		h.before = h.hand
		out = append(out, h)
	}
	return out
}

// keeps is the chance that a place sells the last unit that it has; gets, that it sells one more.
func (h *holder) keeps() float64 { return h.own.Above(float64(h.hand+h.later) - 1) }
func (h *holder) gets() float64  { return h.soon.Above(float64(h.hand + h.next)) }

func (net *Network) lots(in Input, n *need, soon int64) (out []*lot) {
	all := net.holders(in, n, soon)
	margin := 0.0
	if len(all) > 1 {
		margin = n.lost(in.Settings)
	}
	moved := map[[2]string]*lot{}
	for margin > 0 {
		var from, to *holder
		for _, h := range all {
			if h.hand > 0 && !received(moved, h) && (from == nil || h.keeps() < from.keeps()) {
				from = h
			}
			if h.hand < h.level.UpTo && !gave(moved, h) && (to == nil || h.gets() > to.gets()) {
				to = h
			}
		}
		if from == nil || to == nil || from == to {
			break
		}
		gain := margin * (to.gets() - from.keeps())
		if gain <= leastGain*margin {
			break
		}
		l := moved[[2]string{from.name, to.name}]
		if l == nil {
			l = &lot{need: n, from: from, to: to, forecast: net.Forecast[n.sku]}
			moved[[2]string{from.name, to.name}] = l
			out = append(out, l)
		}
		l.units++
		l.gain += gain
		from.hand--
		to.hand++
	}
	return slices.DeleteFunc(out, func(l *lot) bool { return l.gain <= float64(in.Settings.TransferMinor) })
}

// leastGain is the share of a margin that moving one unit must gain: less is within what a forecast can tell.
const leastGain = 0.05

func received(moved map[[2]string]*lot, h *holder) bool {
	for _, l := range moved {
		if l.to == h {
			return true
		}
	}
	return false
}

func gave(moved map[[2]string]*lot, h *holder) bool {
	for _, l := range moved {
		if l.from == h {
			return true
		}
	}
	return false
}

// place is one end, for the page.
func (l *lot) place(h *holder, d inventory.Demand, after int64) TransferPlace {
	return TransferPlace{Location: h.name, Available: h.pos.Available, CountedAt: h.pos.CountedAt, DemandWeek: tenth(h.share * l.need.perWeek), Share: math.Round(h.share*1000) / 1000,
		Level: h.level.UpTo, Short: math.Round(d.Short(float64(h.before))*100) / 100, ShortAfter: math.Round(d.Short(float64(h.before+after))*100) / 100}
}

// at is what the transfer gains where demand is at its p-quantile at the place it goes to.
func (l *lot) at(p, margin float64) float64 {
	want := math.Max(0, l.to.soon.Quantile(p)-float64(l.to.before))
	return math.Min(float64(l.units), want) * margin
}

// shares says how much of the demand falls to either end.
func (l *lot) shares(from, to TransferPlace) decide.Reason {
	text := fmt.Sprintf("%s sold %.0f %% of this product in the last %d days, %s %.0f %%.", l.to.name, 100*to.Share, placeDays, l.from.name, 100*from.Share)
	if l.forecast {
		text = fmt.Sprintf("The forecast by place expects %.0f %% of this product's demand at %s, %.0f %% at %s.", 100*to.Share, l.to.name, 100*from.Share, l.from.name)
	}
	return decide.Reason{Code: "share", Basis: decide.Estimated, Value: fmt.Sprintf("%.0f %%", 100*to.Share), Text: text}
}

func (l *lot) proposal(in Input) (decide.Proposal, error) {
	n := l.need
	title := cmp.Or(in.Products[n.sku].Title, n.sku)
	from, to := l.place(l.from, l.from.own, -l.units), l.place(l.to, l.to.soon, l.units)
	carry, margin := float64(in.Settings.TransferMinor), n.lost(in.Settings)
	amount := func(v float64) int64 { return int64(math.Round(v)) }
	p50 := amount(l.gain - carry)
	p10, p90 := min(p50, amount(l.at(.1, margin)-carry)), max(p50, amount(l.at(.9, margin)-carry))
	next := n.transferDays + n.reviewDays
	p := decide.Proposal{
		Programme: TransferProgramme, Subject: n.sku + "@" + l.from.name + ">" + l.to.name, Group: l.from.name + " → " + l.to.name, Title: title,
		Action: fmt.Sprintf("Move %d units from %s to %s", l.units, l.from.name, l.to.name), P10: &p10, P50: &p50, P90: &p90, Currency: in.Currency,
		Reasons: []decide.Reason{
			{Code: "short", Basis: decide.Estimated, Value: units(to.Short), Text: fmt.Sprintf("%s has %d and sells about %s a week: %s units are expected to be short in the %d days until a transfer of the next round could arrive, %s with this one.",
				l.to.name, l.to.before, units(to.DemandWeek), units(to.Short), next, units(to.ShortAfter))},
			{Code: "spare", Basis: decide.Estimated, Value: fmt.Sprint(l.from.before), Text: fmt.Sprintf("%s has %d; in the %.0f days until the supplier could deliver, about %s units are needed from there.",
				l.from.name, l.from.before, n.leadDays+float64(n.reviewDays), units(l.from.own.Mean))},
			{Code: "margin", Basis: decide.Measured, Value: fact.Money{Minor: n.price - n.cost.Amount, Currency: in.Currency}.Amount(),
				Text: fmt.Sprintf("A unit sells at %s and costs %s.", fact.Money{Minor: n.price, Currency: in.Currency}, fact.Money{Minor: n.cost.Amount, Currency: in.Currency})},
			l.shares(from, to),
		},
		Effects:   []string{fmt.Sprintf("Adds %d units of %s to a transfer list from %s to %s.", l.units, n.sku, l.from.name, l.to.name), "Nothing is moved by itself: people at both places get the list."},
		Model:     in.ModelHash,
		Baseline:  in.Baseline,
		ExpiresAt: in.Now.Add(2 * 24 * time.Hour), Settles: time.Duration(in.Settings.TransferDays+2) * 24 * time.Hour, Service: true,
		Synthetic: fact.Synthetic(l.from.pos.Source) || fact.Synthetic(l.to.pos.Source) || fact.Synthetic(n.cost.Source),
		Move:      &decide.Move{SKU: n.sku, Title: title, Units: l.units, From: l.from.name, To: l.to.name},
	}
	for _, h := range []*holder{l.from, l.to} {
		age := int(in.Today - 1 - state.DayOf(h.pos.CountedAt, time.UTC))
		p.Guardrails = append(p.Guardrails, decide.Guardrail{Code: "count_age", Title: "Age of the stock count at " + h.name, Met: age <= in.Settings.MaxCountAge, Binding: age > in.Settings.MaxCountAge,
			Limit: fmt.Sprintf("at most %d days", in.Settings.MaxCountAge), Value: fmt.Sprintf("%d days", max(0, age))})
	}
	p.Guardrails = append(p.Guardrails, decide.Guardrail{Code: "level", Title: "Not beyond the level of " + l.to.name, Met: true, Binding: l.to.hand >= l.to.level.UpTo,
		Limit: fmt.Sprintf("at most %d units there", l.to.level.UpTo), Value: fmt.Sprint(l.to.hand)})
	detail := TransferDetail{SKU: n.sku, Title: title, Units: l.units, From: from, To: to, Margin: n.price - n.cost.Amount, Carries: in.Settings.TransferMinor}
	var err error
	if p.Payload, err = json.Marshal(detail); err != nil {
		return p, err
	}
	sum := sha256.Sum256(append(p.Payload, in.ModelHash...))
	p.InputHash = hex.EncodeToString(sum[:])
	return p, nil
}
