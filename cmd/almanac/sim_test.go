package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/sim"
	"almanac/sim/export"
)

// tiny is a world of a few weeks, as settings.
const tiny = "months: 2\ncatalogue: {products: 40, departments: 2, categories: 4, brands: 4}\npeople: {buyers: 300}\nmail: {every: 14}\n"

// A world that is written and imported gives the figures of the truth.
func TestAWrittenWorldIsImportedToTheCent(t *testing.T) {
	dir, data := filepath.Join(t.TempDir(), "world"), filepath.Join(t.TempDir(), "data")
	var wrote struct{ Sums sim.Sums }
	must(t, &wrote, "--json", "--config", write(t, "world.yaml", tiny), "sim", "write", dir, "--small", "--seed", "3")
	paths, err := export.Present(dir)
	if err != nil || len(paths) != len(export.Names) {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		var a account
		must(t, &a, "--data", data, "--json", "import", path, "--source", export.Source(path))
		if a.Quarantined != 0 || a.Duplicates != 0 || a.Accepted == 0 {
			t.Errorf("%s: %+v", filepath.Base(path), a)
		}
	}
	var units, returned, gross int64
	_, out, _ := almanac(t, "--data", data, "export", "facts")
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var f struct {
			Kind string
			Body json.RawMessage
		}
		var line struct{ Units, Gross, Disc, Tax int64 }
		err := d.Decode(&f)
		if f.Kind == "order.placed" || f.Kind == "order.returned" {
			err = errors.Join(err, json.Unmarshal(f.Body, &line))
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind == "order.returned" {
			returned += line.Units
			continue
		}
		units += line.Units
		gross += line.Gross - line.Disc - line.Tax
	}
	s := wrote.Sums
	if units != s.Units || returned != s.ReturnedUnits {
		t.Errorf("units %d of %d, returned %d of %d", units, s.Units, returned, s.ReturnedUnits)
	}
	if shipping := s.Revenue - gross; shipping < 0 || shipping > s.Orders*416 { // 4.95 without tax
		t.Errorf("revenue %d, of lines %d", s.Revenue, gross)
	}
	f, err := os.Open(filepath.Join(dir, "truth", "demand.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := csv.NewReader(f).ReadAll(); err != nil || len(rows) < 50 || rows[0][0] != "day" {
		t.Errorf("%d rows of demand, %v", len(rows), err)
	}
	if code, _, fault := almanac(t, "sim", "write", dir); code != exitUsage || !strings.Contains(fault, "not empty") {
		t.Errorf("a full folder: %d %s", code, fault)
	}
}

func TestAnImpossibleWorldIsNotWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "world")
	code, _, fault := almanac(t, "--config", write(t, "world.yaml", "months: -1\npeople: {store: 3}\n"), "sim", "write", dir)
	if code != exitUsage || !strings.Contains(fault, "months") || !strings.Contains(fault, "people.store") {
		t.Errorf("%d %s", code, fault)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made")
	}
	code, _, fault = almanac(t, "--config", write(t, "other.yaml", "moths: 1\n"), "sim", "write", dir)
	if code != exitUsage || !strings.Contains(fault, "moths") {
		t.Errorf("%d %s", code, fault)
	}
}

// What a policy is worth is the difference of two worlds, and that of a policy to itself nothing.
func TestTheWorthOfAPolicyIsADifference(t *testing.T) {
	var v struct{ Policies []worth }
	must(t, &v, "--json", "--config", write(t, "world.yaml", tiny), "sim", "value", "--small", "--policy", "merchant", "--policy", "merchant", "--policy", "nothing")
	if len(v.Policies) != 3 || v.Policies[1].More != 0 || v.Policies[2].More == 0 || v.Policies[2].More != v.Policies[2].Money-v.Policies[0].Money {
		t.Errorf("%+v", v.Policies)
	}
}

// The demo is made, interrupted, made again, and lives on where it was.
func TestTheDemoLivesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a shop of fourteen months")
	}
	data := filepath.Join(t.TempDir(), "demo")
	code, _, fault := almanac(t, "--data", data, "demo", "--small", "--prepare")
	if code != exitOK {
		t.Fatal(fault)
	}
	_, decided, _ := almanac(t, "--data", data, "--json", "decide")
	if !strings.Contains(decided, "new") {
		t.Errorf("decide says %s", decided)
	}
	read := func() (d struct {
		Ready bool
		Clock time.Time
	}) {
		b, err := os.ReadFile(filepath.Join(data, demoName))
		if err == nil {
			err = json.Unmarshal(b, &d)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	before := read()
	if !before.Ready {
		t.Fatal("it is not ready")
	}
	p := startCommand(t, "--data", data, "demo", "--listen", "127.0.0.1:0", "--speed", "50000")
	p.await("facts recorded on a later day", func() bool { return read().Clock.After(before.Clock.AddDate(0, 0, 1)) })
	p.kill()
	var ok struct{ OK bool }
	must(t, &ok, "--data", data, "--json", "verify")
}

// The load generator's events arrive, at about the rate that was asked for.
func TestVisitorsOfTheWorldCanBeSentAsALoad(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program")
	}
	data := filepath.Join(t.TempDir(), "data")
	key := writeKey(t, data)
	p := startProgram(t, data)
	var r loadResult
	must(t, &r, "--json", "--config", write(t, "world.yaml", tiny), "sim", "load", "--small", "--url", p.url, "--key", key, "--rate", "500", "--seconds", "2")
	if r.Errors != 0 || r.Sent < 500 || r.Sent > 1010 || r.P50 > r.P95 || r.P95 > r.P99 || r.P99 == 0 {
		t.Errorf("%+v", r)
	}
	code, _, fault := almanac(t, "sim", "load", "--key", "x", "--rate=-1")
	if code != exitUsage || !strings.Contains(fault, "rate above 0") {
		t.Errorf("%d %s", code, fault)
	}
}

func TestShapesOfAWorldAndOfAFile(t *testing.T) {
	var out map[string]shapes
	must(t, &out, "--json", "--config", write(t, "world.yaml", tiny), "sim", "shapes", write(t, "orders.csv", small), "--small")
	if out["simulated"].Orders < 10 || out["real"].Orders == 0 || out["simulated"].Top[2] < .5 {
		t.Errorf("%+v", out)
	}
}

// fullDisk takes some facts and no more.
type fullDisk struct{ left int }

var errFull = errors.New("the disk is full")

func (d *fullDisk) Fact(fact.Fact) error {
	if d.left--; d.left < 0 {
		return errFull
	}
	return nil
}
func (*fullDisk) Truth(sim.Truth) error { return nil }
func (*fullDisk) Close() error          { return nil }

// A world that cannot be written stops living soon, and says why.
func TestAWorldThatCannotBeWrittenSaysWhy(t *testing.T) {
	for _, told := range []int{1, 100 * saidBatch} {
		a, n := newAside(&fullDisk{left: 0}), 0
		for ; n < told; n++ {
			if err := a.Fact(fact.Fact{}); err != nil {
				break
			}
		}
		if err := a.Close(); !errors.Is(err, errFull) || n == 100*saidBatch {
			t.Errorf("after %d facts of %d: %v", n, told, err)
		}
	}
}
