package serve_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/program/onsite"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// say makes a call with a body and reads the answer into v.
func (w *world) say(as, method, target, body string, status int, v any) {
	w.t.Helper()
	rec := w.do(w.request(as, method, target, strings.NewReader(body)))
	if rec.Code != status {
		w.t.Fatalf("%s %s: %d %s", method, target, rec.Code, rec.Body)
	}
	if v != nil {
		if err := json.Unmarshal(rec.Body.Bytes(), v); err != nil {
			w.t.Fatal(err)
		}
	}
}

// shown is what a shop's page shows to somebody unknown.
func (w *world) shown(key string) (skus []string) {
	w.t.Helper()
	var v struct{ Items []struct{ SKU string } }
	w.say("nobody", http.MethodGet, "/v1/recommend?n=50&key="+key, "", 200, &v)
	for _, i := range v.Items {
		skus = append(skus, i.SKU)
	}
	return skus
}

func TestRulesCanBeWrittenAndHoldFromTheNextAnswerOn(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		const path = "/api/recommendations/rules"
		if got := w.shown(w.keys["write"]); !slices.Contains(got, "candle") {
			t.Fatalf("the candle is not shown: %v", got)
		}
		foreign := w.shown(w.keys["foreign"])

		var kept wire.Rule
		w.say("approver", http.MethodPost, path+"?shop=default", `{"name":"recall","deed":"exclude","skus":["candle"]}`, 200, &kept)
		if kept.ID == "" || kept.State != "running" || kept.Reach == nil || *kept.Reach != 1 {
			t.Errorf("%+v", kept)
		}
		if got := w.shown(w.keys["write"]); slices.Contains(got, "candle") {
			t.Error("the rule is not heeded")
		}
		if got := w.shown(w.keys["foreign"]); !slices.Equal(got, foreign) || !slices.Contains(got, "candle") {
			t.Errorf("the other shop heeds it: %v", got)
		}
		var others wire.RuleList
		w.say("stranger", http.MethodGet, path+"?shop=other", "", 200, &others)
		if len(others.Items) != 0 {
			t.Errorf("the other shop sees %+v", others.Items)
		}
		for _, method := range []string{http.MethodPut, http.MethodDelete} {
			w.say("stranger", method, path+"/"+kept.ID+"?shop=other", `{"name":"mine","deed":"exclude","skus":["cup-2"]}`, 404, nil)
		}

		w.say("approver", http.MethodPut, path+"/"+kept.ID+"?shop=default", `{"name":"first","deed":"pin","skus":["saucer-3"],"position":1}`, 200, &kept)
		if got := w.shown(w.keys["write"]); got[0] != "saucer-3" {
			t.Errorf("the pin is not heeded: %v", got)
		}
		w.say("approver", http.MethodDelete, path+"/"+kept.ID+"?shop=default", "", 200, &kept)
		if kept.Name != "first" {
			t.Errorf("what was removed is not told: %+v", kept)
		}
		if got := w.shown(w.keys["write"]); got[0] == "saucer-3" {
			t.Error("the removed rule is heeded")
		}

		var trail wire.AuditList
		w.say("viewer", http.MethodGet, "/api/audit?shop=default&q=recommendation", "", 200, &trail)
		var events []string
		for _, e := range trail.Items {
			events = append(events, e.Event+" "+e.Detail)
		}
		for _, want := range []string{"recommendation rule added recall: exclude candle", "recommendation rule changed first: pin saucer-3, place 1", "recommendation rule removed first"} {
			if !slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, want) }) {
				t.Errorf("the trail does not hold %q: %v", want, events)
			}
		}
	})
}

func TestRulesHaveTheShopsTimeAndAState(t *testing.T) {
	w := newWorld(t)
	w.config.OnSite.Rules = []onsite.Rule{{Name: "of the settings", Deed: onsite.Bury, Brands: []string{"b"}}}
	w.rebuild()
	const path = "/api/recommendations/rules?shop=other" // in Tokyo, nine hours ahead
	w.say("stranger", http.MethodPost, path, `{"name":"over","deed":"bury","brands":["b"],"until":"2026-03-02T18:00"}`, 200, nil)
	w.say("stranger", http.MethodPost, path, `{"name":"running","deed":"bury","brands":["b"],"from":"2026-03-02T18:00","until":"2026-03-02T09:01:00Z"}`, 200, nil)
	w.say("stranger", http.MethodPost, path, `{"name":"waiting","deed":"bury","brands":["b"],"from":"2026-03-03"}`, 200, nil)
	var v wire.RuleList
	w.say("stranger", http.MethodGet, path, "", 200, &v)
	if len(v.Items) != 4 || !v.Items[0].Fixed || v.Items[0].ID != "" {
		t.Fatalf("%+v", v.Items)
	}
	for _, r := range v.Items[1:] {
		if r.State != r.Name {
			t.Errorf("%s is %s", r.Name, r.State)
		}
	}
	if v.Items[2].Until != "2026-03-02T18:01" || v.Items[3].From != "2026-03-03T00:00" || v.TimeZone != "Asia/Tokyo" {
		t.Errorf("%+v", v)
	}
	w.clock.add(24 * time.Hour)
	w.say("stranger", http.MethodGet, path, "", 200, &v)
	if v.Items[2].State != "over" || v.Items[3].State != "running" {
		t.Errorf("a day later: %+v", v.Items)
	}
}

func TestRulesThatCannotBeSayWhy(t *testing.T) {
	w := newWorld(t)
	for body, where := range map[string]string{
		`{"name":"x","deed":"exclude"}`: "body.skus", `{"name":"x","deed":"pin","skus":["a"]}`: "body.position",
		`{"name":"x","deed":"boost","skus":["a"],"factor":0.1}`:                             "body.factor",
		`{"name":"x","deed":"boost","skus":["a"],"placements":["roof"]}`:                    "body.placements",
		`{"name":"x","deed":"boost","skus":["a"],"from":"soon"}`:                            "body.from",
		`{"name":"x","deed":"boost","skus":["a"],"until":"0001-01-01"}`:                     "body.until",
		`{"name":"x","deed":"shout","skus":["a"]}`:                                          "body.deed",
		`{"name":"x","deed":"boost","skus":["a"],"colour":"green"}`:                         "body.colour",
		`{"name":"x","deed":"boost","skus":["a"," "]}`:                                      "body.skus",
		`{"name":"x","deed":"boost","skus":["a"],"from":"9999-01-01"}`:                      "body.from",
		`{"name":"x","deed":"boost","skus":["a"],"from":"2026-02-30"}`:                      "body.from",
		`{"name":"x","deed":"boost","skus":["a"],"position":2}`:                             "body.position",
		`{"name":"x","deed":"boost","skus":["a"],"from":"2026-05-01","until":"2026-04-01"}`: "body.until",
	} {
		var p problem.Problem
		w.say("approver", http.MethodPost, "/api/recommendations/rules?shop=default", body, 422, &p)
		if len(p.Errors) == 0 || p.Errors[0].Location != where || p.Errors[0].Message == "" || p.Remedy == "" {
			t.Errorf("%s: %+v", body, p)
		}
	}
}
