package reorder

import (
	"testing"
	"time"

	"almanac/state/supply"
)

func TestPurchaseLinesAreInDaysOfTheShop(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 22, 30, 0, 0, time.UTC) // the second of May in Berlin
	got := purchases([]supply.Line{
		{Purchase: "P", Line: "1", Supplier: "S", SKU: "a", Placed: at, First: at.AddDate(0, 0, 9), Due: at.AddDate(0, 0, 7)},
		{Purchase: "P", Line: "2", Supplier: "S", SKU: "b", Placed: at},
		{Purchase: "Q", Line: "1", Supplier: "S", SKU: "a", First: at}, // nobody told when it was ordered
	}, []supply.Incoming{{Purchase: "P", Line: "2", Units: 7}}, berlin)
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	if p := got[0]; p.Placed.String() != "2026-05-02" || p.Received-p.Placed != 9 || p.Due-p.Placed != 7 || p.Open || p.ID != "P/1" {
		t.Errorf("%+v", p)
	}
	if p := got[1]; !p.Open || p.Due != 0 || p.Units != 7 {
		t.Errorf("%+v", p)
	}
}
