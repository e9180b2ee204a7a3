package serve_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// lists records lists that were shown to visitors of both sides; every k-th of a side bought a candle an hour later.
func (w *world) lists(arm string, n, k int) {
	w.t.Helper()
	var facts []fact.Fact
	for i := range n {
		at := w.clock.now().Add(-24 * time.Hour).Add(time.Duration(i) * time.Second)
		who := fmt.Sprint(arm, i)
		facts = append(facts, fact.Fact{Shop: "default", Source: "almanac:onsite", ID: who, Kind: fact.RecommendationShown, OccurredAt: at, Ext: []byte(`{"arm":"` + arm + `"}`),
			Body: &fact.ListView{Actor: fact.Actor{Visitor: who}, List: who, Placement: "home", SKUs: []string{"candle", "cup-2", "long-gone"}}})
		if i%k == 0 {
			facts = append(facts, fact.Fact{Shop: "default", Source: "file:orders", ID: "x" + who + "/0", Kind: fact.OrderPlaced, OccurredAt: at.Add(time.Hour),
				Body: &fact.OrderLine{Order: "x" + who, Line: "0", SKU: "candle", Units: 1, Currency: "GBP", Gross: 1000, Visitor: who}})
		}
	}
	w.append(facts)
}

func TestThePageOnSiteTellsHowRecommendationsStand(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		w.config.OnSite.Holdout = 0.25
		w.rebuild()
		w.lists("treatment", 300, 5)
		w.lists("control", 120, 10)

		var v wire.OnSite
		w.say("viewer", http.MethodGet, "/api/recommendations?shop=default", "", 200, &v)
		if v.Coverage.Products < 80 || v.Coverage.Never != 2 || v.Coverage.Shown != 2 || v.Coverage.Lists != 420 || *v.Coverage.TopShare != 1 || v.Holdout != 0.25 {
			t.Errorf("a hidden cup and a sold out saucer can never be shown: %+v", v.Coverage)
		}
		if len(v.Placements) != 9 || v.Placements[0].Name != "home" || v.Placements[0].Lists != 420 || v.Placements[0].NeedsItem {
			t.Errorf("%+v", v.Placements)
		}
		if v.Method.Chosen != "usual" || len(v.Method.Tried) != 0 || v.Method.Needed != 100 {
			t.Errorf("there are no visits: %+v", v.Method)
		}

		var l wire.Lift
		w.say("viewer", http.MethodGet, "/api/recommendations/lift?shop=default", "", 200, &l)
		if l.Revenue == nil || l.Revenue.Value != 100 || l.Treatment.Visitors != 300 || l.Control.Visitors != 120 || l.Margin != nil || l.Needed == 0 {
			t.Errorf("a fifth against a tenth buy for 10.00, and nothing has a cost: %+v", l)
		}
		var none wire.Lift
		w.say("stranger", http.MethodGet, "/api/recommendations/lift?shop=other", "", 200, &none)
		if none.Revenue != nil || none.Why == "" || none.Treatment.Visitors != 0 {
			t.Errorf("the other shop: %+v", none)
		}

		var never wire.NeverList
		w.say("viewer", http.MethodGet, "/api/recommendations/never?shop=default", "", 200, &never)
		if never.Total != 2 || never.Items[0] != (wire.NeverRow{SKU: "cup-1", Title: "Hidden cup", Why: "hidden"}) || never.Items[1].Why != "sold out" || len(never.Reasons) != 2 {
			t.Errorf("%+v", never)
		}
		w.say("viewer", http.MethodGet, "/api/recommendations/never?shop=default&why=hidden&q=CUP", "", 200, &never)
		if never.Total != 1 || len(never.Reasons) != 2 {
			t.Errorf("%+v", never)
		}
		rec := w.do(w.request("viewer", http.MethodGet, "/api/recommendations/never?shop=default&format=csv", nil))
		if !strings.HasPrefix(rec.Body.String(), "sku,title,why\ncup-1,") {
			t.Error(rec.Body)
		}
	})
}

func TestThePreviewShowsWhatAPageWouldAndRecordsNothing(t *testing.T) {
	w := newWorld(t)
	const path = "/api/recommendations/preview?shop=default"
	before, err := w.config.History.Sources(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	var v wire.ListPreview
	w.say("viewer", http.MethodPost, path, `{"placement":"cart","items":["cup-7","nothing"],"visitor":"default-c3","n":5}`, 200, &v)
	if len(v.Items) != 5 || !slices.Equal(v.Unknown, []string{"nothing"}) || v.Bought == 0 || len(v.Seed) != 1 || v.Items[0].Parts == nil {
		t.Errorf("%+v", v)
	}
	w.say("viewer", http.MethodPost, path, `{"n":50}`, 200, &v)
	if v.Placement != "home" || !slices.ContainsFunc(v.Notes, func(n wire.PreviewNote) bool { return n.Code == "generic" }) {
		t.Errorf("%+v", v.Notes)
	}
	has := func(sku string) bool {
		return slices.ContainsFunc(v.Items, func(i wire.PreviewItem) bool { return i.SKU == sku })
	}
	w.say("viewer", http.MethodPost, path, `{"n":50,"draft":{"name":"recall","deed":"exclude","skus":["candle"]}}`, 200, &v)
	if has("candle") {
		t.Error("the draft is not tried")
	}
	var kept wire.Rule
	w.say("approver", http.MethodPost, "/api/recommendations/rules?shop=default", `{"name":"recall","deed":"exclude","skus":["candle"]}`, 200, &kept)
	w.say("viewer", http.MethodPost, path, `{"n":50,"without":"`+kept.ID+`"}`, 200, &v)
	if !has("candle") {
		t.Error("the rule is not left out")
	}
	w.say("viewer", http.MethodPost, path, `{"n":50}`, 200, &v)
	if has("candle") || len(v.LeftOut) == 0 {
		t.Errorf("the rule in force is not heeded: %+v", v.LeftOut)
	}
	w.say("viewer", http.MethodPost, path, `{"placement":"roof"}`, 422, nil)
	w.say("viewer", http.MethodPost, path, `{"draft":{"name":"x","deed":"pin","skus":["a"]}}`, 422, nil)
	if after, err := w.config.History.Sources(t.Context(), "default"); err != nil || len(after) != len(before) {
		t.Errorf("%v: the sources were %v and are %v", err, before, after)
	}
}
