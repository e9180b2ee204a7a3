package serve_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"almanac/serve"
)

// everyCall lists the calls of the description with the least role of each.
func everyCall(t *testing.T) (calls []struct{ method, path, role string }) {
	t.Helper()
	b, err := serve.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct{ Description string }
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	needs := regexp.MustCompile(`Needs the role (\w+)`)
	for path, methods := range doc.Paths {
		for method, op := range methods {
			role := ""
			if m := needs.FindStringSubmatch(op.Description); m != nil {
				role = m[1]
			}
			calls = append(calls, struct{ method, path, role string }{strings.ToUpper(method), path, role})
		}
	}
	return calls
}

var bodies = map[string]string{
	"PUT /api/me": `{"name":"x"}`, "PUT /api/shop": `{"name":"x"}`, "POST /api/users": `{"email":"bad","name":"","role":"viewer"}`,
	"POST /api/keys": `{"name":"k","kind":"write"}`, "POST /api/decisions/approve": `{"ids":["x"]}`, "POST /api/decisions/reject": `{"ids":["x"],"reason":""}`,
	"POST /api/decisions/undo": `{"ids":["x"]}`, "PUT /api/uploads/{id}": `{}`, "POST /api/quarantine/replay": `{}`, "POST /api/quarantine/dismiss": `{"ids":[1]}`,
	"POST /api/recommendations/rules": `{"name":"x","deed":"exclude","skus":["none"]}`, "PUT /api/recommendations/rules/{id}": `{"name":"x","deed":"exclude","skus":["none"]}`,
	"POST /api/reorder-replay":     `{"days":90}`,
	"PUT /api/digest/plan":         `{"day":"monday","hour":7,"readers":[]}`,
	"POST /api/demand-adjustments": `{"sku":"x","weeks":[{"week":"2026-03-02","units":1}],"note":"n","until":"2026-03-31"}`,
}

func target(path, shopID string) string {
	for _, name := range []string{"{id}", "{sku}", "{place}"} {
		path = strings.ReplaceAll(path, name, "0123456789abcdef")
	}
	return path + "?shop=" + shopID
}

// ranks says who may make a call that needs a role: the role itself and those above. A server key acts as
// an operator.
var ranks = map[string][]string{
	"viewer": {"viewer", "operator", "approver", "admin", "chief", "server"}, "operator": {"operator", "approver", "admin", "chief", "server"},
	"approver": {"approver", "admin", "chief"}, "admin": {"admin", "chief"},
}

// perShop are the calls about the caller themselves, which belong to no shop.
var personal = map[string]bool{"GET /api/session": true, "DELETE /api/session": true, "PUT /api/me": true}

func TestEveryCallAdmitsItsRolesAndNobodyElse(t *testing.T) {
	w := newWorld(t)
	all := []string{"nobody", "viewer", "operator", "approver", "admin", "chief", "stranger", "server", "foreign", "write"}
	tried := 0
	for _, c := range everyCall(t) {
		name := c.method + " " + c.path
		switch {
		case strings.HasPrefix(c.path, "/v1/") || name == "POST /api/session":
			continue // opened by a write key, or by whoever can sign in
		case c.role == "":
			t.Errorf("%s needs no role", name)
			continue
		case name == "GET /api/events" || name == "DELETE /api/session":
			continue // does not end, ends the session; each has a test of its own
		}
		tried++
		allowed := map[string]bool{}
		for _, who := range ranks[c.role] {
			allowed[who] = true
		}
		for _, who := range all {
			status, code := w.answer(who, c.method, target(c.path, "default"), bodies[name])
			refused := status == http.StatusUnauthorized || status == http.StatusForbidden
			want := allowed[who]
			if personal[name] {
				want = who != "nobody" && w.sessions[who] != ""
			}
			if refused == want {
				t.Errorf("%s as %s: %d %s, allowed is %v", name, who, status, code, want)
			}
			if status >= 500 {
				t.Errorf("%s as %s: %d", name, who, status)
			}
		}
	}
	if tried < 35 {
		t.Errorf("only %d calls were tried", tried)
	}
}

// Whatever a person of one shop asks of another, the answer is the one for a shop that does not exist.
func TestOneShopNeverReadsAnother(t *testing.T) {
	w := newWorld(t)
	for _, c := range everyCall(t) {
		name := c.method + " " + c.path
		if strings.HasPrefix(c.path, "/v1/") || name == "POST /api/session" || personal[name] {
			continue
		}
		for _, v := range []struct{ who, shop string }{{"admin", "other"}, {"stranger", "default"}, {"server", "other"}, {"foreign", "default"}} {
			status, code := w.answer(v.who, c.method, target(c.path, v.shop), bodies[name])
			none, noneCode := w.answer(v.who, c.method, target(c.path, "no-such-shop"), bodies[name])
			if status != http.StatusForbidden || code != "no_such_shop" || none != status || noneCode != code {
				t.Errorf("%s as %s in %s: %d %s; in no shop: %d %s", name, v.who, v.shop, status, code, none, noneCode)
			}
		}
	}
}

// The shop comes from the key, so nothing that a page sends reaches another shop.
func TestAWriteKeyReachesItsOwnShopOnly(t *testing.T) {
	w := newWorld(t)
	r := w.request("write", http.MethodPost, "/v1/track?shop=other", strings.NewReader(
		`{"shop":"other","messageId":"m","anonymousId":"v","event":"Product Viewed","properties":{"sku":"cup-1"}}`))
	if rec := w.do(r); rec.Code != http.StatusOK {
		t.Fatal(rec.Body)
	}
	for shopID, want := range map[string]int64{"default": 1, "other": 0} {
		stats, err := w.config.History.Sources(t.Context(), shopID)
		if err != nil {
			t.Fatal(err)
		}
		var got int64
		for _, s := range stats {
			if s.Source == "segment:web" {
				got += s.Facts
			}
		}
		if got != want {
			t.Errorf("%s has %d tracked facts, want %d", shopID, got, want)
		}
	}
}

func (w *world) answer(who, method, target, body string) (status int, code string) {
	var r *http.Request
	if body != "" {
		r = w.request(who, method, target, bytes.NewReader([]byte(body)))
	} else {
		r = w.request(who, method, target, nil)
	}
	rec := w.do(r)
	var p struct {
		Code string `json:"code"`
	}
	if rec.Code >= 400 && json.Unmarshal(rec.Body.Bytes(), &p) != nil {
		return rec.Code, "no problem document"
	}
	return rec.Code, p.Code
}
