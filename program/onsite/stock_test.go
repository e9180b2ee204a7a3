package onsite_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/program/onsite"
)

// lagging is an engine over one product, with a clock that the test sets.
type lagging struct {
	*onsite.Engine
	now time.Time
}

func newLagging(p onsite.Product) *lagging {
	l := &lagging{now: noon}
	l.Engine = onsite.New(onsite.Options{Now: func() time.Time { return l.now }})
	l.SetCatalogueAsOf([]onsite.Product{p}, noon)
	return l
}

func cup(stock int64, counted time.Time, salesOff bool) onsite.Product {
	return onsite.Product{SKU: "cup", Price: 1000, Counted: true, Stock: stock, CountedAt: counted, SalesOff: salesOff}
}

// shows says whether the cup is shown.
func (l *lagging) shows(t *testing.T) bool {
	t.Helper()
	return len(ask(t, l.Engine, onsite.Question{Placement: "home"}).Items) == 1
}

func (l *lagging) sell(units int64) {
	l.now = l.now.Add(time.Second)
	l.Sold("cup", units, l.now)
}

func (l *lagging) state(p onsite.Product, covered time.Time) {
	l.now = l.now.Add(time.Second)
	l.SetCatalogueAsOf([]onsite.Product{p}, covered)
}

func TestASoldOutProductDoesNotComeBackBecauseStateLags(t *testing.T) {
	l := newLagging(cup(1, noon, false))
	before := l.now
	l.sell(1)
	l.state(cup(1, noon, false), before) // read before the sale
	if l.shows(t) {
		t.Error("it came back while state did not have the sale")
	}
	l.state(cup(0, noon, true), l.now) // state has it and takes it off
	if l.shows(t) {
		t.Error("it came back though state has it at nothing")
	}
	l.state(cup(1, l.now, false), l.now) // counted anew: somebody brought it back
	if !l.shows(t) {
		t.Error("it did not come back with a count")
	}
}

func TestASaleHoldsUntilTheSystemThatCountsTellsOfIt(t *testing.T) {
	l := newLagging(cup(2, noon, false))
	l.sell(2)
	l.state(cup(2, noon, false), l.now) // state has the order; the warehouse has not told of it
	if l.shows(t) {
		t.Error("it came back before the warehouse told")
	}
	l.state(cup(0, noon, false), l.now)
	l.state(cup(1, noon, false), l.now) // a delivery of one
	if !l.shows(t) {
		t.Error("the delivery is not shown: the sales were told already")
	}
	l.sell(1)
	l.now = l.now.Add(2 * time.Hour)
	l.state(cup(1, noon, false), l.now)
	if !l.shows(t) {
		t.Error("what the warehouse never told of holds for ever")
	}
}

func TestAnotherEngineTakesPendingSalesOver(t *testing.T) {
	l := newLagging(cup(1, noon, false))
	l.sell(1)
	next := &lagging{now: l.now}
	next.Engine = onsite.New(onsite.Options{Now: func() time.Time { return next.now }})
	next.Follow(l.Engine)
	next.SetCatalogueAsOf([]onsite.Product{cup(1, noon, false)}, noon)
	if next.shows(t) {
		t.Error("it came back with another engine")
	}
}

// Where state takes sales off by itself, what is left is what was counted less what was sold, whenever state is read and
// however far it lags; no reading makes it more than it is.
func TestWhatIsLeftIsWhatWasCountedLessWhatWasSold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stock := int64(rapid.IntRange(1, 6).Draw(t, "stock"))
		now := noon
		e := onsite.New(onsite.Options{Now: func() time.Time { return now }})
		e.SetCatalogueAsOf([]onsite.Product{cup(stock, noon, false)}, noon)
		type sale struct {
			at    time.Time
			units int64
		}
		var sales []sale
		sold, read := int64(0), 0 // sales that state has
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			now = now.Add(time.Second)
			if rapid.Bool().Draw(t, "sale") {
				units := int64(rapid.IntRange(1, 2).Draw(t, "units"))
				sales, sold = append(sales, sale{now, units}), sold+units
				e.Sold("cup", units, now)
			} else {
				read = rapid.IntRange(read, len(sales)).Draw(t, "state has")
				known := int64(0)
				for _, s := range sales[:read] {
					known += s.units
				}
				// How far state is known to be may lag behind how far it is.
				certain := rapid.IntRange(0, read).Draw(t, "state is known to have")
				covered := noon
				if certain > 0 {
					covered = sales[certain-1].at.Add(time.Millisecond)
				}
				e.SetCatalogueAsOf([]onsite.Product{cup(stock-known, noon, known > 0)}, covered)
			}
			a, err := e.Recommend(onsite.Question{Placement: "home"})
			if err != nil {
				t.Fatal(err)
			}
			if left := stock - sold; (left > 0) != (len(a.Items) == 1) || left > 0 && a.Items[0].Left != left {
				t.Fatalf("%d are left, shown is %+v", left, a.Items)
			}
		}
	})
}
