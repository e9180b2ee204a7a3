package main

import (
	"fmt"
	"strings"
	"testing"
)

func twoSeries() string {
	var b strings.Builder
	b.WriteString("series,period,type,frequency,split,start,values\n")
	for i := range 2 {
		fmt.Fprintf(&b, "Y%d,YEARLY,,1,train,,", i)
		for t := range 30 {
			fmt.Fprintf(&b, "%d ", 100+5*t+(t*7+i)%4)
		}
		fmt.Fprintf(&b, "\nY%d,YEARLY,,1,test,,250 255\n", i)
	}
	return b.String()
}

func TestForecastsAreMeasuredFromTheCommandLine(t *testing.T) {
	path := write(t, "series.csv", twoSeries())
	reference := write(t, "reference.csv", "method,series,values\ncrystal ball,Y0,250 255\ncrystal ball,Y1,250 255\n")
	var doc struct {
		Task    string
		Auto    map[string]any
		Methods map[string]map[string]any
	}
	must(t, &doc, "evaluate", "forecast", "--series", path, "--reference", reference, "--methods", "theta", "--json")
	if doc.Task != "forecast" || doc.Auto["owa"] == nil || doc.Methods["theta"]["series_per_s"] == nil || doc.Methods["reference: crystal ball"]["smape"] != 0.0 {
		t.Errorf("%+v", doc)
	}
	code, out, fault := almanac(t, "evaluate", "forecast", "--series", path)
	if code != 0 || !strings.Contains(out, "automatic") || !strings.Contains(out, "naive2") {
		t.Errorf("exit code %d: %s %s", code, out, fault)
	}
}

func TestWhatCannotBeMeasuredSaysWhy(t *testing.T) {
	path := write(t, "series.csv", twoSeries())
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no such file":  {[]string{"--series", path + ".gone"}, "no such file"},
		"no such group": {[]string{"--series", path, "--group", "DAILY"}, "no series has the period DAILY"},
		"other columns": {[]string{"--series", write(t, "orders.csv", small)}, "column"},
	} {
		code, _, fault := almanac(t, append([]string{"evaluate", "forecast"}, c.args...)...)
		if code != 1 || !strings.Contains(fault, c.says) {
			t.Errorf("%s: exit code %d, %s", name, code, fault)
		}
	}
}

func TestForecastingIsTimed(t *testing.T) {
	var doc benchForecastResult
	must(t, &doc, "bench", "forecast", "--products", "20", "--weeks", "60", "--json")
	if doc.PerSecond["theta"] <= 0 || doc.PerSecond["tsb"] <= 0 || doc.Catalogue <= 0 || doc.Scheme == "" {
		t.Errorf("%+v", doc)
	}
}
