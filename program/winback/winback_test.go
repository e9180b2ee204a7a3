package winback

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/decide"
	"almanac/model/lifetime"
	"almanac/predict/customer"
	"almanac/state"
	"almanac/state/contact"
)

const today = state.Day(20_458)

// shopOf is a shop of so many customers who bought four times and fell silent half a year ago, and as many who bought last week.
func shopOf(n int) Input {
	in := Input{Currency: "EUR", Today: today, Now: today.Time(), ModelHash: "model", Margin: .4, Contacts: map[string]contact.Contact{}, Settings: Defaults(),
		Control: func(id string) bool { return strings.HasSuffix(id, "0") }}
	in.Effect = Effect{Value: in.Settings.Lift, SD: in.Settings.LiftSD}
	var all []lifetime.Customer
	m := &customer.Model{AsOf: today, ByTable: true}
	for i := range n {
		for kind, silent := range map[string]int{"silent": 180, "recent": 7} {
			c := lifetime.Customer{Orders: 4, First: int(today) - 900, Last: int(today) - silent - 5*i/n, Value: 20_000}
			all = append(all, c)
			in.People = append(in.People, customer.Summary{ID: fmt.Sprintf("%s %03d", kind, i), Customer: c})
			in.Contacts[fmt.Sprintf("%s %03d", kind, i)] = contact.Contact{Allowed: true}
			m.Table.Add(lifetime.Observation{Orders: 4, Silent: silent, Returned: kind == "recent" || i%10 == 0})
		}
	}
	slices.SortFunc(in.People, func(a, b customer.Summary) int { return strings.Compare(a.ID, b.ID) })
	m.Scale = lifetime.NewScale(all)
	in.Model = m
	return in
}

func propose(t *testing.T, in Input) []decide.Proposal {
	t.Helper()
	ps, err := Propose(in)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func detailOf(t *testing.T, p decide.Proposal) (d Detail) {
	t.Helper()
	if err := json.Unmarshal(p.Payload, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheSilentAreWrittenToAndSomeHeldOut(t *testing.T) {
	ps := propose(t, shopOf(200))
	if len(ps) == 0 {
		t.Fatal("nothing is proposed")
	}
	got, held := 0, 0
	for _, p := range ps {
		d := detailOf(t, p)
		if p.Message == nil || !p.Service || p.Action != fmt.Sprintf("Mail %d customers, hold %d out", d.Recipients, d.HeldOut) {
			t.Errorf("%+v", p)
		}
		for _, id := range p.Message.Recipients {
			if !strings.HasPrefix(id, "silent") || strings.HasSuffix(id, "0") {
				t.Errorf("%s gets a mail", id)
			}
		}
		for _, id := range p.Message.HeldOut {
			if !strings.HasPrefix(id, "silent") || !strings.HasSuffix(id, "0") {
				t.Errorf("%s is held out", id)
			}
		}
		got, held = got+len(p.Message.Recipients), held+len(p.Message.HeldOut)
		// Half a per cent of them order for 50.00, of which 40 % are left; a mail costs a cent.
		if want := float64(d.Recipients) * (.005*5000*.4 - 1); math.Abs(float64(*p.P50)-want) > 1 || *p.P10 > *p.P50 || *p.P50 > *p.P90 || *p.P10 < -int64(d.Recipients) {
			t.Errorf("%d to %d to %d, by hand %.0f", *p.P10, *p.P50, *p.P90, want)
		}
		for _, r := range p.Reasons {
			if r.Code == "lift" && r.Basis != decide.Assumed {
				t.Errorf("%+v", r)
			}
		}
	}
	if got != 144 || held != 16 { // the quickest fifth of the silent are neither at risk nor lapsed
		t.Errorf("%d get it, %d are held out", got, held)
	}
}

func TestNobodyIsWrittenToWhoMustNot(t *testing.T) {
	for what, change := range map[string]func(*Input){
		"no consent":        func(in *Input) { each(in, func(c *contact.Contact) { c.Allowed = false }) },
		"too many messages": func(in *Input) { each(in, func(c *contact.Contact) { c.Sent = 7 }) },
		"mails came back":   func(in *Input) { each(in, func(c *contact.Contact) { c.Bounced = 2 }) },
		"a round lately": func(in *Input) {
			for _, p := range in.People {
				in.Rounds = append(in.Rounds, Round{At: in.Now.AddDate(0, 0, -30), Got: []string{p.ID}})
			}
		},
		"not worth a mail":       func(in *Input) { in.Settings.CostMinor = 1000 },
		"nobody can be told":     func(in *Input) { in.Model.ByTable = false },
		"no model":               func(in *Input) { in.Model = nil },
		"too few":                func(in *Input) { *in = shopOf(15) },
		"nobody to measure with": func(in *Input) { in.Control = func(string) bool { return false } },
	} {
		in := shopOf(200)
		change(&in)
		if ps := propose(t, in); len(ps) != 0 {
			t.Errorf("%s: %s", what, ps[0].Action)
		}
	}
	in := shopOf(200)
	in.Rounds = []Round{{At: in.Now.AddDate(0, 0, -91), Got: []string{"silent 199"}}}
	if ps := propose(t, in); !slices.ContainsFunc(ps, func(p decide.Proposal) bool { return slices.Contains(p.Message.Recipients, "silent 199") }) {
		t.Error("a round long ago still counts")
	}
}

func each(in *Input, fn func(*contact.Contact)) {
	for id, c := range in.Contacts {
		fn(&c)
		in.Contacts[id] = c
	}
}

func TestTheMostValuableComeFirstWhereARoundIsFull(t *testing.T) {
	in := shopOf(200)
	in.Settings.MostPeople = 50
	for i := range in.People {
		in.People[i].Value += float64(i)
	}
	for _, p := range propose(t, in) {
		d := detailOf(t, p)
		if d.Recipients+d.HeldOut > 50 || d.Left == 0 {
			t.Errorf("%+v", d)
		}
		for _, g := range p.Guardrails {
			if g.Code == "most" && !g.Binding {
				t.Errorf("%+v", g)
			}
		}
	}
}

func TestWithoutCostsNoProfitIsClaimed(t *testing.T) {
	in := shopOf(200)
	in.Margin = 0
	ps := propose(t, in)
	if len(ps) == 0 || ps[0].P50 != nil {
		t.Errorf("%+v", ps)
	}
	if ready, missing := Ready(in); !ready || len(missing) != 1 {
		t.Errorf("%v %+v", ready, missing)
	}
}

func TestARoundIsTheSameNeedUntilItIsAnother(t *testing.T) {
	hash := func(change func(*Input)) string {
		in := shopOf(200)
		change(&in)
		return propose(t, in)[0].InputHash
	}
	same := hash(func(*Input) {})
	if hash(func(in *Input) { in.Contacts["silent 199"] = contact.Contact{} }) != same {
		t.Error("one person less is another need")
	}
	if hash(func(in *Input) { in.Settings.FallenTo = .4 }) == same {
		t.Error("other settings are the same need")
	}
}

// ledger is orders of customers by day.
type ledger map[string][]state.Day

func (l ledger) CustomerOrders(_ context.Context, _ string, before state.Day, fn func(string, time.Time, state.Day, int64) error) error {
	for id, days := range l {
		for _, d := range days {
			if d < before {
				if err := fn(id, d.Time(), d, 100); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func TestWhatRoundsDidCountsOnceItIsSure(t *testing.T) {
	s := Defaults()
	rounds := func(n int) (r []Round, l ledger) {
		l = ledger{}
		one := Round{At: (today - 40).Time().Add(9 * time.Hour)}
		for i := range n {
			got, held := fmt.Sprint("g", i), fmt.Sprint("h", i)
			one.Got, one.Held = append(one.Got, got), append(one.Held, held)
			if i%10 == 0 { // a tenth of those who got it order, a fiftieth of the others
				l[got] = []state.Day{today - 45, today - 40, today - 39, today - 20}
			}
			if i%50 == 0 {
				l[held] = []state.Day{today - 39}
			}
			l[fmt.Sprint("late", i)] = []state.Day{today - 5}
		}
		return []Round{one}, l
	}
	for _, c := range []struct {
		n         int
		measured  bool
		low, high float64
	}{{0, false, s.Lift - 1e-9, s.Lift + 1e-9}, {20, false, s.Lift - 1e-9, s.Lift + 1e-9}, {20_000, true, .079, .081}} {
		r, l := rounds(c.n)
		e, err := Measure(t.Context(), l, "s", today, time.UTC, r, s)
		if err != nil || e.Measured != c.measured || e.Value < c.low || e.Value > c.high || e.Got != c.n || e.GotOrdered != (c.n+9)/10 || e.HeldOrdered != (c.n+49)/50 {
			t.Errorf("%d on each side: %v %+v", c.n, err, e)
		}
	}
	r, l := rounds(100)
	r[0].At = (today - 30).Time() // its window has not passed
	if e, err := Measure(t.Context(), l, "s", today, time.UTC, r, s); err != nil || e.Got != 0 || e.Value != s.Lift {
		t.Errorf("%v %+v", err, e)
	}
}
