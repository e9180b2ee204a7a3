package decide_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
)

func TestInboxIsNarrowedSortedAndCounted(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		worth := func(p decide.Proposal, v int64) decide.Proposal { p.P50 = &v; return p }
		unknown := need("a_1", "h1")
		unknown.P50 = nil
		w.propose(decide.ModeApprove, worth(need("cup", "h1"), 500), worth(of("Smith", need("spade", "h1")), 900), worth(need("a11", "h1"), 700), unknown)
		w.reject("a11")
		for _, c := range []struct {
			f     decide.Filter
			want  []string
			total int64
		}{
			{decide.Filter{}, []string{"spade", "a11", "cup", "a_1"}, 4},
			{decide.Filter{Sort: "value"}, []string{"a_1", "cup", "a11", "spade"}, 4},
			{decide.Filter{Sort: "-subject"}, []string{"spade", "cup", "a_1", "a11"}, 4},
			{decide.Filter{Sort: "subject; DROP TABLE decision"}, []string{"spade", "a11", "cup", "a_1"}, 4},
			{decide.Filter{Status: "rejected"}, []string{"a11"}, 1},
			{decide.Filter{Group: "Smith"}, []string{"spade"}, 1},
			{decide.Filter{Subject: "cup"}, []string{"cup"}, 1},
			{decide.Filter{Programme: "markdown"}, nil, 0},
			{decide.Filter{Text: "A_1"}, []string{"a_1"}, 1}, // the underscore is itself
			{decide.Filter{Text: "%"}, nil, 0},
			{decide.Filter{Text: "potter", Limit: 1, Offset: 1}, []string{"cup"}, 3},
		} {
			ds, total, byStatus, err := w.List(w.ctx, home, c.f)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range ds {
				got = append(got, d.Subject)
			}
			if diff := cmp.Diff(c.want, got); diff != "" || total != c.total {
				t.Errorf("%+v: total %d, want %d\n%s", c.f, total, c.total, diff)
			}
			if c.f == (decide.Filter{Status: "rejected"}) {
				if diff := cmp.Diff(map[string]int64{"proposed": 3, "rejected": 1}, byStatus); diff != "" {
					t.Error("the counts are of all statuses", diff)
				}
			}
		}
		if ds, total, _, err := w.List(w.ctx, "elsewhere", decide.Filter{}); err != nil || total != 0 || len(ds) != 0 {
			t.Fatalf("another shop's inbox holds %v %v", ds, err)
		}
	})
}

func TestDecisionKeepsAllOfItsProposal(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		low, mid, high, cost := int64(-5), int64(10), int64(20), int64(250)
		p := decide.Proposal{Programme: "reorder", Subject: "cup", Group: "Potter", Title: "Tasse à café", Action: "Order 24 units", P10: &low, P50: &mid, P90: &high, Currency: "EUR",
			Reasons:    []decide.Reason{{Code: "stock", Text: "It runs out.", Value: "3", Basis: decide.Measured}},
			Guardrails: []decide.Guardrail{{Code: "cover", Title: "Weeks of cover", Met: true, Binding: true, Limit: "at most 12", Value: "11.5"}},
			Effects:    []string{"Writes a file"}, Model: "demand@1", Baseline: "last week", InputHash: "h1", ExpiresAt: w.clock.Add(time.Hour), Settles: time.Hour,
			Synthetic: true, Service: true, Payload: json.RawMessage(`{"sku":"cup","units":24}`),
			Line: &decide.OrderLine{SKU: "cup", Title: "Tasse à café", Units: 24, Pack: 6, UnitCost: &cost, Currency: "EUR", Supplier: "Potter", SupplierEmail: "p@example.org", LeadDays: 9}}
		w.propose(decide.ModeApprove, p)
		id := w.ids(decide.Proposed, "cup")[0]
		d, ok, err := w.Get(w.ctx, home, id)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		want := decide.Decision{ID: id, Shop: home, Proposal: p, Status: decide.Proposed, Mode: decide.ModeApprove, CreatedAt: w.clock, ChangedAt: w.clock}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Fatal(diff)
		}
		if _, ok, err := w.Get(w.ctx, "elsewhere", id); ok || err != nil {
			t.Fatal("another shop sees it", err)
		}
	})
}
