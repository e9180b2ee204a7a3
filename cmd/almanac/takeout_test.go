package main

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEverythingIsExportedAndReadableWithoutAlmanac(t *testing.T) {
	data, again := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "again")
	must(t, new(account), "--data", data, "--json", "import", write(t, "orders.csv", small+"4,mug,Mug,x,2026-01-14 10:00,1.00,c1,United Kingdom\n"))
	file := filepath.Join(t.TempDir(), "all.zip")
	var told struct{ Rows map[string]int64 }
	must(t, &told, "--data", data, "--json", "export", "everything", "--out", file)
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	found := map[string]bool{}
	facts := filepath.Join(t.TempDir(), "facts.jsonl")
	for _, f := range r.File {
		found[f.Name] = true
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case f.Name == "facts.jsonl":
			if err := os.WriteFile(facts, b, 0o600); err != nil {
				t.Fatal(err)
			}
		case f.Name == "settings.json" && (!strings.Contains(string(b), `"time_zone"`) || !strings.Contains(string(b), `"currency"`)):
			t.Errorf("settings: %s", b)
		}
		if !strings.HasSuffix(f.Name, ".jsonl") {
			continue
		}
		n := int64(0)
		for lines := bufio.NewScanner(strings.NewReader(string(b))); lines.Scan(); n++ {
			if !json.Valid(lines.Bytes()) {
				t.Errorf("%s, line %d is no JSON: %s", f.Name, n+1, lines.Text())
			}
		}
		if n != told.Rows[f.Name] {
			t.Errorf("%s has %d lines and is said to have %d", f.Name, n, told.Rows[f.Name])
		}
	}
	for _, name := range []string{"README.txt", "facts.jsonl", "decisions.jsonl", "audit.jsonl", "imports.jsonl", "quarantine.jsonl", "models.jsonl", "settings.json", "manifest.json", "state/product.jsonl"} {
		if !found[name] {
			t.Errorf("%s is missing", name)
		}
	}
	if told.Rows["facts.jsonl"] != 4 || told.Rows["imports.jsonl"] != 1 || told.Rows["quarantine.jsonl"] != 1 || told.Rows["audit.jsonl"] == 0 {
		t.Errorf("%v", told.Rows)
	}
	// The facts alone make the same state again.
	must(t, new(account), "--data", again, "--json", "import", facts)
	_, want, _ := almanac(t, "--data", data, "export", "state")
	_, got, _ := almanac(t, "--data", again, "export", "state")
	if got != want || want == "" {
		t.Errorf("from the exported facts state is\n%s\nand was\n%s", got, want)
	}
	if code, _, fault := almanac(t, "--data", data, "export", "everything"); code != exitUsage || !strings.Contains(fault, "--out") {
		t.Errorf("without a file: %d %s", code, fault)
	}
	if code, _, fault := almanac(t, "--data", data, "export", "everything", "--out", file); code != exitUsage || !strings.Contains(fault, "exists") {
		t.Errorf("over another file: %d %s", code, fault)
	}
}
