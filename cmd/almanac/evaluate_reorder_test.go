package main

import (
	"fmt"
	"strings"
	"testing"
)

// threeProducts are 420 days of sales of three products in the form of the M5 competition.
func threeProducts() string {
	var b strings.Builder
	b.WriteString("item_id,dept_id,cat_id,store_id,state_id,first_day,sales_to_d420,price_runs_wk\n")
	for i := range 3 {
		fmt.Fprintf(&b, "I%d,D,C,S,X,1,", i)
		for d := range 420 {
			fmt.Fprintf(&b, "%d ", (d*(7+2*i))%5)
		}
		b.WriteString(",11101:4.00\n")
	}
	return b.String()
}

func TestPoliciesOfOrderingAreMeasuredFromTheCommandLine(t *testing.T) {
	path := write(t, "sales.csv", threeProducts())
	var doc struct {
		Task    string
		Data    map[string]any
		Auto    map[string]any
		Methods map[string]map[string]any
	}
	must(t, &doc, "evaluate", "reorder", "--sales", path, "--days", "100", "--json")
	assumed, _ := doc.Data["assumed"].(map[string]any)
	if doc.Task != "reorder" || doc.Auto["method"] == "" || doc.Auto["total_cost"] == nil || len(doc.Methods) != 4 || assumed["order_cost"] != 1.0 || assumed["lead_days"] != 14.0 {
		t.Errorf("%+v", doc)
	}
	must(t, &doc, "evaluate", "reorder", "--worlds", "1", "--days", "28", "--json")
	if promise := doc.Auto["saved"]; promise == nil {
		t.Errorf("%+v", doc)
	}
	code, out, fault := almanac(t, "evaluate", "reorder", "--sales", path, "--days", "100", "--origin", "300", "--lead-days", "7")
	if code != 0 || !strings.Contains(out, "days 300 to 399") || !strings.Contains(out, "assumed") {
		t.Errorf("exit code %d: %s %s", code, out, fault)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"neither":       {nil, "--sales FILE or --worlds N"},
		"no such file":  {[]string{"--sales", path + ".gone"}, "no such file"},
		"too short":     {[]string{"--sales", path, "--days", "400"}, "do not fit"},
		"no such world": {[]string{"--worlds", "1", "--hostile", "kind", "--each", "1"}, "there is no world"},
		"no margin":     {[]string{"--sales", path, "--margin-share", "0"}, "out of range"},
	} {
		code, _, fault := almanac(t, append([]string{"evaluate", "reorder"}, c.args...)...)
		if code == 0 || !strings.Contains(fault, c.says) {
			t.Errorf("%s: exit code %d: %s", name, code, fault)
		}
	}
}
