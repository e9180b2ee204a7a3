package winback

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/lifetime"
	"almanac/model/stats"
)

// Detail is what a proposal rests on, for its page. Who it is about stands in the message itself.
type Detail struct {
	Segment     string  `json:"segment"`
	Quiet       int     `json:"quiet" doc:"Customers of the group who are about to be lost"`
	Agreed      int     `json:"agreed" doc:"Of them, who may be written to"`
	Limited     int     `json:"limited" doc:"Of those, who were written to too often lately"`
	Resting     int     `json:"resting" doc:"Who were in a round not long ago"`
	Unreachable int     `json:"unreachable" doc:"Whose mails came back"`
	NotWorth    int     `json:"not_worth" doc:"To whom a mail costs more than it earns"`
	Left        int     `json:"left" doc:"Beyond the most of a round"`
	Recipients  int     `json:"recipients"`
	HeldOut     int     `json:"held_out"`
	SilentDays  int     `json:"silent_days" doc:"Since the last order, in the middle"`
	Chance      float64 `json:"chance" doc:"Of an order within 90 days without a mail, mean"`
	OrderMinor  int64   `json:"order_minor" doc:"Mean net value of their orders"`
	Margin      float64 `json:"margin" doc:"Share of it; 0 where unknown"`
	Lift        float64 `json:"lift" doc:"Share who order because of the mail"`
	LiftLow     float64 `json:"lift_low" doc:"80 % interval"`
	LiftHigh    float64 `json:"lift_high"`
	Basis       string  `json:"basis" enum:"measured,assumed" doc:"Of the lift"`
	WindowDays  int     `json:"window_days" doc:"After a mail, within which orders count"`
	Got         int     `json:"got" doc:"Customers of measured rounds"`
	GotOrdered  int     `json:"got_ordered"`
	Held        int     `json:"held" doc:"Held out of measured rounds"`
	HeldOrdered int     `json:"held_ordered"`
}

func (g *group) detail(in Input) Detail {
	e, s := in.Effect, in.Settings
	d := Detail{Segment: string(g.segment), Quiet: g.quiet, Agreed: g.agreed, Limited: g.limited, Resting: g.rested, Unreachable: g.bounced, NotWorth: g.idle, Left: g.left,
		Recipients: len(g.get), HeldOut: len(g.held), Margin: round(in.Margin), Lift: round(e.Value), LiftLow: round(e.Value - wide*e.SD), LiftHigh: round(e.Value + wide*e.SD), Basis: string(e.basis()),
		WindowDays: s.WindowDays, Got: e.Got, GotOrdered: e.GotOrdered, Held: e.Held, HeldOrdered: e.HeldOrdered}
	var silent []float64
	var chance, order float64
	for _, p := range g.get {
		silent = append(silent, float64(p.silent))
		chance, order = chance+p.chance, order+p.order
	}
	n := float64(len(g.get))
	d.SilentDays, d.Chance, d.OrderMinor = int(stats.Quantile(silent, .5)), round(chance/n), int64(math.Round(order/n))
	return d
}

func round(v float64) float64 { return math.Round(1e4*v) / 1e4 }

func (e Effect) basis() decide.Basis {
	if e.Measured {
		return decide.Measured
	}
	return decide.Assumed
}

// names are what people call the groups.
var names = map[lifetime.Segment]string{lifetime.AtRisk: "customers who came back before and are quiet now", lifetime.Lapsed: "customers who came back before and are silent the longest"}

func (g *group) proposal(in Input) (decide.Proposal, error) {
	d := g.detail(in)
	ids := func(of []person) (out []string) {
		for _, p := range of {
			out = append(out, p.id)
		}
		slices.Sort(out)
		return out
	}
	p := decide.Proposal{
		Programme: Programme, Subject: string(g.segment), Group: "Mails", Title: "Win back " + names[g.segment], Currency: in.Currency, Model: in.ModelHash, Baseline: in.Baseline,
		Action:  fmt.Sprintf("Mail %d customers, hold %d out", len(g.get), len(g.held)),
		Reasons: g.reasons(in, d), Guardrails: g.guardrails(in, d), ExpiresAt: in.Now.Add(7 * 24 * time.Hour), Settles: time.Duration(in.Settings.RestDays) * 24 * time.Hour,
		Synthetic: in.Synthetic, Service: true, // customers are held out, not the round
		Message: &decide.Message{Campaign: fmt.Sprintf("winback-%s-%s", map[lifetime.Segment]string{lifetime.AtRisk: "quiet", lifetime.Lapsed: "silent"}[g.segment], in.Today), Channel: "email", Title: "Win back " + names[g.segment],
			Recipients: ids(g.get), HeldOut: ids(g.held)},
		Effects: []string{fmt.Sprintf("Makes a list of %d customers for your mail system; a connected one sends. What the mail says is yours.", len(g.get)),
			"Consent is looked at once more before the list leaves.",
			fmt.Sprintf("%d like them get no mail, so that its effect can be measured after %d days.", len(g.held), in.Settings.WindowDays)},
	}
	if in.Margin > 0 {
		m := g.money(in)
		for i, to := range [...]**int64{&p.P10, &p.P50, &p.P90} {
			v := int64(math.Round(m[i]))
			*to = &v
		}
	}
	var err error
	if p.Payload, err = json.Marshal(d); err != nil {
		return p, err
	}
	p.InputHash, err = g.hash(in)
	return p, err
}

func percent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }

func (g *group) reasons(in Input, d Detail) []decide.Reason {
	s := in.Settings
	out := []decide.Reason{
		{Code: "quiet", Basis: decide.Measured, Value: fmt.Sprint(d.SilentDays), Text: fmt.Sprintf("They ordered at least twice; in the middle their last order is %d days ago.", d.SilentDays)},
		{Code: "chance", Basis: decide.Estimated, Value: percent(d.Chance), Text: fmt.Sprintf("Without a mail %s of them order within 90 days, less than %.0f %% of what it was right after their last order.", percent(d.Chance), 100*s.FallenTo)},
		{Code: "consent", Basis: decide.Measured, Value: fmt.Sprint(d.Agreed), Text: fmt.Sprintf("Of %d such customers %d agreed to be written to. %d of those had %d messages in %d days, %d were in a round within %d days, to %d mails came back, to %d a mail would cost more than it earns.", d.Quiet, d.Agreed, d.Limited, s.MaxMessages, s.CapDays, d.Resting, s.RestDays, d.Unreachable, d.NotWorth)},
	}
	lift := decide.Reason{Code: "lift", Basis: decide.Assumed, Value: percent(d.Lift), Text: fmt.Sprintf("Of a hundred who get the mail %.1f are taken to order because of it (likely %.1f to %.1f). It is not measured in this shop yet.", 100*d.Lift, 100*d.LiftLow, 100*d.LiftHigh)}
	if in.Effect.Got > 0 {
		so := fmt.Sprintf("Within %d days %d of %d who got such a mail ordered, and %d of %d who were held out.", s.WindowDays, d.GotOrdered, d.Got, d.HeldOrdered, d.Held)
		lift.Text = fmt.Sprintf("%s That says too little yet: it is still assumed that %s order because of the mail (likely %s to %s).", so, percent(d.Lift), percent(d.LiftLow), percent(d.LiftHigh))
		if in.Effect.Measured {
			lift.Basis, lift.Text = decide.Measured, fmt.Sprintf("%s So %s order because of the mail (likely %s to %s).", so, percent(d.Lift), percent(d.LiftLow), percent(d.LiftHigh))
		}
	}
	out = append(out, lift)
	order := fact.Money{Minor: d.OrderMinor, Currency: in.Currency}
	if in.Margin <= 0 {
		return append(out, decide.Reason{Code: "cost", Basis: decide.Unknown, Text: fmt.Sprintf("Their orders are worth %s in the mean. Unit costs are unknown, so no profit is claimed.", order)})
	}
	return append(out, decide.Reason{Code: "order", Basis: decide.Estimated, Value: order.String(), Text: fmt.Sprintf("Their orders are worth %s in the mean, of which %.0f %% are left after the goods. A mail is taken to cost %s.", order, 100*in.Margin, fact.Money{Minor: s.CostMinor, Currency: in.Currency})})
}

func (g *group) guardrails(in Input, d Detail) []decide.Guardrail {
	s := in.Settings
	share := float64(d.HeldOut) / float64(d.HeldOut+d.Recipients)
	return []decide.Guardrail{
		{Code: "consent", Title: "Everybody agreed", Met: true, Binding: d.Agreed < d.Quiet, Limit: "all who get it", Value: fmt.Sprintf("%d of %d may be written to", d.Agreed, d.Quiet)},
		{Code: "frequency", Title: fmt.Sprintf("Messages to one customer in %d days", s.CapDays), Met: true, Binding: d.Limited > 0, Limit: fmt.Sprintf("at most %d", s.MaxMessages), Value: fmt.Sprintf("%d left out", d.Limited)},
		{Code: "rest", Title: "Days between two such mails", Met: true, Binding: d.Resting > 0, Limit: fmt.Sprintf("at least %d", s.RestDays), Value: fmt.Sprintf("%d left out", d.Resting)},
		{Code: "holdout", Title: "Held out to measure", Met: d.HeldOut > 0, Limit: fmt.Sprintf("about %.0f %%", 100*s.Holdout), Value: fmt.Sprintf("%.0f %%", 100*share)},
		{Code: "most", Title: "Customers of one round", Met: d.Recipients+d.HeldOut <= s.MostPeople, Binding: d.Left > 0, Limit: fmt.Sprintf("at most %d", s.MostPeople), Value: fmt.Sprint(d.Recipients + d.HeldOut)},
	}
}

// hash tells whether two rounds saw the same need: the group, its size in doublings, and the quarter. A round that was rejected
// does not come back because one more customer fell silent.
func (g *group) hash(in Input) (string, error) {
	b, err := json.Marshal([]any{g.segment, math.Round(math.Log2(float64(len(g.get)))), int(in.Today) / 91, in.Effect.Measured, in.Settings})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
