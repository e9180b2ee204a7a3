package reorder

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/forecast"
	"almanac/model/inventory"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// A scenario is a file that a planner can read: what is known of one product, and what is to be proposed. Only the
// expectations that it names are compared.
type scenario map[string]string

func readScenario(t *testing.T, path string) (given, expect scenario) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	given, expect = scenario{}, scenario{}
	var into scenario
	line := regexp.MustCompile(`^  (\S+(?: \S+)*) {2,}(.+)$`)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		switch s := lines.Text(); {
		case s == "given":
			into = given
		case s == "expect":
			into = expect
		case s == "" || into == nil && !strings.HasPrefix(s, " "):
		default:
			m := line.FindStringSubmatch(s)
			if m == nil || into == nil {
				t.Fatalf("%s: cannot read %q", path, s)
			}
			into[m[1]] = m[2]
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return given, expect
}

func (s scenario) number(t *testing.T, key string) float64 {
	t.Helper()
	text, _, _ := strings.Cut(s[key], " ")
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%s: %q is no number", key, s[key])
	}
	return v
}

func (s scenario) day(t *testing.T, key string) state.Day {
	t.Helper()
	text, _, _ := strings.Cut(s[key], " ")
	d, err := state.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s scenario) input(t *testing.T) Input {
	t.Helper()
	known := map[string]bool{"today": true, "forecast": true, "history": true, "available": true, "on their way": true, "counted": true, "lead time": true,
		"supplier lead time": true, "shop lead time": true, "pack": true, "minimum": true, "cost": true, "price": true, "order limit": true,
		"service": true, "an order costs": true, "an order to the supplier costs": true, "deliveries": true, "keeps": true, "price break": true, "supplier minimum": true, "budget": true, "space": true, "litres": true, "class": true, "ageing": true, "another product takes": true, "demand ends after": true, "sold until": true, "customers return": true, "returns are": true, "mugs are sold until": true, "left over brings": true, "cup forecast": true, "cup available": true}
	for key := range s {
		if !known[key] {
			t.Fatalf("a scenario knows nothing of %q", key)
		}
	}
	today := s.day(t, "today")
	in := Input{Currency: "EUR", Today: today, Now: today.Time(), ModelHash: "model", Settings: Defaults(), Prices: map[string]int64{},
		Model: &demand.Model{Start: today.Monday(), Weeks: 13, Methods: []string{"level"}, Product: []demand.Product{s.forecast(t)}}}
	if s["history"] != "" {
		in.Model.Product[0].History = int(s.number(t, "history"))
	}
	if s["available"] != "" {
		units := int64(s.number(t, "available"))
		p := stock.Position{SKU: "mug", OnHand: units, Available: units, CountedAt: s.day(t, "counted").Time(), Source: "file:stock", Negative: units < 0}
		if _, by, ok := strings.Cut(s["counted"], " by "); ok {
			p.Source = by
		}
		if s["on their way"] != "" {
			p.Incoming = int64(s.number(t, "on their way"))
		}
		in.Positions = map[string]stock.Position{"mug": p}
	}
	terms := supply.Terms{SKU: "mug", Supplier: "potter", Source: "file:supply"}
	for key, set := range map[string]func(v float64){
		"lead time": func(v float64) { terms.LeadDays = int(v) },
		"pack":      func(v float64) { terms.Pack = int64(v) },
		"minimum":   func(v float64) { terms.MinUnits = int64(v) },
	} {
		if s[key] != "" {
			set(s.number(t, key))
			in.Terms = map[string]supply.Terms{"mug": terms}
		}
	}
	if s["supplier lead time"] != "" {
		in.Suppliers = map[string]supply.Supplier{"potter": {ID: "potter", Name: "Potter & Sons", LeadDays: int(s.number(t, "supplier lead time"))}}
	}
	if s["shop lead time"] != "" {
		in.Settings.DefaultLeadDays = int(s.number(t, "shop lead time"))
	}
	if s["cost"] != "" {
		in.Costs = map[string]catalog.Cost{"mug": {SKU: "mug", Currency: "EUR", Amount: int64(math.Round(100 * s.number(t, "cost"))), Source: "file:costs"}}
	}
	if s["price"] != "" {
		in.Prices["mug"] = int64(math.Round(100 * s.number(t, "price")))
	}
	if s["order limit"] != "" {
		in.Settings.MaxOrderMinor = int64(math.Round(100 * s.number(t, "order limit")))
	}
	s.extend(t, &in)
	return in
}

// extend reads what only some scenarios tell: service from money, deliveries seen, what perishes, price breaks, a supplier's
// minimum value, a budget, and a second product, a cup, of the same supplier, cost and price.
func (s scenario) extend(t *testing.T, in *Input) {
	t.Helper()
	switch s["service"] {
	case "":
	case "from money":
		in.Settings.ServiceLevel = 0
	default:
		in.Settings.ServiceLevel = s.number(t, "service") / 100
	}
	if s["an order costs"] != "" {
		in.Settings.OrderCostMinor = int64(math.Round(100 * s.number(t, "an order costs")))
	}
	if s["an order to the supplier costs"] != "" {
		in.Settings.SupplierOrderMinor = int64(math.Round(100 * s.number(t, "an order to the supplier costs")))
	}
	if s["deliveries"] != "" {
		var mean, sd float64
		if _, err := fmt.Sscanf(s["deliveries"], "took %g days, give or take %g", &mean, &sd); err != nil {
			t.Fatalf("deliveries %q: %v", s["deliveries"], err)
		}
		in.Leads = map[string]inventory.Lead{"mug": inventory.LeadOf(mean, sd)}
	}
	for key, to := range map[string]*float64{"ageing": &in.Settings.Obsolescence, "another product takes": &in.Settings.Substitution, "left over brings": &in.Settings.Salvage} {
		if s[key] != "" {
			*to = s.number(t, key) / 100
		}
	}
	if s["customers return"] != "" {
		s.returned(t, in)
	}
	if s["sold until"] != "" {
		terms := in.Terms["mug"]
		terms.SellUntil = s.day(t, "sold until")
		in.Terms["mug"] = terms
	}
	if s["mugs are sold until"] != "" {
		in.Products = map[string]catalog.Product{"mug": {Product: fact.Product{SKU: "mug", Category: []string{"Kitchen", "Mugs"}}}}
		in.Settings.Seasons = []Season{{Category: "Kitchen", Until: "2030-01-01"}, {Category: "Mugs", Until: s["mugs are sold until"]}}
	}
	if s["demand ends after"] != "" {
		mean := in.Model.Product[len(in.Model.Product)-1].Mean
		clear(mean[int(s.number(t, "demand ends after")):])
	}
	if s["keeps"] != "" {
		terms := in.Terms["mug"]
		terms.KeepsDays = int(s.number(t, "keeps"))
		in.Terms["mug"] = terms
	}
	if s["price break"] != "" {
		var cost, from float64
		if _, err := fmt.Sscanf(s["price break"], "%g from %g", &cost, &from); err != nil {
			t.Fatalf("price break %q: %v", s["price break"], err)
		}
		terms := in.Terms["mug"]
		terms.Currency, terms.Breaks = "EUR", []fact.Break{{From: int64(from), Cost: int64(math.Round(100 * cost))}}
		in.Terms["mug"] = terms
	}
	if s["supplier minimum"] != "" {
		in.Suppliers = map[string]supply.Supplier{"potter": {ID: "potter", Name: "Potter & Sons", Currency: "EUR", MinOrder: int64(math.Round(100 * s.number(t, "supplier minimum")))}}
	}
	if s["space"] != "" {
		in.Settings.SpaceLitres = int64(s.number(t, "space"))
	}
	if s["litres"] != "" {
		terms := in.Terms["mug"]
		terms.Volume = int64(math.Round(1000 * s.number(t, "litres")))
		in.Terms["mug"] = terms
	}
	if class, level, ok := strings.Cut(s["class"], " "); ok {
		in.Settings.ByClass = map[string]float64{class: scenario{"level": level}.number(t, "level") / 100}
	}
	if s["budget"] != "" {
		in.Settings.BudgetMinor = int64(math.Round(100 * s.number(t, "budget")))
	}
	if s["cup forecast"] != "" {
		cup := scenario{"forecast": s["cup forecast"]}.forecast(t)
		cup.SKU = "cup"
		in.Model.Product = append([]demand.Product{cup}, in.Model.Product...) // sorted by SKU, as a model is
		p := in.Positions["mug"]
		p.SKU, p.OnHand, p.Available, p.Incoming = "cup", int64(s.number(t, "cup available")), int64(s.number(t, "cup available")), 0
		in.Positions["cup"] = p
		terms, cost := in.Terms["mug"], in.Costs["mug"]
		terms.SKU, cost.SKU = "cup", "cup"
		in.Terms["cup"], in.Costs["cup"], in.Prices["cup"] = terms, cost, in.Prices["mug"]
	}
}

// returned reads "3 of 10 after 9 days": for a year ten were sold every day, and three of them came back so many days later.
func (s scenario) returned(t *testing.T, in *Input) {
	t.Helper()
	var back, of float64
	var after int
	if _, err := fmt.Sscanf(s["customers return"], "%g of %g after %d days", &back, &of, &after); err != nil {
		t.Fatalf("customers return %q: %v", s["customers return"], err)
	}
	in.Returns = &Returning{}
	for day := in.Today - returnDays; day < in.Today; day++ {
		in.Returns.Sold = append(in.Returns.Sold, Moved{SKU: "mug", Day: day, Units: of})
		came := day + state.Day(after)
		if came >= in.Today {
			continue
		}
		in.Returns.Back = append(in.Returns.Back, Moved{SKU: "mug", Day: came, Sold: day, Units: back})
		if s["returns are"] == "put back on the shelf" {
			in.Returns.Shelved = append(in.Returns.Shelved, Moved{SKU: "mug", Day: came, Units: back})
		}
	}
	in.Returns.learn(in.Narrowest, in.Today)
}

// forecast reads "20 a week, give or take 6": the mean and the standard deviation of every week.
func (s scenario) forecast(t *testing.T) demand.Product {
	t.Helper()
	var mean, sd float64
	if _, err := fmt.Sscanf(s["forecast"], "%g a week, give or take %g", &mean, &sd); err != nil {
		t.Fatalf("forecast %q: %v", s["forecast"], err)
	}
	return level("mug", mean, sd)
}

// level is a product that is expected to sell the same every week, each week independent of the others.
func level(sku string, mean, sd float64) demand.Product {
	p := demand.Product{SKU: sku, History: 60, Spread: forecast.Spread{Scale: sd, Growth: 0.5}, Most: 10 * mean}
	for range 13 {
		p.Mean, p.P50 = append(p.Mean, mean), append(p.P50, forecast.DemandQuantile(mean, sd, 0.5))
		p.P10 = append(p.P10, forecast.DemandQuantile(mean, sd, 0.1))
		p.P90 = append(p.P90, forecast.DemandQuantile(mean, sd, 0.9))
	}
	return p
}

// outcome is a proposal, or none, in the words of a scenario.
func outcome(t *testing.T, in Input, ps []decide.Proposal) scenario {
	t.Helper()
	out := scenario{"action": "nothing", "cup action": "nothing"}
	for _, m := range Ready(in).Missing {
		if !Ready(in).Ready && m.File != "unit costs" {
			out["missing"] = strings.TrimPrefix(out["missing"]+", "+m.File, ", ")
		}
	}
	if len(ps) == 0 {
		return out
	}
	p := ps[0]
	for _, of := range ps {
		if of.Subject == "cup" {
			out["cup action"] = of.Action
		} else {
			p = of
		}
	}
	if p.Subject == "cup" {
		return out
	}
	var d Detail
	if err := json.Unmarshal(p.Payload, &d); err != nil {
		t.Fatal(err)
	}
	out["action"], out["value"], out["synthetic"] = p.Action, "unknown", map[bool]string{true: "yes", false: "no"}[p.Synthetic]
	if p.P50 != nil {
		out["value"] = fact.Money{Minor: *p.P50, Currency: p.Currency}.Amount()
	}
	out["reorder point"], out["stock ends"] = fmt.Sprint(d.ReorderPoint), d.StockoutDay
	out["cover"] = fmt.Sprintf("%.1f weeks", *d.WeeksOfCover)
	if d.OrderCostMinor != nil {
		out["order costs"] = fact.Money{Minor: *d.OrderCostMinor, Currency: p.Currency}.Amount()
	}
	for _, r := range p.Reasons {
		switch r.Code {
		case "lead_time":
			out["lead time"] = string(r.Basis)
		case "service_level":
			out["service"], out["service level"] = string(r.Basis), r.Value
		case "cost":
			out["cost"] = string(r.Basis)
		case "returns":
			out["comes back"] = r.Value
		case "season":
			out["season"] = string(r.Basis)
		case "fractile":
			out["lasts in"] = r.Value
		case "left_over":
			out["left over"] = r.Value
		case "sales_at_risk":
			out["sales at risk"] = r.Value
		}
	}
	out["not met"], out["binding"] = "none", "none"
	for _, g := range p.Guardrails {
		if !g.Met {
			out["not met"] = g.Code
		}
		if g.Binding {
			out["binding"] = g.Code
		}
	}
	return out
}

func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no scenarios", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			given, want := readScenario(t, path)
			in := given.input(t)
			ps, err := Propose(in)
			if err != nil {
				t.Fatal(err)
			}
			said := outcome(t, in, ps)
			got := scenario{}
			for key := range want {
				got[key] = said[key]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			for _, p := range ps {
				if p.ExpiresAt != in.Now.Add(7*24*time.Hour) || p.InputHash == "" || p.Line == nil || p.Line.Units == 0 || !p.Service {
					t.Errorf("an incomplete proposal: %+v", p)
				}
			}
		})
	}
}
