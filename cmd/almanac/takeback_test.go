package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const wrong = "order,sku,description,quantity,date,price,customer,country\n" +
	"1,mug,Mug,2,2026-01-05 10:00,4.25,c1,United Kingdom\n" + // the other file tells it too
	"8,pot,Pot,7,2026-01-09 10:00,9.00,c8,United Kingdom\n9,mug,Mug,50,2026-02-01 10:00,4.25,c9,United Kingdom\n9,mug,Mug,x,2026-02-01 10:00,4.25,c9,United Kingdom\n"

func TestAnImportIsTakenBackFromTheCommandLine(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		data, clean := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "clean")
		good, bad := write(t, "orders.csv", small), write(t, "wrong.csv", wrong)
		source := []string{"--source", "file:shop"}
		var a, b account
		must(t, &a, append([]string{"--data", data, "--json", "import", good}, source...)...)
		must(t, &b, append([]string{"--data", data, "--json", "import", bad}, source...)...)
		must(t, new(account), append([]string{"--data", clean, "--json", "import", good}, source...)...)
		if b.Facts != 2 || b.Duplicates != 1 || b.Quarantined != 1 {
			t.Fatalf("the wrong file: %+v", b)
		}
		if sealed {
			must(t, new(map[string]int64), "--data", data, "--json", "seal")
		}
		var gone undone
		must(t, &gone, "--data", data, "--json", "import", "undo", b.Import)
		if gone.Taken != 2 || gone.Quarantined != 1 || gone.Status != "taken_back" {
			t.Errorf("%+v", gone)
		}
		_, want, _ := almanac(t, "--data", clean, "export", "state")
		_, got, _ := almanac(t, "--data", data, "export", "state")
		if want != got || want == "" {
			t.Errorf("state is\n%s\nand would be\n%s", got, want)
		}
		if code, _, fault := almanac(t, "--data", data, "verify"); code != exitOK {
			t.Errorf("verify: %s", fault)
		}
		if code, _, fault := almanac(t, "--data", data, "import", "undo", b.Import); code != exitFailed || !strings.Contains(fault, "already") {
			t.Errorf("a second time: %d %s", code, fault)
		}
		if code, _, fault := almanac(t, "--data", data, "import", "undo", "imp_none"); code != exitUsage || !strings.Contains(fault, "import list") {
			t.Errorf("an unknown one: %d %s", code, fault)
		}
		var again account
		must(t, &again, append([]string{"--data", data, "--json", "import", bad}, source...)...)
		if again.Facts != 2 || again.Duplicates != 1 {
			t.Errorf("imported again: %+v", again)
		}
		// The first file may go as well: what the third import told too stays.
		must(t, &gone, "--data", data, "--json", "import", "undo", a.Import)
		if gone.Taken != 3 {
			t.Errorf("the first: %+v", gone)
		}
		var list struct {
			Imports []struct{ ID, Status string }
		}
		must(t, &list, "--data", data, "--json", "import", "list")
		if len(list.Imports) != 3 {
			t.Errorf("%+v", list)
		}
	}
}
