package state_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/contact"
	"almanac/state/customer"
	"almanac/state/exposure"
	"almanac/state/identity"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/place"
	"almanac/state/review"
	"almanac/state/stock"
	"almanac/state/supply"
)

func utc(string) *time.Location { return time.UTC }

// folds makes every fold; bulk is the number of orders beyond which orders are derived as a whole.
func folds(bulk int64) []state.Fold {
	o := orders.NewFold(utc)
	o.Bulk = bulk
	return []state.Fold{o, catalog.NewFold(), stock.NewFold(), supply.NewFold(), customer.NewFold(), identity.NewFold(), behaviour.NewFold(utc), exposure.NewFold(utc), review.NewFold(), contact.NewFold(), outlook.NewFold(), place.NewFold()}
}

var start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func clock() time.Time { return start }

// world is a record with state behind it.
type world struct {
	record    *history.Store
	state     *sqldb.DB
	projector *state.Projector
}

type failer interface {
	Helper()
	Fatal(args ...any)
}

// newWorld makes an empty world in stores that may hold a former one.
func newWorld(t failer, main, st *sqldb.DB, bulk int64) *world {
	t.Helper()
	ctx := context.Background()
	h, err := history.Open(ctx, main, nil, clock) // nothing is sealed here
	if err != nil {
		t.Fatal(err)
	}
	p, err := state.NewProjector(ctx, h, st, "utc", folds(bulk)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"DELETE FROM tail", "DELETE FROM dedupe", "DELETE FROM message_key", "DELETE FROM source_stat", "DELETE FROM quarantine", "DELETE FROM import_run", "DELETE FROM import_range", "DELETE FROM import_repeat", "DELETE FROM import_gone", "UPDATE record_head SET next_offset = 1"} {
		if _, err := main.Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return &world{h, st, p}
}

func (w *world) tell(t failer, facts ...fact.Fact) {
	t.Helper()
	if _, err := w.record.Append(context.Background(), facts); err != nil {
		t.Fatal(err)
	}
	if err := w.projector.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

func (w *world) export(t failer) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.projector.Export(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func placed(source, order, line, sku, customer string, at time.Time, units, gross int64, rev int64) fact.Fact {
	return fact.Fact{Shop: "a", Source: source, ID: order + "/" + line, Rev: rev, Kind: fact.OrderPlaced, OccurredAt: at,
		Body: &fact.OrderLine{Order: order, Line: line, SKU: sku, Title: "The " + sku, Units: units, Currency: "GBP", Gross: gross, Customer: customer}}
}

func reversed(source, doc, line, sku, customer string, at time.Time, units, gross int64, rev int64) fact.Fact {
	return fact.Fact{Shop: "a", Source: source, ID: doc + "/" + line, Rev: rev, Kind: fact.OrderReturned, OccurredAt: at,
		Body: &fact.OrderReversal{Document: doc, Line: line, SKU: sku, Units: units, Currency: "GBP", Gross: gross, Customer: customer}}
}

// drawFacts draws a small, thorny past: two sources for the same orders, revisions that move lines to other
// products and days, returns before and after their purchases, counts and moves.
func drawFacts(t *rapid.T) []fact.Fact {
	n := rapid.IntRange(1, 40).Draw(t, "facts")
	seen := map[fact.Key]bool{}
	var out []fact.Fact
	pick := func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) }
	for range n {
		at := start.Add(time.Duration(pick("hour", 24*6)) * time.Hour)
		sku, who := fmt.Sprint("p", pick("sku", 3)), []string{"", "c1", "c2"}[pick("customer", 3)]
		source := []string{"shopify:main", "segment:web"}[pick("source", 2)]
		units := int64(1 + pick("units", 5))
		rev := int64(pick("rev", 3))
		var f fact.Fact
		loc := []string{"", "ST1", "ST2"}[pick("place", 3)]
		switch pick("what", 14) {
		case 0, 1, 2, 3:
			f = placed(source, fmt.Sprint("o", pick("order", 5)), fmt.Sprint(pick("line", 3)), sku, who, at, units, units*int64(100*pick("price", 3)), rev)
			if b, ok := f.Body.(*fact.OrderLine); ok {
				b.Location = loc
			}
		case 4, 5:
			f = reversed(source, fmt.Sprint("r", pick("doc", 3)), fmt.Sprint(pick("line", 2)), sku, who, at, units, units*100, rev)
		case 6:
			f = fact.Fact{Shop: "a", Source: "wms:x", ID: fmt.Sprint(sku, at.Unix()), Kind: fact.StockCounted, OccurredAt: at,
				Body: &fact.StockCount{SKU: sku, Quantity: fact.OnHand, Units: units}}
		case 7:
			arm := []string{"treatment", "control", "none"}[pick("arm", 3)]
			f = fact.Fact{Shop: "a", Source: "almanac:onsite", ID: fmt.Sprint("l", pick("list", 50)), Kind: fact.RecommendationShown, OccurredAt: at,
				Body: &fact.ListView{Actor: fact.Actor{Visitor: "v" + who}, List: "l", Placement: "home", SKUs: []string{sku, "p9"}}, Ext: []byte(`{"arm":"` + arm + `"}`)}
		case 8: // what came back of an order that is named
			f = reversed(source, fmt.Sprint("r", pick("doc", 3)), fmt.Sprint(pick("line", 2)), sku, who, at, units, units*100, rev)
			if b, ok := f.Body.(*fact.OrderReversal); ok {
				b.Order, b.Tax = fmt.Sprint("o", pick("order", 5)), int64(pick("tax", 20))
			}
		case 9:
			teller, doc := []string{source, "pay:main"}[pick("teller", 2)], fmt.Sprint("r", pick("doc", 5))
			f = fact.Fact{Shop: "a", Source: teller, ID: fmt.Sprint("refund/", pick("id", 4)), Rev: rev, Kind: fact.OrderRefunded, OccurredAt: at,
				Body: &fact.Refund{Order: fmt.Sprint("o", pick("order", 5)), Refund: doc, Currency: "GBP", Amount: 50 * units}}
		case 10:
			f = fact.Fact{Shop: "a", Source: source, ID: fmt.Sprint("c", pick("consent", 4)), Rev: rev, Kind: fact.ConsentChanged, OccurredAt: at,
				Body: &fact.Consent{Customer: who, Visitor: "v", Purposes: map[string]bool{[]string{"marketing", "analytics"}[pick("purpose", 2)]: units > 2}}}
		case 11:
			f = fact.Fact{Shop: "a", Source: source, ID: fmt.Sprint("m", pick("message", 4)), Rev: rev, OccurredAt: at, Kind: []fact.Kind{fact.MessageSent, fact.MessageBounced, fact.MessageUnsubscribed}[pick("step", 3)],
				Body: &fact.Message{Message: fmt.Sprint("n", pick("mail", 3)), Customer: "c1"}}
		case 12:
			f = fact.Fact{Shop: "a", Source: source, ID: fmt.Sprint("l", pick("description", 4)), Rev: rev, Kind: fact.LocationDescribed, OccurredAt: at,
				Body: &fact.Place{Location: "ST1", Name: fmt.Sprint("Shop ", units), Region: []string{"", "North", "South"}[pick("region", 3)]}}
		default:
			f = fact.Fact{Shop: "a", Source: source, ID: fmt.Sprint("v", pick("view", 50)), Kind: fact.ProductViewed, OccurredAt: at,
				Body: &fact.ProductEvent{Actor: fact.Actor{Visitor: "v" + who}, SKU: sku}}
		}
		if !seen[f.Key()] { // one key has one body; what contradicts it is the record's business
			seen[f.Key()] = true
			out = append(out, f)
		}
	}
	return out
}

// The state depends on the set of facts only: not on their order, not on how they are grouped, not on how
// often they arrive. And folding the whole record at once gives what following it gave.
func TestStateDependsOnTheSetOfFactsOnly(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		main, views := open(), open()
		otherMain, otherViews := open(), open()
		rapid.Check(t, func(rt *rapid.T) {
			facts := drawFacts(rt)
			straight := newWorld(rt, main, views, 0)
			defer straight.record.Close()
			straight.tell(rt, facts...)
			want := straight.export(rt)

			shuffled := slices.Clone(rapid.Permutation(facts).Draw(rt, "order"))
			shuffled = append(shuffled, facts[:rapid.IntRange(0, len(facts)).Draw(rt, "repeated")]...)
			other := newWorld(rt, otherMain, otherViews, rapid.SampledFrom([]int64{0, 2, 1000}).Draw(rt, "bulk"))
			defer other.record.Close()
			for len(shuffled) > 0 {
				n := rapid.IntRange(1, len(shuffled)).Draw(rt, "batch")
				other.tell(rt, shuffled[:n]...)
				shuffled = shuffled[n:]
			}
			if got := other.export(rt); !bytes.Equal(got, want) {
				rt.Fatalf("another order of arrival gives another state:\n%s", firstDifference(got, want))
			}
			if err := other.projector.Rebuild(context.Background(), nil); err != nil {
				rt.Fatal(err)
			}
			if got := other.export(rt); !bytes.Equal(got, want) {
				rt.Fatalf("replay gives another state:\n%s", firstDifference(got, want))
			}
		})
	})
}

// Of two files that tell partly the same, one is taken back: state is that of a shop that never saw it.
func TestStateAfterTakingAnImportBack(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		main, views := open(), open()
		otherMain, otherViews := open(), open()
		rapid.Check(t, func(rt *rapid.T) {
			facts := drawFacts(rt)
			some := func(label string) (out []fact.Fact) {
				for _, f := range facts {
					if rapid.Bool().Draw(rt, label) {
						out = append(out, f)
					}
				}
				return out
			}
			kept, wrong := some("kept"), some("wrong")
			w := newWorld(rt, main, views, 0)
			defer w.record.Close()
			ctx := context.Background()
			tell := func(run string, facts []fact.Fact) {
				if _, err := w.record.AppendImport(ctx, run, facts); err != nil {
					rt.Fatal(err)
				}
				if err := w.record.SaveImport(ctx, history.ImportRun{ID: run, Shop: "a", Status: "done"}); err != nil {
					rt.Fatal(err)
				}
				if err := w.projector.CatchUp(ctx, nil); err != nil {
					rt.Fatal(err)
				}
			}
			if rapid.Bool().Draw(rt, "wrong first") {
				tell("wrong", wrong)
				tell("kept", kept)
			} else {
				tell("kept", kept)
				tell("wrong", wrong)
			}
			if _, err := w.record.TakeBack(ctx, "a", "wrong", func(ctx context.Context) error { return w.projector.Rebuild(ctx, nil) }, nil); err != nil {
				rt.Fatal(err)
			}
			never := newWorld(rt, otherMain, otherViews, 0)
			defer never.record.Close()
			never.tell(rt, kept...)
			if got, want := w.export(rt), never.export(rt); !bytes.Equal(got, want) {
				rt.Fatalf("state remembers the import:\n%s", firstDifference(got, want))
			}
		})
	})
}

func firstDifference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i] + "\nwant\n" + b[i]
		}
	}
	return "one has more rows than the other"
}
