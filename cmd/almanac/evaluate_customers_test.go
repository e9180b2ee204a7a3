package main

import (
	"strings"
	"testing"

	"almanac/evaluate/customers"
	"almanac/evaluate/worlds"
)

func TestCustomersAreMeasuredFromTheCommandLine(t *testing.T) {
	var r worlds.Report[customers.Score]
	must(t, &r, "--json", "evaluate", "customers", "--worlds", "1", "--hostile", "shock", "--each", "1")
	if r.Task != "customers" || r.Data.Worlds != 1 || r.Auto.Customers < 1000 || r.Hostile["shock"].Auto.Customers < 1000 {
		t.Errorf("%+v", r)
	}
	code, out, fault := almanac(t, "evaluate", "customers", "--worlds", "1", "--each", "0")
	if code != 0 || !strings.Contains(out, "usual, 1 worlds") || !strings.Contains(out, "honest:") {
		t.Errorf("%d %s %s", code, out, fault)
	}
	for _, args := range [][]string{{"customers"}, {"customers", "--worlds", "-1"}, {"forecast"}} {
		if code, _, fault := almanac(t, append([]string{"evaluate"}, args...)...); code != exitUsage || fault == "" {
			t.Errorf("%v: %d %s", args, code, fault)
		}
	}
	code, _, fault = almanac(t, "evaluate", "customers", "--orders", write(t, "orders.csv", "customer_id,date\n1,soon\n"))
	if code == 0 || !strings.Contains(fault, "line 2") {
		t.Errorf("a broken file: %d %s", code, fault)
	}
}
