package serve_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/ingest/consent"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// What a theme asks by an id of its own is kept only as far as its visitor allows, as what they do is.
func TestListsAreKeptAsFarAsTheirVisitorsAllow(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		choose := func(who, categories string) {
			w.say("write", http.MethodPost, "/v1/track", `{"messageId":"`+who+`","anonymousId":"`+who+`","event":"Consent Preference Updated","context":{"consent":{"categoryPreferences":`+categories+`}}}`, 200, nil)
		}
		choose("refuses", `{"analytics":false}`)
		choose("nameless", `{"analytics":true,"personalization":false}`)
		choose("agrees", `{"analytics":true,"personalization":true}`)
		policy := consent.Standard()
		policy.GPC = []consent.Purpose{consent.Analytics}
		if err := w.config.Doors.SetPolicy(t.Context(), "default", policy); err != nil {
			t.Fatal(err)
		}
		w.clock.add(time.Hour) // what was remembered of the policy is read anew
		for _, who := range []string{"refuses", "nameless", "agrees", "silent"} {
			w.recommend("visitor=" + who)
		}
		r := w.request("nobody", http.MethodGet, "/v1/recommend?visitor=opposed&key="+w.keys["write"], nil)
		r.Header.Set("Sec-GPC", "1")
		if rec := w.do(r); rec.Code != 200 {
			t.Fatal(rec.Body)
		}
		w.server.WriteShown(t.Context())
		var kept []string
		if _, err := w.config.History.Read(t.Context(), 0, 1_000_000, func(r history.Record) error {
			if b, ok := r.Body.(*fact.ListView); ok && r.Kind == fact.RecommendationShown {
				kept = append(kept, strings.SplitN(b.Visitor, "-", 2)[0])
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(kept)
		if got := strings.Join(kept, " "); got != "agrees nameless silent" && got != "agrees silent" {
			t.Errorf("lists are kept of %s", got)
		}
	})
}
