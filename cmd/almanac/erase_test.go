package main

import (
	"path/filepath"
	"strings"
	"testing"

	"almanac/history"
)

func TestAForgottenPersonLeavesTheBooksWhole(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var a account
	path := write(t, "orders.csv", small)
	must(t, &a, "--data", data, "--json", "import", path)
	_, before, _ := almanac(t, "--data", data, "export")
	var e history.Erased
	must(t, &e, "--data", data, "--json", "erase", "c1")
	if e.Nameless != 2 || e.Gone != 0 {
		t.Errorf("%+v: c1 has two order lines", e)
	}
	_, facts, _ := almanac(t, "--data", data, "export", "facts")
	_, after, _ := almanac(t, "--data", data, "export")
	if !strings.Contains(before, `"c1"`) || strings.Contains(after, `"c1"`) || strings.Contains(facts, `"c1"`) || !strings.Contains(facts, `"c2"`) {
		t.Error("the person is still named, or another one is not any more")
	}
	if strings.Count(facts, "order.placed") != 3 {
		t.Errorf("orders are missing:\n%s", facts)
	}
	must(t, &a, "--data", data, "--json", "import", path)
	if a.Facts != 0 || a.Duplicates != 4 {
		t.Errorf("the same file again: %+v", a)
	}
	var ok struct{ OK bool }
	must(t, &ok, "--data", data, "--json", "verify")
}
