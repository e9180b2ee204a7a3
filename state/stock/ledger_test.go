package stock

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/fact"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue && !testing.Short() {
		_ = f.Value.Set("10000") // histories are small and cost little
	}
	os.Exit(m.Run())
}

// told is one fact as a source tells it.
type told struct {
	count *Count
	move  *Move
}

func (f told) into(l *Ledger) {
	if f.count != nil {
		l.AddCount(*f.count)
	} else {
		l.AddMove(*f.move)
	}
}

func (f told) at() int64 {
	if f.count != nil {
		return f.count.At
	}
	return f.move.At
}

func (f told) source() string {
	if f.count != nil {
		return f.count.Source
	}
	return f.move.Source
}

var (
	skus      = []string{"mug", "cup"}
	locations = []string{"shop", "warehouse"}
	sources   = []string{"wms:main", "shopify:main", "till:1"}
)

// histories draws what sources tell: few ids, few times and few revisions, so that ties and corrections are
// common.
func histories(sources []string, revs int64) *rapid.Generator[[]told] {
	one := rapid.Custom(func(t *rapid.T) told {
		source := rapid.SampledFrom(sources).Draw(t, "source")
		rank := fact.Precedence(source)
		rev := rapid.Int64Range(0, revs).Draw(t, "rev")
		sku, loc := rapid.SampledFrom(skus).Draw(t, "sku"), rapid.SampledFrom(locations).Draw(t, "location")
		at, units := rapid.Int64Range(0, 9).Draw(t, "at"), rapid.Int64Range(-3, 3).Draw(t, "units")
		id := fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "id"))
		if rapid.IntRange(0, 2).Draw(t, "what") == 0 {
			q := rapid.SampledFrom([]fact.Quantity{fact.OnHand, fact.OnHand, fact.Available, fact.Committed, fact.Incoming}).Draw(t, "quantity")
			return told{count: &Count{source, "c" + id, rev, rank, sku, loc, q, at, units + 2}}
		}
		return told{move: &Move{source, "m" + id, rev, rank, sku, loc, at, units, "sale"}}
	})
	return rapid.Custom(func(t *rapid.T) []told {
		all := rapid.SliceOfN(one, 0, 12).Draw(t, "facts")
		// One source says one thing under one id and revision; the record keeps what contradicts it out.
		seen := map[string]bool{}
		return slices.DeleteFunc(all, func(f told) bool {
			var k string
			if f.count != nil {
				k = fmt.Sprint("c", f.count.Source, f.count.ID, f.count.Rev)
			} else {
				k = fmt.Sprint("m", f.move.Source, f.move.ID, f.move.Rev)
			}
			was := seen[k]
			seen[k] = true
			return was
		})
	})
}

func ledger(facts []told) *Ledger {
	l := NewLedger()
	for _, f := range facts {
		f.into(l)
	}
	return l
}

// shown is everything that a ledger answers.
func shown(l *Ledger) (out []string) {
	for _, sku := range skus {
		for _, loc := range locations {
			for _, q := range []fact.Quantity{fact.OnHand, fact.Available, fact.Committed, fact.Unavailable, fact.Incoming} {
				for at := int64(-1); at <= 10; at++ {
					if n, ok := l.Balance(sku, loc, q, at); ok {
						out = append(out, fmt.Sprint(sku, loc, q, at, n))
					}
				}
			}
		}
	}
	for w := int64(-1); w <= 10; w++ {
		out = append(out, fmt.Sprint(l.Alerts(w)))
	}
	return append(out, fmt.Sprint(l.Negative(), l.Unanchored(), l.Newest()))
}

func TestOrderAndRepetitionOfArrivalMakeNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := histories(sources, 2).Draw(t, "history")
		want := shown(ledger(facts))
		again := append(slices.Clone(facts), facts[:rapid.IntRange(0, len(facts)).Draw(t, "repeated")]...)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		if d := cmp.Diff(want, shown(ledger(again))); d != "" {
			t.Fatalf("in another order (- in order, + shuffled and repeated):\n%s", d)
		}
	})
}

func TestStockAtATimeIsWhatTheFactsUpToThenTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := histories(sources[:1], 0).Draw(t, "history")
		at := rapid.Int64Range(-1, 10).Draw(t, "at")
		until := ledger(slices.DeleteFunc(slices.Clone(facts), func(f told) bool { return f.at() > at }))
		whole := ledger(facts)
		for _, sku := range skus {
			for _, loc := range locations {
				for _, q := range []fact.Quantity{fact.OnHand, fact.Available, fact.Committed} {
					a, okA := whole.Balance(sku, loc, q, at)
					b, okB := until.Balance(sku, loc, q, math.MaxInt64-1)
					if a != b || okA != okB {
						t.Fatalf("%s %s %s at %d: %d %v as of then, %d %v by what was known then", sku, loc, q, at, a, okA, b, okB)
					}
				}
			}
		}
	})
}

func TestTransfersKeepTheSumOverAllPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := []told{}
		for i, loc := range locations {
			n := rapid.Int64Range(0, 20).Draw(t, "counted")
			facts = append(facts, told{count: &Count{"wms:main", fmt.Sprint("c", i), 0, 10, "mug", loc, fact.OnHand, 0, n}})
		}
		sum := func(facts []told) (n int64) {
			l := ledger(facts)
			for _, loc := range locations {
				u, _ := l.Balance("mug", loc, fact.OnHand, 100)
				n += u
			}
			return n
		}
		before := sum(facts)
		for i := range rapid.IntRange(0, 8).Draw(t, "transfers") {
			n := rapid.Int64Range(1, 9).Draw(t, "units")
			from := rapid.IntRange(0, 1).Draw(t, "from")
			at := rapid.Int64Range(1, 50).Draw(t, "at")
			facts = append(facts,
				told{move: &Move{"wms:main", fmt.Sprint("t", i, "out"), 0, 10, "mug", locations[from], at, -n, "transfer"}},
				told{move: &Move{"wms:main", fmt.Sprint("t", i, "in"), 0, 10, "mug", locations[1-from], at + 1, n, "transfer"}})
		}
		if after := sum(facts); after != before {
			t.Fatalf("%d units before transfers, %d after", before, after)
		}
	})
}

// Every source tells its own facts in time, but late against the others: a purchase comes before the receipt
// that made it possible. What is confirmed at any moment must be true of the whole history.
func TestAConfirmedAlertIsTrueWhateverComesLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := histories(sources, 0).Draw(t, "history")
		seen := map[string]bool{} // and each tells of things of its own
		facts = slices.DeleteFunc(facts, func(f told) bool {
			id := ""
			if f.count != nil {
				id = f.count.ID
			} else {
				id = f.move.ID
			}
			was := seen[id]
			seen[id] = true
			return was
		})
		const late = 2
		bySource := map[string][]told{}
		for _, f := range facts {
			bySource[f.source()] = append(bySource[f.source()], f)
		}
		for _, of := range bySource {
			// Within its allowed lateness a source may tell things out of order.
			slices.SortStableFunc(of, func(a, b told) int { return int(a.at()/late - b.at()/late) })
		}
		whole := ledger(facts)
		names := slices.Sorted(func(yield func(string) bool) {
			for s := range bySource {
				if !yield(s) {
					return
				}
			}
		})
		so, newest := NewLedger(), map[string]int64{}
		for _, s := range names {
			newest[s] = math.MinInt32 // a source that has not told anything yet holds everything back
		}
		for len(names) > 0 {
			s := rapid.SampledFrom(names).Draw(t, "next")
			f := bySource[s][0]
			if bySource[s] = bySource[s][1:]; len(bySource[s]) == 0 {
				names = slices.DeleteFunc(names, func(n string) bool { return n == s })
			}
			f.into(so)
			newest[s] = max(newest[s], f.at())
			mark := Watermark(newest, func(string) int64 { return late })
			for _, a := range so.Alerts(mark) {
				if a.Status != Confirmed {
					continue
				}
				q := whole.accounts()[shelf{a.SKU, a.Location}].base()
				if so.accounts()[shelf{a.SKU, a.Location}].base() != q {
					continue // counted as available only so far
				}
				if n, ok := whole.Balance(a.SKU, a.Location, q, mark); !ok || n != 0 {
					t.Fatalf("%+v was confirmed at %d, when %d were there", a, mark, n)
				}
			}
		}
	})
}

func TestAPurchaseBeforeItsStockUpdateIsNoPhantom(t *testing.T) {
	l := NewLedger()
	l.AddCount(Count{"wms:main", "c", 0, 10, "mug", "shop", fact.OnHand, 0, 3})
	l.AddMove(Move{"shopify:main", "order 1", 0, 10, "mug", "shop", 10, -3, "sale"})
	newest := l.Newest()
	never := func(string) int64 { return 0 }
	if a := l.Alerts(Watermark(newest, never)); len(a) != 1 || a[0].Status != Suspected {
		t.Fatalf("before the warehouse has told of that time: %+v", a)
	}
	l.AddMove(Move{"wms:main", "receipt", 0, 10, "mug", "shop", 5, 10, "receipt"})
	if a := l.Alerts(Watermark(l.Newest(), never)); len(a) != 0 {
		t.Errorf("after the receipt came: %+v", a)
	}
}
