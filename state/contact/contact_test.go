package contact_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/contact"
)

var start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func says(who, source string, day int, yes bool) fact.Fact {
	at := start.AddDate(0, 0, day)
	return fact.Fact{Shop: "s", Source: source, ID: who + at.String(), Kind: fact.ConsentChanged, OccurredAt: at, ReceivedAt: at, Body: &fact.Consent{Customer: who, Purposes: map[string]bool{"marketing": yes}}}
}

func message(kind fact.Kind, who, id string, day int) fact.Fact {
	at := start.AddDate(0, 0, day)
	return fact.Fact{Shop: "s", Source: "mail:main", ID: id + string(kind), Kind: kind, OccurredAt: at, ReceivedAt: at, Body: &fact.Message{Message: id, Customer: who}}
}

func TestWhoMayBeWrittenToAndHowOftenTheyWere(t *testing.T) {
	facts := []fact.Fact{
		says("yes", "shop:main", 1, true),
		says("no", "shop:main", 1, true), says("no", "segment:web", 2, false),
		says("again", "shop:main", 1, false), says("again", "shop:main", 2, true),
		says("both at once", "shop:main", 1, true), says("both at once", "segment:web", 1, false),
		says("gone", "shop:main", 1, true), message(fact.MessageUnsubscribed, "gone", "m1", 5),
		says("back", "shop:main", 1, true), message(fact.MessageUnsubscribed, "back", "m1", 5), says("back", "shop:main", 6, true),
		message(fact.MessageSent, "yes", "m1", 4), message(fact.MessageSent, "yes", "m2", 10), message(fact.MessageSent, "yes", "m3", 11), message(fact.MessageBounced, "yes", "m3", 11),
		message(fact.MessageOpened, "yes", "m2", 10), message(fact.MessageSent, "never asked", "m9", 10),
	}
	other := says("yes", "shop:main", 1, true)
	other.Shop = "other"
	analytics := says("analytics", "segment:web", 1, true)
	analytics.Body = &fact.Consent{Customer: "analytics", Purposes: map[string]bool{"analytics": true}}
	facts = append(facts, other, analytics)
	want := map[string]contact.Contact{
		"yes": {Allowed: true, Sent: 2, Bounced: 1}, "no": {}, "again": {Allowed: true}, "both at once": {}, "gone": {}, "back": {Allowed: true}, "never asked": {Sent: 1},
	}
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		ctx := context.Background()
		h, err := history.Open(ctx, open(), nil, func() time.Time { return start })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(h.Close)
		st := open()
		p, err := state.NewProjector(ctx, h, st, "utc", contact.NewFold())
		if err != nil {
			t.Fatal(err)
		}
		for i := range facts { // in any order
			f := facts[(i*7)%len(facts)]
			if _, err := h.Append(ctx, []fact.Fact{f}); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.CatchUp(ctx, nil); err != nil {
			t.Fatal(err)
		}
		got, err := contact.Open(st).All(ctx, "s", start.AddDate(0, 0, 10))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
