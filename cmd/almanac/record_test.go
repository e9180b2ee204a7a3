package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// imported is a data folder with the small file in it, sealed.
func imported(t *testing.T) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	var a account
	must(t, &a, "--data", data, "--json", "import", write(t, "orders.csv", small))
	var sealed struct{ Sealed int }
	must(t, &sealed, "--data", data, "--json", "seal")
	if sealed.Sealed != 4 {
		t.Fatalf("%d of 4 sealed", sealed.Sealed)
	}
	return data
}

func segmentsOf(t *testing.T, data string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, "blobs", "history", "*", "*", "*.parquet"))
	if err != nil || len(found) == 0 {
		t.Fatalf("segments %v, %v", found, err)
	}
	return found
}

func TestASealedRecordTellsTheSame(t *testing.T) {
	data := imported(t)
	_, before, _ := almanac(t, "--data", data, "export")
	if code, _, fault := almanac(t, "--data", data, "replay"); code != 0 {
		t.Fatal(fault)
	}
	_, after, _ := almanac(t, "--data", data, "export")
	if before == "" || before != after {
		t.Error("a replay of sealed records changed the state")
	}
	var again account
	must(t, &again, "--data", data, "--json", "import", write(t, "orders.csv", small))
	if again.Facts != 0 || again.Duplicates != 4 {
		t.Errorf("after sealing the file was taken again: %+v", again)
	}
	var ok struct{ OK bool }
	must(t, &ok, "--data", data, "--json", "verify")
}

func TestADamagedRecordIsNamedAndNotServed(t *testing.T) {
	data := imported(t)
	path := segmentsOf(t, data)[0]
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, fault := almanac(t, "--data", data, "verify")
	if code == 0 || !strings.Contains(fault, "damaged") {
		t.Errorf("verify: exit code %d, %s", code, fault)
	}
	code, out, _ := almanac(t, "--data", data, "--json", "verify")
	if code == 0 || !strings.Contains(out, filepath.Base(path)) || !strings.Contains(out, `"offset"`) {
		t.Errorf("verify --json: exit code %d, %s", code, out)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	code, _, fault = almanac(t, "--data", data, "serve", "--listen", "127.0.0.1:0")
	if code == 0 || !strings.Contains(fault, "--accept-damage") {
		t.Errorf("serve: exit code %d, %s", code, fault)
	}
}

func TestABackupIsTakenBesideARunningProcessAndRestoresTheSame(t *testing.T) {
	data := imported(t)
	lock, err := lockFolder(data, "serve") // as a server holds it
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "backup")
	for range 2 { // the second one replaces the first
		var made struct {
			OK    bool
			Blobs int
		}
		must(t, &made, "--data", data, "--json", "backup", to)
		if made.Blobs != len(segmentsOf(t, data)) {
			t.Errorf("%d blobs of %d", made.Blobs, len(segmentsOf(t, data)))
		}
	}
	if err := lock.release(); err != nil {
		t.Fatal(err)
	}
	_, want, _ := almanac(t, "--data", data, "export")
	elsewhere := filepath.Join(t.TempDir(), "restored")
	var restored struct{ Facts int }
	must(t, &restored, "--data", elsewhere, "--json", "restore", to)
	_, got, _ := almanac(t, "--data", elsewhere, "export")
	if restored.Facts != 4 || want == "" || got != want {
		t.Errorf("%d facts restored; the state is the same: %v", restored.Facts, got == want)
	}
	var ok struct{ OK bool }
	must(t, &ok, "--data", elsewhere, "--json", "verify")
	if code, _, fault := almanac(t, "--data", elsewhere, "restore", to); code != 2 {
		t.Errorf("a record was restored over another: exit code %d, %s", code, fault)
	}

	parts, err := filepath.Glob(filepath.Join(to, "main-*", "*.zst"))
	if err != nil || len(parts) != 1 {
		t.Fatalf("database parts %v, %v", parts, err)
	}
	if err := os.Truncate(parts[0], 100); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if code, _, fault := almanac(t, "--data", broken, "restore", to); code == 0 || !strings.Contains(fault, "damaged") {
		t.Errorf("a damaged backup: exit code %d, %s", code, fault)
	}
	if _, err := os.Stat(filepath.Join(broken, "almanac.db")); err == nil {
		t.Error("a damaged backup left a database")
	}
}
