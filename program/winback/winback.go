// Package winback proposes mails to customers who are about to be lost: one decision for each group that a person can judge, with
// who gets the mail, who is held out, and what it is worth.
//
// The customers' past, the model of who buys again, consents and earlier messages go in; proposals come out, and a note on what is
// missing where nothing can be proposed. A customer belongs to a group by the segments of model/lifetime: at risk, or lapsed. They are
// written to where they agreed to it, where the chance of another order has fallen to a share of what it was right after their last
// one, where no limit on messages is reached, and where a mail is worth more than it costs.
//
// What a mail does is the difference in the share of customers who order within a window between those who got it and those
// held out, drawn once and for ever by a salted hash of the customer. Until rounds have been measured it is assumed, after what
// a large published experiment found: 0.68 and 0.31 points more buyers within two weeks for two mails, of 0.57 without
// (Hillstrom 2008, "MineThatData E-Mail Analytics Challenge"). What was measured counts once it is surer than that. Who would have bought anyway, and who is driven away, is in the difference.
package winback

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/decide"
	"almanac/model/lifetime"
	"almanac/predict/customer"
	"almanac/state"
	"almanac/state/contact"
)

// Programme is the programme's name.
const Programme = "winback"

// Settings are a shop's choices. Each is shown as assumed until a merchant sets it.
type Settings struct {
	Holdout     float64 // share of the customers who never get such a mail
	FallenTo    float64 // of the chance right after the last order, at most, to be about to be lost
	MaxMessages int     // of any kind within CapDays, the new one included
	CapDays     int
	RestDays    int     // between two such mails to one customer
	WindowDays  int     // after a mail, within which orders count
	MostPeople  int     // of one round
	LeastPeople int     // below which a round is not worth the work
	CostMinor   int64   // of one mail
	Lift        float64 // assumed: share of those written to who order because of it
	LiftSD      float64 // how unsure that is
}

// Defaults hold a tenth out and write at most seven times in thirty days, newsletters included; half a point more buyers is assumed.
func Defaults() Settings {
	return Settings{Holdout: 0.1, FallenTo: 0.5, MaxMessages: 7, CapDays: 30, RestDays: 90, WindowDays: 30, MostPeople: 500, LeastPeople: 20, CostMinor: 1, Lift: 0.005, LiftSD: 0.003}
}

// Check reports what is wrong with the settings.
func (s Settings) Check() error {
	switch {
	case !(s.Holdout > 0 && s.Holdout <= 0.5):
		return fmt.Errorf("a holdout of %g is not above 0 and up to 0.5: without one nothing can be measured", s.Holdout)
	case s.MaxMessages < 1 || s.RestDays < s.WindowDays:
		return fmt.Errorf("at least one message in %d days, and %d rest days, not below the %d in which orders count, are needed", s.CapDays, s.RestDays, s.WindowDays)
	case s.MostPeople < 1 || s.MostPeople > 10_000:
		return fmt.Errorf("a round of %d people is not 1 to 10000", s.MostPeople)
	}
	return nil
}

// Input is what the programme knows of a shop.
type Input struct {
	Currency  string
	Today     state.Day // the day after the newest that the shop has told of
	Now       time.Time
	Model     *customer.Model
	ModelHash string
	Baseline  string
	People    []customer.Summary
	Contacts  map[string]contact.Contact // with the messages of the last CapDays
	Margin    float64                    // share of net sales that is left after the goods' cost; 0 where costs are unknown
	Control   func(customer string) bool // who is held out
	Rounds    []Round                    // carried out before
	Effect    Effect                     // what they did
	Synthetic bool
	Settings  Settings
}

// Missing is data that is needed, or would make proposals better.
type Missing struct{ File, Why string }

// Ready tells what the programme lacks, and whether it works nevertheless.
func Ready(in Input) (ready bool, missing []Missing) {
	ready = true
	if in.Model == nil || !in.Model.ByTable {
		ready = false
		missing = append(missing, Missing{"orders", "It cannot be told yet who is about to be lost: the orders on record do not show who buys again."})
	}
	agreed := false
	for _, c := range in.Contacts {
		agreed = agreed || c.Allowed
	}
	if !agreed {
		ready = false
		missing = append(missing, Missing{"consents", "Nobody is on record who agreed to be written to. Consents come in as events or as facts."})
	}
	if ready && in.Margin <= 0 {
		missing = append(missing, Missing{"unit costs", "With unit costs a proposal says what it earns."})
	}
	return ready, missing
}

// group is the customers of one segment, on their way to a proposal.
type group struct {
	segment                                       lifetime.Segment
	quiet, agreed, limited, rested, bounced, idle int // counts: about to be lost, of them agreed, and why others of those get none
	people                                        []person
	get, held                                     []person
	left                                          int // worth writing to, beyond the most of a round
}

// person is somebody who may be written to.
type person struct {
	id     string
	order  float64 // mean net value of an order, minor units
	silent int     // days since the last order
	chance float64 // of an order within customer.Horizon days without a mail
}

// Propose makes a proposal for each group that is large enough, most valuable first. Where Ready says no, there is nothing to propose.
func Propose(in Input) ([]decide.Proposal, error) {
	if ready, _ := Ready(in); !ready {
		return nil, nil
	}
	var out []decide.Proposal
	for _, g := range in.groups() {
		if len(g.get) < in.Settings.LeastPeople || len(g.held) == 0 {
			continue
		}
		p, err := g.proposal(in)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func (in Input) groups() []*group {
	out := []*group{{segment: lifetime.AtRisk}, {segment: lifetime.Lapsed}}
	resting := in.resting()
	for _, p := range in.People {
		j := in.Model.Judge(p.Customer, in.Today)
		i := slices.IndexFunc(out, func(g *group) bool { return g.segment == j.Segment })
		if i < 0 || j.Probability > in.Settings.FallenTo*in.Model.Probability(p.Customer, state.Day(p.Last)) {
			continue
		}
		out[i].add(in, p, j.Probability, resting[p.ID])
	}
	for _, g := range out {
		g.draw(in)
	}
	return out
}

// resting are those of a round that is not long ago, held out or not: both sides are left alone for as long.
func (in Input) resting() map[string]bool {
	out := map[string]bool{}
	for _, r := range in.Rounds {
		if in.Now.Sub(r.At) >= time.Duration(in.Settings.RestDays)*24*time.Hour {
			continue
		}
		for _, ids := range [][]string{r.Got, r.Held} {
			for _, id := range ids {
				out[id] = true
			}
		}
	}
	return out
}

// add takes a customer in where nothing speaks against a mail.
func (g *group) add(in Input, p customer.Summary, chance float64, resting bool) {
	g.quiet++
	c, s := in.Contacts[p.ID], in.Settings
	order := p.Value / float64(p.Orders)
	if !c.Allowed {
		return
	}
	g.agreed++
	switch {
	case resting:
		g.rested++
	case c.Sent >= s.MaxMessages:
		g.limited++
	case c.Bounced > 1:
		g.bounced++
	case in.Margin > 0 && in.Effect.Value*order*in.Margin <= float64(s.CostMinor):
		g.idle++
	default:
		g.people = append(g.people, person{p.ID, order, int(in.Today) - p.Last, chance})
	}
}

// draw takes the most valuable and parts who gets the mail from who is held out.
func (g *group) draw(in Input) {
	slices.SortFunc(g.people, func(a, b person) int { return cmp.Or(cmp.Compare(b.order, a.order), cmp.Compare(a.id, b.id)) })
	if most := in.Settings.MostPeople; len(g.people) > most {
		g.left = len(g.people) - most
		g.people = g.people[:most]
	}
	for _, p := range g.people {
		if in.Control(p.id) {
			g.held = append(g.held, p)
		} else {
			g.get = append(g.get, p)
		}
	}
}

// money is P10, P50 and P90 of what the mails of a group earn: each order that they cause is a chance of its own, and how likely
// it is is unsure for all of them together. No more is lost than the mails cost and, where they may do harm, the orders of whom they
// drive away.
func (g *group) money(in Input) (p [3]float64) {
	var sum, squares float64
	for _, who := range g.get {
		v := who.order * in.Margin
		sum, squares = sum+v, squares+v*v
	}
	mean := sum*in.Effect.Value - float64(in.Settings.CostMinor)*float64(len(g.get))
	sd := math.Sqrt(sum*sum*in.Effect.SD*in.Effect.SD + squares*math.Max(0, in.Effect.Value))
	least := sum*math.Min(0, in.Effect.Value-wide*in.Effect.SD) - float64(in.Settings.CostMinor)*float64(len(g.get))
	return [3]float64{math.Max(mean-wide*sd, least), mean, mean + wide*sd}
}

// wide is half of an 80 % interval in standard deviations.
const wide = 1.2816
