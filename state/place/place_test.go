package place_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/orders"
	"almanac/state/place"
	"almanac/state/stock"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func utc(string) *time.Location { return time.UTC }

// view folds facts one at a time.
func view(t *testing.T, db *sqldb.DB, facts ...fact.Fact) *place.View {
	t.Helper()
	folds := []state.Fold{orders.NewFold(utc), stock.NewFold(), place.NewFold()}
	for _, f := range folds {
		if err := db.Migrate(t.Context(), "state/"+f.Name(), f.Migrations()); err != nil {
			t.Fatal(err)
		}
		for _, table := range f.Tables() {
			if _, err := db.Exec(t.Context(), "DELETE FROM "+table.Name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, one := range facts {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, f := range folds {
				if err := f.Apply(t.Context(), tx, []history.Record{{Offset: int64(i + 1), Fact: one}}); err != nil {
					return err
				}
				if err := f.Settle(t.Context(), tx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return place.Open(db, utc)
}

func sold(order, sku, loc string, units, rev int64) fact.Fact {
	return fact.Fact{Shop: "s", Source: "till:main", ID: order + "/1", Rev: rev, Kind: fact.OrderPlaced, OccurredAt: noon,
		Body: &fact.OrderLine{Order: order, Line: "1", SKU: sku, Units: units, Currency: "EUR", Gross: 100 * units, Customer: "c", Location: loc}}
}

func cancelled(order, sku string, units int64) fact.Fact {
	return fact.Fact{Shop: "s", Source: "till:main", ID: "x" + order, Kind: fact.OrderCancelled, OccurredAt: noon.Add(time.Hour),
		Body: &fact.OrderReversal{Document: "x" + order, Line: "1", Order: order, SKU: sku, Units: units, Currency: "EUR", Gross: 100 * units, Customer: "c"}}
}

func left(id, sku, loc string, units int64) fact.Fact {
	return fact.Fact{Shop: "s", Source: "wms:main", ID: id, Kind: fact.StockMoved, OccurredAt: noon, Body: &fact.StockMove{SKU: sku, Location: loc, Units: -units, Reason: "sale"}}
}

func told(t *testing.T, v *place.View) (out []string) {
	t.Helper()
	err := v.DailyPlaces(t.Context(), "s", state.DayOf(noon, time.UTC)+1, func(sku, loc string, _ state.Day, units int64) error {
		out = append(out, fmt.Sprint(sku, "@", loc, " ", units))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnitsByPlaceAreThoseThatOrdersTell(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		for _, c := range []struct {
			about string
			facts []fact.Fact
			want  []string
		}{
			{"an order tells its place, another none", []fact.Fact{sold("1", "mug", "ST1", 3, 0), sold("2", "mug", "", 5, 0)}, []string{"mug@ST1 3"}},
			{"what was cancelled on its day was not wanted", []fact.Fact{sold("1", "mug", "ST1", 3, 0), cancelled("1", "mug", 2)}, []string{"mug@ST1 1"}},
			{"a revision moves it", []fact.Fact{sold("1", "mug", "ST1", 3, 0), sold("1", "mug", "ST2", 4, 2)}, []string{"mug@ST2 4"}},
			{"a revision that arrived before what it replaces", []fact.Fact{sold("1", "mug", "ST2", 4, 2), sold("1", "mug", "ST1", 3, 0)}, []string{"mug@ST2 4"}},
			{"a revision takes the place away", []fact.Fact{sold("1", "mug", "ST1", 3, 0), sold("1", "mug", "", 3, 1)}, nil},
			{"moves are asked where no order tells", []fact.Fact{sold("1", "mug", "", 3, 0), left("1", "mug", "ST1", 2), left("2", "mug", "ST1", 1)}, []string{"mug@ST1 3"}},
			{"moves are left alone where one does", []fact.Fact{sold("1", "mug", "ST1", 3, 0), left("1", "mug", "WH1", 3)}, []string{"mug@ST1 3"}},
			{"nobody tells", []fact.Fact{sold("1", "mug", "", 3, 0)}, nil},
		} {
			if got := told(t, view(t, db, c.facts...)); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", c.about, got, c.want)
			}
		}
	})
}

func TestAPlaceIsAsItsBestSourceDescribesIt(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		say := func(source, region, country string, hours int) fact.Fact {
			return fact.Fact{Shop: "s", Source: source, ID: fmt.Sprint(hours), Kind: fact.LocationDescribed, OccurredAt: noon.Add(time.Duration(hours) * time.Hour), Body: &fact.Place{Location: "ST1", Region: region, Country: country}}
		}
		v := view(t, open(), say("file:shops", "South", "GB", 2), say("file:shops", "East", "FR", 1), say("file:before", "West", "IE", 0), say("manual:dashboard", "North", "", 0))
		got, err := v.Described(t.Context(), "s")
		if err != nil || len(got) != 1 || got["ST1"] != (fact.Place{Location: "ST1", Region: "North", Country: "GB"}) {
			t.Errorf("%+v %v", got, err)
		}
	})
}
