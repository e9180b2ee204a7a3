package main

import (
	"fmt"
	"strings"
	"testing"
)

// pairsOfClicks is sessions in which 2i leads to 2i+1.
func pairsOfClicks() string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "%d %d %d\n", 100+i*5%13, i*7%20*2, i*7%20*2+1)
	}
	return b.String()
}

func TestRecommendationsAreMeasuredFromTheCommandLine(t *testing.T) {
	train, test := write(t, "train.tsv", pairsOfClicks()), write(t, "test.tsv", "8\t9\n105 12\t13\n")
	var doc struct {
		Task    string
		Data    map[string]any
		Auto    map[string]any
		Methods map[string]map[string]any
	}
	must(t, &doc, "evaluate", "recommend", "--train", train, "--test", test, "--json")
	if doc.Task != "recommend" || doc.Data["questions"] != 2.0 || doc.Auto["hr20"] != 1.0 || doc.Methods["vsknn"]["heap_mb"] == nil {
		t.Errorf("%+v", doc)
	}
	code, out, fault := almanac(t, "evaluate", "recommend", "--train", train, "--test", test)
	if code != 0 || !strings.Contains(out, "Chosen without seeing the test") {
		t.Errorf("exit code %d: %s %s", code, out, fault)
	}
	code, _, fault = almanac(t, "evaluate", "recommend", "--train", train, "--test", write(t, "bad.tsv", "8 9\n"))
	if code != 1 || !strings.Contains(fault, "line 1") {
		t.Errorf("exit code %d: %s", code, fault)
	}
}

func TestRecommendingIsTimed(t *testing.T) {
	var doc recommendResult
	must(t, &doc, "bench", "recommend", "--items", "200", "--sessions", "500", "--seconds", "1", "--rate", "50", "--clients", "2", "--json")
	if doc.PerSecond <= 0 || doc.FlatOut.PerSecond <= 0 || doc.RSS <= 0 || doc.Errors != 0 || doc.SoldOut != 0 || doc.Short != 0 {
		t.Errorf("%+v", doc)
	}
	if code, _, fault := almanac(t, "bench", "recommend", "--items", "1"); code != exitUsage {
		t.Errorf("exit code %d: %s", code, fault)
	}
}

func TestListsInSimulatedShopsAreMeasuredFromTheCommandLine(t *testing.T) {
	var doc struct {
		Task    string
		Auto    map[string]any
		Methods map[string]map[string]any
		Worlds  map[string]any
	}
	must(t, &doc, "evaluate", "recommend", "--worlds", "1", "--days", "7", "--json")
	if doc.Task != "recommend" || doc.Auto["method"] != "lists" || len(doc.Methods) != 2 || doc.Worlds["coverage"] == nil {
		t.Errorf("%+v", doc)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"neither":       {nil, "--train FILE or --worlds N"},
		"no such world": {[]string{"--worlds", "1", "--hostile", "kind", "--each", "1"}, "there is no world"},
		"no days":       {[]string{"--worlds", "1", "--days", "0"}, "1 to 180"},
	} {
		code, _, fault := almanac(t, append([]string{"evaluate", "recommend"}, c.args...)...)
		if code == 0 || !strings.Contains(fault, c.says) {
			t.Errorf("%s: exit code %d: %s", name, code, fault)
		}
	}
}
