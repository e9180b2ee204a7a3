package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files and folders are given together, in any order: what one tells of the currency answers for the others, and a file
// that cannot be read keeps nobody back.
func TestSeveralFilesAreImportedTogether(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	put("costs.csv", "sku,unit cost,valid from\nmug,4.00,2025-01-01\n")
	put("notes.md", "# nothing to import\n")
	orders := write(t, "orders.csv", "order,sku,qty,date,unit price,currency\n1,mug,2,2025-11-01,10.00,GBP\n")
	var v struct{ Imports []account }
	must(t, &v, "--data", data, "--json", "import", dir, orders)
	if len(v.Imports) != 2 || v.Imports[0].Name != "costs.csv" || v.Imports[0].Accepted != 1 || v.Imports[1].Accepted != 1 {
		t.Fatalf("%+v", v)
	}
	bad := put("broken.csv", "what,is,this\n1,2,3\n")
	more := write(t, "more.csv", "order,sku,qty,date,unit price,currency\n2,mug,1,2025-11-02,10.00,GBP\n")
	code, out, fault := almanac(t, "--data", data, "import", bad, more)
	if code == 0 || !strings.Contains(fault, "broken.csv") || !strings.Contains(out, "1 accepted") {
		t.Errorf("%d %s %s", code, out, fault)
	}
	if code, _, fault := almanac(t, "--data", data, "import", t.TempDir()); code != exitUsage || !strings.Contains(fault, ".csv") {
		t.Errorf("%d %s", code, fault)
	}
}
